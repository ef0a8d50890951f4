"""What painted widgets and list cells are drawn with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.theme import color, font, pixmap, px, state
from desktop.ui.kit.tokens import AVATAR_COLOURS, TONES

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


@contextmanager
def saved(painter: QPainter) -> Iterator[QPainter]:
    """Restore the painter even when the drawing raises (an unbalanced painter can end the process)."""
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter
    finally:
        painter.restore()


def text_width(text: str, size: float = 14, weight: int = 400) -> int:
    """Return how wide one line of text is."""
    return QFontMetrics(font(size, weight)).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    size: float = 14,
    weight: int = 400,
    ink: str = "text",
    align: Qt.AlignmentFlag = LEFT,
    elide: bool = True,
) -> None:
    """Draw one line of text in a rectangle, shortened with an ellipsis unless told otherwise."""
    painter.setFont(font(size, weight))
    painter.setPen(color(ink))
    if elide:
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
    painter.drawText(rect, align.value | Qt.TextFlag.TextSingleLine.value, text)


def draw_lines(painter: QPainter, rect: QRectF, text: str, size: float = 13, ink: str = "text2") -> None:
    """Draw wrapped text from the top of a rectangle."""
    painter.setFont(font(size))
    painter.setPen(color(ink))
    flags = Qt.TextFlag.TextWrapAnywhere if " " not in text else Qt.TextFlag.TextWordWrap
    painter.drawText(rect, Qt.AlignmentFlag.AlignTop.value | flags.value, text)


def draw_box(
    painter: QPainter,
    rect: QRectF,
    fill: str | None = None,
    line: str | None = None,
    radius: float = 8,
    width: float = 1.0,
) -> None:
    """Draw a rounded rectangle with a token as ground and a token as line."""
    painter.setPen(QPen(color(line), width) if line else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(color(fill) if fill else Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half) if line else rect, radius, radius)


def pill_width(text: str, icon: str = "") -> int:
    """Return the width of a pill."""
    return text_width(text, 12, 500) + px(18) + (px(16) if icon else 0)


def draw_pill(
    painter: QPainter, x: float, middle: float, text: str, tone: str = "off", icon: str = "", from_right: bool = False
) -> int:
    """Draw a pill whose left (or right) edge is `x`; return its width. Its own hairline shows on a selected row."""
    words, ground = TONES[tone]
    width, height = pill_width(text, icon), px(22)
    rect = QRectF(x - width if from_right else x, round(middle - height / 2), width, height)
    painter.setPen(QPen(color(words, 56), 1))
    painter.setBrush(color(ground))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
    if icon:
        painter.drawPixmap(QPointF(rect.x() + px(8), rect.center().y() - px(6.5)), pixmap(icon, words, 13, 2))
        rect.setLeft(rect.left() + px(16))
    draw_text(painter, rect, text, 12, 500, words, CENTER, elide=False)
    return width


def avatar_index(name: str) -> int:
    """Return the colour of a person's avatar: the same name has the same colour on every PC."""
    return sum(map(ord, name)) % len(AVATAR_COLOURS)


def draw_avatar(painter: QPainter, rect: QRectF, name: str, size: float = 14, index: int | None = None) -> None:
    """Draw a disc with the first character of a name."""
    colour = color(AVATAR_COLOURS[avatar_index(name) if index is None else index % len(AVATAR_COLOURS)])
    ground = QColor(colour)
    ground.setAlpha(44)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(rect)
    painter.setPen(colour.lighter(112) if state.dark else colour.darker(150))
    painter.setFont(font(size, 700))
    painter.drawText(rect, CENTER.value, name[:1])


def draw_tile(painter: QPainter, rect: QRectF, icon: str, tone: str = "soft", size: float = 16) -> None:
    """Draw a rounded square with an icon."""
    words, ground = TONES[tone]
    draw_box(painter, rect, ground, None, px(10) if rect.width() > px(30) else px(8))
    corner = rect.center() - QPointF(px(size) / 2, px(size) / 2)
    painter.drawPixmap(corner, pixmap(icon, words, size))


def keycap_width(key: str, size: float = 11) -> int:
    """Return the width of a drawn key."""
    return max(text_width(key, size, 500) + px(12), px(22))


def draw_keycap(painter: QPainter, x: float, middle: float, key: str, size: float = 11) -> int:
    """Draw a key of the keyboard; return its width."""
    width, height = keycap_width(key, size), px(20)
    rect = QRectF(x, round(middle - height / 2), width, height)
    draw_box(painter, rect.translated(0, 1.5), "border2", None, 5)
    draw_box(painter, rect, "surface", "border2", 5)
    draw_text(painter, rect, key, size, 500, "text2", CENTER, elide=False)
    return width


def draw_segments(
    painter: QPainter,
    rect: QRectF,
    options: Sequence[str],
    current: int | None,
    tones: Sequence[str] | None = None,
    size: float = 13,
    focus: int | None = None,
    is_dim: bool = False,
) -> None:
    """Draw a segmented choice: one frame, hairlines, the chosen cell filled, framed and bold."""
    count, radius = len(options), 7.0
    width = rect.width() / count
    tone = "off" if is_dim or current is None else (tones or ["soft"] * count)[current]
    _draw_segment_ground(painter, rect, count, current, tone, radius)
    painter.setPen(QPen(color("border" if is_dim else "border2"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    for place, option in enumerate(options):
        cell = QRectF(QPointF(rect.x() + place * width, rect.y()), QSizeF(width, rect.height()))
        if place == current:
            words = TONES[tone][0]
            painter.setPen(QPen(color(words, 150), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            corner = radius if place in (0, count - 1) else 4
            painter.drawRoundedRect(cell.adjusted(0.7, 0.7, -0.7, -0.7), corner, corner)
            draw_text(painter, cell, option, size, 700, words, CENTER, elide=False)
        else:
            draw_text(painter, cell, option, size, 400, "text3" if is_dim else "text2", CENTER, elide=False)
        if focus == place:
            painter.setPen(QPen(color("text"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(-1.5, -1.5, 1.5, 1.5), radius, radius)


def _draw_segment_ground(
    painter: QPainter, rect: QRectF, count: int, shown: int | None, tone: str, radius: float
) -> None:
    width = rect.width() / count
    frame = QPainterPath()
    frame.addRoundedRect(rect, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("surface"))
    painter.drawPath(frame)
    if shown is not None:
        with saved(painter):
            painter.setClipPath(frame)
            painter.fillRect(QRectF(rect.x() + shown * width, rect.y(), width, rect.height()), color(TONES[tone][1]))
    painter.setPen(QPen(color("border"), 1))
    for edge in range(1, count):
        if shown is None or shown not in (edge, edge - 1):
            x = round(rect.x() + edge * width) + 0.5
            painter.drawLine(QPointF(x, rect.y() + 1), QPointF(x, rect.bottom() - 1))


def draw_focus(painter: QPainter, rect: QRect | QRectF, radius: float = 8, ink: str = "primary") -> None:
    """Draw the ring of keyboard focus."""
    painter.setPen(QPen(color(ink), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)


class Painted(QWidget):
    """Base of painted widgets: a subclass writes `draw`."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        with saved(painter):
            self.draw(painter)
        painter.end()

    def draw(self, painter: QPainter) -> None:
        """Draw the widget; the painter is restored afterwards."""
        raise NotImplementedError
