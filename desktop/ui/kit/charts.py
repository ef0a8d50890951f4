"""The few charts in use; each reads itself out by its accessible name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy

from desktop.i18n import tr
from desktop.ui.kit.painting import CENTER, Painted, draw_box, draw_focus, draw_text, text_width
from desktop.ui.kit.theme import px


@dataclass(frozen=True)
class DayCell:
    """One day of the week strip: the day's letter, its number, the line below, and how it looks."""

    letter: str
    number: str
    note: str
    is_today: bool = False
    is_off: bool = False


class WeekStrip(Painted):
    """Seven days; arrows move, Enter or a click picks. Signal `picked(place)`."""

    picked = Signal(int)

    def __init__(self, days: Sequence[DayCell] = ()) -> None:
        super().__init__()
        self._days: tuple[DayCell, ...] = ()
        self._focus = 0
        self.setFixedHeight(px(84))
        self.setMinimumWidth(px(7 * 32))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_days(days)

    def set_days(self, days: Sequence[DayCell]) -> None:
        """Show another week."""
        self._days = tuple(days)
        self._focus = next((place for place, day in enumerate(self._days) if day.is_today), 0)
        said = "；".join(f"{day.letter} {day.number} {day.note}" for day in self._days)
        self.setAccessibleName(tr("本周：{days}", days=said))
        self.update()

    def _cell(self, place: int) -> QRectF:
        gap = px(4)
        width = (self.width() - gap * 6) / 7
        return QRectF(place * (width + gap), 0, width, self.height())

    def draw(self, painter: QPainter) -> None:
        for place, day in enumerate(self._days):
            cell = self._cell(place)
            ground = "primary" if day.is_today else "surface2" if day.is_off else "surface"
            draw_box(painter, cell, ground, None if day.is_today else "border", px(9))
            words = "onprimary" if day.is_today else "text3" if day.is_off else "text"
            quiet = words if day.is_today else "text3"
            strong = words if day.is_today else "text3" if day.is_off else "link"
            for text, top, size, weight, ink in (
                (day.letter, 8, 12, 400, quiet),
                (day.number, 29, 17, 700, words),
                (day.note, 54, 12, 500, strong),
            ):
                draw_text(
                    painter,
                    QRectF(cell.x(), px(top), cell.width(), px(22)),
                    text,
                    size,
                    weight,
                    ink,
                    CENTER,
                    elide=False,
                )
            if self.hasFocus() and place == self._focus:
                # around today's dark cell a ring in its own colour would not be seen
                draw_focus(painter, cell.adjusted(1, 1, -1, -1), px(9), "text" if day.is_today else "primary")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place in range(len(self._days)):
            if self._cell(place).contains(event.position()):
                self._focus = place
                self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._days:
            self._focus = max(0, min(len(self._days) - 1, self._focus + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._days:
            self.picked.emit(self._focus)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()


@dataclass(frozen=True)
class Part:
    """One part of a total: words, number, token of its colour."""

    words: str
    number: int
    ink: str


class TotalsBar(Painted):
    """Numbers with their words above one bar in the same order and colours."""

    def __init__(self, parts: Sequence[Part] = ()) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        self.setFixedHeight(px(40))
        self.setMinimumWidth(px(240))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_parts(parts)

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Show other numbers."""
        self._parts = tuple(parts)
        self.setAccessibleName("，".join(f"{part.words} {part.number}" for part in self._parts))
        self.update()

    def draw(self, painter: QPainter) -> None:
        x: float = 0
        for part in self._parts:
            draw_box(painter, QRectF(x, px(10), px(10), px(10)), part.ink, None, 3)
            words, number = text_width(part.words, 13), text_width(str(part.number), 15, 700)
            draw_text(painter, QRectF(x + px(16), px(4), words + 2, px(22)), part.words, 13, 400, "text2", elide=False)
            draw_text(
                painter, QRectF(x + px(20) + words, px(3), number + 2, px(22)), str(part.number), 15, 700, elide=False
            )
            x += px(20) + words + number + px(18)
        self._draw_bar(painter)

    def _draw_bar(self, painter: QPainter) -> None:
        bar = QRectF(0, self.height() - px(8), self.width(), px(7))
        draw_box(painter, bar, "muted", None, px(3.5))
        total = sum(part.number for part in self._parts)
        x: float = 0
        for part in self._parts:
            width = self.width() * part.number / total if total else 0
            if part.number and part.ink not in ("scroll", "muted"):
                draw_box(painter, QRectF(x, bar.y(), max(width - 1, 2), bar.height()), part.ink, None, px(2))
            x += width
