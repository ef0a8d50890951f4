"""Training sessions on the screen: a whole group by digits, undone, kept as a draft, saved once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.versions import Comparison
from desktop.services.catalogue import Services
from desktop.services.trainings import TrainingDraft
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.trainings.form import TrainingFormScreen
from desktop.ui.trainings.screen import TrainingsScreen
from desktop.ui.trainings.sheet import Sheet
from desktop.ui.trainings.sheet_model import BEFORE, NOTE, PARTICIPATION, STATE, SheetModel
from desktop.ui.trainings.viewmodel import TrainingFormViewModel, TrainingsViewModel, sheet_from
from tests.ui.conftest import is_at_rest


def session(services: Services, people: int = 12, **changes: object) -> TrainingDraft:
    lines = services.trainings.candidates("", services.desk.clock.today())[:people]
    facts: dict[str, object] = {
        "held_on": "2026-03-30", "starts": "09:00", "ends": "10:30", "training_type": "04", "theme": "家务料理",
        "place": "技能培训室", "leader_id": services.actor.user_id, "lines": lines,
    }  # fmt: skip
    return TrainingDraft(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def model(qapp: object, filled: Services) -> SheetModel:
    made = SheetModel(filled.codes)
    made.show_lines(session(filled).lines)
    return made


def test_digits_record_a_whole_group(qtbot: QtBot, model: SheetModel) -> None:
    sheet = Sheet(model)
    qtbot.addWidget(sheet)
    sheet.setCurrentIndex(model.index(0, STATE))
    for digit in "111211141151":
        QTest.keyClick(sheet, digit)
    assert [line.state for line in model.lines] == [model.states[int(digit) - 1] for digit in "111211141151"]
    assert sheet.currentIndex().row() == 11


def test_digits_mean_participation_and_mood_in_their_columns(qtbot: QtBot, model: SheetModel) -> None:
    sheet = Sheet(model)
    qtbot.addWidget(sheet)
    sheet.setCurrentIndex(model.index(0, PARTICIPATION))
    QTest.keyClick(sheet, "3")
    sheet.setCurrentIndex(model.index(0, BEFORE))
    QTest.keyClick(sheet, "0")
    assert (model.lines[0].participation, model.lines[0].mood_before) == ("passive", 10)


def test_who_was_away_loses_participation_and_undo_brings_it_back(model: SheetModel) -> None:
    model.put(0, PARTICIPATION, "active")
    model.put(0, BEFORE, 6)
    model.put(0, STATE, "absent")
    assert (model.lines[0].participation, model.lines[0].mood_before) == ("", None)
    model.undo()
    assert (model.lines[0].participation, model.lines[0].mood_before) == ("active", 6)


def test_all_present_leaves_what_was_recorded(model: SheetModel) -> None:
    model.put(3, STATE, "leave")
    model.all_present()
    assert [line.state for line in model.lines].count("present") == 11
    assert model.lines[3].state == "leave"


def test_nobody_stands_twice_on_the_sheet(model: SheetModel) -> None:
    model.add(model.lines[:3])
    assert len(model.lines) == 12


def test_dragging_repeats_the_answer(qtbot: QtBot, model: SheetModel) -> None:
    sheet = Sheet(model)
    sheet.resize(1100, 500)
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitExposed(sheet)
    first, third = (sheet.visualRect(model.index(row, STATE)) for row in (0, 2))
    QTest.mousePress(sheet.viewport(), Qt.MouseButton.LeftButton, pos=first.topLeft() + _inside(first))
    QTest.mouseMove(sheet.viewport(), third.topLeft() + _inside(third))
    QTest.mouseRelease(sheet.viewport(), Qt.MouseButton.LeftButton, pos=third.topLeft() + _inside(third))
    assert model.lines[0].state == "present"
    assert model.lines[2].state == "present"


def _inside(rect: QRect) -> QPoint:
    return QPoint(20, rect.height() // 2)


def test_cells_speak_to_screen_readers(model: SheetModel) -> None:
    model.put(0, STATE, "late")
    assert model.index(0, STATE).data(Qt.ItemDataRole.AccessibleTextRole) == "迟到"
    assert model.index(1, STATE).data(Qt.ItemDataRole.AccessibleTextRole) == "未记"


def test_the_list_follows_the_store(qtbot: QtBot, filled: Services, tasks: Tasks) -> None:
    screen = TrainingsScreen(Workbench(filled, tasks))
    qtbot.addWidget(screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert screen.records.rowCount() == 0
    tasks.run(lambda: filled.trainings.record(session(filled, theme="种菜")), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.rowCount() == 1)
    assert "种菜" in screen.records.index(0, 0).data(Qt.ItemDataRole.DisplayRole)


def test_list_of_the_view_model_counts_who_came(qapp: object, filled: Services) -> None:
    draft = session(filled, 4)
    present = SheetModel(filled.codes)
    present.show_lines(draft.lines)
    present.all_present()
    present.put(0, STATE, "absent")
    present.put(0, NOTE, "走亲戚")
    filled.trainings.record(session(filled, lines=tuple(present.lines)))
    model = TrainingsViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    assert [(row.expected, row.attended) for row in model.rows] == [(4, 3)]


def test_an_unfinished_sheet_is_offered_again(qapp: object, filled: Services) -> None:
    first = TrainingFormViewModel(Workbench(filled, SyncTasks()))
    first.open(None, None)
    first.touch(session(filled, theme="写到一半"))
    first.keeper.keep_now()
    second = TrainingFormViewModel(Workbench(filled, SyncTasks()))
    second.open(None, None)
    assert second.base.theme == "写到一半"
    assert len(second.base.lines) == 12
    second.save(second.base)
    assert filled.drafts.rows() == ()


def test_a_sheet_of_another_version_still_opens() -> None:
    found = sheet_from(
        {"theme": "旧", "tomorrow": 1, "lines": [{"person_id": "x", "state": "late", "new": 2}]}, TrainingDraft()
    )
    assert (found.theme, found.lines[0].state) == ("旧", "late")


def test_the_screen_saves_and_names_what_is_missing(qtbot: QtBot, filled: Services, tasks: Tasks) -> None:
    screen = TrainingFormScreen(Workbench(filled, tasks))
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    screen.shortcut_save()
    assert "名单里还没有人" in screen.banner.text()
    assert filled.trainings.rows(filled.desk.clock.today(), filled.desk.clock.today()) == ()
    draft = session(filled)
    screen.binding.fill_from(draft)
    screen.sheet_model.add(draft.lines)
    assert "还有 12 人未记" in screen.left.text()
    screen.sheet_model.all_present()
    with qtbot.waitSignal(screen.bench.back_wanted):
        screen.shortcut_save()
    assert filled.trainings.rows(filled.desk.clock.today().replace(day=1), filled.desk.clock.today())[0].attended == 12


def test_looking_at_a_sheet_leaves_no_draft(qtbot: QtBot, filled: Services, tasks: Tasks) -> None:
    filled.trainings.record(session(filled))
    screen = TrainingFormScreen(Workbench(filled, tasks))
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    screen.binding.changed.emit("theme")
    screen.leave()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert filled.drafts.rows() == ()


def test_a_sheet_saved_by_two_is_compared_line_by_line(qapp: object, filled: Services) -> None:
    training_id = filled.trainings.record(session(filled, 3, theme="种菜"))
    model = TrainingFormViewModel(Workbench(filled, SyncTasks()))
    asked: list[Comparison] = []
    model.clashed.connect(asked.append)
    model.open(training_id, None)
    first, second, third = model.base.lines
    theirs = filled.trainings.draft(training_id)
    changed = replace(first, state="leave", participation="", mood_before=None, mood_after=None, note="感冒")
    filled.trainings.record(replace(theirs, theme="包饺子", lines=(changed, second, third)))
    mine = replace(first, state="late")
    model.touch(replace(model.base, place="院子", lines=(mine, second)))
    model.save(model.base)
    ((clash,),) = [each.clashes for each in asked]
    assert clash.label == first.name
    assert "感冒" in clash.theirs
    assert "迟到" in clash.mine
    model.settle(frozenset())
    model.save(model.base)
    stored = filled.trainings.draft(training_id)
    assert (stored.theme, stored.place) == ("包饺子", "院子")
    assert [(line.person_id, line.note) for line in stored.lines] == [
        (first.person_id, "感冒"), (second.person_id, second.note),
    ]  # fmt: skip
