"""The file of one client: the first look answers what may be done, masked facts open only on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery, TimelineItem
from desktop.services.visits import VisitDraft
from desktop.ui.kit.fields import ChoiceField
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import TABS, PersonFileScreen
from desktop.ui.people.file_viewmodel import PersonFileViewModel
from desktop.ui.people.timeline import TimelineModel, spoken
from desktop.ui.people.timeline_cells import wrapped
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


def visit(filled: Services, person_id: str) -> VisitDraft:
    return VisitDraft(
        person_id, visited_on="2026-03-30", starts="09:00", ends="10:00", visitor_id=filled.actor.user_id, met="client",
        purposes=("followup",), mental_state="stable", medication="regular", danger_level="0", lock_seen="none",
        next_visit_on="2026-04-20", problems="夜里睡不好", handling="告知家属按时服药",
    )  # fmt: skip


def looks(filled: Services, person_id: str) -> int:
    return sum(entry.act == "people.view" and entry.subject == person_id for entry in filled.audit.rows(limit=500))


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str, **params: object) -> PersonFileScreen:
    screen = PersonFileScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, **params)
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


def test_file_changes_when_somebody_saves(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id)
    assert screen.timeline.events.rowCount() == 2
    tasks.run(lambda: filled.visits.record(visit(filled, person_id)), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.timeline.events.rowCount() > 2)
    said = [screen.timeline.events.index(row).data() for row in range(screen.timeline.events.rowCount())]
    assert any("夜里睡不好" in words for words in said)
    qtbot.waitUntil(lambda: "2026-03-30" in screen.strip.cards["visit"].accessibleName())
    draft, revision = filled.people.draft(person_id)
    tasks.run(
        lambda: filled.people.amend(person_id, replace(draft, warning_note="先打电话"), revision),
        lambda _: None,
        lane="write",
    )
    qtbot.waitUntil(lambda: screen.panel.note.text() == "先打电话")


def test_only_the_first_look_is_noted(qapp: QApplication, filled: Services, person_id: str) -> None:
    model = PersonFileViewModel(Workbench(filled, SyncTasks()))
    model.open(person_id)
    assert looks(filled, person_id) == 1
    model.reload()
    assert looks(filled, person_id) == 1
    model.open(person_id)
    assert looks(filled, person_id) == 2


def test_masked_number_opens_on_purpose_and_is_noted(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id)
    full = filled.people.draft(person_id)[0].id_no
    assert full not in screen.head.words.text()
    screen.head.eye.click()
    asked = screen.findChild(Modal)
    asked.findChild(ChoiceField).set_value("identify")
    next(each for each in asked.findChildren(QPushButton) if each.accessibleName() == "显示").click()
    qtbot.waitUntil(lambda: full in screen.head.words.accessibleName())
    noted = [(entry.act, entry.detail) for entry in filled.audit.rows(limit=20)]
    assert ("people.reveal", {"field": "id_no", "reason": "identify"}) in noted
    screen.leave()
    assert full not in screen.head.words.accessibleName()


def test_state_cards_lead_to_one_thing_each(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks, person_id)
    for card in screen.strip.cards.values():
        card.action.click()
    assert routes[0] == ("consent", {"person_id": person_id, "kind": "consent"})
    assert routes[1] == ("consent", {"person_id": person_id, "kind": "agreement"})
    assert routes[2] == ("visit", {"person_id": person_id})
    assert routes[3] == ("training", {"person_id": person_id})


def test_tabs_by_the_keyboard_load_what_they_show(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks, person_id)
    control = Qt.KeyboardModifier.ControlModifier
    for place, tab in enumerate(TABS):
        qtbot.keyClick(screen, Qt.Key(Qt.Key.Key_1.value + place), control)
        assert screen.stack.currentIndex() == place, tab
    qtbot.waitUntil(lambda: screen.model.services is not None)
    tasks.run(lambda: filled.visits.record(visit(filled, person_id)), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: bool(screen.services.visits.model().rowCount()))
    screen.services.visits.selectRow(0)
    qtbot.keyClick(screen.services.visits, Qt.Key.Key_Return)
    route, params = routes[-1]
    assert (route, params["person_id"]) == ("visit", person_id)
    assert params["visit_id"]


def test_timeline_filters_by_kind(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    filled.visits.record(visit(filled, person_id))
    screen = shown(qtbot, bench, tasks, person_id)
    chips = dict(screen.model.kinds())
    assert chips["visit"].endswith(" 1")
    assert "training" not in chips
    screen.model.pick_kind("visit")
    qtbot.waitUntil(lambda: screen.timeline.events.rowCount() == 2)
    item = screen.timeline.events.entry(1)
    assert isinstance(item, TimelineItem)
    assert item.kind == "visit"


def test_event_opens_by_enter(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    visit_id = filled.visits.record(visit(filled, person_id))
    screen = shown(qtbot, bench, tasks, person_id)
    screen.model.pick_kind("visit")
    qtbot.waitUntil(lambda: screen.timeline.events.rowCount() == 2)
    screen.timeline.setCurrentIndex(screen.timeline.events.index(1))
    qtbot.keyClick(screen.timeline, Qt.Key.Key_Return)
    assert routes == [("visit", {"person_id": person_id, "visit_id": visit_id})]


def test_a_file_that_is_not_there_says_so(qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks) -> None:
    screen = shown(qtbot, bench, tasks, "no-such-person")
    assert "没有这份档案" in screen.banner.text()


def test_another_file_drops_what_was_shown(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = shown(qtbot, bench, tasks, person_id, tab="papers")
    assert screen.tabs.currentIndex() == TABS.index("papers")
    other = filled.people.rows(PeopleQuery(limit=2)).rows[1]
    screen.enter(person_id=other.id)
    assert screen.head.name.accessibleName() == "", "nothing of the one before while the other is read"
    assert not screen.stack.isVisible()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert screen.head.name.accessibleName() == other.name
    assert screen.stack.isVisible()
    assert screen.tabs.currentIndex() == 0


def test_words_wrap_to_two_lines_at_most(styled: QApplication) -> None:
    text = "药数与记录一致，居室整洁，无关锁；教会母亲使用七日药盒。" * 4
    lines = wrapped(text, 300)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert not any(line[0] in "，。；、）" for line in lines)
    assert wrapped("短句。", 300) == ["短句。"]


def test_months_stand_above_their_events(qapp: QApplication) -> None:
    item = TimelineItem("1", date(2026, 3, 2), "visit", "入户服务", "一切都好", "家属已签字", "ok", "周敏")
    model = TimelineModel()
    model.show([item, replace(item, id="2"), replace(item, id="3", on=date(2026, 2, 1))])
    assert [model.index(row).data() for row in (0, 3)] == ["2026 年 3 月", "2026 年 2 月"]
    assert spoken(item) == "2026-03-02，入户服务，家属已签字，一切都好，周敏"
