"""Personal information on the screen: requests and their answers, the closed file, the erasure, the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from desktop.models.people import Episode, Person
from desktop.services.catalogue import Services
from desktop.services.privacy import RequestDraft
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import PersonFileScreen
from desktop.ui.privacy.archive import ArchiveScreen
from desktop.ui.privacy.erasure import ErasureScreen
from desktop.ui.privacy.form import PrivacyRequestFormScreen
from desktop.ui.privacy.paper import PrivacyPaperScreen
from desktop.ui.privacy.person import PersonPrivacyScreen
from desktop.ui.privacy.screen import PrivacyRequestsScreen
from desktop.ui.privacy.viewmodel import RequestFormViewModel
from tests import factories
from tests.conftest import DAY
from tests.ui.conftest import is_at_rest, open_window

Routes = list[tuple[str, dict[str, object]]]
Say = Callable[[QWidget, str], None]


@pytest.fixture
def person_id(filled: Services) -> str:
    return factories.served(filled, name="赵一鸣")


def ask(services: Services, person_id: str, kind: str) -> str:
    return services.privacy.ask(RequestDraft(person_id, kind, DAY.isoformat(), "", "self", "id_card", "原话"))


def press(window: QWidget, words: str) -> None:
    """Press the button of the dialog that is open."""
    modal = next(each for each in window.window().findChildren(Modal) if each.isVisible())
    next(each for each in modal.findChildren(QPushButton) if each.text().strip() == words).click()


def test_a_request_is_written_down_with_who_asks(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    screen = PrivacyRequestFormScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: screen.name.text() == "赵一鸣")
    assert not screen.binding.field("asked_by").isVisible()
    screen.shortcut_save()
    for name in ("kind", "relation", "identity_check"):
        assert screen.binding.field(name).has_fault, name
    screen.binding.fill({"kind": "access", "relation": "gdn", "identity_check": "id_card"})
    screen.take_typed()
    assert screen.binding.field("asked_by").isVisible()
    screen.binding.fill({"asked_by": "刘桂兰", "words": "想看看"})
    screen.shortcut_save()
    qtbot.waitUntil(lambda: len(filled.privacy.rows()) == 1)
    (row,) = filled.privacy.rows()
    assert (row.kind, row.asked_by, row.identity_check, row.days_left) == ("access", "刘桂兰", "id_card", 15)
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert filled.drafts.rows() == ()


def test_an_unfinished_request_is_offered_again(qapp: object, filled: Services, person_id: str) -> None:
    from dataclasses import replace

    first = RequestFormViewModel(Workbench(filled, SyncTasks()))
    first.open(person_id, "correct")
    first.touch(replace(first.base, words="写到一半"))
    first.keeper.keep_now()
    second = RequestFormViewModel(Workbench(filled, SyncTasks()))
    second.open(person_id, "")
    assert (second.base.kind, second.base.words) == ("correct", "写到一半")


def test_the_list_names_what_is_due_and_leads_to_the_file(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    request = ask(filled, person_id, "restrict")
    screen = PrivacyRequestsScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    qtbot.waitUntil(lambda: screen.records.rowCount() == 1)
    assert screen.records.index(0, 3).data() == "还有 3 天"
    screen.open(screen.records.record(0))
    assert routes == [("privacy", {"person_id": person_id, "request_id": request})]
    tasks.run(lambda: filled.privacy.restrict(person_id, "本人要求"), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: screen.records.rowCount() == 0)  # done: no longer among the open ones


def test_a_refusal_is_written_and_a_restriction_closes_the_file(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, say: Say
) -> None:
    ask(filled, person_id, "correct")
    screen = PersonPrivacyScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: screen.records.rowCount() == 1)
    screen.deal(screen.records.record(0))
    press(screen, "不同意")
    modal = next(each for each in screen.window().findChildren(Modal) if each.isVisible())
    field = next(each for each in modal.findChildren(QWidget) if each.property("bound") or hasattr(each, "set_value"))
    say(field, "与诊断一致")
    press(screen, "不同意")
    qtbot.waitUntil(lambda: filled.privacy.rows()[0].state == "refused")
    screen.model.restrict("本人要求")
    qtbot.waitUntil(screen.acts["lift"].isVisible)
    assert not screen.acts["restrict"].isVisible()
    assert "限制处理" in screen.standing.text()
    file = PersonFileScreen(bench)
    open_window(qtbot, file)
    file.enter(person_id=person_id)
    qtbot.waitUntil(lambda: "限制处理" in file.banner.text())
    assert not file.stack.isVisible()
    assert "赵一鸣" not in file.head.name.text()
    filled.privacy.open(person_id, "法院调取")
    file.model.reload()
    qtbot.waitUntil(file.stack.isVisible)
    assert "限制处理中" in file.banner.text()


def test_the_pack_is_previewed_and_closes_its_request_when_it_is_kept(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str
) -> None:
    request = ask(filled, person_id, "access")
    screen = PrivacyPaperScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id, request_id=request, kind="privacy_access")
    qtbot.waitUntil(lambda: screen.preview.page_count > 0, timeout=30_000)
    assert screen.warning.isVisible()
    assert filled.privacy.rows()[0].state == "open"
    paper = screen.model.desk.paper
    assert paper is not None
    document = filled.documents.issue(paper)
    screen.model.desk.issued.emit(document)
    qtbot.waitUntil(lambda: filled.privacy.rows()[0].state == "done")
    assert filled.privacy.rows()[0].document_id == document


def test_an_erasure_is_shown_first_and_needs_the_file_number(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    screen = ErasureScreen(bench)
    open_window(qtbot, screen)
    screen.enter(person_id=person_id)
    qtbot.waitUntil(lambda: screen.model.plan is not None)
    screen.go.click()
    assert screen.reason_field.has_fault
    screen.reason.set_value("本人书面请求")
    screen.typed.set_value("QS01-1")
    screen.go.click()
    assert screen.typed_field.has_fault
    assert filled.people.card(person_id).row.name == "赵一鸣"
    screen.typed.set_value(screen.model.plan.file_no)  # type: ignore[union-attr]
    screen.go.click()
    qtbot.waitUntil(lambda: routes == [("privacy_requests", {})], timeout=20_000)
    with filled.desk.work.read() as db:
        assert db.get_one(Person, person_id).erased_on == DAY


def test_finished_files_are_put_away_and_taken_out(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, person_id: str, routes: Routes
) -> None:
    with filled.desk.work.write("test.close", person_id) as db:
        episode = db.scalars(select(Episode).where(Episode.person_id == person_id)).one()
        episode.state, episode.closed_on = "closed", date(2026, 3, 1)
    screen = ArchiveScreen(bench)
    open_window(qtbot, screen)
    screen.enter()
    screen.model.pick("ready")
    qtbot.waitUntil(lambda: screen.records.rowCount() == 1)
    screen.table.action_clicked.emit(screen.records.record(0))
    assert routes == [("privacy", {"person_id": person_id})]
    person = PersonPrivacyScreen(bench)
    open_window(qtbot, person)
    person.enter(person_id=person_id)
    qtbot.waitUntil(person.acts["archive"].isVisible)
    person.acts["archive"].click()
    press(person, "归档")
    qtbot.waitUntil(person.acts["reenter"].isVisible)
    assert len(filled.privacy.archived()) == 1
    qtbot.waitUntil(lambda: screen.records.rowCount() == 0)  # no longer ready
