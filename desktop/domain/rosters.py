"""One line of a roster (花名册) read as the form of a client, with a remark on every cell that was not plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from desktop.domain.calendar import read_day, read_partial
from desktop.domain.faults import Fault
from desktop.domain.folding import clean_name, clean_text, fold
from desktop.domain.identity import clean_number
from desktop.domain.people import GuardianDraft, PeopleRules, PersonDraft, check, is_draft
from desktop.i18n import tr

_WEIGHT = {"accepted": 0, "warning": 1, "error": 2}
_ICD = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?")
_DANGER = re.compile(r"([0-5])级?")
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SERIALS = range(3_000, 80_000)  # 1908 to 2119: a number in that range in a column of days is a day
_ROUND = 1_000  # a serial number as round as this was more likely typed as a number than as a day
_DIGITS_KEPT = 15  # a number cell of Excel keeps no more


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: its text, and whether it was text, a number, a day, or an error of the sheet."""

    text: str = ""
    kind: str = "text"  # text, number, date, error

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text.strip()


@dataclass(frozen=True)
class Remark:
    """One remark on one cell of a line: accepted, warning or error."""

    key: str
    verdict: str
    code: str
    message: str


@dataclass(frozen=True)
class RosterWords:
    """Words of the sheets read from data: code lists by field, words for nothing, yes and no, ICD codes."""

    codes: Mapping[str, Mapping[str, str]]  # field -> word -> code
    icd: Mapping[str, str]  # three signs of an ICD code -> diagnosis category
    nothing: frozenset[str]
    no_document: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the words that need no remark

    @classmethod
    def of(cls, table: Mapping[str, Any], lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> RosterWords:
        """Build them from roster.toml and the code lists by the field of the form."""
        return cls(
            codes={name: _words(entries) for name, entries in lists.items()},
            icd={icd: entry["code"] for entry in lists["diagnosis"] for icd in entry["icd"]},
            nothing=frozenset(table["nothing"]),
            no_document=frozenset(table["no_document"]),
            yes=frozenset(table["yes"]),
            no=frozenset(table["no"]),
            labels={name: frozenset(entry["label"] for entry in entries) for name, entries in lists.items()},
        )


def _words(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {fold(word): entry["code"] for entry in entries for word in (entry["label"], *entry.get("aliases", ()))}


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


def noted_above(heading: Sequence[str], labels: Iterable[str]) -> str:
    """Return what the heading says behind one of the labels ("填报日期：2026年11月20日"), "" when nothing."""
    known = frozenset(labels)
    for text, following in zip(heading, (*heading[1:], ""), strict=False):
        label, colon, value = fold(text).partition(":")
        if colon and label in known:
            return value or fold(following)
    return ""


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
    reading = _Reading(cells, words, _EPOCHS[around.is_1904])
    draft = reading.draft(around.township)
    faults = check(draft, around.today, rules)
    told = [_of_fault(one) for one in faults if _concerns(one, cells) and _key_of(one) not in reading.spoilt]
    return RosterLine(draft, is_draft(faults), _heaviest([*reading.remarks, *told]))


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


def _heaviest(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return one remark for a cell, the weightiest."""
    by_weight = sorted(remarks, key=lambda remark: _WEIGHT[remark.verdict])
    return tuple({remark.key: remark for remark in by_weight}.values())


class _Reading:
    """Reads the cells of one line, noting what was not plain."""

    def __init__(self, cells: Mapping[str, Cell], words: RosterWords, epoch: date) -> None:
        self._cells = cells
        self._words = words
        self._epoch = epoch
        self.remarks: list[Remark] = []
        self.spoilt: set[str] = set()  # cells that could not be read: what follows from their absence is not told too

    def draft(self, township: str) -> PersonDraft:
        """Return the line as a form."""
        category, icd_code, text = self._diagnosis()
        return PersonDraft(
            name=self._name("name"),
            id_no=self._number("id_no"),
            sex=self._code("sex"),
            birth_on=self._day("birth_on", is_partial=False),
            ethnicity=self._code("ethnicity"),
            phone=self._phone("phone"),
            township=self._text("township") or township,
            village=self._text("village"),
            address=self._text("address"),
            disability_no=self._number("disability_no"),
            has_dibao=self._yes_or_no("has_dibao"),
            service_class=self._code("service_class"),
            service_mode=self._code("service_mode"),
            filed_on=self._day("filed_on", is_partial=False),
            warning_note=self._text("warning_note"),
            diagnosis_category=category,
            icd_code=icd_code,
            diagnosis_text=text,
            diagnosis_hospital=self._text("diagnosis_hospital"),
            diagnosed_on=self._day("diagnosed_on", is_partial=True),
            danger_level=self._danger(),
            medicines=self._text("medicines"),
            allergy=self._text("allergy"),
            guardian=self._guardian(),
        )

    def _guardian(self) -> GuardianDraft:
        return GuardianDraft(
            name=self._name("guardian.name"),
            relation=self._code("guardian.relation"),
            id_no=self._number("guardian.id_no"),
            phone=self._phone("guardian.phone"),
            address=self._text("guardian.address"),
        )

    def _cell(self, key: str) -> Cell:
        """Return a cell; one that says "none" or holds an error of the sheet counts as blank."""
        cell = self._cells.get(key, Cell())
        if cell.kind == "error":
            self._spoil(key, "warning", "cell_error", tr("这一格是公式错误（{text}），没有导入。", text=cell.text))
            return Cell()
        return Cell() if fold(cell.text) in self._words.nothing else cell

    def _remark(self, key: str, verdict: str, code: str, message: str) -> None:
        self.remarks.append(Remark(key, verdict, code, message))

    def _spoil(self, key: str, verdict: str, code: str, message: str) -> None:
        self._remark(key, verdict, code, message)
        self.spoilt.add(key)

    def _text(self, key: str) -> str:
        return clean_text(self._cell(key).text)

    def _name(self, key: str) -> str:
        typed = self._cell(key).text
        name = clean_name(typed)
        if name != typed:
            self._remark(key, "accepted", "blanks_removed", tr("去掉了姓名里的空格，读作“{name}”。", name=name))
        return name

    def _number(self, key: str) -> str:
        """Read an ID or disability number; a number cell of more than 15 digits has lost its last digits."""
        cell = self._cell(key)
        if cell.kind == "number" and len(cell.text) > _DIGITS_KEPT:
            message = tr("这一格是数字格式，超过 15 位的数字后几位已经丢失。请把单元格设为“文本”，对照证件重新填写。")
            self._spoil(key, "error", "id_digits_lost", message)
            return ""
        if fold(cell.text) in self._words.no_document:
            return ""
        number = clean_number(cell.text)
        if number != cell.text:
            self._remark(key, "accepted", *_how_cleaned(cell.text, number))
        return number

    def _phone(self, key: str) -> str:
        cell = self._cell(key)
        number = fold(cell.text)
        if cell.kind == "number":
            self._remark(key, "accepted", "number_cell", tr("电话是数字格式，已按文字读入。"))
        elif number != cell.text:
            self._remark(key, "accepted", *_how_cleaned(cell.text, number))
        return number

    def _code(self, key: str) -> str:
        """Read a word of a code list; an unknown one is left empty and told."""
        typed = self._cell(key).text
        if not typed.strip():
            return ""
        code = self._words.codes[key].get(fold(typed))
        if code is None:
            self._unread(key, "word_unknown", typed)
        return code or ""

    def _unread(self, key: str, code: str, typed: str) -> None:
        message = tr("看不懂“{typed}”，这一项先空着，请在档案里补。", typed=clean_text(typed))
        self._spoil(key, "warning", code, message)

    def _yes_or_no(self, key: str) -> bool | None:
        typed = fold(self._cells.get(key, Cell()).text)
        if not typed:
            return None
        if typed in self._words.yes or typed in self._words.no:
            return typed in self._words.yes
        self._unread(key, "word_unknown", typed)
        return None

    def _danger(self) -> str:
        cell = self._cell("danger_level")
        if cell.is_blank:
            return ""
        match = _DANGER.fullmatch(fold(cell.text))
        if match is None:
            self._unread("danger_level", "level_unreadable", cell.text)
            return ""
        if match[0] != cell.text or match[0] != match[1]:
            self._remark("danger_level", "accepted", "level_read", tr("读作 {n} 级。", n=match[1]))
        return match[1]

    def _diagnosis(self) -> tuple[str, str, str]:
        """Return category, ICD code and text; a diagnosis may be written as any of them."""
        typed = self._text("diagnosis")
        icd_code = clean_number(self._text("icd_code")) or self._icd_in(typed)
        plain = fold(typed)
        named = self._words.codes["diagnosis"].get(plain)
        category = named or self._words.icd.get(icd_code[:3], "")
        if typed and not category:
            message = tr("没有认出疾病类别，按原文“{typed}”保存，请在档案里选类别。", typed=typed)
            self._remark("diagnosis", "warning", "diagnosis_unknown", message)
        elif typed and named is None:
            self._remark(
                "diagnosis", "accepted", "diagnosis_by_icd", tr("按 ICD 编码 {code} 认出类别。", code=icd_code)
            )
        return category, icd_code, "" if plain in self._words.labels["diagnosis"] or plain == icd_code else typed

    def _icd_in(self, typed: str) -> str:
        match = _ICD.search(clean_number(typed))
        return match[0] if match else ""

    def _day(self, key: str, *, is_partial: bool) -> str:
        """Read a day in any of the ways people write it; an unreadable one is left empty and told."""
        cell = self._cells.get(key, Cell())
        if cell.is_blank:
            return ""
        reader: Callable[[Cell], str] = self._serial if cell.kind in {"number", "date"} else self._typed_day
        day = reader(cell)
        if not day or (not is_partial and read_day(day) is None):
            message = tr("日期“{typed}”看不懂，这一项先空着，请在档案里补。", typed=clean_text(cell.text))
            self._spoil(key, "warning", "date_unreadable", message)
            return ""
        if cell.kind == "number" or (cell.kind == "date" and self._is_round(day)):
            self._remark(key, "accepted", "date_serial", tr("按 Excel 日期序号读作 {day}，请看一眼。", day=day))
        elif cell.kind == "text" and day != cell.text:
            code = "date_form" if read_day(day) else "date_partial"
            self._remark(key, "accepted", code, tr("读作 {day}。", day=day))
        return day

    def _typed_day(self, cell: Cell) -> str:
        return read_partial(cell.text) or ""

    def _serial(self, cell: Cell) -> str:
        """Read a number: a day typed as 20110305, or the serial number of a day."""
        if cell.kind == "date":
            return cell.text
        whole = cell.text.partition(".")[0]
        if whole.isdecimal() and int(whole) in _SERIALS:
            return (self._epoch + timedelta(days=int(whole))).isoformat()
        return read_partial(whole) or ""

    def _is_round(self, day: str) -> bool:
        return (date.fromisoformat(day) - self._epoch).days % _ROUND == 0


def _how_cleaned(typed: str, number: str) -> tuple[str, str]:
    """Return code and sentence for what was put right in a number."""
    if any(sign.isspace() for sign in typed):
        return "blanks_removed", tr("去掉了空格。")
    if typed.upper() == number:
        return "lower_case", tr("小写 x 已改为大写 X。")
    return "full_width", tr("全角数字已改为半角。")


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
