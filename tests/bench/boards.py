"""The board of the day and the numbers on the filters; the floor is the first board, which goes through everybody."""

from __future__ import annotations

import statistics
from pathlib import Path

from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.visits import VisitDraft
from tests.bench import crowd
from tests.bench.floor import Figure, work_seconds

ROUNDS = 5


def measure(folder: Path) -> list[Figure]:
    """Look at the board of a full station and of a county, first and again after each of a few visits."""
    return [figure for people in (2_000, crowd.MANY) for figure in _of(people, folder / f"board-{people}")]


def _of(people: int, folder: Path) -> list[Figure]:
    with crowd.crowded(people, folder) as services:
        first = work_seconds(lambda: services.today.board(crowd.DAY))
        after = statistics.median(_after_a_visit(services, number) for number in range(ROUNDS))
        counts = statistics.median(work_seconds(services.people.counts) for _ in range(ROUNDS))
    title = f"among {people:,}, processor time"
    return [
        Figure(f"board after a visit, {title}", after, "first board", first, "a fifth", most_ratio=0.2),
        Figure(f"numbers on the filters, {title}", counts, "first board", first, "a fifth", most_ratio=0.2),
    ]


def _after_a_visit(services: Services, number: int) -> float:
    row = services.people.rows(PeopleQuery(only="in_service", limit=ROUNDS)).rows[number]
    services.visits.record(
        VisitDraft(
            row.id, visited_on=crowd.DAY.isoformat(), starts="08:00", ends="08:30", visitor_id=services.actor.user_id,
            method="phone", met="client", purposes=("followup",), mental_state="stable", medication="regular",
            danger_level="0",
        )
    )  # fmt: skip
    return work_seconds(lambda: services.today.board(crowd.DAY))
