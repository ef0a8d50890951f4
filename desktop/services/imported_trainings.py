"""Attendance of earlier years (补录): a line for each person and session, or the grid of a month with marks by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from desktop import resources
from desktop.domain.lists import day_of, noted_above
from desktop.domain.past import meaning_of, month_of, read_span, word_in
from desktop.domain.trainings import overlap
from desktop.i18n import tr
from desktop.models.base import IMPORTED, new_id
from desktop.models.trainings import Attendance, Training
from desktop.services import counting
from desktop.services.imported import Calendar, PastLine, PastTaker, Staff, chunks, differing, weigh
from desktop.services.takers import words_of_kind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import ListSheet
    from desktop.models import Record
    from desktop.services.journal import Journal
    from desktop.services.takers import PlannedLine

_STORED, _DONE = frozenset({"new", "change"}), "done"
_UNSAID, _GROUP, _THERE_WITHOUT_MARK = "99", "group", "present"


class Held(NamedTuple):
    """What a sheet says of a session; "" where it says nothing, the type "99"."""

    held_on: date
    starts: str = ""
    ends: str = ""
    training_type: str = _UNSAID
    theme: str = ""
    form: str = _GROUP

    def is_like(self, training: Training) -> bool:
        """Say whether a session that stands already can be the one meant: nothing that is said speaks against it."""
        return (
            self.held_on == training.held_on
            and (not self.starts or not training.starts or self.starts == training.starts)
            and self._is_of_kind(training)
            and (not self.theme or not training.theme or self.theme == training.theme)
        )

    def _is_of_kind(self, training: Training) -> bool:
        is_unsaid = training.origin == IMPORTED and training.training_type == _UNSAID
        return is_unsaid or self.training_type in (_UNSAID, training.training_type)


@dataclass
class Mark:
    """One person in one session, as a cell or a line says it; `attendance_id` when that is known already."""

    key: str
    held: Held
    state: str
    participation: str | None = None
    note: str | None = None
    fate: str = "new"
    attendance_id: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The columns of an attendance."""
        return {"state": self.state, "participation": self.participation, "note": self.note}


@dataclass
class PastAttendance(PastLine):
    """A line and what it says of one person: one session, or a month of them."""

    marks: list[Mark] = field(default_factory=list)
    leader_id: str | None = None
    leader_words: str = ""


class AttendanceTaker(PastTaker):
    """Takes over attendance; sessions are found again by day, time, kind and theme, or made."""

    permission = "trainings.record"
    line_type = PastAttendance

    def _look(self, db: Session, sheet: ListSheet, lines: Sequence[PastLine], today: date) -> None:
        mine = [planned for planned in lines if isinstance(planned, PastAttendance)]
        around, staff = _Around.of(sheet), Staff(db)
        calendar = Calendar(db, today, {planned.person_id for planned in mine})
        known = _Known(db, {planned.person_id for planned in mine})
        seen: dict[tuple[str, Held], tuple[int, str]] = {}
        for planned in mine:
            planned.leader_id, planned.leader_words = staff.split(planned.read.text("leader") or around.leader)
            planned.marks = list(_marks(planned, around))
            if planned.fate != "reject" and all(
                calendar.judge(planned, one.key, one.held.held_on) for one in planned.marks
            ):
                _refuse_repeated(planned, seen)
                known.settle(db, planned)

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store new sessions with everybody in them at once; then what touches sessions that stand already."""
        mine = [planned for planned in lines if isinstance(planned, PastAttendance) and planned.is_stored]
        gate = counting.Gate(db, {planned.person_id for planned in mine})
        sessions = _Sessions(db, {one.held.held_on for planned in mine for one in planned.marks})
        fresh = [(planned, _fresh(planned, sessions, gate)) for planned in mine]
        db.add_all(training for _, (trainings, _) in fresh for training in trainings)
        db.flush()  # before the attendance that names them
        db.add_all(one for _, (_, attendances) in fresh for one in attendances)
        db.flush()
        for planned, (trainings, attendances) in fresh:
            journal.made([*trainings, *attendances], planned.line.excel_row)
        for planned in mine:
            if any(one.fate in _STORED for one in planned.marks):
                with journal.row(planned.line.excel_row):
                    for one in planned.marks:
                        _store(db, planned, one, sessions, gate)

    def name_of(self, db: Session, record: Record) -> str:
        """Return the day of a session."""
        return record.held_on.isoformat() if isinstance(record, Training) else super().name_of(db, record)


@dataclass(frozen=True)
class _Around:
    """What stands above the header of a sheet and so holds for all its lines."""

    month: tuple[int, int] | None
    training_type: str
    leader: str
    theme: str
    is_marked: bool  # there is a column for the mark, so an empty cell of it means something was forgotten

    @classmethod
    def of(cls, sheet: ListSheet) -> _Around:
        """Read it from the texts above the header."""
        above = resources.table("imports/attendance.toml")["above"]
        words = words_of_kind("attendance").codes["training_type"]
        told = {name: noted_above(sheet.heading, labels) for name, labels in above.items()}
        kind = words.get(told["training_type"]) or word_in(sheet.heading, words)
        return cls(
            month_of((*sheet.heading, sheet.sheet)), kind, told["leader"], told["theme"], "state" in sheet.columns
        )


def _marks(planned: PastAttendance, around: _Around) -> Iterable[Mark]:
    """Return what a line says: its own day, or the marks in the columns of days; nothing is told on the cell."""
    days = planned.read.days
    held_on = planned.day("held_on")
    if held_on is not None:
        if around.is_marked and not planned.read.text("state"):
            planned.reject("state", "mark_missing", tr("出勤是空的，请写 √、迟、退、假、×。"))
            return
        yield from _one(planned, "held_on", planned.read.text("state"), _held(planned, held_on, around))
    elif days:
        for key, mark in days.items():
            day = _day_of(planned, key, around)
            if day is None:
                planned.reject(key, "no_such_day", tr("不知道这一列是哪一天，请在表头上面写“2025年11月”这样的年月。"))
            else:
                yield from _one(planned, key, mark, _held(planned, day, around))
    elif "held_on" in planned.line.cells:
        planned.reject("held_on", "date_unreadable", tr("看不懂日期，请写成 2026-03-31 这样。"))
    else:
        planned.fate = "same"  # a line of the grid without any mark: nobody came


def _day_of(planned: PastAttendance, key: str, around: _Around) -> date | None:
    month = month_of((planned.read.text("month"),)) or around.month
    parts = key.removeprefix("day.").split("-")
    if month is None and len(parts) < 3:  # a whole day has three
        return None
    year, number = month or (0, 0)
    return day_of(key, year, number)


def _held(planned: PastAttendance, day: date, around: _Around) -> Held:
    text = planned.read.text
    starts, ends = text("starts"), text("ends")
    span = read_span(text("hours")) if text("hours") and not starts else None
    if text("hours") and not starts and span is None:
        planned.note("hours", "warning", "time_unreadable", tr("看不懂时间“{typed}”，先空着。", typed=text("hours")))
    starts, ends = span or (starts, ends)
    return Held(
        day, starts, ends if starts else "", text("training_type") or around.training_type or _UNSAID,
        text("theme") or around.theme, text("form") or _GROUP,
    )  # fmt: skip


def _one(planned: PastAttendance, key: str, mark: str, held: Held) -> Iterable[Mark]:
    """Return what one cell says; an empty one in a line of its own means that the person was there."""
    states = resources.table("imports/attendance.toml")["marks"]
    state = meaning_of(states, mark) if mark else _THERE_WITHOUT_MARK
    if not state:
        cell = key if key != "held_on" else "state"
        planned.reject(cell, "mark_unknown", tr("看不懂“{mark}”，请用 √、迟、退、假、×。", mark=mark))
        return
    text = planned.read.text
    is_there = counting.is_attended(state)
    yield Mark(key, held, state, (text("participation") or None) if is_there else None, text("note") or None)


def _refuse_repeated(planned: PastAttendance, seen: dict[tuple[str, Held], tuple[int, str]]) -> None:
    for one in planned.marks:
        row, _ = seen.setdefault((planned.person_id, one.held), (planned.line.excel_row, one.key))
        if seen[(planned.person_id, one.held)] != (planned.line.excel_row, one.key):
            planned.reject(one.key, "line_repeated", tr("与第 {row} 行重复，同一场只写一次。", row=row))


class _Known:
    """The attendance that stands already, of the clients of a sheet."""

    def __init__(self, db: Session, person_ids: set[str]) -> None:
        self._found: defaultdict[tuple[str, date], list[tuple[Training, Attendance]]] = defaultdict(list)
        query = select(Training, Attendance).join(Attendance, Attendance.training_id == Training.id)
        query = query.where(Attendance.is_deleted.is_(False), Training.is_deleted.is_(False))
        for some in chunks(person_ids):
            for training, one in db.execute(query.where(Attendance.person_id.in_(some))):
                self._found[one.person_id, training.held_on].append((training, one))

    def settle(self, db: Session, planned: PastAttendance) -> None:
        """Settle what becomes of each mark, and so of the line."""
        for one in planned.marks:
            self._settle_mark(db, planned, one)
        if planned.fate != "reject":
            fates = {one.fate for one in planned.marks}
            planned.fate = next((fate for fate in ("new", "change") if fate in fates), "same")

    def _settle_mark(self, db: Session, planned: PastAttendance, one: Mark) -> None:
        there = self._found[planned.person_id, one.held.held_on]
        for training, attendance in there:
            if one.held.is_like(training):
                one.attendance_id = attendance.id
                one.fate = weigh(db, planned, one.key, attendance, differing(attendance, one.values))
                return
        for training, attendance in there if counting.is_attended(one.state) and one.held.starts else ():
            if counting.is_attended(attendance.state) and overlap(
                one.held.starts, one.held.ends, training.starts, training.ends
            ):
                message = tr("这一天 {starts}-{ends} 已在另一场训练中。", starts=training.starts, ends=training.ends)
                planned.reject(one.key, "overlap", message)


class _Sessions:
    """The sessions of the days of a sheet, found again or made."""

    def __init__(self, db: Session, days: set[date]) -> None:
        self._db = db
        self._by_day: defaultdict[date, list[Training]] = defaultdict(list)
        self._new: set[str] = set()
        self._touched: set[str] = set()
        if days:
            span = Training.held_on.between(min(days), max(days))
            query = select(Training).where(span, Training.is_deleted.is_(False)).order_by(Training.id)
            for training in db.scalars(query):
                self._by_day[training.held_on].append(training)

    def standing(self, held: Held) -> Training | None:
        """Return the session that is meant: one that says just the same, else one that can be it."""
        alike = [training for training in self._by_day[held.held_on] if held.is_like(training)]
        return next((training for training in alike if _said(training) == held), alike[0] if alike else None)

    def made(self, held: Held, planned: PastAttendance) -> Training:
        """Return a new session, which others of the sheet share."""
        told = held._asdict() | {"theme": held.theme or None}
        helpers = planned.leader_words or None
        made = Training(id=new_id(), origin=IMPORTED, leader_id=planned.leader_id, helpers=helpers, **told)
        self._new.add(made.id)
        self._by_day[held.held_on].append(made)
        return made

    def is_new(self, training: Training) -> bool:
        """Say whether a session was made for this sheet."""
        return training.id in self._new

    def touch(self, training: Training) -> None:
        """Give a session that stands a new revision, once: a new line changes the sheet, as when it is typed."""
        if training.id not in self._touched:
            flag_modified(training, "held_on")
            self._touched.add(training.id)


def _said(training: Training) -> Held:
    return Held(
        training.held_on, training.starts, training.ends, training.training_type, training.theme or "", training.form
    )


def _fresh(
    planned: PastAttendance, sessions: _Sessions, gate: counting.Gate
) -> tuple[list[Training], list[Attendance]]:
    """Return the sessions made for a line, and its attendance in sessions made for this sheet; these marks are done."""
    trainings, attendances = [], []
    for one in planned.marks:
        if one.fate != "new":
            continue
        training = sessions.standing(one.held)
        if training is None:
            training = sessions.made(one.held, planned)
            trainings.append(training)
        if sessions.is_new(training):
            attendance = Attendance(training_id=training.id, person_id=planned.person_id, origin=IMPORTED, **one.values)
            attendance.is_counted = _counts(attendance, training, gate)
            attendances.append(attendance)
            one.fate = _DONE
    return trainings, attendances


def _store(db: Session, planned: PastAttendance, one: Mark, sessions: _Sessions, gate: counting.Gate) -> None:
    """Store a mark in a session that stood before."""
    if one.fate not in _STORED:
        return
    training, attendance = _stored(db, one) if one.attendance_id else _joined(db, planned, one, sessions)
    for name, value in differing(attendance, one.values).items():
        setattr(attendance, name, value)
    attendance.is_counted = _counts(attendance, training, gate)


def _stored(db: Session, one: Mark) -> tuple[Training, Attendance]:
    attendance = db.get_one(Attendance, one.attendance_id)
    return db.get_one(Training, attendance.training_id), attendance


def _joined(db: Session, planned: PastAttendance, one: Mark, sessions: _Sessions) -> tuple[Training, Attendance]:
    """Put somebody into a session that stood before."""
    training = sessions.standing(one.held)
    if training is None:
        raise ValueError("found before")
    sessions.touch(training)
    return training, _blank(db, training, planned.person_id)


def _counts(attendance: Attendance, training: Training, gate: counting.Gate) -> bool:
    is_open = gate.is_open(attendance.person_id, "serve", training.held_on)
    return counting.is_attended(attendance.state) and is_open


def _blank(db: Session, training: Training, person_id: str) -> Attendance:
    """Return a new line of a session, or the one that was taken off it before."""
    mine = (Attendance.training_id == training.id, Attendance.person_id == person_id)
    with db.no_autoflush:
        found = db.scalar(select(Attendance).where(*mine))
    if found is None:
        found = Attendance(training_id=training.id, person_id=person_id, state="", origin=IMPORTED)
        db.add(found)
    elif found.is_deleted:
        found.is_deleted, found.origin, found.participation, found.note = False, IMPORTED, None, None
        found.mood_before = found.mood_after = None
    return found
