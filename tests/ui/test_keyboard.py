"""The keyboard alone, on every screen: where it begins, where it goes, that one sees where it is, how to leave."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.areas import AREAS
from desktop.ui.shell.main_window import MainWindow
from tests.ui.conftest import open_window
from tests.ui.routes import NEEDS_PERSON, params_of

SHIFT = Qt.KeyboardModifier.ShiftModifier


def opened(qtbot: QtBot, bench: Workbench, route: str) -> MainWindow:
    """Return a small window on a route, at rest."""
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 700)
    window.go(route, params_of(bench.services, route))
    rest(qtbot, bench)
    return window


def rest(qtbot: QtBot, bench: Workbench) -> None:
    """Let the answers arrive, and the focus find its place."""
    assert isinstance(bench.tasks, Tasks)
    for _ in range(3):
        bench.tasks.finish()
        QApplication.processEvents()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)


def here() -> QWidget:
    """Return what the keyboard speaks to."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def spoken(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def place_of(window: QWidget, widget: QWidget) -> QRect:
    """Return where a widget and the ring around it stand in the window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-4, -4, 4, 4)


@pytest.mark.parametrize("route", sorted(AREAS))
def test_the_keyboard_begins_on_the_screen_is_seen_at_every_stop_and_finds_back(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, route: str
) -> None:
    window = opened(qtbot, bench, route)
    assert window.page is not None
    assert window.page.isAncestorOf(here()), spoken(here())
    qtbot.keyClick(here(), Qt.Key.Key_Tab)
    stops, unseen = [here()], []
    while True:
        before = here()
        place = place_of(window, before)
        held = window.grab(place).toImage()
        qtbot.keyClick(before, Qt.Key.Key_Tab)
        if window.grab(place).toImage() == held:
            unseen.append(spoken(before))
        if here() in stops:
            break
        stops.append(here())
    assert unseen == []
    back = []
    for _ in stops:
        qtbot.keyClick(here(), Qt.Key.Key_Tab, SHIFT)
        back.append(here())
    assert [spoken(each) for each in reversed(back)] == [spoken(each) for each in stops]


@pytest.mark.parametrize("route", sorted(AREAS.keys() - NEEDS_PERSON))
def test_the_keyboard_begins_on_the_screen_though_nothing_is_there_yet(
    qtbot: QtBot, styled: QApplication, services: Services, tasks: Tasks, route: str
) -> None:
    window = opened(qtbot, Workbench(services, tasks), route)
    assert window.page is not None
    assert window.page.isAncestorOf(here()), spoken(here())
