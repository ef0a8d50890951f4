"""Labels, buttons and the small painted widgets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.ui.kit.painting import (
    Painted,
    draw_avatar,
    draw_box,
    draw_keycap,
    draw_pill,
    draw_text,
    draw_tile,
    keycap_width,
    pill_width,
    saved,
    text_width,
)
from desktop.ui.kit.theme import color, pixmap, px
from desktop.ui.kit.theme import icon as theme_icon

_ICON_TOKENS = {"primary": "onprimary", "ghost": "link", "danger": "bad"}


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and have the style sheet looked at again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str, role: str = "", wrapped: bool = False, tone: str = "") -> QLabel:
    """Return a label; roles: h1, h1s, h2, h3, medium, sub, small, note, figure, brand, link; tone colours the words."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    made.setWordWrap(wrapped)
    return made


class ElidedLabel(QLabel):
    """One line that shortens with an ellipsis; the tool tip holds the whole."""

    def __init__(self, text: str, role: str = "", tone: str = "") -> None:
        super().__init__(text)
        self._full = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        if tone:
            self.setProperty("tone", tone)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_full_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(px(40), self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shorten()
        super().resizeEvent(event)

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip("" if shown == self._full else self._full)


_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


# the window was left for a moment: who comes back finds the ring where it was
_IN_PASSING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


def show_ring(widget: QWidget, event: QFocusEvent) -> None:
    """Mark a widget while the keyboard holds it, for the rules with [kbf="1"] in the style sheet.

    Not by a filter of the application: that wakes Python for every event, and costs a start 80 ms of types never used.
    """
    is_marked = event.gotFocus() and event.reason() in _BY_KEYBOARD
    if event.reason() not in _IN_PASSING and bool(widget.property("kbf")) != is_marked:
        restyle(widget, kbf="1" if is_marked else "")


class PushButton(QPushButton):
    """A push button with a ring while the keyboard holds it; Enter presses it, not only the space bar."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        show_ring(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        show_ring(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key held down must not press again and again
            self.click()


def button(
    text: str = "",
    icon: str = "",
    kind: str = "",
    small: bool = False,
    name: str = "",
    on_click: Callable[[], object] | None = None,
    big: bool = False,
) -> QPushButton:
    """Return a button; kinds: "", primary, ghost, danger, square, bare. `name` is read out when there is no text."""
    made = PushButton(f" {text}" if icon and text else text)
    made.setAccessibleName(name or text)
    made.setProperty("kind", kind)
    made.setProperty("small", "1" if small else "")
    made.setProperty("big", "1" if big else "")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    if icon:
        made.setIcon(theme_icon(icon, _ICON_TOKENS.get(kind, "text2"), 16))
        made.setIconSize(QSize(px(16), px(16)))
    if not text:
        made.setToolTip(name)
    if on_click is not None:
        made.clicked.connect(lambda *_: on_click())
    return made


class Pill(Painted):
    """A state in words on a tinted ground."""

    def __init__(self, text: str, tone: str = "off", icon: str = "") -> None:
        super().__init__()
        self.set_state(text, tone, icon)

    def set_state(self, text: str, tone: str = "off", icon: str = "") -> None:
        """Show another state."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setFixedSize(pill_width(text, icon), px(22))
        self.setAccessibleName(text)
        self.update()

    def draw(self, painter: QPainter) -> None:
        draw_pill(painter, 0, self.height() / 2, self._text, self._tone, self._icon)


class Avatar(Painted):
    """A disc with the first character of a name."""

    def __init__(self, name: str, diameter: int = 36, size: float = 0, index: int | None = None) -> None:
        super().__init__()
        self._name, self._size, self._index = name, size or round(diameter * 0.4), index
        self.setFixedSize(px(diameter), px(diameter))
        self.setAccessibleName(name)

    def set_name(self, name: str) -> None:
        """Show another person."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def draw(self, painter: QPainter) -> None:
        draw_avatar(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._name, self._size, self._index)


class Tile(Painted):
    """A rounded square with an icon."""

    def __init__(self, icon: str, tone: str = "soft", side: int = 36, size: float = 18) -> None:
        super().__init__()
        self._icon, self._tone, self._size = icon, tone, size
        self.setFixedSize(px(side), px(side))

    def set_look(self, icon: str, tone: str) -> None:
        """Show another icon and tone."""
        self._icon, self._tone = icon, tone
        self.update()

    def draw(self, painter: QPainter) -> None:
        draw_tile(painter, QRectF(self.rect()), self._icon, self._tone, self._size)


class IconLabel(QLabel):
    """An icon that is only looked at."""

    def __init__(self, icon: str, ink: str = "text3", size: float = 16) -> None:
        super().__init__()
        self._size = size
        self.setFixedSize(px(size), px(size))
        self.set_icon(icon, ink)

    def set_icon(self, icon: str, ink: str) -> None:
        """Show another icon."""
        self.setPixmap(pixmap(icon, ink, self._size))


class Switch(QAbstractButton):
    """Yes or no that takes effect at once; signal `toggled(bool)`."""

    def __init__(self, on: bool = False, name: str = "") -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setFixedSize(px(36), px(20))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        with saved(painter):
            self._draw(painter)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        on, height = self.isChecked(), self.height()
        ground = ("primary" if self.isEnabled() else "border2") if on else "surface2"
        draw_box(painter, QRectF(self.rect()), ground, None if on else "border2", height / 2, 1.4)
        side = height - px(6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("onprimary" if on else "text3"))
        painter.drawEllipse(QRectF(self.width() - side - px(3) if on else px(3), px(3), side, side))
        if on:
            painter.drawPixmap(QPointF(px(5), (height - px(10)) / 2), pixmap("check", "onprimary", 10, 3))
        if self.hasFocus():
            painter.setPen(QPen(color("text"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), height / 2, height / 2)


class KeyHints(Painted):
    """A quiet line of keys with what they do; entries drop from the end when the width is short."""

    def __init__(self, hints: list[tuple[tuple[str, ...], str]]) -> None:
        super().__init__()
        self._hints: list[tuple[tuple[str, ...], str]] = []
        self.setFixedHeight(px(24))
        self.setMinimumWidth(px(120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_hints(hints)

    def set_hints(self, hints: list[tuple[tuple[str, ...], str]]) -> None:
        """Show only what works here."""
        self._hints = hints
        self.setAccessibleName("；".join(f"{'+'.join(keys)} {what}" for keys, what in hints))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(keys, what) for keys, what in self._hints), px(24))

    @staticmethod
    def _width(keys: tuple[str, ...], what: str) -> int:
        return sum(keycap_width(key) + px(4) for key in keys) + text_width(what, 12) + px(20)

    def draw(self, painter: QPainter) -> None:
        x: float = 0
        for keys, what in self._hints:
            if x + self._width(keys, what) - px(18) > self.width():
                return
            for key in keys:
                x += draw_keycap(painter, x, self.height() / 2, key) + px(4)
            width = text_width(what, 12)
            draw_text(painter, QRectF(x + px(2), 0, width + 4, self.height()), what, 12, 400, "text2", elide=False)
            x += width + px(20)
