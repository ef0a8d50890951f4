"""What the screens of visits show and save."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.calendar import quarter_of
from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.people import PersonCard
from desktop.services.users import UserRow
from desktop.services.visits import VisitDraft, VisitRow
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

WATCHED = ("visit", "person", "episode", "consent", "agreement", "setting")


@dataclass(frozen=True)
class VisitLists:
    """The two lists of the screen: what is due up to the end of the quarter, and what was recorded lately."""

    due: tuple[VisitRow, ...]
    done: tuple[VisitRow, ...]


class VisitsViewModel(ViewModel):
    """Visits due and visits made."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.lists = VisitLists((), ())
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask for both lists."""
        visits, today = self.bench.services.visits, self.bench.today()

        def both() -> VisitLists:
            return VisitLists(visits.due(quarter_of(today).last), visits.rows(today - timedelta(days=92), today))

        self.ask(both, self._take)

    def _take(self, lists: VisitLists) -> None:
        self.lists = lists
        self.loaded.emit()


@dataclass(frozen=True)
class Opened:
    """Everything the form needs to begin: the file's head, the staff, the form as stored or suggested."""

    card: PersonCard
    staff: tuple[UserRow, ...]
    draft: VisitDraft


class VisitFormViewModel(ViewModel):
    """One visit being written: checked at every change, kept as a draft, saved once."""

    opened = Signal(object)  # Opened
    resumed = Signal(object)  # VisitDraft found unfinished
    saved = Signal()
    refused = Signal(object)  # KangyiError on saving

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "visits", self)
        self.base = VisitDraft("")
        self.name = ""

    def open(self, person_id: str, visit_id: str | None) -> None:
        """Read the file's head and the form; then look for an unfinished one."""
        services, today = self.bench.services, self.bench.today()

        def read() -> Opened:
            draft = services.visits.draft(visit_id) if visit_id else services.visits.blank(person_id, today)
            staff = tuple(user for user in services.users.rows() if user.is_active)
            return Opened(services.people.card(draft.person_id), staff, draft)

        self.ask(read, self._take)

    def _take(self, opened: Opened) -> None:
        self.base, self.name = opened.draft, opened.card.row.name
        self.opened.emit(opened)
        subject = "/".join(part for part in (self.base.person_id, self.base.visit_id) if part)
        self.keeper.open(subject, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is not None:
            self.base = draft_from(row.content, self.base)
            self.resumed.emit(self.base)

    def check(self, draft: VisitDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful."""
        return self.bench.services.visits.check(draft)

    def touch(self, draft: VisitDraft) -> None:
        """Something was typed."""
        self.base = draft
        self.keeper.touch(tr("入户记录：{name}", name=self.name), asdict(draft))

    def save(self, draft: VisitDraft) -> None:
        """Record the visit, then forget the draft."""
        visits = self.bench.services.visits
        self.keeper.keep_now()
        self.act(lambda: visits.record(draft), self._done, self._refuse)

    def give_up(self) -> None:
        """Throw the unfinished form away."""
        self.keeper.forget()

    def _done(self, _visit_id: str) -> None:
        self.keeper.forget()
        self.saved.emit()

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)


def draft_from(content: dict[str, object], base: VisitDraft) -> VisitDraft:
    """Return the form as it was kept; fields this version does not know are passed over."""
    known = {each.name for each in fields(VisitDraft)}
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items() if name in known
    }
    return replace(base, **values)  # type: ignore[arg-type]
