"""How long a closed file is kept."""

from __future__ import annotations

from datetime import date

import pytest

from desktop import resources
from desktop.domain.keeping import KeepingRules, keep_until

RULES = KeepingRules.of(resources.table("people/retention.toml"))
CLOSED = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("code", "closed_on", "birth_on", "until"),
    [
        (None, CLOSED, date(1960, 2, 29), date(2056, 12, 31)),
        ("long", CLOSED, None, date(2056, 12, 31)),
        ("short", date(2026, 12, 31), None, date(2036, 12, 31)),
        ("short", date(2027, 1, 1), None, date(2037, 12, 31)),
        ("long", CLOSED, date(2016, 5, 1), date(2064, 12, 31)),  # a child: from the year after 18
        ("forever", CLOSED, None, None),
        ("long", None, None, None),
    ],
)
def test_the_time_runs_from_the_year_after(
    code: str | None, closed_on: date | None, birth_on: date | None, until: date | None
) -> None:
    assert keep_until(code, closed_on, birth_on, RULES) == until


def test_the_classes_have_words() -> None:
    words = {entry["code"] for entry in resources.table("codes/retention_class.toml")["choices"]}
    assert set(RULES.years) == words
    assert RULES.default in words
