"""The picture of the stick in the computer: shape and badge differ with the state, not only the colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.ui.kit.painting import Painted, draw_box
from desktop.ui.kit.theme import color, pixmap, px

_BADGES = {
    "none": ("", "off"), "ready": ("check", "ok"), "full": ("x", "bad"), "read_only": ("lock", "warn"),
    "writing": ("timer", "info"), "done": ("check-check", "ok"), "failed": ("x", "bad"),
}  # fmt: skip


class StickArt(Painted):
    """States: none, ready, full, read_only, writing, done, failed."""

    def __init__(self) -> None:
        super().__init__()
        self._state = "none"
        self.setMinimumSize(px(260), px(150))

    def set_state(self, state: str, words: str) -> None:
        """Show another state; `words` are read out."""
        self._state = state
        self.setAccessibleName(words)
        self.update()

    def draw(self, painter: QPainter) -> None:
        side = min(self.width() * 0.8, self.height() * 0.96)
        middle = QPointF(self.width() / 2, self.height() / 2)
        unit = side / 300
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("soft"))
        painter.drawEllipse(middle, side / 2, side / 2)
        self._draw_computer(painter, middle, unit)
        if self._state != "none":
            self._draw_stick(painter, middle, unit)

    def _draw_computer(self, painter: QPainter, middle: QPointF, unit: float) -> None:
        body = QRectF(middle.x() - 165 * unit, middle.y() - 62 * unit, 144 * unit, 124 * unit)
        draw_box(painter, body, "surface", "border2", 14 * unit, 1.4)
        for row in range(3):
            for column in range(3):
                key = QRectF(
                    body.x() + (18 + 38 * column) * unit, body.y() + (17 + 26 * row) * unit, 30 * unit, 18 * unit
                )
                draw_box(painter, key, "muted", None, 4 * unit)
        port = QRectF(body.right() - 12 * unit, middle.y() - 25 * unit, 12 * unit, 50 * unit)
        draw_box(painter, port, "text2", None, 3 * unit)

    def _draw_stick(self, painter: QPainter, middle: QPointF, unit: float) -> None:
        plug = QRectF(middle.x() - 20 * unit, middle.y() - 20 * unit, 24 * unit, 40 * unit)
        draw_box(painter, plug, "surface", "border2", 2)
        stick = QRectF(middle.x() + 2 * unit, middle.y() - 36 * unit, 158 * unit, 72 * unit)
        ink = {"full": "bad", "failed": "bad", "read_only": "c2"}.get(self._state, "primary")
        draw_box(painter, stick, ink, None, 16 * unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("onprimary", 46))
        painter.drawRoundedRect(stick.adjusted(12 * unit, 10 * unit, -12 * unit, -10 * unit), 9 * unit, 9 * unit)
        icon, tone = _BADGES[self._state]
        if icon:
            spot = QPointF(stick.right() - 2 * unit, stick.top() - 2 * unit)
            painter.setPen(QPen(color("surface"), 3))
            painter.setBrush(color(tone if tone != "off" else "text3"))
            painter.drawEllipse(spot, px(14), px(14))
            painter.drawPixmap(QPointF(spot.x() - px(9), spot.y() - px(9)), pixmap(icon, "surface", 18, 2.5))
