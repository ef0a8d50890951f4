"""A backup becomes a working station again, in a new folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.services import keys, restoring
from desktop.services.backups import BackupDone, key_file_of
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from tests.conftest import LOGIN, PASSWORD


@pytest.fixture
def backup(filled: Services, tmp_path: Path) -> BackupDone:
    """A backup of the filled station, after which two more changes were made."""
    done = filled.backups.make(tmp_path / "stick")
    filled.settings.change("papers.warn_days", 20)
    filled.settings.change("papers.warn_days", 21)
    filled.close()
    return done


def test_restored_station_opens_one_incarnation_later_and_the_loss_is_counted(
    backup: BackupDone, tmp_path: Path, clock: Clock
) -> None:
    before = backup.file.read_bytes()
    found = restoring.restore(backup.file, tmp_path / "new", LOGIN, PASSWORD, clock)
    assert (found.persons, found.incarnation, found.lost_changes) == (40, 1, 2)
    services = keys.unlock(tmp_path / "new", LOGIN, PASSWORD, clock)
    assert services.notices == ()
    assert services.desk.facts.incarnation == 1
    assert services.settings.value("papers.warn_days") == 30
    assert "backup.restored" in [row.act for row in services.audit.rows()]
    assert services.integrity.check().is_ok
    services.close()
    assert backup.file.read_bytes() == before


def test_loss_is_unknown_when_nothing_near_tells(
    backup: BackupDone,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = tmp_path_factory.mktemp("far")
    monkeypatch.setenv("XDG_DATA_HOME", str(far))
    (far / "stick").mkdir()
    moved = backup.file.rename(far / "stick" / backup.file.name)
    key_file_of(backup.file).rename(key_file_of(moved))
    assert restoring.restore(moved, far / "new", LOGIN, PASSWORD, clock).lost_changes is None


def test_code_of_the_envelope_restores_and_sets_a_new_password(
    backup: BackupDone, tmp_path: Path, recovery_code: str, clock: Clock
) -> None:
    restoring.restore_by_code(backup.file, tmp_path / "a", recovery_code, clock)
    keys.unlock(tmp_path / "a", LOGIN, PASSWORD, clock).close()
    restoring.restore_by_code(backup.file, tmp_path / "b", recovery_code, clock, LOGIN, "海上生明月天涯共此时")
    keys.unlock(tmp_path / "b", LOGIN, "海上生明月天涯共此时", clock).close()


def fails(file: Path, folder: Path, clock: Clock, password: str = PASSWORD) -> KangyiError:
    """Try to restore, and return why that made nothing."""
    with pytest.raises(KangyiError) as caught:
        restoring.restore(file, folder, LOGIN, password, clock)
    assert not keys.is_station(folder)
    return caught.value


def test_wrong_password_restores_nothing(backup: BackupDone, tmp_path: Path, clock: Clock) -> None:
    assert fails(backup.file, tmp_path / "new", clock, "falsch falsch").code == "wrong_password"
    with pytest.raises(ValidationError):
        restoring.restore_by_code(backup.file, tmp_path / "new", keys.new_recovery_code(), clock)


def test_unknown_account_for_the_new_password_restores_nothing(
    backup: BackupDone, tmp_path: Path, recovery_code: str, clock: Clock
) -> None:
    with pytest.raises(ValidationError):
        restoring.restore_by_code(backup.file, tmp_path / "new", recovery_code, clock, "nobody", "海上生明月天涯共此时")
    assert not keys.is_station(tmp_path / "new")


def test_backup_without_its_key_file_says_what_is_missing(backup: BackupDone, tmp_path: Path, clock: Clock) -> None:
    key_file_of(backup.file).unlink()
    assert fails(backup.file, tmp_path / "new", clock).code == "missing_key"


def test_missing_backup_is_said(backup: BackupDone, tmp_path: Path, clock: Clock) -> None:
    backup.file.unlink()
    assert fails(backup.file, tmp_path / "new", clock).exit_status == 3


def test_damaged_backup_is_refused_whole(backup: BackupDone, tmp_path: Path, clock: Clock) -> None:
    content = bytearray(backup.file.read_bytes())
    content[len(content) // 2] ^= 1
    backup.file.write_bytes(content)
    assert fails(backup.file, tmp_path / "new", clock).code == "io_error"


def test_backup_of_another_station_with_our_key_file_is_refused(
    backup: BackupDone, tmp_path: Path, clock: Clock
) -> None:
    backup.file.write_bytes(b"")
    assert fails(backup.file, tmp_path / "new", clock).code == "not_ours"


def test_folder_with_a_station_is_left_alone(backup: BackupDone, tmp_path: Path, clock: Clock) -> None:
    present = tmp_path / "filled" / "station.db"
    before = present.read_bytes()
    with pytest.raises(OperationalError) as caught:
        restoring.restore(backup.file, tmp_path / "filled", LOGIN, PASSWORD, clock)
    assert caught.value.code == "in_use"
    assert present.read_bytes() == before
