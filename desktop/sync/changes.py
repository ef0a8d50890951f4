"""What waits for the hub: captured changes as lines, without what consent or the field list withholds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from desktop.models.exchange import Change, Withheld
from desktop.models.people import Person
from desktop.sync.fields import STAMPS, TableFields, field_list, limit
from desktop.vault import strictjson

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

May = Callable[[Collection[str]], Collection[str]]  # of some clients, those whose data may leave the station
_CHUNK = 500
_FIRST_READING = "0" * 16


class _Captured(NamedTuple):
    """A row of the table `change`, its record parsed."""

    seq: int
    table_name: str
    op: str
    pk: str
    base: int
    revision: int
    hlc: str
    actor: str
    columns: str
    row: dict[str, Any]

    @property
    def fields(self) -> TableFields | None:
        """The projection of its table; None when the table is not handed over."""
        return field_list().get(self.table_name)

    @property
    def person_id(self) -> str | None:
        """The client it is about."""
        return self.pk if self.table_name == Person.__tablename__ else self.row.get("person_id")


@dataclass
class Collected:
    """The lines of the next bundle, and what they stand for."""

    after: int
    lines: list[bytes] = field(default_factory=list)
    snapshots: list[bytes] = field(default_factory=list)
    tables: Counter[str] = field(default_factory=Counter)
    persons: set[str] = field(default_factory=set)
    snapshot_persons: set[str] = field(default_factory=set)
    withheld: dict[str, int] = field(default_factory=dict)  # client -> newest withheld change
    withheld_changes: int = 0
    hlc: str = _FIRST_READING

    @property
    def first_seq(self) -> int:
        """The number of the first change."""
        return self.after + 1

    @property
    def last_seq(self) -> int:
        """The number of the last change; one less than the first when there is none."""
        return self.after + len(self.lines)

    @property
    def changes(self) -> int:
        """How many changes are handed over, snapshots included."""
        return len(self.lines) - self.withheld_changes + len(self.snapshots)


def collect(db: Session, after: int, may: May) -> Collected:
    """Return the changes behind number `after` as lines; a withheld one says its number and nothing else.

    A client who was withheld before and may be handed over now travels as a snapshot; the old lines stay withheld, so
    that a bundle written again tells the same history.
    """
    result = Collected(after)
    captured = list(_captured(db, after))
    frozen = dict(db.execute(select(Withheld.person_id, Withheld.up_to_seq)).all())
    allowed = frozenset(may({one.person_id for one in captured if one.person_id} | frozen.keys()))
    for change in captured:
        _add_line(result, change, allowed, frozen)
    result.snapshot_persons = frozen.keys() & allowed
    _add_snapshots(db, result)
    return result


def newest(db: Session) -> int:
    """Return the number of the newest change."""
    return db.scalar(select(func.max(Change.seq))) or 0


def _captured(db: Session, after: int) -> Iterator[_Captured]:
    table = Change.__table__.c
    columns = (
        table.seq, table.table_name, table.op, table.pk, table.base_revision, table.revision, table.hlc, table.actor_id,
        table["columns"], table.row_json,
    )  # fmt: skip
    query = select(*columns).where(table.seq > after).order_by(table.seq).limit(limit("changes_per_bundle"))
    for *facts, row_json in db.execute(query):
        yield _Captured._make((*facts, json.loads(row_json)))


def _add_line(result: Collected, change: _Captured, allowed: Collection[str], frozen: Mapping[str, int]) -> None:
    """Add one change, or the withheld line in its place."""
    person, fields = change.person_id, change.fields
    result.hlc = max(result.hlc, change.hlc)
    if person and (person not in allowed or change.seq <= frozen.get(person, 0)):
        if person not in allowed:
            result.withheld[person] = change.seq
    elif fields is not None and (columns := _handed_over(change, fields)):
        result.lines.append(strictjson.dump(_line(change, fields, columns)))
        result.tables[fields.name] += 1
        if person:
            result.persons.add(person)
        return
    result.withheld_changes += 1
    result.lines.append(strictjson.dump({"s": change.seq, "withheld": True}))


def _handed_over(change: _Captured, fields: TableFields) -> list[str]:
    """Return which of the columns a change touched are on the list."""
    listed = fields.checks.keys() - STAMPS
    return [name for name in change.columns.split(",") if name in listed]


def _line(change: _Captured, fields: TableFields, columns: list[str]) -> dict[str, object]:
    line: dict[str, object] = {
        "s": change.seq,
        "t": change.table_name,
        "op": change.op,
        "pk": change.pk,
        "base": change.base,
        "rev": change.revision,
        "hlc": change.hlc,
        "by": change.actor,
        "row": fields.project(change.row),
    }
    return line if change.op == "I" else line | {"cols": columns}


def _add_snapshots(db: Session, result: Collected) -> None:
    """Add every record of the clients who may be handed over at last, parents first."""
    for fields in field_list().values():
        if not fields.is_of_a_person:
            continue
        key = fields.plain.c.id if fields.name == Person.__tablename__ else fields.plain.c.person_id
        for some in _chunks(sorted(result.snapshot_persons)):
            rows = [dict(row) for row in db.execute(select(*_columns(fields)).where(key.in_(some))).mappings()]
            written = _last_writes(db, [row["id"] for row in rows])
            for row in rows:
                hlc, actor = written.get(row["id"], (_FIRST_READING, row["updated_by"]))
                line = {"t": fields.name, "op": "S", "pk": row["id"], "rev": row["revision"], "hlc": hlc, "by": actor}
                result.snapshots.append(strictjson.dump(line | {"row": row}))
                result.tables[fields.name] += 1
    result.persons |= result.snapshot_persons


def _columns(fields: TableFields) -> list[Any]:
    return [fields.plain.c[name] for name in fields.columns]


def _last_writes(db: Session, pks: list[str]) -> dict[str, tuple[str, str]]:
    """Return clock reading and actor of the newest change of each record."""
    found: dict[str, tuple[str, str]] = {}
    for some in _chunks(pks):
        newest_of = select(func.max(Change.seq)).where(Change.pk.in_(some)).group_by(Change.pk)
        query = select(Change.pk, Change.hlc, Change.actor_id).where(Change.seq.in_(newest_of))
        found |= {pk: (hlc, actor) for pk, hlc, actor in db.execute(query)}
    return found


def _chunks(items: list[str]) -> Iterable[list[str]]:
    return (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))
