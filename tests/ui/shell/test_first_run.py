"""The wizard of the first start: nothing exists before its end, and at its end everything does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop import mainthread
from desktop.services import keys
from desktop.services.clock import Clock
from desktop.ui.kit.tasks import Tasks
from desktop.ui.shell.first_run import FirstRunModel, FirstRunWindow
from desktop.vault.keys import FLOOR
from tests.conftest import PASSWORD

Say = Callable[[QWidget, str], None]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "a new station"


@pytest.fixture
def wizard(styled: QApplication, place: Path, clock: Clock, tasks: Tasks, qtbot: QtBot) -> Iterator[FirstRunWindow]:
    from desktop.services.clock import SystemClock

    mainthread.forbid_slow_work_here()
    model = FirstRunModel(place, SystemClock(), tasks, FLOOR)
    window = FirstRunWindow(model)
    model.setParent(window)
    window.resize(1100, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    tasks.finish()
    if window.making.services is not None:
        tasks.run(window.making.services.close, lambda _: None)
        tasks.finish()
    window.deleteLater()


def fill_station(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    binding = wizard.station.form.binding
    say(binding.control("name"), "青山镇社区康复站")
    qtbot.keyClicks(binding.control("division_code"), "990127001")
    wizard.next.click()


def fill_account(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    binding = wizard.account.form.binding
    say(binding.control("name"), "林晓岚")
    qtbot.keyClicks(binding.control("login"), "linxiaolan")
    for name in ("password", "repeated"):
        say(binding.control(name), PASSWORD)
    wizard.next.click()


def copy_by_hand(wizard: FirstRunWindow, qtbot: QtBot) -> list[str]:
    wizard.code.way.pick("hand")
    groups = list(wizard.code.groups._groups)
    wizard.code.copied.click()
    wizard.next.click()
    return groups


def type_back(wizard: FirstRunWindow, groups: list[str], qtbot: QtBot) -> None:
    for field, group in zip(wizard.typed_back.inputs, groups, strict=True):
        qtbot.keyClicks(field, group.lower())
    wizard.typed_back.sealed.click()
    wizard.typed_back.told.click()


def to_the_code(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> list[str]:
    fill_station(wizard, say, qtbot)
    fill_account(wizard, say, qtbot)
    return copy_by_hand(wizard, qtbot)


def test_a_station_is_made_and_opens(wizard: FirstRunWindow, place: Path, say: Say, qtbot: QtBot) -> None:
    opened: list[object] = []
    wizard.opened.connect(opened.append)
    groups = to_the_code(wizard, say, qtbot)
    type_back(wizard, groups, qtbot)
    assert not place.exists(), "nothing is made before the last step"
    wizard.next.click()
    qtbot.waitUntil(lambda: wizard.making.services is not None, timeout=30_000)
    wizard.next.click()
    assert opened == [wizard.making.services]
    services = wizard.making.services
    assert services is not None
    assert services.desk.facts.station_name == "青山镇社区康复站"
    assert (services.actor.name, services.actor.role) == ("林晓岚", "head")
    assert [name.login for name in keys.accounts(place)] == ["linxiaolan"]
    assert wizard.code._code() != "-".join(groups), "the wizard forgot the code that is in force"


def test_code_of_the_wizard_opens_the_envelope(
    wizard: FirstRunWindow, place: Path, say: Say, qtbot: QtBot, tasks: Tasks
) -> None:
    groups = to_the_code(wizard, say, qtbot)
    type_back(wizard, groups, qtbot)
    wizard.next.click()
    qtbot.waitUntil(lambda: wizard.making.services is not None, timeout=30_000)
    from desktop.services.folders import StationFolder
    from desktop.vault.keys import unlock_with_recovery_code

    recovered = unlock_with_recovery_code(StationFolder(place).key_files, "-".join(groups))
    assert recovered.is_recovery
    recovered.wipe()


def test_each_step_says_what_is_missing(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    assert not wizard.next.isEnabled()
    assert wizard._words.accessibleName() == "请填写机构名称。"
    say(wizard.station.form.binding.control("name"), "青山镇社区康复站")
    assert "区划" in wizard._words.accessibleName()
    qtbot.keyClicks(wizard.station.form.binding.control("division_code"), "990127001")
    assert wizard.next.isEnabled()


def test_password_is_judged_while_it_is_typed(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    fill_station(wizard, say, qtbot)
    binding = wizard.account.form.binding
    say(binding.control("name"), "林晓岚")
    qtbot.keyClicks(binding.control("login"), "linxl")
    for weak in ("1234567890", "青山镇社区康复站2026", "aaaaaaaaaaaa"):
        for name in ("password", "repeated"):
            binding.control(name).set_value(weak)
        assert wizard.account.missing(), weak
    binding.control("password").set_value(PASSWORD)
    assert wizard.account.missing() == "两次输入的密码不一样。"
    binding.control("repeated").set_value(PASSWORD)
    assert wizard.account.missing() == ""


def test_code_is_not_on_the_screen_while_it_is_typed_back(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    groups = to_the_code(wizard, say, qtbot)
    assert wizard.page is wizard.typed_back
    assert not wizard.code.groups.isVisible()
    wrong = groups.copy()
    wrong[3] = "ZZZZ" if groups[3] != "ZZZZ" else "YYYY"
    type_back(wizard, wrong, qtbot)
    assert not wizard.next.isEnabled()
    assert "1 组" in wizard._words.accessibleName()
    wizard.typed_back.inputs[3].clear()
    qtbot.keyClicks(wizard.typed_back.inputs[3], groups[3])
    assert wizard.next.isEnabled()


def test_typing_flows_from_group_to_group_and_back(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    groups = to_the_code(wizard, say, qtbot)
    for letter in "".join(groups):
        qtbot.keyClicks(wizard.focusWidget(), letter)
    assert wizard.typed_back.typed() == "-".join(groups)
    wizard.typed_back.inputs[6].clear()
    qtbot.keyClick(wizard.typed_back.inputs[6], Qt.Key.Key_Backspace)
    assert wizard.typed_back.inputs[5].hasFocus()
    wizard.typed_back._take(0, "-".join(groups))
    assert wizard.typed_back.typed() == "-".join(groups), "a pasted code spreads over the groups"


def test_going_back_loses_nothing(wizard: FirstRunWindow, say: Say, qtbot: QtBot) -> None:
    groups = to_the_code(wizard, say, qtbot)
    for _ in range(3):
        wizard.back.click()
    assert wizard.station.form.draft().name == "青山镇社区康复站"
    for _ in range(2):
        wizard.next.click()
    assert list(wizard.code.groups._groups) == groups, "the code on paper stays the code"


def test_failure_at_the_end_leaves_nothing_and_can_be_tried_again(
    wizard: FirstRunWindow, place: Path, say: Say, qtbot: QtBot
) -> None:
    type_back(wizard, to_the_code(wizard, say, qtbot), qtbot)
    place.write_text("a file stands where the folder should be", encoding="utf-8")
    wizard.next.click()
    qtbot.waitUntil(wizard.making.banner.isVisible, timeout=30_000)
    assert wizard.making.services is None
    assert wizard.next.text() == "再试一次"
    assert wizard.back.isEnabled()
    assert place.read_text(encoding="utf-8") == "a file stands where the folder should be"
    place.unlink()
    wizard.next.click()
    qtbot.waitUntil(lambda: wizard.making.services is not None, timeout=30_000)


def test_printed_sheet_goes_through_the_printer_and_its_refusal_is_said(
    wizard: FirstRunWindow, say: Say, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printing system of this test stands in for the one outside the program."""
    from desktop.devices import printers
    from desktop.errors import OperationalError

    class Paper:
        def __init__(self) -> None:
            self.sheets: list[bytes] = []
            self.is_empty = True

        def names(self) -> list[str]:
            return ["Office"]

        def send(self, pdf: bytes, printer: str, copies: int) -> None:
            if self.is_empty:
                raise OperationalError("io_error", "打印机没有纸。", "请加纸。")
            self.sheets.append(pdf)

    paper = Paper()
    printers.use(paper)
    try:
        fill_station(wizard, say, qtbot)
        fill_account(wizard, say, qtbot)
        wizard.code.set_printers(("Office",))
        wizard.code.way.pick("print")
        wizard.code.send.click()
        qtbot.waitUntil(lambda: "没有纸" in wizard.code.banner.text())
        assert not wizard.next.isEnabled()
        paper.is_empty = False
        wizard.code.send.click()
        qtbot.waitUntil(wizard.next.isEnabled)
        assert paper.sheets[0].startswith(b"%PDF")
    finally:
        printers.use(None)


def test_wizard_can_be_given_up(wizard: FirstRunWindow, place: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(wizard.given_up):
        wizard.close()
    assert not place.exists()


def test_buttons_have_names(wizard: FirstRunWindow) -> None:
    bare = [each for each in wizard.findChildren(QPushButton) if not each.accessibleName()]
    assert [each for each in bare if each.text() or not each.icon().isNull()] == []
