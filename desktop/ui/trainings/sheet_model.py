"""The lines of one session as a table that can be edited and undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.codes import Codes, entry
from desktop.services.trainings import AttendanceLine

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
NUMBER, NAME, STATE, PARTICIPATION, BEFORE, AFTER, NOTE = range(7)
_FIELDS = {STATE: "state", PARTICIPATION: "participation", BEFORE: "mood_before", AFTER: "mood_after", NOTE: "note"}


class SheetModel(QAbstractTableModel):
    """One line a participant; every change can be undone; signal `edited` after each."""

    edited = Signal()

    def __init__(self, codes: Codes) -> None:
        super().__init__()
        self.lines: list[AttendanceLine] = []
        self.faults: dict[str, Fault] = {}
        self._past: list[list[AttendanceLine]] = []
        states = codes.choices("attendance")
        self.states = [choice.code for choice in states]
        self.state_words = [tr(entry("attendance", choice.code).get("short", choice.label)) for choice in states]
        self.participations = [choice.code for choice in codes.choices("participation")]
        self.participation_words = [choice.label for choice in codes.choices("participation")]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 7

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        titles = ("", tr("姓名"), tr("出勤"), tr("参与"), tr("情绪 前"), tr("后"), tr("备注"))
        return titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.EditRole):
            return None
        return self.words(self.lines[index.row()], index.row(), index.column())

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if index.column() == NOTE else Qt.ItemFlag(0))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self.change([index.row()], note=str(value))
        return True

    def words(self, line: AttendanceLine, row: int, column: int) -> str:
        """Return a cell in words, for screen readers and the editor."""
        if column == STATE:
            return self.state_words[self.states.index(line.state)] if line.state in self.states else tr("未记")
        if column == PARTICIPATION:
            known = line.participation in self.participations
            return self.participation_words[self.participations.index(line.participation)] if known else ""
        texts = {
            NUMBER: str(row + 1),
            NAME: line.name,
            BEFORE: line.mood_before,
            AFTER: line.mood_after,
            NOTE: line.note,
        }
        return str(texts[column] if texts[column] is not None else "")

    def was_there(self, line: AttendanceLine) -> bool:
        """Say whether participation and mood can be told of this line."""
        return not line.state or bool(entry("attendance", line.state).get("attended"))

    def show_lines(self, lines: Sequence[AttendanceLine]) -> None:
        """Start with these lines; nothing to undo."""
        self.beginResetModel()
        self.lines, self._past = list(lines), []
        self.endResetModel()

    def change(self, rows: Sequence[int], **values: Any) -> None:
        """Put values into lines; who was not there loses participation and mood."""
        self._remember()
        for row in rows:
            line = replace(self.lines[row], **values)
            if not self.was_there(line):
                line = replace(line, participation="", mood_before=None, mood_after=None)
            self.lines[row] = line
        self._tell()

    def put(self, row: int, column: int, value: Any) -> None:
        """Put a value into one cell."""
        self.change([row], **{_FIELDS[column]: value})

    def all_present(self) -> None:
        """Record everybody not recorded yet as present."""
        self.change([row for row, line in enumerate(self.lines) if not line.state], state=self.states[0])

    def add(self, lines: Sequence[AttendanceLine]) -> None:
        """Add people who are not on the sheet yet."""
        here = {line.person_id for line in self.lines}
        self._replace([*self.lines, *(line for line in lines if line.person_id not in here)])

    def remove(self, row: int) -> None:
        """Take one person off the sheet."""
        self._replace([line for place, line in enumerate(self.lines) if place != row])

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self.beginResetModel()
            self.lines = self._past.pop()
            self.endResetModel()
            self.edited.emit()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Keep the remarks on lines so that the note column can show them."""
        self.faults = {}
        for fault in faults:
            part = (fault.field or "").split(".")
            if part[0] == "lines" and len(part) == 3:
                self.faults.setdefault(part[1], fault)
        if self.lines:
            self.dataChanged.emit(self.index(0, NOTE), self.index(len(self.lines) - 1, NOTE))

    def _replace(self, lines: list[AttendanceLine]) -> None:
        self._remember()
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()
        self.edited.emit()

    def _remember(self) -> None:
        self._past.append(list(self.lines))
        del self._past[:-200]

    def _tell(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, NOTE))
        self.edited.emit()
