"""What each line of an import made or changed, written down so that the import can be undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from desktop.models import Base, Record
from desktop.models.base import DayText
from desktop.models.exchange import Change
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import Person
from desktop.services.progress import Progress

_AT_ONCE = 500  # names in one question to the database
_COMPUTED = frozenset({"is_counted"})  # changed by the program itself when papers are signed
_STAMPS = frozenset({"revision", "created_at", "created_by", "updated_at", "updated_by"})


class Journal:
    """Watches a session and notes, line by line, which records were made and how changed ones were before."""

    def __init__(self, db: Session, progress: Progress | None = None) -> None:
        self._db = db
        self._progress = progress or Progress()
        self._row = 0
        self._made: dict[Record, int] = {}
        self._changed: dict[Record, tuple[int, dict[str, object]]] = {}

    @contextmanager
    def row(self, excel_row: int) -> Iterator[None]:
        """Note what is flushed inside as the work of one line."""
        self._row = excel_row
        event.listen(self._db, "before_flush", self._note)
        try:
            yield
            self._db.flush()
        finally:
            event.remove(self._db, "before_flush", self._note)
        self._progress.step()

    def made(self, records: Iterable[Record], excel_row: int) -> None:
        """Note records that were stored as the work of one line."""
        self._made |= dict.fromkeys(records, excel_row)
        self._progress.step()

    @property
    def person_ids(self) -> frozenset[str]:
        """The people whose records were made or changed."""
        return _people_of((*self._made, *self._changed))

    def _note(self, session: Session, _context: object, _instances: object) -> None:
        self._made |= {record: self._row for record in session.new if isinstance(record, Record)}
        for record in session.dirty:
            if isinstance(record, Record) and record not in self._made and record not in self._changed:
                self._changed[record] = (self._row, stored(session, record))

    def write(self, batch_id: str) -> None:
        """Store what was noted with the batch; as bare rows, since nobody needs them as objects afterwards."""
        rows = [_import_row(batch_id, record, row, None) for record, row in self._made.items()]
        for record, (row, stored) in self._changed.items():
            before = {name: value for name, value in stored.items() if value != plain(getattr(record, name))}
            rows += [_import_row(batch_id, record, row, before)] if before else []
        if rows:
            self._db.execute(insert(ImportRow), rows)


def stored(session: Session, record: Record) -> dict[str, object]:
    """Return what the database holds for a record that is about to be changed."""
    table = type(record).__table__
    found = session.connection().execute(select(table).where(table.c.id == record.id)).mappings().one()
    return {name: plain(value) for name, value in found.items() if name not in _STAMPS}


def plain(value: object) -> object:
    """Return a value as it is kept in JSON."""
    return value.isoformat() if isinstance(value, date) else value


def _import_row(batch_id: str, record: Record, row: int, before: dict[str, object] | None) -> dict[str, object]:
    return {
        "batch_id": batch_id, "excel_row": row, "table_name": record.__tablename__, "record_id": record.id,
        "before": before, "revision_after": record.revision,
    }  # fmt: skip


def _people_of(records: Iterable[Record]) -> frozenset[str]:
    found = (record.id if isinstance(record, Person) else getattr(record, "person_id", None) for record in records)
    return frozenset(one for one in found if one)


class Undo:
    """Takes back what a batch made and changed; `name_of` says what people call a record without a client."""

    def __init__(self, db: Session, batch: ImportBatch, name_of: Callable[[Session, Record], str]) -> None:
        self._db = db
        self._batch = batch
        self._name_of = name_of
        query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.excel_row, ImportRow.id)
        self._rows = list(db.scalars(query))
        for table_name in {row.table_name for row in self._rows}:
            _load(db, record_type(table_name), [row.record_id for row in self._rows if row.table_name == table_name])
        self._records = {row.id: db.get_one(record_type(row.table_name), row.record_id) for row in self._rows}
        self._undone: list[ImportRow] = []

    @property
    def lines(self) -> int:
        """How many lines of the sheet were taken back."""
        return len({row.excel_row for row in self._undone})

    @property
    def person_ids(self) -> frozenset[str]:
        """The people whose records were taken back."""
        return _people_of(self._records[row.id] for row in self._undone)

    def changed_since(self) -> list[tuple[int, str]]:
        """Return row and name of each line whose records were changed, or used by others, since the import."""
        rows = {row.excel_row for row in self._rows if self._is_changed(row)}
        made = {row.record_id: row.excel_row for row in self._rows if row.before is None}
        rows |= {made[record_id] for record_id in self._used_since(made)}
        names = {row.excel_row: self._name(row) for row in reversed(self._rows)}
        return [(row, names[row]) for row in sorted(rows)]

    def _is_changed(self, row: ImportRow) -> bool:
        """Say whether somebody changed a record since; that papers made it count meanwhile is no change of theirs."""
        if self._records[row.id].revision == row.revision_after:
            return False
        query = select(Change.columns).where(
            Change.table_name == row.table_name, Change.pk == row.record_id, Change.base_revision >= row.revision_after
        )
        return any(columns not in _COMPUTED for columns in self._db.scalars(query))

    def _used_since(self, made: dict[str, int]) -> set[str]:
        """Return which of the records made are named by other records by now: visits, papers, attendance."""
        found: set[str] = set()
        tables = {row.table_name for row in self._rows if row.record_id in made}
        for table, column in _references(tables):
            query = select(column, table.id).where(table.is_deleted.is_(False))
            found |= {row[0] for row in self._db.execute(query) if row[0] in made and row[1] not in made}
        return found

    def _name(self, row: ImportRow) -> str:
        record: Any = self._records[row.id]
        person_id = record.id if isinstance(record, Person) else getattr(record, "person_id", None)
        return self._db.get_one(Person, person_id).name if person_id else self._name_of(self._db, record)

    def apply(self, kept: frozenset[int] = frozenset()) -> None:
        """Take back all lines but those kept: what was made is marked deleted, what was changed becomes what it was."""
        held = self._held_by(kept)
        self._undone = [row for row in self._rows if row.excel_row not in kept and row.record_id not in held]
        for row in self._undone:
            record = self._records[row.id]
            if row.before is None:
                record.is_deleted = True
            else:
                put_back(record, row.before)
        self._db.flush()
        for row in self._undone:
            if row.before is not None:
                self._keep_earlier_import_valid(row)

    def _held_by(self, kept: frozenset[int]) -> set[str]:
        """Return the records that lines which stay lean on: the session that other lines' attendance belongs to."""
        held = {row.record_id for row in self._rows if row.excel_row in kept}
        while True:
            records = [self._records[row.id] for row in self._rows if row.record_id in held]
            named = {getattr(one, name) for one in records for name in _pointers(type(one))}
            more = named.intersection(row.record_id for row in self._rows) - held
            if not more:
                return held
            held |= more

    def _keep_earlier_import_valid(self, row: ImportRow) -> None:
        """The record is again as an earlier import left it: let that import count as untouched."""
        query = (
            select(ImportRow)
            .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
            .where(ImportRow.record_id == row.record_id, ImportRow.batch_id != row.batch_id)
            .where(ImportBatch.undone_at.is_(None), ImportRow.revision_after == row.revision_after - 1)
        )
        for earlier in self._db.scalars(query):
            earlier.revision_after = self._records[row.id].revision


def _load(db: Session, table: type[Record], ids: list[str]) -> None:
    """Bring many records into the session at once, so that `get_one` asks the database no more."""
    for start in range(0, len(ids), _AT_ONCE):
        db.scalars(select(table).where(table.id.in_(ids[start : start + _AT_ONCE]))).all()


def _pointers(table: type[Record]) -> list[str]:
    """Return the names of the columns that name another record."""
    mapper: Any = table.__mapper__
    return [mapper.get_property_by_column(one).key for one in table.__table__.columns if one.foreign_keys]


def _references(tables: Iterable[str]) -> Iterator[tuple[Any, Any]]:
    """Give each record type with each of its columns that names a record of one of the tables."""
    for mapper in Base.registry.mappers:
        table: Any = mapper.class_
        for name in _pointers(table) if issubclass(table, Record) else ():
            column = getattr(table, name)
            if any(key.column.table.name in tables for key in column.property.columns[0].foreign_keys):
                yield table, column


def record_type(table_name: str) -> type[Record]:
    """Return the class of the records of a table."""
    types = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    found = types[table_name]
    if not issubclass(found, Record):
        raise TypeError(table_name)
    return found


def put_back(record: Record, before: dict[str, object]) -> None:
    """Give a record the values it had, with days as days again."""
    columns = type(record).__table__.columns
    for name, value in before.items():
        is_day = isinstance(value, str) and isinstance(columns[name].type, DayText)
        setattr(record, name, date.fromisoformat(str(value)) if is_day else value)
