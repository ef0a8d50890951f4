"""What waits for the hub: captured changes as lines, without what consent or the field list withholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from desktop import resources
from desktop.models.exchange import Change, Withheld
from desktop.models.people import Person
from desktop.sync.cutting import cut
from desktop.sync.fields import STAMPS, TableFields, field_list, limit
from desktop.vault import strictjson

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

May = Callable[[Collection[str]], Collection[str]]  # of some clients, those whose data may leave the station
_CHUNK = 500
_BATCH = 2000
_FIRST_READING = "0" * 16


class _Captured(NamedTuple):
    """A row of the table `change`: whom it is about, and the record as it is handed over (None: it is not)."""

    seq: int
    table_name: str
    op: str
    pk: str
    base: int
    revision: int
    hlc: str
    actor: str
    columns: str
    person_id: str | None
    row: str | None


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
    for some in _captured(db, after):
        new = {change.person_id for change in some if change.person_id} - allowed.keys()
        allowed |= dict.fromkeys(new, False) | dict.fromkeys(may(new), True)
        for change in some:
            _add_line(result, change, allowed, frozen, erased)
    result.snapshot_persons = {person for person in frozen if allowed[person]}
    _add_snapshots(db, result)
    return result


def newest(db: Session) -> int:
    """Return the number of the newest change."""
    return db.scalar(select(func.max(Change.seq))) or 0


def _captured(db: Session, after: int) -> Iterator[list[_Captured]]:
    """Give the changes behind a number in batches (a year of records would crowd the memory)."""
    table = Change.__table__.c
    columns = (
        table.seq, table.table_name, table.op, table.pk, table.base_revision, table.revision, table.hlc, table.actor_id,
        table["columns"], table.row_json,
    )  # fmt: skip
    query = select(*columns).where(table.seq > after).order_by(table.seq).limit(limit("changes_per_bundle"))
    for some in db.execute(query).partitions(_BATCH):
        yield [_Captured._make((*row[:-1], *cut(row[1], row[-1]))) for row in some]


def _add_line(
    result: Collected,
    change: _Captured,
    allowed: Mapping[str, bool],
    frozen: Mapping[str, int],
    erased: frozenset[str],
) -> None:
    """Add one change, or the withheld line in its place."""
    person = change.person_id
    if change.hlc > result.hlc:  # twice as fast as max
        result.hlc = change.hlc
    is_emptied = person in erased and change.table_name in _emptied()
    if person and ((not allowed[person] and not is_emptied) or change.seq <= frozen.get(person, 0)):
        if not allowed[person] and person not in erased:
            result.withheld[person] = change.seq
    elif columns := _handed_over(change.table_name, change.columns):
        result.lines.append(_line(change, columns))
        result.tables[change.table_name] += 1
        if person:
            result.persons.add(person)
        return
    result.withheld_changes += 1
    result.lines.append(strictjson.dump({"s": change.seq, "withheld": True}))


@cache
def _emptied() -> frozenset[str]:
    """Return the tables of which an erasure leaves nothing that names anybody."""
    known = resources.table("people/tables.toml")["tables"]
    return frozenset({Person.__tablename__, *(name for name, each in known.items() if each["erase"] == "clear")})


@cache
def _handed_over(table_name: str, columns: str) -> str:
    """Return which of the columns a change touched are on the list, as JSON; empty when none is."""
    fields = field_list().get(table_name)
    listed = fields.checks.keys() - STAMPS if fields else ()
    names = [name for name in columns.split(",") if name in listed]
    return strictjson.dump(names).decode() if names else ""


def _line(change: _Captured, columns: str) -> bytes:
    """Write one line, names in order; 20 000 of them must not take long, so the head is joined by hand."""
    told = "" if change.op == "I" else f'"cols":{columns},'
    return (
        f'{{"base":{change.base},"by":{_quoted(change.actor)},{told}"hlc":"{change.hlc}","op":"{change.op}",'
        f'"pk":{_quoted(change.pk)},"rev":{change.revision},"row":{change.row},"s":{change.seq},"t":"{change.table_name}"}}'
    ).encode()


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
