"""People of the area's list who are not clients yet (摸底): the form, and how many patients live at home."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import clean_name, clean_text, fold
from desktop.domain.identity import check_id_no, check_phone, clean_number
from desktop.domain.texts import check_texts
from desktop.i18n import tr

PLANNED = "planned"


@dataclass(frozen=True)
class SurveyDraft:
    """One line of the list as typed; dates as text, empty text means unknown."""

    entry_id: str | None = None
    revision: int = 0
    list_name: str = ""
    name: str = ""
    sex: str = ""
    birth_on: str = ""
    id_no: str = ""
    phone: str = ""
    township: str = ""
    village: str = ""
    address: str = ""
    diagnosis_category: str = ""
    result: str = PLANNED
    contacted_on: str = ""
    contacted_by: str = ""
    needs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class SurveyRules:
    """Codes and limits of the form, read from data."""

    codes: Mapping[str, Collection[str]]
    at_home: Collection[str]
    becomes_intake: Collection[str]
    max_age: int
    name_length: int


@dataclass(frozen=True)
class EntryFacts:
    """What counting asks about one line: whose it is, and whether its result says "lives at home"."""

    entry_id: str
    person_id: str | None
    id_no: str | None
    is_home: bool


@dataclass(frozen=True)
class Denominator:
    """How many patients live at home: `on_list` by the survey, `beside` clients who are on no list."""

    on_list: int
    beside: int

    @property
    def total(self) -> int:
        """All of them, each counted once."""
        return self.on_list + self.beside


_TEXTS = (
    "list_name", "sex", "birth_on", "township", "village", "address", "diagnosis_category", "result", "contacted_on",
    "contacted_by", "note",
)  # fmt: skip


def settle(draft: SurveyDraft, today: date, rules: SurveyRules) -> SurveyDraft:
    """Return the form as it is stored: digits half-width, sex and birth date from the ID where they are missing."""
    texts = {name: clean_text(getattr(draft, name)) for name in _TEXTS}
    days = {name: _day(texts[name]) for name in ("birth_on", "contacted_on")}
    numbers = {"name": clean_name(draft.name), "id_no": clean_number(draft.id_no), "phone": fold(draft.phone)}
    clean = replace(draft, **(texts | days | numbers))  # type: ignore[arg-type]  # keys are the names of texts
    facts = check_id_no(clean.id_no, today, rules.max_age)[0] if clean.id_no else None
    if facts is None:
        return clean
    return replace(clean, sex=clean.sex or facts.sex, birth_on=clean.birth_on or facts.birth_on.isoformat())


def _day(text: str) -> str:
    day = read_day(text)
    return day.isoformat() if day else text


def check(draft: SurveyDraft, today: date, rules: SurveyRules) -> tuple[Fault, ...]:
    """Return what is wrong or doubtful, by field; a wrong ID number of somebody's list is only pointed out."""
    clean = settle(draft, today, rules)
    return (
        *check_texts(clean), *_name(clean, rules), *_codes(clean, rules), *_days(clean, today),
        *_numbers(clean, today, rules),
    )  # fmt: skip


def _name(draft: SurveyDraft, rules: SurveyRules) -> Iterable[Fault]:
    if not draft.name:
        yield Fault("name", "name_missing", tr("没有姓名，不能保存。请填写姓名。"))
    elif len(draft.name) > rules.name_length:
        yield Fault("name", "name_long", tr("姓名超过 {n} 个字，请核对。", n=rules.name_length))


def _codes(draft: SurveyDraft, rules: SurveyRules) -> Iterable[Fault]:
    for name, known in rules.codes.items():
        value = getattr(draft, name)
        for code in value if isinstance(value, tuple) else (value,):
            if code and code not in known:
                yield Fault(name, "unknown_code", tr("没有“{code}”这个选项，请从列表里选。", code=code))
    if not draft.result:
        yield Fault("result", "unknown_code", tr("请选择摸底结果。"))


def _days(draft: SurveyDraft, today: date) -> Iterable[Fault]:
    for name in ("birth_on", "contacted_on"):
        day, typed = read_day(getattr(draft, name)), getattr(draft, name)
        if typed and day is None:
            yield Fault(name, "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))
        elif day is not None and day > today:
            yield Fault(name, "date_in_future", tr("日期在今天之后，请核对。"))


def _numbers(draft: SurveyDraft, today: date, rules: SurveyRules) -> Iterable[Fault]:
    if draft.id_no:
        for fault in check_id_no(draft.id_no, today, rules.max_age)[1]:
            yield replace(fault, severity="warning")
    yield from check_phone(draft.phone)


def living_at_home(entries: Iterable[EntryFacts], clients: Mapping[str, str | None]) -> Denominator:
    """Count the patients who live at home: people of the lists whose result says so, and clients on no list.

    `entries` come oldest first: of somebody on two lists the later line counts. A line and a client are the same person
    when the line was made a client or has the client's ID number; `clients` are those served, with their ID numbers.
    """
    by_number = {number: person_id for person_id, number in clients.items() if number}
    found: dict[str, bool] = {}
    for entry in entries:
        known = entry.person_id or by_number.get(entry.id_no or "")
        found[known or entry.id_no or entry.entry_id] = entry.is_home
    return Denominator(sum(found.values()), sum(person_id not in found for person_id in clients))
