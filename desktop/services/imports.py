"""Taking a roster (花名册) in: look first, then take, then undo if it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.services.desk import Desk


@dataclass(frozen=True)
class RosterFault:
    """One remark on a roster: `excel_row` 15 or "54-57", verdict accepted, warning, error or ignored."""

    excel_row: int | str
    column: str | None
    verdict: str
    code: str
    message: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did (or, in a dry run, would do)."""

    rows: int
    imported: int
    updated: int
    unchanged: int
    drafts: int
    rejected: int
    ignored: int
    batch_id: str | None
    errors_file: Path | None
    faults: tuple[RosterFault, ...]


@dataclass(frozen=True)
class BatchRow:
    """An import that was made."""

    id: str
    imported_at: str
    imported_by: str
    counts: dict[str, object]
    is_undone: bool


class Imports:
    """Rosters in the shape of the stations' own sheets."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, sheet: Path, errors_to: Path | None = None, is_dry_run: bool = False) -> ImportResult:
        """Read a sheet, store the good rows, write a copy with red cells and reasons for the faulty ones.

        Raises ValidationError bad_roster when the file is not a roster; then nothing is stored.
        """
        raise NotImplementedError

    def batches(self) -> tuple[BatchRow, ...]:
        """Return the imports made so far, newest first."""
        raise NotImplementedError

    def undo(self, batch_id: str) -> int:
        """Undo a whole batch; refuses, naming them, when records were changed since. Return the number of records."""
        raise NotImplementedError
