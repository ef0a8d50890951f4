"""What tests of real windows share: the theme, real threads, and Chinese typed as an input method does."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.ui.kit import theme
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench

PATIENCE = 60_000  # ms until a wait is given up: how fast a shared machine is decides about no test
_kept: list[QWidget] = []  # the windows of the test that runs


def pytest_runtest_logstart() -> None:
    """Collect no garbage while windows live but where `Tasks` does it; what exists before the first window stays."""
    if not gc.get_freeze_count():
        gc.freeze()
    gc.disable()


def pytest_runtest_logfinish() -> None:
    """Let the widgets of the test die here: the collector of a later test may run on a thread without a window."""
    gc.collect()
    gc.enable()


@pytest.fixture
def qtbot(qtbot: QtBot) -> Iterator[QtBot]:
    """pytest-qt's, keeping each window until Qt has deleted it, and looking only at what Qt has shown.

    When the test let go of it first, a part of it that waits for its deletion could hold the last reference (a button
    that calls the window), and would delete the window, and with it itself, in the middle of its own deletion.
    """
    add = qtbot.addWidget

    def add_and_keep(widget: QWidget, **options: Any) -> None:
        _kept.append(widget)
        add(widget, **options)

    until = qtbot.waitUntil

    def until_shown(asked: Callable[[], object], timeout: int = 0) -> None:
        """Wait, and let Qt show what came: a layout shows a new widget only at the next round of events."""
        until(asked, timeout=max(timeout, PATIENCE))
        QCoreApplication.processEvents()

    qtbot.addWidget = add_and_keep  # type: ignore[method-assign]
    qtbot.waitUntil = until_shown  # type: ignore[method-assign]
    yield qtbot
    _kept.clear()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Let go of windows that the test itself deleted: pytest-qt would close them."""
    _kept[:] = [window for window in _kept if shiboken6.isValid(window)]
    yield


@pytest.fixture(scope="session")
def styled(qapp: QApplication) -> QApplication:
    """The application with fonts and style sheet: sizes are as the staff see them."""
    theme.load_fonts()
    theme.apply(qapp)
    return qapp


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    """The real threads; ended after the test."""
    background = Tasks()
    yield background
    background.close()


@pytest.fixture
def bench(filled: Services, tasks: Tasks) -> Workbench:
    """A workbench on the practice station with 40 people, on real threads."""
    return Workbench(filled, tasks)


@pytest.fixture
def routes(bench: Workbench) -> list[tuple[str, dict[str, object]]]:
    """The routes that were asked for, in order."""
    asked: list[tuple[str, dict[str, object]]] = []
    bench.route_wanted.connect(lambda route, params: asked.append((route, params)))
    return asked


def is_at_rest(tasks: Tasks) -> bool:
    """Say whether every answer has come and is shown: what the last one brought may ask again, and shows by events."""
    if tasks.is_busy:
        return False
    QCoreApplication.processEvents()
    return not tasks.is_busy


def open_window(qtbot: QtBot, window: QWidget, width: int = 1182, height: int = 700) -> None:
    """Show a window as the active one: only there a widget can have the focus."""
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.fixture
def say() -> Callable[[QWidget, str], None]:
    """Type Chinese into a widget the way an input method commits it (keyClicks would end the process)."""

    def commit(widget: QWidget, words: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(words)
        QCoreApplication.sendEvent(widget, event)

    return commit
