"""Segments and chips: mouse, keys and the accessibility action lead to the same answer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.kit.choices import Chips, Segments

ATTENDANCE = [("present", "到"), ("late", "迟到"), ("leave", "请假"), ("absent", "缺")]


@pytest.fixture
def segments(styled: QApplication, qtbot: QtBot) -> Segments:
    made = Segments(ATTENDANCE, {"present": "ok", "absent": "bad"}, "出勤", is_optional=True)
    qtbot.addWidget(made)
    made.resize(300, 34)
    made.show()
    return made


def test_digits_pick_arrows_move_backspace_clears(segments: Segments, qtbot: QtBot) -> None:
    heard: list[str] = []
    segments.picked.connect(heard.append)
    for key in (Qt.Key.Key_3, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_9):
        qtbot.keyClick(segments, key)
    assert heard == ["leave", "absent", "absent", "leave", ""]


def test_a_number_is_picked_by_its_own_digit(styled: QApplication, qtbot: QtBot) -> None:
    danger = Segments([(level, level) for level in "012345"], name="危险性")
    qtbot.addWidget(danger)
    for key, level in ((Qt.Key.Key_2, "2"), (Qt.Key.Key_0, "0"), (Qt.Key.Key_5, "5"), (Qt.Key.Key_6, "5")):
        qtbot.keyClick(danger, key)
        assert danger.value() == level


def test_click_picks_and_clicking_again_clears_only_when_optional(
    styled: QApplication, segments: Segments, qtbot: QtBot
) -> None:
    for expected in ("late", ""):
        qtbot.mouseClick(segments.childAt(QPoint(110, 17)), Qt.MouseButton.LeftButton)
        assert segments.value() == expected
    fixed = Segments(ATTENDANCE, value="late")
    qtbot.addWidget(fixed)
    fixed.resize(300, 34)
    fixed.show()
    qtbot.mouseClick(fixed.childAt(QPoint(110, 17)), Qt.MouseButton.LeftButton)
    assert fixed.value() == "late"


def test_screen_reader_finds_each_option_and_can_toggle_it(segments: Segments) -> None:
    cells = {cell.accessibleName(): cell for cell in segments.findChildren(QAbstractButton)}
    assert list(cells) == ["到", "迟到", "请假", "缺"]
    cells["请假"].toggle()  # what the accessibility action does; it emits no `clicked`
    assert segments.value() == "leave"
    assert segments.accessibleDescription() == "请假"


def test_setting_a_value_is_silent_and_unknown_codes_choose_none(segments: Segments) -> None:
    heard: list[str] = []
    segments.picked.connect(heard.append)
    segments.set_value("late")
    assert segments.value() == "late"
    segments.set_value("nonsense")
    assert (segments.value(), heard) == ("", [])


def test_filter_chips_keep_exactly_one(styled: QApplication, qtbot: QtBot) -> None:
    chips = Chips([("all", "全部 10"), ("visit", "入户 3"), ("paper", "文书 2")])
    qtbot.addWidget(chips)
    heard: list[str] = []
    chips.picked.connect(heard.append)
    buttons = chips.findChildren(QAbstractButton)
    buttons[1].toggle()
    buttons[1].click()
    assert chips.values() == ("visit",)
    assert heard[0] == "visit"
    chips.set_options([("all", "全部 11"), ("visit", "入户 4"), ("paper", "文书 2")])
    assert chips.values() == ("visit",), "new numbers on the labels do not change the filter"
    assert buttons[1].text() == "入户 4"


def test_multiple_chips_tick_and_wrap(styled: QApplication, qtbot: QtBot) -> None:
    chips = Chips([(str(n), f"服务内容第 {n} 项") for n in range(8)], exclusive=False)
    qtbot.addWidget(chips)
    chips.resize(900, 40)
    chips.show()
    low = chips.minimumHeight()
    chips.resize(220, 40)
    assert chips.minimumHeight() >= 4 * low, "chips wrap, they never clip"
    for number in (5, 2):
        chips.findChildren(QAbstractButton)[number].toggle()
    assert chips.values() == ("2", "5")
    chips.set_value(["1"])
    assert chips.values() == ("1",)
