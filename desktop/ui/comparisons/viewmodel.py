"""What the screen of comparisons shows and decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.comparisons import VERDICTS
from desktop.i18n import tr
from desktop.services.comparisons import (
    ComparisonDetail,
    ComparisonLineRow,
    ComparisonPage,
    ComparisonQuery,
    ComparisonRow,
)
from desktop.services.imports import ImportRequest
from desktop.ui.kit.papers import PaperDesk
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

PAGE = 100
OPEN, ASK = "open", "ask"


class ComparisonsViewModel(ViewModel):
    """The comparisons made so far, and the lines of the one that is looked at."""

    listed = Signal()  # the comparisons are known
    replaced = Signal()  # other lines show
    added = Signal(object)  # tuple of further rows
    compared = Signal()  # a list was read and compared
    opened = Signal(object)  # ComparisonDetail: one line to look at
    decided = Signal()
    refused = Signal(object)  # KangyiError: nothing was changed

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.comparisons: tuple[ComparisonRow, ...] = ()
        self.rows: tuple[ComparisonLineRow, ...] = ()
        self.total = 0
        self.only = OPEN  # open, ask, "" or a verdict
        self.is_comparing = False
        self._id = ""
        self._next: str | None = None
        self._is_asking = False
        self.watch("comparison", "comparison_line", "person")

    @property
    def current(self) -> ComparisonRow | None:
        """The comparison that is looked at: the one chosen, else the newest."""
        chosen = next((one for one in self.comparisons if one.id == self._id), None)
        return chosen or next(iter(self.comparisons), None)

    def reload(self) -> None:
        """Ask for the comparisons, then for the lines of the one that is looked at."""
        self.ask(self.bench.services.comparisons.comparisons, self._take_comparisons, about="comparisons")

    def look_at(self, comparison_id: str) -> None:
        """Show the lines of one comparison."""
        self._id, self.only = comparison_id, OPEN
        self.listed.emit()
        self._ask_rows()

    def pick(self, only: str) -> None:
        """Show the lines that wait, those to ask about, all, or those of one verdict."""
        self.only = only
        self._ask_rows()

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number."""
        current, codes = self.current, self.bench.services.codes
        if current is None:
            return []
        chips = [(OPEN, tr("待处理 {n}", n=current.waiting)), (ASK, tr("要问的")), ("", tr("全部"))]
        numbers = ((verdict, current.counts[verdict]) for verdict in VERDICTS)
        return chips + [(code, f"{codes.label('comparison_verdict', code)} {n}") for code, n in numbers if n]

    def compare(self, request: ImportRequest, list_name: str) -> None:
        """Read a list and lay it beside our files."""
        services, self.is_comparing = self.bench.services.comparisons, True
        self.act(lambda: services.take(request, list_name), self._compared, self._not_compared)

    def more(self) -> None:
        """Ask for the next page."""
        if self._next is None or self._is_asking:
            return
        query, self._is_asking = replace(self._query(), after=self._next), True
        self.ask(lambda: self.bench.services.comparisons.rows(query), self._take_more, about="rows")

    def open(self, row: ComparisonLineRow) -> None:
        """Ask for one line with both sides in full."""
        services = self.bench.services.comparisons
        self.ask(lambda: services.detail(row.id), self.opened.emit, self.refused.emit, about="detail")

    def adopt(self, found: ComparisonDetail, fields: Sequence[str]) -> None:
        """Write what their list says into our file."""
        services, row = self.bench.services.comparisons, found.row
        self._decide(lambda: services.adopt(row.id, row.revision, tuple(fields)))

    def list_for_survey(self, found: ComparisonDetail) -> None:
        """Put somebody onto the list of the need survey."""
        services, row = self.bench.services.comparisons, found.row
        self._decide(lambda: services.list_for_survey(row.id, row.revision))

    def decide(self, found: ComparisonDetail, decision: str, reason: str) -> None:
        """Note that a line is to be asked about or set aside; "" takes that back."""
        services, row = self.bench.services.comparisons, found.row
        self._decide(lambda: services.decide(row.id, row.revision, decision, reason))

    def export(self, target: Path, is_full: bool, reason: str, done: Callable[[int], object]) -> None:
        """Write the result to a workbook."""
        services, current = self.bench.services.comparisons, self.current
        if current is not None:
            chosen = current.id
            self.act(lambda: services.export(chosen, target, is_full, reason), done, self.refused.emit, "files")

    def _decide(self, job: Callable[[], None]) -> None:
        self.act(job, lambda _: self.decided.emit(), self.refused.emit)

    def _query(self) -> ComparisonQuery:
        current = self.current
        is_decision = self.only in (OPEN, ASK)
        verdict, decision = ("", self.only) if is_decision else (self.only, "")
        return ComparisonQuery(current.id if current else "", verdict, decision, PAGE)

    def _ask_rows(self) -> None:
        if self.current is None:
            self._take(ComparisonPage(0, (), None))
            return
        query, self._is_asking = replace(self._query(), limit=max(PAGE, len(self.rows))), True
        self.ask(lambda: self.bench.services.comparisons.rows(query), self._take, about="rows")

    def _take_comparisons(self, comparisons: tuple[ComparisonRow, ...]) -> None:
        self.comparisons = comparisons
        self.listed.emit()
        self._ask_rows()

    def _take(self, page: ComparisonPage) -> None:
        self._is_asking = False
        self.rows, self.total, self._next = page.rows, page.total, page.next
        self.replaced.emit()

    def _take_more(self, page: ComparisonPage) -> None:
        self._is_asking = False
        self.rows += page.rows
        self._next = page.next
        self.added.emit(page.rows)

    def _compared(self, comparison_id: str) -> None:
        self._id, self.only, self.is_comparing = comparison_id, OPEN, False
        self.compared.emit()
        self.reload()

    def _not_compared(self, trouble: object) -> None:
        self.is_comparing = False
        self.refused.emit(trouble)


class ComparisonPaperViewModel(ViewModel):
    """The printed result of one comparison on the desk."""

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)

    def open(self, comparison_id: str) -> None:
        """Make the paper and find the printers."""
        comparisons = self.bench.services.comparisons
        self.desk.find_printers()
        self.desk.prepare(lambda: comparisons.prepare(comparison_id))
