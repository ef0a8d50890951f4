"""A file with a row in every table that names a person, made from the tables themselves: a later table comes along."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, Table
from sqlalchemy.orm import Session

from desktop.models.base import Base, DayText, Record, UtcText
from desktop.models.people import Person
from desktop.services.clock import PracticeClock
from tests.conftest import DAY

# What a row must hold for the rules that read it; everything else is filled by the kind of its column.
KNOWN: dict[str, Any] = {
    "episode.state": "in_service", "episode.closed_on": None, "attendance.state": "present", "visit.method": "home",
    "visit.met": "client", "consent.status": "signed", "agreement.status": "signed", "consent_scope.scope": "a",
    "guardian.to_on": None, "person_join.undone_on": DAY, "consent.withdrawn_on": None, "agreement.ended_on": None,
    "consent_scope.withdrawn_on": None, "clinical_profile.danger_acts": {}, "clinical_profile.danger_level": 1,
    "consent.valid_to": None, "agreement.valid_to": None, "training.form": "group", "training.training_type": "04",
}  # fmt: skip
_OF_EVERY_RECORD = {
    "id",
    "station_id",
    "revision",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "is_deleted",
}


def models() -> dict[str, type[Record]]:
    """Return the record tables by name."""
    found = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return {name: kind for name, kind in found.items() if issubclass(kind, Record)}


def naming_a_person() -> dict[str, Table]:
    """Return every table with a foreign key to a person, parents first."""
    person = Base.metadata.tables["person"].c.id
    return {
        table.name: table
        for table in Base.metadata.sorted_tables
        if any(key.column is person for key in table.foreign_keys)
    }


def fill(
    db: Session, person_id: str, other_id: str, user_id: str, shared: dict[str, Record] | None = None
) -> list[Record]:
    """Add to a file a row of every table that names a person; `other_id` is the second person where two are named.

    `shared` are parents without a person (a session) that several files have in common.
    """
    parents: dict[str, Record] = dict(shared or {})
    made = [_row(db, table, person_id, other_id, user_id, parents) for table in naming_a_person().values()]
    if shared is not None:
        shared |= {name: one for name, one in parents.items() if name not in naming_a_person()}
    return made


def _row(db: Session, table: Table, person_id: str, other_id: str, user_id: str, parents: dict[str, Record]) -> Record:
    values: dict[str, Any] = {}
    people = iter((person_id, other_id))
    for column in table.c:
        if column.name in _OF_EVERY_RECORD:
            continue
        key = next(iter(column.foreign_keys), None)
        if f"{table.name}.{column.name}" in KNOWN:
            values[column.name] = KNOWN[f"{table.name}.{column.name}"]
        elif key is None:
            values[column.name] = _value(column, person_id)
        elif key.column.table.name == Person.__tablename__:
            values[column.name] = next(people)
        elif key.column.table.name == "user_account":
            values[column.name] = user_id
        else:
            values[column.name] = _parent(db, key.column.table, person_id, other_id, user_id, parents).id
    record = models()[table.name](**values)
    db.add(record)
    db.flush()
    parents[table.name] = record
    return record


def _parent(
    db: Session, table: Table, person_id: str, other_id: str, user_id: str, parents: dict[str, Record]
) -> Record:
    if table.name not in parents:
        _row(db, table, person_id, other_id, user_id, parents)
    return parents[table.name]


def _value(column: Column[Any], person_id: str) -> Any:
    kind = column.type
    if isinstance(kind, UtcText):
        return PracticeClock(DAY).now()
    if isinstance(kind, DayText):
        return date(2026, 1, 5)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Float | Integer):
        return 1
    if isinstance(kind, JSON):
        return {} if "dict" in str(getattr(column, "annotation", "")) else []
    if isinstance(kind, LargeBinary):
        return b"x"
    length = getattr(kind, "length", None) or 36
    return f"{column.name[:1]}{person_id[::-1]}"[:length]


def rows(db: Session) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every row of every record table by table and id, without the stamps that rise with each change."""
    stamps = {"revision", "updated_at", "updated_by"}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for name, kind in models().items():
        table = kind.__table__
        for row in db.execute(table.select()).mappings():
            found[name, row["id"]] = {key: value for key, value in row.items() if key not in stamps}
    return found
