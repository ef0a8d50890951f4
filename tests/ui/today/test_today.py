"""The board of the day: every duty leads where it is done, filters count, an empty board names its rules."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PersonDraft
from desktop.services.today import DutyRow
from desktop.ui.kit.menus import ways_menu
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.today.duty_cells import action_rect
from desktop.ui.today.duty_model import DutyModel, Heading, spoken
from desktop.ui.today.screen import QUICK, TodayScreen
from desktop.ui.today.viewmodel import ALL, MINE, TodayViewModel, route_of
from tests.ui.conftest import open_window

Routes = list[tuple[str, dict[str, object]]]


def duty(**changes: object) -> DutyRow:
    values: dict[str, object] = {
        "kind": "visit", "group": "overdue", "subject": "p1", "title": "张三", "what": "入户",
        "reason": "本季度只有 1 次", "due_on": date(2026, 3, 30), "due_text": "超期 1 天", "who": "林晓岚",
        "action": "visit", "action_label": "登记入户",
    }  # fmt: skip
    return DutyRow(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("action", "subject", "route", "params"),
    [
        ("consent", "p1", "consent", {"person_id": "p1", "kind": "consent"}),
        ("agreement", "p1", "consent", {"person_id": "p1", "kind": "agreement"}),
        ("visit", "p1/v2", "visit", {"person_id": "p1", "visit_id": "v2"}),
        ("training", "new", "training", {"training_id": None}),
        ("training", "person/p1", "training", {"person_id": "p1"}),
        ("institution", "", "institution", {"kind": "", "entry": ""}),
        ("institution", "f1", "institution", {"kind": "finding", "entry": "f1"}),
        ("institution", "price/new", "institution", {"kind": "price", "entry": "new"}),
        ("person_form", "new", "person_form", {"person_id": None}),
        ("sync", "", "sync", {}),
    ],
)
def test_each_duty_leads_where_it_is_done(action: str, subject: str, route: str, params: dict[str, object]) -> None:
    assert route_of(duty(action=action, subject=subject)) == (route, params)


def test_board_follows_the_store(qapp: QApplication, services: Services) -> None:
    model = TodayViewModel(Workbench(services, SyncTasks()))
    model.reload()
    assert [each.kind for each in model.duties()] == ["backup"]
    services.people.register(PersonDraft(name="赵小满", village="东街社区"))
    model.reload()
    assert ("赵小满", "draft") in [(each.title, each.kind) for each in model.duties()]


def test_filters_count_what_they_show(qapp: QApplication, filled: Services) -> None:
    model = TodayViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    chips = dict(model.filters())
    assert model.board is not None
    for only in (ALL, MINE, "consent", "backup"):
        model.pick(only)
        assert chips[only].endswith(f" {len(model.duties())}")
    assert "bundle" not in chips, "a kind without a duty has no chip"


def test_a_day_of_the_week_filters_and_a_second_click_shows_all(qapp: QApplication, filled: Services) -> None:
    model = TodayViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    model.pick_day(date(2026, 4, 2))
    assert all(each.due_on == date(2026, 4, 2) for each in model.duties())
    assert ("day", "04-02 周四 0") in model.filters()
    model.pick_day(date(2026, 4, 2))
    assert model.only == ALL


def test_rules_behind_the_duties_come_from_the_settings(qapp: QApplication, services: Services) -> None:
    model = TodayViewModel(Workbench(services, SyncTasks()))
    services.settings.change("papers.warn_days", 45)
    model.reload()
    assert "到期前 45 天提醒" in model.rules_sentence()


def test_backup_now_is_told_on_the_board(qapp: QApplication, filled: Services) -> None:
    model = TodayViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    assert model.board is not None
    assert model.board.backup.at is None
    model.back_up()
    qapp.processEvents()  # the news of a backup, told as that of a commit
    assert model.board.backup.is_verified
    assert model.board.backup.persons == 40
    assert "backup" not in dict(model.filters())


def test_headings_stand_above_their_group_and_cannot_be_chosen(qapp: QApplication) -> None:
    model = DutyModel()
    model.show(
        [duty(), duty(subject="p2"), duty(group="week")], lambda group: {"overdue": "逾期", "week": "本周"}[group]
    )
    assert [type(model.entry(row)) for row in range(5)] == [Heading, DutyRow, DutyRow, Heading, DutyRow]
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    assert spoken(Heading("逾期", 2, "bad")) == "逾期，2 件"
    said = model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "张三，入户，本季度只有 1 次，超期 1 天，负责人林晓岚，登记入户"


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> TodayScreen:
    screen = TodayScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: screen.model.board is not None)
    return screen


def test_screen_changes_when_somebody_saves(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    before = screen.list.duties.rowCount()
    tasks.run(
        lambda: filled.people.register(PersonDraft(name="赵小满", village="东街社区")), lambda _: None, lane="write"
    )
    qtbot.waitUntil(lambda: screen.list.duties.rowCount() > before)
    said = [
        screen.list.duties.index(row).data(Qt.ItemDataRole.DisplayRole) for row in range(screen.list.duties.rowCount())
    ]
    assert any(words.startswith("赵小满，") for words in said)


def test_first_duty_is_done_by_the_keyboard_alone(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.list.setFocus()
    first = screen.model.duties()[0]
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert routes[-1] == route_of(first)
    qtbot.keyClick(screen.list, Qt.Key.Key_Down)
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert routes[-1] == route_of(screen.model.duties()[1])


def test_button_of_a_row_acts_and_the_rest_of_the_row_does_not(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks)
    row = screen.list.visualRect(screen.list.duties.index(2))
    qtbot.mouseClick(screen.list.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(80, 20))
    assert routes == []
    button = action_rect(row.toRectF()).center().toPoint()
    qtbot.mouseClick(screen.list.viewport(), Qt.MouseButton.LeftButton, pos=button)
    assert routes == [route_of(screen.model.duties()[1])]


def test_chosen_row_stays_chosen_when_the_board_changes(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.list.setCurrentIndex(screen.list.duties.index(7))
    chosen, before = screen.list.current_duty(), screen.list.duties.rowCount()
    tasks.run(
        lambda: filled.people.register(PersonDraft(name="赵小满", village="东街社区")), lambda _: None, lane="write"
    )
    qtbot.waitUntil(lambda: screen.list.duties.rowCount() > before)
    current = screen.list.current_duty()
    assert chosen is not None
    assert current is not None
    assert (current.kind, current.subject) == (chosen.kind, chosen.subject)


def test_backup_card_says_what_happened(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    assert "还没有" in screen.backup.accessibleName()
    screen.backup.now.click()
    assert not screen.backup.now.isEnabled(), "no second backup while one is made"
    qtbot.waitUntil(lambda: "已核对" in screen.backup.accessibleName())
    assert screen.backup.now.isEnabled()


def test_empty_station_leads_to_the_first_file(
    qtbot: QtBot, styled: QApplication, services: Services, tasks: Tasks
) -> None:
    services.backups.make()
    screen = shown(qtbot, Workbench(services, tasks), tasks)
    empty = screen.board.findChild(EmptyState)
    assert "还没有服务对象" in empty.accessibleName()
    assert screen.list.duties.rowCount() == 0


def test_quick_menu_greys_out_what_the_role_may_not_do(
    qtbot: QtBot, styled: QApplication, bench: Workbench, routes: Routes
) -> None:
    screen = TodayScreen(bench)
    qtbot.addWidget(screen)
    actions = ways_menu(screen, screen.bench, QUICK).actions()
    allowed = ["people.register", "trainings.record", "visits.record", "documents.prepare"]
    assert [action.isEnabled() for action in actions] == [bench.may(each) for each in allowed]
    actions[0].trigger()
    assert routes == [("person_form", {})]
