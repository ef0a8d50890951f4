"""Papers found again: the list follows the store, the bytes are those that were stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.documents import PaperChoices
from desktop.services.people import PeopleQuery
from desktop.services.trainings import AttendanceLine, TrainingDraft
from desktop.ui.consents.scopes import usual_answers
from desktop.ui.documents.screen import DocumentsScreen
from desktop.ui.documents.viewmodel import DocumentsViewModel
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


def issue(filled: Services, person_id: str, kind: str) -> str:
    scopes = usual_answers() if kind == "consent" else ()
    return filled.documents.issue(filled.documents.prepare(person_id, kind, PaperChoices(scopes=scopes)))


def test_list_follows_the_store_and_narrows_by_status(qapp: object, filled: Services, person_id: str) -> None:
    model = DocumentsViewModel(Workbench(filled, SyncTasks()))
    model.reload()
    assert model.rows == ()
    issue(filled, person_id, "consent")
    model.reload()
    assert [row.kind for row in model.shown()] == ["consent"]
    model.pick("signed")
    assert model.shown() == ()


def test_a_stored_paper_is_shown_and_saved_unchanged(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str, tmp_path: Path
) -> None:
    document_id = issue(filled, person_id, "agreement")
    screen = DocumentsScreen(bench)
    screen.resize(1180, 700)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: screen.preview.page_count > 0, timeout=10_000)
    with qtbot.waitSignal(screen.model.desk.written, timeout=10_000):
        screen.model.desk.save(tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == filled.documents.pdf(document_id)
    assert len(filled.documents.rows()) == 1


def test_a_sign_in_sheet_is_made_for_its_session(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    draft = TrainingDraft(
        held_on="2026-03-30", starts="09:00", ends="10:30", training_type="04", leader_id=filled.actor.user_id,
        lines=(AttendanceLine(person_id),),
    )  # fmt: skip
    training_id = filled.trainings.record(draft)
    screen = DocumentsScreen(bench)
    screen.resize(1180, 700)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter(training_id=training_id)
    qtbot.waitUntil(lambda: screen.model.desk.paper is not None and screen.preview.page_count == 1, timeout=10_000)
    assert screen.model.desk.paper.kind == "sign_in"  # type: ignore[union-attr]


def test_a_paper_asked_for_by_its_file_is_shown(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, person_id: str
) -> None:
    wanted = issue(filled, person_id, "consent")
    issue(filled, person_id, "agreement")
    screen = DocumentsScreen(bench)
    qtbot.addWidget(screen)
    screen.resize(1180, 700)
    screen.show()
    screen.enter(document_id=wanted)
    qtbot.waitUntil(lambda: screen.model.desk.document_id == wanted and screen.preview.page_count > 0, timeout=10_000)
    assert screen.sign.isEnabled()
