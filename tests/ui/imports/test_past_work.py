"""Records of earlier years through the screen: looked at, taken, seen in the file, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.catalogue import Services
from desktop.ui.imports.screen import ImportsScreen
from desktop.ui.imports.viewmodel import CHOOSE, LOOKED, MAPPING, TAKEN
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from tests import factories
from tests.ui.conftest import is_at_rest, open_window

PATIENCE = 30_000  # ms; a book is read by a process of its own
NOVEMBER = (date(2025, 11, 1), date(2025, 11, 30))


def grid(path: Path, *lines: tuple[object, ...]) -> Path:
    """Write the grid of a month."""
    book = Workbook()
    for row in (("青山镇康复站2025年11月服药训练出勤表",), ("序号", "姓名", "1", "2", "3", "4"), *lines):
        book.active.append(list(row))
    book.save(path)
    return path


def test_a_month_of_marks_goes_through_the_screen_and_back(
    qtbot: QtBot, styled: QApplication, services: Services, tasks: Tasks, tmp_path: Path
) -> None:
    person_id = factories.client(services, name="李文斌", filed_on="2025-01-05")
    factories.sign(services, person_id, signed_on="2025-10-01")
    screen = ImportsScreen(Workbench(services, tasks))
    open_window(qtbot, screen)
    screen.enter(kind="attendance")
    qtbot.waitUntil(lambda: is_at_rest(tasks))
    screen.look(grid(tmp_path / "出勤.xlsx", (1, "李文斌", "√", "×", "", "迟"), (2, "王不认识", "√", "", "", "")))
    qtbot.waitUntil(lambda: screen.model.stage in (MAPPING, LOOKED), timeout=PATIENCE)
    if screen.model.stage == MAPPING:  # a list of which not every column is known stops here
        screen.place.try_wanted.emit()
    qtbot.waitUntil(lambda: screen.model.stage == LOOKED, timeout=PATIENCE)
    assert [fault.code for fault in screen.model.faults() if fault.verdict == "error"] == ["person_unknown"]
    assert services.trainings.rows(*NOVEMBER) == ()
    screen.decision.take.click()
    qtbot.waitUntil(lambda: screen.model.stage == TAKEN, timeout=PATIENCE)
    assert [(row.held_on.day, row.attended) for row in services.trainings.rows(*NOVEMBER)] == [(4, 1), (2, 0), (1, 1)]
    told = services.people.timeline(person_id, "training").items
    assert [(item.title, item.tag) for item in told] == [
        ("服药训练", "补录"), ("服药训练", "缺席 · 补录"), ("服药训练", "补录"),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: bool(screen.model.batches), timeout=PATIENCE)
    screen.model.undo(screen.model.batches[0].id)
    qtbot.waitUntil(lambda: screen.model.stage == CHOOSE and screen.model.batches[0].is_undone, timeout=PATIENCE)
    assert services.trainings.rows(*NOVEMBER) == ()
