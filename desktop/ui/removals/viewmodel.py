"""What the bin shows, and bringing a record back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.services.removals import RemovedRow
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench


class RemovalsViewModel(ViewModel):
    """Everything that was taken away, newest first."""

    loaded = Signal()
    restored = Signal(str)  # what it was

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.rows: tuple[RemovedRow, ...] = ()
        self.watch(
            "person", "visit", "training", "scan", "benefit", "survey_entry", "price_item", "emergency_plan",
            "emergency_drill", "insurance_policy", "purchase_contract", "contract_line", "supervision_visit",
            "supervision_finding", "staff_training",
        )  # fmt: skip

    def reload(self) -> None:
        """Ask for the list."""
        self.ask(self.bench.services.removals.rows, self._take)

    def restore(self, row: RemovedRow) -> None:
        """Bring a record back as it was."""
        removals = self.bench.services.removals
        self.act(lambda: removals.restore(row.kind, row.id), lambda _: self.restored.emit(row.title))

    def _take(self, rows: tuple[RemovedRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()
