"""What each line of an import made or changed, written down so that the import can be undone as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from desktop.models import Base, Record
from desktop.models.base import DayText
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import Person

_AT_ONCE = 500  # names in one question to the database
_STAMPS = frozenset({"revision", "created_at", "created_by", "updated_at", "updated_by"})


class Journal:
    """Watches a session and notes, line by line, which records were made and how changed ones were before."""

    def __init__(self, db: Session) -> None:
        self._db = db
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

    def made(self, records: Iterable[Record], excel_row: int) -> None:
        """Note records that were stored as the work of one line."""
        self._made |= dict.fromkeys(records, excel_row)

    def _note(self, session: Session, _context: object, _instances: object) -> None:
        self._made |= {record: self._row for record in session.new if isinstance(record, Record)}
        for record in session.dirty:
            if isinstance(record, Record) and record not in self._made and record not in self._changed:
                self._changed[record] = (self._row, _stored(session, record))

    def rows(self, batch_id: str) -> list[ImportRow]:
        """Return the rows to store with the batch."""
        rows = [_import_row(batch_id, record, row, None) for record, row in self._made.items()]
        for record, (row, stored) in self._changed.items():
            before = {name: value for name, value in stored.items() if value != _plain(getattr(record, name))}
            rows += [_import_row(batch_id, record, row, before)] if before else []
        return rows


def _stored(session: Session, record: Record) -> dict[str, object]:
    """Return what the database holds for a record that is about to be changed."""
    table = type(record).__table__
    found = session.connection().execute(select(table).where(table.c.id == record.id)).mappings().one()
    return {name: _plain(value) for name, value in found.items() if name not in _STAMPS}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _import_row(batch_id: str, record: Record, row: int, before: dict[str, object] | None) -> ImportRow:
    return ImportRow(
        batch_id=batch_id,
        excel_row=row,
        table_name=record.__tablename__,
        record_id=record.id,
        before=before,
        revision_after=record.revision,
    )


class Undo:
    """Takes back what a batch made and changed."""

    def __init__(self, db: Session, batch: ImportBatch) -> None:
        self._db = db
        self._batch = batch
        query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.excel_row, ImportRow.id)
        self._rows = list(db.scalars(query))
        for table_name in {row.table_name for row in self._rows}:
            _load(db, record_type(table_name), [row.record_id for row in self._rows if row.table_name == table_name])
        self._records = {row.id: db.get_one(record_type(row.table_name), row.record_id) for row in self._rows}

    @property
    def lines(self) -> int:
        """How many lines of the sheet the batch stored."""
        return len({row.excel_row for row in self._rows})

    def changed_since(self) -> list[tuple[int, str]]:
        """Return row and name of each person whose records were changed, or served, since the import."""
        rows = {row.excel_row for row in self._rows if self._records[row.id].revision != row.revision_after}
        made = {row.record_id: row.excel_row for row in self._rows if row.before is None}
        rows |= {made[person_id] for person_id in self._used_since(made)}
        names = {row.excel_row: self._name(row) for row in self._rows}
        return [(row, names[row]) for row in sorted(rows)]

    def _used_since(self, made: dict[str, int]) -> set[str]:
        """Return which of the persons made have other records by now: visits, papers, attendance."""
        people = {record.id for record in self._records.values() if isinstance(record, Person) and record.id in made}
        found: set[str] = set()
        for mapper in Base.registry.mappers:
            table: Any = mapper.class_
            if issubclass(table, Record) and "person_id" in mapper.columns:
                query = select(table.person_id, table.id).where(table.is_deleted.is_(False))
                found |= {row[0] for row in self._db.execute(query) if row[1] not in made and row[0] in people}
        return found

    def _name(self, row: ImportRow) -> str:
        record: Any = self._records[row.id]
        person = record if isinstance(record, Person) else self._db.get_one(Person, record.person_id)
        return person.name

    def apply(self) -> None:
        """Take everything back: what was made is marked deleted, what was changed becomes what it was."""
        for row in self._rows:
            record = self._records[row.id]
            if row.before is None:
                record.is_deleted = True
            else:
                put_back(record, row.before)
        self._db.flush()
        for row in self._rows:
            if row.before is not None:
                self._keep_earlier_import_valid(row)

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
