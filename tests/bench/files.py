"""Opening the file of somebody looked after for ten years (600 records), in the store of 100 000.

The floor is one look at the bare rows of that person in the same store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from desktop.models import Base
from desktop.models.base import new_id
from desktop.models.people import Person
from desktop.services.catalogue import Services
from tests.bench import crowd, windows
from tests.bench.floor import Figure, percentile, work_seconds

ROUNDS = 30
_BARE = tuple(
    text(f"SELECT * FROM {name} WHERE person_id = :one")
    for name in ("guardian", "clinical_profile", "episode", "consent", "agreement", "visit", "attendance", "document")
)
_TRAININGS, _VISITS, _PAPERS = 420, 120, 60


def measure(folder: Path) -> Iterator[Figure]:
    """Open the long file, by the services alone and in the window, with the files of others between."""
    with crowd.crowded(crowd.LARGE, folder / "files") as services:
        person_id, *others = _people(services)
        lengthen(services, person_id)
        services.people.counts()
        floor = percentile([_bare(services, person_id) for _ in range(ROUNDS)], 0.5)
        ours = [work_seconds(lambda: _read(services, person_id)) for _ in range(ROUNDS)]
        yield _figure("head, timeline and parts read", percentile(ours, 0.95), floor)
        painted = list(_painted(services, person_id, others))
        yield _figure("in the window until painted, all threads", percentile(painted, 0.95), floor)


def _figure(name: str, ours: float, floor: float) -> Figure:
    title = f"a file of {_TRAININGS + _VISITS + _PAPERS} records among {crowd.LARGE:,}, {name}: p95 of {ROUNDS}"
    return Figure(f"{title}, processor time", ours, "the bare rows", floor, "under 150 ms", most_seconds=0.15)


def _people(services: Services) -> list[str]:
    """Return somebody, and others to open in between."""
    with services.desk.work.read() as db:
        return list(db.scalars(select(Person.id).order_by(Person.file_no).offset(700).limit(ROUNDS + 1)))


def _read(services: Services, person_id: str) -> None:
    """Ask what the screen asks when it opens."""
    services.people.card(person_id)
    services.people.timeline(person_id)
    services.completeness.of(person_id)


def _bare(services: Services, person_id: str) -> float:
    with services.desk.work.read() as db:
        return work_seconds(lambda: [db.execute(each, {"one": person_id}).all() for each in _BARE])


def _painted(services: Services, person_id: str, others: list[str]) -> Iterator[float]:
    """Give what opening the file costs, from the click to the rest, in all threads."""
    with windows.window_of(services) as (window, tasks):
        for other in others:
            window.go("person", {"person_id": other})
            windows.until_rest(tasks)
            started = time.process_time()
            window.go("person", {"person_id": person_id})
            windows.until_rest(tasks)
            yield time.process_time() - started


def lengthen(services: Services, person_id: str) -> None:
    """Write ten years of records into a file, a table at a time, the triggers watching."""
    staff = services.actor.user_id
    days = [crowd.DAY - timedelta(days=6 * n + 1) for n in range(_TRAININGS + _VISITS + _PAPERS)]
    trainings = [
        {"id": new_id(), "held_on": day, "starts": "09:00", "ends": "10:30", "training_type": "02", "form": "group",
         "theme": "包饺子", "leader_id": staff, "origin": "entered"}
        for day in days[:_TRAININGS]
    ]  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "training": trainings,
        "attendance": [
            {"id": new_id(), "training_id": one["id"], "person_id": person_id, "state": "present", "mood_before": 2,
             "mood_after": 3, "participation": "active", "is_counted": True, "origin": "entered"}
            for one in trainings
        ],
        "visit": [
            {"id": new_id(), "person_id": person_id, "visited_on": day, "starts": "09:00", "ends": "10:00",
             "method": "home", "visitor_id": staff, "met": "client", "purposes": ["followup"], "mental_state": "stable",
             "medication": "regular", "danger_level": 0, "is_counted": True, "origin": "entered"}
            for day in days[_TRAININGS:-_PAPERS]
        ],
        "document": [
            {"id": new_id(), "person_id": person_id, "kind": "consent", "document_no": f"QS01-X-{n:04}",
             "template": "consent", "template_version": "1", "content": {"text": "…" * 4000}, "content_hash": "0" * 64,
             "file_sha256": "0" * 64, "pages": 4, "made_at": services.desk.clock.now()}
            for n in range(_PAPERS)
        ],
    }  # fmt: skip
    with services.desk.work.write("bench.lengthen") as db:
        for name, some in rows.items():
            db.execute(insert(Base.metadata.tables[name]), [crowd.stamps(services) | row for row in some])
