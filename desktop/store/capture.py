"""Triggers at the bottom of the file: they see every change, whichever way it came, in its own transaction.

All text is generated from the metadata of the models, and compared with the file at every start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Boolean, Column, LargeBinary, Table

from desktop.models import Base, Record
from desktop.models.audit import AuditEntry
from desktop.models.exchange import Change
from desktop.store.audit import START

_STAYS = ("seq", "table_name", "op", "pk", "base_revision", "revision", "hlc", "actor_id", "columns")
_ALTERED = " OR ".join(["app_erasing() = 0", *(f'new."{name}" IS NOT old."{name}"' for name in _STAYS)])
# Stamps rise with every change; whoever merges two versions asks for the columns that people changed.
STAMPS = frozenset(("revision", "updated_at", "updated_by"))


def record_tables() -> list[Table]:
    """Return the tables of all records, by name."""
    tables = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)]
    return sorted((table for table in tables if isinstance(table, Table)), key=lambda table: table.name)


def triggers() -> dict[str, str]:
    """Return every trigger of the file, name -> text of its CREATE statement."""
    made: dict[str, str] = {}
    for table in record_tables():
        made |= _record_triggers(table)
    return made | _change_triggers() | _audit_triggers()


def _trigger(name: str, when: str, table: str, condition: str, body: str) -> tuple[str, str]:
    condition = f" WHEN {condition}" if condition else ""
    return name, f'CREATE TRIGGER "{name}" {when} ON "{table}"{condition} BEGIN {body}; END'


def _refuse(name: str, when: str, table: str, condition: str, why: str) -> tuple[str, str]:
    return _trigger(name, when, table, condition, f"SELECT RAISE(ABORT, '{why}')")


def _record_triggers(table: Table) -> dict[str, str]:
    """Return capture and guards of one record table; a merge keeps the revisions it brings and is not captured."""
    name = table.name
    jump = "app_merging() = 0 AND new.revision IS NOT old.revision + 1"
    return dict(
        (
            _refuse(
                f"{name}_guard_insert", "BEFORE INSERT", name, "app_merging() = 0 AND new.revision IS NOT 1", "revision"
            ),
            _refuse(f"{name}_guard_update", "BEFORE UPDATE", name, f"({jump}) OR new.id IS NOT old.id", "revision"),
            _refuse(f"{name}_guard_delete", "BEFORE DELETE", name, "", "records are never deleted"),
            _trigger(f"{name}_capture_insert", "AFTER INSERT", name, "app_merging() = 0", _capture(table, "I")),
            _trigger(f"{name}_capture_update", "AFTER UPDATE", name, "app_merging() = 0", _capture(table, "U")),
        )
    )


def _capture(table: Table, op: str) -> str:
    """Return the INSERT into `change` for one changed row."""
    base, columns = ("0", _all_columns(table)) if op == "I" else ("old.revision", _changed_columns(table))
    values = {
        "table_name": f"'{table.name}'",
        "op": f"'{op}'",
        "pk": "new.id",
        "base_revision": base,
        "revision": "new.revision",
        "hlc": "app_hlc()",
        "actor_id": "app_actor()",
        "columns": columns,
        "row_json": _row_json(table),
    }
    names = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{Change.__tablename__}" ({names}) VALUES ({", ".join(values.values())})'  # noqa: S608 - own names


def _all_columns(table: Table) -> str:
    return "'" + ",".join(column.name for column in _told(table)) + "'"


def _changed_columns(table: Table) -> str:
    parts = (f"CASE WHEN new.\"{c.name}\" IS NOT old.\"{c.name}\" THEN ',{c.name}' ELSE '' END" for c in _told(table))
    return f"substr({' || '.join(parts)}, 2)"


def _told(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in STAMPS]


def _row_json(table: Table) -> str:
    """Return the whole new row as JSON; files stay out, their hash stands in a column of its own."""
    pairs = (f"'{c.name}', {_value(c)}" for c in table.columns if not isinstance(c.type, LargeBinary))
    return f"json_object({', '.join(pairs)})"


def _value(column: Column[Any]) -> str:
    name = f'new."{column.name}"'
    if isinstance(column.type, JSON):
        return f"json({name})"
    if isinstance(column.type, Boolean):
        return f"CASE {name} WHEN 1 THEN json('true') WHEN 0 THEN json('false') END"
    return name


def _change_triggers() -> dict[str, str]:
    """Return the guards that make the captured changes append-only, against REPLACE too.

    An erasure the law demands may empty `row_json`; who changed which columns of what and when stays even then.
    """
    name = Change.__tablename__
    taken = f'EXISTS (SELECT 1 FROM "{name}" WHERE seq = new.seq)'  # noqa: S608 - own names
    return dict(
        (
            _refuse(f"{name}_guard_insert", "BEFORE INSERT", name, taken, "changes are append-only"),
            _refuse(f"{name}_guard_update", "BEFORE UPDATE", name, _ALTERED, "changes are append-only"),
            _refuse(f"{name}_guard_delete", "BEFORE DELETE", name, "", "changes are append-only"),
        )
    )


def _audit_triggers() -> dict[str, str]:
    """Return the guards of the audit: only the next number with the hash of the last entry may come."""
    name = AuditEntry.__tablename__
    number = f'new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM "{name}")'  # noqa: S608 - own names
    last = f'(SELECT hash FROM "{name}" ORDER BY seq DESC LIMIT 1)'  # noqa: S608 - own names
    chain = f"new.prev IS NOT coalesce({last}, '{START}')"
    return dict(
        (
            _refuse(f"{name}_guard_insert", "BEFORE INSERT", name, f"{number} OR {chain}", "the audit is append-only"),
            _refuse(f"{name}_guard_update", "BEFORE UPDATE", name, "", "the audit is append-only"),
            _refuse(f"{name}_guard_delete", "BEFORE DELETE", name, "", "the audit is append-only"),
        )
    )


def install(execute: Callable[[str], object]) -> None:
    """Create every trigger through `execute`; none of them may exist."""
    for statement in triggers().values():
        execute(statement)


def check(connection: Any) -> tuple[str, ...]:
    """Return the names of triggers that are missing, altered or not ours; `connection` is a bare driver connection."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    wanted = triggers()
    return tuple(sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)))
