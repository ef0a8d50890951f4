"""What the list of papers shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.services.documents import DocumentRow
from desktop.ui.kit.papers import PaperDesk
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench


class DocumentsViewModel(ViewModel):
    """The papers made so far, newest first, and the one on the desk."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self.rows: tuple[DocumentRow, ...] = ()
        self.only = ""
        self.watch("document", "consent", "agreement", "person")

    def reload(self) -> None:
        """Ask for the list and the printers."""
        self.ask(lambda: self.bench.services.documents.rows(limit=500), self._take)
        self.desk.find_printers()

    def pick(self, only: str) -> None:
        """Show one kind of status: "", printed (waiting for signatures), signed."""
        self.only = only
        self.loaded.emit()

    def shown(self) -> tuple[DocumentRow, ...]:
        """Return the rows of the chosen status."""
        return tuple(row for row in self.rows if not self.only or row.status == self.only)

    def count(self, status: str) -> int:
        """Return how many papers have a status."""
        return sum(row.status == status for row in self.rows)

    def make_sign_in_sheet(self, training_id: str) -> None:
        """Make the sign-in sheet of a session and put it on the desk."""
        documents = self.bench.services.documents
        self.desk.prepare(lambda: documents.prepare_sign_in_sheet(training_id))

    def make_price_notice(self) -> None:
        """Make the notice of the prices that hold today and put it on the desk."""
        self.desk.prepare(self.bench.services.documents.prepare_price_notice)

    def _take(self, rows: tuple[DocumentRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()
