"""The roll of a day: what is known about every client, kept while the station is open and brought up to date.

Everybody is gone through once after the unlock; later only those whose records changed since, told by the captured
changes. The board, the list and its filters stand on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from desktop.models.documents import Agreement, Consent
from desktop.models.exchange import Change
from desktop.models.people import ClinicalProfile, Episode, Guardian, Person
from desktop.models.visits import Visit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.reminders import Duty
    from desktop.services.duties import Client
    from desktop.services.grouping import Groups
    from desktop.services.sorting import Order

Look = Callable[[Collection[str] | None], "dict[str, Client]"]  # None: at everybody

_TOLD = tuple(kind.__tablename__ for kind in (Person, Episode, Consent, Agreement, Visit, Guardian, ClinicalProfile))
_MOST_AGAIN = 300  # more clients than these are looked at with all the others


@dataclass
class Page:
    """The roll as it was at one change of the store; `basis` is what else the answers stand on.

    `orders` keeps everybody sorted, for each way the list was sorted so far; `groups` who belongs to which filter.
    """

    on: date
    basis: object
    newest: int
    clients: dict[str, Client]
    owed: dict[str, tuple[Duty, ...]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    groups: dict[str, Groups] = field(default_factory=dict)


class Roll:
    """Keeps one page; asked by several workers."""

    def __init__(self) -> None:
        self._page: Page | None = None
        self._lock = Lock()

    @property
    def is_made(self) -> bool:
        """Whether everybody was gone through already."""
        return self._page is not None

    def everybody(self, db: Session, on: date, basis: object, look: Look) -> Page:
        """Return the page of a day, made or brought up to date."""
        with self._lock:
            return self._current(db, on, basis, look) or self._made(db, on, basis, look)

    def some(self, db: Session, on: date, basis: object, look: Look, ids: Collection[str]) -> dict[str, Client] | None:
        """Return some clients; None when there is no page of the day yet, or another worker is just making it."""
        if self._page is None or not self._lock.acquire(blocking=False):
            return None
        try:
            page = self._current(db, on, basis, look)
        finally:
            self._lock.release()
        return None if page is None else {one: page.clients[one] for one in ids if one in page.clients}

    def _current(self, db: Session, on: date, basis: object, look: Look) -> Page | None:
        """Bring the page up to date, or return None when it has to be made anew."""
        page, newest = self._page, newest_change(db)
        if page is None or (page.on, page.basis) != (on, basis) or newest < page.newest:
            return None
        again = _changed_since(db, page.newest) if newest > page.newest else set()
        if len(again) > _MOST_AGAIN:
            return None
        if again:
            page = _mended(page, newest, again, look(again))
        page.newest = newest
        self._page = page
        return page

    def _made(self, db: Session, on: date, basis: object, look: Look) -> Page:
        page = Page(on, basis, newest_change(db), look(None))
        if self._page is None or page.newest >= self._page.newest:
            self._page = page
        return page


def of(db: Session) -> Roll | None:
    """Return the roll of an open station; None inside a write, and on a server that others write to as well."""
    memory: dict[str, Any] | None = db.info.get("memory")
    return None if memory is None else memory.setdefault("roll", Roll())


def _mended(page: Page, newest: int, again: Collection[str], found: dict[str, Client]) -> Page:
    """Return a new page: another worker may still be reading the old one, and adding to it."""
    clients, owed = page.clients.copy(), page.owed.copy()
    for one in again:
        owed.pop(one, None)
        if one not in found:
            clients.pop(one, None)
    clients.update(found)
    orders = {by: order.without(again) for by, order in page.orders.copy().items()}
    groups = {kind: some.without(again) for kind, some in page.groups.copy().items()}
    return Page(page.on, page.basis, newest, clients, owed, orders, groups)


def newest_change(db: Session) -> int:
    """Return the number of the last change: what was worked out before it may be out of date."""
    return db.scalar(select(func.max(Change.seq))) or 0


def _changed_since(db: Session, seq: int) -> set[str]:
    """Return the clients whose records changed behind a number."""
    about = func.json_extract(Change.row_json, "$.person_id")
    query = select(Change.pk, about).where(Change.seq > seq, Change.table_name.in_(_TOLD)).distinct()
    return {person_id or pk for pk, person_id in db.execute(query)}
