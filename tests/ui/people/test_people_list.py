"""The list of clients: search as one types, filters with numbers, pages on demand, the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery, PersonDraft, PersonRow
from desktop.ui.kit.menus import ways_menu
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.columns import people_columns
from desktop.ui.people.looks import day_text, sex_and_age, visit_look
from desktop.ui.people.screen import WAYS, PeopleScreen
from desktop.ui.people.viewmodel import PeopleViewModel
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]
TODAY = date(2026, 3, 31)


def shown(qtbot: QtBot, bench: Workbench) -> PeopleScreen:
    screen = PeopleScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    screen.search.setFocus()
    qtbot.waitUntil(lambda: screen.records.total > 0 and bool(screen.model.counts))
    return screen


def first(services: Services) -> PersonRow:
    return services.people.rows(PeopleQuery(limit=1)).rows[0]


def test_pages_are_asked_for_once_and_in_order(
    qapp: QApplication, filled: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.people.viewmodel.PAGE", 15)
    model = PeopleViewModel(Workbench(filled, SyncTasks()))
    model.pick("all")
    model.query = replace(model.query, limit=15)
    model._ask_rows(15)
    assert (len(model.rows), model.total) == (15, 40)
    model.more()
    model.more()
    assert [row.file_no for row in model.rows] == sorted(row.file_no for row in model.rows)
    assert len({row.id for row in model.rows}) == 40
    model.more()
    assert len(model.rows) == 40, "there is no page after the last"


def test_reload_keeps_as_many_rows_as_were_known(
    qapp: QApplication, filled: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.people.viewmodel.PAGE", 10)
    model = PeopleViewModel(Workbench(filled, SyncTasks()))
    model._ask_rows(10)
    model.more()
    assert len(model.rows) == 20
    model.reload()
    assert len(model.rows) == 20


def test_answer_to_an_old_search_is_dropped(qtbot: QtBot, filled: Services, tasks: Tasks) -> None:
    model = PeopleViewModel(Workbench(filled, tasks))
    name = first(filled).name
    seen: list[int] = []
    model.replaced.connect(lambda: seen.append(model.total))
    model._ask_rows()
    model.search(name)
    model._pause.stop()
    model._ask_rows()
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert seen == [1]


def test_filter_numbers_are_those_of_the_lists(qapp: QApplication, filled: Services) -> None:
    filled.people.register(PersonDraft(name="赵小满", village="东街社区"))
    model = PeopleViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    for code, words in model.filters():
        model.pick(code)
        assert words.endswith(f" {model.total}"), code


def test_words_of_the_columns_come_from_the_code_lists(qapp: QApplication, filled: Services) -> None:
    row = replace(first(filled), sex="2", age=43, consent="expiring", consent_until=date(2026, 4, 5), is_draft=True)
    said = [column.text(row) for column in people_columns(filled.codes, TODAY)]
    assert said[0] == f"{row.name}，{row.file_no}"
    assert said[1] == "女 · 43 岁"
    assert said[4] == "快到期，到 2026-04-05"
    assert said[5] == filled.codes.label("standing", "missing")
    assert said[7] == "草稿"


def test_visit_words(qapp: QApplication, filled: Services) -> None:
    row = first(filled)
    assert visit_look(row, TODAY)[0] == "—"
    late = replace(row, is_visit_overdue=True, next_visit_on=date(2026, 3, 26))
    assert visit_look(late, TODAY) == ("超期 5 天", "bad", "circle-alert")
    assert visit_look(replace(late, next_visit_on=None), TODAY)[0] == "本季度不足"
    assert visit_look(replace(row, next_visit_on=date(2027, 1, 2)), TODAY)[0] == "下次 2027-01-02"
    assert visit_look(replace(row, last_visit_on=date(2026, 3, 2)), TODAY)[0] == "上次 03-02"
    assert day_text(date(2026, 3, 2), TODAY) == "03-02"
    assert sex_and_age(filled.codes, replace(row, sex=None, age=None)) == "—"


def test_search_finds_while_chinese_is_typed(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, say: Callable[[QWidget, str], None]
) -> None:
    filled.people.register(PersonDraft(name="𬭎毅", village="东街社区"))
    screen = shown(qtbot, bench)
    say(screen.search, "𬭎毅")
    qtbot.waitUntil(lambda: screen.records.total == 1)
    assert screen.records.record(0).name == "𬭎毅"
    screen.clear.trigger()
    qtbot.waitUntil(lambda: screen.records.total == 41)


def test_list_changes_when_somebody_saves(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench
) -> None:
    screen = shown(qtbot, bench)
    assert "共 40 人" in screen.head.sentence.text()
    bench.tasks.run(
        lambda: filled.people.register(PersonDraft(name="赵小满", village="东街社区")), lambda _: None, lane="write"
    )
    qtbot.waitUntil(lambda: screen.records.total == 41)
    qtbot.waitUntil(lambda: "共 41 人" in screen.head.sentence.text())
    assert "共 41 人" in screen.card.footer.text()
    assert any(words == "草稿 1" for _, words in screen.model.filters())


def test_keyboard_alone_finds_and_opens(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, routes: Routes
) -> None:
    screen = shown(qtbot, bench)
    wanted = filled.people.rows(PeopleQuery(limit=3)).rows
    qtbot.keyClick(screen.search, Qt.Key.Key_Return)
    assert routes == [("person", {"person_id": wanted[0].id})]
    qtbot.keyClick(screen.search, Qt.Key.Key_Down)
    qtbot.keyClick(screen.search, Qt.Key.Key_Down)
    qtbot.keyClick(screen.search, Qt.Key.Key_Return)
    assert routes[-1] == ("person", {"person_id": wanted[1].id})
    screen.table.setFocus()
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert routes[-1] == ("person", {"person_id": wanted[2].id})
    qtbot.keyClick(screen, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert routes[-1] == ("person_form", {})


def test_letters_typed_in_the_list_go_to_the_search_and_escape_empties_it(
    qtbot: QtBot, styled: QApplication, bench: Workbench
) -> None:
    screen = shown(qtbot, bench)
    screen.table.setFocus()
    qtbot.keyClick(screen.table, Qt.Key.Key_X)
    assert screen.search.text() == "x"
    assert screen.search.hasFocus()
    qtbot.keyClick(screen.search, Qt.Key.Key_Escape)
    assert screen.search.text() == ""


def test_nothing_found_says_what_can_be_searched(qtbot: QtBot, styled: QApplication, bench: Workbench) -> None:
    screen = shown(qtbot, bench)
    screen.search.setText("zzzzzz")
    qtbot.waitUntil(lambda: screen.records.total == 0)
    empty = screen.card.findChild(EmptyState)
    assert "没有找到“zzzzzz”" in empty.accessibleName()
    screen.search.clear()
    qtbot.waitUntil(lambda: screen.records.total == 40)


def test_chosen_row_survives_a_change(qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench) -> None:
    screen = shown(qtbot, bench)
    screen.table.selectRow(4)
    chosen = screen.table.current_record().id
    bench.tasks.run(
        lambda: filled.people.register(PersonDraft(name="赵小满", village="东街社区")), lambda _: None, lane="write"
    )
    qtbot.waitUntil(lambda: screen.records.total == 41)
    assert screen.table.current_record().id == chosen


def test_what_the_role_may_not_do_is_grey(qtbot: QtBot, styled: QApplication, filled: Services, tasks: Tasks) -> None:
    services = filled
    bench = Workbench(services, tasks)
    bench.may = lambda permission: permission == "people.read"  # type: ignore[method-assign]
    screen = PeopleScreen(bench)
    qtbot.addWidget(screen)
    _, *others = screen._actions()
    assert not any(each.isEnabled() for each in others)
    ways = ways_menu(screen, bench, WAYS).actions()
    assert [action.text() for action in ways if action.isEnabled()] == ["缺材料名单"]


def test_search_waits_for_the_words_and_enter_belongs_to_them(
    qtbot: QtBot, bench: Workbench, routes: Routes, say: Callable[[QWidget, str], None]
) -> None:
    screen = shown(qtbot, bench)
    QCoreApplication.sendEvent(screen.search, QInputMethodEvent("wang", []))
    qtbot.keyClick(screen.search, Qt.Key.Key_Return)
    qtbot.keyClick(screen.search, Qt.Key.Key_Down)
    assert (screen.model.query.search, screen.model._pause.isActive()) == ("", False)
    assert (routes, screen.table.currentIndex().isValid()) == ([], False)
    say(screen.search, "王")
    assert screen.model.query.search == "王"
