"""Home visits and telephone contacts (入户与电话联系)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.domain import visits as rules_of
from desktop.domain.calendar import clock, read_day
from desktop.domain.faults import Fault
from desktop.domain.visits import VisitDraft
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.people import Person
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.services import codes, corrections, counting, duties, refusals, standings
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["VisitDraft", "VisitRow", "Visits"]


@dataclass(frozen=True)
class VisitRow:
    """One visit in a list; a row with visit_id None is a visit that is due."""

    visit_id: str | None
    person_id: str
    person_name: str
    file_no: str
    village: str | None
    on: date
    method: str
    met: str
    summary: str
    visitor: str
    is_counted: bool
    is_overdue: bool


class Visits:
    """Recording visits and knowing which are due."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, first: date, last: date, person_id: str | None = None) -> tuple[VisitRow, ...]:
        """Return the visits of a period, newest first."""
        self._desk.actor.require("visits.read")
        with self._desk.work.read() as db:
            refusals.raise_if_closed(db, person_id)
            query = (
                select(Visit, Person.name, Person.file_no, Person.village, User.name)
                .select_from(Visit)
                .join(Person, Person.id == Visit.person_id)
                .outerjoin(User, User.id == Visit.visitor_id)
                .where(Visit.visited_on.between(first, last), Visit.is_deleted.is_(False))
                .order_by(Visit.visited_on.desc(), Visit.starts.desc(), Visit.id.desc())
            )
            if person_id:
                query = query.where(Visit.person_id == person_id)
            return tuple(
                VisitRow(
                    visit.id, visit.person_id, name, file_no, village, visit.visited_on, visit.method, visit.met,
                    summary(visit), visitor or visit.companions or "", visit.is_counted, is_overdue=False,
                )
                for visit, name, file_no, village, visitor in db.execute(query)
            )  # fmt: skip

    def due(self, until: date) -> tuple[VisitRow, ...]:
        """Return the visits due up to a day (the date agreed, or the standard of the class this quarter)."""
        self._desk.actor.require("visits.read")
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            return tuple(
                VisitRow(
                    None, one.person_id, one.name, one.file_no, one.village, one.due_on, "home", "", one.reason,
                    one.who, is_counted=False, is_overdue=one.due_on < today,
                )
                for one in duties.visits(db, today)
                if one.due_on <= until
            )  # fmt: skip

    def blank(self, person_id: str, on: date) -> VisitDraft:
        """Return a new form with the visitor and usual values filled in."""
        self._desk.actor.require("visits.record")
        with self._desk.work.read() as db:
            refusals.person_in(db, person_id)
            last = _last(db, person_id)
        return VisitDraft(
            person_id,
            visited_on=on.isoformat(),
            visitor_id=self._desk.actor.user_id,
            companions=last.companions or "" if last else "",
            purposes=tuple(last.purposes) if last else ("followup",),
        )

    def draft(self, visit_id: str) -> VisitDraft:
        """Return a stored visit as a form."""
        self._desk.actor.require("visits.read")
        with self._desk.work.read() as db:
            visit = _stored(db, visit_id)
            refusals.raise_if_closed(db, visit.person_id)
            return _draft(visit)

    def check(self, draft: VisitDraft) -> tuple[Fault, ...]:
        """Return what is wrong or missing, by field of the draft; no database."""
        self._desk.actor.require("visits.read")
        return rules_of.check(draft, self._desk.clock.today(), visit_rules())

    def record(self, draft: VisitDraft, reason: str = "") -> str:
        """Save the visit; return its id. A telephone call is kept but not counted as a visit.

        Raises ValidationError reason_needed when a final record is corrected without a reason.
        """
        self._desk.actor.require("visits.record")
        refusals.raise_first(rules_of.check(draft, self._desk.clock.today(), visit_rules()))
        visit_id = draft.visit_id or new_id()
        act = "visits.amend" if draft.visit_id else "visits.record"
        with self._desk.work.write(act, draft.person_id, visit=visit_id, on=draft.visited_on) as db:
            person_id = refusals.person_in(db, draft.person_id).id
            may = standings.verdicts(db, [person_id], "visit", _day(draft.visited_on))[person_id].yes
            refusals.raise_unless_account(db, draft.visitor_id, "visitor_id")
            visit = _opened(db, draft, visit_id)
            if draft.visit_id:
                corrections.explain(db, visit, reason, self._desk.clock.today())
            _fill(visit, draft)
            visit.is_counted = counting.is_visit(draft.method, draft.met) and may
            if visit.is_counted:
                counting.begin_service(db, [person_id], visit.visited_on)
        return visit_id


@cache
def visit_rules() -> rules_of.VisitRules:
    """Return the code lists and levels of the form from resources/codes."""
    names = ("visit_method", "visit_met", "visit_purpose", "mental_state", "medication", "grade3", "lock_seen")
    levels = codes.rules("visits")
    return rules_of.VisitRules(
        lists={name: _codes(name) for name in (*names, "danger_level")},
        counting_methods=_codes("visit_method", "counts"),
        nobody=_codes("visit_met", "is_nobody"),
        must_report=_codes("lock_seen", "must_report"),
        emergency_danger=levels["emergency_danger_level"],
        two_staff_danger=levels["two_staff_danger_level"],
    )


def _codes(table: str, flag: str | None = None) -> frozenset[str]:
    return frozenset(entry["code"] for entry in codes.entries(table) if flag is None or entry.get(flag))


def summary(visit: Visit) -> str:
    """Return a visit in one line: findings first, then what was found and done."""
    words = [
        codes.label_of("mental_state", visit.mental_state),
        codes.label_of("medication", visit.medication),
        tr("危险性 {n} 级", n=visit.danger_level) if visit.danger_level else "",
        codes.label_of("lock_seen", visit.lock_seen) if visit.lock_seen in visit_rules().must_report else "",
        visit.not_met_reason,
        visit.problems,
        visit.handling,
    ]
    return "；".join(word for word in words if word)


def _last(db: Session, person_id: str) -> Visit | None:
    query = select(Visit).where(Visit.person_id == person_id, Visit.is_deleted.is_(False))
    return db.scalar(query.order_by(Visit.visited_on.desc(), Visit.id.desc()).limit(1))


def _stored(db: Session, visit_id: str) -> Visit:
    visit = db.get(Visit, visit_id)
    if visit is None or visit.is_deleted:
        raise ValidationError("no_such_visit", tr("没有这次记录。"), tr("请回到列表重新选择。"))
    return visit


def _opened(db: Session, draft: VisitDraft, visit_id: str) -> Visit:
    if draft.visit_id is None:
        visit = Visit(id=visit_id, person_id=draft.person_id)
        db.add(visit)
        return visit
    visit = _stored(db, visit_id)
    refusals.raise_if_moved(visit, draft.person_id, draft.revision)
    return visit


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise ValueError("checked before")
    return day


_TEXTS = (
    "companions", "not_met_reason", "mental_state", "medication", "sleep", "diet", "self_care", "social_function",
    "lock_seen", "lock_reported_to", "problems", "handling",
)  # fmt: skip


def _fill(visit: Visit, draft: VisitDraft) -> None:
    visit.visited_on = _day(draft.visited_on)
    visit.starts = clock(draft.starts) if draft.starts.strip() else None
    visit.ends = clock(draft.ends) if draft.ends.strip() else None
    visit.method, visit.met = draft.method, draft.met
    visit.visitor_id = draft.visitor_id
    visit.purposes = list(draft.purposes)
    visit.is_medicine_counted, visit.does_count_match = draft.is_medicine_counted, draft.does_count_match
    visit.danger_level = int(draft.danger_level) if draft.danger_level else None
    visit.next_visit_on = read_day(draft.next_visit_on)
    for name in _TEXTS:
        setattr(visit, name, getattr(draft, name).strip() or None)


def _draft(visit: Visit) -> VisitDraft:
    return VisitDraft(
        visit.person_id, visit.id, visit.revision, visit.visited_on.isoformat(), visit.starts or "", visit.ends or "",
        visit.method, visit.visitor_id or "",
        met=visit.met,
        purposes=tuple(visit.purposes),
        is_medicine_counted=visit.is_medicine_counted,
        does_count_match=visit.does_count_match,
        danger_level="" if visit.danger_level is None else str(visit.danger_level),
        next_visit_on=visit.next_visit_on.isoformat() if visit.next_visit_on else "",
        **{name: getattr(visit, name) or "" for name in _TEXTS},
    )  # fmt: skip
