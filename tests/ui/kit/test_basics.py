"""The ring around a button tells that the keyboard is there, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.basics import button, restyle
from desktop.ui.kit.choices import Chips, TabBar
from desktop.ui.kit.fields import TextField
from desktop.ui.kit.layouts import row
from desktop.ui.shell.areas import entries
from desktop.ui.shell.rail import WideEntry
from tests.ui.conftest import open_window


def test_only_the_keyboard_brings_the_ring(styled: QApplication, qtbot: QtBot) -> None:
    box, field, save, chips = QWidget(), TextField(), button("保存"), Chips([("all", "全部"), ("due", "该入户")])
    box.setLayout(row(field, save, chips))
    open_window(qtbot, box)
    chip = chips.flow.itemAt(0).widget()
    field.setFocus()
    for each in (save, chip):
        qtbot.keyClick(box.focusWidget(), Qt.Key.Key_Tab)
        assert (each.hasFocus(), each.property("kbf")) == (True, "1")
    assert not save.property("kbf")
    qtbot.keyClick(chip, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert (save.property("kbf"), chip.property("kbf")) == ("1", "")
    field.setFocus()
    save.setFocus(Qt.FocusReason.MouseFocusReason)
    assert (save.hasFocus(), save.property("kbf")) == (True, "")


def test_the_ring_waits_while_another_window_is_looked_at(styled: QApplication, qtbot: QtBot) -> None:
    box, other, field, save, tabs = QWidget(), QWidget(), TextField(), button("保存"), TabBar("分类")
    tabs.addTab("本机")
    box.setLayout(row(field, save, tabs))
    open_window(qtbot, box)
    field.setFocus()
    for each in (save, tabs):
        qtbot.keyClick(box.focusWidget(), Qt.Key.Key_Tab)
        open_window(qtbot, other)
        box.activateWindow()
        qtbot.waitUntil(box.isActiveWindow)
        assert (each.hasFocus(), each.property("kbf")) == (True, "1")


@pytest.mark.parametrize("kind", ["", "primary", "ghost", "danger", "square", "bare", "small", "big", "chip", "nav"])
def test_the_ring_moves_nothing(styled: QApplication, qtbot: QtBot, kind: str) -> None:
    chips = Chips([("all", "全部")])
    qtbot.addWidget(chips)
    made: QWidget = chips.flow.itemAt(0).widget()
    if kind == "nav":
        made = WideEntry(entries()[0])
    elif kind != "chip":
        icon = "x" if kind in ("square", "bare") else ""
        made = button("" if icon else "保存", icon, kind, small=kind == "small", big=kind == "big", name="保存")
    qtbot.addWidget(made)
    made.ensurePolished()
    before = made.sizeHint(), made.minimumSizeHint()
    restyle(made, kbf="1")
    assert (made.sizeHint(), made.minimumSizeHint()) == before


def test_enter_presses_the_button_that_has_the_focus_once(styled: QApplication, qtbot: QtBot) -> None:
    pressed: list[int] = []
    save = button("保存", on_click=lambda: pressed.append(1))
    open_window(qtbot, save)
    save.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        qtbot.keyClick(save, key)
    assert pressed == [1, 1, 1]
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)
    QApplication.sendEvent(save, held)
    assert (pressed, held.isAccepted()) == ([1, 1, 1], True)
