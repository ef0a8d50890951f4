"""What the tab, the list and the form of benefits show and save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.benefits import BenefitDraft, ClaimRow, PersonBenefits
from desktop.services.documents import PaperChoices
from desktop.services.people import PersonCard
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.papers import PaperDesk, choices_from, kept_choices
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from datetime import date

    from desktop.services.drafts import DraftRow

WATCHED = ("benefit", "person", "guardian", "clinical_profile", "episode")
REWARD = "guardian_reward"
_PAUSE = 350  # ms after the last change before the paper is made again


class BenefitsViewModel(ViewModel):
    """The benefits of one client, for the tab in the file; nothing is asked before it is looked at."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.found: PersonBenefits | None = None
        self.watch(*WATCHED)

    def open(self, person_id: str) -> None:
        """Turn to one client."""
        if person_id != self.person_id:
            self.person_id, self.found = person_id, None
            self.loaded.emit()
        self.reload()

    def reload(self) -> None:
        """Ask again for what is shown."""
        benefits, person_id = self.bench.services.benefits, self.person_id
        if person_id:
            self.ask(lambda: benefits.of(person_id), self._take)

    def _take(self, found: PersonBenefits) -> None:
        self.found = found
        self.loaded.emit()


class ClaimsViewModel(ViewModel):
    """应享未享 of the whole station."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.claims: tuple[ClaimRow, ...] = ()
        self.kind = ""
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask for the list."""
        self.ask(self.bench.services.benefits.claims, self._take)

    def pick(self, kind: str) -> None:
        """Show one kind, or all."""
        self.kind = kind
        self.loaded.emit()

    def shown(self) -> tuple[ClaimRow, ...]:
        """Return the lines of the kind that is picked."""
        return tuple(claim for claim in self.claims if self.kind in ("", claim.kind))

    def kinds(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number; kinds nobody misses are left out."""
        chips = [("", tr("全部 {n}", n=len(self.claims)))]
        for each in self.bench.services.codes.choices("benefit_kind"):
            number = sum(claim.kind == each.code for claim in self.claims)
            if number or each.code == self.kind:
                chips.append((each.code, f"{each.label} {number}"))
        return chips

    def _take(self, claims: tuple[ClaimRow, ...]) -> None:
        self.claims = claims
        self.loaded.emit()


@dataclass(frozen=True)
class OpenedBenefit:
    """The form, whose it is, and the guardians one can be paid to."""

    card: PersonCard
    draft: BenefitDraft
    guardians: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, str], ...] = ()


class BenefitFormViewModel(RecordModel[BenefitDraft]):
    """One benefit being written."""

    area, table, key = "benefit", "benefit", "benefit_id"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, BenefitDraft(""), parent)
        self.name = ""

    def open(self, person_id: str, benefit_id: str | None, kind: str = "") -> None:
        """Read the form, or begin one of a kind; then look for an unfinished one."""
        services = self.bench.services

        def read() -> OpenedBenefit:
            found = services.benefits.of(person_id)
            guardian_id = found.guardians[0][0] if kind == REWARD and found.guardians else ""
            new = BenefitDraft(person_id, kind=kind, guardian_id=guardian_id)
            # the agreement leads here by its kind alone: the entry that is there already is the one it is about
            known = benefit_id or next((row.id for row in found.rows if row.kind == kind == REWARD), None)
            draft = services.benefits.draft(known) if known else new
            return OpenedBenefit(services.people.card(person_id), draft, found.guardians, found.papers)

        self.ask(read, self._take)

    def check(self, draft: BenefitDraft) -> tuple[Fault, ...]:
        return self.bench.services.benefits.check(draft)

    def fetch(self, record_id: str) -> BenefitDraft:
        return self.bench.services.benefits.draft(record_id)

    def write(self, draft: BenefitDraft, reason: str) -> str:
        return self.bench.services.benefits.record(draft)

    def take_away(self, draft: BenefitDraft, reason: str) -> None:
        self.bench.services.benefits.remove(draft.benefit_id or "", draft.revision)

    def title_of(self, draft: BenefitDraft) -> str:
        return tr("福利：{name}", name=self.name)

    def _take(self, opened: OpenedBenefit) -> None:
        self.name, self.names = opened.card.row.name, dict(opened.guardians + opened.papers)
        draft = opened.draft
        self.begin(opened, "/".join(part for part in (draft.person_id, draft.benefit_id) if part))


class RewardPaperViewModel(ViewModel):
    """The agreement with the guardian: made, previewed, printed."""

    opened = Signal(object, object)  # PersonCard, (first, last day)
    resumed = Signal(object)  # PaperChoices that were left unfinished

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self.keeper = DraftKeeper(bench, REWARD, self)
        self.desk.issued.connect(lambda _: self.keeper.forget())
        self.person_id, self.name = "", ""
        self._choices = PaperChoices()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._make)

    def open(self, person_id: str) -> None:
        """Turn to one client."""
        self.person_id = person_id
        services, today = self.bench.services, self.bench.today()

        def read() -> tuple[PersonCard, tuple[date, date]]:
            return services.people.card(person_id), services.consents.suggest_term(REWARD, today)

        self.ask(read, self._take, about="open")
        self.desk.find_printers()

    def choose(self, choices: PaperChoices) -> None:
        """Make the paper again shortly."""
        self._choices = choices
        self._pause.start()

    def touch(self, choices: PaperChoices) -> None:
        """Something was chosen: keep it, and make the paper again."""
        self.keeper.touch(tr("有奖监护协议：{name}", name=self.name), kept_choices(choices))
        self.choose(choices)

    def _take(self, answer: tuple[PersonCard, tuple[date, date]]) -> None:
        self.name = answer[0].row.name
        self.opened.emit(*answer)
        self.keeper.open(self.person_id, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is not None:
            self.resumed.emit(choices_from(row.content))

    def _make(self) -> None:
        documents, person_id, choices = self.bench.services.documents, self.person_id, self._choices
        self.desk.prepare(lambda: documents.prepare(person_id, REWARD, choices))
