"""The sign-in sheet of a group session (D7 签到表)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.documents import papers

KIND = "sign_in"


@dataclass(frozen=True)
class SheetLine:
    """One participant on the sheet: name and file number."""

    name: str
    file_no: str = ""


def resolve(
    document_no: str,
    fields: Mapping[str, object],
    lines: Sequence[SheetLine],
    *,
    is_large_print: bool = False,
    is_practice: bool = False,
) -> dict[str, Any]:
    """Return the words of a sign-in sheet, for `papers.content_hash` and `papers.render_content`.

    Fields: station.name, training.held_on/starts/ends/type/form/theme/place/leader/helpers.
    """
    roster = [{"name": line.name, "file_no": line.file_no} for line in lines]
    return papers.resolve(
        KIND,
        document_no,
        {**fields, "training.expected": len(lines)},
        is_large_print=is_large_print,
        is_practice=is_practice,
        rows={"roster": roster},
    )
