"""Reads one book of unknown origin; runs in a process of its own (see `books`).

Standard input: a line of JSON with the limits, then the bytes of the book. Standard output: one JSON of its sheets,
each with its rows and merged cells, or {"fault": code}. The reader is a large library in another language: a damaged
book can make it ask for all the memory there is, or stop dead. In here that hurts nobody.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from desktop.confined import confine

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def main() -> None:
    """Serve one book and end."""
    limits = json.loads(sys.stdin.buffer.readline())
    confine(limits["memory_bytes"], limits["seconds"])
    answer = _answer(sys.stdin.buffer.read(), limits)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _answer(data: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return {"sheets": _sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)), limits)}
    except PasswordError:
        return {"fault": "locked"}
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError):
        return {"fault": "broken"}


def _sheets(book: CalamineWorkbook, limits: dict[str, Any]) -> list[dict[str, Any]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = []
    for one in book.sheets_metadata:
        if one.typ == SheetTypeEnum.WorkSheet:
            is_hidden = one.visible != SheetVisibleEnum.Visible
            found.append(
                {"name": one.name, "is_hidden": is_hidden, **_content(book.get_sheet_by_name(one.name), limits)}
            )
    return found


def _content(sheet: CalamineSheet, limits: dict[str, Any]) -> dict[str, Any]:
    """Return rows and merged cells, or nothing of a sheet that is too big."""
    if sheet.total_height > limits["max_rows"] or sheet.total_width > limits["max_columns"]:
        return {"rows": None, "merged": []}
    rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    ranges = sheet.merged_cell_ranges or ()
    return {"rows": rows, "merged": [(a[0] + 1, b[0] + 1, a[1] + 1, b[1] + 1) for a, b in ranges]}


def _plain(value: object) -> str | tuple[str, str]:
    """Return a value as text that loses nothing; with what it was, where that was no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        is_whole = isfinite(value) and value == int(value)
        return str(int(value)) if is_whole else repr(value), "number"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10], "date"
    if isinstance(value, timedelta):  # more than a day of hours, or a time in a sheet of OpenDocument
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


if __name__ == "__main__":
    main()
