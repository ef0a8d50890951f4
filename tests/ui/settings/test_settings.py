"""Settings take effect when changed, are refused in words, and show what another PC or person changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.services import keys, machine
from desktop.services.catalogue import Services
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.settings.account_form import AccountForm
from desktop.ui.settings.screen import SettingsScreen
from desktop.ui.settings.setting_lines import InputLine, PrinterLine, SettingLine
from tests.conftest import LOGIN, PASSWORD
from tests.ui.conftest import open_window

Say = Callable[[QWidget, str], None]
NEW = "换成一句完全不同的新密码"


@pytest.fixture
def services_bench(services: Services, tasks: Tasks) -> Workbench:
    return Workbench(services, tasks)


@pytest.fixture
def screen(qtbot: QtBot, services_bench: Workbench, tasks: Tasks) -> SettingsScreen:
    made = SettingsScreen(services_bench)
    open_window(qtbot, made)
    made.enter()
    qtbot.waitUntil(lambda: bool(made.groups))
    tasks.finish()
    return made


def line(screen: SettingsScreen, key: str) -> SettingLine:
    return next(group.lines[key] for group in screen.groups if key in group.lines)


def test_every_declared_setting_has_a_line_with_its_value(screen: SettingsScreen, services: Services) -> None:
    shown = {key: each.control for group in screen.groups for key, each in group.lines.items()}
    declared = {row.key: row.value for row in services.settings.rows()}
    assert set(shown) == set(declared)
    for key, value in declared.items():
        assert shown[key].value() == value, key


def test_number_is_stored_and_a_bad_one_is_refused_at_its_line(
    screen: SettingsScreen, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    screen.bar.setCurrentIndex(1)
    months = line(screen, "papers.consent_months")
    months.control.setFocus()
    months.control.set_value("24")
    qtbot.keyClick(months.control, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: months.setting.value == 24)  # what is stored came back to the line
    months.control.set_value("999")
    qtbot.keyClick(months.control, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: months.field.has_fault)
    assert services.settings.value("papers.consent_months") == 24
    screen.bar.setFocus()
    tasks.run(lambda: services.settings.change("visits.key_per_quarter", 6), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: line(screen, "visits.key_per_quarter").control.value() == 6)
    assert (months.control.text(), months.field.has_fault) == ("999", True), "news of another line take nothing away"


def test_change_made_elsewhere_appears(screen: SettingsScreen, services: Services, tasks: Tasks, qtbot: QtBot) -> None:
    screen.bar.setFocus()
    tasks.run(lambda: services.settings.change("visits.key_per_quarter", 6), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: line(screen, "visits.key_per_quarter").control.value() == 6)


def test_looks_ask_the_shell_to_dress_again(screen: SettingsScreen, services: Services, qtbot: QtBot) -> None:
    with qtbot.waitSignal(screen.bench.restyle_wanted):
        line(screen, "appearance.letters").control.pick("1.3")
    assert services.settings.value("appearance.letters") == "1.3"


def test_printer_that_is_switched_off_stays_chosen(screen: SettingsScreen, services: Services, qtbot: QtBot) -> None:
    printer = line(screen, "printing.printer")
    assert isinstance(printer, PrinterLine)
    printer.set_printers(("Office", "PDF"))
    printer.control.setCurrentIndex(1)
    printer.control.edited.emit()
    qtbot.waitUntil(lambda: printer.setting.value == "Office")
    assert services.settings.value("printing.printer") == "Office"
    printer.set_printers(())
    assert printer.control.value() == "Office"


def test_account_is_added_and_can_log_in(screen: SettingsScreen, services: Services, say: Say, qtbot: QtBot) -> None:
    screen.enter(tab="users")
    screen.users.add.click()
    modal = screen.findChild(Modal)
    form = modal.findChild(AccountForm)
    say(form.binding.control("name"), "周敏")
    qtbot.keyClicks(form.binding.control("login"), "zhoumin")
    press(modal, "加上这个账号")
    assert form.binding.control("role").property("bad") == "error", "nothing goes in half filled"
    form.binding.control("role").set_value("worker")
    for name in ("password", "repeated"):
        say(form.binding.control(name), NEW)
    press(modal, "加上这个账号")
    qtbot.waitUntil(lambda: len(services.users.rows()) == 2, timeout=30_000)
    qtbot.waitUntil(lambda: screen.users.table.model().rowCount() == 2)
    assert keys.is_password_right(services.desk.folder.root, "zhoumin", NEW)


def test_login_already_taken_is_said_in_the_dialog(
    screen: SettingsScreen, services: Services, say: Say, qtbot: QtBot
) -> None:
    screen.enter(tab="users")
    screen.users.add.click()
    modal = screen.findChild(Modal)
    form = modal.findChild(AccountForm)
    form.binding.fill({"name": "周敏", "login": LOGIN, "role": "worker", "password": NEW, "repeated": NEW})
    press(modal, "加上这个账号")
    qtbot.waitUntil(lambda: any("已经有人用" in each.text() for each in modal.findChildren(type(screen.banner))))
    assert len(services.users.rows()) == 1


def test_password_is_changed_by_the_old_one_only(screen: SettingsScreen, services: Services, qtbot: QtBot) -> None:
    screen.enter(tab="users")
    own = screen.users.own
    own.new.set_value(NEW)
    own.repeated.set_value(NEW)
    own.old.set_value("不是现在的密码")
    own.save.click()
    qtbot.waitUntil(lambda: own.old.property("bad") == "error", timeout=30_000)
    own.old.set_value(PASSWORD)
    own.save.click()
    qtbot.waitUntil(lambda: own.new.text() == "", timeout=30_000)
    folder = services.desk.folder.root
    assert keys.is_password_right(folder, LOGIN, NEW)
    assert not keys.is_password_right(folder, LOGIN, PASSWORD)


def test_role_without_the_right_sees_but_cannot_change(services: Services, tasks: Tasks, qtbot: QtBot) -> None:
    desk = services.desk
    few = frozenset({"settings.read", "settings.change", "users.read", "users.change_password"})
    limited = Services(replace(desk, actor=replace(desk.actor, role="clerk", permissions=few)), lambda: None)
    screen = SettingsScreen(Workbench(limited, tasks))
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: bool(screen.groups))
    assert not line(screen, "lock.idle_minutes").control.isEnabled()
    assert line(screen, "appearance.theme").control.isEnabled()
    assert not screen.users.add.isEnabled()


def press(modal: Modal, words: str) -> None:
    next(each for each in modal.findChildren(QPushButton) if each.accessibleName() == words).click()


def test_facts_about_chinese_input_are_shown_and_can_be_copied(
    screen: SettingsScreen, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    chosen = line(screen, "input.method")
    assert isinstance(chosen, InputLine)
    qtbot.mouseClick(chosen.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: screen.findChild(Modal) is not None)
    modal = screen.findChild(Modal)
    assert isinstance(modal, Modal)
    next(each for each in modal.findChildren(QPushButton) if each.text().strip() == "复制").click()
    told = QGuiApplication.clipboard().text()
    for word in (
        "输入法接口：",
        "org.freedesktop.portal.Fcitx：",
        "QT_IM_MODULES：",
        "窗口平台：offscreen",
        "ibus-daemon",
    ):
        assert word in told
    modal.close_modal()


def test_own_choice_of_the_input_method_is_kept_on_this_pc(
    screen: SettingsScreen, services: Services, tasks: Tasks
) -> None:
    control = line(screen, "input.method").control
    control.set_value("fcitx")
    control.edited.emit()
    tasks.finish()
    assert machine.read(services.desk.folder)["input.method"] == "fcitx"
