"""The parts of files on the screen: of one client, of the station, and cover and catalogue on paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.ui.completeness.gaps import FileGapsScreen
from desktop.ui.completeness.paper import FilePaperScreen
from desktop.ui.completeness.screen import FilePartsScreen
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import PersonFileScreen
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.register(factories.person(name="赵一鸣"))


def test_each_part_says_its_state_and_leads_to_where_it_is_mended(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = FilePartsScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: screen.records.rowCount() == 14)
    place = screen.records.row_of("consent")
    words = [str(screen.records.index(place, column).data()) for column in range(screen.records.columnCount())]
    assert words[0] == "6. 知情同意、单独同意，没有签过知情同意书"
    assert (words[1], words[3]) == ("缺", "办同意书")
    screen.table.choose("consent")
    screen.table.setFocus()
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert routes == [("consent", {"person_id": person_id, "kind": "consent"})]
    screen.mend(screen.records.record(screen.records.row_of("plan")))  # not needed: nowhere to go
    assert len(routes) == 1
    tasks.run(lambda: factories.sign(filled, person_id), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.record(place).state == "there")
    assert "已有 3 部分" in screen.head.sentence.text() or "已有 3 部分" in screen.head.sentence.toolTip()


def test_the_list_of_the_station_is_narrowed_down_and_opens_the_catalogue(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = FileGapsScreen(bench)
    open_window(qtbot, screen)
    screen.enter(part="consent")
    qtbot.waitUntil(lambda: screen.records.rowCount() > 0)
    before = screen.records.rowCount()
    tasks.run(lambda: factories.sign(filled, person_id), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.rowCount() == before - 1)
    screen.chips.picked.emit("")
    qtbot.waitUntil(lambda: screen.records.row_of(person_id) >= 0)
    screen.open(screen.records.record(screen.records.row_of(person_id)))
    assert routes == [("file_parts", {"person_id": person_id})]


def test_cover_and_catalogue_are_shown_before_they_are_printed(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = FilePaperScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, kind="file_cover")
    qtbot.waitUntil(lambda: screen.preview.page_count > 0, timeout=20_000)
    assert screen.model.desk.paper is not None
    assert screen.model.desk.paper.kind == "file_cover"
    screen.kinds.picked.emit("file_catalogue")
    qtbot.waitUntil(lambda: screen.model.desk.paper.kind == "file_catalogue", timeout=20_000)  # type: ignore[union-attr]
    assert filled.documents.rows(person_id) == ()  # nothing is kept before it is printed


def test_the_file_shows_how_many_parts_are_there(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = PersonFileScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(screen.panel.parts.isVisible)
    assert screen.panel.parts.text() == "档案目录 1/7"
    screen.panel.parts.action.click()
    assert routes == [("file_parts", {"person_id": person_id})]
    qtbot.waitUntil(lambda: is_at_rest(tasks))
