"""Training sessions (康复训练) and attendance (出勤)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.faults import Fault
from desktop.services.desk import Desk


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

    def rows(self, first: date, last: date, person_id: str | None = None) -> tuple[TrainingRow, ...]:
        """Return the sessions of a period, newest first."""
        raise NotImplementedError

    def blank(self, on: date) -> TrainingDraft:
        """Return a new sheet filled with the values of the last group session of this leader (roster included)."""
        raise NotImplementedError

    def draft(self, training_id: str) -> TrainingDraft:
        """Return a stored session as a sheet."""
        raise NotImplementedError

    def candidates(self, search: str, on: date, limit: int = 50) -> tuple[AttendanceLine, ...]:
        """Return clients who can be added to a sheet, with the warning of `may` where it says no."""
        raise NotImplementedError

    def check(self, draft: TrainingDraft) -> tuple[Fault, ...]:
        """Return what is wrong (field names of the draft, or "lines.<person id>.<field>"); no database."""
        raise NotImplementedError

    def record(self, draft: TrainingDraft) -> str:
        """Save session and attendance at once; return the id. Who lacks consent or agreement is kept, not counted."""
        raise NotImplementedError
