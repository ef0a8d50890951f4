"""What an unlock notices about a station whose files were changed while it was closed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import OperationalError
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from desktop.services.folders import StationFolder
from desktop.store.connection import DatabaseKey, connect
from tests.conftest import LOGIN, PASSWORD

WORKER = keys.AccountDraft("worker", "陈一帆", "worker", "春眠不觉晓处处闻啼鸟")


@pytest.fixture
def unlock(folder: Path, clock: Clock) -> Iterator[Callable[..., Services]]:
    """Unlock the station of this test, as its head unless told otherwise; locked again at the end."""
    opened: list[Services] = []

    def open_it(login: str = LOGIN, password: str = PASSWORD) -> Services:
        opened.append(keys.unlock(folder, login, password, clock))
        return opened[-1]

    yield open_it
    for services in opened:
        services.close()


def acts(services: Services) -> list[str]:
    return [row.act for row in services.audit.rows()]


def test_older_database_in_its_place_is_noticed_counted_and_told(folder: Path, unlock: Callable[..., Services]) -> None:
    database = StationFolder(folder).database
    shutil.copy(database, folder / "yesterday")
    services = unlock()
    services.settings.change("papers.warn_days", 20)
    services.settings.change("papers.warn_days", 21)
    services.close()
    shutil.copy(folder / "yesterday", database)
    services = unlock()
    assert len(services.notices) == 1
    assert "2" in services.notices[0]
    told = [row.detail for row in services.audit.rows() if row.act == "station.behind"]
    assert told[0]["lost_changes"] == 2
    assert services.desk.facts.incarnation == 1
    services.close()
    services = unlock()
    assert services.notices == ()
    assert services.desk.facts.incarnation == 1


def test_work_after_a_crash_is_not_taken_for_an_older_file(folder: Path, unlock: Callable[..., Services]) -> None:
    anchor = StationFolder(folder).anchor
    before = anchor.read_bytes()
    services = unlock()
    services.settings.change("papers.warn_days", 20)
    services.close()
    anchor.write_bytes(before)
    assert unlock().notices == ()


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda file: file.write_text("{}"), lambda file: file.write_bytes(b"\xff")]
)
def test_lost_mark_is_told_once(folder: Path, unlock: Callable[..., Services], spoil: Callable[[Path], object]) -> None:
    unlock().close()
    spoil(StationFolder(folder).anchor)
    services = unlock()
    assert len(services.notices) == 1
    assert "station.mark_missing" in acts(services)
    services.close()
    assert unlock().notices == ()


def test_older_key_file_lets_only_those_in_who_look_after_accounts(
    folder: Path, unlock: Callable[..., Services]
) -> None:
    files = StationFolder(folder).key_files
    services = unlock()
    services.users.add(WORKER)
    old = files[0].read_bytes()
    services.users.change_password(PASSWORD, PASSWORD + "二")
    services.close()
    for file in files:
        file.write_bytes(old)
    with pytest.raises(OperationalError) as caught:
        unlock(WORKER.login, WORKER.password)
    assert caught.value.code == "damaged_key"
    services = unlock()
    assert "station.behind" in acts(services)
    services.close()
    unlock(WORKER.login, WORKER.password)


def test_altered_guards_of_the_database_let_look_but_not_write(folder: Path, unlock: Callable[..., Services]) -> None:
    services = unlock()
    key = DatabaseKey(services.desk.vault.database_key())
    services.close()
    connection = connect(StationFolder(folder).database, key)
    connection.execute("DROP TRIGGER person_guard_delete")
    connection.close()
    services = unlock()
    assert len(services.notices) == 1
    assert services.users.rows()
    with pytest.raises(OperationalError):
        services.settings.change("papers.warn_days", 20)


def test_mark_follows_the_work_while_the_station_is_open(
    folder: Path, unlock: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.services import opening

    monkeypatch.setattr(opening, "_SECONDS_BETWEEN_MARKS", 0.0)
    services = unlock()
    before = StationFolder(folder).anchor.read_bytes()
    services.settings.change("papers.warn_days", 20)
    assert StationFolder(folder).anchor.read_bytes() != before
