"""Searching among 100 000 people letter by letter; the floor is one question with LIKE to the store itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select, text

from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.services import codes
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.searching import spelled
from tests.bench import crowd
from tests.bench.floor import Figure, percentile, work_seconds

PAGE = 60  # what the window asks for at once
EACH = 6  # people looked for in each way
_SCAN = text("SELECT count(*) FROM person WHERE is_deleted = 0 AND search_text LIKE '%' || :word || '%'")

Known = tuple[Person, Guardian, ClinicalProfile]
WAYS: dict[str, Callable[[Known], str]] = {
    "name": lambda one: one[0].name,
    "initials": lambda one: spelled(one[0].name).split()[-1],
    "pinyin": lambda one: spelled(one[0].name).split()[-2],
    "middle of the ID number": lambda one: (one[0].id_no or "")[6:14],
    "telephone": lambda one: one[0].phone or "",
    "village": lambda one: one[0].village or "",
    "guardian": lambda one: one[1].name,
    "file number": lambda one: one[0].file_no,
    "diagnosis": lambda one: codes.label_of("diagnosis_category", one[2].diagnosis_category),
}


def measure(folder: Path) -> Iterator[Figure]:
    """Search before the roll of the day was made, as the first thing after the unlock, and in each way."""
    with crowd.crowded(crowd.LARGE, folder / "search") as services:
        people = _some(services)
        first = _seconds(services, "z")
        floor = [_scan_seconds(services, way(one)) for way in WAYS.values() for one in people]
        found = {
            name: [_seconds(services, each) for one in people for each in _typed(way(one))]
            for name, way in WAYS.items()
        }
        slowest = max(found, key=lambda name: percentile(found[name], 0.95))
        every = [each for some in found.values() for each in some]
        yield _figure(f"search: p95 of {len(every)} among {crowd.LARGE:,}, typed letter by letter", every, floor, 0.05)
        yield _figure(f"search, the slowest way ({slowest}): p95 of {len(found[slowest])}", found[slowest], floor, 0.05)
        yield _figure("search, the first letter after the unlock", [first], floor)


def _figure(name: str, ours: list[float], floor: list[float], most: float | None = None) -> Figure:
    goal = f"p95 under {most * 1000:.0f} ms" if most else ""
    return Figure(
        f"{name}, processor time", percentile(ours, 0.95), "one LIKE over the store", percentile(floor, 0.5), goal, most
    )


def _some(services: Services) -> list[Known]:
    """Return some people from all over the files."""
    dice = random.Random(7)
    numbers = [f"QS01-2026-A{dice.randint(1, crowd.LARGE):05}" for _ in range(EACH)]
    query = (
        select(Person, Guardian, ClinicalProfile)
        .join(Guardian, Guardian.person_id == Person.id)
        .join(ClinicalProfile, ClinicalProfile.person_id == Person.id)
        .where(Person.file_no.in_(numbers))
    )
    with services.desk.work.read() as db:
        found = [(one, guardian, illness) for one, guardian, illness in db.execute(query)]
        db.expunge_all()
    return found


def _typed(word: str) -> list[str]:
    """Return what stands in the box after each letter."""
    return [word[:end] for end in range(1, len(word) + 1)]


def _seconds(services: Services, word: str) -> float:
    return work_seconds(lambda: services.people.rows(PeopleQuery(search=word, limit=PAGE)))


def _scan_seconds(services: Services, word: str) -> float:
    with services.desk.work.read() as db:
        return work_seconds(lambda: db.scalar(_SCAN, {"word": word.lower()}))
