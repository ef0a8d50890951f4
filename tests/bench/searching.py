"""Searching among 20 000 people in the worker; the floor is the same questions put to plain SQLite on the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from tests.bench import crowd
from tests.bench.floor import Figure, percentile, work_seconds

# Names, initials, pinyin, ID tails, telephones, villages: rare and frequent ones.
WORDS = ("", "王", "李", "wxy", "zhangwei", "li", "0011", "138", "东街", "赵小满", "liu", "35", "石桥", "chen", "x")
PAGE = 60  # what the window asks for at once
ROUNDS = 4
_KEPT = (
    "person", "guardian", "clinical_profile", "medication", "care_team_member", "benefit", "episode", "consent",
    "agreement", "visit", "setting", "change", "user_account",
)  # fmt: skip

Asked = list[tuple[str, Any]]


def measure(folder: Path) -> list[Figure]:
    """Search once before the list's counts were ever asked for, and once after, as the window does."""
    with crowd.crowded(crowd.MANY, folder / "search") as services, plain_copy(services, folder / "plain.db") as plain:
        cold = _figure("search, before the board was made", services, plain)
        services.people.counts()
        return [cold, _figure("search", services, plain)]


def _figure(name: str, services: Services, plain: sqlite3.Connection) -> Figure:
    ours, floor = [], []
    for word in WORDS * ROUNDS:
        query = PeopleQuery(search=word, limit=PAGE)
        with questions(services) as asked:
            services.people.rows(query)
        ours.append(work_seconds(lambda query=query: services.people.rows(query)))
        floor.append(work_seconds(lambda asked=asked: ask(plain, asked)))
    return Figure(
        f"{name}: p95 of {len(ours)} among {crowd.MANY:,}, processor time", percentile(ours, 0.95), "plain SQLite",
        percentile(floor, 0.95), "p95 under 50 ms", most_seconds=0.05,
    )  # fmt: skip


@contextmanager
def questions(services: Services) -> Iterator[Asked]:
    """Give the statements with their values that the reader asks meanwhile."""
    asked: Asked = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, values))

    reader = services.desk.work.store.reader
    event.listen(reader, "before_cursor_execute", note)
    yield asked
    event.remove(reader, "before_cursor_execute", note)


def ask(plain: sqlite3.Connection, asked: Asked) -> None:
    """Put the same questions, and read every answer."""
    for statement, values in asked:
        plain.execute(statement, values).fetchall()


@contextmanager
def plain_copy(services: Services, path: Path) -> Iterator[sqlite3.Connection]:
    """Give the tables of the list in a file of plain SQLite, with the same indexes and as large a cache."""
    with closing(sqlite3.connect(path)) as plain, services.desk.work.read() as db:
        schema = db.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
        for _, _, _, sql in sorted((one for one in schema if one[2] in _KEPT and one[0] != "trigger"),
                                   key=lambda one: one[0] != "table"):  # fmt: skip
            plain.execute(sql)
        for name in _KEPT:
            found = db.execute(text(f'SELECT * FROM "{name}"'))  # the names above
            marks = ",".join("?" * len(found.keys()))
            plain.executemany(f'INSERT INTO "{name}" VALUES ({marks})', [tuple(row) for row in found])
        plain.commit()
        plain.execute("PRAGMA cache_size=-32000")
        yield plain
