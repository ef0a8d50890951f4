"""The door: names without secrets, the right password opens, a wrong one costs time, trouble is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.services import attempts, keys
from desktop.services.accounts import AccountName
from desktop.services.folders import StationFolder
from desktop.ui.shell.login import LoginWindow, NameCard
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from tests.conftest import LOGIN, PASSWORD
from tests.ui.shell.conftest import log_in, login_window, main_window, rest


@pytest.fixture
def window(program: Program) -> LoginWindow:
    program.start(is_station=True)
    rest(program)
    return login_window(program)


def test_names_come_from_the_key_file_and_the_only_one_is_chosen(window: LoginWindow) -> None:
    assert [card.accessibleName() for card in window.findChildren(NameCard)] == ["林晓岚，站长"]
    assert window.login() == LOGIN
    assert not window.enter.isEnabled(), "no password yet"


def test_right_password_opens_the_station(program: Program, qtbot: QtBot) -> None:
    window = log_in(program, qtbot)
    assert window.windowTitle() == "青山镇社区康复站（练习）"
    assert window.place[0] == "today"


def test_keyboard_alone_opens_the_station(program: Program, window: LoginWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.password.hasFocus)
    window.password.setText(PASSWORD)
    qtbot.keyClick(window.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))


def test_what_quick_fingers_type_before_the_names_are_there_is_kept(program: Program, qtbot: QtBot) -> None:
    program.start(is_station=True)
    window = login_window(program)
    assert not window.findChildren(NameCard)
    window.password.setText(PASSWORD)
    rest(program)
    assert window.login() == LOGIN
    assert window.password.text() == PASSWORD


def test_password_typed_for_one_account_is_not_left_for_another(program: Program, window: LoginWindow) -> None:
    names = tuple(AccountName(f"user{place}", f"名{place}", "worker") for place in range(2))
    shared = LoginWindow(window.model, program._clock.today(), 9)
    shared._show_names(names)
    shared.choose("user0")
    shared.password.setText(PASSWORD)
    shared.choose("user1")
    assert shared.password.text() == ""
    shared.deleteLater()


def test_wrong_password_is_said_at_the_field_and_nothing_opens(program: Program, window: LoginWindow) -> None:
    window.password.setText("不对的密码一二三四五")
    window.submit()
    rest(program)
    assert program.window is window
    assert window.field.has_fault
    assert "密码" in window.password.accessibleDescription()
    assert window.password.selectedText() == window.password.text(), "ready to be typed over"
    assert not window.banner.isVisible()


def test_after_five_wrong_passwords_the_button_counts_down(
    program: Program, window: LoginWindow, folder: Path, qtbot: QtBot
) -> None:
    for _ in range(6):
        attempts.add(StationFolder(folder), LOGIN, program._clock.now())
    window.choose(LOGIN)
    window.model.choose(LOGIN)
    window.password.setText(PASSWORD)
    qtbot.waitUntil(lambda: "请等" in window.enter.text())
    assert not window.enter.isEnabled()
    qtbot.waitUntil(window.enter.isEnabled)


def test_lost_key_file_is_a_sentence_with_a_way_on(program: Program, folder: Path) -> None:
    for file in StationFolder(folder).key_files:
        file.unlink()
    before = (folder / "station.db").read_bytes()
    program.start(is_station=keys.is_station(folder))
    rest(program)
    window = login_window(program)
    assert window.banner.isVisible()
    assert len(window.banner.text()) > 10
    assert (folder / "station.db").read_bytes() == before


def test_station_in_use_by_another_program_is_said(program: Program, window: LoginWindow, folder: Path) -> None:
    from desktop.store.lock import SingleInstance

    other = SingleInstance(StationFolder(folder).lock)
    window.password.setText(PASSWORD)
    window.submit()
    rest(program)
    other.release()
    assert program.window is window
    assert window.banner.isVisible()
    assert window.enter.isEnabled(), "one can try again"


def test_caps_lock_is_noticed_from_the_letters(window: LoginWindow) -> None:
    def press(text: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        QApplication.sendEvent(window.password, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))

    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    press("a", Qt.Key.Key_A, none)
    assert not window.caps.isVisible()
    press("B", Qt.Key.Key_B, none)
    assert window.caps.isVisible()
    press("C", Qt.Key.Key_C, shift)
    assert not window.caps.isVisible()
    press("", Qt.Key.Key_CapsLock, none)
    assert window.caps.isVisible()


def test_letters_grow_from_the_login_and_stay_so(
    program: Program, window: LoginWindow, folder: Path, qtbot: QtBot
) -> None:
    from desktop.ui.kit import theme

    window.letters.click()
    qtbot.waitUntil(lambda: program.window is not window)
    assert theme.state.scale == pytest.approx(1.15)
    assert '"1.15"' in (folder / "machine.toml").read_text(encoding="utf-8")


def test_many_accounts_become_a_list(program: Program, window: LoginWindow) -> None:
    names = tuple(keys.AccountName(f"user{n}", f"某{n}", "worker") for n in range(12))
    crowded = LoginWindow(window.model, program._clock.today(), 9)
    crowded.model.names_known.emit(names)
    assert crowded.findChildren(NameCard) == []
    assert crowded.names is not None
    crowded.names.set_value("user7")
    assert crowded.login() == "user7"
    crowded.deleteLater()


def test_everything_on_the_login_window_has_a_name(window: LoginWindow) -> None:
    buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    assert [each for each in buttons if not (each.accessibleName() or each.text() or each.toolTip())] == []
    assert window.password.accessibleName() == "密码"


def test_closing_the_login_window_ends_the_program(program: Program, window: LoginWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.ended):
        window.close()


def test_password_never_reaches_the_log(
    program: Program, window: LoginWindow, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        window.password.setText(PASSWORD)
        window.submit()
        rest(program)
    assert PASSWORD not in caplog.text
    main_window(program)
