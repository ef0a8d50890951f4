"""What the screens of trainings show and save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.faults import Fault
from desktop.domain.versions import flat, with_values
from desktop.i18n import tr
from desktop.services.histories import line_words
from desktop.services.trainings import AttendanceLine, TrainingDraft, TrainingRow
from desktop.services.users import UserRow
from desktop.ui.kit.drafting import draft_from
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

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


class TrainingFormViewModel(RecordModel[TrainingDraft]):
    """One session being recorded, line by line."""

    area, table, key = "trainings", "training", "training_id"

    found = Signal(object)  # tuple of AttendanceLine for the dialog "add people"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, TrainingDraft(), parent)

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

    def search(self, text: str, on: date) -> None:
        """Look for people to add."""
        trainings = self.bench.services.trainings
        self.ask(lambda: trainings.candidates(text, on), self.found.emit, about="candidates")

    def check(self, draft: TrainingDraft) -> tuple[Fault, ...]:
        return self.bench.services.trainings.check(draft)

    def fetch(self, record_id: str) -> TrainingDraft:
        return self.bench.services.trainings.draft(record_id)

    def write(self, draft: TrainingDraft, reason: str) -> str:
        return self.bench.services.trainings.record(draft, reason)

    def take_away(self, draft: TrainingDraft, reason: str) -> None:
        self.bench.services.removals.remove_training(draft.training_id or "", reason)

    def title_of(self, draft: TrainingDraft) -> str:
        return tr("训练记录：{theme}", theme=draft.theme or draft.held_on)

    def values_of(self, draft: TrainingDraft) -> dict[str, Any]:
        return by_line(draft)

    def with_fields(self, draft: TrainingDraft, values: Mapping[str, Any]) -> TrainingDraft:
        return sheet_of(draft, values)

    def read_kept(self, content: Mapping[str, object], base: TrainingDraft) -> TrainingDraft:
        return sheet_from(content, base)

    def worded(self, name: str, value: object) -> tuple[str, str]:
        if name.startswith(_LINE):
            return (value.name, line_words("attendance", value)) if isinstance(value, AttendanceLine) else ("", "")
        return super().worded(name, value)

    def _take(self, opened: OpenedSheet, subject: str) -> None:
        self.names = {user.id: user.name for user in opened.staff}
        self.begin(opened, subject)


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
