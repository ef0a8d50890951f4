"""What the list of clients shows: one search, one filter, pages on demand."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.people import PeoplePage, PeopleQuery, PersonRow
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = ("person", "guardian", "clinical_profile", "episode", "consent", "agreement", "visit", "setting")
PAGE = 60  # twice what a window shows: short enough to come at once
_PAUSE = 120  # ms after the last key before the list is asked


class PeopleViewModel(ViewModel):
    """The rows known so far of the matches; a new search drops the answers to the old one."""

    replaced = Signal()
    added = Signal(object)  # tuple of further rows
    counted = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.query = PeopleQuery()
        self.rows: tuple[PersonRow, ...] = ()
        self.total = 0
        self.counts: dict[str, int] = {}
        self._next: str | None = None
        self._is_asking = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask_rows)
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask again for everything shown, as many rows as are known, and for the numbers on the chips."""
        self._pause.stop()
        self._ask_rows(max(PAGE, len(self.rows)))
        self.ask(self.bench.services.people.counts, self._take_counts, about="counts")

    def search(self, text: str) -> None:
        """Look for a text shortly after the last key."""
        self.query = replace(self.query, search=text.strip())
        self._pause.start()

    def pick(self, only: str) -> None:
        """Show one filter."""
        self.query = replace(self.query, only=only)
        self._pause.stop()
        self._ask_rows()

    def more(self) -> None:
        """Ask for the next page."""
        if self._next is None or self._is_asking:
            return
        query = replace(self.query, after=self._next, limit=PAGE)
        self._is_asking = True
        self.ask(lambda: self.bench.services.people.rows(query), self._take_more, about="rows")

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number."""
        choices = self.bench.services.codes.choices("people_filter")
        return [(each.code, f"{each.label} {self.counts.get(each.code, 0)}") for each in choices]

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter hides some of the clients."""
        return bool(self.query.search) or self.query.only != "all"

    def _ask_rows(self, limit: int = PAGE) -> None:
        query = replace(self.query, after=None, limit=limit)
        self._is_asking = True
        self.ask(lambda: self.bench.services.people.rows(query), self._take, about="rows")

    def _take(self, page: PeoplePage) -> None:
        self._is_asking = False
        self.rows, self.total, self._next = page.rows, page.total, page.next
        self.replaced.emit()

    def _take_more(self, page: PeoplePage) -> None:
        self._is_asking = False
        self.rows += page.rows
        self._next = page.next
        self.added.emit(page.rows)

    def _take_counts(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.counted.emit()
