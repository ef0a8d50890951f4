"""The page that is looked at before it is kept: a frame on it says what stays; mouse or arrow keys move its edges."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.domain.scans import WHOLE
from desktop.i18n import tr
from desktop.ui.kit.painting import Painted, draw_focus, draw_text
from desktop.ui.kit.theme import color, px

Part = tuple[float, float, float, float]
_STEP = 0.01  # of the page, for each press of an arrow key
_LEAST = 0.05
# which edge (left, top, right, bottom) each arrow pushes inward, and which way
_ARROWS = {
    Qt.Key.Key_Left: (2, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (3, -1), Qt.Key.Key_Down: (1, 1),
}  # fmt: skip


class PageCanvas(Painted):
    """Signal `cropped(part)`: the part of the page that is to stay, as fractions of its width and height."""

    cropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._part: Part = WHOLE
        self._from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(px(240), px(140))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("这一页；用鼠标拖出要留下的部分，或用方向键收边，按住 Shift 放边"))

    def show_page(self, image: QImage | None, part: Part) -> None:
        """Show another page, or none."""
        self._image, self._part, self._from = image, part, None
        self.update()

    @property
    def part(self) -> Part:
        """The part that is to stay."""
        return self._part

    def draw(self, painter: QPainter) -> None:
        if self._image is None:
            words, middle = tr("把图片或 PDF 拖到这里，或用上面的按钮；Ctrl+V 可以粘贴"), Qt.AlignmentFlag.AlignCenter
            draw_text(painter, QRectF(self.rect()), words, 14, 400, "text3", middle)
        else:
            sheet = self._sheet()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(sheet, self._image)
            self._shade(painter, sheet)
        if self.hasFocus():
            draw_focus(painter, self.rect())

    def _shade(self, painter: QPainter, sheet: QRectF) -> None:
        """Darken what goes, and frame what stays."""
        stays = self._rect_of(self._part, sheet)
        if self._part != WHOLE:
            veil = QColor(0, 0, 0, 120)
            painter.fillRect(QRectF(sheet.left(), sheet.top(), sheet.width(), stays.top() - sheet.top()), veil)
            painter.fillRect(QRectF(sheet.left(), stays.bottom(), sheet.width(), sheet.bottom() - stays.bottom()), veil)
            painter.fillRect(QRectF(sheet.left(), stays.top(), stays.left() - sheet.left(), stays.height()), veil)
            painter.fillRect(QRectF(stays.right(), stays.top(), sheet.right() - stays.right(), stays.height()), veil)
        painter.setPen(QPen(color("primary" if self._part != WHOLE else "border2"), px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(stays)

    def _sheet(self) -> QRectF:
        """Return where the page lies, as large as the room allows."""
        assert self._image is not None  # noqa: S101 - asked only with a page
        room = QRectF(self.rect()).adjusted(px(6), px(6), -px(6), -px(6))
        scale = min(room.width() / self._image.width(), room.height() / self._image.height())
        width, height = self._image.width() * scale, self._image.height() * scale
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    @staticmethod
    def _rect_of(part: Part, sheet: QRectF) -> QRectF:
        left, top, right, bottom = part
        return QRectF(
            sheet.left() + left * sheet.width(), sheet.top() + top * sheet.height(),
            (right - left) * sheet.width(), (bottom - top) * sheet.height(),
        )  # fmt: skip

    def _place(self, point: QPointF) -> QPointF:
        """Return a point as fractions of the page."""
        sheet = self._sheet()
        x, y = (point.x() - sheet.left()) / sheet.width(), (point.y() - sheet.top()) / sheet.height()
        return QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._image is not None and event.button() == Qt.MouseButton.LeftButton:
            self._from = self._place(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._part = self._between(self._from, self._place(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        self._part = self._between(self._from, self._place(event.position()))
        self._from = None
        self.update()
        self.cropped.emit(self._part)

    @staticmethod
    def _between(one: QPointF, other: QPointF) -> Part:
        """Return the part between two corners; a mere click takes the whole page again."""
        left, right = sorted((one.x(), other.x()))
        top, bottom = sorted((one.y(), other.y()))
        return WHOLE if right - left < _LEAST or bottom - top < _LEAST else (left, top, right, bottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        edge, way = _ARROWS.get(Qt.Key(event.key()), (-1, 0))
        if edge < 0 or self._image is None:
            super().keyPressEvent(event)
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            edge = (edge + 2) % 4  # the opposite edge moves outward
        moved = list(self._part)
        moved[edge] = min(max(moved[edge] + way * _STEP, 0.0), 1.0)
        left, top, right, bottom = moved
        if right - left >= _LEAST and bottom - top >= _LEAST:
            self._part = (left, top, right, bottom)
            self.update()
            self.cropped.emit(self._part)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
