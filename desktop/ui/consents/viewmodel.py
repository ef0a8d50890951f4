"""What the screens of consents and agreements show and save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.consents import GridResult, PaperGridRow, RegisteredPaper, SignedPaper, Standing
from desktop.services.documents import DocumentRow, PaperChoices
from desktop.services.people import PersonCard
from desktop.ui.kit.drafting import DraftKeeper, draft_from
from desktop.ui.kit.papers import PaperDesk, answers_from, choices_from, kept_choices
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from datetime import date

    from desktop.services.drafts import DraftRow

_PAUSE = 350  # ms after the last change before the paper is made again


@dataclass(frozen=True)
class OpenedPaper:
    """Everything the screen needs about one person and one kind of paper."""

    card: PersonCard
    standing: Standing
    term: tuple[date, date]
    printed: tuple[DocumentRow, ...]  # printed and not signed yet, newest first
    registered: tuple[RegisteredPaper, ...] = ()  # recorded and in force: what can be corrected


@dataclass(frozen=True)
class PaperForm:
    """What was chosen for printing, and what was written down of the signatures."""

    choices: PaperChoices
    signed: SignedPaper


class PaperViewModel(ViewModel):
    """One consent or agreement of one person: made, previewed, printed; then its signatures recorded."""

    opened = Signal(object)  # OpenedPaper
    resumed = Signal(object)  # PaperForm that was left unfinished
    checked = Signal(object)  # tuple of Fault
    signed = Signal()
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self.keeper = DraftKeeper(bench, "consents", self)
        self.desk.issued.connect(lambda _: self.keeper.forget())  # what was chosen stands on a paper now
        self.name = ""
        self.person_id, self.kind = "", "consent"
        self._choices = PaperChoices()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._make)
        self.watch("consent", "consent_scope", "agreement", "document", "guardian", "person")

    def open(self, person_id: str, kind: str) -> None:
        """Turn to one person and one kind of paper."""
        self.person_id, self.kind = person_id, kind
        self.ask(self._read, self._begin, about="open")
        self.desk.find_printers()

    def reload(self) -> None:
        """Ask for the person, what is in force, and what was printed and not signed yet."""
        self.ask(self._read, self.opened.emit, about="open")

    def touch(self, form: PaperForm) -> None:
        """Something was chosen or typed."""
        name = self.name
        title = tr("知情同意书：{name}", name=name) if self.kind == "consent" else tr("服务协议：{name}", name=name)
        self.keeper.touch(title, {"choices": kept_choices(form.choices), "signed": asdict(form.signed)})

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
        self.keeper.keep_now()
        self.act(lambda: consents.sign(paper), lambda _: self._signed(), self._refuse)

    def correct(self, paper_id: str, paper: SignedPaper, reason: str) -> None:
        """Correct what was recorded of a paper."""
        consents = self.bench.services.consents
        self.act(lambda: consents.correct(paper_id, paper, reason), lambda _: self._signed(), self._refuse)

    def take_back(self, paper_id: str, reason: str) -> None:
        """Say that a paper was recorded by mistake."""
        consents, person_id, kind = self.bench.services.consents, self.person_id, self.kind
        self.act(lambda: consents.take_back(person_id, kind, paper_id, reason), lambda _: self._signed(), self._refuse)

    def give_up(self) -> None:
        """Throw the unfinished form away."""
        self.keeper.forget()

    def _signed(self) -> None:
        self.keeper.forget()
        self.signed.emit()

    def _read(self) -> OpenedPaper:
        services, today = self.bench.services, self.bench.today()
        person_id, kind = self.person_id, self.kind
        rows = services.documents.rows(person_id)
        waiting = tuple(row for row in rows if row.kind == kind and row.status == "printed")
        term = services.consents.suggest_term(kind, today)
        registered = services.consents.registered(person_id, kind) if self.bench.may("consents.correct") else ()
        return OpenedPaper(
            services.people.card(person_id), services.consents.standing(person_id, today), term, waiting, registered
        )

    def _begin(self, opened: OpenedPaper) -> None:
        self.name = opened.card.row.name
        self.opened.emit(opened)
        self.keeper.open(f"{self.person_id}/{self.kind}", self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is not None:
            signed = row.content.get("signed")
            blank = SignedPaper(self.person_id, self.kind, "")
            kept = draft_from(signed, blank) if isinstance(signed, dict) else blank
            form = PaperForm(choices_from(row.content.get("choices")), replace(kept, scopes=answers_from(kept.scopes)))
            self.resumed.emit(form)

    def _make(self) -> None:
        documents, person_id, kind, choices = self.bench.services.documents, self.person_id, self.kind, self._choices
        self.desk.prepare(lambda: documents.prepare(person_id, kind, choices))

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)


class GridViewModel(ViewModel):
    """The grid for papers that were signed before the program came."""

    loaded = Signal()
    resumed = Signal(object)  # cells of the lines that were left unfinished, by person id
    saved = Signal(object)  # GridResult

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "paper_grid", self)
        self.rows: tuple[PaperGridRow, ...] = ()
        self.only_missing = True

    def open(self) -> None:
        """Ask for the clients, then for what was left unfinished."""
        self._ask_rows(lambda: self.keeper.open("", self._resume))

    def reload(self) -> None:
        """Ask for the clients."""
        self._ask_rows(lambda: None)

    def touch(self, lines: dict[str, list[str]]) -> None:
        """Something was typed."""
        filled = {person_id: cells for person_id, cells in lines.items() if cells}
        self.keeper.touch(tr("补录旧文书：{n} 人", n=len(filled)), {"lines": filled})

    def save(self, papers: tuple[SignedPaper, ...]) -> None:
        """Enter all filled lines at once."""
        consents = self.bench.services.consents
        self.act(lambda: consents.sign_many(papers), self._done)

    def _ask_rows(self, then: Callable[[], object]) -> None:
        consents, only_missing = self.bench.services.consents, self.only_missing

        def take(rows: tuple[PaperGridRow, ...]) -> None:
            self.rows = rows
            self.loaded.emit()
            then()

        self.ask(lambda: consents.grid(only_missing), take)

    def _resume(self, row: DraftRow | None) -> None:
        lines = row.content.get("lines") if row is not None else None
        if isinstance(lines, dict) and lines:
            self.resumed.emit(lines)

    def _done(self, result: GridResult) -> None:
        if not result.faults:
            self.keeper.forget()
        self.saved.emit(result)


def faults_of_line(result: GridResult, person_id: str) -> tuple[Fault, ...]:
    """Return the remarks on one line of the grid."""
    return result.faults.get(person_id, ())
