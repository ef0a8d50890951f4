"""What the screens of visits show and save."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.calendar import quarter_of
from desktop.domain.faults import Fault
from desktop.domain.versions import Comparison, compare, flat, with_values
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.histories import LastChange, draft_words
from desktop.services.people import PersonCard
from desktop.services.users import UserRow
from desktop.services.visits import VisitDraft, VisitRow
from desktop.ui.kit.drafting import DraftKeeper, began, draft_from
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
    clashed = Signal(object)  # Comparison: somebody saved meanwhile, and both changed the same fields
    merged = Signal(object)  # VisitDraft that holds the changes of both
    saved = Signal()
    removed = Signal(str)  # id of the visit
    refused = Signal(object)  # KangyiError on saving

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "visits", self)
        self.base = self.stored = VisitDraft("")
        self.name = ""
        self.staff: dict[str, str] = {}
        self.comparison: Comparison | None = None

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
        self.stored = opened.draft
        self.staff = {user.id: user.name for user in opened.staff}
        self.opened.emit(opened)
        subject = "/".join(part for part in (self.base.person_id, self.base.visit_id) if part)
        self.keeper.open(subject, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is None:
            return
        kept, newest = draft_from(row.content, self.base), self.stored
        if kept.revision != newest.revision:
            before = draft_from(began(row.content), newest)
            self._ask_last(newest, lambda last: self.meet(before, kept, newest, last))
            return
        self.base = kept
        self.resumed.emit(self.base)

    def check(self, draft: VisitDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful."""
        return self.bench.services.visits.check(draft)

    def touch(self, draft: VisitDraft) -> None:
        """Something was typed."""
        self.base = draft
        content = {**asdict(draft), "stored": asdict(self.stored)}
        self.keeper.touch(tr("入户记录：{name}", name=self.name), content)

    def meet(self, base: VisitDraft, mine: VisitDraft, theirs: VisitDraft, last: LastChange | None) -> None:
        """Put what was typed beside what somebody else saved; a field both changed waits for a person."""
        found = compare(flat(base), flat(mine), flat(theirs), self._worded)
        self.comparison = replace(found, who=last.who, at=last.at) if last else found
        self.stored = theirs
        if found.clashes:
            self.clashed.emit(self.comparison)
        else:
            self.settle(frozenset())

    def settle(self, kept: Collection[str]) -> None:
        """Go on with both versions in one; of the fields both changed, `kept` stay as typed here."""
        if self.comparison is not None:
            self.touch(with_values(self.base, self.comparison.settled(kept)))
            self.comparison = None
            self.merged.emit(self.base)

    def save(self, draft: VisitDraft, reason: str = "") -> None:
        """Record the visit, then forget the draft."""
        visits = self.bench.services.visits
        self.keeper.keep_now()
        self.act(lambda: visits.record(draft, reason), self._done, self._refuse)

    def remove(self, reason: str) -> None:
        """Take the stored visit away."""
        removals, visit_id = self.bench.services.removals, self.base.visit_id or ""

        def done(_none: object) -> None:
            self.keeper.forget()
            self.removed.emit(visit_id)

        self.act(lambda: removals.remove_visit(visit_id, reason), done, self._refuse)

    def restore(self, visit_id: str) -> None:
        """Bring back what was just taken away."""
        removals = self.bench.services.removals
        self.act(lambda: removals.restore("visit", visit_id), lambda _: None)

    def give_up(self) -> None:
        """Throw the unfinished form away."""
        self.keeper.forget()

    def _done(self, _visit_id: str) -> None:
        self.keeper.forget()
        self.saved.emit()

    def _refuse(self, trouble: KangyiError) -> None:
        visit_id, visits = self.base.visit_id, self.bench.services.visits
        self.refused.emit(trouble)
        if trouble.code == "stale" and visit_id is not None:
            self.ask(lambda: visits.draft(visit_id), self._meet_newest)

    def _meet_newest(self, newest: VisitDraft) -> None:
        base, mine = self.stored, self.base
        self._ask_last(newest, lambda last: self.meet(base, mine, newest, last))

    def _ask_last(self, newest: VisitDraft, done: Callable[[LastChange | None], object]) -> None:
        histories = self.bench.services.histories
        self.ask(lambda: histories.last("visit", newest.visit_id or ""), done, about="last")

    def _worded(self, name: str, value: object) -> tuple[str, str]:
        return draft_words(("visit",), name, value, self.staff)
