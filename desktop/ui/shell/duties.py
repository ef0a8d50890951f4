"""How many duties are overdue, for the badge of the rail."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.ui.kit.viewmodel import BACKUP, ViewModel
from desktop.ui.kit.workbench import Workbench


class OverdueModel(ViewModel):
    """Counts again after every commit that can make or settle a duty."""

    counted = Signal(int)

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.watch(
            "person", "episode", "consent", "agreement", "document", "visit", "training", "attendance", "guardian",
            "bundle_out", "receipt_in", "setting", "draft", "supervision_visit", "supervision_finding", BACKUP,
        )  # fmt: skip

    def reload(self) -> None:
        """Ask the board of the day."""
        day = self.bench.today()
        self.ask(
            lambda: self.bench.services.today.board(day).counts.get("overdue", 0), self.counted.emit, lambda _: None
        )
