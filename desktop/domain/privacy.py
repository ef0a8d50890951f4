"""Requests about personal information (个人信息保护法 44-47): what the form must say, and when an answer is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.i18n import tr

SELF = "self"


@dataclass(frozen=True)
class RequestDraft:
    """One request as written down at the desk; the date as text."""

    person_id: str = ""
    kind: str = ""
    asked_on: str = ""
    asked_by: str = ""
    relation: str = ""
    identity_check: str = ""
    words: str = ""
    request_id: str | None = None
    revision: int = 0


@dataclass(frozen=True)
class RequestRules:
    """Codes of the form, and days for an answer by kind."""

    codes: Mapping[str, Collection[str]]
    days: Mapping[str, int]
    name_length: int


def check(draft: RequestDraft, today: date, rules: RequestRules) -> tuple[Fault, ...]:
    """Return what is wrong, by field: nobody gets anything before it is known who they are."""
    return (*_choices(draft, rules), *_name(draft, rules), *_day(draft, today))


def _choices(draft: RequestDraft, rules: RequestRules) -> Iterable[Fault]:
    missing = {
        "kind": tr("请选择要办什么。"),
        "relation": tr("请选择请求人是谁。"),
        "identity_check": tr("还没有核实身份。请看过证件，再选择怎样核实的。"),
    }
    for name, message in missing.items():
        value = getattr(draft, name)
        if value not in rules.codes[name]:
            yield Fault(name, "unknown_code" if value else f"{name}_missing", message)


def _name(draft: RequestDraft, rules: RequestRules) -> Iterable[Fault]:
    if not draft.asked_by.strip() and draft.relation != SELF:
        yield Fault("asked_by", "name_missing", tr("请填写请求人的姓名。"))
    elif len(draft.asked_by.strip()) > rules.name_length:
        yield Fault("asked_by", "name_long", tr("姓名超过 {n} 个字，请核对。", n=rules.name_length))


def _day(draft: RequestDraft, today: date) -> Iterable[Fault]:
    day = read_day(draft.asked_on)
    if day is None:
        yield Fault("asked_on", "date_unreadable", tr("提出日期看不懂，请写成 2026-03-05 这样。"))
    elif day > today:
        yield Fault("asked_on", "date_in_future", tr("提出日期在今天之后，请核对。"))


def due_on(kind: str, asked_on: date, rules: RequestRules) -> date:
    """Return the last day for an answer."""
    return asked_on + timedelta(days=rules.days[kind])
