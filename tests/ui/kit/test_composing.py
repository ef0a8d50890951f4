"""Text that is still being composed is nobody's input yet: no check, no search, no Enter before it is committed."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.fields import AreaField, DateField, NumberField, TextField, TimeField
from desktop.ui.kit.form import FormBinding
from tests.ui.conftest import open_window

FIELDS = (TextField, AreaField, DateField, TimeField, NumberField)


def compose(field: QWidget, preedit: str, committed: str = "") -> None:
    """Show what an input method has so far, or commit."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(committed)
    QCoreApplication.sendEvent(field, event)


@pytest.mark.parametrize("make", FIELDS)
def test_preedit_is_no_edit_and_is_not_in_the_value(styled: QApplication, qtbot: QtBot, make: Any) -> None:
    field, heard = make(), []
    qtbot.addWidget(field)
    field.set_value("12")
    binding = FormBinding(field)
    binding.add("name", field)
    binding.changed.connect(heard.append)
    field.edited.connect(lambda: heard.append("edited"))
    before = field.value()
    for part in ("n", "ni", "ni h", "ni"):
        compose(field, part)
    assert (field.value(), heard) == (before, [])
    compose(field, "", "你")
    assert len(heard) == 2
    assert "你" in str(field.value())


@pytest.mark.parametrize("make", FIELDS)
def test_given_up_composition_leaves_nothing(styled: QApplication, qtbot: QtBot, make: Any) -> None:
    field, heard = make(), []
    qtbot.addWidget(field)
    field.edited.connect(lambda: heard.append(1))
    compose(field, "ni")
    compose(field, "")
    assert (field.value() or "", heard) == ("", [])


class _Form(QWidget):
    """Counts the Enter keys that a field did not keep."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.enters = 0
        QVBoxLayout(self).addWidget(field)

    def keyPressEvent(self, event: Any) -> None:
        self.enters += event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@pytest.mark.parametrize("make", [TextField, DateField, TimeField, NumberField])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_while_composing_submits_nothing(styled: QApplication, qtbot: QtBot, make: Any, key: Qt.Key) -> None:
    field = make()
    form, entered = _Form(field), []
    field.returnPressed.connect(lambda: entered.append(1))
    open_window(qtbot, form, 300, 100)
    compose(field, "ni")
    qtbot.keyClick(field, key)
    assert (form.enters, entered) == (0, [])
    compose(field, "", "你")
    qtbot.keyClick(field, key)
    assert (form.enters, entered) == (1, [1])


@pytest.mark.parametrize("make", [DateField, TimeField, NumberField])
def test_arrows_while_composing_choose_words_not_values(styled: QApplication, qtbot: QtBot, make: Any) -> None:
    field, heard = make(), []
    qtbot.addWidget(field)
    field.set_value("5")
    field.edited.connect(lambda: heard.append(1))
    compose(field, "ni")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert heard == []
