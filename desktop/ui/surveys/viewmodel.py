"""What the screens of the need survey show and save."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.people import PersonRow
from desktop.services.surveys import SurveyDraft, SurveyPage, SurveyQuery, SurveyRow, SurveySums
from desktop.ui.kit.recording import RecordModel
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = ("survey_entry", "person", "episode")
PAGE = 60
_PAUSE = 120  # ms after the last key before the list is asked


class SurveysViewModel(ViewModel):
    """The rows known so far of the matches, and the numbers of the whole list."""

    replaced = Signal()
    added = Signal(object)  # tuple of further rows
    counted = Signal()
    alike = Signal(object, object)  # SurveyRow, tuple of PersonRow: somebody must look before a file is made
    made = Signal(str)  # id of the new file
    refused = Signal(object)  # KangyiError

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.query = SurveyQuery(limit=PAGE)
        self.rows: tuple[SurveyRow, ...] = ()
        self.total = 0
        self.sums: SurveySums | None = None
        self._next: str | None = None
        self._is_asking = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask_rows)
        self.watch(*WATCHED)

    def reload(self) -> None:
        """Ask again for everything shown, as many rows as are known, and for the numbers."""
        self._pause.stop()
        self._ask_rows(max(PAGE, len(self.rows)))
        self.ask(self.bench.services.surveys.sums, self._take_sums, about="sums")

    def search(self, text: str) -> None:
        """Look for a text shortly after the last key."""
        self.query = replace(self.query, search=text.strip())
        self._pause.start()

    def pick(self, result: str) -> None:
        """Show one result, or all."""
        self.query = replace(self.query, result=result)
        self._ask_rows()

    def more(self) -> None:
        """Ask for the next page."""
        if self._next is None or self._is_asking:
            return
        query, self._is_asking = replace(self.query, after=self._next), True
        self.ask(lambda: self.bench.services.surveys.rows(query), self._take_more, about="rows")

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: code and words with the number; results nobody has are left out."""
        counts = self.sums.by_result if self.sums else {}
        chips = [("", tr("全部 {n}", n=counts.get("", 0)))]
        chips += [
            (each.code, f"{each.label} {counts.get(each.code, 0)}")
            for each in self.bench.services.codes.choices("survey_result")
            if counts.get(each.code) or each.code == self.query.result
        ]
        return chips

    def begin_intake(self, row: SurveyRow) -> None:
        """Make a client of somebody, unless clients look alike: then a person decides."""
        surveys = self.bench.services.surveys

        def decide(found: tuple[PersonRow, ...]) -> None:
            if found:
                self.alike.emit(row, found)
            else:
                self.intake(row)

        self.ask(lambda: surveys.lookalikes(row.id), decide, self.refused.emit, about="alike")

    def intake(self, row: SurveyRow) -> None:
        """Make a client of somebody."""
        surveys = self.bench.services.surveys
        self.act(lambda: surveys.intake(row.id, row.revision), self.made.emit, self.refused.emit)

    def link(self, row: SurveyRow, person_id: str) -> None:
        """Say that somebody is a client already."""
        surveys = self.bench.services.surveys
        self.act(
            lambda: surveys.link(row.id, row.revision, person_id),
            lambda _: self.made.emit(person_id),
            self.refused.emit,
        )

    def _ask_rows(self, limit: int = PAGE) -> None:
        query, self._is_asking = replace(self.query, after=None, limit=limit), True
        self.ask(lambda: self.bench.services.surveys.rows(query), self._take, about="rows")

    def _take(self, page: SurveyPage) -> None:
        self._is_asking = False
        self.rows, self.total, self._next = page.rows, page.total, page.next
        self.replaced.emit()

    def _take_more(self, page: SurveyPage) -> None:
        self._is_asking = False
        self.rows += page.rows
        self._next = page.next
        self.added.emit(page.rows)

    def _take_sums(self, sums: SurveySums) -> None:
        self.sums = sums
        self.counted.emit()


@dataclass(frozen=True)
class OpenedEntry:
    """The form as stored or new, and the names of lists typed so far."""

    draft: SurveyDraft
    lists: tuple[str, ...]


class SurveyFormViewModel(RecordModel[SurveyDraft]):
    """One line of the list being written."""

    area, table, key = "survey", "survey_entry", "entry_id"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, SurveyDraft(), parent)

    def open(self, entry_id: str | None) -> None:
        """Read the form; then look for an unfinished one."""
        surveys = self.bench.services.surveys

        def read() -> OpenedEntry:
            lists = surveys.lists()
            new = SurveyDraft(list_name=lists[0] if lists else tr("{year} 年摸底名单", year=self.bench.today().year))
            return OpenedEntry(surveys.draft(entry_id) if entry_id else new, lists)

        self.ask(read, self._take)

    def check(self, draft: SurveyDraft) -> tuple[Fault, ...]:
        return self.bench.services.surveys.check(draft)

    def fetch(self, record_id: str) -> SurveyDraft:
        return self.bench.services.surveys.draft(record_id)

    def write(self, draft: SurveyDraft, reason: str) -> str:
        return self.bench.services.surveys.record(draft)

    def take_away(self, draft: SurveyDraft, reason: str) -> None:
        self.bench.services.surveys.remove(draft.entry_id or "", draft.revision)

    def title_of(self, draft: SurveyDraft) -> str:
        return tr("摸底：{name}", name=draft.name)

    def _take(self, opened: OpenedEntry) -> None:
        self.begin(opened, opened.draft.entry_id or "")
