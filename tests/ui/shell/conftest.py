"""A real program on a closed practice station: its windows, its threads, its lock file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import mainthread
from desktop.services.clock import Clock
from desktop.ui.kit import theme
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from tests.conftest import LOGIN, PASSWORD


@pytest.fixture
def program(styled: QApplication, folder: Path, clock: Clock) -> Iterator[Program]:
    """The program before its first window, on the window's own thread as in real life."""
    mainthread.forbid_slow_work_here()
    made = Program(styled, folder, clock)
    yield made
    made.tasks.finish()
    session = made.session
    if session is not None and not session.is_over:
        session.leave_at_once()
    made.tasks.close()
    if made.window is not None:
        made.window.hide()
        made.window.deleteLater()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    theme.apply(styled)


def rest(program: Program) -> None:
    """Let every answer arrive, and the questions it leads to."""
    for _ in range(4):
        program.tasks.finish()
        QApplication.processEvents()


def login_window(program: Program) -> LoginWindow:
    """Return the login window, which must be the one that shows."""
    assert isinstance(program.window, LoginWindow)
    return program.window


def main_window(program: Program) -> MainWindow:
    """Return the main window, which must be the one that shows."""
    assert isinstance(program.window, MainWindow)
    return program.window


def log_in(program: Program, qtbot: QtBot) -> MainWindow:
    """Log in as the head, as a person does."""
    program.start(is_station=True)
    window = login_window(program)
    rest(program)
    window.choose(LOGIN)
    window.password.setText(PASSWORD)
    window.submit()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))
    rest(program)
    return main_window(program)
