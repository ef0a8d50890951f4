"""What somebody types becomes what the rules read; Chinese arrives as an input method sends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.fields import (
    AreaField,
    ChoiceField,
    DateField,
    NumberField,
    SecretField,
    TextField,
    Tick,
    TimeField,
    read_date,
    read_time,
)
from tests.ui.conftest import open_window

Say = Callable[[QWidget, str], None]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-23", "2026-11-23"),
        ("20261123", "2026-11-23"),
        ("2026/1/3", "2026-01-03"),
        ("2026年11月3日", "2026-11-03"),
        ("２０２６．１１．２３", "2026-11-23"),
        (" 2026-11-23 ", "2026-11-23"),
        ("2026-02-30", "2026-02-30"),
        ("下周三", "下周三"),
        ("", ""),
    ],
)
def test_dates_as_people_type_them(typed: str, read: str) -> None:
    assert read_date(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:00", "09:00"),
        ("900", "09:00"),
        ("1430", "14:30"),
        ("9点", "09:00"),
        ("9点30分", "09:30"),
        ("９：３０", "09:30"),
        ("25:00", "25:00"),
        ("9:75", "9:75"),
        ("", ""),
    ],
)
def test_times_as_people_type_them(typed: str, read: str) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize(
    ("typed", "value"), [("12", 12), ("１２", 12), ("", None), ("101", "101"), ("x", "x"), ("-3", "-3")]
)
def test_numbers_outside_the_range_stay_text(styled: QApplication, typed: str, value: object) -> None:
    field = NumberField(0, 100)
    field.set_value(typed)
    assert field.value() == value


def test_arrow_keys_step_a_number_within_its_range(styled: QApplication, qtbot: QtBot) -> None:
    field = NumberField(1, 3)
    qtbot.addWidget(field)
    for _ in range(5):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 3
    for _ in range(5):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 1


@pytest.mark.parametrize("make", [TextField, AreaField])
def test_chinese_from_an_input_method_is_an_edit(styled: QApplication, qtbot: QtBot, say: Say, make: Any) -> None:
    field = make()
    qtbot.addWidget(field)
    edits: list[str] = []
    field.edited.connect(lambda: edits.append(field.value()))
    say(field, "阿依古丽·吐尔逊")
    say(field, "𬭎𠮷")
    assert edits == ["阿依古丽·吐尔逊", "阿依古丽·吐尔逊𬭎𠮷"]


@pytest.mark.parametrize("make", [TextField, SecretField, DateField])
def test_text_written_by_assistive_technology_is_an_edit(styled: QApplication, qtbot: QtBot, make: Any) -> None:
    field = make()
    qtbot.addWidget(field)
    edits: list[str] = []
    field.edited.connect(lambda: edits.append(field.value()))
    QAccessible.queryAccessibleInterface(field).setText(QAccessible.Text.Value, "2026-03-31")
    assert edits == ["2026-03-31"]


@pytest.mark.parametrize("make", [TextField, AreaField, SecretField, DateField])
def test_filling_a_field_is_no_edit(styled: QApplication, qtbot: QtBot, make: Any) -> None:
    field = make()
    qtbot.addWidget(field)
    edits: list[int] = []
    field.edited.connect(lambda: edits.append(1))
    field.set_value("2026-03-31")
    field.set_value(None)
    assert (field.value(), edits) == ("", [])


def test_date_is_tidied_when_the_field_is_left(styled: QApplication, qtbot: QtBot) -> None:
    field, other = DateField(), TextField()
    box = QWidget()
    for each in (field, other):
        each.setParent(box)
    open_window(qtbot, box)
    field.setFocus()
    qtbot.keyClicks(field, "20260331")
    assert field.text() == "20260331"
    other.setFocus()
    assert field.text() == "2026-03-31"
    assert field.day() == date(2026, 3, 31)


def test_calendar_opens_by_key_and_its_day_is_an_edit(styled: QApplication, qtbot: QtBot) -> None:
    field = DateField(latest=date(2026, 3, 31))
    qtbot.addWidget(field)
    field.show()
    edits: list[str] = []
    field.edited.connect(lambda: edits.append(field.value()))
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = field.findChild(QCalendarWidget)
    assert calendar.maximumDate() == QDate(2026, 3, 31)
    calendar.clicked.emit(QDate(2026, 3, 5))
    assert edits == ["2026-03-05"]


def test_wheel_over_a_closed_choice_changes_nothing(styled: QApplication, qtbot: QtBot) -> None:
    choice = ChoiceField([("01", "汉族"), ("02", "回族"), ("03", "苗族")])
    qtbot.addWidget(choice)
    choice.set_value("02")
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, wheel)
    assert choice.value() == "02"


def test_choice_keeps_its_answer_when_options_are_renewed(styled: QApplication, qtbot: QtBot) -> None:
    choice = ChoiceField([("01", "汉族"), ("02", "回族")], "请选择")
    qtbot.addWidget(choice)
    assert choice.value() == ""
    choice.set_value("02")
    choice.set_options([("02", "回族"), ("03", "苗族")])
    assert choice.value() == "02"
    choice.set_options([("03", "苗族")])
    assert choice.value() == "", "what is not offered any more is not chosen silently"


def test_secret_is_hidden_and_shown_on_demand(styled: QApplication, qtbot: QtBot) -> None:
    secret = SecretField()
    qtbot.addWidget(secret)
    secret.setText(" 密 码 ")
    assert secret.value() == " 密 码 ", "blanks belong to a password"
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    secret.actions()[0].toggle()
    assert secret.echoMode() == QLineEdit.EchoMode.Normal
    qtbot.keyClick(secret, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert secret.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClick(secret, Qt.Key.Key_E)
    assert secret.value().endswith("e"), "the letter alone is a letter"


def test_tick_toggled_by_a_reader_is_an_edit(styled: QApplication, qtbot: QtBot) -> None:
    tick = Tick("已告诉另一位负责人")
    qtbot.addWidget(tick)
    edits: list[bool] = []
    tick.edited.connect(lambda: edits.append(tick.value()))
    tick.toggle()
    tick.set_value(False)
    assert edits == [True]


def test_time_field_reads_what_was_typed(styled: QApplication, qtbot: QtBot) -> None:
    field = TimeField()
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "905")
    assert field.value() == "09:05"
