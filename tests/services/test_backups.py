"""Backups: made while the program runs, opened again, kept by age, and brought back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.retention import Retention
from desktop.errors import OperationalError
from desktop.services.backups import key_file_of, last_backup
from desktop.services.catalogue import Services


def test_backup_is_whole_private_to_the_key_and_remembered(filled: Services, tmp_path: Path) -> None:
    assert filled.backups.last() is None
    done = filled.backups.make(tmp_path / "stick")
    assert done.persons == 40
    assert done.is_verified
    assert hashlib.sha256(done.file.read_bytes()).hexdigest() == done.sha256
    assert b"SQLite format" not in done.file.read_bytes()
    assert key_file_of(done.file).read_bytes() == filled.desk.folder.key_files[0].read_bytes()
    assert sorted(file.suffix for file in (tmp_path / "stick").iterdir()) == [".db", ".json", ".txt"]
    row = filled.backups.last()
    assert row is not None
    assert (row.file, row.persons, row.is_verified) == (str(done.file), 40, True)
    assert filled.backups.rows() == (row,)
    assert last_backup(filled.desk) == row


def test_usual_place_is_the_stations_own_folder(services: Services) -> None:
    assert services.backups.make().file.parent == services.desk.folder.backups


def test_two_backups_in_one_second_do_not_touch_each_other(services: Services, tmp_path: Path) -> None:
    files = {services.backups.make(tmp_path).file for _ in range(3)}
    assert len(files) == 3
    assert services.backups.rows()[0].file in {str(file) for file in files}


def test_evening_backup_is_made_only_when_something_changed(services: Services) -> None:
    assert services.backups.make_if_due() is not None
    assert services.backups.make_if_due() is None
    services.settings.change("papers.warn_days", 20)
    assert services.backups.make_if_due() is not None


def test_evening_backup_goes_to_the_second_folder_when_it_is_there(services: Services, tmp_path: Path) -> None:
    second = tmp_path / "移动硬盘"
    services.settings.change("backups.second_folder", str(second))
    services.backups.make_if_due()
    assert not second.exists()
    second.mkdir()
    services.settings.change("papers.warn_days", 20)
    services.backups.make_if_due()
    assert len(list(second.glob("*.db"))) == 1


def test_full_disk_leaves_no_half_backup_and_the_work_goes_on(services: Services, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OperationalError) as caught:
        services.backups.make(tmp_path / "file" / "below")
    assert caught.value.remedy
    assert services.backups.last() is None
    services.settings.change("papers.warn_days", 20)


def test_old_backups_go_and_strange_files_stay(services: Services) -> None:
    own = services.desk.folder.backups
    own.mkdir()
    for day in range(1, 31):
        for suffix in (".db", ".keys.json"):
            (own / f"kangyi-QS01-A-202603{day:02}T100000Z{suffix}").touch()
    (own / "my own copy.db").write_text("precious")
    done = services.backups.make_if_due()
    assert done is not None
    left = [file.name.split("-")[3][:8] for file in sorted(own.glob("kangyi-*.db")) if file != done.file]
    assert left == ["20260308", "20260315", "20260322", *(f"202603{day}" for day in range(25, 31))]
    assert len(list(own.glob("*.keys.json"))) == len(left) + 1
    assert done.file.exists()
    assert (own / "my own copy.db").read_text() == "precious"


@pytest.mark.parametrize(("days", "kept"), [(1, 1), (7, 7), (400, 7 + 5 - 1 + 12 - 1)])
def test_rule_keeps_days_then_weeks_then_months(days: int, kept: int) -> None:
    newest = datetime(2026, 3, 31, 18, tzinfo=UTC)
    times = [newest - timedelta(days=n) for n in range(days)]
    found = Retention(7, 5, 12).kept(times)
    assert newest in found
    assert abs(len(found) - kept) <= 1
    assert found <= set(times)


def test_two_of_one_day_count_once_and_nothing_at_all_is_no_trouble() -> None:
    morning, evening = datetime(2026, 3, 31, 8, tzinfo=UTC), datetime(2026, 3, 31, 18, tzinfo=UTC)
    assert Retention(7, 5, 12).kept([morning, evening]) == {evening}
    assert Retention(7, 5, 12).kept([]) == frozenset()
