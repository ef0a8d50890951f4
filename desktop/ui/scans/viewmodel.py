"""The papers and photos of one client: the list, the small pictures, and the one that is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.services.documents import PageImage
from desktop.services.scans import Picture, ScanRow
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.errors import KangyiError


class ScansViewModel(ViewModel):
    """Follows the store; a paper is opened only when somebody chooses it, for each look is noted."""

    loaded = Signal()
    thumbnail_known = Signal(str)  # scan id
    shown = Signal(object)  # ShownPaper
    lost = Signal(object)  # KangyiError: a page is missing or damaged, a backup may have it
    mended = Signal(int)
    removed = Signal(str)  # scan id
    printers_known = Signal(object)  # tuple of names
    reason_wanted = Signal(object)  # Path: somebody wants a readable copy there
    printed = Signal()
    written = Signal(object)  # Path

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.rows: tuple[ScanRow, ...] | None = None
        self.thumbnails: dict[str, Picture] = {}
        self.scan_id = ""
        self.watch("scan", "scan_page", "document")

    def open(self, person_id: str) -> None:
        """Show the papers of a client; nothing of the one before stays."""
        if person_id != self.person_id:
            self.person_id, self.rows, self.scan_id = person_id, None, ""
            self.thumbnails.clear()
            self.loaded.emit()
        self.reload()
        if self.bench.may("scans.print"):
            documents = self.bench.services.documents
            self.ask(documents.printers, self.printers_known.emit, about="printers", lane="files")

    def reload(self) -> None:
        """Ask for the list."""
        scans, person_id = self.bench.services.scans, self.person_id
        if person_id:
            self.ask(lambda: scans.rows(person_id), self._take, about="rows")

    def row(self, scan_id: str) -> ScanRow | None:
        """Return a paper of the list."""
        return next((row for row in self.rows or () if row.id == scan_id), None)

    def look(self, scan_id: str) -> None:
        """Open a paper; noted in the audit."""
        self.scan_id = scan_id
        scans, row = self.bench.services.scans, self.row(scan_id)
        words = row.title if row is not None else ""

        def read() -> ShownPaper:
            pages = tuple(PageImage(page.width, page.height, page.rgb) for page in scans.view(scan_id))
            return ShownPaper(words, "", pages, None)

        self.ask(read, self.shown.emit, self._say_trouble, about="view", lane="files")

    def mend(self) -> None:
        """Bring the lost pages of the paper back from a backup, then open it."""
        scans, scan_id = self.bench.services.scans, self.scan_id

        def done(pages: int) -> None:
            self.mended.emit(pages)
            self.look(scan_id)

        self.act(lambda: scans.mend(scan_id), done, lane="files")

    def print(self, printer: str, copies: int) -> None:
        """Print the paper that is open."""
        scans, scan_id = self.bench.services.scans, self.scan_id
        self.act(lambda: scans.print(scan_id, printer, copies), lambda _: self.printed.emit(), lane="files")

    def save(self, target: Path) -> None:
        """Ask why a readable copy is wanted."""
        self.reason_wanted.emit(target)

    def save_because(self, target: Path, reason: str) -> None:
        """Write a readable copy, with the reason in the audit."""
        scans, scan_id = self.bench.services.scans, self.scan_id
        self.act(lambda: scans.save(scan_id, target, reason), lambda _: self.written.emit(target), lane="files")

    def amend(self, row: ScanRow, part: str, title: str, made_on: str, document_id: str) -> None:
        """Change what is written on a paper."""
        scans = self.bench.services.scans
        self.act(lambda: scans.amend(row.id, row.revision, part, title, made_on, document_id), lambda _: None)

    def remove(self, scan_id: str, reason: str) -> None:
        """Take a paper away, into the bin."""
        removals = self.bench.services.removals
        self.act(lambda: removals.remove_scan(scan_id, reason), lambda _: self._take_removed(scan_id))

    def restore(self, scan_id: str) -> None:
        """Bring a paper back from the bin."""
        removals = self.bench.services.removals
        self.act(lambda: removals.restore("scan", scan_id), lambda _: None)

    def _take(self, rows: tuple[ScanRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()
        for row in rows:
            if row.id not in self.thumbnails:
                self._ask_thumbnail(row.id)

    def _ask_thumbnail(self, scan_id: str) -> None:
        scans = self.bench.services.scans

        def take(picture: Picture) -> None:
            if self.row(scan_id) is not None:  # not of the client before
                self.thumbnails[scan_id] = picture
                self.thumbnail_known.emit(scan_id)

        # a lost page is told when its paper is opened; the list shows the others
        self.ask(lambda: scans.thumbnail(scan_id), take, lambda _: None, about=f"small {scan_id}")

    def _take_removed(self, scan_id: str) -> None:
        if self.scan_id == scan_id:
            self.scan_id = ""
        self.removed.emit(scan_id)

    def _say_trouble(self, trouble: KangyiError) -> None:
        from desktop.services.scans import LOST

        (self.lost if trouble.code == LOST else self.failed).emit(trouble)
