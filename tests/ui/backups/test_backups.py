"""The screen of the backups: what it says comes from the store, and a backup now is really there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.devices.drives import Drive
from desktop.services.catalogue import Services
from desktop.ui.backups.screen import BackupsScreen, day_and_time
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from tests.conftest import DAY
from tests.ui.conftest import open_window


@pytest.fixture
def screen(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> BackupsScreen:
    made = BackupsScreen(bench)
    open_window(qtbot, made)
    made.enter()
    tasks.finish()
    return made


def test_a_station_without_backup_is_told_so(screen: BackupsScreen) -> None:
    assert "还没有备份过" in screen.standing.sentence.text()
    assert not screen.table.isVisible()


def test_backup_now_appears_with_its_number_of_people(screen: BackupsScreen, filled: Services, qtbot: QtBot) -> None:
    screen.make.click()
    qtbot.waitUntil(lambda: screen.table.isVisible() and screen.make.isEnabled(), timeout=30_000)
    assert "40 人的档案都完整" in screen.banner.text()
    assert "40 人的档案都完整" in screen.standing.sentence.text()
    record = screen.table.model().record(0)  # type: ignore[attr-defined]
    assert Path(record.file).is_file()
    assert screen.list.footer.accessibleName() == "共 1 次备份"


def test_stick_takes_a_backup_and_a_full_one_says_why_not(screen: BackupsScreen, tmp_path: Path, qtbot: QtBot) -> None:
    stick, full = tmp_path / "RED", tmp_path / "FULL"
    stick.mkdir()
    screen.model.sticks_known.emit(
        (
            Drive(stick, "红色 U盘", "ready", 8 * 1024**3),
            Drive(full, "旧 U盘", "full", 1000),
            Drive(full, "锁住的", "read_only", 9),
        )
    )
    buttons = [each for each in screen.sticks.findChildren(QPushButton) if each.text() == "备份到这里"]
    assert [each.isEnabled() for each in buttons] == [True, False, False]
    buttons[0].click()
    qtbot.waitUntil(lambda: "完整" in screen.banner.text(), timeout=30_000)
    assert [file.suffix for file in sorted(stick.iterdir())].count(".db") == 1


def test_folder_that_cannot_be_written_is_said_and_nothing_is_lost(
    screen: BackupsScreen, tmp_path: Path, qtbot: QtBot
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("x", encoding="utf-8")
    screen.model.make(blocked)
    qtbot.waitUntil(screen.banner.isVisible, timeout=30_000)
    assert screen.make.isEnabled()
    assert "还没有备份过" in screen.standing.sentence.text()


def test_days_are_said_as_people_say_them() -> None:
    from datetime import datetime, timedelta

    local = datetime(DAY.year, DAY.month, DAY.day, 17, 42).astimezone()
    assert day_and_time(local, DAY) == "今天 17:42"
    assert day_and_time(local - timedelta(days=1), DAY) == "昨天 17:42"
    assert day_and_time(local - timedelta(days=2), DAY) == "2026-03-29 17:42"
