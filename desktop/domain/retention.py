"""Which backups are worth their room: every recent one, then one a week, then one a month (SECURITY_SYNC 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Retention:
    """For how many days, weeks and months that have a backup the newest one of each is kept."""

    daily: int
    weekly: int
    monthly: int

    def kept(self, times: Iterable[datetime]) -> frozenset[datetime]:
        """Return the times to keep; the newest one is always among them."""
        newest_first = sorted(times, reverse=True)
        keep: set[datetime] = set(newest_first[:1])
        for number, period in ((self.daily, "%Y-%j"), (self.weekly, "%G-%V"), (self.monthly, "%Y-%m")):
            newest_of: dict[str, datetime] = {}
            for time in newest_first:
                newest_of.setdefault(time.strftime(period), time)
            keep.update(list(newest_of.values())[:number])
        return frozenset(keep)
