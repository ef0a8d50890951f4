"""Lists: pages on demand, placeholders, a selection that survives, every action by keyboard."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.cells import action_cell, action_rect, person_cell, pill_cell
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable, cell_rect
from tests.ui.conftest import open_window


@dataclass(frozen=True)
class Row:
    key: str
    name: str


def rows(first: int, last: int) -> list[Row]:
    return [Row(str(n), f"某{n}") for n in range(first, last)]


def action_of(row: Row) -> str:
    return "登记" if row.key != "2" else ""


@pytest.fixture
def model(styled: QApplication) -> RecordsModel:
    columns = [
        Column("姓名", 0, lambda row: row.name, person_cell(lambda row: (row.name, row.key))),
        Column("状态", 100, lambda row: "服务中", pill_cell(lambda row: ("服务中", "ok", "check")), hide_below=500),
        Column("", 120, lambda row: "登记", action_cell(lambda row: ("登记", "")), action=action_of),
    ]
    return RecordsModel(columns, key=lambda row: row.key)


@pytest.fixture
def table(model: RecordsModel, qtbot: QtBot) -> RecordTable:
    made = RecordTable(model, "名单")
    open_window(qtbot, made, 640, 400)
    return made


def test_next_page_is_wanted_once_until_it_came(table: RecordTable, model: RecordsModel) -> None:
    wanted: list[int] = []
    model.more_wanted.connect(lambda: wanted.append(len(model.records)))
    table.show_records(rows(0, 50), 120)
    assert model.rowCount() == 120
    assert wanted == []
    table.scrollToBottom()
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() - 1)
    assert wanted == [50]
    model.append(rows(50, 100))
    assert wanted == [50, 100], "placeholders are still in view, so the page after is wanted at once"
    model.append(rows(100, 120))
    assert [row.key for row in model.records] == [str(n) for n in range(120)]
    assert wanted == [50, 100]


def test_a_jump_says_how_many_rows_are_lacking(model: RecordsModel) -> None:
    model.replace(rows(0, 60), 1000)
    model.want(40)
    assert model.lacking == 0
    model.want(499)
    assert model.lacking == 500 - len(model.records)
    model.want(5000)
    assert model.lacking == 1000 - len(model.records)


def test_list_that_became_shorter_ends_there(table: RecordTable, model: RecordsModel) -> None:
    table.show_records(rows(0, 50), 120)
    model.append([])
    assert model.rowCount() == 50


def test_words_are_read_out_and_placeholders_say_nothing(table: RecordTable, model: RecordsModel) -> None:
    table.show_records(rows(0, 3), 5)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "某1"
    assert model.index(4, 0).data() is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "状态"


def test_selection_and_scroll_survive_a_reload(table: RecordTable, model: RecordsModel) -> None:
    table.show_records(rows(0, 100))
    assert table.choose("40")
    top = table.verticalScrollBar().value()
    table.show_records([Row("new", "新来的"), *rows(0, 100)])
    assert table.current_record().key == "40"
    assert table.verticalScrollBar().value() == top
    table.show_records(rows(0, 10))
    assert table.current_record().key == "0", "the keyboard stands in the list, so some row must be the current one"


def test_keyboard_opens_and_acts(table: RecordTable, qtbot: QtBot) -> None:
    table.show_records(rows(0, 5))
    opened: list[str] = []
    acted: list[str] = []
    table.row_activated.connect(lambda row: opened.append(row.key))
    table.action_clicked.connect(lambda row: acted.append(row.key))
    table.setFocus()
    qtbot.waitUntil(lambda: table.currentIndex().row() == 0)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert (opened, acted) == (["1"], ["1"])


def test_click_on_the_button_acts_click_beside_it_does_not(
    table: RecordTable, model: RecordsModel, qtbot: QtBot
) -> None:
    table.show_records(rows(0, 5))
    acted: list[str] = []
    table.action_clicked.connect(lambda row: acted.append(row.key))
    for row in (1, 2):
        cell = cell_rect(table.visualRect(model.index(row, 2)).toRectF(), 2)
        inside = action_rect(cell, "登记").center().toPoint()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=inside)
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, inside.y()))
    assert acted == ["1"], "row 2 has no button"


def test_columns_hide_when_the_list_is_narrow(table: RecordTable, model: RecordsModel) -> None:
    table.show_records(rows(0, 2))
    assert not table.isColumnHidden(1)
    table.resize(480, 400)
    assert table.isColumnHidden(1)


def test_every_cell_paints_without_leaving_a_broken_painter(table: RecordTable) -> None:
    table.show_records(rows(0, 4), 8)
    table.selectRow(1)
    picture = table.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}) > 20


def test_card_shows_what_is_missing_instead_of_an_empty_list(styled: QApplication, qtbot: QtBot) -> None:
    card = RecordCard(QWidget(), footer="")
    qtbot.addWidget(card)
    card.show()
    pressed: list[int] = []
    card.show_instead(
        EmptyState("inbox", "还没有入户记录", "本季度应入户 2 次", "登记第一次入户", lambda: pressed.append(1))
    )
    assert not card.table.isVisible()
    card.show_instead(None)
    assert card.table.isVisible()
