"""A forgotten password: the code of the envelope opens, once; nothing changes before the end."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.services import keys
from desktop.ui.input.bridge import composes
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.program import Program
from desktop.ui.shell.recovery import RecoveryWindow
from tests.conftest import LOGIN, PASSWORD
from tests.ui.shell.conftest import login_window, rest

NEW = "忘了旧的就用这一句新的"


def recovery_window(program: Program) -> RecoveryWindow:
    program.start(is_station=True)
    rest(program)
    login_window(program).recover.click()
    rest(program)
    assert isinstance(program.window, RecoveryWindow)
    return program.window


def test_account_gets_a_new_password_and_the_envelope_a_new_code(
    program: Program, recovery_code: str, folder: Path, qtbot: QtBot
) -> None:
    window = recovery_window(program)
    assert window.old.account.value() == LOGIN, "the account chosen at the login"
    window.old.code.set_value(recovery_code.lower().replace("-", " "))
    window.old.password.set_value(NEW)
    window.old.repeated.set_value(NEW)
    window.old.changed.emit()
    window.next.click()
    fresh = "-".join(window.code.groups._groups)
    assert fresh != recovery_code
    window.code.way.pick("hand")
    window.code.copied.click()
    window.next.click()
    for field, group in zip(window.typed_back.inputs, fresh.split("-"), strict=True):
        qtbot.keyClicks(field, group)
    window.typed_back.sealed.click()
    window.typed_back.told.click()
    assert keys.is_password_right(folder, LOGIN, PASSWORD), "nothing changed yet"
    window.next.click()
    qtbot.waitUntil(lambda: window.resetting.services is not None, timeout=30_000)
    window.next.click()
    assert isinstance(program.window, MainWindow)
    assert keys.is_password_right(folder, LOGIN, NEW)
    assert not keys.is_password_right(folder, LOGIN, PASSWORD)


def test_no_secret_goes_through_an_input_method(program: Program) -> None:
    window = recovery_window(program)
    secrets = (window.old.code, window.old.password, window.old.repeated, *window.typed_back.inputs)
    assert [field for field in secrets if composes(field)] == []


def test_miscopied_code_is_said_at_its_field(program: Program, recovery_code: str) -> None:
    window = recovery_window(program)
    window.old.password.set_value(NEW)
    window.old.repeated.set_value(NEW)
    window.old.code.set_value(recovery_code[:-1] + ("0" if recovery_code[-1] != "0" else "2"))
    window.old.changed.emit()
    window.next.click()
    assert window.page is window.old
    assert "抄错" in window.old.code.accessibleDescription()


def test_code_of_another_station_changes_nothing(program: Program, folder: Path, qtbot: QtBot) -> None:
    window = recovery_window(program)
    window.old.code.set_value(keys.new_recovery_code())
    window.old.password.set_value(NEW)
    window.old.repeated.set_value(NEW)
    before = [file.read_bytes() for file in sorted(folder.glob("station.keys.*"))]
    window.show_page(3)
    qtbot.waitUntil(window.resetting.banner.isVisible, timeout=30_000)
    assert window.back.isEnabled()
    assert [file.read_bytes() for file in sorted(folder.glob("station.keys.*"))] == before


def test_giving_up_leads_back_to_the_login(program: Program, qtbot: QtBot) -> None:
    window = recovery_window(program)
    window.close()
    qtbot.waitUntil(lambda: isinstance(program.window, LoginWindow))
