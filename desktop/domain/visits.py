"""What the form of a visit must say before it can be kept (DOMAIN 4.13)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from desktop.domain.calendar import minutes_between, read_day, read_minutes
from desktop.domain.faults import Fault
from desktop.domain.texts import check_texts
from desktop.i18n import tr


@dataclass(frozen=True)
class VisitDraft:
    """A visit as typed; codes of the lists named as in `_LISTS` and visit_purpose."""

    person_id: str
    visit_id: str | None = None
    revision: int = 0
    visited_on: str = ""
    starts: str = ""
    ends: str = ""
    method: str = "home"
    visitor_id: str = ""
    companions: str = ""
    met: str = ""
    not_met_reason: str = ""
    purposes: tuple[str, ...] = ()
    mental_state: str = ""
    medication: str = ""
    is_medicine_counted: bool | None = None
    does_count_match: bool | None = None
    sleep: str = ""
    diet: str = ""
    self_care: str = ""
    social_function: str = ""
    danger_level: str = ""
    lock_seen: str = ""
    lock_reported_to: str = ""
    problems: str = ""
    handling: str = ""
    next_visit_on: str = ""


@dataclass(frozen=True)
class VisitRules:
    """Codes of the form, read from data: the lists by name, which entries count, mean nobody, must be reported."""

    lists: Mapping[str, Container[str]]
    counting_methods: Container[str]
    nobody: Container[str]
    must_report: Container[str]
    emergency_danger: int
    two_staff_danger: int


_REQUIRED = ("visited_on", "method", "visitor_id", "met")
_REQUIRED_AT_HOME = ("starts", "ends")
_REQUIRED_WHEN_MET = ("mental_state", "medication", "danger_level")
_LISTS = {
    "method": "visit_method",
    "met": "visit_met",
    "mental_state": "mental_state",
    "medication": "medication",
    "sleep": "grade3",
    "diet": "grade3",
    "self_care": "grade3",
    "social_function": "grade3",
    "lock_seen": "lock_seen",
    "danger_level": "danger_level",
}


def counts(draft: VisitDraft, rules: VisitRules) -> bool:
    """Say whether this contact is a visit at all: a telephone call or a closed door is not (DOMAIN 4.13)."""
    return draft.method in rules.counting_methods and bool(draft.met) and draft.met not in rules.nobody


def check(draft: VisitDraft, today: date, rules: VisitRules) -> tuple[Fault, ...]:
    """Return what is wrong, missing or doubtful in the form, by field."""
    return (
        *check_texts(draft),
        *_missing(draft, rules),
        *_codes(draft, rules),
        *_days(draft, today),
        *_hours(draft),
        *_findings(draft, rules),
    )


def _missing(draft: VisitDraft, rules: VisitRules) -> Iterable[Fault]:
    was_met = bool(draft.met) and draft.met not in rules.nobody
    fields = [*_REQUIRED]
    if draft.method in rules.counting_methods:
        fields += [*_REQUIRED_AT_HOME]
    if was_met:
        fields += [*_REQUIRED_WHEN_MET]
    if was_met and draft.method == "home":
        fields += ["lock_seen"]
    for field in fields:
        if not str(getattr(draft, field)).strip():
            yield Fault(field, "required", tr("这一项要填。"))
    if not draft.purposes:
        yield Fault("purposes", "required", tr("至少选一项服务内容。"))
    if draft.met in rules.nobody and not draft.not_met_reason.strip():
        yield Fault("not_met_reason", "required", tr("没有见到人，请写原因。"))


def _codes(draft: VisitDraft, rules: VisitRules) -> Iterable[Fault]:
    for field, name in _LISTS.items():
        code = str(getattr(draft, field))
        if code and code not in rules.lists[name]:
            yield Fault(field, "unknown_code", tr("没有这个选项：{code}。", code=code))
    for purpose in draft.purposes:
        if purpose not in rules.lists["visit_purpose"]:
            yield Fault("purposes", "unknown_code", tr("没有这个选项：{code}。", code=purpose))


def _days(draft: VisitDraft, today: date) -> Iterable[Fault]:
    visited, following = read_day(draft.visited_on), read_day(draft.next_visit_on)
    if draft.visited_on.strip() and visited is None:
        yield Fault("visited_on", "bad_date", tr("日期写成“2026-03-31”这样。"))
    if visited is not None and visited > today:
        yield Fault("visited_on", "future", tr("这一天还没有到。"))
    if not draft.next_visit_on.strip():
        yield Fault("next_visit_on", "no_next", tr("没有约下次日期，将按每季度的次数提醒。"), "warning")
    elif following is None:
        yield Fault("next_visit_on", "bad_date", tr("日期写成“2026-03-31”这样。"))
    elif visited is not None and following <= visited:
        yield Fault("next_visit_on", "order", tr("下次入户要晚于这次（{day}）。", day=visited.isoformat()))


def _hours(draft: VisitDraft) -> Iterable[Fault]:
    for field, text in (("starts", draft.starts), ("ends", draft.ends)):
        if text.strip() and read_minutes(text) is None:
            yield Fault(field, "bad_time", tr("时间写成“14:10”这样。"))
    minutes = minutes_between(draft.starts, draft.ends)
    if minutes is not None and minutes <= 0:
        yield Fault("ends", "order", tr("早于开始时间 {starts}。", starts=draft.starts))


def _findings(draft: VisitDraft, rules: VisitRules) -> Iterable[Fault]:
    if draft.does_count_match is not None and not draft.is_medicine_counted:
        yield Fault("does_count_match", "not_counted", tr("没有清点药数，就不能说相符或不符。"))
    if draft.lock_seen in rules.must_report and not draft.lock_reported_to.strip():
        yield Fault("lock_reported_to", "required", tr("看到关锁必须上报：请写报告给了谁。"))
    level = int(draft.danger_level) if draft.danger_level.isdecimal() else 0
    if level >= rules.emergency_danger:
        yield Fault(
            "danger_level", "emergency", tr("危险性 {n} 级：请马上联系监护人和绿色通道医院或民警。", n=level), "warning"
        )
    elif level >= rules.two_staff_danger and not draft.companions.strip():
        yield Fault("companions", "two_people", tr("危险性 {n} 级，建议两人同行。", n=level), "warning")
    if draft.problems.strip() and not draft.handling.strip():
        yield Fault("handling", "no_handling", tr("写了问题，还没有写怎么处理。"), "warning")
