"""The practice day, step by step."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.services import keys
from desktop.services.clock import PracticeClock
from desktop.services.practice import PracticeDay

DAY = date(2026, 3, 31)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[PracticeDay]:
    """A practice day with two people whose shortest way was gone."""
    made = PracticeDay(tmp_path, DAY, persons=2)
    for step in made.smoke_steps():
        assert step.do()
    made.close()
    yield made
    made.close()


def test_every_file_is_there_and_secrets_are_private(day: PracticeDay) -> None:
    assert {"station", "hub", "bundle", "receipt", "backup", "certificate"} <= day.files.keys()
    assert all(path.exists() for path in day.files.values())
    secrets = list((day.root / "secrets").iterdir())
    assert {file.name for file in secrets} == {
        "head.txt", "worker.txt", "hub.txt", "recovery.txt", "hub-age-identity.txt",
    }  # fmt: skip
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in secrets} == {0o600}


def test_accounts_open_with_their_files_and_the_day_left_its_traces(day: PracticeDay) -> None:
    for user in day.users[:2]:
        password = user.password_file.read_text(encoding="utf-8").rstrip("\n")
        services = keys.unlock(day.station_folder, user.name, password, PracticeClock(DAY))
        assert services.actor.role == user.role
        services.close()
    services = keys.unlock(day.station_folder, "head", _password(day), PracticeClock(DAY))
    assert services.backups.last() is not None
    assert services.sync.standing().without_receipt == 0
    assert [row.receipted_at is not None for row in services.sync.history()] == [True]
    assert len(services.documents.rows()) == 4
    services.close()


def _password(day: PracticeDay) -> str:
    return day.users[0].password_file.read_text(encoding="utf-8").rstrip("\n")


def test_passwords_differ_from_run_to_run_though_the_people_do_not(
    day: PracticeDay, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = PracticeDay(tmp_path_factory.mktemp("other"), DAY, persons=2)
    for step in other.smoke_steps()[:1]:
        step.do()
    other.close()
    assert _password(other) != _password(day)
