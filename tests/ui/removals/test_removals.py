"""The bin on the screen, and the ways into it: forms take a record away with a reason, one press brings it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.form import AreaField
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.removals.screen import RemovalsScreen
from desktop.ui.trainings.form import TrainingFormScreen
from desktop.ui.visits.form import VisitFormScreen
from tests import factories
from tests.conftest import DAY
from tests.ui.conftest import open_window


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


@pytest.fixture
def visit_id(filled: Services, person_id: str) -> str:
    return filled.visits.record(factories.visit(person_id, filled.actor.user_id))


def give_reason(qtbot: QtBot, screen: VisitFormScreen | TrainingFormScreen, words: str) -> None:
    qtbot.waitUntil(lambda: bool(screen.findChildren(Modal)))
    modal = screen.findChildren(Modal)[-1]
    yes = [each for each in modal.findChildren(QPushButton) if each.property("kind") in ("danger", "primary")][-1]
    assert not yes.isEnabled(), "not without a reason"
    modal.findChildren(AreaField)[0].setPlainText(words)
    yes.click()


@pytest.mark.usefixtures("styled")
def test_a_visit_is_taken_away_from_its_form_and_brought_back(
    qtbot: QtBot, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, visit_id: str
) -> None:
    form, toasts = VisitFormScreen(bench), []
    bench.toast_wanted.connect(lambda *toast: toasts.append(toast))
    open_window(qtbot, form)
    form.enter(person_id=person_id, visit_id=visit_id)
    qtbot.waitUntil(form.remove.isVisible)
    form.remove.click()
    with qtbot.waitSignal(bench.back_wanted):
        give_reason(qtbot, form, "登记错了人")
    assert [row.reason for row in filled.removals.rows()] == ["登记错了人"]
    bin_screen = RemovalsScreen(bench)
    qtbot.addWidget(bin_screen)
    bin_screen.enter()
    qtbot.waitUntil(lambda: len(bin_screen.model.rows) == 1)
    bin_screen.table.action_clicked.emit(bin_screen.model.rows[0])
    qtbot.waitUntil(lambda: bin_screen.model.rows == ())
    assert filled.visits.draft(visit_id).problems == "近来睡眠浅"
    assert toasts[0][1] == "恢复"


@pytest.mark.usefixtures("styled")
def test_a_final_visit_is_corrected_with_a_reason(
    qtbot: QtBot, filled: Services, tasks: Tasks, person_id: str, visit_id: str
) -> None:
    bench = Workbench(factories.on_day(filled, DAY + timedelta(days=9)), tasks)
    form = VisitFormScreen(bench)
    open_window(qtbot, form)
    form.enter(person_id=person_id, visit_id=visit_id)
    qtbot.waitUntil(lambda: form.binding.control("problems").value() == "近来睡眠浅")
    form.binding.control("problems").setPlainText("另一个问题")
    form.shortcut_save()
    with qtbot.waitSignal(bench.back_wanted):
        give_reason(qtbot, form, "写错一字")
    assert filled.visits.draft(visit_id).problems == "另一个问题"
    assert filled.histories.record("visit", visit_id)[0].reason == "写错一字"


@pytest.mark.usefixtures("styled")
def test_a_session_is_corrected_with_a_reason_and_taken_away(
    qtbot: QtBot, filled: Services, tasks: Tasks, person_id: str
) -> None:
    training_id = filled.trainings.record(factories.training(filled.actor.user_id, factories.line(person_id)))
    bench = Workbench(factories.on_day(filled, DAY + timedelta(days=9)), tasks)
    form = TrainingFormScreen(bench)
    open_window(qtbot, form)
    form.enter(training_id=training_id)
    qtbot.waitUntil(form.remove.isVisible)
    form.binding.fill_from(replace(form.model.base, theme="种菜"))
    form.shortcut_save()
    with qtbot.waitSignal(bench.back_wanted):
        give_reason(qtbot, form, "主题写错")
    assert filled.trainings.draft(training_id).theme == "种菜"
    form.remove.click()
    with qtbot.waitSignal(bench.back_wanted):
        give_reason(qtbot, form, "重复登记")
    assert filled.trainings.rows(date(2026, 1, 1), date(2026, 12, 31)) == ()
