"""The board of the day (今日工作)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.services.desk import Desk


@dataclass(frozen=True)
class DutyRow:
    """One thing to do: kind consent, agreement, visit, bundle, backup, draft; `group` overdue, today, week.

    `action` is a route (consent, agreement, visit, training, person_form, person, sync, backups) and `subject` the id that
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
        raise NotImplementedError
