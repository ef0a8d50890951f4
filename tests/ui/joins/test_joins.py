"""Files that may be one, on real windows: looked at, told apart, made one, parted again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.joins import PairRow
from desktop.services.people import PeopleQuery
from desktop.ui.joins.form import JoinScreen
from desktop.ui.joins.screen import JoinsScreen
from desktop.ui.kit.form import AreaField
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.conftest import open_window

Routes = list[tuple[str, dict[str, object]]]


@pytest.fixture
def pair(filled: Services) -> tuple[str, str]:
    """One person on file twice, with the old number and the new one."""
    draft = factories.person(name="单小红", village="石桥村")
    old = replace(draft, id_no=draft.id_no[:6] + draft.id_no[8:17], allergy="青霉素", phone="13900139000")
    kept, gone = filled.people.register(draft), filled.people.register(old)
    filled.visits.record(factories.visit(gone, filled.actor.user_id))
    return kept, gone


def shown(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> JoinsScreen:
    screen = JoinsScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: not tasks.is_busy and bool(screen.model.rows))
    return screen


def opened(qtbot: QtBot, bench: Workbench, pair: tuple[str, str]) -> JoinScreen:
    screen = JoinScreen(bench)
    open_window(qtbot, screen)
    screen.enter(kept_id=pair[0], gone_id=pair[1])
    qtbot.waitUntil(lambda: screen.model.plan is not None)
    return screen


def give_reason(qtbot: QtBot, screen: JoinScreen | JoinsScreen, words: str) -> None:
    qtbot.waitUntil(lambda: bool(screen.findChildren(Modal)))
    modal = screen.findChildren(Modal)[-1]
    yes = next(each for each in modal.findChildren(QPushButton) if each.property("kind") == "primary")
    assert not yes.isEnabled(), "not without a reason"
    modal.findChildren(AreaField)[0].setPlainText(words)
    yes.click()


@pytest.mark.usefixtures("styled")
def test_the_pair_stands_in_the_list_and_opens_side_by_side(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, pair: tuple[str, str], routes: Routes
) -> None:
    screen = shown(qtbot, bench, tasks)
    rows = [row for row in screen.model.rows if isinstance(row, PairRow)]
    row = next(row for row in rows if {row.one.id, row.other.id} == set(pair))
    assert "15 位与 18 位" in screen.records.columns[2].text(row)
    assert screen.table.choose(f"{row.one.id}/{row.other.id}")
    screen.table.setFocus()
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: bool(routes))
    assert routes == [("join", {"kept_id": row.one.id, "gone_id": row.other.id})]


@pytest.mark.usefixtures("styled")
@pytest.mark.parametrize("is_known", [True, False])
def test_two_files_are_named_by_their_numbers(
    qtbot: QtBot,
    filled: Services,
    bench: Workbench,
    tasks: Tasks,
    pair: tuple[str, str],
    routes: Routes,
    is_known: bool,
) -> None:
    screen = shown(qtbot, bench, tasks)
    first = filled.people.rows(PeopleQuery(limit=1)).rows[0]
    screen._ask_two()
    modal = screen.findChildren(Modal)[-1]
    one, other = modal.findChildren(QLineEdit)
    one.setText(filled.people.card(pair[0]).row.file_no)
    other.setText(first.file_no if is_known else "QS01-1999-A0001")
    next(each for each in modal.findChildren(QPushButton) if each.property("kind") == "primary").click()
    qtbot.waitUntil(lambda: not tasks.is_busy and (bool(routes) or bool(screen.banner.text())))
    assert routes == ([("join", {"kept_id": pair[0], "gone_id": first.id})] if is_known else [])


@pytest.mark.usefixtures("styled")
def test_two_people_are_told_apart_once_and_for_all(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, pair: tuple[str, str]
) -> None:
    screen = shown(qtbot, bench, tasks)
    assert screen.table.choose("/".join(pair)) or screen.table.choose("/".join(reversed(pair)))
    before = len(screen.model.rows)
    screen.two.click()
    qtbot.waitUntil(lambda: not tasks.is_busy and len(screen.model.rows) == before - 1)
    screen.chips.set_value("distinct")
    screen.model.pick("distinct")
    qtbot.waitUntil(lambda: len(screen.model.rows) == 1)
    screen.act(screen.model.rows[0])
    qtbot.waitUntil(lambda: not tasks.is_busy and not screen.model.rows)
    assert len(bench.services.joins.pairs()) == before


@pytest.mark.usefixtures("styled")
def test_joined_with_a_reason_as_chosen_and_parted_again(
    qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks, pair: tuple[str, str], routes: Routes
) -> None:
    screen = opened(qtbot, bench, pair)
    assert {"id_no", "phone", "allergy"} <= set(screen.lines)
    screen.lines["phone"].setFocus()
    qtbot.keyClick(screen.lines["phone"], Qt.Key.Key_1)  # type: ignore[no-untyped-call]
    assert screen.model.sides["phone"] == "kept"
    screen.shortcut_save()
    with qtbot.waitSignal(bench.back_wanted):
        give_reason(qtbot, screen, "同一人建了两份")
    qtbot.waitUntil(lambda: bool(routes))
    assert routes == [("person", {"person_id": pair[0]})]
    draft, _ = filled.people.draft(pair[0])
    assert (draft.phone, draft.allergy) == ("13900135511", "青霉素")
    listed = shown_joins(qtbot, bench, tasks)
    assert listed.model.rows[0].reason == "同一人建了两份"  # type: ignore[union-attr]
    listed.act(listed.model.rows[0])
    give_reason(qtbot, listed, "弄错了")
    qtbot.waitUntil(lambda: not tasks.is_busy and bool(listed.model.rows[0].undone_on))  # type: ignore[union-attr]
    assert filled.people.rows(PeopleQuery(search="单小红")).total == 2


def shown_joins(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> JoinsScreen:
    screen = JoinsScreen(bench)
    open_window(qtbot, screen)
    screen.enter(kind="joined")
    qtbot.waitUntil(lambda: not tasks.is_busy and bool(screen.model.rows))
    return screen


@pytest.mark.usefixtures("styled")
def test_the_other_file_can_be_kept_and_all_fields_taken_from_one_side(
    qtbot: QtBot, bench: Workbench, pair: tuple[str, str]
) -> None:
    screen = opened(qtbot, bench, pair)
    screen.swap.click()
    qtbot.waitUntil(lambda: screen.model.plan is not None and screen.model.plan.kept.id == pair[1])
    screen.right.click()
    assert {each.value() for each in screen.lines.values()} == {"gone"}


@pytest.mark.usefixtures("styled")
def test_a_file_that_is_no_longer_there_is_said_in_a_sentence(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, pair: tuple[str, str]
) -> None:
    screen = JoinScreen(bench)
    open_window(qtbot, screen)
    screen.enter(kept_id=pair[0], gone_id="nobody")
    qtbot.waitUntil(lambda: not tasks.is_busy and screen.body.count() == 1)
    assert not screen.save.isEnabled()


def test_the_warning_beside_the_form_says_why(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, pair: tuple[str, str]
) -> None:
    from desktop.ui.people.form_panels import SidePanel

    draft, _ = filled.people.draft(pair[0])
    panel = SidePanel(filled.codes)
    open_window(qtbot, panel)
    panel.show_alike(filled.people.lookalikes(draft))
    said = [each.accessibleName() for each in panel.findChildren(QPushButton)]
    assert said == ["打开单小红的档案"] * 2
