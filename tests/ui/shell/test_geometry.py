"""The window comes back where it was and as large, and is put right when the screen it stood on is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop.services import machine
from desktop.services.folders import StationFolder
from desktop.ui.shell import geometry
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.program import Program
from tests.ui.shell.conftest import log_in, rest

KEY = "appearance.window"


def test_the_window_comes_back_as_it_was_left(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    window.setGeometry(0, 60, 800, 600)
    left = window.geometry()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
    rest(program)
    assert machine.read(StationFolder(folder))[KEY] == f"{left.x()},{left.y()},{left.width()},{left.height()},0"
    again = log_in(program, qtbot).geometry()  # the screen of a test is too small for another place beside its edge
    assert (again.y(), again.size()) == (left.y(), left.size())


def test_a_maximised_window_comes_back_maximised(program: Program, folder: Path, qtbot: QtBot) -> None:
    machine.write(StationFolder(folder), KEY, "10,10,600,500,1")
    window = log_in(program, qtbot)
    assert window.isMaximized()
    assert geometry.words_of(window).endswith(",1")


@pytest.mark.parametrize("kept", ["", "1,2,3", "10,10,5,5,0", "张三", "1,2,900,700,9", "99999999,1,900,700,0"])
def test_what_is_not_sound_counts_as_nothing(folder: Path, kept: str) -> None:
    machine.write(StationFolder(folder), KEY, kept)
    assert geometry.kept(folder) is None


@pytest.mark.parametrize(
    "wished",
    [
        QRect(9000, 9000, 600, 400),
        QRect(-5000, 10, 600, 400),
        QRect(700, 500, 600, 400),
        QRect(-40, -60, 600, 400),
        QRect(0, 0, 9000, 9000),
    ],
)
def test_a_window_of_a_screen_that_is_gone_shows_whole(qtbot: QtBot, wished: QRect) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    geometry.place(window, wished)
    window.show()
    free = QGuiApplication.primaryScreen().availableGeometry()
    assert free.contains(window.geometry())


def test_a_full_disk_is_no_reason_to_stay(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    StationFolder(folder).machine_settings.mkdir()  # nothing can be written there
    assert isinstance(window, QWidget)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
    rest(program)
