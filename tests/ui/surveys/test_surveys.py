"""The need survey on the screen: written down, searched, counted, and a client by one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.surveys import SurveyDraft, SurveyQuery
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.surveys.form import SurveyFormScreen
from desktop.ui.surveys.screen import SurveysScreen
from desktop.ui.surveys.viewmodel import SurveyFormViewModel, SurveysViewModel
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]


def line(**changes: Any) -> SurveyDraft:
    return replace(SurveyDraft(name="单小红", sex="2", village="石桥村", result="willing", needs=("work",)), **changes)


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> SurveysScreen:
    screen = SurveysScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


def test_the_list_follows_the_store_and_says_who_lives_at_home(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    assert screen.records.rowCount() == 0
    tasks.run(lambda: filled.surveys.record(line()), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.rowCount() == 1)
    qtbot.waitUntil(lambda: "居家患者 41 人" in screen.head.sentence.text())
    assert [screen.records.index(0, place).data() for place in (3, 6)] == ["愿意参加", "建档"]


def test_a_list_in_a_sheet_is_taken_in_by_the_screen_for_sheets(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks)
    qtbot.mouseClick(screen.sheet, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]
    assert routes == [("imports", {"kind": "survey"})]


def test_one_press_makes_the_file_and_opens_it(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, routes: Routes
) -> None:
    filled.surveys.record(line())
    screen = shown(qtbot, bench, tasks)
    screen.table.setFocus()
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: bool(routes))
    (row,) = filled.surveys.rows(SurveyQuery()).rows
    assert routes == [("person", {"person_id": row.person_id})]
    assert filled.people.rows(PeopleQuery(search="单小红")).total == 1


def test_who_looks_alike_is_asked_about_first(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, routes: Routes
) -> None:
    known = filled.people.rows(PeopleQuery(limit=1)).rows[0]
    filled.surveys.record(line(name=known.name, village=known.village or ""))
    screen = shown(qtbot, bench, tasks)
    screen.act(screen.records.record(0))
    qtbot.waitUntil(lambda: hasattr(screen, "asking"))
    before = filled.people.rows(PeopleQuery()).total
    same = next(each for each in screen.asking.findChildren(QPushButton) if known.file_no in each.text())
    same.click()
    qtbot.waitUntil(lambda: bool(routes))
    assert routes == [("person", {"person_id": known.id})]
    assert filled.people.rows(PeopleQuery()).total == before


def test_chips_show_what_there_is_and_narrow_the_list(qapp: object, filled: Services) -> None:
    for result in ("planned", "willing", "refused"):
        filled.surveys.record(line(name=result, result=result))
    model = SurveysViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    assert [code for code, _ in model.filters()] == ["", "planned", "willing", "refused"]
    model.pick("refused")
    assert [row.name for row in model.rows] == ["refused"]


def test_what_was_left_unfinished_is_offered_again_and_forgotten_when_saved(qapp: object, filled: Services) -> None:
    first = SurveyFormViewModel(Workbench(filled, SyncTasks()))
    first.open(None)
    first.touch(line(note="写到一半"))
    first.keeper.keep_now()
    second = SurveyFormViewModel(Workbench(filled, SyncTasks()))
    second.open(None)
    assert (second.base.note, second.base.needs) == ("写到一半", ("work",))
    second.save(second.base)
    assert filled.drafts.rows() == ()
    assert filled.surveys.rows(SurveyQuery()).total == 1


@pytest.mark.parametrize("has_name", [True, False])
def test_the_form_saves_or_says_what_is_missing(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, say: Any, has_name: bool
) -> None:
    screen = SurveyFormScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    if has_name:
        say(screen.binding.control("name"), "单小红")
    screen.shortcut_save()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert filled.surveys.rows(SurveyQuery()).total == int(has_name)
    assert screen.binding.field("name").has_fault is not has_name
