"""JSON that means one thing only: canonical bytes out, and a reader that refuses everything doubtful."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 8
_INT64 = 2**63
_LONGEST_INT = 20
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class NotStrictError(ValueError):
    """The text is not JSON, or is JSON that two readers could understand differently; the text is not repeated."""


def dump(value: object) -> bytes:
    """Return the one canonical form: sorted keys, no blanks, UTF-8 unescaped, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def load(data: bytes, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """Read JSON; refuse size, depth, duplicate keys, NaN, huge numbers, lone surrogates, NUL and carriage returns."""
    if len(data) > max_bytes:
        raise NotStrictError("size")
    if b"\r" in data:
        raise NotStrictError("carriage return")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrictError("utf-8") from None
    if data.count(b"{") + data.count(b"[") > max_depth:
        _check_depth(text, max_depth)
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_refuse, parse_int=_integer, parse_float=_number
        )
    except NotStrictError:
        raise
    except ValueError:
        raise NotStrictError("syntax") from None
    if b"\\u" in data:
        _check_characters(value)
    return value


def load_object(data: bytes, max_bytes: int, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """Read JSON that must be an object."""
    value = load(data, max_bytes, max_depth)
    if not isinstance(value, dict):
        raise NotStrictError("object expected")
    return value


def _check_depth(text: str, max_depth: int) -> None:
    """Walk brackets outside strings, without recursion, before the parser sees them."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                raise NotStrictError("depth")
        elif mark in "]}":
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object whose keys are all different."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotStrictError("duplicate key")
    return result


def _refuse(name: str) -> NoReturn:
    """Refuse NaN and the infinities."""
    raise NotStrictError("not a number")


def _integer(digits: str) -> int:
    """Read an integer that every database can hold."""
    if len(digits) > _LONGEST_INT or not -_INT64 <= (number := int(digits)) < _INT64:
        raise NotStrictError("integer")
    return number


def _number(digits: str) -> float:
    """Read a fraction that is finite."""
    number = float(digits)
    if not math.isfinite(number):
        raise NotStrictError("number")
    return number


def _check_characters(value: object) -> None:
    """Refuse what an escape can smuggle in: half a character, or NUL (PostgreSQL cannot store it)."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise NotStrictError("character")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_characters(key)
            _check_characters(item)
    elif isinstance(value, list):
        for item in value:
            _check_characters(item)
