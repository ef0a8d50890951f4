"""The list of clients in any order: everybody sorted once, pages cut out behind a cursor that names the last line."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services import codes, duties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from desktop.domain.reminders import ReminderRules
    from desktop.services.duties import Client
    from desktop.services.roll import Page

Line = tuple[str, str, str]  # what it is sorted by, file number, id
Key = Callable[["Client", "date", "ReminderRules"], str | None]
_PINYIN = re.compile(r" ([a-z]+) ")


@dataclass(frozen=True)
class Order:
    """Everybody sorted; those without a value stand behind the others whichever way, `again` are to be put in anew."""

    filled: list[Line]
    blank: list[Line]
    again: frozenset[str] = field(default_factory=frozenset)

    def without(self, changed: Collection[str]) -> Order:
        """Return the order with these taken out, to be put in where they belong now."""
        return Order(
            [line for line in self.filled if line[2] not in changed],
            [line for line in self.blank if line[2] not in changed],
            self.again | frozenset(changed),
        )

    def walk(self, after: tuple[str | None, str] | None, is_descending: bool) -> Iterator[str]:
        """Give the ids behind a cursor."""
        filled, blank = self.filled, self.blank
        if after is not None and after[0] is None:
            filled, blank = [], blank[bisect_right(blank, ("", after[1], _LAST)) :]
        elif after is not None and is_descending:
            filled = filled[: bisect_left(filled, (after[0] or "", after[1], ""))]
        elif after is not None:
            filled = filled[bisect_right(filled, (after[0] or "", after[1], _LAST)) :]
        return (line[2] for line in chain(reversed(filled) if is_descending else filled, blank))


_LAST = "\U0010ffff"


def is_known(by: str) -> bool:
    """Say whether the list can be sorted by this."""
    return by in _KEYS


def order_of(page: Page, by: str, today: date, parameters: ReminderRules) -> Order:
    """Return everybody of the roll in order; kept with the roll, brought up to date when somebody changed."""
    if by not in _KEYS:
        raise ValidationError("unknown_sort", tr("名单不能按“{name}”排序。", name=by), tr("请点列表的表头来排序。"))
    key = _KEYS[by]
    order = page.orders.get(by)
    if order is None:
        lines = [(key(client, today, parameters), client.file_no, one) for one, client in page.clients.items()]
        filled = sorted((value, file_no, one) for value, file_no, one in lines if value is not None)
        order = Order(filled, sorted(("", file_no, one) for value, file_no, one in lines if value is None))
    elif order.again:
        order = replace(order, filled=list(order.filled), blank=list(order.blank), again=frozenset())
        for one in page.orders[by].again & page.clients.keys():
            value = key(page.clients[one], today, parameters)
            insort(order.blank if value is None else order.filled, (value or "", page.clients[one].file_no, one))
    page.orders[by] = order
    return order


def cut(ids: Iterator[str], wanted: Collection[str] | None, limit: int) -> list[str]:
    """Return the next ids that are wanted (None: all)."""
    return list(islice(ids if wanted is None else (one for one in ids if one in wanted), limit))


def cursor_of(by: str, client: Client, today: date, parameters: ReminderRules) -> str:
    """Return the cursor that stands behind a client; the file number alone where that is the order."""
    value = _KEYS[by](client, today, parameters)
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


def _name(client: Client, _today: date, _parameters: ReminderRules) -> str:
    found = _PINYIN.search(client.entry.search_text)
    return f"{found[1] if found else '~'} {client.facts.name}"


def _age(client: Client, _today: date, _parameters: ReminderRules) -> str | None:
    """Return a text that grows with the age."""
    born = client.entry.birth_on
    return None if born is None else f"{_FAR - born.toordinal():07d}"


def _visit(client: Client, today: date, parameters: ReminderRules) -> str | None:
    due = duties.next_visit(client, today, parameters)
    return due[0].isoformat() if due else None


def _paper(name: str) -> Key:
    """Return the key of a paper: its state in the order of the code list, then its last day."""

    def key(client: Client, _today: date, _parameters: ReminderRules) -> str:
        standing = getattr(client.facts, name)
        return f"{_place('standing', standing.word)} {standing.until or ''}"

    return key


def _state(client: Client, _today: date, _parameters: ReminderRules) -> str:
    return "" if client.facts.is_draft else _place("episode_state", client.state)


def _place(table: str, code: str) -> str:
    """Return where a code stands in its list, as a text to sort by."""
    places = [entry["code"] for entry in codes.entries(table)]
    return f"{places.index(code):02d}" if code in places else "99"


_FAR = 9_999_999
_BY_NUMBER = "file_no"
_KEYS: dict[str, Key] = {
    _BY_NUMBER: lambda client, _today, _parameters: client.file_no,
    "name": _name,
    "age": _age,
    "village": lambda client, _today, _parameters: client.village or None,
    "diagnosis": lambda client, _today, _parameters: client.entry.illness or None,
    "risk": lambda client, _today, _parameters: client.entry.danger or None,
    "consent": _paper("consent"),
    "agreement": _paper("agreement"),
    "visit": _visit,
    "state": _state,
}
