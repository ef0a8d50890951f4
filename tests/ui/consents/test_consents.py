"""Consents and agreements on the screen: what is shown is what is stored, signatures bring papers into force."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.consents import ScopeAnswer, SignedPaper
from desktop.services.people import PeopleQuery
from desktop.ui.consents.grid import AGREEMENT, CONSENT, PaperGridScreen
from desktop.ui.consents.scopes import usual_answers
from desktop.ui.consents.screen import ConsentScreen
from desktop.ui.consents.viewmodel import GridViewModel, faults_of_line
from desktop.ui.kit.form import AreaField
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.conftest import is_at_rest


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


def opened(qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str, **params: str) -> ConsentScreen:
    screen = ConsentScreen(bench)
    screen.resize(1180, 700)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter(person_id=person_id, **params)
    qtbot.waitUntil(lambda: screen.name.text() != "" and is_at_rest(tasks), timeout=10_000)
    return screen


def test_the_preview_is_the_paper_that_is_stored(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str, tmp_path: object
) -> None:
    screen = opened(qtbot, bench, tasks, person_id, kind="consent")
    qtbot.waitUntil(lambda: screen.preview.page_count > 1, timeout=10_000)
    paper = screen.model.desk.paper
    assert paper is not None
    with qtbot.waitSignal(screen.model.desk.written, timeout=10_000) as written:
        screen.model.desk.save(tmp_path / "out.pdf")  # type: ignore[operator]
    stored = filled.documents.rows(person_id)[0]
    assert filled.documents.pdf(stored.id) == paper.pdf == written.args[0].read_bytes()
    assert stored.document_no == paper.document_no


def test_a_scope_switched_off_changes_the_paper(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    screen = opened(qtbot, bench, tasks, person_id, kind="consent")
    qtbot.waitUntil(lambda: screen.model.desk.paper is not None, timeout=10_000)
    before = screen.model.desk.paper
    screen.making.scopes._switches["i"].toggle()
    qtbot.waitUntil(lambda: screen.model.desk.paper is not before, timeout=10_000)
    after = screen.model.desk.paper
    assert before is not None
    assert after is not None
    assert after.content_hash != before.content_hash
    assert ScopeAnswer("i", False) in after.scopes


def test_signing_what_was_printed_brings_it_into_force(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str, tmp_path: object
) -> None:
    today = filled.desk.clock.today()
    screen = opened(qtbot, bench, tasks, person_id, kind="agreement")
    qtbot.waitUntil(lambda: screen.model.desk.paper is not None, timeout=10_000)
    with qtbot.waitSignal(screen.model.desk.written, timeout=10_000):
        screen.model.desk.save(tmp_path / "out.pdf")  # type: ignore[operator]
    qtbot.waitUntil(lambda: screen.signing.paper.count() == 2, timeout=10_000)
    screen.steps._chips["sign"].toggle()
    screen.signing.binding.fill({"signed_on": today})
    with qtbot.waitSignal(bench.back_wanted, timeout=10_000):
        screen.shortcut_save()
    standing = filled.consents.standing(person_id, today)
    assert standing.agreement == "in_force"
    assert filled.documents.rows(person_id)[0].status == "signed"


def test_form_and_preview_take_turns_where_there_is_no_room_for_both(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = opened(qtbot, bench, tasks, person_id)
    assert screen.panels.isVisible()
    assert screen.preview.isVisible()
    screen.resize(900, 700)
    qtbot.waitUntil(lambda: not screen.preview.isVisible())
    assert screen.panels.isVisible()
    screen.steps._chips["preview"].click()
    assert screen.preview.isVisible()
    assert not screen.panels.isVisible()
    qtbot.waitUntil(lambda: screen.preview.width() > 800)
    screen.resize(1180, 700)
    qtbot.waitUntil(lambda: screen.panels.isVisible() and screen.preview.isVisible())
    assert screen.steps.value() == "print", "what was shown in turns is no step any more"


def test_a_missing_signature_is_named_and_nothing_comes_into_force(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    screen = opened(qtbot, bench, tasks, person_id, kind="consent", step="sign")
    screen.signing.client.setChecked(False)
    screen.signing.guardian.setChecked(False)
    screen.shortcut_save()
    qtbot.waitUntil(lambda: screen.banner.isVisible() and is_at_rest(tasks), timeout=10_000)
    assert screen.bring.isEnabled()
    assert filled.consents.standing(person_id, filled.desk.clock.today()).consent == "missing"


def test_grid_saves_good_lines_and_keeps_faulty_ones(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services
) -> None:
    screen = PaperGridScreen(bench)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: screen.table.rowCount() == 40)
    people = [line.person_id for line in screen.model.rows]
    screen._item(0, CONSENT).setText("2025.11.3")
    screen._item(0, AGREEMENT).setText("20251103")
    screen._item(1, CONSENT).setText("2099-01-01")
    screen.shortcut_save()
    qtbot.waitUntil(lambda: "没有保存" in screen.banner.text(), timeout=10_000)
    today = filled.desk.clock.today()
    assert filled.consents.standing(people[0], today).consent == "in_force"
    assert filled.consents.standing(people[0], today).agreement == "in_force"
    assert filled.consents.standing(people[1], today).consent == "missing"
    assert screen._text(0, CONSENT) == ""
    assert screen._text(1, CONSENT) == "2099-01-01"


def test_grid_asks_only_for_the_paper_that_is_missing(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    filled.consents.sign(factories.paper(person_id))
    screen = PaperGridScreen(bench)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: screen.table.rowCount() == 40)
    place = [line.person_id for line in screen.model.rows].index(person_id)
    assert screen._text(place, CONSENT) == "有效"
    assert not screen._item(place, CONSENT).flags() & Qt.ItemFlag.ItemIsEditable
    screen._item(place, AGREEMENT).setText("2026-03-30")
    assert [(paper.person_id, paper.kind) for paper in screen.papers()] == [(person_id, "agreement")]
    screen.table.setCurrentCell(place + 1, CONSENT)
    qtbot.keyClick(screen.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert screen._text(place + 1, CONSENT) == "", "a word is no date to copy"


def test_grid_view_model_tells_faults_by_person(qapp: object, filled: Services, person_id: str) -> None:
    model = GridViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    results = []
    model.saved.connect(results.append)
    model.save((SignedPaper(person_id, "consent", "2099-01-01", scopes=usual_answers()),))
    assert results[0].saved == 0
    assert faults_of_line(results[0], person_id)[0].field == "consent.signed_on"


def test_what_was_recorded_wrongly_is_corrected_or_taken_back_with_a_reason(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    today = filled.desk.clock.today()
    filled.consents.sign(factories.paper(person_id, "agreement"))
    for step, answer in (("更正", "日期看错"), ("撤下", "登记错了人")):
        screen = opened(qtbot, bench, tasks, person_id, kind="agreement", step="sign")
        (known,) = filled.consents.registered(person_id, "agreement")
        screen.signing.paper.set_value(known.id)
        screen.signing.paper.edited.emit()
        assert screen.take_back.isVisible()
        assert screen.signing.binding.control("signed_on").value() == known.paper.signed_on
        if step == "更正":
            screen.signing.binding.fill({"signed_on": "2026-03-01", "valid_from": "2026-03-01"})
            screen.shortcut_save()
        else:
            screen.take_back.click()
        modal = screen.findChildren(Modal)[-1]
        modal.findChildren(AreaField)[0].setPlainText(answer)
        with qtbot.waitSignal(bench.back_wanted, timeout=10_000):
            next(each for each in modal.findChildren(QPushButton) if each.text().strip() == step).click()
        if step == "更正":
            assert filled.consents.registered(person_id, "agreement")[0].paper.signed_on == "2026-03-01"
    assert filled.consents.standing(person_id, today).agreement == "missing"
    assert {each.reason for each in filled.histories.record("agreement", known.id)} >= {"日期看错", "登记错了人"}
