"""Training sessions (康复训练) and attendance (出勤)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select
from sqlalchemy.orm.attributes import flag_modified

from desktop.domain import trainings as rules_of
from desktop.domain.calendar import clock, minutes_between, read_day
from desktop.domain.faults import Fault
from desktop.domain.trainings import AttendanceLine, TrainingDraft
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.people import Person
from desktop.models.trainings import Attendance, Training
from desktop.models.users import User
from desktop.services import codes, corrections, counting, refusals, standings
from desktop.services.desk import Desk
from desktop.services.searching import matches
from desktop.services.settings import values_in

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["AttendanceLine", "TrainingDraft", "TrainingRow", "Trainings"]


@dataclass(frozen=True)
class TrainingRow:
    """One session in the list."""

    id: str
    held_on: date
    starts: str
    ends: str
    minutes: int
    training_type: str
    form: str
    theme: str
    place: str
    leader: str
    expected: int
    attended: int


class Trainings:
    """Recording sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rules = sheet_rules()  # with the station's own limits as soon as a sheet was opened

    def rows(self, first: date, last: date, person_id: str | None = None) -> tuple[TrainingRow, ...]:
        """Return the sessions of a period, newest first."""
        self._desk.actor.require("trainings.read")
        with self._desk.work.read() as db:
            refusals.raise_if_closed(db, person_id)
            return tuple(_rows(db, first, last, person_id))

    def blank(self, on: date) -> TrainingDraft:
        """Return a new sheet filled with the values of the last group session of this leader (roster included)."""
        self._desk.actor.require("trainings.record")
        leader = self._desk.actor.user_id
        with self._desk.work.read() as db:
            self._rules = _station_rules(db)
            last = db.scalar(
                select(Training)
                .where(Training.leader_id == leader, Training.form == "group", Training.is_deleted.is_(False))
                .where(Training.held_on <= on)
                .order_by(Training.held_on.desc(), Training.starts.desc(), Training.id.desc())
                .limit(1)
            )
            if last is None:
                return TrainingDraft(held_on=on.isoformat(), leader_id=leader)
            lines = [AttendanceLine(one.person_id, one.name, one.file_no) for one in lines_of(db, last.id)]
            served = standings.still_served(db, [line.person_id for line in lines])
            kept = [line for line in lines if line.person_id in served]
            return TrainingDraft(
                held_on=on.isoformat(), starts=last.starts, ends=last.ends, training_type=last.training_type,
                form=last.form, place=last.place or "", leader_id=leader, helpers=last.helpers or "",
                lines=_warned(db, self._desk, kept, on),
            )  # fmt: skip

    def draft(self, training_id: str) -> TrainingDraft:
        """Return a stored session as a sheet."""
        self._desk.actor.require("trainings.read")
        with self._desk.work.read() as db:
            self._rules = _station_rules(db)
            training = _stored(db, training_id)
            return TrainingDraft(
                training_id=training.id, revision=training.revision, held_on=training.held_on.isoformat(),
                starts=training.starts, ends=training.ends, training_type=training.training_type, form=training.form,
                theme=training.theme or "", place=training.place or "", leader_id=training.leader_id or "",
                helpers=training.helpers or "", content=training.content or "",
                lines=_warned(db, self._desk, lines_of(db, training_id), training.held_on),
            )  # fmt: skip

    def candidates(self, search: str, on: date, limit: int = 50) -> tuple[AttendanceLine, ...]:
        """Return clients who can be added to a sheet, with the warning of `may` where it says no."""
        self._desk.actor.require("trainings.read")
        with self._desk.work.read() as db:
            found = db.execute(
                select(Person.id, Person.name, Person.file_no)
                .where(matches(search), standings.is_served())
                .order_by(Person.file_no)
                .limit(limit)
            )
            return _warned(db, self._desk, [AttendanceLine(*row) for row in found], on)

    def check(self, draft: TrainingDraft) -> tuple[Fault, ...]:
        """Return what is wrong (field names of the draft, or "lines.<person id>.<field>"); no database."""
        self._desk.actor.require("trainings.read")
        return rules_of.check(draft, self._desk.clock.today(), self._rules)

    def record(self, draft: TrainingDraft, reason: str = "") -> str:
        """Save session and attendance at once; return the id. Who lacks consent or agreement is kept, not counted.

        Raises ValidationError reason_needed when a final record is corrected without a reason.
        """
        self._desk.actor.require("trainings.record")
        training_id = draft.training_id or new_id()
        act = "trainings.amend" if draft.training_id else "trainings.record"
        with self._desk.work.write(act, training_id, held_on=draft.held_on, people=len(draft.lines)) as db:
            self._rules = _station_rules(db)
            refusals.raise_first(rules_of.check(draft, self._desk.clock.today(), self._rules))
            refusals.raise_unless_account(db, draft.leader_id, "leader_id")
            training = _opened(db, draft, training_id)
            if draft.training_id:
                corrections.explain(db, training, reason, self._desk.clock.today())
            _fill(training, draft)
            refusals.raise_first(collisions(db, training, draft.lines))
            db.flush()
            _attend(db, self._desk, training, draft.lines)
        return training_id


@cache
def sheet_rules() -> rules_of.SheetRules:
    """Return codes and limits of the sheet from resources/codes."""
    limits = codes.rules("training")
    attendance = codes.entries("attendance")
    return rules_of.SheetRules(
        types=_codes("training_type"),
        forms=_codes("training_form"),
        states=_codes("attendance"),
        there=frozenset(entry["code"] for entry in attendance if entry["attended"]),
        with_reason=frozenset(entry["code"] for entry in attendance if entry.get("needs_reason")),
        participations=_codes("participation"),
        minutes_min=limits["minutes_min"],
        minutes_max=limits["minutes_max"],
        planning_days=limits["planning_days"],
    )


def _station_rules(db: Session) -> rules_of.SheetRules:
    """Return the rules with the station's own limits of a session."""
    values = values_in(db)
    least, most = int(values["trainings.shortest_minutes"]), int(values["trainings.longest_minutes"])
    return replace(sheet_rules(), minutes_min=least, minutes_max=most)


def _codes(table: str) -> frozenset[str]:
    return frozenset(entry["code"] for entry in codes.entries(table))


def _rows(db: Session, first: date, last: date, person_id: str | None) -> list[TrainingRow]:
    there = func.sum(case((Attendance.state.in_(sheet_rules().there), 1), else_=0))
    query = (
        select(Training, User.name, func.count(Attendance.id), func.coalesce(there, 0))
        .select_from(Training)
        .outerjoin(User, User.id == Training.leader_id)
        .outerjoin(Attendance, (Attendance.training_id == Training.id) & Attendance.is_deleted.is_(False))
        .where(Training.held_on.between(first, last), Training.is_deleted.is_(False))
        .group_by(Training.id, User.name)
        .order_by(Training.held_on.desc(), Training.starts.desc(), Training.id.desc())
    )
    if person_id:
        mine = select(Attendance.training_id).where(Attendance.person_id == person_id, Attendance.is_deleted.is_(False))
        query = query.where(Training.id.in_(mine))
    return [_row(training, leader, expected, attended) for training, leader, expected, attended in db.execute(query)]


def _row(training: Training, leader: str | None, expected: int, attended: int) -> TrainingRow:
    return TrainingRow(
        training.id, training.held_on, training.starts, training.ends,
        minutes_between(training.starts, training.ends) or 0,
        training.training_type, training.form, training.theme or "", training.place or "",
        leader or training.helpers or "",
        expected, attended,
    )  # fmt: skip


def _stored(db: Session, training_id: str) -> Training:
    training = db.get(Training, training_id)
    if training is None or training.is_deleted:
        raise ValidationError("no_such_training", tr("没有这次训练。"), tr("请回到列表重新选择。"))
    return training


def lines_of(db: Session, training_id: str) -> list[AttendanceLine]:
    """Return who is on the sheet of a session."""
    found = db.execute(
        select(Attendance, Person.name, Person.file_no)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.training_id == training_id, Attendance.is_deleted.is_(False))
        .order_by(Attendance.id)
    )
    return [
        AttendanceLine(
            one.person_id, name, file_no, one.state, one.participation or "", one.mood_before, one.mood_after,
            one.note or "",
        )
        for one, name, file_no in found
    ]  # fmt: skip


def _warned(db: Session, desk: Desk, lines: Sequence[AttendanceLine], on: date) -> tuple[AttendanceLine, ...]:
    """Say on each line why the session would not count for that person."""
    verdicts = standings.verdicts(db, [line.person_id for line in lines], "serve", on)
    return tuple(
        line if verdicts[line.person_id].yes else replace(line, warning=verdicts[line.person_id].because)
        for line in lines
    )


def _opened(db: Session, draft: TrainingDraft, training_id: str) -> Training:
    if draft.training_id is None:
        training = Training(id=training_id)
        db.add(training)
        return training
    training = _stored(db, training_id)
    refusals.raise_if_stale(training, draft.revision)
    flag_modified(training, "held_on")  # a change of the lines alone must raise the revision of the sheet too
    return training


def _fill(training: Training, draft: TrainingDraft) -> None:
    held_on = read_day(draft.held_on)
    if held_on is None:
        raise ValueError("checked before")
    training.held_on = held_on
    training.starts, training.ends = clock(draft.starts), clock(draft.ends)
    training.training_type, training.form = draft.training_type, draft.form
    training.theme = draft.theme.strip() or None
    training.place = draft.place.strip() or None
    training.leader_id = draft.leader_id
    training.helpers = draft.helpers.strip() or None
    training.content = draft.content.strip() or None


def collisions(db: Session, training: Training, lines: Sequence[AttendanceLine]) -> list[Fault]:
    """Return who sits in another session at the same time (a client cannot be in two places, DOMAIN 4.12)."""
    there = {line.person_id: line for line in lines if line.state in sheet_rules().there}
    with db.no_autoflush:
        others = db.execute(
            select(Attendance.person_id, Training.starts, Training.ends)
            .join(Training, Training.id == Attendance.training_id)
            .where(Training.held_on == training.held_on, Training.id != training.id, Training.is_deleted.is_(False))
            .where(Attendance.person_id.in_(there), Attendance.state.in_(sheet_rules().there))
            .where(Attendance.is_deleted.is_(False))
        ).all()
    return [
        Fault(
            f"lines.{person_id}.state", "overlap",
            tr("{name} 这一天 {starts}-{ends} 已在另一场训练中，不能同时在两处。",
               name=there[person_id].name or there[person_id].file_no, starts=starts, ends=ends),
        )
        for person_id, starts, ends in others
        if rules_of.overlap(training.starts, training.ends, starts, ends)
    ]  # fmt: skip


def _attend(db: Session, desk: Desk, training: Training, lines: Sequence[AttendanceLine]) -> None:
    """Write the lines: new ones, changed ones, and those taken off (kept as deleted, revived when put back)."""
    stored = {one.person_id: one for one in db.scalars(select(Attendance).where(Attendance.training_id == training.id))}
    wanted = {line.person_id: line for line in lines}
    refusals.raise_unless_known(db, set(wanted) - set(stored))
    verdicts = standings.verdicts(db, list(wanted), "serve", training.held_on)
    for person_id, line in wanted.items():
        one = stored.get(person_id)
        if one is None:
            one = Attendance(training_id=training.id, person_id=person_id)
            db.add(one)
        one.is_deleted = False
        one.state, one.participation, one.note = line.state, line.participation or None, line.note.strip() or None
        one.mood_before, one.mood_after = line.mood_before, line.mood_after
        one.is_counted = counting.is_attended(line.state) and verdicts[person_id].yes
    for person_id in set(stored) - set(wanted):
        stored[person_id].is_deleted = True
    there = [line.person_id for line in lines if counting.is_attended(line.state)]
    counting.begin_service(db, there, training.held_on)
