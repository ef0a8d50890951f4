"""The steps of a wizard, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.i18n import tr
from desktop.ui.kit.painting import CENTER, Painted, draw_text
from desktop.ui.kit.theme import color, pixmap, px


class Steps(Painted):
    """Numbered discs joined by a line: done, current, to come."""

    def __init__(self, names: Sequence[str], current: int = 0) -> None:
        super().__init__()
        self._names = tuple(names)
        self.setFixedHeight(px(60))
        self.set_current(current)

    def set_current(self, current: int) -> None:
        """Show another step as the current one."""
        self._current = current
        name = self._names[min(current, len(self._names) - 1)]
        self.setAccessibleName(tr("第 {n} 步，共 {m} 步：{name}", n=current + 1, m=len(self._names), name=name))
        self.update()

    def draw(self, painter: QPainter) -> None:
        width = self.width() / len(self._names)
        for place in range(1, len(self._names)):
            centre = width * place + width / 2
            painter.setPen(QPen(color("primary" if place <= self._current else "border2"), 2))
            painter.drawLine(QPointF(centre - width + px(22), px(16)), QPointF(centre - px(22), px(16)))
        for place in range(len(self._names)):
            self._draw_step(painter, place, width * place + width / 2, width)

    def _draw_step(self, painter: QPainter, place: int, centre: float, width: float) -> None:
        middle, is_current, is_done = px(16), place == self._current, place < self._current
        is_filled = is_current or is_done
        painter.setPen(QPen(Qt.PenStyle.NoPen) if is_filled else QPen(color("border2"), 1.5))
        painter.setBrush(color("primary" if is_filled else "surface"))
        painter.drawEllipse(QPointF(centre, middle), px(14), px(14))
        if is_done:
            painter.drawPixmap(QPointF(centre - px(8), middle - px(8)), pixmap("check", "onprimary", 16, 2.5))
        else:
            number = QRectF(centre - px(20), middle - px(20), px(40), px(40))
            draw_text(painter, number, str(place + 1), 13, 700, "onprimary" if is_current else "text3", CENTER)
        name = QRectF(centre - width / 2, px(36), width, px(22))
        draw_text(
            painter, name, self._names[place], 13, 700 if is_current else 400, "text" if is_current else "text3", CENTER
        )
