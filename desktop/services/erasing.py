"""Erasing what a file says of a person (个人信息保护法第 47 条): what goes, what the law keeps, and doing it.

Nothing is deleted as a row: records are emptied and marked deleted, and so is what the change log kept of them. Forms
that were not finished, arrangements of lists and the way back of imports go as well; the audit never held any of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, UniqueConstraint, cast, delete, func, or_, select, update

from desktop import resources
from desktop.i18n import tr
from desktop.models.base import DayText, Record
from desktop.models.comparisons import ComparisonLine
from desktop.models.documents import Attachment, Document
from desktop.models.drafts import Draft
from desktop.models.exchange import BundleOut, Change
from desktop.models.imports import ImportRow
from desktop.models.people import Person
from desktop.models.surveys import SurveyEntry
from desktop.models.views import SavedView
from desktop.services import joined
from desktop.services.journal import record_type

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

_STAMPS = frozenset({"id", "station_id", "revision", "created_at", "created_by", "updated_at", "updated_by"})
_AT_ONCE = 500
_SHORT = 2  # a name of one letter is found everywhere


@dataclass(frozen=True)
class Subject:
    """Whose information goes: the file and those that became part of it, and words by which loose ends are found."""

    ids: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """The records of a file that go and those that stay, by table."""

    clears: dict[str, list[Record]]
    keeps: dict[str, list[Record]]


@cache
def rules() -> dict[str, Any]:
    """Return what the county says about requests, what is kept and why."""
    return resources.table("people/privacy.toml")


def subject_of(db: Session, person: Person) -> Subject:
    """Return the whole person behind a file."""
    ids = joined.family(db, person.id)
    people = db.scalars(select(Person).where(Person.id.in_(ids))).all()
    numbers = [one.id_no for one in people if one.id_no]
    names = [one.name for one in people if len(one.name) >= _SHORT]
    return Subject(ids, tuple(dict.fromkeys((*numbers, *names))))


def standing_of(db: Session, subject: Subject, is_over: bool) -> Standing:
    """Return what goes and what stays; when the time of keeping is over, everything goes."""
    clears: dict[str, list[Record]] = {}
    keeps: dict[str, list[Record]] = {}
    for name, purposes in resources.table("people/tables.toml")["tables"].items():
        found = _records(db, name, subject.ids)
        goes = found if is_over or purposes["erase"] == "clear" else [one for one in found if _is_spare(db, one)]
        stays = [one for one in found if one not in goes]
        clears |= {name: goes} if goes else {}
        keeps |= {name: stays} if stays else {}
    for name, loose in _loose(db, subject).items():
        clears[name] = [*clears.get(name, []), *loose]
    return Standing(clears, keeps)


def _records(db: Session, name: str, ids: Sequence[str]) -> list[Record]:
    """Return the records of a table that name the person, removed ones too, unless they were emptied before."""
    model = record_type(name)
    table: Any = model.__table__
    columns = [column for column in table.c if _names_person(column)]
    query = select(model).where(or_(*[column.in_(ids) for column in columns]))
    return list(db.scalars(query))


def _names_person(column: Column[Any]) -> bool:
    return any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)


def _is_spare(db: Session, record: Record) -> bool:
    """Say whether a paper is one that need not be kept: a cover, a catalogue, a copy given to the person."""
    document = record
    if isinstance(record, Attachment):
        found = db.get(Document, record.document_id) if record.document_id else None
        if found is None:
            return False
        document = found
    return isinstance(document, Document) and document.kind in rules()["cleared"]["documents"]


def _loose(db: Session, subject: Subject) -> dict[str, list[Record]]:
    """Return records about the person that do not name the file: lines of lists with the same ID number."""
    keys = select(ComparisonLine.match_key).where(ComparisonLine.person_id.in_(subject.ids))
    lines = db.scalars(
        select(ComparisonLine).where(ComparisonLine.person_id.is_(None), ComparisonLine.match_key.in_(keys))
    ).all()
    entries = db.scalars(
        select(SurveyEntry).where(SurveyEntry.person_id.is_(None), SurveyEntry.id_no.in_(subject.words))
    ).all()
    found: dict[str, list[Record]] = {"comparison_line": [*lines], "survey_entry": [*entries]}
    return {name: records for name, records in found.items() if records}


def loose_forms(db: Session, subject: Subject, record_ids: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the unfinished forms and the arrangements of lists that tell of the person."""
    needles = (*subject.ids, *subject.words)
    drafts = [
        row.id
        for row in db.execute(select(Draft.id, Draft.subject, Draft.title, cast(Draft.content, String).label("text")))
        if row.subject in record_ids or _tells(f"{row.title}{row.text}", needles)
    ]
    views = [
        row.id
        for row in db.execute(select(SavedView.id, SavedView.name, cast(SavedView.content, String).label("text")))
        if _tells(f"{row.name}{row.text}", needles)
    ]
    return drafts, views


def _tells(text: str, needles: Iterable[str]) -> bool:
    return any(needle in text for needle in needles)


def erase(db: Session, subject: Subject, standing: Standing, on: date) -> None:
    """Empty everything that goes, inside `Work.erase`."""
    people = db.scalars(select(Person).where(Person.id.in_(subject.ids))).all()
    touched: dict[str, list[str]] = defaultdict(list)
    for person in people:
        _entomb(person, on)
        touched[Person.__tablename__].append(person.id)
    db.flush()  # the county gets the file before what hangs on it
    for name, records in standing.clears.items():
        for record in records:
            _empty(record, on)
            touched[name].append(record.id)
    db.flush()
    for name, ids in touched.items():
        _forget_changes(db, name, ids)
    _forget_forms(db, subject, touched)
    db.execute(update(BundleOut).where(BundleOut.receipted_at.is_(None)).values(content=None))


def _entomb(person: Person, on: date) -> None:
    """Leave of a person only what tells which file it was and until when it is kept."""
    tomb = rules()["tombstone"]
    kept = {name: getattr(person, name) for name in tomb["columns"]}
    _empty(person, on)
    for name, value in kept.items():
        setattr(person, name, value)
    person.name, person.erased_on = tr(tomb["name"]), on


def _empty(record: Record, on: date) -> None:
    """Put nothing into every column that says something, and mark the record deleted."""
    table: Any = type(record).__table__
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for column in constraint.columns
    }
    for column in table.c:
        if column.name in _STAMPS or column.name in unique or (column.foreign_keys and not column.nullable):
            continue
        if not _names_person(column):
            value = getattr(record, column.name)
            setattr(record, column.name, None if column.nullable else _nothing(column, value, on))
    record.is_deleted = True


def _nothing(column: Column[Any], value: object, on: date) -> object:
    """Return what stands for nothing in a column that may not be empty; an instant says nothing of a person."""
    if isinstance(column.type, DayText):
        return on
    return value if isinstance(value, datetime) else type(value)()  # "", 0, False, b"", [], {}


def _forget_changes(db: Session, table_name: str, ids: Sequence[str]) -> None:
    """Let every captured change of emptied records say what they say now; who changed what and when stays."""
    newest: dict[str, str] = {}
    for place in range(0, len(ids), _AT_ONCE):
        some = ids[place : place + _AT_ONCE]
        last = select(func.max(Change.seq)).where(Change.table_name == table_name, Change.pk.in_(some))
        last = last.group_by(Change.pk)
        newest |= dict(db.execute(select(Change.pk, Change.row_json).where(Change.seq.in_(last))).all())
    stamps = ("$.revision", Change.revision, "$.updated_at", func.json_extract(Change.row_json, "$.updated_at"))
    for pk, row_json in newest.items():
        told = func.json_set(row_json, *stamps, "$.updated_by", Change.actor_id)
        db.execute(update(Change).where(Change.table_name == table_name, Change.pk == pk).values(row_json=told))


def _forget_forms(db: Session, subject: Subject, touched: dict[str, list[str]]) -> None:
    """Remove forms, arrangements and the way back of imports that tell of the person."""
    ids = {one for some in touched.values() for one in some}
    drafts, views = loose_forms(db, subject, ids)
    db.execute(delete(Draft).where(Draft.id.in_(drafts)))
    db.execute(delete(SavedView).where(SavedView.id.in_(views)))
    for place in range(0, len(ids), _AT_ONCE):
        some = sorted(ids)[place : place + _AT_ONCE]
        told = ImportRow.record_id.in_(some) & ImportRow.before.is_not(None)
        db.execute(update(ImportRow).where(told).values(before={}))
