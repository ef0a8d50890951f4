"""The ring around a button tells that the keyboard is there, and only then."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.fields import TextField
from desktop.ui.kit.layouts import row
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
