"""Training of the staff in earlier years (补录), taken over from a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain import institution as rules_of
from desktop.domain.folding import fold
from desktop.domain.institution import Entry
from desktop.domain.past import Bounds, check_day
from desktop.i18n import tr
from desktop.models.base import IMPORTED
from desktop.models.institution import StaffTraining
from desktop.services.imported import PastLine, past_rules, say_again
from desktop.services.institution import entry_codes
from desktop.services.takers import Taker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import Line, ListSheet
    from desktop.models import Record
    from desktop.services.journal import Journal
    from desktop.services.takers import PlannedLine

_KIND = "staff_training"


class StaffTrainingTaker(Taker):
    """Takes over trainings; one of the same person, day and topic is not made twice."""

    permission = "institution.amend"

    def plan(self, db: Session, sheet: ListSheet, today: date) -> Sequence[PastLine]:
        """Return what becomes of each line, given what the store holds; changes nothing."""
        lines = [self._begin(sheet, line) for line in sheet.lines]
        query = select(StaffTraining.staff, StaffTraining.held_on, StaffTraining.topic)
        known = {_what(*row) for row in db.execute(query.where(StaffTraining.is_deleted.is_(False)))}
        seen: dict[Any, int] = {}
        for planned in lines:
            if planned.fate != "reject" and _is_right(planned, today):
                what = _what(planned.read.text("staff"), planned.day("held_on"), planned.read.text("topic"))
                if not say_again(planned, seen, what, "topic") and what in known:
                    planned.fate = "same"
        return lines

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the new trainings."""
        for planned in lines:
            if isinstance(planned, PastLine) and planned.is_stored:
                with journal.row(planned.line.excel_row):
                    db.add(_record(planned))

    def name_of(self, db: Session, record: Record) -> str:
        """Return who was trained."""
        return str(getattr(record, "staff", ""))

    def _begin(self, sheet: ListSheet, line: Line) -> PastLine:
        read = self.read(sheet, line)
        return PastLine(line, list(read.remarks), "reject" if read.is_faulty else "new", read=read)


def _what(staff: str, held_on: date | None, topic: str) -> tuple[object, ...]:
    return fold(staff), held_on, fold(topic)


def _is_right(planned: PastLine, today: date) -> bool:
    """Judge a line as an entry typed into the institution file, and its day as one of earlier years."""
    values = {shape.name: planned.read.text(shape.name) for shape in rules_of.shapes(_KIND)}
    for fault in rules_of.check(Entry(_KIND, values), today, entry_codes()):
        planned.note(fault.field or "staff", fault.severity, fault.code, fault.message)
    held_on = planned.day("held_on")
    if held_on is None:
        planned.reject("held_on", "date_unreadable", tr("看不懂日期，请写成 2026-03-31 这样。"))
    elif planned.fate != "reject":
        planned.judge(check_day("held_on", held_on, today, Bounds(), past_rules()))
    return planned.fate != "reject"


def _record(planned: PastLine) -> StaffTraining:
    text = planned.read.text
    held_on, hours = planned.day("held_on"), rules_of.read_hours(text("hours"))
    if held_on is None or hours is None:
        raise ValueError("planned before")
    others = {name: text(name) or None for name in ("kind", "organiser", "certificate")}
    return StaffTraining(
        staff=text("staff"), held_on=held_on, hours=hours, topic=text("topic"), origin=IMPORTED, **others
    )
