"""Sorting, filters, columns, views, masked names, copy and export of the list of clients."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.identity import mask_name
from desktop.services.catalogue import Services
from desktop.services.people import PeopleFilters, PeopleQuery
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.fields import ChoiceField, Tick
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.screen import PeopleScreen
from tests import factories
from tests.ui.conftest import open_window


@pytest.fixture
def bench(filled: Services, qapp: QApplication) -> Workbench:
    """Answers come at once: what is tested is what they do."""
    return Workbench(filled, SyncTasks())


@pytest.fixture
def screen(qtbot: QtBot, styled: QApplication, bench: Workbench) -> PeopleScreen:
    made = PeopleScreen(bench)
    open_window(qtbot, made)
    made.enter()
    return made


def ids(screen: PeopleScreen) -> list[str]:
    return [row.id for row in screen.model.rows]


def press(place: QWidget, name: str) -> None:
    next(each for each in place.findChildren(QPushButton) if each.accessibleName() == name and each.isVisible()).click()


def dialog(screen: PeopleScreen) -> Modal:
    return next(each for each in screen.findChildren(Modal) if each.isVisible())


def heading(screen: PeopleScreen, column: int) -> str:
    return str(screen.records.headerData(column, Qt.Orientation.Horizontal)).strip()


def test_a_heading_sorts_and_a_second_click_turns_it_round(
    qtbot: QtBot, screen: PeopleScreen, filled: Services
) -> None:
    head = screen.table.horizontalHeader()
    for is_descending, arrow in ((False, "↑"), (True, "↓")):
        at = head.viewport().rect().center()
        at.setX(head.sectionViewportPosition(2) + 20)
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
        wanted = filled.people.rows(PeopleQuery(sort="village", is_descending=is_descending)).rows
        assert ids(screen) == [row.id for row in wanted]
        assert heading(screen, 2) == f"村（居） {arrow}"


def test_columns_and_sorting_are_as_they_were_left(screen: PeopleScreen, bench: Workbench) -> None:
    press(screen, "列与排序")
    asked = dialog(screen)
    ticks = {each.text(): each for each in asked.findChildren(Tick)}
    assert not ticks["证件号码"].value()
    ticks["证件号码"].set_value(True)
    ticks["诊断"].set_value(False)
    asked.findChild(ChoiceField).set_value("age")
    press(asked, "确定")
    again = PeopleScreen(bench)
    again.enter()
    for each in (screen, again):
        shown = [column.title for n, column in enumerate(each.records.columns) if not each.table.isColumnHidden(n)]
        assert "证件号码" in shown
        assert "诊断" not in shown
        assert each.model.query.sort == "age"


def test_filters_are_chosen_shown_and_taken_away(screen: PeopleScreen, bench: Workbench, filled: Services) -> None:
    factories.client(filled, name="安宁", service_class="key", service_mode="home", village="唯一村")
    screen.model.reload()
    press(screen, "筛选")
    asked = dialog(screen)
    chips = {each.accessibleName(): each for each in asked.findChildren(Chips)}
    chips["村（居）"].set_values(["唯一村"])
    chips["服务方式"].set_values(["home", "station"])
    press(asked, "筛选")
    assert [row.name for row in screen.model.rows] == ["安宁"]
    assert {chip.text().strip() for chip in screen.active.findChildren(QPushButton) if chip.isVisible()} == {
        "服务方式：驿站", "服务方式：居家", "村（居）：唯一村",
    }  # fmt: skip
    press(screen, "去掉筛选“村（居）：唯一村”")
    assert screen.model.query.filters == PeopleFilters(service_mode=("station", "home"))
    screen.model.narrow(PeopleFilters())
    assert not screen.active.isVisible()
    assert screen.model.total == 41


def test_a_view_is_kept_by_name_used_and_forgotten(screen: PeopleScreen, bench: Workbench) -> None:
    screen.model.pick("paper_missing")
    screen.model.narrow(PeopleFilters(service_class=("key",)))
    screen.model.sort_by("name")
    wanted = ids(screen)
    press(screen, "我的视图")
    asked = dialog(screen)
    asked.findChildren(type(screen.search))[0].setText("重点")
    press(asked, "保存当前视图")
    other = PeopleScreen(bench)
    other.enter()
    assert ids(other) != wanted
    other.model.use_view(next(view for view in other.model.views if view.name == "重点"))
    assert ids(other) == wanted
    assert other.chips.value() == "paper_missing"
    other.model.discard_view("重点")
    assert [view.name for view in other.model.views] == [""]


def test_names_are_masked_until_a_reason_is_given(screen: PeopleScreen, filled: Services) -> None:
    row = screen.model.rows[0]
    assert screen.records.data(screen.records.index(0, 0)) == f"{mask_name(row.name)}，{row.file_no}"
    press(screen, "显示全名")
    press(dialog(screen), "显示")
    assert screen.model.is_hiding, "no reason, no names"
    asked = dialog(screen)
    asked.findChild(ChoiceField).set_value("contact")
    press(asked, "显示")
    assert screen.records.data(screen.records.index(0, 0)) == f"{row.name}，{row.file_no}"
    assert factories.acts(filled)[0] == ("people.reveal_names", "", {"reason": "contact"})
    screen.leave()
    assert screen.model.is_hiding
    filled.settings.change("lists.names", "full")
    screen.model.reload()
    assert not screen.model.is_hiding
    assert not screen.names.isVisible()


def test_rows_are_copied_as_they_show(qtbot: QtBot, screen: PeopleScreen) -> None:
    screen.table.setFocus()
    screen.table.selectRow(1)
    qtbot.keyClick(screen.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(screen.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in lines] == [
        f"{mask_name(row.name)}，{row.file_no}" for row in screen.model.rows[1:3]
    ]
    assert not [row for row in screen.model.rows if len(row.name) > 1 and row.name in "".join(lines)]


def test_the_list_is_exported_where_the_person_says(
    screen: PeopleScreen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "名单.xlsx"
    monkeypatch.setattr("desktop.ui.people.screen.choose_target", lambda *_: target)  # the system's own dialog
    screen.model.narrow(PeopleFilters(service_class=("key",)))
    press(screen, "导出名单")
    press(dialog(screen), "选择位置并导出")
    rows = list(openpyxl.load_workbook(target).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:2] == ("档案编号", "姓名")
    assert [row[0] for row in rows[1:]] == [row.file_no for row in screen.model.rows]
    assert [row[1] for row in rows[1:]] == [mask_name(row.name) for row in screen.model.rows]
