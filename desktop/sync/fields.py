"""The county's field list: which columns of which table are handed over, and what a valid value is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from math import isfinite
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, TableClause, UniqueConstraint, column, table

from desktop import resources
from desktop.models import Base
from desktop.models.base import DayText, UtcText

Check = Callable[[object], bool]

RECORD = ("id", "station_id", "revision", "created_at", "created_by", "updated_at", "updated_by", "is_deleted")
# Who changed a record last and when: rises with every change, says nothing by itself.
STAMPS = frozenset(("revision", "updated_at", "updated_by"))
_INT32 = 2**31
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@dataclass(frozen=True)
class TableFields:
    """The projection of one table."""

    name: str
    label: str
    columns: tuple[str, ...]  # with those of every record
    decided: frozenset[str]
    fill: Mapping[str, object]
    parents: Mapping[str, str]  # column -> table
    uniques: tuple[tuple[str, ...], ...]
    checks: Mapping[str, Check] = field(repr=False)
    export: Mapping[str, Mapping[str, str]]  # column -> local code -> code of the standard
    plain: TableClause = field(repr=False)  # the table with times as text, for reading and writing as handed over

    @property
    def is_of_a_person(self) -> bool:
        """Whether each row belongs to a client."""
        return self.name == "person" or "person_id" in self.columns

    def exported(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with its local codes as the standard's."""
        told = {name: codes.get(row[name], row[name]) for name, codes in self.export.items()}
        return {**row, **told}

    def fault_of(self, row: Mapping[str, Any]) -> str | None:
        """Return the name of the first column that is missing, surplus or not of its kind."""
        if row.keys() != self.checks.keys():
            return min(row.keys() ^ self.checks.keys())
        for name, check in self.checks.items():
            if not check(row[name]):
                return name
        return None


@cache
def field_list() -> dict[str, TableFields]:
    """Return the projections by table, parents first."""
    listed = resources.table("exchange/fields.toml")["tables"]
    return {name: _fields(name, facts) for name, facts in listed.items()}


def version() -> str:
    """Return the version of the field list."""
    return str(resources.table("exchange/fields.toml")["version"])


@cache
def limit(name: str) -> int:
    """Return one of the limits of resources/exchange/limits.toml."""
    return int(resources.table("exchange/limits.toml")[name])


def instant(at: datetime) -> str:
    """Return an instant as it travels."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _fields(name: str, facts: Mapping[str, Any]) -> TableFields:
    model = Base.metadata.tables[name]
    columns = tuple(dict.fromkeys((*RECORD, *facts["columns"])))
    fill = dict(facts.get("fill", {}))
    return TableFields(
        name=name,
        label=facts["label"],
        columns=columns,
        decided=frozenset(facts.get("decided", ())),
        fill=fill,
        parents={c: next(iter(model.c[c].foreign_keys)).column.table.name for c in columns if model.c[c].foreign_keys},
        uniques=tuple(
            tuple(c.name for c in constraint.columns)
            for constraint in model.constraints
            if isinstance(constraint, UniqueConstraint) and {c.name for c in constraint.columns} <= set(columns)
        ),
        checks={c: _check(model.c[c]) for c in columns},
        export={column: _exported(codes) for column, codes in facts.get("export", {}).items()},
        plain=table(name, *(column(c, _plain_type(model.c[c])) for c in (*columns, *fill))),
    )


def _exported(codes: str) -> dict[str, str]:
    """Return the local codes of a list with the code each is handed over as."""
    choices = resources.table(f"codes/{codes}.toml")["choices"]
    return {each["code"]: each["export"] for each in choices if "export" in each}


def _plain_type(model: Column[Any]) -> Any:
    """Return the type as it travels: times stay text."""
    return String() if isinstance(model.type, UtcText | DayText) else model.type


def _check(model: Column[Any]) -> Check:
    check = _check_of_kind(model)
    return (lambda value: value is None or check(value)) if model.nullable else check


def _check_of_kind(model: Column[Any]) -> Check:
    """Return what says whether a value that is not empty may stand in a column."""
    kind = model.type
    if isinstance(kind, UtcText):
        return _is_instant
    if isinstance(kind, DayText):
        return _is_day
    if isinstance(kind, Boolean):
        return lambda value: isinstance(value, bool)
    if isinstance(kind, Integer):
        return lambda value: type(value) is int and -_INT32 <= value < _INT32
    if isinstance(kind, Float):
        return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if isinstance(kind, JSON):
        return lambda value: isinstance(value, list | dict)
    longest = getattr(kind, "length", None) or limit("text_letters")
    return lambda value: isinstance(value, str) and len(value) <= longest


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_instant(value: object) -> bool:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
