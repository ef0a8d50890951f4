"""What waits for the hub: captured changes as lines, without what consent or the field list withholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from desktop import resources
from desktop.models.exchange import Change, Withheld
from desktop.models.people import Person
from desktop.store.connection import reading_once
from desktop.sync.cutting import Cut, cutter
from desktop.sync.fields import STAMPS, TableFields, field_list, limit
from desktop.vault import strictjson

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    Rows = Sequence[Row[*tuple[Any, ...]]]

May = Callable[[Collection[str]], Collection[str]]  # of some clients, those whose data may leave the station
_CHUNK = 500
_BATCH = 2000
_FIRST_READING = "0" * 16


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
    that a bundle written again tells the same history. Of somebody erased only that travels: emptied records, whatever
    consent there was, so that the county empties its own.
    """
    result = Collected(after)
    frozen = dict(db.execute(select(Withheld.person_id, Withheld.up_to_seq)).all())
    erased = frozenset(db.scalars(select(Person.id).where(Person.erased_on.is_not(None))))
    allowed = dict.fromkeys(frozen, False) | dict.fromkeys(may(frozen.keys()), True) | dict.fromkeys(erased, False)
    with reading_once(db):
        for some in _captured(db, after):
            cuts = [cutter(row[1])(row[-1]) for row in some]
            if new := {person for person, _ in cuts if person} - allowed.keys():
                allowed |= dict.fromkeys(new, False) | dict.fromkeys(may(new), True)
            _add_lines(result, some, cuts, allowed, frozen, erased)
    result.snapshot_persons = {person for person in frozen if allowed[person]}
    _add_snapshots(db, result)
    return result


def newest(db: Session) -> int:
    """Return the number of the newest change."""
    return db.scalar(select(func.max(Change.seq))) or 0


def _captured(db: Session, after: int) -> Iterable[Rows]:
    """Give the changes behind a number in batches (a year of records would crowd the memory)."""
    table = Change.__table__.c
    columns = (
        table.seq, table.table_name, table.op, table.pk, table.base_revision, table.revision, table.hlc, table.actor_id,
        table["columns"], table.row_json,
    )  # fmt: skip
    query = select(*columns).where(table.seq > after).order_by(table.seq).limit(limit("changes_per_bundle"))
    return db.execute(query).partitions(_BATCH)


def _add_lines(
    result: Collected,
    rows: Rows,
    cuts: Iterable[Cut],
    allowed: Mapping[str, bool],
    frozen: Mapping[str, int],
    erased: frozenset[str],
) -> None:
    """Add some changes, or the withheld lines in their places."""
    add = result.lines.append
    for (seq, table_name, op, pk, base, revision, hlc, actor, columns, _), (person, record) in zip(
        rows, cuts, strict=True
    ):
        if hlc > result.hlc:  # twice as fast as max
            result.hlc = hlc
        is_emptied = person in erased and table_name in _emptied()
        if person and ((not allowed[person] and not is_emptied) or seq <= frozen.get(person, 0)):
            if not allowed[person] and person not in erased:
                result.withheld[person] = seq
        elif form := _form(table_name, op, columns):
            add((form % (base, _quoted(actor), hlc, _quoted(pk), revision, record, seq)).encode())
            result.tables[table_name] += 1
            if person:
                result.persons.add(person)
            continue
        result.withheld_changes += 1
        add(strictjson.dump({"s": seq, "withheld": True}))


@cache
def _emptied() -> frozenset[str]:
    """Return the tables of which an erasure leaves nothing that names anybody."""
    known = resources.table("people/tables.toml")["tables"]
    return frozenset({Person.__tablename__, *(name for name, each in known.items() if each["erase"] == "clear")})


@cache
def _form(table_name: str, op: str, columns: str) -> str:
    """Return the form of a line about these touched columns, names in order; empty when none of them is on the list."""
    fields = field_list().get(table_name)
    listed = fields.checks.keys() - STAMPS if fields else ()
    names = [name for name in columns.split(",") if name in listed]
    told = "" if op == "I" else f'"cols":{strictjson.dump(names).decode()},'
    line = f'{{"base":%d,"by":%s,{told}"hlc":"%s","op":"{op}","pk":%s,"rev":%d,"row":%s,"s":%d,"t":"{table_name}"}}'
    return line if names else ""


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
                result.snapshots.append(strictjson.dump(line | {"row": fields.exported(row)}))
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
