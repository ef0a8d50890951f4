"""Taking in a roster of 10 000 lines and 30 columns.

The floor: reading the sheet with python-calamine, and storing the same rows in such a store by bare statements.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

from desktop.domain.people import PersonDraft
from desktop.services import codes
from desktop.services.catalogue import Services
from desktop.services.fiction import Fiction
from desktop.services.takers import kind_of
from tests.bench import crowd
from tests.bench.floor import Figure, seconds

LINES, COLUMNS = 10_000, 30
_TABLES = ("person", "guardian", "clinical_profile", "episode")
_GOAL = "at most 3x of both"

Rows = dict[str, list[tuple[Any, ...]]]


def measure(folder: Path) -> list[Figure]:
    """Import once into an empty station: a second time there would be nothing to do."""
    sheet = make_sheet(folder / "roster.xlsx")
    reading = seconds(lambda: CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python())
    services = crowd.make_station(folder / "imports")
    ours = seconds(lambda: services.imports.take(sheet))
    rows = {table: _rows_of(services, table) for table in _TABLES}
    services.close()
    storing = _storing(folder / "bare", rows, is_captured=True)
    uncaptured = _storing(folder / "barer", rows, is_captured=False)
    name = f"roster of {LINES} x {COLUMNS} cells"
    told = f"reading {reading:.2f} s + storing"
    return [
        Figure(name, ours, f"{told} {storing:.2f} s, changes captured", reading + storing, _GOAL, most_ratio=3),
        Figure(name, ours, f"{told} {uncaptured:.2f} s, not captured", reading + uncaptured, _GOAL, most_ratio=3),
    ]


def _rows_of(services: Services, table: str) -> list[tuple[Any, ...]]:
    with services.desk.work.read() as db:
        return [tuple(row) for row in db.connection().exec_driver_sql(f"SELECT * FROM {table}")]


def _storing(folder: Path, rows: Rows, *, is_captured: bool) -> float:
    """Store rows in an empty station with bare statements in one transaction; return how long that takes."""
    services = crowd.make_station(folder)
    with services.desk.work.store.writer.connect() as connection:
        bare: Any = connection.connection.dbapi_connection

        def store() -> None:
            bare.execute("BEGIN IMMEDIATE")
            for table, some in rows.items():
                marks = ", ".join("?" * len(some[0]))
                bare.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
            bare.execute("COMMIT")

        with services.desk.work.store.turn_to_write(services.actor.user_id, is_merging=not is_captured):
            took = seconds(store)
    services.close()
    return took


def make_sheet(path: Path) -> Path:
    """Write a roster with every column that rosters have, and their number and age for people."""
    kind = kind_of("roster")
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(["序号", "年龄", *(column.label for column in kind.columns)])
    for number, person in enumerate(Fiction(2, crowd.DAY).people(LINES, is_special=False), 1):
        page.append([number, 40, *(_cell(column.key, column.codes, person) for column in kind.columns)])
    book.save(path)
    return path


def _cell(key: str, table: str, person: PersonDraft) -> str:
    """Return what stands in a column, in the words of people."""
    if key == "diagnosis":
        return codes.label_of("diagnosis_category", person.diagnosis_category)
    guardian = replace(person.guardian, address=person.address)
    value = getattr(guardian if key.startswith("guardian.") else person, key.removeprefix("guardian."))
    return "是" if value is True else "否" if value is False else codes.label_of(table, value) if table else value or ""
