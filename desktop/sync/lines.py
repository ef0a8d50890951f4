"""One line of a bundle, read strictly: a change, a snapshot of a record, or a withheld change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from desktop.sync.fields import STAMPS, TableFields, field_list, limit
from desktop.vault import strictjson

_CHANGE = frozenset(("s", "t", "op", "pk", "base", "rev", "hlc", "by", "row"))
_SNAPSHOT = frozenset(("t", "op", "pk", "rev", "hlc", "by", "row"))
_WITHHELD = frozenset(("s", "withheld"))
_HLC = re.compile(r"[0-9a-f]{16}")
_MOST = 2**31


@dataclass(frozen=True)
class Line:
    """A record after a change, with the columns that the change touched; `seq` is 0 for a snapshot."""

    seq: int
    fields: TableFields
    pk: str
    base: int
    revision: int
    hlc: str
    columns: tuple[str, ...]
    row: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A line that is not taken, and why."""

    seq: int
    code: str


def read(first_seq: int, lines: Iterable[bytes]) -> Iterator[Line | Fault]:
    """Read the lines of changes; their numbers follow from their places. Withheld lines give nothing."""
    for seq, text in enumerate(lines, first_seq):
        found = _read(text)
        if isinstance(found, str):
            yield Fault(seq, found)
        elif found.keys() == _WITHHELD:
            if found["s"] != seq or found["withheld"] is not True:
                yield Fault(seq, "bad_line")
        else:
            yield _change(seq, found)


def read_snapshots(lines: Iterable[bytes]) -> Iterator[Line | Fault]:
    """Read the lines of snapshots."""
    for text in lines:
        found = _read(text)
        yield Fault(0, found) if isinstance(found, str) else _snapshot(found)


def _read(text: bytes) -> dict[str, Any] | str:
    """Return the object of a line, or the code of what is wrong with the text."""
    try:
        return strictjson.load_object(text, limit("line_bytes"))
    except strictjson.NotStrictError:
        return "bad_json"


def _change(seq: int, found: dict[str, Any]) -> Line | Fault:
    is_insert = found.get("op") == "I"
    if found.keys() != (_CHANGE if is_insert else _CHANGE | {"cols"}) or found["op"] not in ("I", "U"):
        return Fault(seq, "bad_line")
    if found["s"] != seq or not _is_count(found["base"]):
        return Fault(seq, "bad_line")
    line = _record(seq, found)
    if isinstance(line, Fault):
        return line
    columns = found.get("cols", [])
    is_sound = isinstance(columns, list) and all(name in line.columns for name in columns)
    if found["base"] >= line.revision or not is_sound or not (columns or is_insert):
        return Fault(seq, "bad_line")
    if is_insert:
        return line
    return Line(seq, line.fields, line.pk, found["base"], line.revision, line.hlc, tuple(columns), line.row)


def _snapshot(found: dict[str, Any]) -> Line | Fault:
    if found.keys() != _SNAPSHOT or found["op"] != "S":
        return Fault(0, "bad_line")
    return _record(0, found)


def _record(seq: int, found: dict[str, Any]) -> Line | Fault:
    """Check what every line with a record has; its columns are all of the table but the stamps."""
    row, hlc = found["row"], found["hlc"]
    fields = field_list().get(found["t"]) if isinstance(found["t"], str) else None
    if fields is None:
        return Fault(seq, "unknown_table")
    if not isinstance(row, dict) or not isinstance(hlc, str) or not _HLC.fullmatch(hlc) or not _is_count(found["rev"]):
        return Fault(seq, "bad_line")
    if fields.fault_of(row) is not None or (row["id"], row["revision"]) != (found["pk"], found["rev"]):
        return Fault(seq, "bad_value")
    columns = tuple(name for name in fields.columns if name not in STAMPS)
    return Line(seq, fields, row["id"], 0, row["revision"], hlc, columns, row)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST
