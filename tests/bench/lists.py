"""The list of 100 000 people: first pages in every order and behind every filter, down to the end, and in the window.

The floor is the bare question for sixty lines by file number, asked of the same store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

from sqlalchemy import text

from desktop.services import codes
from desktop.services.catalogue import Services
from desktop.services.people import PeopleFilters, PeopleQuery
from tests.bench import crowd, windows
from tests.bench.floor import Figure, percentile, work_seconds

PAGE = 60
SORTS = ("file_no", "name", "age", "village", "diagnosis", "risk", "consent", "agreement", "visit", "state")
FILTERS = {
    "state": "in_service", "risk": "1", "service_class": "key", "service_mode": "home", "village": "石桥村",
    "overdue": "visit", "missing": "consent",
}  # fmt: skip
_GOAL, _MOST = "under 100 ms", 0.1
_BARE = text(
    "SELECT id, file_no, name, sex, birth_on, id_no, phone, village, service_class, is_draft FROM person"
    " WHERE is_deleted = 0 AND archived_on IS NULL ORDER BY file_no LIMIT 61"
)


def measure(folder: Path) -> Iterator[Figure]:
    """Ask as the window does: the plain list first, then what the roll of the day answers."""
    with crowd.crowded(crowd.LARGE, folder / "list") as services:
        yield from _figures(services)


def _figures(services: Services) -> Iterator[Figure]:
    floor = percentile([_bare(services) for _ in range(9)], 0.5)

    def figure(name: str, ours: float, goal: str = "", most: float | None = None) -> Figure:
        return Figure(f"{name}, processor time", ours, "sixty bare lines", floor, goal, most)

    plain = _page(services, PeopleQuery(limit=PAGE))
    yield figure(f"first page of {crowd.LARGE:,}, right after the unlock", plain, _GOAL, _MOST)
    made = work_seconds(services.people.counts)
    yield figure("roll of the day and numbers on the filters, once after the unlock", made)
    yield figure("what the list works out ahead, once behind the first list", work_seconds(services.people.prepare))
    yield figure("numbers on the filters, again", work_seconds(services.people.counts), _GOAL, _MOST)
    orders = [PeopleQuery(limit=PAGE, sort=sort, is_descending=way) for sort in SORTS for way in (False, True)]
    chips = [PeopleQuery(limit=PAGE, only=each["code"]) for each in codes.entries("people_filter")]
    chips.append(PeopleQuery(limit=PAGE, only="mine"))
    kept = {each.name for each in fields(PeopleFilters)}
    filters = [
        PeopleQuery(limit=PAGE, filters=PeopleFilters(**{name: (value,)}))
        for name, value in FILTERS.items()
        if name in kept
    ]
    for name, queries in (("sorting", orders), ("chip", chips), ("filter", filters)):
        slowest = max((_page(services, query), _words(query)) for query in queries)
        yield figure(f"first page, slowest {name} of {len(queries)} ({slowest[1]})", slowest[0], _GOAL, _MOST)
    for sort in ("file_no", "name"):
        pages = list(_down(services, PeopleQuery(limit=PAGE, sort=sort)))
        yield figure(f"down to the end by {sort}: p95 of {len(pages)} pages", percentile(pages, 0.95), _GOAL, _MOST)
        yield figure(f"down to the end by {sort}: slowest page", max(pages), _GOAL, _MOST)
    for name, longest in windows.scrolled(services).items():
        yield figure(f"the window's thread at one go while {name}", longest, "under 50 ms", 0.05)


def _page(services: Services, query: PeopleQuery) -> float:
    return work_seconds(lambda: services.people.rows(query))


def _bare(services: Services) -> float:
    with services.desk.work.read() as db:
        return work_seconds(lambda: db.execute(_BARE).all())


def _words(query: PeopleQuery) -> str:
    chosen = [f"{name} {value[0]}" for name, value in vars(query.filters).items() if value]
    return " ".join(chosen) or (query.only if query.only != "all" else query.sort)


def _down(services: Services, query: PeopleQuery) -> Iterator[float]:
    """Give how long each page took, to the last one."""
    after: str | None = None
    while True:
        started = time.thread_time()
        page = services.people.rows(replace(query, after=after))
        yield time.thread_time() - started
        after = page.next
        if after is None:
            return
