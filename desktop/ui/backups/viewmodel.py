"""Backups made before, the sticks plugged in, and a backup now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.ui.kit.viewmodel import BACKUP, ViewModel, tell_of_backup
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.devices.drives import Drive
    from desktop.services.backups import BackupDone


class BackupsModel(ViewModel):
    """Asks for the list again after each backup."""

    rows_known = Signal(object)  # tuple[BackupRow, ...]
    sticks_known = Signal(object)  # tuple[Drive, ...]
    busy_changed = Signal(bool)
    made = Signal(object)  # BackupDone

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.may_make = bench.may("backups.make")
        self.watch(BACKUP)

    def reload(self) -> None:
        """Ask for the backups known and the sticks plugged in."""
        self.ask(self.bench.services.backups.rows, self.rows_known.emit, about="rows")
        self.ask(_sticks, self.sticks_known.emit, about="sticks", lane="files")

    def make(self, to: Path | None = None) -> None:
        """Back up now into the own folder, or into another one."""
        self.busy_changed.emit(True)
        backups = self.bench.services.backups

        def failed(trouble: object) -> None:
            self.busy_changed.emit(False)
            self.failed.emit(trouble)
            self.reload()

        self.act(lambda: backups.make(to), self._done, failed, lane="files")

    def _done(self, done: BackupDone) -> None:
        self.busy_changed.emit(False)
        self.made.emit(done)
        tell_of_backup(self.bench)


def _sticks() -> tuple[Drive, ...]:
    from desktop.devices import drives

    return tuple(drives.sticks())
