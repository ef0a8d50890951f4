"""The list of records: pages fetched when they are scrolled to, cells painted, words given to screen readers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.ui.kit.basics import ElidedLabel, label
from desktop.ui.kit.cells import Paint, action_rect, words_cell
from desktop.ui.kit.layouts import Fade, Item, column, focus_first, frame, row, separator
from desktop.ui.kit.painting import draw_box, draw_focus, saved
from desktop.ui.kit.theme import color, px, state

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column:
    """One column: `width` 0 takes what is left; `text` is read out, and painted when `paint` is None.

    The column hides while the list is narrower than `hide_below` logical pixels; `action` gives the words of a button.
    A click on the heading sorts by `sort`; `code` is the name under which somebody hides the column.
    """

    title: str
    width: int = 0
    text: Callable[[Any], str] = str
    paint: Paint | None = None
    hide_below: int = 0
    action: Callable[[Any], str] | None = None
    code: str = ""
    sort: str = ""


class RecordsModel(QAbstractTableModel):
    """Rows known so far and placeholders for the rest; `more_wanted` asks for the next page."""

    more_wanted = Signal()

    def __init__(self, columns: Sequence[Column], key: Callable[[Any], str]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.key = key
        self._records: list[Any] = []
        self._total = 0
        self._has_asked = False
        self._wanted = 0
        self._sorting = ("", False)

    def show_sorting(self, by: str, is_descending: bool) -> None:
        """Say in the heading what the list is sorted by, and which way."""
        self._sorting = (by, is_descending)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _arrow(self, each: Column) -> str:
        if not each.sort or each.sort != self._sorting[0]:
            return ""
        return " ↓" if self._sorting[1] else " ↑"

    def replace(self, records: Sequence[Any], total: int | None = None) -> None:
        """Show other records from the top; `total` counts all matches when only a page is given."""
        self.beginResetModel()
        self._records = list(records)
        self._total = max(len(self._records), total if total is not None else 0)
        self._has_asked = False
        self.endResetModel()

    def append(self, records: Sequence[Any]) -> None:
        """Fill the next placeholders; an empty page ends the list."""
        first = len(self._records)
        self._records.extend(records)
        self._has_asked = False
        if not records or len(self._records) > self._total:
            self.layoutAboutToBeChanged.emit()
            self._total = len(self._records)
            self.layoutChanged.emit()
        self.dataChanged.emit(
            self.index(first, 0), self.index(max(first, len(self._records) - 1), len(self.columns) - 1)
        )

    def want(self, last_row: int) -> None:
        """Ask for the next page when `last_row` is not known yet (once, until it came)."""
        self._wanted = last_row
        if last_row >= len(self._records) and len(self._records) < self._total and not self._has_asked:
            self._has_asked = True
            self.more_wanted.emit()

    @property
    def lacking(self) -> int:
        """How many records lie between those known and the last row wanted: many after a jump down the list."""
        return max(0, min(self._wanted + 1, self._total) - len(self._records))

    @property
    def records(self) -> tuple[Any, ...]:
        """The records known so far."""
        return tuple(self._records)

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self._total

    def record(self, row_number: int) -> Any:
        """Return the record of a row, or None for a placeholder."""
        return self._records[row_number] if 0 <= row_number < len(self._records) else None

    def row_of(self, key: str) -> int:
        """Return the row of the record with this key, or -1."""
        return next((place for place, record in enumerate(self._records) if self.key(record) == key), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index.row())
        if record is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return record
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[index.column()].text(record)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            # the first column stands in line with the margin of the card
            each = self.columns[section]
            return ("  " if section == 0 else "") + each.title + self._arrow(each)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class _Cells(QStyledItemDelegate):
    """Paints ground, hairline and the cell; the selected row has a tint and a bar, green while the keyboard is here."""

    def __init__(self, table: RecordTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        with saved(painter):
            self._ground(painter, rect, option, index)
            record = index.data(Qt.ItemDataRole.UserRole)
            cell = cell_rect(rect, index.column())
            if record is None:
                width = cell.width() * (0.55 if index.row() % 2 else 0.4)
                draw_box(painter, QRectF(cell.x(), cell.center().y() - px(5), width, px(10)), "muted", None, px(5))
                return
            self._table.cell_painters[index.column()](painter, cell, record)

    def _ground(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        flags = option.state  # type: ignore[attr-defined]
        if flags & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("sel"))
            if index.column() == 0:
                bar = color("primary" if self._table.hasFocus() else "border2")
                painter.fillRect(QRectF(rect.x(), rect.y(), px(3), rect.height()), bar)
        elif index.row() == self._table.hovered_row:
            painter.fillRect(rect, color("hover"))
        painter.setPen(QPen(color("grid"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def _plain(text: str) -> str:
    """Return a text that stays one cell when it is pasted, and no formula."""
    words = " ".join(text.split())
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words


def cell_rect(rect: QRectF, column_number: int) -> QRectF:
    """Return where the content of a cell is drawn."""
    return rect.adjusted(px(16) if column_number == 0 else px(10), 0, -px(6), 0)


class RecordTable(QTableView):
    """A list of records. Enter or a double click opens a row; a click on the row's button acts on it."""

    row_chosen = Signal(object)
    row_activated = Signal(object)
    action_clicked = Signal(object)
    sort_wanted = Signal(str)

    def __init__(self, model: RecordsModel, name: str, row_height: int = 52, opens_on_click: bool = False) -> None:
        super().__init__()
        self._records = model
        self._opens_on_click = opens_on_click
        self._hidden: frozenset[str] = frozenset()
        self.hovered_row = -1
        self.cell_painters: list[Paint] = [each.paint or words_cell(each.text) for each in model.columns]
        self._fade = Fade(self, "surface")
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_up_headers(row_height)
        self.verticalScrollBar().valueChanged.connect(self._want_more)
        model.modelReset.connect(self._want_more)
        model.dataChanged.connect(self._want_more)
        self.selectionModel().currentRowChanged.connect(lambda current, _: self._choose(current.row()))
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def _set_up_headers(self, row_height: int) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.verticalHeader().setDefaultSectionSize(px(row_height))
        head = self.horizontalHeader()
        head.setFixedHeight(px(34))
        head.setHighlightSections(False)
        head.setSectionsClickable(any(each.sort for each in self._records.columns))
        head.sectionClicked.connect(self._sort_by)
        head.setMinimumSectionSize(px(20))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for place, each in enumerate(self._records.columns):
            if each.width:
                self.setColumnWidth(place, px(each.width))
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def show_records(self, records: Sequence[Any], total: int | None = None) -> None:
        """Show records again, with the same row chosen and the list scrolled as before when that row is still there."""
        current, top = self.current_record(), self.verticalScrollBar().value()
        self._records.replace(records, total)
        place = self._records.row_of(self._records.key(current)) if current is not None else -1
        if place >= 0:
            self.selectRow(place)
            self.verticalScrollBar().setValue(top)
        elif self.hasFocus() and records:
            self.selectRow(0)

    def allow_many(self) -> None:
        """Let several rows be chosen, with Shift and Ctrl; Ctrl+C copies them as they show."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def hide_columns(self, codes: Collection[str]) -> None:
        """Hide the columns of these codes, whatever room there is."""
        self._hidden = frozenset(codes)
        self._settle_columns()

    def chosen_text(self) -> str:
        """Return the chosen rows as they show: a line each, the columns parted by tabs."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        shown = [each for place, each in enumerate(self._records.columns) if not self.isColumnHidden(place)]
        chosen = [record for record in map(self._records.record, rows) if record is not None]
        return "\n".join("\t".join(_plain(each.text(record)) for each in shown) for record in chosen)

    def current_record(self) -> Any:
        """Return the record of the chosen row, or None."""
        return self._records.record(self.currentIndex().row())

    def choose(self, key: str) -> bool:
        """Choose the row with this key and bring it into view."""
        place = self._records.row_of(key)
        if place >= 0:
            self.selectRow(place)
            self.scrollTo(self._records.index(place, 0))
        return place >= 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle_columns()
        super().resizeEvent(event)
        self._fade.settle()
        self._want_more()

    def _settle_columns(self) -> None:
        logical = self.width() / state.scale
        for place, each in enumerate(self._records.columns):
            self.setColumnHidden(place, logical < each.hide_below or bool(each.code and each.code in self._hidden))

    def _sort_by(self, section: int) -> None:
        by = self._records.columns[section].sort
        if by:
            self.sort_wanted.emit(by)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            if self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection and self.chosen_text():
                QGuiApplication.clipboard().setText(self.chosen_text())
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_record() is not None:
            self._open(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Space and self.current_record() is not None:
            self._act(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row())
        is_link = self._action_at(event) is not None or (self._opens_on_click and index.isValid())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        if self._action_at(event) is not None:
            self._act(index.row())
        elif self._opens_on_click and index.isValid():
            self._open(index.row())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)  # Qt makes a row current by this, but not seen
        if not self.selectionModel().hasSelection() and self._records.records:
            self.selectRow(0)

    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        if self.hasFocus() and not self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            draw_focus(painter, self.viewport().rect())
            painter.end()

    def _action_at(self, event: QMouseEvent) -> Any:
        index = self.indexAt(event.position().toPoint())
        record = self._records.record(index.row())
        action = self._records.columns[index.column()].action if index.isValid() else None
        if record is None or action is None or not action(record):
            return None
        box = action_rect(cell_rect(QRectF(self.visualRect(index)), index.column()), action(record))
        return record if box.contains(event.position()) else None

    def _hover(self, row_number: int) -> None:
        if row_number != self.hovered_row:
            self.hovered_row = row_number
            self.viewport().update()

    def _choose(self, row_number: int) -> None:
        record = self._records.record(row_number)
        if record is not None:
            self.row_chosen.emit(record)

    def _open(self, row_number: int) -> None:
        record = self._records.record(row_number)
        if record is not None:
            self.row_activated.emit(record)

    def _act(self, row_number: int) -> None:
        record = self._records.record(row_number)
        if record is not None:
            self.action_clicked.emit(record)

    def _want_more(self) -> None:
        bottom = self.rowAt(self.viewport().height() - 1)
        # placeholders come into view, or the end of what is known is near
        self._records.want((bottom if bottom >= 0 else self._records.total - 1) + 20)


class RecordCard(QFrame):
    """A card with an optional head, the list (or what is shown instead of it), and a footer line."""

    def __init__(self, table: QWidget, *head: Item, footer: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.table = table
        self._instead: QWidget | None = None
        # the stack shows its first widget at once: without a parent that would flash as a window
        place = frame()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(table)
        self.footer = ElidedLabel(footer, "note")
        self.footer_right = label("", "note")
        top: tuple[Item, ...] = (frame(column(*head, spacing=10, margins=(16, 12, 16, 12))),) if head else ()
        bottom = frame(row((self.footer, 1), self.footer_right, margins=(16, 7, 16, 9)))
        # the footer keeps the square corners of the list away from the round ones of the card
        self.setLayout(column(*top, (place, 1), separator(), bottom, spacing=0, margins=1))

    def set_footer(self, text: str, right: str = "") -> None:
        """Say below the list how much is shown."""
        self.footer.set_full_text(text)
        self.footer_right.setText(right)

    def show_instead(self, widget: QWidget | None) -> None:
        """Show an empty state instead of the list, or the list again (None)."""
        here = self._stack.currentWidget().focusWidget()
        had_focus = here is not None and here.hasFocus()
        if widget is not None:
            self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget or self.table)
        if self._instead is not None:
            self._stack.removeWidget(self._instead)
            self._instead.deleteLater()
        self._instead = widget
        if had_focus:
            focus_first(widget or self.table)
