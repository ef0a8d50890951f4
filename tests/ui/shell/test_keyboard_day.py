"""A day without a mouse, in the real program: from the password to the lock, and nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.messages import Modal
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from tests.conftest import PASSWORD
from tests.ui.shell.conftest import login_window, main_window, rest

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Keyboard:
    """Presses keys where the focus is, and waits until the program rests."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self._program, self._qtbot = program, qtbot

    @property
    def here(self) -> QWidget:
        """What has the focus."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key."""
        self._qtbot.keyClick(self.here, key, modifier)
        rest(self._program)

    def tab_to(self, name: str) -> QWidget:
        """Press Tab until the focus is on something of this name."""
        for _ in range(80):
            if self.here.accessibleName() == name:
                return self.here
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {name}")

    @property
    def route(self) -> str:
        """The screen that shows."""
        return main_window(self._program).place[0]


def test_a_day_without_a_mouse(program: Program, qtbot: QtBot, say: Callable[[QWidget, str], None]) -> None:
    keys = Keyboard(program, qtbot)
    program.start(is_station=True)
    login_window(program).activateWindow()
    rest(program)
    say(keys.here, "错了的密码一二三四五")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "密码" in login_window(program).banner.text() or login_window(program).field.has_fault)
    login_window(program).password.clear()
    say(keys.here, PASSWORD)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow), timeout=20_000)
    main_window(program).activateWindow()
    rest(program)
    assert (keys.route, keys.here.accessibleName()) == ("today", "待办清单")

    keys.press(Qt.Key.Key_2, ALT)
    keys.press(Qt.Key.Key_N, CONTROL)
    assert (keys.route, keys.here.accessibleName()) == ("person_form", "姓名")
    say(keys.here, "赵小满")
    keys.press(Qt.Key.Key_Escape)
    assert keys.route == "people"
    keys.press(Qt.Key.Key_N, CONTROL)
    name = keys.here
    qtbot.waitUntil(lambda: name.text() == "赵小满")  # type: ignore[attr-defined]
    keys.press(Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: keys.route == "person")
    rest(program)

    keys.tab_to("知情同意：去签")
    keys.press(Qt.Key.Key_Return)
    assert keys.route == "consent"
    keys.tab_to("登记签字")
    keys.press(Qt.Key.Key_Return)
    assert keys.here.accessibleName() == "登记签字", "the choice stays where the hand is"
    keys.press(Qt.Key.Key_Escape)
    assert keys.route == "person"

    keys.press(Qt.Key.Key_3, ALT)
    keys.press(Qt.Key.Key_N, CONTROL)
    assert keys.route == "training"
    say(keys.tab_to("主题"), "包饺子")
    keys.tab_to("加人")
    keys.press(Qt.Key.Key_Return)
    assert keys.here.accessibleName() == "搜索要加的人"
    keys.press(Qt.Key.Key_Escape)
    assert (keys.here.accessibleName(), main_window(program).findChildren(Modal)) == ("加人", [])
    keys.press(Qt.Key.Key_F9)
    assert keys.route == "training", "an unfinished sheet is not saved"
    keys.press(Qt.Key.Key_Escape)
    keys.press(Qt.Key.Key_N, CONTROL)
    assert keys.tab_to("主题").text() == "包饺子"  # type: ignore[attr-defined]

    for digit, route in (
        (4, "visits"),
        (5, "documents"),
        (6, "sync"),
        (7, "institution"),
        (8, "backups"),
        (9, "settings"),
    ):
        keys.press(Qt.Key(Qt.Key.Key_0.value + digit), ALT)
        assert keys.route == route
    keys.press(Qt.Key.Key_Right)
    keys.press(Qt.Key.Key_L, CONTROL)
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
    rest(program)
    assert login_window(program).login() == "head"
