"""Undoing the last act (撤销上一步): a write of its own that puts back what the act changed, noted in the audit."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop import resources
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.base import Base, Record
from desktop.models.exchange import Change
from desktop.services import corrections, journal
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

_RECENT = 50  # entries of the audit among which the last act is looked for; looks and prints are entries, too
_KEPT_BY_ITSELF = frozenset(("id", "station_id", "revision", "created_at", "created_by", "updated_at", "updated_by"))


class Undoing:
    """Taking back what the person at the desk did last, as long as nothing depends on it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def undo(self, record_id: str) -> None:
        """Take back the last act, which must be the one that stored or removed this record.

        Raises ValidationError when it is not, is no act that can be taken back, or something depends on it by now.
        """
        self._desk.actor.require("undoing.use")
        with self._desk.work.write("undoing.undo", reason=tr("撤销上一步")) as db:
            entry = _last_act(db, self._desk.actor.user_id, self._desk.clock.today())
            first, last = _span(entry)
            changes = db.scalars(select(Change).where(Change.seq.between(first, last)).order_by(Change.seq)).all()
            if record_id not in {change.pk for change in changes}:
                raise _refused(tr("之后又做了别的改动。"))
            db.info["subject"] = entry.subject
            db.info["detail"].update(undone=entry.act, undone_seq=entry.seq)
            with db.no_autoflush:  # a record that is put back has one new revision
                _put_back(db, changes)


def _last_act(db: Session, actor_id: str, today: date) -> AuditEntry:
    """Return the newest act of somebody that changed records; it must be of today, and one of the safe ones."""
    mine = select(AuditEntry).where(AuditEntry.actor_id == actor_id).order_by(AuditEntry.seq.desc()).limit(_RECENT)
    entry = next((each for each in db.scalars(mine) if each.detail.get("changes")), None)
    if entry is None or entry.act not in resources.table("people/acts.toml")["undoable"]:
        raise _refused(tr("上一步不是能撤销的操作。"))
    if entry.at.astimezone().date() != today:
        raise _refused(tr("上一步不是今天做的。"))
    return entry


def _span(entry: AuditEntry) -> tuple[int, int]:
    """Return the numbers of the first and the last change of an act."""
    span: Any = entry.detail["changes"]
    return int(span[0]), int(span[1])


def _put_back(db: Session, changes: Collection[Change]) -> None:
    """Give every record of an act what it held before; all are asked first, so that none is put back alone."""
    newest = {change.pk: change for change in changes}
    oldest = {change.pk: change for change in reversed(list(changes))}
    records = {pk: _untouched(db, change) for pk, change in newest.items()}
    for pk, record in records.items():
        if corrections.is_handed_over(db, pk):
            raise _refused(tr("这条记录已交给县里。"))
        if oldest[pk].op == "I":
            _refuse_used(db, record, records.keys())
    before = {pk: _before(db, [each for each in changes if each.pk == pk]) for pk in records}
    for pk, values in before.items():
        _refuse_orphan(db, records[pk], values, before)
        journal.put_back(records[pk], values)


def _untouched(db: Session, change: Change) -> Record:
    """Return the record as an act left it."""
    record: Record | None = db.get(journal.record_type(change.table_name), change.pk)
    if record is None or record.revision != change.revision:
        raise _refused(tr("这条记录后来又改过。"))
    return record


def _before(db: Session, changes: Collection[Change]) -> dict[str, object]:
    """Return what the columns that an act touched held before it; a record it made is a removed one."""
    first = next(iter(changes))
    if first.op == "I":
        return {"is_deleted": True}
    columns = {name for change in changes for name in change.columns.split(",")} - _KEPT_BY_ITSELF
    if columns == {"is_deleted"}:
        return {"is_deleted": not json.loads(first.row_json)["is_deleted"]}
    earlier = select(Change.row_json).where(Change.pk == first.pk, Change.seq < first.seq)
    row = db.scalar(earlier.order_by(Change.seq.desc()).limit(1))
    if row is None:  # it came by the exchange: this PC never wrote down what it held
        raise _refused(tr("这条记录来自另一台电脑，原来的内容不在本机的修改记录里。"))
    stored = json.loads(row)
    return {name: stored.get(name) for name in columns}


def _refuse_used(db: Session, record: Record, together: Collection[str]) -> None:
    """Refuse to take away what another record names by now."""
    for table, column in _naming(type(record).__tablename__):
        query = select(table.c.id).where(column == record.id, table.c.is_deleted.is_(False))
        if set(db.scalars(query)) - set(together):
            raise _refused(tr("后来的记录用到了它。"))


def _naming(name: str) -> Iterable[tuple[Table, Any]]:
    for mapper in Base.registry.mappers:
        table: Any = mapper.local_table
        if issubclass(mapper.class_, Record):
            for column in table.c:
                if any(key.column.table.name == name for key in column.foreign_keys):
                    yield table, column


def _refuse_orphan(db: Session, record: Record, values: dict[str, object], together: Collection[str]) -> None:
    """Refuse to bring back what belongs to a record that is gone."""
    if values.get("is_deleted") is not False:
        return
    for column in type(record).__table__.columns:
        owner_id = getattr(record, column.name)
        for key in column.foreign_keys:
            owner = db.get(journal.record_type(key.column.table.name), owner_id) if owner_id else None
            if owner is not None and owner.is_deleted and owner_id not in together:
                raise _refused(tr("它所属的那一条已删除。"))


def _refused(why: str) -> ValidationError:
    return ValidationError("not_undone", why, tr("请打开那条记录，按需要修改或删除。"))
