"""What a kind of list needs to be imported: a table of its columns (resources/imports) and one class like these."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from desktop import resources
from desktop.domain.lists import ListKind, Remark
from desktop.domain.reading import ListWords, ReadLine, read_values
from desktop.services.codes import entries, rules
from desktop.services.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import Line, ListSheet
    from desktop.models import Record
    from desktop.services.desk import Desk
    from desktop.services.journal import Journal

# kind of list (resources/codes/import_kind.toml) -> its taker; loaded when it is needed
TAKERS = {
    "roster": "desktop.services.rosters:RosterTaker",
    "attendance": "desktop.services.imported_trainings:AttendanceTaker",
    "visits": "desktop.services.imported_visits:VisitsTaker",
    "scores": "desktop.services.imported_assessments:ScoresTaker",
    "agreements": "desktop.services.imported_papers:PapersTaker",
    "staff_training": "desktop.services.imported_staff:StaffTrainingTaker",
    "survey": "desktop.services.imported_surveys:SurveyTaker",
}


@dataclass
class PlannedLine:
    """One line and what becomes of it: "new", "change", "same" or "reject"."""

    line: Line
    remarks: list[Remark] = field(default_factory=list)
    fate: str = "new"
    is_draft: bool = False

    def reject(self, key: str, code: str, message: str) -> None:
        """Keep the line out, and say why on the cell."""
        self.remarks = [one for one in self.remarks if one.key != key] + [Remark(key, "error", code, message)]
        self.fate = "reject"

    @property
    def is_stored(self) -> bool:
        """Whether the line changes something."""
        return self.fate in {"new", "change"}


class Taker(ABC):
    """Plans and stores the lines of one kind of list."""

    permission: ClassVar[str]  # beside imports.take

    def __init__(self, desk: Desk, kind: ListKind) -> None:
        self.desk = desk
        self.kind = kind
        self.progress = Progress()

    @abstractmethod
    def plan(self, db: Session, sheet: ListSheet, today: date) -> Sequence[PlannedLine]:
        """Return what becomes of each line, given what the store holds; changes nothing."""

    @abstractmethod
    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the lines whose `is_stored` holds, inside the one write of the import.

        Line by line inside `journal.row(excel_row)`, or in bulk, telling the journal afterwards by `journal.made`.
        """

    def settle(self, db: Session, person_ids: Collection[str]) -> None:  # noqa: B027 - most kinds have nothing to settle
        """Bring up to date what hangs on records of these people, after the lines were stored or taken back."""

    def name_of(self, db: Session, record: Record) -> str:
        """Return what a person calls a record that has no client of its own."""
        return str(getattr(record, "name", "") or getattr(record, "theme", "") or "")

    def read(self, sheet: ListSheet, line: Line) -> ReadLine:
        """Read a line by what the table of the kind says of its columns."""
        self.progress.step()
        return read_values(self.kind, line, words_of_kind(self.kind.code), is_1904=sheet.is_1904)


def taker_of(desk: Desk, code: str) -> Taker:
    """Return the taker of a kind of list."""
    module, _, name = TAKERS[code].partition(":")
    taker: Taker = getattr(import_module(module), name)(desk, kind_of(code))
    return taker


@cache
def kind_of(code: str) -> ListKind:
    """Return what a kind of list looks like."""
    words = resources.table("imports/words.toml")
    return ListKind.of(code, resources.table(f"imports/{code}.toml"), words, rules("rosters")["header_rows"])


@cache
def words_of_kind(code: str) -> ListWords:
    """Return the words that the lists of a kind use, with those of its code lists."""
    lists = {column.key: entries(column.codes) for column in kind_of(code).columns if column.codes}
    return ListWords.of(resources.table("imports/words.toml"), lists)
