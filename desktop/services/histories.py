"""Who changed what, when, from what to what: the history of a record and of a whole file (修改记录)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, or_, select, union_all

from desktop import resources
from desktop.domain.identity import mask_id, mask_phone
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.base import Base
from desktop.models.exchange import Change
from desktop.models.users import User
from desktop.services import codes, refusals
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.orm import Session


_LISTS = {"contacts": "guardian", "medications": "medication", "care_team": "care_team_member"}


@dataclass(frozen=True)
class FieldChange:
    """One field of one record: who made it what, when; act: added, changed, or removed and restored (no field then)."""

    key: str
    at: datetime
    who: str
    table: str
    record: str
    act: str
    field: str
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True)
class LastChange:
    """Who saved a record last, and when."""

    who: str
    at: datetime


class Histories:
    """Looking at what was changed; the source are the captured changes, which nobody can alter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def person(self, person_id: str) -> tuple[FieldChange, ...]:
        """Return every change of a file and of all that hangs on it, newest first; noted in the audit."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            refusals.raise_if_closed(db, person_id)
            found = _told(db, Change.pk.in_(_records_of(person_id)))
        self._desk.work.note("people.history", person_id)
        return found

    def institution(self) -> tuple[FieldChange, ...]:
        """Return every change of the institution file and its entries, newest first."""
        self._desk.actor.require("institution.read")
        with self._desk.work.read() as db:
            return _told(db, Change.table_name.in_(_words("institution")))

    def record(self, table: str, record_id: str) -> tuple[FieldChange, ...]:
        """Return every change of one record, newest first."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            return _told(db, (Change.pk == record_id) & (Change.table_name == table))

    def last(self, table: str, record_id: str) -> LastChange | None:
        """Return who saved a record last; None when it came from another PC or is new."""
        self._desk.actor.require("institution.read" if table in _words("institution") else "people.read")
        mine = select(Change).where(Change.pk == record_id, Change.table_name == table)
        with self._desk.work.read() as db:
            newest = db.scalar(mine.order_by(Change.seq.desc()).limit(1))
            if newest is None:
                return None
            return LastChange(_names(db).get(newest.actor_id, ""), _at(json.loads(newest.row_json)))


def column_labels(table: str) -> dict[str, str]:
    """Return the words for the columns of a table, in their order."""
    return {name: tr(column["label"]) for name, column in _described(table)["columns"].items()}


def draft_words(tables: Sequence[str], name: str, value: object, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the label of a field of a form and what stands in it, in full; `tables` are those the form fills."""
    inner, _, column = name.rpartition(".")
    for table in (inner,) if inner else tables:
        if column in _described(table)["columns"]:
            return column_labels(table)[column], worded(table, column, value, names, is_masked=False)
    table = _LISTS[column]
    return tr(_described(table)["label"]), tr("；").join(line_words(table, line) for line in as_lines(value))


def as_lines(value: object) -> tuple[Any, ...]:
    """Return the lines of a list on a form (medicines, care team)."""
    return value if isinstance(value, tuple) else ()


def line_words(table: str, line: Any) -> str:
    """Return one line of a list on a form as words."""
    columns = _described(table)["columns"]
    values = ((each.name, getattr(line, each.name)) for each in fields(line) if each.name in columns)
    return " ".join(words for name, value in values if (words := worded(table, name, value, {}, is_masked=False)))


def worded(table: str, column: str, value: object, names: Mapping[str, str], is_masked: bool = True) -> str:
    """Return a stored or typed value as words: codes by their labels, accounts by name, secrets masked."""
    described = _described(table)["columns"].get(column, {})
    if value is None or value in ("", [], (), {}):
        return ""
    if isinstance(value, bool):
        return tr("是") if value else tr("否")
    if isinstance(value, Mapping):
        return tr("、").join(f"{_coded(described, key)} {number}" for key, number in value.items())
    if isinstance(value, list | tuple):
        return tr("、").join(_coded(described, each) for each in value)
    return _plain(described, value, names, is_masked)


def _plain(described: Mapping[str, str], value: object, names: Mapping[str, str], is_masked: bool) -> str:
    text, kind = str(value), described.get("kind")
    if kind == "user":
        return names.get(text, text)
    if kind in ("id", "phone") and is_masked:
        return (mask_id if kind == "id" else mask_phone)(text)
    if kind == "fen" and isinstance(value, int):
        return tr("{n} 元", n=f"{value / 100:.2f}")
    if kind == "time":
        return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else _coded(described, text)


def _coded(described: Mapping[str, str], value: object) -> str:
    if isinstance(value, list | tuple):  # a code and how often
        return " ".join((_coded(described, value[0]), *(str(each) for each in value[1:])))
    return codes.label_of(described["codes"], str(value)) if "codes" in described else str(value)


def _words(area: str) -> dict[str, Any]:
    """Return the words for the tables of clients ("people") or of the institution."""
    found: dict[str, Any] = resources.table(f"{area}/labels.toml")["tables"]
    return found


def _described(table: str) -> dict[str, Any]:
    found: dict[str, Any] = (_words("people") | _words("institution"))[table]
    return found


def _records_of(person_id: str) -> CompoundSelect[tuple[str]]:
    """Return the ids of the file itself and of every record of a table with a history that names the person."""
    person: Table = Base.metadata.tables["person"]
    joins: Table = Base.metadata.tables["person_join"]
    questions: list[Select[tuple[str]]] = [
        select(person.c.id).where(person.c.id == person_id),
        select(joins.c.gone_id).where(joins.c.person_id == person_id),  # the files that became part of this one
    ]
    for name, known in resources.table("people/tables.toml")["tables"].items():
        if known["history"]:
            table = Base.metadata.tables[name]
            names_person = [c == person_id for c in table.c if any(key.column is person.c.id for key in c.foreign_keys)]
            questions.append(select(table.c.id).where(or_(*names_person)))
    return union_all(*questions)


def _told(db: Session, wanted: Any) -> tuple[FieldChange, ...]:
    known = _words("people") | _words("institution")
    rows = db.execute(
        select(Change.seq, Change.table_name, Change.op, Change.pk, Change.actor_id, Change.columns, Change.row_json)
        .where(wanted, Change.table_name.in_(known))
        .order_by(Change.seq)
    ).all()
    names, reasons = _names(db), _reasons(db, rows[0].seq if rows else 0)
    before: dict[str, dict[str, Any]] = {}
    found: list[FieldChange] = []
    for row in rows:
        after = json.loads(row.row_json)
        found += _fields(row, before.get(row.pk), after, names, _reason(reasons, row.seq))
        before[row.pk] = after
    return tuple(reversed(found))


def _fields(
    row: Any, before: dict[str, Any] | None, after: dict[str, Any], names: Mapping[str, str], reason: str
) -> Iterable[FieldChange]:
    """Give one line a field that shows, last first: the whole list is turned round."""
    described, touched = _described(row.table_name), row.columns.split(",")
    act = _act(row.op, touched, after)
    shown = worded(row.table_name, described["by"], after.get(described["by"]), names)
    record = tr(" · ").join(part for part in (tr(described["label"]), shown) if part)
    at, who = _at(after), names.get(row.actor_id, "")
    if act in ("removed", "restored"):
        yield FieldChange(f"{row.seq}", at, who, row.table_name, record, act, "", "", "", reason)
    for name in reversed(described["columns"]):
        old = worded(row.table_name, name, (before or {}).get(name), names)
        new = worded(row.table_name, name, after.get(name), names)
        is_other = (before or {}).get(name) != after.get(name) if before is not None else bool(new)
        if name in touched and is_other:
            label = tr(described["columns"][name]["label"])
            act_here = "changed" if act in ("removed", "restored") else act
            yield FieldChange(f"{row.seq}/{name}", at, who, row.table_name, record, act_here, label, old, new, reason)


def _act(op: str, touched: list[str], after: Mapping[str, Any]) -> str:
    if op == "I":
        return "added"
    if "is_deleted" in touched:
        return "removed" if after.get("is_deleted") else "restored"
    return "changed"


def _at(after: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(after["updated_at"])


def _names(db: Session) -> dict[str, str]:
    return {row[0]: row[1] for row in db.execute(select(User.id, User.name))}


def _reasons(db: Session, first: int) -> list[tuple[int, int, str]]:
    """Return the reasons given for changes since `first`: the numbers of the changes they belong to."""
    if not first:
        return []
    given = select(AuditEntry.detail).where(AuditEntry.act.in_(resources.table("people/acts.toml")["with_reason"]))
    return [
        (int(detail["changes"][0]), int(detail["changes"][1]), str(detail["reason"]))  # type: ignore[index]
        for (detail,) in db.execute(given)
        if detail.get("reason") and detail.get("changes")
    ]


def _reason(reasons: Iterable[tuple[int, int, str]], seq: int) -> str:
    return next((words for first, last, words in reasons if first <= seq <= last), "")
