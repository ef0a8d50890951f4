"""Lists whose rows stand under headings: duties by urgency, events by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
H = TypeVar("H")
R = TypeVar("R")
_ROOT = QModelIndex()


class GroupedModel(QAbstractListModel, Generic[H, R]):
    """Headings and records in one column; headings cannot be chosen."""

    def __init__(
        self,
        kind: type[R],
        spoken: Callable[[H | R], str],
        tip: Callable[[R], str],
        parent: QObject | None = None,
    ) -> None:
        """Read rows out by `spoken`, give records the tool tip `tip`; records are of the class `kind`."""
        super().__init__(parent)
        self._kind, self._spoken, self._tip = kind, spoken, tip
        self._entries: list[H | R] = []

    def show_entries(self, entries: Sequence[H | R]) -> None:
        """Show other rows, headings included."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def entry(self, row: int) -> H | R | None:
        """Return what stands in a row, None below the last."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def record(self, row: int) -> R | None:
        """Return the record in a row, None where a heading or nothing stands."""
        entry = self.entry(row)
        return entry if isinstance(entry, self._kind) else None

    def first(self, is_wanted: Callable[[R], bool] = lambda _: True) -> int:
        """Return the row of the first record that is wanted; -1 when there is none."""
        rows = (row for row, entry in enumerate(self._entries) if isinstance(entry, self._kind) and is_wanted(entry))
        return next(rows, -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_record = self.record(index.row()) is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_record else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, record = self.entry(index.row()), self.record(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) and entry is not None:
            return self._spoken(entry)
        if role == Qt.ItemDataRole.ToolTipRole and record is not None:
            return self._tip(record)
        return None
