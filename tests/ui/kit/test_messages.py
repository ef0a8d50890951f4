"""Dialogs inside the window hold the keyboard, give it back, and grow with what they say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.errors import OperationalError
from desktop.ui.kit.basics import button
from desktop.ui.kit.fields import text_field
from desktop.ui.kit.layouts import column
from desktop.ui.kit.messages import Banner, EmptyState, Modal, Toast, confirm, failed_state

FULL = OperationalError("disk_full", "磁盘满了，备份没有写完。", "请腾出空间后再试。")


@pytest.fixture
def window(styled: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.field = QLineEdit(made)  # type: ignore[attr-defined]
    made.resize(900, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.field.setFocus()  # type: ignore[attr-defined]
    return made


def test_tab_stays_inside_and_escape_gives_the_focus_back(window: QWidget, qtbot: QtBot) -> None:
    body = QWidget()
    first, second = text_field(), text_field()
    body.setLayout(column(first, second))
    save = button("保存", kind="primary")
    modal = Modal(window, "改电话", body, (save,))
    assert first.hasFocus(), "the first open question, not the save button"
    seen = []
    for _ in range(8):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        seen.append(window.focusWidget())
    assert window.field not in seen  # type: ignore[attr-defined]
    assert {first, second, save} <= set(seen)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not modal.isVisible()
    assert window.field.hasFocus()  # type: ignore[attr-defined]


def test_enter_in_a_field_presses_the_primary_button(window: QWidget, qtbot: QtBot) -> None:
    pressed: list[int] = []
    field, found, body = text_field(), QListWidget(), QWidget()
    found.addItem("王秀英")
    body.setLayout(column(field, found))
    Modal(window, "改电话", body, (button("取消"), button("保存", kind="primary", on_click=lambda: pressed.append(1))))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert pressed == [1]
    found.setFocus()
    found.setCurrentRow(0)
    qtbot.keyClick(found, Qt.Key.Key_Return)
    assert pressed == [1], "in a list Enter ticks, it must not save half a choice"


def test_a_question_is_answered_by_enter(window: QWidget, qtbot: QtBot) -> None:
    agreed: list[str] = []
    modal = confirm(window, "撤销导入？", "40 人会移走。", "撤销导入", lambda: agreed.append("danger"), is_danger=True)
    assert window.focusWidget().property("kbf") == "1", "the ring says what Enter does"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert (modal.isVisible(), agreed) == (False, [])
    confirm(window, "现在备份？", "要一分钟。", "备份", lambda: agreed.append("yes"))
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert agreed == ["yes"]


def test_dialog_that_must_not_be_closed_stays(window: QWidget, qtbot: QtBot) -> None:
    modal = Modal(window, "退出前备份", QWidget(), can_close=False)
    modal.setFocus()
    qtbot.keyClick(modal, Qt.Key.Key_Escape)
    assert modal.isVisible()
    modal.finish()
    assert not modal.isVisible()


def test_dialog_grows_with_its_words_and_never_beyond_the_window(window: QWidget, qtbot: QtBot) -> None:
    banner = Banner()
    body = QWidget()
    body.setLayout(column(banner))
    modal = Modal(window, "标题", body, (button("好"),))
    low = modal._card.height()
    banner.say("bad", "磁盘满了，备份没有写完。" * 12)
    qtbot.waitUntil(lambda: modal._card.height() > low + 40)
    banner.say("bad", "磁盘满了，备份没有写完。" * 400)
    window.resize(700, 320)
    qtbot.waitUntil(lambda: modal.width() == 700)
    assert modal._card.height() <= 320 - 48


@pytest.mark.parametrize("is_danger", [False, True])
def test_question_calls_back_only_on_yes(window: QWidget, qtbot: QtBot, is_danger: bool) -> None:
    agreed: list[int] = []
    for answer in ("取消", "撤回"):
        modal = confirm(window, "撤回？", "撤回后不再报县里。", "撤回", lambda: agreed.append(1), is_danger=is_danger)
        qtbot.mouseClick(
            next(each for each in modal.findChildren(QPushButton) if each.accessibleName() == answer),
            Qt.MouseButton.LeftButton,
        )
    assert agreed == [1]


def test_dangerous_question_has_its_focus_on_no(window: QWidget) -> None:
    confirm(window, "撤销导入？", "40 人会移走。", "撤销导入", lambda: None, is_danger=True)
    focused = window.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.accessibleName() == "取消"


def test_failure_says_what_happened_and_what_to_do(styled: QApplication, qtbot: QtBot) -> None:
    again: list[int] = []
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say_failure(FULL, "重试", lambda: again.append(1))
    assert banner.text() == "磁盘满了，备份没有写完。请腾出空间后再试。"
    banner.action.click()
    assert again == [1]
    banner.say("info", "")
    assert not banner.isVisibleTo(None)


def test_failed_list_offers_another_try(styled: QApplication, qtbot: QtBot) -> None:
    again: list[int] = []
    state = failed_state(FULL, lambda: again.append(1))
    qtbot.addWidget(state)
    assert "磁盘满了" in state.accessibleName()
    state.findChild(QPushButton).click()
    assert again == [1]
    assert EmptyState("inbox", "空", "").findChild(QPushButton) is None


def test_toast_offers_undo_and_goes(window: QWidget, qtbot: QtBot) -> None:
    undone: list[int] = []
    toast = Toast(window, "已为 14 人记录出勤", "撤销", lambda: undone.append(1))
    toast.settle(100)
    assert toast.isVisible()
    qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert undone == [1]
    qtbot.waitUntil(lambda: not window.findChildren(Toast))
