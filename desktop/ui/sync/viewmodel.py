"""What the screens of the hand-over show and do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import KangyiError
from desktop.services.sync import BundleRow, Drive, Exported, ExportPreview, ReceiptResult, SyncStanding
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = ("bundle_out", "receipt_in", "enrolment", "person", "consent", "agreement", "training", "attendance", "visit")


@dataclass(frozen=True)
class SyncBoard:
    """How the exchange stands, with every bundle so far."""

    standing: SyncStanding
    bundles: tuple[BundleRow, ...]


class SyncViewModel(ViewModel):
    """The history, the way into the county's hub, and receipts."""

    loaded = Signal()
    request_written = Signal(object, str)  # Path, fingerprint
    enrolled = Signal(str)  # name of the hub
    receipts_found = Signal(object)  # tuple of Path
    received = Signal(object)  # ReceiptResult
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.board: SyncBoard | None = None
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask how the exchange stands."""
        sync = self.bench.services.sync
        self.ask(lambda: SyncBoard(sync.standing(), sync.history()), self._take)

    def write_request(self, to: Path) -> None:
        """Write the request for the county to a stick or folder."""
        sync = self.bench.services.sync
        self.act(
            lambda: sync.request_enrolment(to), lambda told: self.request_written.emit(*told), self._refuse, "files"
        )

    def enrol(self, certificate: Path) -> None:
        """Take the county's certificate in."""
        sync = self.bench.services.sync
        self.act(lambda: sync.enrol(certificate), self.enrolled.emit, self._refuse)

    def find_receipts(self, folder: Path) -> None:
        """Look for receipts on a stick or in a folder."""
        sync = self.bench.services.sync
        self.ask(lambda: sync.find_receipts(folder), self.receipts_found.emit, self._refuse, "receipts", "files")

    def receive(self, receipts: tuple[Path, ...]) -> None:
        """Take receipts in, oldest first."""
        sync = self.bench.services.sync

        def take() -> tuple[ReceiptResult, ...]:
            return tuple(sync.receive(receipt) for receipt in receipts)

        self.act(take, self.received.emit, self._refuse)

    def _take(self, board: SyncBoard) -> None:
        self.board = board
        self.loaded.emit()

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)


class HandOverViewModel(ViewModel):
    """The four steps of one hand-over."""

    drives_known = Signal(object)  # tuple of Drive
    previewed = Signal(object)  # ExportPreview
    exported = Signal(object)  # Exported
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.folder: Path | None = None
        self.preview: ExportPreview | None = None
        self.last: Exported | None = None

    def look_for_drives(self) -> None:
        """Look for sticks."""
        self.ask(self.bench.services.sync.drives, self._take_drives, about="drives", lane="files")

    def look_at_content(self) -> None:
        """Ask what would leave the building."""
        self.ask(self.bench.services.sync.preview, self._take_preview, about="preview")

    def export(self) -> None:
        """Issue the bundle and write it to the chosen place."""
        folder, sync = self.folder, self.bench.services.sync
        if folder is not None:
            self.act(lambda: sync.export(folder), self._take_exported, self.refused.emit)

    def write_again(self, bundle_id: str, folder: Path) -> None:
        """Write an issued bundle once more."""
        sync = self.bench.services.sync
        self.act(lambda: sync.write_again(bundle_id, folder), lambda _: None, self.refused.emit)

    def _take_drives(self, drives: tuple[Drive, ...]) -> None:
        ready = [drive for drive in drives if drive.state == "ready"]
        if self.folder is None and len(ready) == 1:
            self.folder = ready[0].path
        self.drives_known.emit(drives)

    def _take_preview(self, preview: ExportPreview) -> None:
        self.preview = preview
        self.previewed.emit(preview)

    def _take_exported(self, exported: Exported) -> None:
        self.last = exported
        self.exported.emit(exported)
