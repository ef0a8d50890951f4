"""What a session sheet must say before it can be kept (DOMAIN 4.12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.calendar import minutes_between, read_day, read_minutes
from desktop.domain.faults import Fault
from desktop.domain.texts import check_texts
from desktop.i18n import tr


@dataclass(frozen=True)
class SheetRules:
    """Codes and limits of the sheet, read from data: which states mean "was there", which need a reason."""

    types: frozenset[str]
    forms: frozenset[str]
    states: frozenset[str]
    there: frozenset[str]
    with_reason: frozenset[str]
    participations: frozenset[str]
    minutes_min: int
    minutes_max: int
    planning_days: int


@dataclass(frozen=True)
class AttendanceLine:
    """One participant on the sheet; state "" means not recorded yet; `warning` says why the session may not count."""

    person_id: str
    name: str = ""
    file_no: str = ""
    state: str = ""  # present, late, left_early, leave, absent
    participation: str = ""  # active, fair, passive, refused
    mood_before: int | None = None
    mood_after: int | None = None
    note: str = ""
    warning: str = ""


@dataclass(frozen=True)
class TrainingDraft:
    """A session as typed; dates and times as text (YYYY-MM-DD, HH:MM)."""

    training_id: str | None = None
    revision: int = 0
    held_on: str = ""
    starts: str = ""
    ends: str = ""
    training_type: str = ""
    form: str = "group"
    theme: str = ""
    place: str = ""
    leader_id: str = ""
    helpers: str = ""
    content: str = ""
    lines: tuple[AttendanceLine, ...] = ()


def check(sheet: TrainingDraft, today: date, rules: SheetRules) -> tuple[Fault, ...]:
    """Return what is wrong or doubtful, by field ("lines.<person id>.<field>" for a participant)."""
    return (
        *_texts(sheet), *_day(sheet, today, rules), *_hours(sheet, rules), *_choices(sheet, rules),
        *_people(sheet, rules),
    )  # fmt: skip


def overlap(starts: str, ends: str, other_starts: str, other_ends: str) -> bool:
    """Say whether two spans HH:MM of one day share a minute (ending when the other begins does not count)."""
    return starts < other_ends and other_starts < ends


def _texts(sheet: TrainingDraft) -> Iterable[Fault]:
    """Give the faults in the texts of the sheet, those of a participant at the participant."""
    yield from check_texts(replace(sheet, lines=()))
    for line in sheet.lines:
        for fault in check_texts(line):
            yield replace(fault, field=f"lines.{line.person_id}.{fault.field}")


def _day(sheet: TrainingDraft, today: date, rules: SheetRules) -> Iterable[Fault]:
    if not sheet.held_on.strip():
        yield Fault("held_on", "required", tr("请填写训练日期。"))
        return
    day = read_day(sheet.held_on)
    if day is None:
        yield Fault("held_on", "bad_date", tr("日期写成“2026-03-31”这样。"))
    elif day > today and any(line.state for line in sheet.lines):
        yield Fault("held_on", "future", tr("这一天还没有到，不能先记出勤；可以只保存名单，打印签到表。"))
    elif (day - today).days > rules.planning_days:
        yield Fault("held_on", "future", tr("最多提前 {n} 天安排训练。", n=rules.planning_days))


def _hours(sheet: TrainingDraft, rules: SheetRules) -> Iterable[Fault]:
    for field, text in (("starts", sheet.starts), ("ends", sheet.ends)):
        if not text.strip():
            yield Fault(field, "required", tr("请填写时间。"))
        elif read_minutes(text) is None:
            yield Fault(field, "bad_time", tr("时间写成“09:30”这样。"))
    minutes = minutes_between(sheet.starts, sheet.ends)
    if minutes is None:
        return
    if minutes <= 0:
        yield Fault("ends", "order", tr("早于开始时间 {starts}。", starts=sheet.starts))
    elif not rules.minutes_min <= minutes <= rules.minutes_max:
        yield Fault(
            "ends", "length",
            tr("一次训练应在 {least} 到 {most} 分钟之间，现在是 {n} 分钟。",
               least=rules.minutes_min, most=rules.minutes_max, n=minutes),
        )  # fmt: skip


def _choices(sheet: TrainingDraft, rules: SheetRules) -> Iterable[Fault]:
    if sheet.training_type not in rules.types:
        yield Fault("training_type", "required", tr("请选择训练类型。"))
    if sheet.form not in rules.forms:
        yield Fault("form", "required", tr("请选择训练形式。"))
    if not sheet.leader_id:
        yield Fault("leader_id", "required", tr("请选择带领人。"))


def _people(sheet: TrainingDraft, rules: SheetRules) -> Iterable[Fault]:
    if not sheet.lines:
        yield Fault("lines", "required", tr("名单里还没有人。"))
    seen: set[str] = set()
    for line in sheet.lines:
        if line.person_id in seen:
            yield Fault(f"lines.{line.person_id}.state", "twice", tr("{name} 在名单里出现了两次。", name=line.name))
        seen.add(line.person_id)
        yield from _line(line, rules)


def _line(line: AttendanceLine, rules: SheetRules) -> Iterable[Fault]:
    def at(field: str) -> str:
        return f"lines.{line.person_id}.{field}"

    if line.state and line.state not in rules.states:
        yield Fault(at("state"), "unknown_code", tr("没有这种出勤：{code}。", code=line.state))
    if line.state in rules.with_reason and not line.note.strip():
        yield Fault(at("note"), "reason", tr("请假或缺席的原因未填，请联系家属。"), "warning")
    if line.participation and line.participation not in rules.participations:
        yield Fault(at("participation"), "unknown_code", tr("没有这种参与程度：{code}。", code=line.participation))
    if line.participation and line.state and line.state not in rules.there:
        yield Fault(at("participation"), "not_there", tr("没有到场，不记参与程度。"))
    for field, mood in (("mood_before", line.mood_before), ("mood_after", line.mood_after)):
        if mood is not None and not 1 <= mood <= 10:
            yield Fault(at(field), "range", tr("情绪分在 1 到 10 之间。"))
