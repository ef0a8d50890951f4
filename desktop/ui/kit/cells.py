"""Ready painters for the cells of a list; each makes a `Column`'s paint function from a function of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop.ui.kit.painting import (
    CENTER,
    RIGHT,
    draw_avatar,
    draw_box,
    draw_pill,
    draw_text,
    draw_tile,
    text_width,
)
from desktop.ui.kit.theme import pixmap, px

Paint = Callable[[QPainter, QRectF, Any], None]


def words_cell(text: Callable[[Any], str], size: float = 13, weight: int = 400, ink: str = "text2") -> Paint:
    """Plain words."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        draw_text(painter, rect, text(record), size, weight, ink)

    return paint


def right_cell(text: Callable[[Any], str], ink: str = "text2") -> Paint:
    """Words or figures aligned to the right."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        draw_text(painter, rect, text(record), 13, 400, ink, RIGHT)

    return paint


def draw_two_lines(painter: QPainter, rect: QRectF, main: str, below: str, ink: str = "text3") -> None:
    """Draw a main line and a quiet one below; only the main line, centred, when there is nothing below."""
    if not below:
        draw_text(painter, rect, main, 14, 500)
        return
    middle = rect.center().y()
    draw_text(painter, QRectF(rect.x(), middle - px(20), rect.width(), px(21)), main, 14, 500)
    draw_text(painter, QRectF(rect.x(), middle + px(1), rect.width(), px(19)), below, 12, 400, ink)


def two_line_cell(texts: Callable[[Any], tuple[str, str]]) -> Paint:
    """A main line and a quiet one below."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        draw_two_lines(painter, rect, *texts(record))

    return paint


def person_cell(texts: Callable[[Any], tuple[str, str]]) -> Paint:
    """Avatar, name, and a quiet line below."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        main, below = texts(record)
        side = px(34)
        disc = QRectF(rect.x(), rect.center().y() - side / 2, side, side)
        draw_avatar(painter, disc, main, 14)
        draw_two_lines(painter, rect.adjusted(side + px(12), 0, 0, 0), main, below)

    return paint


def icon_cell(look: Callable[[Any], tuple[str, str, str, str]]) -> Paint:
    """A tile with an icon and two lines: (icon, tone, main, below)."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        icon, tone, main, below = look(record)
        side = px(32)
        draw_tile(painter, QRectF(rect.x(), rect.center().y() - side / 2, side, side), icon, tone, 16)
        draw_two_lines(painter, rect.adjusted(side + px(12), 0, 0, 0), main, below)

    return paint


def pill_cell(look: Callable[[Any], tuple[str, str, str]]) -> Paint:
    """A pill: (words, tone, icon or ""); nothing when the words are empty."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        words, tone, icon = look(record)
        if words:
            draw_pill(painter, rect.x(), rect.center().y(), words, tone, icon)

    return paint


def toned_cell(look: Callable[[Any], tuple[str, str]]) -> Paint:
    """Words in a token's colour: (words, token); icon and ground are left to pills."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        words, ink = look(record)
        draw_text(painter, rect, words, 13, 500, ink)

    return paint


def small_person_cell(name: Callable[[Any], str]) -> Paint:
    """A small avatar with a name."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        words, side = name(record), px(22)
        if words:
            draw_avatar(painter, QRectF(rect.x(), rect.center().y() - side / 2, side, side), words, 11)
            draw_text(painter, rect.adjusted(side + px(8), 0, 0, 0), words, 13, 400, "text2")

    return paint


def chevron_cell() -> Paint:
    """A chevron: the row opens something."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        painter.drawPixmap(
            QPointF(rect.right() - px(20), rect.center().y() - px(8)), pixmap("chevron-right", "text3", 16)
        )

    return paint


def action_rect(rect: QRectF, words: str) -> QRectF:
    """Return where the action of a row is drawn: at the right of its cell."""
    width = max(text_width(words, 13) + px(24), px(92))
    return QRectF(rect.right() - px(8) - width, rect.center().y() - px(15), width, px(30))


def action_cell(look: Callable[[Any], tuple[str, str]]) -> Paint:
    """The one action of a row: (words, kind); kinds "", primary, ghost. The primary only in the row to handle first."""

    def paint(painter: QPainter, rect: QRectF, record: Any) -> None:
        words, kind = look(record)
        if not words:
            return
        box = action_rect(rect, words)
        if kind == "ghost":
            draw_text(painter, box, words, 13, 500, "link", CENTER)
            return
        is_primary = kind == "primary"
        draw_box(painter, box, "primary" if is_primary else "surface", None if is_primary else "border2", 7)
        draw_text(painter, box, words, 13, 500 if is_primary else 400, "onprimary" if is_primary else "text", CENTER)

    return paint
