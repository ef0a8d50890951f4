"""The list of duties: groups with painted rows, one action each, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from desktop.i18n import tr
from desktop.services.today import DutyRow
from desktop.ui.kit.layouts import Fade
from desktop.ui.today.duty_cells import DutyDelegate, action_rect
from desktop.ui.today.duty_model import DutyModel


class DutyList(QListView):
    """Duties by mouse (the button of a row, or a double click) and by keyboard (arrows, Enter)."""

    wanted = Signal(object)  # DutyRow

    def __init__(self) -> None:
        super().__init__()
        self.duties = DutyModel(self)
        self.hot_row = -1
        self.shows_focus = False
        self._fade = Fade(self, "surface")
        self.setModel(self.duties)
        self.setItemDelegate(DutyDelegate(self))
        self.setProperty("role", "clear")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("待办清单"))

    def show_duties(self, duties: Sequence[DutyRow], label: Callable[[str], str]) -> None:
        """Show other duties; the row that was chosen stays chosen when it is still there, the place stays too."""
        chosen = self.current_duty()
        place = self.verticalScrollBar().value()
        self.duties.show(duties, label)
        row = self.duties.place_of((chosen.kind, chosen.subject) if chosen else ("", ""))
        if row >= 0:
            self.setCurrentIndex(self.duties.index(row))
        self.verticalScrollBar().setValue(place)

    def current_duty(self) -> DutyRow | None:
        """Return the duty chosen."""
        return self.duties.record(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        duty = self.current_duty()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and duty is not None:
            self.wanted.emit(duty)
            return
        self._show_ring(is_shown=True)
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_ring(is_shown=False)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._point_at(event.position().toPoint())
        duty = self.duties.record(self.hot_row)
        if event.button() == Qt.MouseButton.LeftButton and duty is not None:
            self.wanted.emit(duty)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        duty = self.duties.record(self.indexAt(event.position().toPoint()).row())
        if duty is not None and self.hot_row < 0:
            self.wanted.emit(duty)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(QPoint(-1, -1))
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_ring(is_shown=event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fade.settle()

    def _point_at(self, point: QPoint) -> None:
        index = self.indexAt(point)
        is_duty = self.duties.record(index.row()) is not None
        is_on_button = is_duty and action_rect(QRectF(self.visualRect(index))).contains(QPointF(point))
        self.hot_row = index.row() if is_on_button else -1
        shape = Qt.CursorShape.PointingHandCursor if is_on_button else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    def _show_ring(self, is_shown: bool) -> None:
        if is_shown != self.shows_focus:
            self.shows_focus = is_shown
            self.viewport().update()
