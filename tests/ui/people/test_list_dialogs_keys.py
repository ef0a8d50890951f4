"""The dialogs of the list by keyboard alone: Tab stays inside and reaches everything, Esc gives the focus back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.screen import PeopleScreen
from desktop.ui.shell.main_window import MainWindow
from tests.ui.conftest import is_at_rest, open_window

DIALOGS = ("_ask_filters", "_ask_columns", "_ask_view", "_ask_names", "_ask_export")


@pytest.mark.parametrize("dialog", DIALOGS)
def test_tab_reaches_all_of_a_dialog_and_escape_leads_back(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, dialog: str
) -> None:
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go("people", {})
    qtbot.waitUntil(lambda: is_at_rest(tasks) and QApplication.focusWidget() is not None)
    page = window.page
    assert isinstance(page, PeopleScreen)
    before = QApplication.focusWidget()
    getattr(page, dialog)()
    (modal,) = window.findChildren(Modal)
    visited: list[QWidget] = []
    while QApplication.focusWidget() not in visited:
        visited.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert all(modal.isAncestorOf(each) and each.accessibleName() for each in visited)
    reachable = {
        each
        for each in modal.findChildren(QWidget)
        if each.isVisibleTo(modal) and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each.parentWidget(), QAbstractScrollArea)
    }  # fmt: skip
    assert [f"{type(each).__name__} {each.accessibleName()}" for each in reachable - set(visited)] == []
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before
