"""What the screens of trainings show and save."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.trainings import AttendanceLine, TrainingDraft, TrainingRow
from desktop.services.users import UserRow
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.drafts import DraftRow

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
    found = Signal(object)  # tuple of AttendanceLine for the dialog "add people"
    saved = Signal(str, bool)  # id, whether the sign-in sheet is wanted
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "trainings", self)
        self.base = TrainingDraft()

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
        self.base = opened.draft
        self.opened.emit(opened)
        self.keeper.open(subject, self._resume)

    def _resume(self, row: DraftRow | None) -> None:
        if row is not None:
            self.base = sheet_from(row.content, self.base)
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
        self.keeper.touch(title, asdict(draft))

    def save(self, draft: TrainingDraft, wants_paper: bool = False) -> None:
        """Record session and attendance at once, then forget the draft."""
        trainings = self.bench.services.trainings
        self.keeper.keep_now()

        def done(training_id: str) -> None:
            self.keeper.forget()
            self.saved.emit(training_id, wants_paper)

        self.act(lambda: trainings.record(draft), done, self._refuse)

    def _refuse(self, trouble: KangyiError) -> None:
        self.refused.emit(trouble)


def _only(lines: tuple[AttendanceLine, ...], person_id: str) -> tuple[AttendanceLine, ...]:
    return tuple(line for line in lines if line.person_id == person_id)


def sheet_from(content: dict[str, object], base: TrainingDraft) -> TrainingDraft:
    """Return the sheet as it was kept; fields this version does not know are passed over."""
    known = {each.name for each in fields(TrainingDraft)} - {"lines"}
    kept = content.get("lines")
    lines = tuple(_line_from(each) for each in kept) if isinstance(kept, list) else base.lines
    values = {name: value for name, value in content.items() if name in known}
    return replace(base, **values, lines=lines)  # type: ignore[arg-type]


def _line_from(content: dict[str, object]) -> AttendanceLine:
    known = {each.name for each in fields(AttendanceLine)}
    return AttendanceLine(**{name: value for name, value in content.items() if name in known})  # type: ignore[arg-type]
