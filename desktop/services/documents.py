"""Papers (文书): prepared, shown, issued, printed, kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.services.consents import ScopeAnswer
from desktop.services.desk import Desk


@dataclass(frozen=True)
class PaperKind:
    """A paper that can be printed: kind (consent, agreement ...), title, template version."""

    kind: str
    title: str
    template: str
    template_version: str


@dataclass(frozen=True)
class PaperChoices:
    """What the clerk chose before printing; dates as text, empty means the usual value."""

    scopes: tuple[ScopeAnswer, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    price_text: str = ""
    is_large_print: bool = False


@dataclass(frozen=True)
class PreparedPaper:
    """A finished PDF that is not stored yet: exactly these bytes are shown, stored and printed."""

    person_id: str | None
    kind: str
    title: str
    document_no: str
    template: str
    template_version: str
    content: dict[str, object] = field(repr=False)
    content_hash: str = ""
    file_sha256: str = ""
    pages: int = 0
    pdf: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class DocumentRow:
    """One paper in the list of a file."""

    id: str
    person_id: str | None
    person_name: str
    file_no: str
    kind: str
    title: str
    document_no: str
    template_version: str
    made_at: datetime
    pages: int
    status: str


@dataclass(frozen=True)
class PageImage:
    """One page as RGB bytes, row by row, 3 bytes a pixel."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


class Documents:
    """Making papers and finding them again, unchanged."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[PaperKind, ...]:
        """Return the papers this version can print for one person."""
        raise NotImplementedError

    def prepare(self, person_id: str, kind: str, choices: PaperChoices) -> PreparedPaper:
        """Make the PDF of a paper for one person; nothing is stored yet."""
        raise NotImplementedError

    def prepare_sign_in_sheet(self, training_id: str) -> PreparedPaper:
        """Make the sign-in sheet (签到表) of a group session."""
        raise NotImplementedError

    def issue(self, paper: PreparedPaper) -> str:
        """Store exactly these bytes as the paper with this number; refuses when the number was taken meanwhile."""
        raise NotImplementedError

    def rows(self, person_id: str | None = None, limit: int = 200) -> tuple[DocumentRow, ...]:
        """Return papers, newest first, of one person or of the station."""
        raise NotImplementedError

    def pdf(self, document_id: str) -> bytes:
        """Return the stored bytes of a paper; raises OperationalError when they no longer fit their hash."""
        raise NotImplementedError

    def page_images(self, pdf: bytes, dpi: int = 110) -> tuple[PageImage, ...]:
        """Return the pages of a PDF as pictures for the preview."""
        raise NotImplementedError

    def printers(self) -> tuple[str, ...]:
        """Return the printers of this PC, the usual one first."""
        raise NotImplementedError

    def print(self, document_id: str, printer: str, copies: int = 2) -> None:
        """Send the stored bytes to a printer of the system."""
        raise NotImplementedError

    def save(self, document_id: str, target: Path) -> None:
        """Write the stored bytes to a file the clerk chose (the audit notes it)."""
        raise NotImplementedError
