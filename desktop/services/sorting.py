"""The list of clients in any order: everybody sorted once, pages cut out behind a cursor that names the last line."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services import codes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from desktop.services.duties import Client
    from desktop.services.roll import Page

Line = tuple[str, str, str]  # what it is sorted by, file number, id
Key = Callable[["Client"], str | None]


@dataclass(frozen=True)
class Order:
    """Everybody sorted; those without a value stand behind the others whichever way, `again` are to be put in anew."""

    filled: list[Line]
    blank: list[Line]
    again: frozenset[str] = field(default_factory=frozenset)

    def without(self, changed: Collection[str]) -> Order:
        """Return an order in which these are to be put where they belong now."""
        return replace(self, again=self.again | frozenset(changed))

    def walk(self, after: tuple[str | None, str] | None, is_descending: bool) -> Iterator[str]:
        """Give the ids behind a cursor."""
        filled, blank = self.filled, self.blank
        if after is not None and after[0] is None:
            filled, blank = [], blank[bisect_right(blank, ("", after[1], LAST)) :]
        elif after is not None and is_descending:
            filled = filled[: bisect_left(filled, (after[0] or "", after[1], ""))]
        elif after is not None:
            filled = filled[bisect_right(filled, (after[0] or "", after[1], LAST)) :]
        return (line[2] for line in chain(reversed(filled) if is_descending else filled, blank))


LAST = "\U0010ffff"


def order_of(page: Page, by: str) -> Order:
    """Return everybody of the roll in order; kept with the roll, brought up to date when somebody changed."""
    if by not in _KEYS:
        raise ValidationError("unknown_sort", tr("名单不能按“{name}”排序。", name=by), tr("请点列表的表头来排序。"))
    order = page.orders.get(by)
    if order is None:
        order = _sorted(_lines(page, by, page.clients))
    elif order.again:
        order = _mended(order, _lines(page, by, order.again & page.clients.keys()))
    page.orders[by] = order
    return order


def _lines(page: Page, by: str, ids: Iterable[str]) -> Iterator[tuple[str | None, str, str]]:
    key, clients = _KEYS[by], page.clients
    return ((key(clients[one]), clients[one].file_no, one) for one in ids)


def _sorted(lines: Iterable[tuple[str | None, str, str]]) -> Order:
    """Return the lines in order; sorting the values once each takes a third of sorting all lines."""
    alike: dict[str, list[Line]] = {}
    blank: list[Line] = []
    for value, file_no, one in lines:
        if value is None:
            blank.append(("", file_no, one))
        else:
            alike.setdefault(value, []).append((value, file_no, one))
    filled: list[Line] = []
    for value in sorted(alike):
        filled += sorted(alike[value])
    return Order(filled, sorted(blank))


def _mended(order: Order, lines: Iterable[tuple[str | None, str, str]]) -> Order:
    """Return a new order with those who changed in their places; other workers may be walking the old one."""
    filled = [line for line in order.filled if line[2] not in order.again]
    mended = Order(filled, [line for line in order.blank if line[2] not in order.again])
    for value, file_no, one in lines:
        insort(mended.blank if value is None else mended.filled, (value or "", file_no, one))
    return mended


def cut(ids: Iterator[str], wanted: Collection[str], limit: int) -> list[str]:
    """Return the next ids that are wanted."""
    return list(islice((one for one in ids if one in wanted), limit))


def cursor_of(by: str, client: Client) -> str:
    """Return the cursor that stands behind a client; the file number alone where that is the order."""
    value = _KEYS[by](client)
    return client.file_no if by == _BY_NUMBER else json.dumps([value, client.file_no], ensure_ascii=False)


def read_cursor(by: str, cursor: str | None) -> tuple[str | None, str] | None:
    """Return what a cursor says; raises ValidationError bad_cursor."""
    if cursor is None:
        return None
    if by == _BY_NUMBER:
        return cursor, cursor
    try:
        value, file_no = json.loads(cursor)
    except ValueError:
        value, file_no = 0, 0
    if not isinstance(file_no, str) or not isinstance(value, str | None):
        raise ValidationError("bad_cursor", tr("接着看名单的位置不对。"), tr("请从头再看一次名单。"))
    return value, file_no


def _age(client: Client) -> str | None:
    """Return a text that grows with the age."""
    born = client.entry.birth_on
    return None if born is None else f"{_FAR - born.toordinal():07d}"


def _paper(name: str) -> Key:
    """Return the key of a paper: its state in the order of the code list, then its last day."""

    def key(client: Client) -> str:
        standing = getattr(client.facts, name)
        return f"{_place('standing', standing.word)} {standing.until or ''}"

    return key


def _state(client: Client) -> str:
    return "" if client.facts.is_draft else _place("episode_state", client.state)


@cache
def _place(table: str, code: str) -> str:
    """Return where a code stands in its list, as a text to sort by."""
    places = [entry["code"] for entry in codes.entries(table)]
    return f"{places.index(code):02d}" if code in places else "99"


_FAR = 9_999_999
_BY_NUMBER = "file_no"
_KEYS: dict[str, Key] = {
    _BY_NUMBER: lambda client: client.file_no,
    "name": lambda client: f"{client.entry.sound or '~'} {client.facts.name}",
    "age": _age,
    "village": lambda client: client.village or None,
    "diagnosis": lambda client: client.entry.illness or None,
    "risk": lambda client: client.entry.danger or None,
    "consent": _paper("consent"),
    "agreement": _paper("agreement"),
    "visit": lambda client: client.visit_due[0].isoformat() if client.visit_due else None,
    "state": _state,
}
ORDERS = tuple(_KEYS)
