"""What the screens of consents and agreements show and save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.services.consents import GridResult, PaperGridRow, SignedPaper, Standing
from desktop.services.documents import DocumentRow, PaperChoices
from desktop.services.people import PersonCard
from desktop.ui.kit.papers import PaperDesk
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from datetime import date

_PAUSE = 350  # ms after the last change before the paper is made again


@dataclass(frozen=True)
class OpenedPaper:
    """Everything the screen needs about one person and one kind of paper."""

    card: PersonCard
    standing: Standing
    term: tuple[date, date]
    printed: tuple[DocumentRow, ...]  # printed and not signed yet, newest first


class PaperViewModel(ViewModel):
    """One consent or agreement of one person: made, previewed, printed; then its signatures recorded."""

    opened = Signal(object)  # OpenedPaper
    checked = Signal(object)  # tuple of Fault
    signed = Signal()
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self.person_id, self.kind = "", "consent"
        self._choices = PaperChoices()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._make)
        self.watch("consent", "consent_scope", "agreement", "document", "guardian", "person")

    def open(self, person_id: str, kind: str) -> None:
        """Turn to one person and one kind of paper."""
        self.person_id, self.kind = person_id, kind
        self.reload()
        self.desk.find_printers()

    def reload(self) -> None:
        """Ask for the person, what is in force, and what was printed and not signed yet."""
        services, today = self.bench.services, self.bench.today()
        person_id, kind = self.person_id, self.kind

        def read() -> OpenedPaper:
            rows = services.documents.rows(person_id)
            waiting = tuple(row for row in rows if row.kind == kind and row.status == "printed")
            term = services.consents.suggest_term(kind, today)
            return OpenedPaper(
                services.people.card(person_id), services.consents.standing(person_id, today), term, waiting
            )

        self.ask(read, self.opened.emit, about="open")

    def choose(self, choices: PaperChoices) -> None:
        """Something was chosen: make the paper again shortly."""
        self._choices = choices
        self._pause.start()

    def check(self, paper: SignedPaper) -> None:
        """Ask what is wrong with the record of a signed paper."""
        consents = self.bench.services.consents
        self.ask(lambda: consents.check(paper), self.checked.emit, about="check")

    def sign(self, paper: SignedPaper) -> None:
        """Bring the paper into force."""
        consents = self.bench.services.consents
        self.act(lambda: consents.sign(paper), lambda _: self.signed.emit(), self._refuse)

    def _make(self) -> None:
        documents, person_id, kind, choices = self.bench.services.documents, self.person_id, self.kind, self._choices
        self.desk.prepare(lambda: documents.prepare(person_id, kind, choices))

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)


class GridViewModel(ViewModel):
    """The grid for papers that were signed before the program came."""

    loaded = Signal()
    saved = Signal(object)  # GridResult

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.rows: tuple[PaperGridRow, ...] = ()
        self.only_missing = True

    def reload(self) -> None:
        """Ask for the clients."""
        consents, only_missing = self.bench.services.consents, self.only_missing
        self.ask(lambda: consents.grid(only_missing), self._take)

    def save(self, papers: tuple[SignedPaper, ...]) -> None:
        """Enter all filled lines at once."""
        consents = self.bench.services.consents
        self.act(lambda: consents.sign_many(papers), self._done)

    def _take(self, rows: tuple[PaperGridRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()

    def _done(self, result: GridResult) -> None:
        self.saved.emit(result)


def faults_of_line(result: GridResult, person_id: str) -> tuple[Fault, ...]:
    """Return the remarks on one line of the grid."""
    return result.faults.get(person_id, ())
