"""Home visits and telephone contacts (入户与电话联系)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.faults import Fault
from desktop.services.desk import Desk


@dataclass(frozen=True)
class VisitDraft:
    """A visit as typed; codes of the lists visit_method, visit_met, visit_purpose, mental_state, medication, grade3, lock_seen."""

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
        raise NotImplementedError

    def due(self, until: date) -> tuple[VisitRow, ...]:
        """Return the visits due up to a day (next date agreed, or fewer than the standard of the class this quarter)."""
        raise NotImplementedError

    def blank(self, person_id: str, on: date) -> VisitDraft:
        """Return a new form with the visitor and usual values filled in."""
        raise NotImplementedError

    def draft(self, visit_id: str) -> VisitDraft:
        """Return a stored visit as a form."""
        raise NotImplementedError

    def check(self, draft: VisitDraft) -> tuple[Fault, ...]:
        """Return what is wrong or missing, by field of the draft; no database."""
        raise NotImplementedError

    def record(self, draft: VisitDraft) -> str:
        """Save the visit; return its id. A telephone call is kept but not counted as a visit."""
        raise NotImplementedError
