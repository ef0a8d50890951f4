"""Taking a roster in: look first, then take, then undo if it was wrong."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.imports import BatchRow, ImportResult, RosterFault
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

ALL = "all"
CHOOSE, READING, LOOKED, TAKING, TAKEN = "choose", "reading", "looked", "taking", "taken"


class ImportsViewModel(ViewModel):
    """The stage of one import (`stage`), what the sheet would do or did, and the imports made before."""

    stage_changed = Signal()
    batches_changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.stage = CHOOSE
        self.sheet: Path | None = None
        self.result: ImportResult | None = None
        self.batches: tuple[BatchRow, ...] = ()
        self.only = ALL
        self.wants_errors_file = True
        self.watch("import_batch")

    def reload(self) -> None:
        """Ask for the imports made so far."""
        self.ask(self.bench.services.imports.batches, self._take_batches, about="batches")

    def look(self, sheet: Path) -> None:
        """Read a sheet without storing anything."""
        self.sheet = sheet
        self._turn_to(READING)
        imports = self.bench.services.imports
        self.ask(
            lambda: imports.take(sheet, is_dry_run=True), self._looked, self._unreadable, about="look", lane="files"
        )

    def take(self) -> None:
        """Store the good lines; the faulty ones go into a marked copy of the sheet when that is wanted."""
        if self.sheet is None or self.stage != LOOKED:
            return
        sheet, errors_to, imports = self.sheet, self.errors_target(), self.bench.services.imports
        self._turn_to(TAKING)
        self.act(lambda: imports.take(sheet, errors_to), self._taken, self._not_taken, lane="files")

    def undo(self, batch_id: str) -> None:
        """Take a whole import back."""
        imports = self.bench.services.imports
        self.act(lambda: imports.undo(batch_id), self._undone)

    def start_over(self) -> None:
        """Choose another sheet."""
        self.sheet, self.result, self.only = None, None, ALL
        self._turn_to(CHOOSE)

    def pick(self, only: str) -> None:
        """Show the remarks of one verdict."""
        self.only = only
        self.stage_changed.emit()

    def faults(self) -> tuple[RosterFault, ...]:
        """Return the remarks of the filter in force, from the top of the sheet."""
        faults = self.result.faults if self.result else ()
        return tuple(fault for fault in faults if self.only in (ALL, fault.verdict))

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: verdicts that occur, with their number."""
        faults = self.result.faults if self.result else ()
        chips = [(ALL, tr("全部说明 {n}", n=len(faults)))]
        for choice in self.bench.services.codes.choices("verdict"):
            number = sum(fault.verdict == choice.code for fault in faults)
            if number:
                chips.append((choice.code, f"{choice.label} {number}"))
        return chips

    def errors_target(self) -> Path | None:
        """Return where the marked copy goes: beside the sheet, under a name that is free; None when none is wanted."""
        if self.sheet is None or self.result is None or not self.wants_errors_file or not self.result.rejected:
            return None
        stem, number = tr("{name}-退回", name=self.sheet.stem), 1
        target = self.sheet.with_name(f"{stem}.xlsx")
        while target.exists():
            number += 1
            target = self.sheet.with_name(f"{stem}-{number}.xlsx")
        return target

    @property
    def would_store(self) -> int:
        """How many lines would be stored."""
        return self.result.imported + self.result.updated if self.result else 0

    def _turn_to(self, stage: str) -> None:
        self.stage = stage
        self.stage_changed.emit()

    def _looked(self, result: ImportResult) -> None:
        self.result, self.only = result, ALL
        self._turn_to(LOOKED)

    def _unreadable(self, trouble: KangyiError) -> None:
        self.start_over()
        self.failed.emit(trouble)

    def _taken(self, result: ImportResult) -> None:
        self.result = result
        self._turn_to(TAKEN)
        self.reload()

    def _not_taken(self, trouble: KangyiError) -> None:
        self._turn_to(LOOKED)
        self.failed.emit(trouble)

    def _undone(self, lines: int) -> None:
        self.bench.toast(tr("已撤销，{n} 行恢复到导入之前。", n=lines))
        if self.stage == TAKEN:
            self.start_over()
        self.reload()

    def _take_batches(self, batches: tuple[BatchRow, ...]) -> None:
        self.batches = batches
        self.batches_changed.emit()
