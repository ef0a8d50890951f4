"""The cover for visitors: one key hides everything, nothing gets through it, Esc or a click brings the work back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.main_window import MainWindow
from tests.ui.conftest import open_window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, styled: QApplication, bench: Workbench) -> MainWindow:
    made = MainWindow(bench, "站长")
    made.may_close = True
    open_window(qtbot, made)
    made.go("people")
    qtbot.waitUntil(lambda: made.page.records.total > 0 and made.page.search.hasFocus())
    return made


def seen(window: MainWindow) -> set[object]:
    """Return what stands uppermost at some points of the window."""
    points = [(x, y) for x in range(5, window.width(), 90) for y in range(5, window.height(), 60)]
    tops = set()
    for x, y in points:
        widget = window.childAt(x, y)
        while widget is not None and widget.parent() is not window:
            widget = widget.parentWidget()
        tops.add(widget)
    return tops


@pytest.mark.parametrize(
    ("key", "modifier"), [(Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_H, CTRL | SHIFT)]
)
def test_one_key_covers_all_and_escape_brings_it_back(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    qtbot.keyClick(window.page.search, key, modifier)
    assert seen(window) == {window.cover}
    qtbot.keyClick(window.cover, Qt.Key.Key_A)
    qtbot.keyClick(window.cover, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.place[0] == "people"
    assert window.page.search.text() == ""
    qtbot.keyClick(window.cover, Qt.Key.Key_Escape)
    assert not window.cover.isVisible()
    assert window.page.search.hasFocus()
    assert window.place[0] == "people", "the Esc that uncovers does not go back as well"


def test_a_click_and_the_key_again_uncover_and_the_lock_still_works(qtbot: QtBot, window: MainWindow) -> None:
    window.cover.toggle()
    with qtbot.waitSignal(window.lock_wanted):
        qtbot.keyClick(window.cover, Qt.Key.Key_L, CTRL)
    qtbot.mouseClick(window.cover, Qt.MouseButton.LeftButton)
    assert not window.cover.isVisible()
    qtbot.keyClick(window.page.search, Qt.Key.Key_F12)
    qtbot.keyClick(window.cover, Qt.Key.Key_F12)
    assert not window.cover.isVisible()


def test_a_dialog_a_toast_and_another_size_stay_below(qtbot: QtBot, window: MainWindow) -> None:
    window.cover.toggle()
    Modal(window, "张晓东", QLabel("张晓东"))
    window.toast("张晓东")
    window.show_busy(True)
    qtbot.waitUntil(lambda: seen(window) == {window.cover})
    assert window.cover.hasFocus()
    window.resize(1000, 640)
    qtbot.waitUntil(lambda: window.cover.geometry() == window.rect())


def test_names_shown_in_full_are_masked_again_and_the_title_names_nobody(
    qtbot: QtBot, window: MainWindow, filled: Services
) -> None:
    window.page.model.reveal_names("identify")
    qtbot.waitUntil(lambda: not window.page.model.is_hiding)
    window.cover.toggle()
    assert window.page.model.is_hiding
    assert not [row.name for row in filled.people.rows(PeopleQuery()).rows if row.name in window.windowTitle()]
