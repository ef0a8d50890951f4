"""All screens alike: no part flashes as a window of its own, the Tab key reaches everything, everything has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.areas import AREAS
from desktop.ui.shell.main_window import MainWindow
from tests.ui.conftest import is_at_rest, open_window
from tests.ui.routes import params_of


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
    screen.enter(**params_of(filled, route))
    qtbot.waitUntil(lambda: is_at_rest(tasks))
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


def by_tab(qtbot: QtBot, window: MainWindow) -> list[QWidget]:
    """Return what the Tab key visits, once round."""
    visited: list[QWidget] = []
    while QApplication.focusWidget() not in visited:
        visited.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    return visited


# the grid of papers is a sheet: there Tab walks the cells
WALKED = sorted(AREAS)


@pytest.mark.parametrize("route", WALKED)
def test_tab_reaches_everything_and_everything_has_a_name(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, route: str
) -> None:
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go(route, params_of(filled, route))
    qtbot.waitUntil(lambda: is_at_rest(tasks) and QApplication.focusWidget() is not None)
    page = window.page
    assert page is not None
    visited = by_tab(qtbot, window)
    reachable = [
        each
        for each in page.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    hidden_in_controls = [each for each in reachable if isinstance(each.parentWidget(), QAbstractScrollArea)]
    missed = [each for each in reachable if each not in visited and each not in hidden_in_controls]
    assert [f"{type(each).__name__} {each.accessibleName()}" for each in missed] == []
    assert [type(each).__name__ for each in visited if not each.accessibleName()] == []


def test_tab_follows_the_reading_order_of_a_file(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go("person", {"person_id": filled.people.rows(PeopleQuery(limit=1)).rows[0].id})
    qtbot.waitUntil(lambda: is_at_rest(tasks) and QApplication.focusWidget() is not None)
    names = [each.accessibleName() for each in by_tab(qtbot, window)]
    wanted = ["返回（Esc）", "记录训练", "知情同意：去签", "危险性：重评", "档案的各部分", "全部 1", "时间线"]
    start = names.index(wanted[0])
    turned = names[start:] + names[:start]
    assert [turned.index(name) for name in wanted] == sorted(turned.index(name) for name in wanted)
