"""The window of an unlocked station: ways there and back, keys, the badge, the narrow rail, notices."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.errors import OperationalError
from desktop.services.catalogue import Services
from desktop.ui.kit import theme
from desktop.ui.kit.layouts import column
from desktop.ui.kit.messages import Modal, Toast
from desktop.ui.kit.navigation import Screen
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell import areas
from desktop.ui.shell.areas import AREAS, Area, entries
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.rail import NarrowEntry, WideEntry


class Probe(Screen):
    """A screen that remembers what the shell did with it."""

    made: list[Probe] = []  # noqa: RUF012 - emptied by the fixture
    stays = False

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.entered: list[dict[str, Any]] = []
        self.left = self.saved = 0
        self.field = QWidget()
        self.field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_page(self.field)
        Probe.made.append(self)

    def enter(self, **params: Any) -> None:
        self.entered.append(params)

    def leave(self) -> bool:
        self.left += 1
        return not Probe.stays

    def shortcut_save(self) -> None:
        self.saved += 1

    def default_focus(self) -> QWidget:
        return self.field


@pytest.fixture
def window(
    styled: QApplication, services: Services, tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    Probe.made, Probe.stays = [], False
    monkeypatch.setattr(Area, "screen_class", lambda self: Probe)
    made = MainWindow(Workbench(services, tasks), "站长")
    qtbot.addWidget(made)
    made.may_close = True
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def probe(window: MainWindow) -> Probe:
    assert isinstance(window.page, Probe)
    return window.page


def test_rail_leads_to_each_screen_and_lights_its_entry(window: MainWindow) -> None:
    for route, entry in window.rail._entries.items():
        entry.toggle()  # what the accessibility action does
        assert window.place[0] == route
        assert [name for name, each in window.rail._entries.items() if each.isChecked()] == [route]
    assert window.rail.routes() == tuple(entry.route for entry in entries())


def test_escape_goes_back_the_way_one_came(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    window.go("person", {"person_id": "1"})
    window.go("visit", {"person_id": "1"})
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.place == ("person", {"person_id": "1"})
    assert probe(window).entered[-1] == {"person_id": "1"}
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.place[0] == "people", "the first screen has nothing behind it"


def test_lists_are_kept_forms_are_made_anew(window: MainWindow) -> None:
    window.go("people")
    people = window.page
    window.go("visit", {"person_id": "1"})
    form = window.page
    window.go("people")
    assert window.page is people
    window.go("visit", {"person_id": "2"})
    assert window.page is not form


def test_screen_that_refuses_to_be_left_stays(window: MainWindow) -> None:
    window.go("people")
    Probe.stays = True
    window.rail._entries["visits"].click()
    assert window.place[0] == "people"
    assert window.rail._entries["people"].isChecked()
    assert not window.rail._entries["visits"].isChecked()


def test_keys_save_lock_and_jump(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert probe(window).saved == 1
    with qtbot.waitSignal(window.lock_wanted):
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert window.place[0] == window.rail.routes()[3]


def test_escape_closes_the_dialog_before_it_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    window.go("person", {"person_id": "1"})
    body = QWidget()
    body.setLayout(column())
    modal = Modal(window, "改电话", body)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert probe(window).saved == 0, "the screen below a dialog is out of reach"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not modal.isVisible()
    assert window.place[0] == "person"


def test_screen_gets_its_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    qtbot.waitUntil(probe(window).field.hasFocus)


def test_rail_turns_narrow_with_the_window_and_with_the_letters(window: MainWindow, styled: QApplication) -> None:
    def kinds() -> set[type]:
        return {type(each) for each in window.rail._entries.values()}

    assert kinds() == {WideEntry}
    window.go("visits")
    window.resize(1100, 700)
    assert kinds() == {NarrowEntry}
    assert window.rail._entries["visits"].isChecked()
    window.resize(1366, 768)
    assert kinds() == {WideEntry}
    try:
        theme.apply(styled, scale=1.3)
        window.resize(1365, 768)
        assert kinds() == {NarrowEntry}
    finally:
        theme.apply(styled)


def test_role_sees_only_what_it_may_open(services: Services, tasks: Tasks, styled: QApplication, qtbot: QtBot) -> None:
    from dataclasses import replace

    desk = services.desk
    inspector = replace(
        desk, actor=replace(desk.actor, role="inspector", permissions=frozenset({"people.read", "settings.read"}))
    )
    limited = Services(inspector, lambda: None)
    window = MainWindow(Workbench(limited, tasks), "检查")
    qtbot.addWidget(window)
    window.may_close = True
    assert window.rail.routes() == ("people", "settings")
    assert not window.go("backups")
    assert "角色" in window.notice.text()


def test_every_route_needs_a_permission_that_some_role_has() -> None:
    from desktop import resources

    actions = resources.table("permissions/roles.toml")["actions"]
    assert {area.permission for area in AREAS.values()} <= set(actions)
    assert {area.entry for area in AREAS.values()} == {entry.route for entry in areas.entries()}


def test_every_screen_class_exists() -> None:
    for area in AREAS.values():
        assert issubclass(area.screen_class(), Screen)


def test_badge_counts_what_is_overdue_in_the_database(
    window: MainWindow, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    from desktop.services.fiction import Fiction
    from tests.conftest import DAY

    def overdue() -> int:
        return services.today.board(DAY).counts.get("overdue", 0)

    before = overdue()
    qtbot.waitUntil(lambda: window._overdue == before)
    person = Fiction(3, DAY).people(1)[0]
    tasks.run(lambda: services.people.register(person), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: window._overdue == overdue() > before)
    assert str(window._overdue) in window.rail._entries["today"].accessibleName()


def test_toast_replaces_the_one_before(window: MainWindow, qtbot: QtBot) -> None:
    window._bench.toast("已保存")
    window._bench.toast("又保存了")
    qtbot.waitUntil(lambda: [toast.accessibleName() for toast in window.findChildren(Toast)] == ["又保存了"])


def test_failure_nobody_asked_about_is_shown_until_acknowledged(window: MainWindow) -> None:
    window.say_failure(OperationalError("disk_full", "磁盘满了。", "请腾出空间。"))
    assert window.notice.isVisible()
    assert window.notice.text() == "磁盘满了。请腾出空间。"
    window.notice.action.click()
    assert not window.notice.isVisible()


def test_everything_on_the_rail_has_a_name_and_can_be_tabbed_to(window: MainWindow, qtbot: QtBot) -> None:
    window.go("people")
    buttons = [each for each in window.rail.findChildren(QAbstractButton) if each.isVisible()]
    assert all(each.accessibleName() for each in buttons)
    seen: set[QWidget | None] = set()
    for _ in range(len(buttons) + 4):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        seen.add(window.focusWidget())
    assert set(buttons) <= seen


def test_ctrl_z_takes_the_act_told_last_back_once(window: MainWindow, qtbot: QtBot) -> None:
    done: list[str] = []
    window._bench.toast("已保存", "撤销", lambda: done.append("first"))
    window._bench.toast("又保存了", "撤销", lambda: done.append("second"))
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["second"]
    window._bench.toast("已保存", "撤销", lambda: done.append("third"))
    window._bench.toast("看过了")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["second"], "the act told last cannot be taken back"
