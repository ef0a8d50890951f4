"""How the events of a timeline are painted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.i18n import tr
from desktop.services.people import TimelineItem
from desktop.ui.kit.painting import RIGHT, draw_pill, draw_text, pill_width, saved, text_width
from desktop.ui.kit.theme import TONES, color, font, pixmap, px

if TYPE_CHECKING:
    from desktop.ui.people.timeline import TimelineView

Index = QModelIndex | QPersistentModelIndex
_HEADING, _HEAD, _LINE = 30, 42, 20
_LEFT, _DISC, _TEXT, _RIGHT = 16, 82, 108, 18
_LOOKS = {
    "training": ("clipboard-check", "soft"),
    "visit": ("house", "soft"),
    "call": ("phone", "info"),
    "assessment": ("chart-line", "info"),
    "document": ("file-text", "info"),
    "registration": ("user-plus", "soft"),
    "due": ("calendar-clock", "warn"),
}


def wrapped(text: str, width: float, most: int = 2) -> list[str]:
    """Break text into at most `most` lines by the rules of the language; the last is shortened with an ellipsis."""
    layout = QTextLayout(text, font(13))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start = line.textStart()
        is_last = len(lines) == most - 1
        lines.append(text[start:] if is_last else text[start : start + line.textLength()])
    layout.endLayout()
    if lines:
        lines[-1] = QFontMetrics(font(13)).elidedText(lines[-1], Qt.TextElideMode.ElideRight, int(width) + 1)
    return lines


class TimelineDelegate(QStyledItemDelegate):
    """Paints month headings and events."""

    def __init__(self, view: TimelineView, today: date) -> None:
        super().__init__(view)
        self._view, self._today = view, today

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry = self._view.events.entry(index.row())
        if not isinstance(entry, TimelineItem):
            return QSize(px(100), px(_HEADING))
        lines = len(wrapped(entry.text, self._room(self._view.viewport().width()))) if entry.text else 0
        return QSize(px(100), px(_HEAD) + px(_LINE) * lines)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._view.events.entry(index.row())
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        with saved(painter):
            if isinstance(entry, TimelineItem):
                self._paint_ground(painter, rect, option)
                self._paint_line(painter, rect, index)
                self._paint_day(painter, rect, entry)
                self._paint_words(painter, rect, entry)
            elif entry is not None:
                heading = QRectF(rect.x() + px(_LEFT), rect.y() + px(2), rect.width(), px(24))
                draw_text(painter, heading, entry, 12, 700, "text3")

    @staticmethod
    def _room(width: float) -> float:
        return width - px(_TEXT) - px(_RIGHT)

    def _paint_ground(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem) -> None:
        flags = option.state  # type: ignore[attr-defined]
        if flags & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.fillRect(rect, color("sel"))
            painter.fillRect(QRectF(rect.x(), rect.y(), px(3), rect.height()), color("primary"))

    def _paint_line(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Draw the line that joins the icon to the one below in the same month."""
        if isinstance(self._view.events.entry(index.row() + 1), TimelineItem):
            x = rect.x() + px(_DISC)
            painter.setPen(QPen(color("border"), 2))
            painter.drawLine(QPointF(x, rect.y() + px(36)), QPointF(x, rect.bottom() + px(4)))

    def _paint_day(self, painter: QPainter, rect: QRectF, item: TimelineItem) -> None:
        left = rect.x() + px(_LEFT)
        draw_text(painter, QRectF(left, rect.y() + px(6), px(48), px(20)), f"{item.on:%m-%d}", 13, 500)
        draw_text(painter, QRectF(left, rect.y() + px(25), px(48), px(18)), self._weekday(item.on), 12, 400, "text3")
        icon, tone = _LOOKS.get(item.kind, ("circle", "off"))
        if item.kind == "due":
            tone = item.tone or tone
        centre = QPointF(rect.x() + px(_DISC), rect.y() + px(19))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(TONES[tone][1]))
        painter.drawEllipse(centre, px(14), px(14))
        painter.drawPixmap(centre - QPointF(px(7.5), px(7.5)), pixmap(icon, TONES[tone][0], 15))

    def _paint_words(self, painter: QPainter, rect: QRectF, item: TimelineItem) -> None:
        left, right = rect.x() + px(_TEXT), rect.right() - px(_RIGHT)
        author_width = min(text_width(item.author, 12) + px(6), int((right - left) * 0.35))
        author = QRectF(right - author_width, rect.y() + px(6), author_width, px(22))
        draw_text(painter, author, item.author, 12, 400, "text3", RIGHT)
        tag_width = pill_width(item.tag) if item.tag else 0
        room = author.left() - left - tag_width - px(16)
        title = QRectF(left, rect.y() + px(6), min(room, text_width(item.title, 14, 500) + 2), px(22))
        draw_text(painter, title, item.title, 14, 500)
        if item.tag:
            draw_pill(painter, title.right() + px(8), rect.y() + px(17), item.tag, item.tone or "off")
        for place, line in enumerate(wrapped(item.text, self._room(rect.width())) if item.text else ()):
            box = QRectF(left, rect.y() + px(29 + _LINE * place), right - left + px(4), px(21))
            draw_text(painter, box, line, 13, 400, "text2", elide=False)

    def _weekday(self, day: date) -> str:
        distance = (self._today - day).days
        if distance in (0, 1):
            return (tr("今天"), tr("昨天"))[distance]
        return (tr("周一"), tr("周二"), tr("周三"), tr("周四"), tr("周五"), tr("周六"), tr("周日"))[day.weekday()]
