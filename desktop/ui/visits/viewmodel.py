"""What the screens of visits show and save."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QObject, Signal

from desktop.domain.calendar import quarter_of
from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.people import PersonCard
from desktop.services.users import UserRow
from desktop.services.visits import VisitDraft, VisitRow
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

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


class VisitFormViewModel(RecordModel[VisitDraft]):
    """One visit being written."""

    area, table, key = "visits", "visit", "visit_id"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, VisitDraft(""), parent)
        self.name = ""

    def open(self, person_id: str, visit_id: str | None) -> None:
        """Read the file's head and the form; then look for an unfinished one."""
        services, today = self.bench.services, self.bench.today()

        def read() -> Opened:
            draft = services.visits.draft(visit_id) if visit_id else services.visits.blank(person_id, today)
            staff = tuple(user for user in services.users.rows() if user.is_active)
            return Opened(services.people.card(draft.person_id), staff, draft)

        self.ask(read, self._take)

    def check(self, draft: VisitDraft) -> tuple[Fault, ...]:
        return self.bench.services.visits.check(draft)

    def fetch(self, record_id: str) -> VisitDraft:
        return self.bench.services.visits.draft(record_id)

    def write(self, draft: VisitDraft, reason: str) -> str:
        return self.bench.services.visits.record(draft, reason)

    def take_away(self, draft: VisitDraft, reason: str) -> None:
        self.bench.services.removals.remove_visit(draft.visit_id or "", reason)

    def title_of(self, draft: VisitDraft) -> str:
        return tr("入户记录：{name}", name=self.name)

    def _take(self, opened: Opened) -> None:
        self.name, self.names = opened.card.row.name, {user.id: user.name for user in opened.staff}
        draft = opened.draft
        self.begin(opened, "/".join(part for part in (draft.person_id, draft.visit_id) if part))
