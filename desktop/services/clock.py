"""The clock is given, not fetched: the real one, or a fixed day in a practice station."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the instant and the local day."""

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        ...

    def today(self) -> date:
        """Return the local calendar day."""
        ...


class SystemClock:
    """The clock of this PC."""

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the local calendar day."""
        return date.today()


class PracticeClock:
    """A clock that stands on one day (`--on`, practice stations only) while the seconds go on."""

    def __init__(self, day: date) -> None:
        self._day = day

    def move_to(self, day: date) -> None:
        """Let another practice day begin (years of history are lived in seconds)."""
        self._day = day

    def now(self) -> datetime:
        """Return the time of the real clock moved to the practice day, UTC."""
        return datetime.now(UTC).replace(year=self._day.year, month=self._day.month, day=self._day.day)

    def today(self) -> date:
        """Return the practice day."""
        return self._day
