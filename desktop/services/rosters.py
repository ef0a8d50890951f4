"""What taking a roster in would do, line by line: the plan behind both the dry run and the import."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop import resources
from desktop.domain.lists import Remark, noted_above
from desktop.domain.people import PersonDraft
from desktop.domain.rosters import Circumstances, RosterWords, judged_on, overlay, read_line, township_of
from desktop.i18n import tr
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import ClinicalProfile, Episode, Guardian, Person
from desktop.services import likeness
from desktop.services.codes import entries, people_rules, rules
from desktop.services.enrolling import draft_of, enrol_people, revise_person
from desktop.services.recognising import Recogniser
from desktop.services.takers import PlannedLine, Taker, words_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import Line, ListSheet
    from desktop.services.journal import Journal
    from desktop.services.recognising import Known

_SERVED = "in_service"  # who stands in a roster is served already; the papers are entered afterwards
_AT_ONCE = 500  # files between two looks whether somebody wants to stop


@dataclass
class PlannedFile(PlannedLine):
    """A line as the form of a client, and the file it speaks of."""

    draft: PersonDraft = field(default_factory=PersonDraft)
    person_id: str | None = None


class RosterTaker(Taker):
    """Opens files for the lines of a roster, and brings known files up to date."""

    permission = "imports.take"

    def plan(self, db: Session, sheet: ListSheet, today: date) -> list[PlannedFile]:
        """Return what becomes of each line, given what the store holds; changes nothing."""
        around = circumstances(sheet, today)
        lines = [self._file(line, around) for line in sheet.lines]
        _reject_repeated(lines)
        matcher = _Matcher(db)
        for planned in lines:
            if planned.fate != "reject":
                matcher.match(planned)
        _warn_of_lookalikes(db, lines)
        return lines

    def _file(self, line: Line, around: Circumstances) -> PlannedFile:
        self.progress.step()
        read = read_line(line.cells, roster_words(), people_rules(), around)
        fate = "reject" if read.is_faulty else "new"
        return PlannedFile(line, list(read.remarks), fate, read.is_draft, draft=read.draft)

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Open the new files, a table at a time; then change the known ones."""
        mine = [planned for planned in lines if isinstance(planned, PlannedFile)]
        new = [planned for planned in mine if planned.fate == "new"]
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            drafts, lacking = [planned.draft for planned in some], [planned.is_draft for planned in some]
            files = enrol_people(db, self.desk, drafts, state=_SERVED, incomplete=lacking)
            for planned, (person, records) in zip(some, files, strict=True):
                journal.made([person, *records], planned.line.excel_row)
        for planned in mine:
            if planned.fate == "change":
                with journal.row(planned.line.excel_row):
                    self._change(db, planned)

    def _change(self, db: Session, planned: PlannedFile) -> None:
        person = db.get_one(Person, planned.person_id)
        was_draft = person.is_draft
        revise_person(db, self.desk, person, planned.draft)
        if was_draft and not person.is_draft:
            _serve(db, person.id)


def _serve(db: Session, person_id: str) -> None:
    """Put the case of a client whose draft the roster completed where the other lines are."""
    for episode in db.scalars(select(Episode).where(Episode.person_id == person_id, Episode.closed_on.is_(None))):
        episode.state = _SERVED


@cache
def roster_words() -> RosterWords:
    """Return the words of the sheets, from the code lists."""
    return RosterWords.of(words_of_kind("roster"), entries("diagnosis_category"))


def circumstances(sheet: ListSheet, today: date) -> Circumstances:
    """Return what holds for all lines of a sheet, from the texts above its header."""
    table = resources.table("imports/roster.toml")
    day = judged_on(today, noted_above(sheet.heading, table["filled_on"]), rules("rosters")["filled_ahead_days"])
    return Circumstances(day, township_of(noted_above(sheet.heading, table["unit"])), sheet.is_1904)


def _reject_repeated(lines: Iterable[PlannedFile]) -> None:
    """Reject lines that say the same person again: same ID number, or same name, village and telephone without one."""
    rows: dict[tuple[str, ...], int] = {}
    for planned in lines:
        draft = planned.draft
        key = (draft.id_no,) if draft.id_no else (draft.name, draft.village, draft.phone)
        before = rows.setdefault(key, planned.line.excel_row)
        if not any(key) or before == planned.line.excel_row:
            continue
        if draft.id_no:
            planned.reject("id_no", "id_repeated", tr("与第 {row} 行的身份证号相同，同一个人只写一行。", row=before))
        elif draft.name:
            planned.reject(
                "name", "line_repeated", tr("与第 {row} 行像是同一个人（姓名、村居、电话都相同）。", row=before)
            )


def _warn_of_lookalikes(db: Session, lines: Iterable[PlannedFile]) -> None:
    """Say of a new file whom it may double; nobody is kept out by that."""
    known = likeness.Likeness(db)
    for planned in lines:
        if planned.fate == "new" and (found := known.of(planned.draft)):
            planned.remarks.append(Remark("name", "warning", "lookalike", likeness.words(found)))


class _Matcher:
    """Finds the stored client a line speaks of, and what the line would change in the file."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._recogniser = Recogniser(db)
        self._imported = _imported_revisions(db)

    def match(self, planned: PlannedFile) -> None:
        """Settle the fate of a line."""
        draft = planned.draft
        found = self._recogniser.find(draft.name, draft.id_no, draft.phone, draft.village)
        if found.is_doubtful:
            planned.reject(found.key, found.code, found.message)
        elif found.known is not None:
            self._compare(planned, found.known)

    def _compare(self, planned: PlannedFile, known: Known) -> None:
        """Lay the line over the file; a file that people changed since its last import keeps what it says."""
        person = self._db.get_one(Person, known.id)
        stored = draft_of(self._db, person)
        merged, kept = overlay(stored, planned.draft, planned.line.cells, self._is_untouched(known.id))
        planned.person_id, planned.draft = known.id, merged
        planned.fate = "same" if merged == stored else "change"
        told = {one.key for one in planned.remarks}
        message = tr("档案里已有不同的内容，保留档案里的。要改请在档案里改。")
        planned.remarks += [Remark(key, "warning", "file_kept", message) for key in kept if key not in told]

    def _is_untouched(self, person_id: str) -> bool:
        """Say whether nobody changed the file since the last import of it."""
        found = [(person_id, self._db.get_one(Person, person_id).revision)]
        for table in (Guardian, ClinicalProfile):
            query = select(table.id, table.revision).where(table.person_id == person_id, table.is_deleted.is_(False))
            found += [(row[0], row[1]) for row in self._db.execute(query)]
        return all(self._imported.get(record) == revision for record, revision in found)


def _imported_revisions(db: Session) -> dict[str, int]:
    """Return for each record the revision it had after its last import that stands."""
    query = (
        select(ImportRow.record_id, func.max(ImportRow.revision_after))
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(ImportBatch.undone_at.is_(None))
        .group_by(ImportRow.record_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
