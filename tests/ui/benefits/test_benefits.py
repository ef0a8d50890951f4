"""Benefits on the screen: the tab in the file, the list of who misses one, the form, the paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.benefits import BenefitDraft
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.benefits.form import BenefitFormScreen
from desktop.ui.benefits.panel import BenefitsTab
from desktop.ui.benefits.paper import RewardPaperScreen
from desktop.ui.benefits.screen import ClaimsScreen
from desktop.ui.benefits.viewmodel import BenefitFormViewModel
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def person_id(filled: Services) -> str:
    """A client with a severe illness and a guardian: entitled to the reward, and nothing noted."""
    return filled.people.register(factories.person(name="赵一鸣"))


def test_the_tab_says_what_is_missed_and_shows_what_is_noted(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    tab = BenefitsTab(bench)
    open_window(qtbot, tab)
    tab.show_person(person_id)
    qtbot.waitUntil(tab.banner.isVisible)
    assert "监护以奖代补" in tab.banner.accessibleName()
    draft = BenefitDraft(person_id, kind="guardian_reward", state="receiving", amount="2400")
    tasks.run(lambda: filled.benefits.record(draft), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: tab.records.rowCount() == 1)
    assert not tab.banner.isVisible()
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert routes == [("benefit", {"person_id": person_id, "benefit_id": tab.records.record(0).id})]


def test_nothing_of_one_client_stands_under_another(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    filled.benefits.record(BenefitDraft(person_id, kind="dibao", state="receiving"))
    tab = BenefitsTab(bench)
    open_window(qtbot, tab)
    tab.show_person(person_id)
    qtbot.waitUntil(lambda: tab.records.rowCount() == 1)
    tab.show_person(filled.people.rows(PeopleQuery(limit=1)).rows[0].id)
    assert tab.records.rowCount() == 0  # at once, before the answer
    qtbot.waitUntil(lambda: is_at_rest(tasks))


def test_the_list_leads_to_the_file_and_to_the_form(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = ClaimsScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: screen.records.rowCount() > 0)
    claim = next(each for each in screen.records.records if each.person_id == person_id)
    screen.open(claim)
    screen.act(claim)
    assert routes == [
        ("person", {"person_id": person_id, "tab": "benefits"}),
        ("benefit", {"person_id": person_id, "benefit_id": None, "kind": "guardian_reward"}),
    ]
    before = screen.records.rowCount()
    draft = BenefitDraft(person_id, kind="guardian_reward", state="receiving")
    tasks.run(lambda: filled.benefits.record(draft), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.rowCount() == before - 1)


def test_the_form_of_a_reward_begins_with_the_guardian_and_saves(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = BenefitFormScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, kind="guardian_reward")
    qtbot.waitUntil(lambda: screen.name.text() == "赵一鸣")
    assert screen.binding.field("guardian_id").isVisible()
    assert screen.guardian.currentText() == "刘桂兰"
    screen.shortcut_save()
    assert screen.binding.field("state").has_fault
    screen.binding.fill({"state": "receiving", "amount": "600"})
    screen.shortcut_save()
    qtbot.waitUntil(lambda: len(filled.benefits.of(person_id).rows) == 1)
    (row,) = filled.benefits.of(person_id).rows
    assert (row.state, row.amount, row.guardian_name) == ("receiving", "600.00", "刘桂兰")


def test_what_was_left_unfinished_is_offered_again(qapp: object, filled: Services, person_id: str) -> None:
    first = BenefitFormViewModel(Workbench(filled, SyncTasks()))
    first.open(person_id, None, "dibao")
    first.touch(replace(first.base, note="写到一半"))
    first.keeper.keep_now()
    second = BenefitFormViewModel(Workbench(filled, SyncTasks()))
    second.open(person_id, None)
    assert (second.base.kind, second.base.note) == ("dibao", "写到一半")
    second.save(replace(second.base, state="applied"))
    assert filled.drafts.rows() == ()


def test_the_paper_is_previewed_as_chosen_once_there_is_a_consent(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = RewardPaperScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(screen.banner.isVisible)  # the paper tells of the illness: consent first
    factories.sign(filled, person_id)
    screen.binding.fill({"reward_text": "每年2400元"})
    screen.model.choose(screen.choices())
    qtbot.waitUntil(lambda: screen.preview.page_count > 0, timeout=10_000)
    paper = screen.model.desk.paper
    assert paper is not None
    assert "每年2400元" in str(paper.content["blocks"])
    assert paper.document_no.split("-")[1] == "JH"
