"""The rail: where one is, where one can go, who is at the desk, and the lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QFrame, QSizePolicy, QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import Avatar, ElidedLabel, PushButton, button
from desktop.ui.kit.layouts import Item, column, row, separator
from desktop.ui.kit.painting import CENTER, Painted, draw_box, draw_focus, draw_text, saved, text_width
from desktop.ui.kit.theme import icon, pixmap, px
from desktop.ui.shell.areas import Entry

Words = tuple[str, str]


class Logo(Painted):
    """The sign of the program."""

    def __init__(self, side: int = 36) -> None:
        super().__init__()
        self.setFixedSize(px(side), px(side))

    def draw(self, painter: QPainter) -> None:
        draw_box(painter, QRectF(self.rect()), "primary", None, px(10))
        painter.drawPixmap(
            QPointF((self.width() - px(20)) / 2, (self.height() - px(20)) / 2), pixmap("sprout", "onprimary", 20)
        )


class StationName(Painted):
    """The name of the station in at most two lines, and a quiet word below when it fits in one."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__()
        self._name, self._kind = name, kind
        self.setFixedHeight(px(40))
        self.setMinimumWidth(px(80))
        self.setAccessibleName(f"{name}，{kind}")
        self.setToolTip(name)

    def draw(self, painter: QPainter) -> None:
        upper, lower = (QRectF(0, top, self.width(), px(20)) for top in (0, px(20)))
        fits = 0
        while fits < len(self._name) and text_width(self._name[: fits + 1], 14, 700) <= self.width():
            fits += 1
        draw_text(painter, upper, self._name[:fits], 14, 700, elide=False)
        if fits < len(self._name):
            draw_text(painter, lower, self._name[fits:], 14, 700)
        else:
            draw_text(painter, lower, self._kind, 12, 400, "text3")


class WideEntry(PushButton):
    """Icon and words side by side, with a badge."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("  " + entry.words)
        self._words, self._badge = entry.words, 0
        self.setProperty("nav", "1")
        self.setCheckable(True)
        self.setIcon(icon(entry.icon, "text2", 20, checked="link"))
        self.setIconSize(QSize(px(20), px(20)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_badge(0)

    def set_badge(self, number: int) -> None:
        """Show how many duties are overdue."""
        self._badge = number
        self.setAccessibleName(self._words + (tr("，{n} 件已超期", n=number) if number else ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._badge:
            painter = QPainter(self)
            with saved(painter):
                words = str(min(self._badge, 999))
                width = px(24) + px(7) * max(0, len(words) - 2)
                rect = QRectF(self.width() - px(12) - width, (self.height() - px(20)) / 2, width, px(20))
                draw_box(painter, rect, "bad", None, px(10))
                draw_text(painter, rect, words, 12, 700, "surface", CENTER)
            painter.end()


class NarrowEntry(QAbstractButton):
    """Icon above a short word; used when the window is narrow for the letter size."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry, self._badge = entry, 0
        self.setCheckable(True)
        self.setMinimumHeight(px(39))
        self.setMaximumHeight(px(46))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(entry.words)
        self.set_badge(0)

    def set_badge(self, number: int) -> None:
        """Show how many duties are overdue."""
        self._badge = number
        self.setAccessibleName(self._entry.words + (tr("，{n} 件已超期", n=number) if number else ""))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(58), px(45))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(50), px(39))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        with saved(painter):
            self._draw(painter)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        on = self.isChecked()
        ink, rect = "link" if on else "text2", QRectF(self.rect())
        if on or self.underMouse():
            draw_box(painter, rect, "soft" if on else "hover", None, 10)
        top = (self.height() - px(37)) / 2
        painter.drawPixmap(QPointF((self.width() - px(18)) / 2, top + px(1)), pixmap(self._entry.icon, ink, 18))
        words = QRectF(0, top + px(19), self.width(), px(18))
        draw_text(painter, words, self._entry.short, 11, 700 if on else 400, ink, CENTER, elide=False)
        if self._badge:
            badge = QRectF(self.width() / 2 + px(6), px(2), px(18), px(15))
            draw_box(painter, badge, "bad", None, px(7.5))
            draw_text(painter, badge, str(min(self._badge, 99)), 10, 700, "surface", CENTER, elide=False)
        if self.hasFocus():
            draw_focus(painter, rect, 10)


class Rail(QFrame):
    """Navigation at the left. Signals `wanted(route)` and `lock_wanted`."""

    wanted = Signal(str)
    lock_wanted = Signal()

    def __init__(self, entries: Sequence[Entry], is_narrow: bool, station: Words, person: Words) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setAccessibleName(tr("导航"))
        self.setFixedWidth(px(70 if is_narrow else 184))
        self._is_settling = False
        make: Callable[[Entry], WideEntry | NarrowEntry] = NarrowEntry if is_narrow else WideEntry
        self._entries = {entry.route: make(entry) for entry in entries}
        for route, each in self._entries.items():
            # not `clicked`: the accessibility action of a checkable button only toggles
            each.toggled.connect(lambda _, route=route: self._toggle(route))
        high: list[Item] = [self._entries[entry.route] for entry in entries if not entry.is_low]
        low: list[Item] = [self._entries[entry.route] for entry in entries if entry.is_low]
        lock = button("", "lock", "bare", name=tr("锁定（Ctrl+L）"), on_click=self.lock_wanted.emit)
        self.setLayout(
            self._narrow(high, low, lock, person) if is_narrow else self._wide(high, low, lock, station, person)
        )

    @staticmethod
    def _wide(high: list[Item], low: list[Item], lock: QWidget, station: Words, person: Words) -> QBoxLayout:
        head = StationName(*station)
        foot = column(ElidedLabel(person[0], "h3"), ElidedLabel(person[1], "note"), spacing=0)
        return column(
            row(Logo(), (head, 1), spacing=10, margins=(4, 0, 0, 0)), 8, *high, None, *low, 4, separator(), 4,
            row(Avatar(person[0], 34), (foot, 1), lock, spacing=10, margins=(6, 0, 0, 0)),
            spacing=3, margins=(10, 14, 10, 12),
        )  # fmt: skip

    @staticmethod
    def _narrow(high: list[Item], low: list[Item], lock: QWidget, person: Words) -> QBoxLayout:
        return column(
            row(None, Logo(), None), 6, *high, None, *low, 2,
            row(None, lock, None), row(None, Avatar(person[0], 30), None),
            spacing=2, margins=(5, 12, 5, 10),
        )  # fmt: skip

    def show_at(self, route: str) -> None:
        """Light the entry of the screen that shows."""
        self._is_settling = True
        for each, entry in self._entries.items():
            entry.setChecked(each == route)
        self._is_settling = False

    def set_badge(self, route: str, number: int) -> None:
        """Show a number at an entry."""
        if route in self._entries:
            self._entries[route].set_badge(number)

    def routes(self) -> tuple[str, ...]:
        """Return where the entries lead, from top to bottom."""
        return tuple(self._entries)

    def _toggle(self, route: str) -> None:
        if not self._is_settling:
            self.show_at(route)
            self.wanted.emit(route)
