"""No screen shows a whole ID number or telephone before somebody asks for it: walked with real people on file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from desktop.models.care import CareTeamMember
from desktop.models.people import Guardian, Person
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.file import TABS
from desktop.ui.shell.areas import AREAS
from desktop.ui.shell.main_window import MainWindow
from tests.ui.conftest import is_at_rest, open_window

# Here a number is written down or printed: the form itself, and papers the client signs.
WRITTEN = {"person_form", "survey", "consent", "guardian_reward", "file_paper", "privacy_paper"}
WALKED = [(route, "") for route in sorted(AREAS.keys() - WRITTEN - {"person"})] + [("person", tab) for tab in TABS]


@pytest.fixture
def numbers(filled: Services) -> list[str]:
    """Every ID number and telephone on file, at least eight digits of it."""
    with filled.desk.work.read() as db:
        own = db.execute(select(Person.id_no, Person.phone, Person.disability_no)).all()
        others = (*db.execute(select(Guardian.phone, Guardian.id_no)), *db.execute(select(CareTeamMember.phone)))
        found = [each for row in (*own, *others) for each in row if each]
    assert len(found) > 80
    return found


@pytest.mark.parametrize(("route", "tab"), WALKED, ids=lambda part: part or "-")
def test_a_screen_shows_no_whole_number(
    qtbot: QtBot, styled: QApplication, filled: Services, bench: Workbench, tasks: Tasks, numbers: list[str],
    route: str, tab: str,
) -> None:  # fmt: skip
    window = MainWindow(bench, "站长")
    window.may_close = True
    open_window(qtbot, window, 1366, 768)
    person_id = filled.people.rows(PeopleQuery(limit=1)).rows[0].id
    window.go(route, {"person_id": person_id, "tab": tab} if tab else {"person_id": person_id})
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    assert window.page is not None
    shown = "\n".join(words_of(window.page))
    assert shown
    assert [each for each in numbers if each in shown] == []


def words_of(page: QWidget) -> Iterator[str]:
    """Give every word on a screen: written, painted in lists, read out, and shown under the pointer."""
    for each in (page, *page.findChildren(QWidget)):
        yield each.accessibleName()
        yield each.toolTip()
        if isinstance(each, QLabel | QLineEdit):
            yield each.text()
        elif isinstance(each, QPlainTextEdit | QTextEdit):
            yield each.toPlainText()
        elif isinstance(each, QAbstractItemView) and each.model() is not None:
            yield from _cells(each.model())


_SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    for row in range(model.rowCount(QModelIndex())):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
        yield from (str(model.index(row, place).data(role) or "") for place in range(columns) for role in _SPOKEN)
