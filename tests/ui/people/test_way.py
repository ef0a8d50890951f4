"""The way through the real window: from the list to a new file and back, from the board to what was left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import PersonFileScreen
from desktop.ui.people.form import PersonFormScreen
from desktop.ui.people.screen import PeopleScreen
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.today.screen import TodayScreen
from tests.ui.conftest import is_at_rest, open_window

Say = Callable[[QWidget, str], None]


def opened(qtbot: QtBot, bench: Workbench, route: str) -> MainWindow:
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go(route)
    return window


def test_from_the_list_to_a_new_file_and_back_without_a_mouse(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, say: Say
) -> None:
    window = opened(qtbot, bench, "people")
    people = window.page
    assert isinstance(people, PeopleScreen)
    qtbot.waitUntil(people.search.hasFocus)
    qtbot.keyClick(people.search, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = window.page
    assert isinstance(form, PersonFormScreen)
    name = form.binding.control("name")
    qtbot.waitUntil(name.hasFocus)
    say(name, "赵小满")
    qtbot.keyClick(name, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.page, PersonFileScreen))
    qtbot.waitUntil(lambda: window.page.head.name.accessibleName() == "赵小满")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page is people, "the finished form is not on the way back"
    qtbot.waitUntil(lambda: people.records.total == 41)
    assert filled.people.rows(PeopleQuery(only="drafts")).total == 1


def test_an_unfinished_form_is_a_duty_that_leads_back_to_it(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, say: Say
) -> None:
    window = opened(qtbot, bench, "person_form")
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    say(window.page.binding.control("name"), "赵小满")
    window.go("today")
    today = window.page
    assert isinstance(today, TodayScreen)

    def unfinished() -> list[object]:
        return [duty for duty in today.model.duties() if duty.action == "person_form"]

    qtbot.waitUntil(lambda: bool(unfinished()))
    today.model.open(unfinished()[0])
    form = window.page
    assert isinstance(form, PersonFormScreen)
    qtbot.waitUntil(lambda: form.binding.control("name").value() == "赵小满")
