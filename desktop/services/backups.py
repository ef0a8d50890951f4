"""Backups (备份): made while the program runs, opened again and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.services.desk import Desk


@dataclass(frozen=True)
class BackupDone:
    """A backup that was made and opened again."""

    file: Path
    persons: int
    sha256: str
    is_verified: bool


@dataclass(frozen=True)
class BackupRow:
    """A backup made earlier."""

    file: str
    at: datetime
    persons: int
    is_verified: bool


class Backups:
    """Backups of the unlocked station."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def make(self, to: Path | None = None) -> BackupDone:
        """Copy the running database into `to` (or the station's own folder) with the key file, open the copy and check it."""
        raise NotImplementedError

    def last(self) -> BackupRow | None:
        """Return the last backup that was checked."""
        raise NotImplementedError

    def rows(self) -> tuple[BackupRow, ...]:
        """Return the backups known, newest first."""
        raise NotImplementedError
