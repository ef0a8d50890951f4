"""The parts of a file: there, lacking, or not needed yet, by a rule that is data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop import resources
from desktop.domain.completeness import FileFacts, Part, lacking, state_of, states

DAY = date(2026, 3, 31)
ENTRY = {
    "needed": ["in_service", "guardian"], "after_days": 30, "filled": ["paper", "scan"], "route": {"name": "person"},
    "action": "去补", "there": "有了", "lacking": "没有", "not_needed": "不用",
}  # fmt: skip
PART = Part.of("plan", ENTRY)
SHIPPED = [Part.of(code, entry) for code, entry in resources.table("people/parts.toml")["parts"].items()]


def facts(days: int | None = None, *has: str, **since: date) -> FileFacts:
    served = {} if days is None else {"in_service": DAY - timedelta(days=days)}
    return FileFacts({"guardian": date(2020, 1, 1), **served, **since}, frozenset(has))


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (facts(), "not_needed"),
        (facts(29), "not_needed"),
        (facts(30), "lacking"),
        (facts(400, "paper"), "there"),
        (facts(400, "scan.plan"), "there"),
        (facts(400, "scan.reviews"), "lacking"),
        (facts(None, "scan.plan"), "there"),
        (FileFacts({"in_service": date(2020, 1, 1)}), "not_needed"),
        (facts(400, guardian=DAY), "not_needed"),
    ],
)
def test_a_part_is_needed_once_everything_holds_long_enough(known: FileFacts, state: str) -> None:
    assert state_of(PART, known, DAY) == state


def test_each_state_says_why() -> None:
    assert [each.reason for each in states([PART], facts(400), DAY)] == ["没有"]
    assert [each.reason for each in states([PART], facts(400, "paper"), DAY)] == ["有了"]


def test_the_shipped_parts_are_the_fourteen() -> None:
    codes = [entry["code"] for entry in resources.table("codes/file_part.toml")["choices"]]
    assert [part.code for part in SHIPPED] == codes
    assert len(codes) == 14


def test_a_new_file_lacks_its_form_alone_and_a_closed_one_its_closure() -> None:
    assert lacking(SHIPPED, FileFacts(), DAY) == {"basics"}
    old = date(2020, 1, 1)
    closed = FileFacts(dict.fromkeys(("registered", "closed"), old), frozenset({"basics", "consent", "agreement"}))
    assert lacking(SHIPPED, closed, DAY) == {"cover", "intake", "ids", "diagnosis", "closure"}
    served = FileFacts({"registered": old, "in_service": DAY - timedelta(days=100)}, frozenset({"basics"}))
    assert "reviews" in lacking(SHIPPED, served, DAY)
    assert "satisfaction" not in lacking(SHIPPED, served, DAY)
