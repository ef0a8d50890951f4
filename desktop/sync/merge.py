"""Taking the lines of one bundle into the hub: validate, judge, store; what cannot be taken is told, not hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import TableClause, delete, insert, select, tuple_

from desktop.domain import merging
from desktop.domain.merging import Offer, Origin, Version
from desktop.models.base import new_id
from desktop.models.exchange import Conflict
from desktop.models.exchange import Origin as OriginRow
from desktop.sync.fields import STAMPS, TableFields, field_list
from desktop.sync.lines import Fault, Line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Finish = Callable[[str, dict[str, Any]], None]  # fills in what the hub derives itself (search text)
_CHUNK = 500
_FOREVER_STAMPS = STAMPS - {"revision"}
Key = tuple[str, str]  # table, record


@dataclass(frozen=True)
class Source:
    """The bundle whose lines are taken: its id and sender, and the clock of the hub."""

    bundle_id: str
    station_id: str
    replica_id: str
    at: datetime


@dataclass
class Merged:
    """What became of the lines."""

    taken: int = 0
    kept: int = 0
    rejected: list[dict[str, object]] = field(default_factory=list)
    conflicts: list[dict[str, object]] = field(default_factory=list)


@dataclass
class _Staged:
    """A record in work."""

    version: Version
    is_changed: bool = False


def apply(db: Session, source: Source, lines: Iterable[Line | Fault], finish: Finish) -> Merged:
    """Take lines in, in their order, within the caller's transaction."""
    return _Merge(db, source, list(lines)).run(finish)


class _Merge:
    """The work on one bundle: read what the hub has, judge line by line in memory, write what changed."""

    def __init__(self, db: Session, source: Source, lines: list[Line | Fault]) -> None:
        self._db = db
        self._source = source
        self._lines = lines
        self._staged: dict[Key, _Staged] = {}
        self._parents: set[Key] = set()
        self._names: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], str]] = defaultdict(dict)
        self._conflicts: list[dict[str, object]] = []
        self.merged = Merged()

    def run(self, finish: Finish) -> Merged:
        """Do all of it."""
        self._load()
        for line in self._lines:
            code = line.code if isinstance(line, Fault) else self._take(line)
            if code:
                self.merged.rejected.append({"seq": line.seq, "code": code})
        self._store(finish)
        return self.merged

    # -- what the hub has

    def _load(self) -> None:
        """Read the records, parents and unique names that the lines touch, a few questions a table."""
        for fields, lines in self._by_table():
            pks = list(dict.fromkeys(line.pk for line in lines))
            self._load_records(fields, pks)
            self._load_parents(fields, lines)
            for names in fields.uniques:
                self._load_names(fields, names, lines)

    def _by_table(self) -> Iterator[tuple[TableFields, list[Line]]]:
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self._lines:
            if isinstance(line, Line):
                found[line.fields.name].append(line)
        return ((fields, found[name]) for name, fields in field_list().items() if name in found)

    def _load_records(self, fields: TableFields, pks: list[str]) -> None:
        table = fields.plain
        origins: dict[str, dict[str, Any]] = {}
        for some in _chunks(pks):
            query = select(OriginRow.record_id, OriginRow.state).where(
                OriginRow.table_name == fields.name, OriginRow.record_id.in_(some)
            )
            origins |= dict(self._db.execute(query).all())
        for some in _chunks(list(origins)):
            columns = [table.c[name] for name in fields.columns]
            for row in self._db.execute(select(*columns).where(table.c.id.in_(some))).mappings():
                origin = Origin.from_json(origins[row["id"]])
                version = Version(row["revision"], dict(row), origin)
                self._staged[fields.name, row["id"]] = _Staged(version)

    def _load_parents(self, fields: TableFields, lines: list[Line]) -> None:
        for column, parent in fields.parents.items():
            wanted = {line.row[column] for line in lines} - {None}
            missing = [pk for pk in wanted if (parent, pk) not in self._parents]
            table = field_list()[parent].plain
            for some in _chunks(missing):
                found = self._db.scalars(select(table.c.id).where(table.c.id.in_(some)))
                self._parents |= {(parent, pk) for pk in found}

    def _load_names(self, fields: TableFields, names: tuple[str, ...], lines: list[Line]) -> None:
        wanted = list(dict.fromkeys(tuple(line.row[name] for name in names) for line in lines))
        table, known = fields.plain, self._names[fields.name, names]
        columns = [table.c[name] for name in names]
        for some in _chunks(wanted):
            for pk, *values in self._db.execute(select(table.c.id, *columns).where(tuple_(*columns).in_(some))):
                known[tuple(values)] = pk

    # -- one line

    def _take(self, line: Line) -> str | None:
        """Judge one line; return the code of a rejection."""
        code = self._fault_of(line)
        if code:
            return code
        staged = self._staged.get((line.fields.name, line.pk))
        offer = Offer(self._source.replica_id, line.base, line.revision, line.hlc, line.columns, line.row)
        if staged is None:
            self._stage(line, merging.first(offer))
            self.merged.taken += 1
            return None
        judgement = merging.judge(staged.version, offer, line.fields.decided, _FOREVER_STAMPS)
        if judgement.disputed or judgement.beaten:
            self._note_conflicts(line, judgement)
        if not judgement.is_known:
            self._stage(line, judgement.version)
        if judgement.is_taken:
            self.merged.taken += 1
        else:
            self.merged.kept += 1
        return None

    def _fault_of(self, line: Line) -> str | None:
        """Return why a line may not come in: another station's record, a parent that is not there, a name taken."""
        if line.row["station_id"] != self._source.station_id:
            return "not_owner"
        staged = self._staged.get((line.fields.name, line.pk))
        if staged is not None and staged.version.values["station_id"] != self._source.station_id:
            return "not_owner"
        for column, parent in line.fields.parents.items():
            pk = line.row[column]
            if pk is not None and (parent, pk) not in self._parents:
                return "missing_parent"
        for names in line.fields.uniques:
            owner = self._names[line.fields.name, names].get(tuple(line.row[name] for name in names), line.pk)
            if owner != line.pk:
                return "name_taken"
        return None

    def _stage(self, line: Line, version: Version) -> None:
        table = line.fields.name
        before = self._staged.get((table, line.pk))
        self._staged[table, line.pk] = _Staged(version, is_changed=True)
        self._parents.add((table, line.pk))
        for names in line.fields.uniques:
            taken = self._names[table, names]
            if before is not None:
                taken.pop(tuple(before.version.values[name] for name in names), None)
            taken[tuple(version.values[name] for name in names)] = line.pk

    def _note_conflicts(self, line: Line, judgement: merging.Judgement) -> None:
        """Keep both values: those a person must decide on, and losers of a later write, for the record."""
        for names, decided_at in ((judgement.disputed, None), (judgement.beaten, self._source.at)):
            if not names:
                continue
            self._conflicts.append(
                {
                    "id": new_id(),
                    "bundle_id": self._source.bundle_id,
                    "table_name": line.fields.name,
                    "record_id": line.pk,
                    "columns": list(names),
                    "kept": {name: judgement.version.values[name] for name in names},
                    "offered": {name: _other(judgement, line, name) for name in names},
                    "found_at": self._source.at,
                    "decided_at": decided_at,
                }
            )
        self.merged.conflicts += [
            {"table": line.fields.name, "id": line.pk, "field": name} for name in judgement.disputed
        ]

    # -- writing

    def _store(self, finish: Finish) -> None:
        """Write the changed records, parents first, and where they come from."""
        changed: dict[str, list[Version]] = defaultdict(list)
        for (table, _), staged in self._staged.items():
            if staged.is_changed:
                changed[table].append(staged.version)
        for name, fields in field_list().items():
            if name in changed:
                self._store_table(fields, changed[name], finish)
        if self._conflicts:
            self._db.execute(insert(Conflict), self._conflicts)
        self._forget_erased()

    def _forget_erased(self) -> None:
        """Let no old value of somebody erased stay among the conflicts."""
        staged = {pk: one.version.values for (_, pk), one in self._staged.items()}
        erased = {pk for pk, values in staged.items() if values.get("erased_on")}
        about = [pk for pk, values in staged.items() if pk in erased or values.get("person_id") in erased]
        for some in _chunks(about if erased else []):
            self._db.execute(delete(Conflict).where(Conflict.record_id.in_(some)))

    def _store_table(self, fields: TableFields, versions: list[Version], finish: Finish) -> None:
        rows = [{**fields.fill, **version.values} for version in versions]
        for row in rows:
            finish(fields.name, row)
        self._upsert(fields.plain, ["id"], rows)
        origins = [
            {"table_name": fields.name, "record_id": version.values["id"], "state": version.origin.to_json()}
            for version in versions
        ]
        self._upsert(OriginRow.__table__, ["table_name", "record_id"], origins)

    def _upsert(self, table: Any, key: list[str], rows: list[dict[str, Any]]) -> None:
        """Insert rows, or set all columns of those that are there.

        RETURNING makes SQLAlchemy send many rows in one statement: on SQLCipher each statement of a table with triggers
        costs half a millisecond, because the pages it touches are encrypted once more for its own undo.
        """
        statement = _insert_for(self._db)(table)
        columns = {name: statement.excluded[name] for name in rows[0] if name not in key}
        statement = statement.on_conflict_do_update(index_elements=key, set_=columns)
        self._db.execute(statement.returning(table.c[key[-1]]), rows).all()


def _other(judgement: merging.Judgement, line: Line, name: str) -> object:
    """Return the value that did not prevail."""
    return judgement.losers[name] if name in judgement.losers else line.row.get(name)


def _insert_for(db: Session) -> Callable[[TableClause], Any]:
    """Return the INSERT of the dialect: both databases know ON CONFLICT, SQLAlchemy spells it once for each."""
    if db.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        return postgres_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    return (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))
