"""Opening a person file among 20 000 people: its head and its timeline; the floor is the same in plain SQLite."""

from __future__ import annotations

from pathlib import Path

from desktop.services.people import PeopleQuery
from tests.bench import crowd
from tests.bench.floor import Figure, percentile, work_seconds
from tests.bench.searching import ask, plain_copy, questions

FILES = 40


def measure(folder: Path) -> list[Figure]:
    """Open many different files, each for the first time."""
    with crowd.crowded(crowd.MANY, folder / "files") as services, plain_copy(services, folder / "files.db") as plain:
        people, ours, floor = services.people, [], []

        def opened(person_id: str) -> None:
            people.card(person_id)
            people.timeline(person_id)

        for row in people.rows(PeopleQuery(limit=FILES)).rows:
            with questions(services) as asked:
                ours.append(work_seconds(lambda row=row: opened(row.id)))
            known = [(statement, values) for statement, values in asked if _is_known(statement)]
            floor.append(work_seconds(lambda known=known: ask(plain, known)))
    return [
        Figure(
            f"a person file opens: p95 of {FILES}, processor time",
            percentile(ours, 0.95),
            "plain SQLite",
            percentile(floor, 0.95),
            "under 100 ms",
            most_seconds=0.1,
        )
    ]


_LEFT_OUT = ("attendance", "training", "document", "consent_scope", "audit", "meta")


def _is_known(statement: str) -> bool:
    """Say whether a statement asks for tables of the plain copy only."""
    return not any(name in statement for name in _LEFT_OUT)
