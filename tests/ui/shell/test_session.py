"""Locking keeps what was typed and lets nothing behind it open; leaving for good makes a checked backup first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services import keys
from desktop.services.folders import StationFolder
from desktop.store.lock import SingleInstance
from desktop.ui.kit import theme
from desktop.ui.kit.messages import Modal
from desktop.ui.shell.closing import Closing
from desktop.ui.shell.idle import IdleWatch
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from tests.conftest import LOGIN, PASSWORD
from tests.ui.shell.conftest import log_in, login_window, rest


def reopen(program: Program, folder: Path) -> keys.Services:  # type: ignore[name-defined]
    from desktop import mainthread

    mainthread.allow_slow_work_here()
    return keys.unlock(folder, LOGIN, PASSWORD, program._clock)


def test_lock_by_key_closes_the_station_and_asks_for_the_same_person(
    program: Program, folder: Path, qtbot: QtBot
) -> None:
    window = log_in(program, qtbot)
    QGuiApplication.clipboard().setText("990101199001011234")
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
    rest(program)
    assert login_window(program).login() == LOGIN
    assert program.session is None
    assert QGuiApplication.clipboard().text() == ""
    SingleInstance(StationFolder(folder).lock).release()  # the folder is free again: the station is closed
    assert not StationFolder(folder).database.with_name("station.db-wal").exists()


def test_what_was_typed_when_the_desk_was_left_is_there_afterwards(
    program: Program, folder: Path, qtbot: QtBot
) -> None:
    window = log_in(program, qtbot)
    window.go("institution", {})
    rest(program)
    form = window.page.station.form  # type: ignore[union-attr]
    form.binding.control("address").setText("")
    qtbot.keyClicks(form.binding.control("address"), "Dongjie 7")
    program.session.watch_idle(0.05)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
    rest(program)
    login_window(program).password.setText(PASSWORD)
    login_window(program).submit()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))
    rest(program)
    again = program.window
    assert isinstance(again, MainWindow)
    again.go("institution", {})
    rest(program)
    restored = again.page.station  # type: ignore[union-attr]
    assert restored.form.draft().address == "Dongjie 7"
    assert restored.save.isEnabled()


def test_minutes_of_the_setting_are_the_limit(program: Program, qtbot: QtBot) -> None:
    log_in(program, qtbot)
    session = program.session
    assert session is not None
    rest(program)
    assert session._idle is not None
    assert session._idle._limit == pytest.approx(600)
    program.tasks.run(lambda: session._services.settings.change("lock.idle_minutes", 3), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: session._idle is not None and session._idle._limit == pytest.approx(180))


def test_a_key_puts_the_lock_off(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0, 5000.0]
    monkeypatch.setattr(IdleWatch, "_instant", staticmethod(lambda: (now[0], now[1])))
    watch, fired = IdleWatch(60), []
    watch.went_idle.connect(lambda: fired.append(now[0]))
    now[0] += 59
    QApplication.sendEvent(qapp, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    now[0] += 59
    watch._look()
    assert fired == []
    now[0] += 2
    watch._look()
    assert len(fired) == 1
    now[1] += 61  # the PC was asleep: only the wall clock went on
    watch._look()
    assert len(fired) == 2
    watch.deleteLater()


def test_leaving_makes_a_checked_backup_and_ends(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    with qtbot.waitSignal(program.ended, timeout=30_000):
        window.close()
    copies = list((folder / "backups").glob("*.db"))
    assert len(copies) == 1
    services = reopen(program, folder)
    try:
        last = services.backups.last()
        assert last is not None
        assert last.is_verified
        assert Path(last.file) == copies[0]
    finally:
        services.close()


def test_backup_that_fails_asks_before_it_leaves(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    (folder / "backups").write_text("a file stands where the folder should be", encoding="utf-8")
    window.close()
    closing = window.findChild(Closing)
    assert closing is not None
    qtbot.waitUntil(lambda: not closing.is_working, timeout=30_000)
    modal = window.findChild(Modal)
    assert modal is not None
    assert window.isVisible()

    def press(words: str) -> None:
        button = next(each for each in modal.findChildren(QPushButton) if each.accessibleName() == words)
        assert button.isVisible()
        button.click()

    press("留在程序里")
    qtbot.waitUntil(lambda: not window.findChildren(Modal))
    assert program.window is window
    (folder / "backups").unlink()
    with qtbot.waitSignal(program.ended, timeout=30_000):
        window.close()
    assert list((folder / "backups").glob("*.db"))


def test_new_looks_rebuild_the_window_where_it_was(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    window.go("settings", {"tab": "looks"})
    rest(program)
    settings = window.page
    line = next(group.lines["appearance.theme"] for group in settings.groups if "appearance.theme" in group.lines)  # type: ignore[union-attr]
    line.control.pick("dark")
    qtbot.waitUntil(lambda: program.window is not window)
    rest(program)
    again = program.window
    assert isinstance(again, MainWindow)
    assert theme.state.dark
    assert again.place[0] == "settings"
    again.go("people")
    rest(program)
    assert again.page.records.total == 0  # type: ignore[union-attr]
