"""The timeline of a file: months as headings, one icon per kind, up to two lines of words, the author at the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from desktop.i18n import tr
from desktop.services.people import TimelineItem
from desktop.ui.kit.groups import GroupedModel
from desktop.ui.kit.layouts import Fade
from desktop.ui.people.timeline_cells import TimelineDelegate

Entry = str | TimelineItem
_NEAR_END = 400  # pixels before the end where older events are asked for


class TimelineModel(GroupedModel[str, TimelineItem]):
    """Month headings and events in one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(TimelineItem, spoken, lambda item: item.text, parent)

    def show(self, items: Sequence[TimelineItem]) -> None:
        """Show other events, newest first, under the headings of their months."""
        entries: list[Entry] = []
        for place, item in enumerate(items):
            if not place or _month(items[place - 1].on) != _month(item.on):
                entries.append(tr("{y} 年 {m} 月", y=item.on.year, m=item.on.month))
            entries.append(item)
        self.show_entries(entries)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def spoken(entry: Entry) -> str:
    """Return a row as a sentence, for screen readers."""
    if isinstance(entry, str):
        return entry
    parts = (entry.on.isoformat(), entry.title, entry.tag, entry.text, entry.author)
    return "，".join(part for part in parts if part)


class TimelineView(QListView):
    """The events; Enter or a double click opens one. Signals `wanted(TimelineItem)` and `end_reached()`."""

    wanted = Signal(object)
    end_reached = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.events = TimelineModel(self)
        self._fade = Fade(self, "surface")
        self.setModel(self.events)
        self.setItemDelegate(TimelineDelegate(self, today))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("role", "clear")
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("时间线"))
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.verticalScrollBar().valueChanged.connect(self._look_for_end)

    def show_items(self, items: Sequence[TimelineItem]) -> None:
        """Show other events; the place in the list and the event chosen stay."""
        chosen, place = self.current_item(), self.verticalScrollBar().value()
        self.events.show(items)
        row = self.events.first(lambda item: chosen is not None and item.id == chosen.id)
        if row >= 0:
            self.setCurrentIndex(self.events.index(row))
        self.verticalScrollBar().setValue(place)

    def current_item(self) -> TimelineItem | None:
        """Return the event chosen."""
        return self.events.record(self.currentIndex().row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)  # Qt makes a row current by this, but not seen
        if not self.selectionModel().hasSelection() and self.events.first() >= 0:
            self.setCurrentIndex(self.events.index(self.events.first()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # the words wrap anew
        self._fade.settle()

    def _open(self, row: int) -> None:
        item = self.events.record(row)
        if item is not None:
            self.wanted.emit(item)

    def _look_for_end(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if bar.maximum() and value >= bar.maximum() - _NEAR_END:
            self.end_reached.emit()
