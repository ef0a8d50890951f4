"""The sheet of one session: a whole group recorded by digits, or by dragging over the cells."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.i18n import tr
from desktop.services.trainings import AttendanceLine
from desktop.ui.kit.layouts import Fade
from desktop.ui.kit.painting import (
    CENTER,
    draw_avatar,
    draw_box,
    draw_focus,
    draw_segments,
    draw_text,
    saved,
    text_width,
)
from desktop.ui.kit.theme import color, pixmap, px
from desktop.ui.trainings.sheet_model import AFTER, BEFORE, NAME, NOTE, NUMBER, PARTICIPATION, STATE, SheetModel

Index = QModelIndex | QPersistentModelIndex
_STATE_TONES = {"present": "ok", "late": "info", "left_early": "info", "leave": "warn", "absent": "bad"}
_PARTICIPATION_TONES = {"active": "soft", "fair": "soft", "passive": "warn", "refused": "warn"}
_LEAST_MOOD, _MOST_MOOD = 1, 10


class _Cells(QStyledItemDelegate):
    """Paints the cells; only the note opens an editor."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._sheet = sheet

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        with saved(painter):
            self._ground(painter, rect, index)
            painters = {
                NUMBER: self._number, NAME: self._name, STATE: self._state, PARTICIPATION: self._participation,
                BEFORE: self._mood, AFTER: self._mood, NOTE: self._note,
            }  # fmt: skip
            painters[index.column()](painter, rect, self._sheet.sheet.lines[index.row()], index)
            if (
                index == self._sheet.currentIndex()
                and self._sheet.hasFocus()
                and index.column() in (BEFORE, AFTER, NOTE)
            ):
                draw_focus(painter, rect.adjusted(px(2), px(3), -px(2), -px(3)), 6)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(tr("备注"))
        return editor

    def _ground(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        if index.row() == self._sheet.currentIndex().row():
            painter.fillRect(rect, color("sel"))
            if index.column() == NUMBER:
                painter.fillRect(QRectF(rect.x(), rect.y(), px(3), rect.height()), color("primary"))
        painter.setPen(color("grid"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _number(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        draw_text(painter, rect.adjusted(px(16), 0, 0, 0), str(index.row() + 1), 13, 400, "text3")

    def _name(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        side = px(24)
        draw_avatar(painter, QRectF(rect.x(), rect.center().y() - side / 2, side, side), line.name, 11)
        is_there = self._sheet.sheet.was_there(line)
        words = rect.adjusted(side + px(9), 0, -px(6), 0)
        if line.warning:
            words.setRight(words.right() - px(18))
            painter.drawPixmap(
                QPointF(rect.right() - px(22), rect.center().y() - px(8)), pixmap("triangle-alert", "warn", 16)
            )
        draw_text(painter, words, line.name, 14, 500, "text" if is_there else "text3")

    def _state(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        model = self._sheet.sheet
        tones = [_STATE_TONES.get(code, "soft") for code in model.states]
        current = model.states.index(line.state) if line.state in model.states else None
        has_focus = index == self._sheet.currentIndex() and self._sheet.hasFocus()
        focus = (current if current is not None else 0) if has_focus else None
        draw_segments(painter, segments_rect(rect), model.state_words, current, tones, 13, focus)

    def _participation(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        model = self._sheet.sheet
        tones = [_PARTICIPATION_TONES.get(code, "soft") for code in model.participations]
        current = model.participations.index(line.participation) if line.participation else None
        has_focus = index == self._sheet.currentIndex() and self._sheet.hasFocus()
        focus = (current if current is not None else 0) if has_focus else None
        is_dim = not model.was_there(line)
        draw_segments(painter, segments_rect(rect), model.participation_words, current, tones, 13, focus, is_dim)

    def _mood(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        if not self._sheet.sheet.was_there(line):
            draw_text(painter, rect, "—" if index.column() == BEFORE else "", 13, 400, "text3", CENTER)
            return
        value = line.mood_before if index.column() == BEFORE else line.mood_after
        fell = index.column() == AFTER and (line.mood_after or 99) < (line.mood_before or 0)
        box = QRectF(rect.center().x() - px(14), rect.center().y() - px(13), px(28), px(26))
        if value is None:
            draw_box(painter, box, "surface", "border2", 6)
            return
        draw_box(painter, box, "badbg" if fell else "muted" if index.column() == BEFORE else "soft", None, 6)
        draw_text(
            painter, box, str(value), 13, 700 if index.column() == AFTER else 400, "bad" if fell else "text2", CENTER
        )

    def _note(self, painter: QPainter, rect: QRectF, line: AttendanceLine, index: Index) -> None:
        cell = rect.adjusted(px(8), 0, -px(8), 0)
        fault = self._sheet.sheet.faults.get(line.person_id)
        if fault is None:
            words = line.note or line.warning
            draw_text(painter, cell, words, 13, 400, "text2" if line.note else "warn")
            return
        ink = "bad" if fault.severity == "error" else "warn"
        painter.drawPixmap(QPointF(cell.x(), cell.center().y() - px(8)), pixmap("circle-alert", ink, 15))
        draw_text(painter, cell.adjusted(px(21), 0, 0, 0), fault.message, 13, 500, ink)


def segments_rect(cell: QRectF) -> QRectF:
    """Return where the segments of a cell are drawn."""
    return QRectF(cell.x(), cell.center().y() - px(14), cell.width() - px(16), px(28))


class Sheet(QTableView):
    """1-5 write and step down, arrows move, space opens the note, Ctrl+Z undoes; dragging repeats the answer."""

    def __init__(self, model: SheetModel) -> None:
        super().__init__()
        self.sheet = model
        self._dragged: tuple[int, Any] | None = None
        self._fade = Fade(self, "surface")
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(tr("出勤表"))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_up_headers()

    def _set_up_headers(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(33))
        head = self.horizontalHeader()
        head.setFixedHeight(px(30))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(px(20))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        option = max(text_width(words, 13, 700) for words in [*self.sheet.state_words, *self.sheet.participation_words])
        cell = option + px(16)
        widths = {
            NUMBER: px(40), NAME: px(178), STATE: cell * len(self.sheet.states) + px(16),
            PARTICIPATION: cell * len(self.sheet.participations) + px(16), BEFORE: px(66), AFTER: px(50),
        }  # fmt: skip
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fade.settle()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.sheet.lines:
            self.setCurrentIndex(self.sheet.index(0, STATE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key, is_control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_control and key == Qt.Key.Key_Z:
            self._undo()
        elif not index.isValid():
            super().keyPressEvent(event)
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and self._digit(index, key - Qt.Key.Key_0.value):
            self._step_down(index)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self.sheet.index(index.row(), NOTE))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._clear(index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        value = self._option_at(index, event.position()) if index.isValid() else None
        super().mousePressEvent(event)
        if value is not None:
            self._dragged = index.column(), value
            self.sheet.put(index.row(), index.column(), value)
        elif index.isValid() and index.column() == NOTE:
            self.edit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self._dragged is None or not index.isValid():
            return
        column, value = self._dragged
        current = self.sheet.lines[index.row()]
        is_same = value in (current.state, current.participation)
        if not is_same and (column == STATE or self.sheet.was_there(current)):
            self.setCurrentIndex(self.sheet.index(index.row(), column))
            self.sheet.put(index.row(), column, value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None
        super().mouseReleaseEvent(event)

    def _digit(self, index: Index, digit: int) -> bool:
        """Write what a digit means in this column; say whether it meant something."""
        row, column = index.row(), index.column()
        if column in (NUMBER, NAME, STATE) and 1 <= digit <= len(self.sheet.states):
            self.sheet.put(row, STATE, self.sheet.states[digit - 1])
            return True
        if not self.sheet.was_there(self.sheet.lines[row]):
            return False
        if column == PARTICIPATION and 1 <= digit <= len(self.sheet.participations):
            self.sheet.put(row, PARTICIPATION, self.sheet.participations[digit - 1])
            return True
        if column in (BEFORE, AFTER):
            self.sheet.put(row, column, digit or _MOST_MOOD)
            return True
        return False

    def _clear(self, index: Index) -> None:
        empty: dict[int, Any] = {STATE: "", PARTICIPATION: "", BEFORE: None, AFTER: None, NOTE: ""}
        if index.column() in empty:
            self.sheet.put(index.row(), index.column(), empty[index.column()])

    def _step_down(self, index: Index) -> None:
        column = STATE if index.column() in (NUMBER, NAME) else index.column()
        row = min(index.row() + 1, len(self.sheet.lines) - 1)
        self.setCurrentIndex(self.sheet.index(row, column))

    def _undo(self) -> None:
        index = self.currentIndex()
        row, column = index.row(), index.column()
        self.sheet.undo()
        self.setCurrentIndex(self.sheet.index(min(row, len(self.sheet.lines) - 1), column))

    def _option_at(self, index: Index, at: QPointF) -> Any:
        options = {STATE: self.sheet.states, PARTICIPATION: self.sheet.participations}.get(index.column())
        if options is None or (
            index.column() == PARTICIPATION and not self.sheet.was_there(self.sheet.lines[index.row()])
        ):
            return None
        box = segments_rect(QRectF(self.visualRect(index)))
        place = int((at.x() - box.x()) / (box.width() / len(options)))
        return options[place] if 0 <= place < len(options) and box.top() <= at.y() <= box.bottom() else None
