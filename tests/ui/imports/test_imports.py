"""Importing a roster on the screen: look first, take, undo; nothing is stored before and nothing is lost after."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop import resources
from desktop.services.catalogue import Services
from desktop.services.fiction import Fiction
from desktop.services.people import PeopleQuery
from desktop.ui.imports.mapper import column_letters
from desktop.ui.imports.screen import ImportsScreen
from desktop.ui.imports.tables import batch_words, count_words
from desktop.ui.imports.viewmodel import CHOOSE, LOOKED, MAPPING, TAKEN, ImportsViewModel
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from tests.conftest import DAY
from tests.ui.conftest import is_at_rest, open_window

PATIENCE = 30_000  # ms; a book is read by a process of its own
Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    copy = tmp_path / "花名册.xlsx"
    shutil.copy(resources.path("demo/roster.xlsx"), copy)
    return copy


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> ImportsScreen:
    screen = ImportsScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


def agree(screen: ImportsScreen, words: str) -> None:
    modal = screen.findChild(Modal)
    next(each for each in modal.findChildren(QPushButton) if each.text() == words).click()


def test_looking_stores_nothing_taking_stores_the_good_lines(
    qapp: QApplication, services: Services, sheet: Path
) -> None:
    model = ImportsViewModel(Workbench(services, SyncTasks()))
    model.look(sheet)
    assert model.stage == LOOKED
    assert services.people.rows(PeopleQuery()).total == 0
    would = model.would_store
    model.take()
    assert model.stage == TAKEN
    assert services.people.rows(PeopleQuery()).total == would > 0
    assert [batch.is_undone for batch in model.batches] == [False]
    model.undo(model.batches[0].id)
    assert services.people.rows(PeopleQuery()).total == 0
    assert [batch.is_undone for batch in model.batches] == [True]
    assert model.stage == CHOOSE


def test_marked_copy_only_when_wanted_and_under_a_free_name(
    qapp: QApplication, services: Services, sheet: Path
) -> None:
    model = ImportsViewModel(Workbench(services, SyncTasks()))
    model.look(sheet)
    assert model.result is not None
    assert model.result.rejected > 0
    assert model.errors_target() == sheet.with_name("花名册-退回.xlsx")
    sheet.with_name("花名册-退回.xlsx").touch()
    assert model.errors_target() == sheet.with_name("花名册-退回-2.xlsx")
    model.wants_errors_file = False
    model.take()
    assert sorted(each.name for each in sheet.parent.glob("*.xlsx")) == ["花名册-退回.xlsx", "花名册.xlsx"]


def test_filters_show_the_remarks_of_one_verdict(qapp: QApplication, services: Services, sheet: Path) -> None:
    model = ImportsViewModel(Workbench(services, SyncTasks()))
    model.look(sheet)
    chips = dict(model.filters())
    for only, words in chips.items():
        model.pick(only)
        assert words.endswith(f" {len(model.faults())}")
    assert {fault.verdict for fault in model.faults()} == {only}


def test_a_file_that_is_no_roster_is_refused_in_words(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, tmp_path: Path
) -> None:
    letter = tmp_path / "信.xlsx"
    letter.write_text("这不是表", encoding="utf-8")
    screen = shown(qtbot, bench, tasks)
    screen.look(letter)
    qtbot.waitUntil(lambda: bool(screen.banner.text()), timeout=PATIENCE)
    assert screen.model.stage == CHOOSE
    assert screen.choose.button.isVisible()
    assert filled.people.rows(PeopleQuery()).total == 40


def test_whole_way_by_the_keyboard(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path, routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.look(sheet)
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    table = screen.faults.model()
    said = [table.index(row, 2).data() for row in range(table.rowCount())]
    assert all(said), "every remark is a sentence"
    stored = screen.model.would_store
    assert str(stored) in screen.decision.take.text()
    screen.decision.take.setFocus()
    qtbot.keyClick(screen.decision.take, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.stage == TAKEN, timeout=PATIENCE)
    result = screen.model.result
    assert result is not None
    assert result.errors_file == sheet.with_name("花名册-退回.xlsx")
    assert result.errors_file.exists()
    assert filled.people.rows(PeopleQuery()).total == 40 + result.imported
    qtbot.waitUntil(screen.decision.people.hasFocus)
    qtbot.keyClick(screen.decision.people, Qt.Key.Key_Space)
    assert routes == [("people", {})]


def test_undo_asks_first_and_takes_everything_back(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    filled.imports.take(sheet)
    screen = shown(qtbot, bench, tasks)
    batch = screen.model.batches[0]
    assert screen.batches.model().index(0, 1).data() == batch_words(batch)
    screen.batches.selectRow(0)
    qtbot.keyClick(screen.batches, Qt.Key.Key_Return)
    agree(screen, "整批撤销")
    qtbot.waitUntil(lambda: screen.model.batches[0].is_undone)
    assert filled.people.rows(PeopleQuery()).total == 40
    assert screen.batches.model().index(0, 4).data() == "", "nothing is left to undo"


def test_undo_is_refused_when_somebody_worked_on_a_line(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    filled.imports.take(sheet)
    person = filled.people.rows(PeopleQuery(limit=500)).rows[-1]
    draft, revision = filled.people.draft(person.id)
    filled.people.amend(person.id, replace(draft, warning_note="先打电话"), revision)
    screen = shown(qtbot, bench, tasks)
    screen.batches.selectRow(0)
    qtbot.keyClick(screen.batches, Qt.Key.Key_Return)
    agree(screen, "整批撤销")
    qtbot.waitUntil(lambda: "不能整批撤销" in screen.banner.text())
    assert not screen.model.batches[0].is_undone


def test_list_of_imports_follows_the_store(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    screen = shown(qtbot, bench, tasks)
    assert screen.batches.model().rowCount() == 0
    tasks.run(lambda: filled.imports.take(sheet), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.batches.model().rowCount() == 1)


def test_a_dropped_sheet_is_read(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    screen = shown(qtbot, bench, tasks)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sheet))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    screen.choose.dropEvent(event)
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)


def test_words_of_the_numbers() -> None:
    assert count_words("rejected", 3) == "退回 3"
    assert count_words("drafts", 1) == "其中草稿 1"


def strange(path: Path, *, name: str = "患者姓名", rows: int = 3) -> Path:
    """Make a list with a column that nobody knows, below a title."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["青山镇 2025 年"])
    page.append(["序号", name, "证件号码", "主要病情", "星座", "所在村"])
    for number, each in enumerate(Fiction(9, DAY).people(rows, is_special=False), 1):
        page.append([number, each.name, each.id_no, "精神分裂症", "双鱼", each.village])
    book.save(path)
    return path


def test_a_column_that_nobody_knows_is_settled_by_the_keyboard_alone_and_remembered(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, tmp_path: Path
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.look(strange(tmp_path / "a.xlsx"))
    qtbot.waitUntil(lambda: screen.model.stage == MAPPING, timeout=PATIENCE)
    illness = screen.columns.lines[3]
    qtbot.waitUntil(illness.choice.hasFocus)
    assert illness.choice.accessibleName() == "“主要病情”这一列是"
    assert filled.people.rows(PeopleQuery()).total == 40
    diagnosis = illness.choice.findData("diagnosis")
    while illness.choice.currentIndex() < diagnosis:
        qtbot.keyClick(illness.choice, Qt.Key.Key_Down)
    assert screen.model.mapping[4] == "diagnosis"
    for _ in range(30):
        if screen.place.go.hasFocus():
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(screen.place.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    assert screen.model.would_store == 3
    screen.decision.take.setFocus()
    qtbot.keyClick(screen.decision.take, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.stage == TAKEN, timeout=PATIENCE)
    screen.model.start_over()
    screen.look(strange(tmp_path / "b.xlsx", rows=5))
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    assert screen.model.result is not None
    assert (screen.model.result.rows, screen.model.result.drafts) == (5, 0), "the same headings need no second answer"


def test_a_needed_column_is_asked_for_and_a_field_may_be_one_column_only(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, tmp_path: Path
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.look(strange(tmp_path / "a.xlsx", name="谁"))
    qtbot.waitUntil(lambda: screen.model.stage == MAPPING, timeout=PATIENCE)
    assert not screen.place.go.isEnabled()
    assert screen.model.missing() == ("姓名",)
    screen.model.set_field(2, "name")
    assert screen.place.go.isEnabled()
    screen.model.set_field(5, "name")
    assert not screen.place.go.isEnabled()
    screen.model.settle_columns()
    assert (screen.model.stage, screen.model.doubled()) == (MAPPING, ("姓名",))
    screen.model.set_field(5, "")
    assert screen.place.go.isEnabled()


def test_another_sheet_and_another_row_of_names_can_be_chosen(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, tmp_path: Path
) -> None:
    path = strange(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    other = book.create_sheet("别的")
    for line in (["物品", "数量"], ["椅子", "4"], ["名字", "手机"], ["张三", "13900000001"]):
        other.append(line)
    book.save(path)
    screen = shown(qtbot, bench, tasks)
    screen.look(path)
    qtbot.waitUntil(lambda: screen.model.stage == MAPPING, timeout=PATIENCE)
    screen.place.sheet.set_value("别的")
    screen.place.sheet.edited.emit()
    qtbot.waitUntil(lambda: [one.words for one in screen.model.columns()] == ["名字", "手机"], timeout=PATIENCE)
    screen.place.header_row.set_value(1)
    qtbot.keyClick(screen.place.header_row, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [one.words for one in screen.model.columns()] == ["物品", "数量"], timeout=PATIENCE)
    assert screen.model.columns()[0].samples == ("椅子", "名字", "张三")


def test_rows_copied_in_a_spreadsheet_are_taken(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    QApplication.clipboard().setText("姓名\t联系电话\t村居\n赵新一\t13900000001\t青山村\n")
    screen.choose.paste.setFocus()
    qtbot.keyClick(screen.choose.paste, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    screen.model.take()
    qtbot.waitUntil(lambda: screen.model.stage == TAKEN, timeout=PATIENCE)
    assert filled.people.rows(PeopleQuery()).total == 41
    QApplication.clipboard().clear()
    screen.model.start_over()
    screen.choose.paste_wanted.emit()
    qtbot.waitUntil(lambda: "剪贴板" in screen.banner.text())


def test_work_under_way_can_be_stopped_and_leaves_nothing(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.look(sheet)
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    screen.model.take()
    qtbot.keyClick(screen.decision.work.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.stage in (LOOKED, TAKEN), timeout=PATIENCE)
    assert screen.model.stage == LOOKED
    assert "已取消" in screen.banner.text()
    assert filled.people.rows(PeopleQuery()).total == 40
    assert filled.imports.batches() == ()
    assert not sheet.with_name("花名册-退回.xlsx").exists()


def test_lines_changed_since_stay_when_the_rest_is_undone(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, sheet: Path
) -> None:
    taken = filled.imports.take(sheet)
    person = next(one for one in filled.people.rows(PeopleQuery(limit=500)).rows[::-1])
    draft, revision = filled.people.draft(person.id)
    filled.people.amend(person.id, replace(draft, warning_note="先打电话"), revision)
    screen = shown(qtbot, bench, tasks)
    screen.model.undo(taken.batch_id or "")
    qtbot.waitUntil(screen.banner.action.isVisible)
    assert person.name in screen.banner.text()
    screen.banner.action.setFocus()
    qtbot.keyClick(screen.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.model.batches[0].is_undone)
    assert filled.people.rows(PeopleQuery()).total == 41


def test_letters_of_columns() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 200)] == ["A", "Z", "AA", "GR"]
