"""One paper on the desk: made, shown, issued once, printed or saved - always the same bytes. QtCore only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop.domain.signatures import ScopeAnswer
from desktop.services.documents import PaperChoices
from desktop.ui.kit.drafting import draft_from
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.documents import PageImage, PreparedPaper

_PREVIEW_DPI = 110


def kept_choices(choices: PaperChoices) -> dict[str, Any]:
    """Return what was chosen for a paper as an unfinished form holds it."""
    return asdict(choices)


def choices_from(content: object) -> PaperChoices:
    """Return what was chosen for a paper from an unfinished form; fields of another version are passed over."""
    kept = draft_from(content if isinstance(content, Mapping) else {}, PaperChoices())
    return replace(kept, scopes=answers_from(kept.scopes))


def answers_from(kept: object) -> tuple[ScopeAnswer, ...]:
    """Return tick-boxes from an unfinished form."""
    lines = kept if isinstance(kept, list | tuple) else ()
    return tuple(ScopeAnswer(str(each["scope"]), bool(each["is_agreed"])) for each in lines)


@dataclass(frozen=True)
class ShownPaper:
    """The pages of a paper as pictures and the facts beside them; `document_id` is None until it is issued."""

    document_no: str
    content_hash: str
    pages: tuple[PageImage, ...]
    document_id: str | None


class Printable(Protocol):
    """What the bar that prints and saves needs of a view-model."""

    @property
    def printers_known(self) -> SignalInstance:
        """The signal with the names of the printers."""
        ...

    def print(self, printer: str, copies: int) -> None:
        """Send what is shown to a printer."""

    def save(self, target: Path) -> None:
        """Write what is shown to a file."""


class PaperDesk(ViewModel):
    """Prepares or fetches one paper; the first print or save issues it, later ones use what was issued."""

    shown = Signal(object)  # ShownPaper
    printers_known = Signal(object)  # tuple of names
    issued = Signal(str)  # document id
    printed = Signal()
    written = Signal(object)  # Path

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.paper: PreparedPaper | None = None
        self.document_id: str | None = None

    def find_printers(self) -> None:
        """Ask the system for its printers."""
        self.ask(self.bench.services.documents.printers, self.printers_known.emit, about="printers", lane="files")

    def prepare(self, make: Callable[[], PreparedPaper]) -> None:
        """Make a new paper and show it; an older answer that is still under way is dropped."""
        documents = self.bench.services.documents
        self.document_id = None

        def job() -> tuple[PreparedPaper, tuple[PageImage, ...]]:
            paper = make()
            return paper, documents.page_images(paper.pdf, _PREVIEW_DPI)

        self.ask(job, self._take_prepared, about="paper", lane="files")

    def fetch(self, document_id: str, document_no: str) -> None:
        """Show a paper that was issued before, exactly as stored."""
        documents = self.bench.services.documents
        self.paper = None
        self.document_id = document_id

        def job() -> ShownPaper:
            return ShownPaper(
                document_no, "", documents.page_images(documents.pdf(document_id), _PREVIEW_DPI), document_id
            )

        self.ask(job, self.shown.emit, about="paper", lane="files")

    def print(self, printer: str, copies: int) -> None:
        """Issue the paper if needed, then send its bytes to a printer."""
        documents = self.bench.services.documents
        self._with_issued(
            lambda document_id: self.act(
                lambda: documents.print(document_id, printer, copies), lambda _: self.printed.emit(), lane="files"
            )
        )

    def save(self, target: Path) -> None:
        """Issue the paper if needed, then write its bytes to a file."""
        documents = self.bench.services.documents
        self._with_issued(
            lambda document_id: self.act(
                lambda: documents.save(document_id, target), lambda _: self.written.emit(target), lane="files"
            )
        )

    def _with_issued(self, go_on: Callable[[str], object]) -> None:
        paper = self.paper
        if self.document_id is not None:
            go_on(self.document_id)
        elif paper is not None:
            documents = self.bench.services.documents
            self.act(lambda: documents.issue(paper), lambda document_id: self._take_issued(document_id, go_on))

    def _take_prepared(self, answer: tuple[PreparedPaper, tuple[PageImage, ...]]) -> None:
        self.paper, pages = answer
        self.shown.emit(ShownPaper(self.paper.document_no, self.paper.content_hash, pages, None))

    def _take_issued(self, document_id: str, go_on: Callable[[str], object]) -> None:
        self.document_id = document_id
        self.issued.emit(document_id)
        go_on(document_id)
