"""What the list of clients shows: one search, one filter, pages on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.identity import mask_name
from desktop.services.people import PeopleFilters, PeoplePage, PeopleQuery, PersonRow
from desktop.services.views import ViewRow
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = ("person", "guardian", "clinical_profile", "episode", "consent", "agreement", "visit", "setting")
PAGE = 60  # twice what a window shows: short enough to come at once
SCREEN = "people"
HIDDEN = frozenset({"id_no", "phone", "risk"})  # columns shown only when asked for: the list stays easy to read
MASKED = "masked"  # value of the setting lists.names
_SORTS = ("file_no", "name", "age", "village", "diagnosis", "risk", "consent", "agreement", "visit", "state")
_MOST = 2000  # rows asked for at once, after a jump down the list or a change
_PAUSE = 120  # ms after the last key before the list is asked


class PeopleViewModel(ViewModel):
    """The rows known so far of the matches; a new search drops the answers to the old one."""

    replaced = Signal()
    added = Signal(object)  # tuple of further rows
    counted = Signal()
    arranged = Signal()  # columns, sorting or filters are others than before
    names_changed = Signal()
    refused = Signal(object)  # KangyiError: something asked for was not done, the list is as it was

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.query = PeopleQuery()
        self.rows: tuple[PersonRow, ...] = ()
        self.total = 0
        self.counts: dict[str, int] = {}
        self.hidden: frozenset[str] = HIDDEN
        self.views: tuple[ViewRow, ...] = ()
        self.villages: tuple[str, ...] = ()
        self.is_masked = True  # until the setting is known
        self._is_revealed = False
        self._is_arranged = False
        self._is_prepared = False
        self._next: str | None = None
        self._is_asking = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask_rows)
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask again for everything shown, as many rows as are known, and for the numbers on the chips."""
        self._pause.stop()
        self._ask_rows(min(max(PAGE, len(self.rows)), _MOST))
        self.ask(self.bench.services.people.counts, self._take_counts, about="counts")
        self.ask(self._read_rest, self._take_rest, about="rest")

    def arrange(self, hidden: frozenset[str], sort: str, is_descending: bool) -> None:
        """Show these columns in this order from now on; it is kept for the next time."""
        self.hidden = hidden
        self.query = replace(self.query, sort=sort, is_descending=is_descending)
        self._ask_rows()
        self.arranged.emit()
        self._keep("")

    def sort_by(self, sort: str) -> None:
        """Sort by a column, the other way when it is sorted by it already."""
        is_descending = self.query.sort == sort and not self.query.is_descending
        self.arrange(self.hidden, sort, is_descending)

    def narrow(self, filters: PeopleFilters) -> None:
        """Show only those whom the filters leave."""
        self.query = replace(self.query, filters=filters)
        self._ask_rows()
        self.arranged.emit()

    def widen(self, name: str, code: str) -> None:
        """Take one value out of the filters."""
        left = tuple(each for each in getattr(self.query.filters, name) if each != code)
        self.narrow(replace(self.query.filters, **{name: left}))

    def use_view(self, view: ViewRow) -> None:
        """Show the list as it was kept under a name; what is not known any more is left out."""
        content = view.content
        self.query = replace(self.query, only=str(content.get("only", "all")), filters=_filters_of(content))
        self.arrange(_hidden_of(content), *_sorting_of(content))

    def keep_view(self, name: str) -> None:
        """Keep under a name what shows."""
        self._keep(name)

    def discard_view(self, name: str) -> None:
        """Forget what was kept under a name."""
        views = self.bench.services.views
        self.act(lambda: views.discard(SCREEN, name), lambda _: self._reread())

    def name_of(self, row: PersonRow) -> str:
        """Return the name as the list shows it."""
        return mask_name(row.name) if self.is_masked and not self._is_revealed else row.name

    @property
    def is_hiding(self) -> bool:
        """Whether names are masked at the moment."""
        return self.is_masked and not self._is_revealed

    def reveal_names(self, reason: str) -> None:
        """Show the names in full; the audit keeps the reason."""
        people = self.bench.services.people
        self.act(lambda: people.reveal_names(reason), lambda _: self._set_revealed(True), self.refused.emit)

    def hide_names(self) -> None:
        """Mask the names again."""
        self._set_revealed(False)

    def export(
        self, columns: tuple[str, ...], target: Path, is_full: bool, reason: str, done: Callable[[int], object]
    ) -> None:
        """Write everybody whom the list finds to a workbook."""
        people, query = self.bench.services.people, self.query
        self.act(lambda: people.export(query, columns, target, is_full, reason), done, self.refused.emit, "files")

    def _set_revealed(self, is_revealed: bool) -> None:
        if is_revealed != self._is_revealed:
            self._is_revealed = is_revealed
            self.names_changed.emit()

    def _keep(self, name: str) -> None:
        query, views = self.query, self.bench.services.views
        content: dict[str, object] = {
            "hidden": sorted(self.hidden), "sort": query.sort, "is_descending": query.is_descending,
            "only": query.only, "filters": {kind: list(codes) for kind, codes in asdict(query.filters).items()},
        }  # fmt: skip
        self.act(lambda: views.keep(SCREEN, name, content), lambda _: self._reread(), self.refused.emit)

    def _reread(self) -> None:
        self.ask(self._read_rest, self._take_rest, about="rest")

    def _read_rest(self) -> tuple[tuple[ViewRow, ...], tuple[str, ...], bool]:
        services = self.bench.services
        is_masked = services.settings.value("lists.names") == MASKED
        return services.views.rows(SCREEN), services.people.villages(), is_masked

    def _take_rest(self, rest: tuple[tuple[ViewRow, ...], tuple[str, ...], bool]) -> None:
        self.views, self.villages, is_masked = rest
        if is_masked != self.is_masked:
            self.is_masked = is_masked
            self.names_changed.emit()
        left = next((view for view in self.views if not view.name), None)
        if left is not None and not self._is_arranged:
            self._arrange_as(left.content)
        self._is_arranged = True

    def _arrange_as(self, content: dict[str, object]) -> None:
        """Take columns and sorting as they were left; filters begin empty, else somebody would be missed."""
        sort, is_descending = _sorting_of(content)
        has_moved = (sort, is_descending) != (self.query.sort, self.query.is_descending)
        self.hidden = _hidden_of(content)
        self.query = replace(self.query, sort=sort, is_descending=is_descending)
        if has_moved:
            self._ask_rows()
        self.arranged.emit()

    def search(self, text: str) -> None:
        """Look for a text shortly after the last key."""
        self.query = replace(self.query, search=text.strip())
        self._pause.start()

    def pick(self, only: str) -> None:
        """Show one filter."""
        self.query = replace(self.query, only=only)
        self._pause.stop()
        self._ask_rows()

    def more(self, lacking: int = 0) -> None:
        """Ask for the next page, for a longer one when so many are lacking."""
        if self._next is None or self._is_asking:
            return
        query = replace(self.query, after=self._next, limit=min(max(PAGE, lacking), _MOST))
        self._is_asking = True
        self.ask(lambda: self.bench.services.people.rows(query), self._take_more, about="rows")

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number."""
        choices = self.bench.services.codes.choices("people_filter")
        return [(each.code, f"{each.label} {self.counts.get(each.code, 0)}") for each in choices]

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter hides some of the clients."""
        return bool(self.query.search) or self.query.only != "all" or self.query.filters != PeopleFilters()

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
        known = {row.id for row in self.rows}  # who changed meanwhile may stand further down now
        rows = tuple(row for row in page.rows if row.id not in known)
        self.rows += rows
        self._next = page.next
        self.added.emit(rows)

    def _take_counts(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.counted.emit()
        if not self._is_prepared:
            self._is_prepared = True
            self.ask(self.bench.services.people.prepare, lambda _: None, about="ahead")


def _sorting_of(content: dict[str, object]) -> tuple[str, bool]:
    sort = str(content.get("sort", "file_no"))
    return (sort, bool(content.get("is_descending"))) if sort in _SORTS else ("file_no", False)


def _hidden_of(content: dict[str, object]) -> frozenset[str]:
    hidden = content.get("hidden")
    return frozenset(str(code) for code in hidden) if isinstance(hidden, list) else HIDDEN


def _filters_of(content: dict[str, object]) -> PeopleFilters:
    kept = content.get("filters")
    found = kept if isinstance(kept, dict) else {}
    return PeopleFilters(**{each.name: tuple(found.get(each.name, ())) for each in fields(PeopleFilters)})
