"""What the file of one client shows: head, timeline, papers, trainings and visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QObject, Signal

from desktop.i18n import tr
from desktop.services.codes import person_form
from desktop.services.completeness import PersonParts
from desktop.services.documents import DocumentRow
from desktop.services.histories import FieldChange
from desktop.services.people import PersonCard, Timeline
from desktop.services.trainings import TrainingRow
from desktop.services.visits import VisitRow
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = (
    "person", "guardian", "clinical_profile", "episode", "consent", "consent_scope", "agreement", "document",
    "training", "attendance", "visit", "setting", "scan", "assessment",
)  # fmt: skip
PAGE = 50
_NAMED = 3  # so many of the missing facts fit in the panel
_LOOK_BACK = timedelta(days=730)


@dataclass(frozen=True)
class Services:
    """The trainings and visits of one client, newest first."""

    trainings: tuple[TrainingRow, ...]
    visits: tuple[VisitRow, ...]


class PersonFileViewModel(ViewModel):
    """One client at a time; opening another drops the answers about the one before."""

    card_changed = Signal()
    timeline_changed = Signal()
    papers_changed = Signal()
    services_changed = Signal()
    parts_changed = Signal()
    revealed = Signal(str, str)  # name of the field, words

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.card: PersonCard | None = None
        self.timeline: Timeline | None = None
        self.papers: tuple[DocumentRow, ...] | None = None
        self.services: Services | None = None
        self.parts: PersonParts | None = None
        self.kind = "all"
        self._limit = PAGE
        self.watch(*WATCHED)

    def open(self, person_id: str) -> None:
        """Show the file of a client; the audit notes the look."""
        if person_id != self.person_id:
            self.person_id, self.kind, self._limit = person_id, "all", PAGE
            self.card, self.timeline, self.papers, self.services, self.parts = None, None, None, None, None
        self._ask_card(is_noted=True)
        self._ask_all_but_card()

    def reload(self) -> None:
        """Ask again for what is shown after somebody changed it; this is no new look at the file."""
        if self.person_id:
            self._ask_card(is_noted=False)
            self._ask_all_but_card()

    def pick_kind(self, kind: str) -> None:
        """Show only one kind of event."""
        self.kind, self._limit = kind, PAGE
        self._ask_timeline()

    def more(self) -> None:
        """Show older events."""
        if self.timeline is not None and len(self.timeline.items) < self.timeline.total:
            self._limit = len(self.timeline.items) + PAGE
            self._ask_timeline()

    def load_papers(self) -> None:
        """Ask for the papers, when their tab is looked at."""
        papers, person_id = self.bench.services.documents, self.person_id
        self.ask(lambda: papers.rows(person_id), self._take_papers, about="papers")

    def load_services(self) -> None:
        """Ask for trainings and visits, when their tab is looked at."""
        services, person_id, today = self.bench.services, self.person_id, self.bench.today()

        def read() -> Services:
            first, last = today - _LOOK_BACK, date.max
            return Services(
                services.trainings.rows(first, last, person_id), services.visits.rows(first, last, person_id)
            )

        self.ask(read, self._take_services, about="services")

    def load_history(self, done: Callable[[tuple[FieldChange, ...]], object]) -> None:
        """Ask for every change of the file; the audit notes the look."""
        histories, person_id = self.bench.services.histories, self.person_id
        self.act(lambda: histories.person(person_id), done)

    def reveal(self, field: str, reason: str) -> None:
        """Ask for one masked field in full; the audit notes it with the reason."""
        people, person_id = self.bench.services.people, self.person_id
        self.act(lambda: people.reveal(person_id, field, reason), lambda words: self.revealed.emit(field, words))

    def kinds(self) -> list[tuple[str, str]]:
        """Return the chips of the timeline: code and words with the number; kinds without an event are left out."""
        counts = self.timeline.counts if self.timeline else {}
        total = sum(number for kind, number in counts.items() if kind != "all")
        chips = []
        for choice in self.bench.services.codes.choices("timeline_kind"):
            number = total if choice.code == "all" else counts.get(choice.code, 0)
            if number or choice.code in ("all", self.kind):
                chips.append((choice.code, f"{choice.label} {number}"))
        return chips

    def missing_sentence(self) -> str:
        """Name what the file still lacks."""
        missing = self.card.missing if self.card else ()
        if not missing:
            return self._incomplete_sentence()
        named = "、".join(fault.message.rstrip("。") for fault in missing[:_NAMED])
        tail = tr("等") if len(missing) > _NAMED else ""
        return tr("档案还缺 {n} 项：{what}{tail}。", n=len(missing), what=named, tail=tail)

    def _incomplete_sentence(self) -> str:
        """Return what a registered file lacks to be complete."""
        open_ = self.card.incomplete if self.card else ()
        if not open_:
            return ""
        labels = person_form().fields
        named = "、".join(tr(labels[fault.field].label) for fault in open_[:_NAMED] if fault.field in labels)
        tail = tr("等") if len(open_) > _NAMED else ""
        return tr("已登记，离完整还差 {n} 项：{what}{tail}。", n=len(open_), what=named, tail=tail)

    def _ask_card(self, is_noted: bool) -> None:
        people, person_id = self.bench.services.people, self.person_id
        self.ask(lambda: people.card(person_id, is_noted), self._take_card, about="card")

    def _ask_all_but_card(self) -> None:
        self._ask_timeline()
        completeness, person_id = self.bench.services.completeness, self.person_id
        self.ask(lambda: completeness.of(person_id, with_items=False), self._take_parts, about="parts")
        if self.papers is not None:
            self.load_papers()
        if self.services is not None:
            self.load_services()

    def _ask_timeline(self) -> None:
        people, person_id, kind, limit = self.bench.services.people, self.person_id, self.kind, self._limit
        self.ask(lambda: people.timeline(person_id, kind, limit), self._take_timeline, about="timeline")

    def _take_card(self, card: PersonCard) -> None:
        if card.row.id != self.person_id:  # the file became part of another one
            self.person_id = card.row.id
            self._ask_all_but_card()
        self.card = card
        self.card_changed.emit()

    def _take_timeline(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.timeline_changed.emit()

    def _take_parts(self, parts: PersonParts) -> None:
        self.parts = parts
        self.parts_changed.emit()

    def _take_papers(self, papers: tuple[DocumentRow, ...]) -> None:
        self.papers = papers
        self.papers_changed.emit()

    def _take_services(self, services: Services) -> None:
        self.services = services
        self.services_changed.emit()
