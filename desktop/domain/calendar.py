"""Days, weeks, quarters, and dates as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from desktop.domain.folding import fold

_PARTS = re.compile(r"([0-9]{4})[^0-9]+([0-9]{1,2})(?:[^0-9]+([0-9]{1,2}))?[^0-9]*")
_RUN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_YEAR = re.compile(r"([0-9]{4})年?")
_ALLOWED = re.compile(r"[0-9.。、\-—–/年月日号]+")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MIDNIGHT = re.compile(r"[T\s]+0?0:00(:00)?(\.0+)?$")
OLDEST_YEAR = 1880  # nobody alive, and no paper about them, is older
NEWEST_YEAR = 2199  # no term runs longer, and every day counted from one is still a day


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def has(self, day: date) -> bool:
        """Say whether a day lies in the period."""
        return self.first <= day <= self.last


@lru_cache(64)
def quarter_of(day: date) -> Period:
    """Return the calendar quarter of a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, add_months(first, 3) - timedelta(days=1))


def week_of(day: date) -> Period:
    """Return the week of a day, Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return Period(first, first + timedelta(days=6))


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month where there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of_term(first: date, months: int) -> date:
    """Return the last day of a term that begins on `first`: twelve months from 3 May end on 2 May."""
    return add_months(first, months) - timedelta(days=1)


def read_partial(text: str) -> str | None:
    """Return a date as typed in ISO form, "2009-07-06", "2009-07" or "2009", or None when it is no date."""
    if not text:
        return None
    typed = fold(_MIDNIGHT.sub("", text))
    if not _ALLOWED.fullmatch(typed):
        return None
    match = _RUN.fullmatch(typed) or _PARTS.fullmatch(typed) or _YEAR.fullmatch(typed)
    if match is None:
        return None
    numbers = [int(part) for part in match.groups() if part]
    return _iso(numbers)


def _iso(numbers: list[int]) -> str | None:
    year, month, day = (*numbers, 1, 1)[:3]
    if not OLDEST_YEAR <= year <= NEWEST_YEAR:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return None
    return "-".join(f"{number:02d}" for number in numbers)


def read_day(text: str) -> date | None:
    """Return a whole day as typed, or None when it is no date or only a month or a year."""
    iso = read_partial(text)
    return date.fromisoformat(iso) if iso and len(iso) == len("2009-07-06") else None


def first_day(partial: str) -> date:
    """Return the first day that an ISO date, month or year can mean."""
    return date.fromisoformat((partial + "-01-01")[:10])


def read_minutes(text: str) -> int | None:
    """Return a time of day typed as HH:MM in minutes since midnight, or None."""
    match = _CLOCK.fullmatch(fold(text))
    return int(match[1]) * 60 + int(match[2]) if match else None


def minutes_between(starts: str, ends: str) -> int | None:
    """Return the minutes from one typed time to another (negative when reversed), None when either is no time."""
    first, last = read_minutes(starts), read_minutes(ends)
    return None if first is None or last is None else last - first


def clock(text: str) -> str:
    """Return a typed time as HH:MM; raises ValueError when it is none."""
    minutes = read_minutes(text)
    if minutes is None:
        raise ValueError("no time of day")
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
