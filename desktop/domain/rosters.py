"""One line of a roster (花名册) read as the form of a client, with a remark on every cell that was not plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.domain.identity import clean_number
from desktop.domain.lists import Cell, Remark
from desktop.domain.people import GuardianDraft, PeopleRules, PersonDraft, check_settled, is_draft, settle
from desktop.domain.reading import LineReader, ListWords, heaviest
from desktop.i18n import tr

_ICD = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?")
_DANGER = re.compile(r"([0-5])级?")


@dataclass(frozen=True)
class RosterWords:
    """Words of the sheets, and those of the illnesses: ICD codes, and labels that need no remark."""

    words: ListWords
    icd: Mapping[str, str]  # three signs of an ICD code -> diagnosis category
    labels: frozenset[str]

    @classmethod
    def of(cls, words: ListWords, diagnoses: Sequence[Mapping[str, Any]]) -> RosterWords:
        """Build them from the words of all lists and the code list of the diagnoses."""
        icd = {code: entry["code"] for entry in diagnoses for code in entry["icd"]}
        return cls(words, icd, frozenset(entry["label"] for entry in diagnoses))


@dataclass(frozen=True)
class RosterLine:
    """A line as a form, whether it would be a draft, and the remarks on it."""

    draft: PersonDraft
    is_draft: bool
    remarks: tuple[Remark, ...]

    @property
    def is_faulty(self) -> bool:
        """Whether a remark keeps the line from being stored."""
        return any(remark.verdict == "error" for remark in self.remarks)


_TOWNSHIP = re.compile(r"(?:.*[省市县区旗盟州])?(.{1,8}?(?:镇|乡|街道|苏木))")


def township_of(unit: str) -> str:
    """Return the township in the name of a unit (某县青山镇社区康复站 -> 青山镇), "" when there is none."""
    match = _TOWNSHIP.match(unit)
    return match[1] if match else ""


def judged_on(today: date, filled_on: str, ahead_days: int) -> date:
    """Return the day a sheet is judged on: today, or the later day it says it was filled in.

    A PC whose clock is slow would otherwise call good days "in the future"; more than `ahead_days` is not believed.
    """
    filled = read_day(filled_on)
    if filled is None or not today < filled <= today + timedelta(days=ahead_days):
        return today
    return filled


@dataclass(frozen=True)
class Circumstances:
    """What holds for all lines of a sheet: the day it is judged on, its township, how its file counts days."""

    today: date
    township: str = ""
    is_1904: bool = False


def read_line(cells: Mapping[str, Cell], words: RosterWords, rules: PeopleRules, around: Circumstances) -> RosterLine:
    """Read one line: cells by key of the column; the same rules as for the form of the screen."""
    reading = _Reading(cells, words, is_1904=around.is_1904)
    draft = settle(reading.draft(around.township), around.today, rules)
    faults = check_settled(draft, around.today, rules)
    told = [_of_fault(one) for one in faults if _concerns(one, cells) and _key_of(one) not in reading.spoilt]
    return RosterLine(draft, is_draft(faults), heaviest([*reading.remarks, *told]))


def _concerns(fault: Fault, cells: Mapping[str, Cell]) -> bool:
    """Say whether a fault is worth telling: what the sheet has no column for is not, unless the file stays a draft."""
    return fault.severity == "error" or fault.code == "missing" or _key_of(fault) in cells


def _key_of(fault: Fault) -> str:
    return "diagnosis" if fault.field == "diagnosis_category" else fault.field or ""


def _of_fault(fault: Fault) -> Remark:
    code = f"{_key_of(fault).rpartition('.')[2]}_missing" if fault.code == "missing" else fault.code
    # in a list such a number is mostly the neighbour's, slipped by a line: nobody is looking, so it is not taken
    severity = "error" if fault.code == "disability_other_person" else fault.severity
    return Remark(_key_of(fault), severity, code, fault.message)


class _Reading(LineReader):
    """Reads the cells of one line as a client."""

    def __init__(self, cells: Mapping[str, Cell], words: RosterWords, *, is_1904: bool) -> None:
        super().__init__(cells, words.words, is_1904=is_1904)
        self._illness = words

    def draft(self, township: str) -> PersonDraft:
        """Return the line as a form."""
        category, icd_code, text = self._diagnosis()
        return PersonDraft(
            name=self.name("name"),
            id_no=self.id_no("id_no"),
            sex=self.code("sex"),
            birth_on=self.day("birth_on"),
            ethnicity=self.code("ethnicity"),
            phone=self.phone("phone"),
            township=self.text("township") or township,
            village=self.text("village"),
            address=self.text("address"),
            disability_no=self.id_no("disability_no"),
            has_dibao=self.yes("has_dibao"),
            service_class=self.code("service_class"),
            service_mode=self.code("service_mode"),
            filed_on=self.day("filed_on"),
            warning_note=self.text("warning_note"),
            diagnosis_category=category,
            icd_code=icd_code,
            diagnosis_text=text,
            diagnosis_hospital=self.text("diagnosis_hospital"),
            diagnosed_on=self.partial("diagnosed_on"),
            danger_level=self._danger(),
            medicines=self.text("medicines"),
            allergy=self.text("allergy"),
            guardian=self._guardian(),
        )

    def _guardian(self) -> GuardianDraft:
        return GuardianDraft(
            name=self.name("guardian.name"),
            relation=self.code("guardian.relation"),
            id_no=self.id_no("guardian.id_no"),
            phone=self.phone("guardian.phone"),
            address=self.text("guardian.address"),
        )

    def _danger(self) -> str:
        cell = self.cell("danger_level")
        if cell.is_blank:
            return ""
        match = _DANGER.fullmatch(fold(cell.text))
        if match is None:
            self.unread("danger_level", "level_unreadable", cell.text)
            return ""
        if match[0] != cell.text or match[0] != match[1]:
            self.remark("danger_level", "accepted", "level_read", tr("读作 {n} 级。", n=match[1]))
        return match[1]

    def _diagnosis(self) -> tuple[str, str, str]:
        """Return category, ICD code and text; a diagnosis may be written as any of them."""
        typed = self.text("diagnosis")
        icd_code = clean_number(self.text("icd_code")) or self._icd_in(typed)
        plain = fold(typed)
        named = self._words.codes["diagnosis"].get(plain)
        category = named or self._illness.icd.get(icd_code[:3], "")
        if typed and not category:
            message = tr("没有认出疾病类别，按原文“{typed}”保存，请在档案里选类别。", typed=typed)
            self.remark("diagnosis", "warning", "diagnosis_unknown", message)
        elif typed and named is None:
            self.remark("diagnosis", "accepted", "diagnosis_by_icd", tr("按 ICD 编码 {code} 认出类别。", code=icd_code))
        return category, icd_code, "" if plain in self._illness.labels or plain == icd_code else typed

    def _icd_in(self, typed: str) -> str:
        match = _ICD.search(clean_number(typed))
        return match[0] if match else ""


_OF_DIAGNOSIS = ("diagnosis_category", "icd_code", "diagnosis_text")
_DERIVED = ("sex", "birth_on", "township")  # from ID number and heading: fill gaps, never replace


def overlay(
    stored: PersonDraft, sheet: PersonDraft, keys: Iterable[str], may_replace: bool
) -> tuple[PersonDraft, list[str]]:
    """Return the stored file with what the sheet adds, and the keys whose different value in the file was kept.

    What the sheet leaves blank never empties a file; values in the file give way only when `may_replace`.
    """
    values: dict[str, Any] = {}
    guardian_values: dict[str, Any] = {}
    kept: list[str] = []
    columns = [name for key in keys for name in (_OF_DIAGNOSIS if key == "diagnosis" else (key,))]
    for name in dict.fromkeys((*columns, *_DERIVED)):
        is_guardian, plain = name.startswith("guardian."), name.removeprefix("guardian.")
        old, new = (getattr(one.guardian if is_guardian else one, plain) for one in (stored, sheet))
        if new in ("", None) or new == old:
            continue
        if old in ("", None) or (may_replace and name in columns):
            (guardian_values if is_guardian else values)[plain] = new
        elif name in columns:
            kept.append("diagnosis" if name in _OF_DIAGNOSIS else name)
    guardian = replace(stored.guardian, **guardian_values)
    return replace(stored, **values, guardian=guardian), list(dict.fromkeys(kept))
