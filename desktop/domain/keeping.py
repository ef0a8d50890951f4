"""How long a closed file is kept (保管期限): classes and years are data, the last day is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class KeepingRules:
    """Years by class (None: for ever), the class of files that have none, and from which age on the time runs."""

    years: Mapping[str, int | None]
    default: str
    adult_age: int

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> KeepingRules:
        """Build them from resources/people/retention.toml."""
        years = {code: entry.get("years") for code, entry in table["classes"].items()}
        return cls(years, table["default"], table["adult_age"])


def keep_until(code: str | None, closed_on: date | None, birth_on: date | None, rules: KeepingRules) -> date | None:
    """Return the last day on which a file must be kept; None while it is open, and for ever.

    The time runs from the first day of the year after the closure, for a child from the year after coming of age.
    """
    years = rules.years[code or rules.default]
    if closed_on is None or years is None:
        return None
    grown_up = birth_on.year + rules.adult_age if birth_on else closed_on.year
    return date(max(closed_on.year, grown_up) + years, 12, 31)
