"""Files that somebody asked for: the place is there, and what is written is whole or not written at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.errors import OperationalError
from desktop.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def refuse_missing_folder(target: Path, what_was_not_done: str) -> None:
    """Raise OperationalError when the folder of a file is not there (a stick that was pulled)."""
    if not target.parent.is_dir():
        message = tr("找不到要存的文件夹，U 盘可能已拔下，{what}", what=what_was_not_done)
        raise OperationalError("io_error", message, tr("请插好 U 盘，或另选一个文件夹再存。"))


def write_table(target: Path, title: str, lines: Sequence[Sequence[str]]) -> None:
    """Write a plain table as a workbook; raises OperationalError disk_full, read_only, io_error."""
    from desktop.sheets.table import table_book
    from desktop.store.disk import write_safely

    write_safely(target, table_book(title, lines))
