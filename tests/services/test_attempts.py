"""Counting wrong passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.services import attempts
from desktop.services.attempts import Attempts
from desktop.services.folders import StationFolder

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "pause"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (400, 900)]
)
def test_pause_doubles_from_the_fifth_on(count: int, pause: int) -> None:
    assert Attempts(count, NOW).seconds_to_wait(NOW) == pause


def test_pause_runs_out_and_a_clock_set_back_does_not_prolong_it() -> None:
    assert Attempts(7, NOW).seconds_to_wait(NOW + timedelta(seconds=3)) == 1
    assert Attempts(7, NOW).seconds_to_wait(NOW + timedelta(seconds=5)) == 0
    assert Attempts(15, NOW).seconds_to_wait(NOW - timedelta(days=1)) == 0


def test_accounts_are_counted_apart_until_cleared(tmp_path: Path) -> None:
    place = StationFolder(tmp_path)
    for login in ("a", "b", "a"):
        attempts.add(place, login, NOW)
    assert attempts.read(place) == {"a": Attempts(2, NOW), "b": Attempts(1, NOW)}
    attempts.clear(place)
    attempts.clear(place)
    assert attempts.read(place) == {}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b'{"a": {"count": "x"}}', b"\xff"])
def test_damaged_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    place = StationFolder(tmp_path)
    place.attempts.parent.mkdir()
    place.attempts.write_bytes(content)
    assert attempts.read(place) == {}
    attempts.add(place, "a", NOW)
    assert attempts.read(place) == {"a": Attempts(1, NOW)}
