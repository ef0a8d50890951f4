"""Rows, columns, cards and pages.

In every list of items: a widget, a layout, (item, stretch), an int = fixed space, None = a stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.kit.theme import color, px

Item: TypeAlias = QWidget | QLayout | tuple[QWidget | QLayout, int] | int | None
Margins: TypeAlias = int | tuple[int, int, int, int]


def _put(layout: QBoxLayout, item: Item) -> None:
    if item is None:
        layout.addStretch(1)
    elif isinstance(item, int):
        layout.addSpacing(px(item))
    else:
        content, stretch = item if isinstance(item, tuple) else (item, 0)
        if isinstance(content, QLayout):
            layout.addLayout(content, stretch)
        elif isinstance(layout, QHBoxLayout) and content.property("is_field"):
            # an error line below one field must not push the label of its neighbour
            layout.addWidget(content, stretch, Qt.AlignmentFlag.AlignTop)
        else:
            layout.addWidget(content, stretch)


def _filled(layout: QBoxLayout, items: tuple[Item, ...], spacing: int, margins: Margins) -> QBoxLayout:
    left, top, right, bottom = margins if isinstance(margins, tuple) else (margins,) * 4
    layout.setSpacing(px(spacing))
    layout.setContentsMargins(px(left), px(top), px(right), px(bottom))
    for item in items:
        _put(layout, item)
    return layout


def row(*items: Item, spacing: int = 8, margins: Margins = 0) -> QBoxLayout:
    """Return a horizontal layout of the items."""
    return _filled(QHBoxLayout(), items, spacing, margins)


def column(*items: Item, spacing: int = 8, margins: Margins = 0) -> QBoxLayout:
    """Return a vertical layout of the items."""
    return _filled(QVBoxLayout(), items, spacing, margins)


def frame(layout: QLayout | None = None, role: str = "clear") -> QFrame:
    """Return a frame of a style role (clear, card, tile, page, white, desk, savebar) around a layout."""
    made = QFrame()
    made.setProperty("role", role)
    if layout is not None:
        made.setLayout(layout)
    return made


def card(*items: Item, spacing: int = 10, margins: Margins = 16, role: str = "card") -> QFrame:
    """Return a card with the items in a column."""
    return frame(column(*items, spacing=spacing, margins=margins), role)


def page(*items: Item, spacing: int = 12, margins: Margins = (24, 14, 24, 16)) -> QFrame:
    """Return a page: the ground of a screen with its usual margins."""
    return frame(column(*items, spacing=spacing, margins=margins), "page")


def separator(is_vertical: bool = False) -> QFrame:
    """Return a hairline."""
    return frame(None, "vseparator" if is_vertical else "separator")


def keep_order(place: QWidget, *widgets: QWidget) -> None:
    """Let Tab visit these widgets, made late, where `place` stands; else they would come last of the whole window."""
    before = place
    # Qt puts nothing behind a widget that takes no focus: go back to one that does
    while not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
        earlier = before.previousInFocusChain()
        if earlier is None or earlier is place:
            break
        before = earlier
    for one, next_one in pairwise((before, *widgets)):
        QWidget.setTabOrder(one, next_one)


def focus_first(place: QWidget) -> None:
    """Put the focus on a place, or on the first control in it: else it would jump out to the rail."""
    for each in (place, *place.findChildren(QWidget)):
        if each.isVisibleTo(place.window()) and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            each.setFocus(Qt.FocusReason.OtherFocusReason)
            return


class Fade(QWidget):
    """A soft edge at the bottom of a scrolled area while there is more below."""

    def __init__(self, area: QAbstractScrollArea, ground: str) -> None:
        super().__init__(area)
        self._area, self._ground = area, ground
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        area.verticalScrollBar().valueChanged.connect(self.update)

    def settle(self) -> None:
        """Move to the bottom edge of the area; called when the area is resized."""
        view = self._area.viewport().geometry()
        self.setGeometry(view.x(), view.bottom() - px(25), view.width(), px(26))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = self._area.verticalScrollBar()
        if bar.value() >= bar.maximum():
            return
        from PySide6.QtGui import QLinearGradient  # its many presets cost time at the start

        painter = QPainter(self)
        gradient = QLinearGradient(0, 0, 0, self.height())
        gradient.setColorAt(0, color(self._ground, 0))
        gradient.setColorAt(0.85, color(self._ground))
        painter.fillRect(self.rect(), gradient)
        painter.end()


class FadingScroll(QScrollArea):
    """A vertical scroll area that ends in a fade, not in a cut row."""

    def __init__(self, ground: str) -> None:
        super().__init__()
        self._fade = Fade(self, ground)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fade.settle()


def scroll(content: QWidget, ground: str = "surface") -> FadingScroll:
    """Return a vertical scroll area around `content` that lies on the token `ground`."""
    area = FadingScroll(ground)
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # else the area paints the window colour over the card it lies on
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


class Flow(QLayout):
    """A row that wraps: chips never clip, whatever the letter size."""

    def __init__(self, *widgets: QWidget, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = px(spacing)
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def _arrange(self, rect: QRect, is_trial: bool) -> int:
        x, y, height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x + size.width() > rect.right() + 1 and x > rect.x():
                x, y, height = rect.x(), y + height + self._gap, 0
            if not is_trial:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            height = max(height, size.height())
        return y + height - rect.y()


def aligned(widgets: Sequence[QWidget], columns: int) -> QFrame:
    """Return small widgets in columns of one width, row by row: many ticks are found sooner than in a ragged flow."""
    lines = QGridLayout()
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setHorizontalSpacing(px(12))
    lines.setVerticalSpacing(px(8))
    for place, widget in enumerate(widgets):
        lines.addWidget(widget, place // columns, place % columns)
    for place in range(columns):
        lines.setColumnStretch(place, 1)
    return frame(lines)


class FlowBox(QWidget):
    """A widget that holds a `Flow` and grows as high as its rows need."""

    def __init__(self, *widgets: QWidget, spacing: int = 8) -> None:
        super().__init__()
        self.flow = Flow(*widgets, spacing=spacing)
        self.setLayout(self.flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Append a widget to the rows."""
        self.flow.addWidget(widget)
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        height = self.flow.heightForWidth(self.width())
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)
