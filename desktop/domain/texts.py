"""Texts that can be kept, shown and printed: no control characters, no half ones, no marks that turn lines round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from desktop.domain.faults import Fault
from desktop.i18n import tr

LONGEST = 4000
# control characters but tab and line ends, line separators, marks of direction, half characters, places without any
_BARRED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def check_texts(draft: Any) -> tuple[Fault, ...]:
    """Return what is wrong in the texts of a form, by field; lines of a list count as the field of the list."""
    values = {each.name: getattr(draft, each.name) for each in fields(draft)}
    return tuple(_faults(values, ""))


def check_values(values: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what is wrong in texts by name."""
    return tuple(_faults(values, ""))


def is_clean(text: str) -> bool:
    """Say whether a text holds nothing that cannot be kept, shown or printed."""
    return _BARRED.search(text) is None


def _faults(values: Mapping[str, Any], before: str) -> Iterable[Fault]:
    for name, value in values.items():
        if not value or (isinstance(value, str) and len(value) <= LONGEST and value.isprintable()):
            continue  # nearly all of them; a list of thousands of lines asks a million times
        if is_dataclass(value):
            yield from _faults({each.name: getattr(value, each.name) for each in fields(value)}, f"{before}{name}.")
            continue
        texts = list(_texts_in(value))
        if not all(is_clean(text) for text in texts):
            yield Fault(before + name, "text_unreadable", tr("里面有看不见的控制符号，请删掉，重新输入这一项。"))
        elif any(len(text) > LONGEST for text in texts):
            yield Fault(before + name, "text_long", tr("太长了，最多 {n} 个字，请写短一些。", n=LONGEST))


def _texts_in(value: Any) -> Iterable[str]:
    """Give every text in a value: the value itself, the members of a list, the fields of its lines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts_in(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts_in(getattr(value, each.name))
