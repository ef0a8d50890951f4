"""Unlocking in one order, refusing in plain words, and leaving everything as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock, PracticeClock
from desktop.services.folders import StationFolder
from tests.conftest import LOGIN, PASSWORD


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a closed station but the lock and the count of wrong passwords."""
    kept = (file for file in folder.rglob("*") if file.is_file() and file.name not in ("in-use.lock", "attempts.json"))
    return {str(file.relative_to(folder)): file.read_bytes() for file in kept}


def refused(folder: Path, clock: Clock, login: str = LOGIN, password: str = PASSWORD) -> KangyiError:
    """Try to unlock, and return why that failed and changed nothing."""
    before = snapshot(folder)
    with pytest.raises(KangyiError) as caught:
        keys.unlock(folder, login, password, clock)
    assert snapshot(folder) == before
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


def test_right_password_opens_for_that_person(folder: Path, clock: Clock) -> None:
    services = keys.unlock(folder, LOGIN, PASSWORD, clock)
    try:
        assert services.actor.role == "head"
        assert services.desk.facts.is_practice
        assert services.notices == ()
        assert services.audit.rows()[0].act == "station.unlock"
    finally:
        services.close()


def test_wrong_password_is_refused_counted_and_told_at_the_next_unlock(folder: Path, clock: Clock) -> None:
    for _ in range(2):
        assert refused(folder, clock, password="nicht das richtige").code == "wrong_password"
    services = keys.unlock(folder, LOGIN, PASSWORD, clock)
    told = [row.detail for row in services.audit.rows() if row.act == "station.unlock_failed"]
    services.close()
    assert told == [{"login": LOGIN, "count": 2}]
    services = keys.unlock(folder, LOGIN, PASSWORD, clock)
    assert sum(row.act == "station.unlock_failed" for row in services.audit.rows()) == 1
    services.close()


def test_unknown_account_reads_like_a_wrong_password(folder: Path, clock: Clock) -> None:
    assert refused(folder, clock, login="nobody").code == "wrong_password"


def test_second_program_in_the_same_folder_is_refused(services: Services, folder: Path, clock: Clock) -> None:
    with pytest.raises(OperationalError) as caught:
        keys.unlock(folder, LOGIN, PASSWORD, clock)
    assert caught.value.code == "in_use"
    assert services.users.rows()


def test_closing_lets_the_next_one_in_and_leaves_one_whole_file(folder: Path, clock: Clock) -> None:
    services = keys.unlock(folder, LOGIN, PASSWORD, clock)
    services.close()
    services.close()
    assert not (folder / "station.db-wal").exists()
    assert "locked" in repr_of_vault(services)
    keys.unlock(folder, LOGIN, PASSWORD, clock).close()


def repr_of_vault(services: Services) -> str:
    """Return what the wiped keys say when they are asked for something."""
    with pytest.raises(RuntimeError) as caught:
        services.desk.vault.database_key()
    return str(caught.value)


def test_missing_key_file_is_said_and_nothing_is_made(folder: Path, clock: Clock) -> None:
    for file in StationFolder(folder).key_files:
        file.unlink()
    assert refused(folder, clock).code == "missing_key"


def test_one_lost_twin_of_the_key_file_is_mended(folder: Path, clock: Clock) -> None:
    first, second = StationFolder(folder).key_files
    whole = first.read_bytes()
    first.unlink()
    keys.unlock(folder, LOGIN, PASSWORD, clock).close()
    assert first.read_bytes() == second.read_bytes() == whole


def test_damaged_key_files_are_told_from_a_wrong_password(folder: Path, clock: Clock) -> None:
    for file in StationFolder(folder).key_files:
        file.write_bytes(b"{}")
    assert refused(folder, clock).code == "damaged_key"


def test_missing_database_is_never_made_anew(folder: Path, clock: Clock) -> None:
    StationFolder(folder).database.unlink()
    assert refused(folder, clock).code == "io_error"
    assert not StationFolder(folder).database.exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(100), bytes(8192)])
def test_file_that_is_not_our_database_is_left_alone(folder: Path, clock: Clock, content: bytes) -> None:
    StationFolder(folder).database.write_bytes(content)
    assert refused(folder, clock).code == "not_ours"


def test_folder_without_a_station_says_so_and_stays_empty(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(OperationalError) as caught:
        keys.unlock(tmp_path / "nothing", LOGIN, PASSWORD, clock)
    assert caught.value.code == "missing_key"
    assert not (tmp_path / "nothing").exists()


def test_stopped_account_does_not_open(folder: Path, clock: Clock) -> None:
    from desktop.models.users import User

    services = keys.unlock(folder, LOGIN, PASSWORD, clock)
    services.users.add(keys.AccountDraft("worker", "陈一帆", "worker", "春眠不觉晓处处闻啼鸟"))
    with services.desk.work.write("users.stop") as db:
        db.query(User).filter_by(login="worker").one().is_active = False
    services.close()
    with pytest.raises(ValidationError) as caught:
        keys.unlock(folder, "worker", "春眠不觉晓处处闻啼鸟", clock)
    assert caught.value.code == "wrong_password"
    keys.unlock(folder, LOGIN, PASSWORD, clock).close()


def test_names_for_the_login_window_need_no_secret(folder: Path) -> None:
    assert keys.accounts(folder) == (keys.AccountName(LOGIN, "林晓岚", "head"),)


def test_idle_lock_asks_the_keys_alone(services: Services, folder: Path) -> None:
    assert keys.is_password_right(folder, LOGIN, PASSWORD)
    assert not keys.is_password_right(folder, LOGIN, PASSWORD + "!")


def test_login_window_waits_longer_with_every_wrong_password(folder: Path) -> None:
    clock = PracticeClock(date(2026, 3, 31))
    assert keys.seconds_to_wait(folder, LOGIN, clock) == 0
    for _ in range(7):
        with pytest.raises(ValidationError):
            keys.unlock(folder, LOGIN, "nicht das richtige", clock)
    assert 3 <= keys.seconds_to_wait(folder, LOGIN, clock) <= 4


def test_recovery_code_gives_a_new_password_and_wears_out(folder: Path, recovery_code: str, clock: Clock) -> None:
    new_code = keys.new_recovery_code()
    services = keys.reset_password(folder, recovery_code.lower(), LOGIN, "海上生明月天涯共此时", new_code, clock)
    assert "station.recover" in [row.act for row in services.audit.rows()]
    services.close()
    assert refused(folder, clock).code == "wrong_password"
    keys.unlock(folder, LOGIN, "海上生明月天涯共此时", clock).close()
    with pytest.raises(ValidationError):
        keys.reset_password(folder, recovery_code, LOGIN, PASSWORD, new_code, clock)


def test_weak_new_password_leaves_the_old_one_in_force(folder: Path, recovery_code: str, clock: Clock) -> None:
    with pytest.raises(ValidationError) as caught:
        keys.reset_password(folder, recovery_code, LOGIN, "1234567890", keys.new_recovery_code(), clock)
    assert caught.value.code == "weak_password"
    keys.unlock(folder, LOGIN, PASSWORD, clock).close()


def test_code_typed_from_paper_is_forgiven_look_alikes() -> None:
    code = keys.new_recovery_code()
    assert keys.does_recovery_code_match(code.replace("0", "o").replace("1", "l").replace("-", " "), code)
    assert not keys.does_recovery_code_match(keys.new_recovery_code(), code)
    assert not keys.does_recovery_code_match("", code)


def test_nothing_secret_shows_in_a_traceback(services: Services) -> None:
    shown = repr(services.desk) + repr(keys.AccountDraft("a", "b", "head", PASSWORD))
    assert PASSWORD not in shown
    assert services.desk.vault.database_key().hex() not in shown
