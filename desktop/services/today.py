"""The board of the day (今日工作)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.domain.calendar import week_of
from desktop.domain.reminders import BundleFacts, DraftFacts, Duty, of_backup, of_bundles, of_drafts, of_findings
from desktop.i18n import tr
from desktop.models.drafts import Draft
from desktop.models.exchange import BundleOut
from desktop.models.trainings import Attendance, Training
from desktop.services import codes, counting, duties
from desktop.services.backups import last_backup
from desktop.services.desk import Desk
from desktop.services.institution import due_findings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.domain.reminders import ReminderRules
    from desktop.services.backups import BackupRow


@dataclass(frozen=True)
class DutyRow:
    """One thing to do: kind consent, agreement, visit, bundle, backup, draft; `group` overdue, today, week, later.

    `action` is a route (consent, agreement, visit, training, person_form, sync, backups) and `subject` the id that
    route needs; for a draft `area` is the draft's area and `subject` the draft's subject.
    """

    kind: str
    group: str
    subject: str  # person id, draft id or ""
    title: str
    what: str
    reason: str
    due_on: date | None
    due_text: str
    who: str
    action: str
    action_label: str
    area: str = ""


@dataclass(frozen=True)
class WeekDay:
    """One day of the week strip."""

    day: date
    count: int
    is_today: bool


@dataclass(frozen=True)
class BackupStanding:
    """When the last backup was made and checked, for how many files; None values: never."""

    at: datetime | None
    persons: int | None
    is_verified: bool
    sentence: str


@dataclass(frozen=True)
class TodayBoard:
    """Everything the board shows."""

    day: date
    duties: tuple[DutyRow, ...]
    counts: dict[str, int]  # group -> number, "all", and kind -> number
    week: tuple[WeekDay, ...]
    trainings_today: tuple[tuple[str, str, str], ...]  # start, title, place and number
    expected_today: int
    attended_today: int
    backup: BackupStanding
    people_in_service: int
    leave_today: int = 0
    absent_today: int = 0


class Today:
    """What is to be done, by rules over the store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def board(self, on: date) -> TodayBoard:
        """Return the board of a day."""
        self._desk.actor.require("today.read")
        backup = last_backup(self._desk)
        with self._desk.work.read() as db:
            parameters = duties.rules(db)
            owed = duties.owed(db, on)
            found = _sorted([*_of_clients(owed), *self._of_station(db, backup, on, parameters)])
            attendance = _attendance(db, on)
            return TodayBoard(
                day=on,
                duties=tuple(row for row, _ in found),
                counts=_counts(found, self._desk.actor.user_id),
                week=_week([row for row, _ in found], on),
                trainings_today=_trainings(db, on),
                expected_today=sum(attendance.values()),
                attended_today=sum(n for state, n in attendance.items() if counting.is_attended(state)),
                backup=_backup(backup, on),
                people_in_service=sum(one.is_in_service and not one.is_away for one, _ in owed),
                leave_today=attendance["leave"],
                absent_today=attendance["absent"],
            )

    def _of_station(
        self, db: Session, backup: BackupRow | None, on: date, parameters: ReminderRules
    ) -> Iterable[tuple[DutyRow, str | None]]:
        """Return the duties that belong to no client: backup, bundles without receipt, unfinished forms."""
        me = self._desk.actor
        verified_on = backup.at.astimezone().date() if backup and backup.is_verified else None
        others = (*of_bundles(_bundles(db), on, parameters), *of_findings(due_findings(db), on, parameters))
        for duty in (*of_backup(verified_on, on, parameters), *others):
            yield _row(duty, "", _ROUTES[duty.kind], _labels()[duty.kind]), None
        for duty in of_drafts(_drafts(db, me.user_id), on, parameters):
            yield _row(duty, me.name, _DRAFT_ROUTES.get(duty.area, duty.area), tr("接着写")), me.user_id


_GROUPS = ("overdue", "today", "week", "later")
_ROUTES = {
    "consent": "consent", "agreement": "agreement", "visit": "visit", "draft": "person_form",
    "bundle": "sync", "backup": "backups", "finding": "institution",
}  # fmt: skip
_DRAFT_ROUTES = {
    "people": "person_form", "trainings": "training", "visits": "visit", "consents": "consent",
    "stations": "institution", "institution": "institution",
}  # fmt: skip


def _labels() -> dict[str, str]:
    """Return the words on the buttons by kind of duty."""
    return {
        "consent": tr("办理同意书"), "agreement": tr("办理协议"), "visit": tr("登记入户"), "draft": tr("接着写"),
        "bundle": tr("导入回执"), "backup": tr("现在备份"), "finding": tr("登记整改"),
    }  # fmt: skip


def _row(duty: Duty, who: str, action: str, label: str) -> DutyRow:
    return DutyRow(
        duty.kind, duty.group, duty.subject, duty.title, duty.what, duty.reason, duty.due_on, duty.due_text, who,
        action, label, duty.area,
    )  # fmt: skip


def _of_clients(
    owed: Iterable[tuple[duties.Client, tuple[Duty, ...]]],
) -> Iterable[tuple[DutyRow, str | None]]:
    labels = _labels()
    for client, its_duties in owed:
        for duty in its_duties:
            yield _row(duty, client.who, _ROUTES[duty.kind], labels[duty.kind]), client.who_id


def _sorted(found: list[tuple[DutyRow, str | None]]) -> list[tuple[DutyRow, str | None]]:
    """Return the duties by group, the longest overdue first, what has no day after what has one."""
    return sorted(
        found, key=lambda one: (_GROUPS.index(one[0].group), one[0].due_on is None, one[0].due_on or date.min)
    )


def _counts(found: list[tuple[DutyRow, str | None]], me: str) -> dict[str, int]:
    """Return how many duties there are by group, by kind, in all ("all") and of the person at the desk ("mine")."""
    counts = Counter(dict.fromkeys(_GROUPS, 0))
    for row, who_id in found:
        counts.update((row.group, row.kind, "all"))
        counts["mine"] += who_id == me
    return dict(counts)


def _week(rows: list[DutyRow], on: date) -> tuple[WeekDay, ...]:
    by_day = Counter(row.due_on for row in rows)
    first = week_of(on).first
    days = [first + timedelta(days=n) for n in range(7)]
    return tuple(WeekDay(day, by_day[day], day == on) for day in days)


def _bundles(db: Session) -> list[BundleFacts]:
    """Return the bundles that left this PC and were not acknowledged."""
    query = select(BundleOut.bundle_id, BundleOut.file_name, BundleOut.issued_at).where(
        BundleOut.receipted_at.is_(None)
    )
    return [
        BundleFacts(bundle_id, file_name, issued_at.astimezone().date())
        for bundle_id, file_name, issued_at in db.execute(query.order_by(BundleOut.bundle_seq))
    ]


def _drafts(db: Session, user_id: str) -> list[DraftFacts]:
    query = select(Draft.area, Draft.subject, Draft.title, Draft.saved_at).where(Draft.user_id == user_id)
    return [
        DraftFacts(area, subject, title, saved_at.astimezone().date())
        for area, subject, title, saved_at in db.execute(query.order_by(Draft.saved_at))
    ]


def _attendance(db: Session, on: date) -> Counter[str]:
    """Return how many clients are on today's sheets, by attendance."""
    query = (
        select(Attendance.state, func.count())
        .join(Training, Training.id == Attendance.training_id)
        .where(Training.held_on == on, Training.is_deleted.is_(False), Attendance.is_deleted.is_(False))
        .group_by(Attendance.state)
    )
    return Counter(dict(db.execute(query).all()))


def _trainings(db: Session, on: date) -> tuple[tuple[str, str, str], ...]:
    query = (
        select(Training.starts, Training.training_type, Training.theme, Training.place, func.count(Attendance.id))
        .select_from(Training)
        .outerjoin(Attendance, (Attendance.training_id == Training.id) & Attendance.is_deleted.is_(False))
        .where(Training.held_on == on, Training.is_deleted.is_(False))
        .group_by(Training.id)
        .order_by(Training.starts, Training.id)
    )
    return tuple(
        (
            starts,
            tr(" · ").join(word for word in (codes.label_of("training_type", training_type), theme) if word),
            tr(" · ").join(word for word in (codes.label_of("training_place", place), tr("{n} 人", n=people)) if word),
        )
        for starts, training_type, theme, place, people in db.execute(query)
    )


def _backup(backup: BackupRow | None, on: date) -> BackupStanding:
    """Return when the last backup was made and checked, in a sentence for the staff."""
    if backup is None:
        return BackupStanding(None, None, False, tr("还没有备份过。电脑坏了，档案就没有了。"))
    made = backup.at.astimezone()
    days = (on - made.date()).days
    day = {0: tr("今天"), 1: tr("昨天")}.get(days) or made.date().isoformat()
    if not backup.is_verified:
        sentence = tr("{day} {time} 备份过，但没有核对成功，请再备份一次。", day=day, time=f"{made:%H:%M}")
        return BackupStanding(backup.at, backup.persons, False, sentence)
    sentence = tr(
        "{day} {time} 备份，随后打开核对过一遍，{n} 人的档案都完整。", day=day, time=f"{made:%H:%M}", n=backup.persons
    )
    return BackupStanding(backup.at, backup.persons, True, sentence)
