"""What the screens of trainings show and save."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.faults import Fault
from desktop.domain.versions import Comparison, compare, flat, with_values
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.histories import LastChange, draft_words, line_words
from desktop.services.trainings import AttendanceLine, TrainingDraft, TrainingRow
from desktop.services.users import UserRow
from desktop.ui.kit.drafting import DraftKeeper, began, draft_from
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

_LINE = "lines."
NEW = "new"  # subject of the draft of a session that was never saved


class TrainingsViewModel(ViewModel):
    """The sessions of the last three months and those planned."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.rows: tuple[TrainingRow, ...] = ()
        self.watch("training", "attendance", "user_account")

    def reload(self) -> None:
        """Ask for the list."""
        trainings, today = self.bench.services.trainings, self.bench.today()
        self.ask(lambda: trainings.rows(today - timedelta(days=92), today + timedelta(days=31)), self._take)

    def _take(self, rows: tuple[TrainingRow, ...]) -> None:
        self.rows = rows
        self.loaded.emit()


@dataclass(frozen=True)
class OpenedSheet:
    """What the sheet needs to begin: the staff, and the session as stored or suggested."""

    staff: tuple[UserRow, ...]
    draft: TrainingDraft
    is_stored: bool


class TrainingFormViewModel(ViewModel):
    """One session being recorded: checked at every change, kept as a draft, saved once."""

    opened = Signal(object)  # OpenedSheet
    resumed = Signal(object)  # TrainingDraft
    clashed = Signal(object)  # Comparison: somebody saved meanwhile, and both changed the same fields
    merged = Signal(object)  # TrainingDraft that holds the changes of both
    found = Signal(object)  # tuple of AttendanceLine for the dialog "add people"
    saved = Signal(str, bool)  # id, whether the sign-in sheet is wanted
    removed = Signal(str)  # id of the session
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "trainings", self)
        self.base = self.stored = TrainingDraft()
        self.staff: dict[str, str] = {}
        self.comparison: Comparison | None = None

    def open(self, training_id: str | None, person_id: str | None) -> None:
        """Read the sheet; a new one for one person starts with that person alone."""
        services, today = self.bench.services, self.bench.today()

        def read() -> OpenedSheet:
            draft = services.trainings.draft(training_id) if training_id else services.trainings.blank(today)
            if person_id and not training_id:
                draft = replace(
                    draft, form="individual", lines=_only(services.trainings.candidates("", today, 5000), person_id)
                )
            staff = tuple(user for user in services.users.rows() if user.is_active)
            return OpenedSheet(staff, draft, bool(training_id))

        self.ask(read, lambda opened: self._take(opened, training_id or (f"person/{person_id}" if person_id else NEW)))

    def _take(self, opened: OpenedSheet, subject: str) -> None:
        self.base = self.stored = opened.draft
        self.staff = {user.id: user.name for user in opened.staff}
        self.opened.emit(opened)
        self.keeper.open(subject, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is None:
            return
        kept, newest = sheet_from(row.content, self.base), self.stored
        if kept.revision != newest.revision:
            before = sheet_from(began(row.content), newest)
            self._ask_last(newest, lambda last: self.meet(before, kept, newest, last))
            return
        self.base = kept
        self.resumed.emit(self.base)

    def search(self, text: str, on: date) -> None:
        """Look for people to add."""
        trainings = self.bench.services.trainings
        self.ask(lambda: trainings.candidates(text, on), self.found.emit, about="candidates")

    def check(self, draft: TrainingDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful."""
        return self.bench.services.trainings.check(draft)

    def touch(self, draft: TrainingDraft) -> None:
        """Something was typed."""
        self.base = draft
        title = tr("训练记录：{theme}", theme=draft.theme or draft.held_on)
        self.keeper.touch(title, {**asdict(draft), "stored": asdict(self.stored)})

    def meet(self, base: TrainingDraft, mine: TrainingDraft, theirs: TrainingDraft, last: LastChange | None) -> None:
        """Put what was typed beside what somebody else saved; a field both changed waits for a person."""
        found = compare(by_line(base), by_line(mine), by_line(theirs), self._worded)
        self.comparison = replace(found, who=last.who, at=last.at) if last else found
        self.stored = theirs
        if found.clashes:
            self.clashed.emit(self.comparison)
        else:
            self.settle(frozenset())

    def settle(self, kept: Collection[str]) -> None:
        """Go on with both versions in one; of the fields both changed, `kept` stay as typed here."""
        if self.comparison is not None:
            self.touch(sheet_of(self.base, self.comparison.settled(kept)))
            self.comparison = None
            self.merged.emit(self.base)

    def save(self, draft: TrainingDraft, wants_paper: bool = False, reason: str = "") -> None:
        """Record session and attendance at once, then forget the draft."""
        trainings = self.bench.services.trainings
        self.keeper.keep_now()

        def done(training_id: str) -> None:
            self.keeper.forget()
            self.saved.emit(training_id, wants_paper)

        self.act(lambda: trainings.record(draft, reason), done, self._refuse)

    def remove(self, reason: str) -> None:
        """Take the stored session away."""
        removals, training_id = self.bench.services.removals, self.base.training_id or ""

        def done(_none: object) -> None:
            self.keeper.forget()
            self.removed.emit(training_id)

        self.act(lambda: removals.remove_training(training_id, reason), done, self._refuse)

    def restore(self, training_id: str) -> None:
        """Bring back what was just taken away."""
        removals = self.bench.services.removals
        self.act(lambda: removals.restore("training", training_id), lambda _: None)

    def _refuse(self, trouble: KangyiError) -> None:
        training_id, trainings = self.base.training_id, self.bench.services.trainings
        self.refused.emit(trouble)
        if trouble.code == "stale" and training_id is not None:
            self.ask(lambda: trainings.draft(training_id), self._meet_newest)

    def _meet_newest(self, newest: TrainingDraft) -> None:
        base, mine = self.stored, self.base
        self._ask_last(newest, lambda last: self.meet(base, mine, newest, last))

    def _ask_last(self, newest: TrainingDraft, done: Callable[[LastChange | None], object]) -> None:
        histories = self.bench.services.histories
        self.ask(lambda: histories.last("training", newest.training_id or ""), done, about="last")

    def _worded(self, name: str, value: object) -> tuple[str, str]:
        if name.startswith(_LINE):
            return (value.name, line_words("attendance", value)) if isinstance(value, AttendanceLine) else ("", "")
        return draft_words(("training",), name, value, self.staff)


def by_line(draft: TrainingDraft) -> dict[str, Any]:
    """Return the fields of a sheet by name, each line of the group as one of them; remarks on a line are not typed."""
    values = {name: value for name, value in flat(draft).items() if name != "lines"}
    return values | {_LINE + line.person_id: replace(line, warning="") for line in draft.lines}


def sheet_of(draft: TrainingDraft, values: Mapping[str, Any]) -> TrainingDraft:
    """Return a sheet with the fields and lines named as by `by_line`."""
    lines = tuple(value for name, value in values.items() if name.startswith(_LINE) and value is not None)
    return with_values(
        draft, {**{name: each for name, each in values.items() if not name.startswith(_LINE)}, "lines": lines}
    )


def _only(lines: tuple[AttendanceLine, ...], person_id: str) -> tuple[AttendanceLine, ...]:
    return tuple(line for line in lines if line.person_id == person_id)


def sheet_from(content: Mapping[str, object], base: TrainingDraft) -> TrainingDraft:
    """Return the sheet as it was kept; fields this version does not know are passed over."""
    kept = content.get("lines")
    lines = tuple(_line_from(each) for each in kept) if isinstance(kept, list) else base.lines
    return replace(draft_from(content, base), lines=lines)


def _line_from(content: dict[str, object]) -> AttendanceLine:
    known = {each.name for each in fields(AttendanceLine)}
    return AttendanceLine(**{name: value for name, value in content.items() if name in known})  # type: ignore[arg-type]
