"""No part of a screen shows itself as a window of its own (it would flash on the desktop and take the focus away)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.areas import AREAS


class Watcher(QObject):
    """Notes every widget that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture
def watcher(styled: QApplication) -> Iterator[Watcher]:
    made = Watcher()
    styled.installEventFilter(made)
    yield made
    styled.removeEventFilter(made)


@pytest.mark.parametrize("route", sorted(AREAS))
def test_building_a_screen_shows_no_window(
    qtbot: QtBot, watcher: Watcher, filled: Services, bench: Workbench, tasks: Tasks, route: str
) -> None:
    screen = AREAS[route].screen_class()(bench)
    qtbot.addWidget(screen)
    person_id = filled.people.rows(PeopleQuery(limit=1)).rows[0].id
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: not tasks.is_busy)
    assert watcher.shown == []


def test_a_banner_waits_for_its_parent(qtbot: QtBot, watcher: Watcher) -> None:
    banner = Banner("warn", "先打电话")
    assert watcher.shown == []
    window = QWidget()
    qtbot.addWidget(window)
    banner.setParent(window)
    window.show()
    assert banner.isVisible()
    banner.say("warn", "")
    assert not banner.isVisible()
