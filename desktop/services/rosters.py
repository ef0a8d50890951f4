"""What taking a roster in would do, line by line: the plan behind both the dry run and the import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop import resources
from desktop.domain.people import PersonDraft, settle
from desktop.domain.rosters import (
    Circumstances,
    Remark,
    RosterLine,
    RosterWords,
    judged_on,
    noted_above,
    overlay,
    read_line,
    township_of,
)
from desktop.i18n import tr
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.services.codes import entries, people_rules, rules
from desktop.services.enrolling import draft_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.sheets.reader import Line, Roster

_LISTS = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "service_class": "service_class",
    "service_mode": "service_mode",
    "diagnosis": "diagnosis_category",
    "guardian.relation": "relation",
}


@dataclass
class PlannedLine:
    """One line and what becomes of it: "new", "change", "same" or "reject"."""

    line: Line
    draft: PersonDraft
    is_draft: bool
    remarks: list[Remark]
    fate: str = "new"
    person_id: str | None = None

    def reject(self, key: str, code: str, message: str) -> None:
        """Keep the line out, and say why on the cell."""
        self.remarks = [one for one in self.remarks if one.key != key] + [Remark(key, "error", code, message)]
        self.fate = "reject"


@dataclass(frozen=True)
class _Known:
    """What is needed of a stored client to recognise them in a sheet."""

    id: str
    file_no: str
    name: str
    id_no: str | None
    phone: str | None
    village: str | None

    def is_like(self, draft: PersonDraft) -> bool:
        """Say whether a line without a common ID number means this person: the name, and telephone or village."""
        same_phone, same_village = draft.phone == (self.phone or ""), draft.village == (self.village or "")
        return (bool(draft.phone) and same_phone) or (bool(draft.village) and same_village)


@cache
def roster_words() -> RosterWords:
    """Return the words of the sheets, from the code lists."""
    return RosterWords.of(
        resources.table("codes/roster.toml"), {name: entries(table) for name, table in _LISTS.items()}
    )


def plan(db: Session, roster: Roster, today: date) -> list[PlannedLine]:
    """Return what becomes of each line, given what the store holds; changes nothing."""
    around = _circumstances(roster, today)
    lines = [_read(line, around) for line in roster.lines]
    _reject_repeated(lines)
    matcher = _Matcher(db)
    for planned in lines:
        if planned.fate != "reject":
            matcher.match(planned)
    return lines


def _circumstances(roster: Roster, today: date) -> Circumstances:
    table = resources.table("codes/roster.toml")
    day = judged_on(today, noted_above(roster.heading, table["filled_on"]), rules("rosters")["filled_ahead_days"])
    return Circumstances(day, township_of(noted_above(roster.heading, table["unit"])), roster.is_1904)


def _read(line: Line, around: Circumstances) -> PlannedLine:
    read: RosterLine = read_line(line.cells, roster_words(), people_rules(), around)
    draft = settle(read.draft, around.today, people_rules())
    return PlannedLine(line, draft, read.is_draft, list(read.remarks), "reject" if read.is_faulty else "new")


def _reject_repeated(lines: Iterable[PlannedLine]) -> None:
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


class _Matcher:
    """Finds the stored client a line speaks of, and what the line would change in the file."""

    def __init__(self, db: Session) -> None:
        self._db = db
        columns = (Person.id, Person.file_no, Person.name, Person.id_no, Person.phone, Person.village)
        people = [_Known(*row) for row in db.execute(select(*columns).where(Person.is_deleted.is_(False)))]
        self._by_id_no = {one.id_no: one for one in people if one.id_no}
        self._by_name: Mapping[str, list[_Known]] = _grouped(people)
        self._imported = _imported_revisions(db)

    def match(self, planned: PlannedLine) -> None:
        """Settle the fate of a line."""
        known = self._find(planned)
        if known is not None and planned.fate != "reject":
            self._compare(planned, known)

    def _find(self, planned: PlannedLine) -> _Known | None:
        draft = planned.draft
        known = self._by_id_no.get(draft.id_no) if draft.id_no else None
        if known is not None:
            if known.name != draft.name:
                message = tr("这个身份证号已在档案 {no} 里，姓名不同，请核对。", no=known.file_no)
                planned.reject("name", "name_differs", message)
            return known
        alike = [one for one in self._by_name.get(draft.name, ()) if one.is_like(draft)]
        if draft.id_no:
            alike = [one for one in alike if not one.id_no]
        if len(alike) > 1:
            message = tr("有 {n} 份档案同名同村，分不清是谁。请在表里填写身份证号。", n=len(alike))
            planned.reject("name", "several_alike", message)
        return alike[0] if alike else None

    def _compare(self, planned: PlannedLine, known: _Known) -> None:
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


def _grouped(people: Iterable[_Known]) -> Mapping[str, list[_Known]]:
    found: defaultdict[str, list[_Known]] = defaultdict(list)
    for one in people:
        found[one.name].append(one)
    return found


def _imported_revisions(db: Session) -> dict[str, int]:
    """Return for each record the revision it had after its last import that stands."""
    query = (
        select(ImportRow.record_id, func.max(ImportRow.revision_after))
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(ImportBatch.undone_at.is_(None))
        .group_by(ImportRow.record_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
