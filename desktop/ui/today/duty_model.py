"""The duties as a list model: headings of groups and the duties below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.i18n import tr
from desktop.services.today import DutyRow

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TONES = {"overdue": "bad", "today": "warn"}


def tone_of(group: str) -> str:
    """Return the tone of a group of duties."""
    return _TONES.get(group, "info")


@dataclass(frozen=True)
class Heading:
    """The line above a group: its words, how many, its tone."""

    words: str
    count: int
    tone: str


Entry = Heading | DutyRow


class DutyModel(QAbstractListModel):
    """Headings and duties in one column; headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show(self, duties: Sequence[DutyRow], label: Callable[[str], str]) -> None:
        """Show other duties, under the headings of their groups."""
        entries: list[Entry] = []
        for place, duty in enumerate(duties):
            if not place or duties[place - 1].group != duty.group:
                count = sum(each.group == duty.group for each in duties)
                entries.append(Heading(label(duty.group), count, tone_of(duty.group)))
            entries.append(duty)
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """Return what stands in a row, None below the last."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_duty = isinstance(self.entry(index.row()), DutyRow)
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_duty else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(entry)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(entry, DutyRow):
            return entry.reason
        return None

    def place_of(self, subject: tuple[str, str]) -> int:
        """Return the row of a duty by kind and subject, or of the first duty; -1 when there is none."""
        duties = [(row, entry) for row, entry in enumerate(self._entries) if isinstance(entry, DutyRow)]
        same = [row for row, entry in duties if (entry.kind, entry.subject) == subject]
        return same[0] if same else duties[0][0] if duties else -1


def spoken(entry: Entry) -> str:
    """Return a row as a sentence, for screen readers."""
    if isinstance(entry, Heading):
        return tr("{group}，{n} 件", group=entry.words, n=entry.count)
    who = tr("负责人{who}", who=entry.who) if entry.who else ""
    parts = (entry.title, entry.what, entry.reason, entry.due_text, who, entry.action_label)
    return "，".join(part for part in parts if part)
