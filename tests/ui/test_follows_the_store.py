"""No screen shows a literal: each is open in a real window, the database changes through services, its words follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.services.documents import PaperChoices
from desktop.services.people import PeopleQuery
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.main_window import MainWindow
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

Change = Callable[[Services, str, Path], object]


def words_on(window: MainWindow) -> str:
    """Return all that a screen says: labels, controls, badges, and every row of its lists."""
    said: list[str] = []
    for each in (window.rail, window.page):
        assert each is not None
        for part in (part for part in each.findChildren(QWidget) if part.isVisible()):
            said.append(part.text() if isinstance(part, QLabel | QLineEdit) else part.accessibleName())
            if isinstance(part, QAbstractItemView) and part.model() is not None:
                said += _rows_of(part)
    return "\n".join(said)


def _rows_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    columns = model.columnCount() if isinstance(view, QTableView) else 1
    cells = [model.index(row, place) for row in range(model.rowCount()) for place in range(columns)]
    return [str(cell.data(Qt.ItemDataRole.DisplayRole)) for cell in cells]


def sign_consent(services: Services, person_id: str, folder: Path) -> None:
    services.consents.sign(factories.paper(person_id))


def serve(services: Services, person_id: str, folder: Path) -> None:
    factories.sign(services, person_id)


def train(services: Services, person_id: str, folder: Path) -> None:
    factories.sign(services, person_id)
    services.trainings.record(factories.training(services.actor.user_id, factories.line(person_id)))


def call_on(services: Services, person_id: str, folder: Path) -> None:
    factories.sign(services, person_id)
    services.visits.record(factories.visit(person_id, services.actor.user_id))


def issue(services: Services, person_id: str, folder: Path) -> None:
    prepared = services.documents.prepare(person_id, "consent", PaperChoices())
    services.documents.issue(prepared)


def register(services: Services, person_id: str, folder: Path) -> None:
    factories.client(services, name="赵小满")


def set_copies(services: Services, person_id: str, folder: Path) -> None:
    services.settings.change("printing.copies", 4)


# route, parameters, the change, words that come, words that go
FOLLOWED = (
    ("today", {}, serve, "知情同意 39", "知情同意 40"),
    ("today", {}, train, "应到 1 人", "知情同意 40"),
    ("people", {}, register, "共 41 人", "共 40 人"),
    ("people", {}, serve, "缺文书 39", "缺文书 40"),
    ("person", {"person_id": ""}, sign_consent, "有效至 2027-03-20", "知情同意：去签"),
    ("person", {"person_id": ""}, train, "本月 1 次", "还没有参加过"),
    ("person", {"person_id": ""}, call_on, "\n入户 1\n", "还没有入户"),
    ("consent", {"person_id": ""}, sign_consent, "\n有效\n", "\n未签\n"),
    ("documents", {}, issue, "待签回 1 份", "待签回 0 份"),
    ("trainings", {}, train, "本月 1 次 · 参加 1 人次", "本月 0 次"),
    ("visits", {}, call_on, "近三个月已登记 1", "近三个月已登记 0"),
    ("settings", {}, set_copies, "\n4\n", "\n2\n"),
)


@pytest.mark.parametrize(("route", "params", "change", "comes", "goes"), FOLLOWED)
def test_the_screen_says_what_the_store_holds(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, tmp_path: Path,
    route: str, params: dict[str, str], change: Change, comes: str, goes: str,
) -> None:  # fmt: skip
    person_id = filled.people.rows(PeopleQuery(limit=1)).rows[0].id
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go(route, dict.fromkeys(params, person_id))
    qtbot.waitUntil(lambda: is_at_rest(tasks) and goes in words_on(window), timeout=10_000)
    assert comes not in words_on(window)
    tasks.run(lambda: change(filled, person_id, tmp_path), lambda _: None, lane="write")
    qtbot.waitUntil(lambda: comes in words_on(window) and goes not in words_on(window), timeout=10_000)


def test_a_backup_is_news_for_the_board_and_its_badge(
    qtbot: QtBot, styled: QApplication, bench: Workbench, tasks: Tasks, tmp_path: Path
) -> None:
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    window.go("today")
    qtbot.waitUntil(lambda: "\n备份 1\n" in words_on(window), timeout=10_000)
    qtbot.waitUntil(lambda: "81 件已超期" in words_on(window), timeout=10_000)
    window.go("backups")
    window.page.model.make(tmp_path)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "共 1 次备份" in words_on(window), timeout=10_000)
    qtbot.waitUntil(lambda: "80 件已超期" in words_on(window), timeout=10_000)
    window.go("today")
    qtbot.waitUntil(lambda: "\n备份 1\n" not in words_on(window), timeout=10_000)
