"""The base of forms over one record: kept while it is typed, compared when two changed it, saved once. QtCore only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.versions import flat, with_values
from desktop.services.histories import draft_words
from desktop.ui.kit.drafting import DraftKeeper, began, draft_from
from desktop.ui.kit.meeting import Meeting
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.domain.faults import Fault
    from desktop.errors import KangyiError
    from desktop.services.drafts import DraftRow

D = TypeVar("D", bound=Any)  # a frozen dataclass with the field `revision`


class RecordModel(ViewModel, Generic[D]):
    """One record being written; an area says how it is read, checked and saved, and the words for its drafts."""

    opened = Signal(object)  # what the screen shows at first; its `draft` is the form
    resumed = Signal(object)  # the form as it was left unfinished
    clashed = Signal(object)  # Comparison: somebody saved meanwhile, and both changed the same fields
    merged = Signal(object)  # the form that holds the changes of both
    saved = Signal(str)  # id of the record
    removed = Signal(str)  # id of the record
    refused = Signal(object)  # KangyiError on saving

    area: ClassVar[str]  # of its drafts
    table: str  # where the record is stored
    key: ClassVar[str] = ""  # field of the form that holds the id of a stored record

    def __init__(self, bench: Workbench, blank: D, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, self.area, self)
        self.meeting = Meeting(bench, self.worded, self)
        self.meeting.clashed.connect(self.clashed)
        self.meeting.settled.connect(self._take_settled)
        self.base: D = blank
        self.stored: D = blank
        self.names: dict[str, str] = {}  # words for the ids of people that stand in the form

    # what an area says

    def check(self, draft: D) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful; no database."""
        raise NotImplementedError

    def fetch(self, record_id: str) -> D:
        """Return the stored record as a form (in the background)."""
        raise NotImplementedError

    def write(self, draft: D, reason: str) -> str:
        """Store the form; return the id of the record (in the background)."""
        raise NotImplementedError

    def take_away(self, draft: D, reason: str) -> None:
        """Take the stored record away (in the background)."""
        raise NotImplementedError

    def title_of(self, draft: D) -> str:
        """Return the words under which the unfinished form is offered again."""
        raise NotImplementedError

    def values_of(self, draft: D) -> dict[str, Any]:
        """Return the fields of a form by name, as they are compared."""
        return flat(draft)

    def with_fields(self, draft: D, values: Mapping[str, Any]) -> D:
        """Return a form with other values, named as by `values_of`."""
        return with_values(draft, values)

    def read_kept(self, content: Mapping[str, object], base: D) -> D:
        """Return the form as it was kept."""
        return draft_from(content, base)

    def worded(self, name: str, value: object) -> tuple[str, str]:
        """Return the label of a field and its value in words."""
        return draft_words((self.table,), name, value, self.names)

    # what all of them do

    @property
    def record_id(self) -> str:
        """The id of the stored record; "" for a new one."""
        found: str | None = getattr(self.stored, self.key)
        return found or ""

    @property
    def is_new(self) -> bool:
        """Whether the record was not stored before."""
        return not self.record_id

    def begin(self, opened: Any, subject: str) -> None:
        """Show a form as stored or suggested; then look for an unfinished one."""
        self.base = self.stored = opened.draft
        self.opened.emit(opened)
        self.keeper.open(subject, self._resume)

    @property
    def is_changed(self) -> bool:
        """Whether the form holds anything that is not stored."""
        return bool(self.values_of(self.base) != self.values_of(self.stored))

    def touch(self, draft: D) -> None:
        """Something was typed."""
        self.base = draft
        self.keeper.touch(self.title_of(draft), {**asdict(draft), "stored": asdict(self.stored)})

    def settle(self, kept: Collection[str]) -> None:
        """Go on with both versions in one; of the fields both changed, `kept` stay as typed here."""
        self.meeting.settle(kept)

    def save(self, draft: D, reason: str = "") -> None:
        """Store the form, then forget the draft."""
        self.keeper.keep_now()
        self.act(lambda: self.write(draft, reason), self._saved, self._refuse)

    def remove(self, reason: str = "") -> None:
        """Take the stored record away."""
        stored = self.stored
        if self.record_id:
            self.act(lambda: self.take_away(stored, reason), lambda _: self._removed(), self._refuse)

    def give_up(self) -> None:
        """Throw the unfinished form away: what holds is what is stored."""
        self.base = self.stored
        self.keeper.forget()

    def forget(self) -> None:
        """Let nothing of the form count as typed any longer; its record was stored or taken away."""
        self.base = self.stored

    def _saved(self, record_id: str) -> None:
        self.keeper.forget()
        self.saved.emit(record_id)

    def _removed(self) -> None:
        self.keeper.forget()
        self.removed.emit(self.record_id)

    def _resume(self, row: DraftRow | None) -> None:
        if row is None:
            return
        kept, newest = self.read_kept(row.content, self.base), self.stored
        if kept.revision != newest.revision:
            self._meet(self.read_kept(began(row.content), newest), kept, newest)
            return
        self.base = kept
        self.resumed.emit(kept)

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)
        record_id = self.record_id
        if trouble.code == "stale" and record_id:
            self.ask(lambda: self.fetch(record_id), lambda newest: self._meet(self.stored, self.base, newest))

    def _meet(self, base: D, mine: D, newest: D) -> None:
        """Put what was typed beside what somebody else saved."""
        self.stored = newest
        self.meeting.meet(
            self.table, self.record_id, self.values_of(base), self.values_of(mine), self.values_of(newest)
        )

    def _take_settled(self, values: Mapping[str, Any]) -> None:
        self.touch(self.with_fields(self.base, values))
        self.merged.emit(self.base)
