"""Another side's list on real windows: read, looked at line by line, acted on, counted over time."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.comparisons import ComparisonQuery
from desktop.services.imports import ImportRequest
from desktop.services.people import PeopleQuery
from desktop.ui.comparisons.dialogs import LineView
from desktop.ui.comparisons.screen import ComparisonsScreen
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]
HEADS = ("姓名", "身份证号", "联系电话", "村居")


@pytest.fixture
def their(filled: Services) -> list[tuple[str, str, str, str]]:
    """The first two clients as their list has them - one with another telephone - and somebody we do not know."""
    rows = filled.people.rows(PeopleQuery(limit=2)).rows
    drafts = [filled.people.draft(row.id)[0] for row in rows]
    one, other = ((draft.name, draft.id_no, draft.phone, draft.village) for draft in drafts)
    return [(one[0], one[1], "13911112222", one[3]), other, ("赵一明", factories.id_no(), "", "石桥村")]


@pytest.fixture
def compared(filled: Services, their: list[tuple[str, str, str, str]]) -> str:
    text = "\n".join("\t".join(line) for line in (HEADS, *their)) + "\n"
    return filled.comparisons.take(ImportRequest(pasted=text), "卫健名单")


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> ComparisonsScreen:
    screen = ComparisonsScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    return screen


def press(screen: ComparisonsScreen, words: str) -> None:
    modal = screen.findChildren(Modal)[-1]
    (found,) = [each for each in modal.findChildren(QPushButton) if each.text().strip() == words]
    assert found.isEnabled()
    found.click()


def look_at(qtbot: QtBot, screen: ComparisonsScreen, tasks: Tasks, verdict: str) -> LineView:
    screen.model.pick(verdict)
    qtbot.waitUntil(lambda: is_at_rest(tasks) and bool(screen.model.rows))
    screen.open(screen.model.rows[0])
    qtbot.waitUntil(lambda: bool(screen.findChildren(LineView)))
    return screen.findChildren(LineView)[-1]


@pytest.mark.usefixtures("styled")
def test_a_sheet_is_compared_and_what_waits_shows_first(
    qtbot: QtBot,
    bench: Workbench,
    tasks: Tasks,
    their: list[tuple[str, str, str, str]],
    tmp_path: Path,
) -> None:
    book = Workbook()
    for line in (HEADS, *their):
        book.active.append(line)
    book.save(tmp_path / "卫健名单.xlsx")
    screen = shown(qtbot, bench, tasks)
    screen.compare(ImportRequest(tmp_path / "卫健名单.xlsx"), "卫健名单")
    press(screen, "开始比对")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and bool(screen.model.rows))
    assert screen.model.only == "open"
    assert [code for code, _ in screen.model.filters()] == [
        "open",
        "ask",
        "",
        "different",
        "only_there",
        "only_here",
        "matched",
    ]
    assert screen.head.sentence.text().startswith("卫健名单")
    assert {row.verdict for row in screen.model.rows} == {"different", "only_there", "only_here"}


@pytest.mark.usefixtures("styled")
def test_rows_are_pasted_by_the_keyboard(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, their: list[tuple[str, str, str, str]]
) -> None:
    QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in (HEADS, *their)))
    screen = shown(qtbot, bench, tasks)
    screen.table.setFocus()
    qtbot.keyClick(screen, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    assert screen.findChildren(Modal)


@pytest.mark.usefixtures("styled", "compared")
def test_adopting_from_the_dialog_changes_the_file(
    qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks
) -> None:
    screen = shown(qtbot, bench, tasks)
    view = look_at(qtbot, screen, tasks, "different")
    assert view.chosen.values() == ("phone",)
    person_id = screen.model.rows[0].person_id or ""
    press(screen, "采用对方的")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and screen.model.rows[0].decision == "adopt")
    assert filled.people.draft(person_id)[0].phone == "13911112222"


@pytest.mark.usefixtures("styled")
def test_asking_needs_words_and_can_be_taken_back(
    qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks, compared: str
) -> None:
    screen = shown(qtbot, bench, tasks)
    view = look_at(qtbot, screen, tasks, "different")
    modal = screen.findChildren(Modal)[-1]
    assert not next(each for each in modal.findChildren(QPushButton) if each.text().strip() == "要问").isEnabled()
    view.words.setPlainText("问村医换没换号")
    press(screen, "要问")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and screen.model.rows[0].decision == "ask")
    assert filled.comparisons.rows(ComparisonQuery(compared, decision="ask")).rows[0].reason == "问村医换没换号"
    look_at(qtbot, screen, tasks, "ask")
    press(screen, "重新待处理")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and not screen.model.rows)


@pytest.mark.usefixtures("styled", "compared")
def test_who_is_only_there_goes_to_the_survey(qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks) -> None:
    screen = shown(qtbot, bench, tasks)
    look_at(qtbot, screen, tasks, "only_there")
    press(screen, "列入摸底")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and screen.model.rows[0].decision == "survey")
    assert filled.surveys.lists() == ("卫健名单",)


@pytest.mark.usefixtures("styled", "compared")
def test_the_counts_of_every_time_are_kept_and_lead_to_their_lines(
    qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks, their: list[tuple[str, str, str, str]]
) -> None:
    text = "\n".join("\t".join(line) for line in (HEADS, their[1]))
    filled.comparisons.take(ImportRequest(pasted=text + "\n"), "第二季度")
    screen = shown(qtbot, bench, tasks)
    assert [row.list_name for row in screen.model.comparisons] == ["第二季度", "卫健名单"]
    screen.past.row_activated.emit(screen.model.comparisons[1])
    qtbot.waitUntil(lambda: is_at_rest(tasks) and screen.model.current is screen.model.comparisons[1])
    assert screen.stack.currentIndex() == 0


@pytest.mark.usefixtures("styled")
def test_a_sheet_that_is_no_list_is_said_in_a_sentence(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> None:
    screen = shown(qtbot, bench, tasks)
    screen.compare(ImportRequest(pasted="收支\t金额\n电费\t12\n"), "名单")
    press(screen, "开始比对")
    qtbot.waitUntil(lambda: is_at_rest(tasks) and bool(screen.banner.text()))
    assert screen.take.isEnabled()
    assert bench.services.comparisons.comparisons() == ()
