"""Visits and calls of earlier years (补录), taken over from a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.past import parts_of, read_span
from desktop.i18n import tr
from desktop.models.base import IMPORTED
from desktop.models.visits import Visit
from desktop.services import counting
from desktop.services.imported import Calendar, PastLine, PastTaker, Staff, chunks, differing, say_again, weigh
from desktop.services.takers import PlannedLine, words_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import ListSheet
    from desktop.services.journal import Journal

_CODES = (
    "method", "met", "mental_state", "medication", "sleep", "diet", "self_care", "social_function", "lock_seen",
)  # fmt: skip
_TEXTS = ("not_met_reason", "problems", "handling")
_AT_HOME, _NOBODY, _OTHER = "home", "nobody", "other"


@dataclass
class PastVisit(PastLine):
    """A line as the columns of a visit, and the visit of that day that is known already."""

    values: dict[str, Any] = field(default_factory=dict)
    visit_id: str = ""


class VisitsTaker(PastTaker):
    """Takes over visits; one of the same client, day and way that is known already is not made twice."""

    permission = "visits.record"
    line_type = PastVisit

    def _look(self, db: Session, sheet: ListSheet, lines: Sequence[PastLine], today: date) -> None:
        mine = [planned for planned in lines if isinstance(planned, PastVisit)]
        calendar, staff = Calendar(db, today, {planned.person_id for planned in mine}), Staff(db)
        known = _known(db, {planned.person_id for planned in mine})
        seen: dict[Any, int] = {}
        for planned in mine:
            _read(planned, staff)
            key = (planned.person_id, planned.values["visited_on"], planned.values["method"])
            if calendar.judge_cell(planned, "visited_on") and not say_again(
                planned, seen, (*key, planned.values["starts"]), "visited_on"
            ):
                _settle(db, planned, known.get(key, ()))

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the new visits at once, then lay what a sheet says otherwise over those taken over before."""
        mine = [planned for planned in lines if isinstance(planned, PastVisit) and planned.is_stored]
        gate = counting.Gate(db, {planned.person_id for planned in mine})
        new = {planned.line.excel_row: _new(planned, gate) for planned in mine if planned.fate == "new"}
        db.add_all(new.values())
        db.flush()
        for excel_row, visit in new.items():
            journal.made([visit], excel_row)
        for planned in mine:
            if planned.fate == "change":
                with journal.row(planned.line.excel_row):
                    _change(db.get_one(Visit, planned.visit_id), planned.values, gate)


def _read(planned: PastVisit, staff: Staff) -> None:
    """Put the cells into the columns of a visit; whoever has no account is named in words."""
    text = planned.read.text
    values: dict[str, Any] = {name: text(name) or None for name in (*_CODES, *_TEXTS)}
    values["method"] = values["method"] or _AT_HOME
    values["met"] = values["met"] or _whom(planned)
    values["visited_on"], values["next_visit_on"] = planned.day("visited_on"), planned.day("next_visit_on")
    values["starts"], values["ends"] = _hours(planned)
    values["visitor_id"], others = staff.split(text("visitor"))
    values["companions"] = "、".join(part for part in (others, text("companions")) if part) or None
    values["danger_level"] = int(text("danger_level")) if text("danger_level") else None
    values["purposes"], rest = _purposes(text("purposes"))
    values["problems"] = "；".join(part for part in (values["problems"], rest) if part) or None
    planned.values = values


def _whom(planned: PastVisit) -> str:
    """Return whom a visit met when nobody wrote it down: somebody, unless the reason for meeting nobody is told."""
    if planned.read.text("not_met_reason"):
        return _NOBODY
    planned.note("met", "warning", "met_unsaid", tr("没有写见到谁，按见到“其他人”记。"))
    return _OTHER


def _hours(planned: PastVisit) -> tuple[str | None, str | None]:
    starts, ends = planned.read.text("starts"), planned.read.text("ends")
    typed = planned.read.text("hours")
    if typed and not starts:
        span = read_span(typed)
        if span is not None:
            return span
        planned.note("hours", "warning", "time_unreadable", tr("看不懂时间“{typed}”，先空着。", typed=typed))
    return starts or None, ends or None


def _purposes(typed: str) -> tuple[list[str], str]:
    """Return the purposes named in a cell, and what is no purpose as words."""
    words = words_of_kind("visits").codes["purposes"]
    parts = [typed] if typed in words else parts_of(typed)
    codes = [words[part] for part in parts if part in words]
    return list(dict.fromkeys(codes)), "；".join(part for part in parts if part not in words)


def _known(db: Session, person_ids: set[str]) -> dict[tuple[object, ...], list[Visit]]:
    """Return the visits that stand already, by client, day and way."""
    found: dict[tuple[object, ...], list[Visit]] = {}
    for some in chunks(person_ids):
        for visit in db.scalars(select(Visit).where(Visit.person_id.in_(some), Visit.is_deleted.is_(False))):
            found.setdefault((visit.person_id, visit.visited_on, visit.method), []).append(visit)
    return found


def _settle(db: Session, planned: PastVisit, known: Iterable[Visit]) -> None:
    """Settle the fate: two visits of one day are two only when their times say so."""
    starts = planned.values["starts"]
    same = [visit for visit in known if starts is None or visit.starts is None or visit.starts == starts]
    if same:
        visit = same[0]
        planned.visit_id = visit.id
        planned.fate = weigh(db, planned, "visited_on", visit, differing(visit, planned.values))


def _new(planned: PastVisit, gate: counting.Gate) -> Visit:
    visit = Visit(person_id=planned.person_id, origin=IMPORTED, **planned.values)
    visit.is_counted = _counts(visit, gate)
    return visit


def _change(visit: Visit, values: dict[str, Any], gate: counting.Gate) -> None:
    for name, value in differing(visit, values).items():
        setattr(visit, name, value)
    visit.is_counted = _counts(visit, gate)


def _counts(visit: Visit, gate: counting.Gate) -> bool:
    is_visit = counting.is_visit(visit.method, visit.met)
    return is_visit and gate.is_open(visit.person_id, "visit", visit.visited_on)
