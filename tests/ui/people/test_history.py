"""The history panel of a file: opened from the head and from a fact, narrowed down, closed files of others unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.history import HistoryPanel
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import PersonFileScreen
from tests.ui.conftest import is_at_rest, open_window


@pytest.fixture
def person_id(filled: Services) -> str:
    found = filled.people.rows(PeopleQuery(limit=1)).rows[0].id
    draft, revision = filled.people.draft(found)
    filled.people.amend(found, replace(draft, village="西街社区", warning_note="先打电话"), revision)
    return found


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str, **params: object) -> PersonFileScreen:
    screen = PersonFileScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, **params)
    qtbot.waitUntil(lambda: is_at_rest(tasks) and screen.model.card is not None)
    return screen


def press(qtbot: QtBot, screen: PersonFileScreen, name: str) -> HistoryPanel:
    def named() -> list[QPushButton]:
        return [each for each in screen.findChildren(QPushButton) if each.accessibleName() == name and each.isVisible()]

    qtbot.waitUntil(lambda: bool(named()))
    named()[0].click()
    panel: HistoryPanel = screen.findChildren(HistoryPanel)[-1]
    return panel


@pytest.mark.usefixtures("styled")
def test_head_opens_the_whole_history(qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str) -> None:
    screen = shown(qtbot, bench, tasks, person_id)
    panel = press(qtbot, screen, "修改记录")
    qtbot.waitUntil(lambda: len(panel.shown()) > 10)
    village = next(each for each in panel.shown() if each.field == "村（居）")
    assert village.after == "西街社区"
    assert panel.table.choose(village.key)
    assert "西街社区" in panel.whole.text()
    panel.search.set_value("不会有的词")
    assert panel.shown() == ()


@pytest.mark.usefixtures("styled")
def test_a_fact_opens_its_own_history(qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str) -> None:
    screen = shown(qtbot, bench, tasks, person_id, tab="facts")
    panel = press(qtbot, screen, "村（居）的修改记录")
    qtbot.waitUntil(lambda: len(panel.shown()) >= 2)
    assert {each.field for each in panel.shown()} == {"村（居）"}


def test_history_follows_the_letters_typed(
    qtbot: QtBot, styled: QApplication, filled: Services, person_id: str
) -> None:
    panel = HistoryPanel("电话")
    qtbot.addWidget(panel)
    panel.show_changes(filled.histories.person(person_id))
    assert panel.shown()
    assert all("电话" in each.field + each.after + each.record + each.before for each in panel.shown())
