"""Taking a roster (花名册) in: look first, then take, then undo if it was wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import resources
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services.codes import rules
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.models.imports import ImportBatch
    from desktop.services.rosters import PlannedLine
    from desktop.sheets.files import SheetLimits
    from desktop.sheets.reader import Roster

_SERVED = "in_service"  # who stands in a roster is served already; the papers are entered afterwards
_MOST_NAMED = 10  # rows named in a refusal; the rest are counted


@dataclass(frozen=True)
class RosterFault:
    """One remark on a roster: `excel_row` 15 or "54-57", verdict accepted, warning, error or ignored."""

    excel_row: int | str
    column: str | None
    verdict: str
    code: str
    message: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did (or, in a dry run, would do).

    `imported` counts the new files, `drafts` those of them that are drafts; rejected lines were not stored,
    ignored rows (totals, notes) are no lines.
    """

    rows: int
    imported: int
    updated: int
    unchanged: int
    drafts: int
    rejected: int
    ignored: int
    batch_id: str | None
    errors_file: Path | None
    faults: tuple[RosterFault, ...]


@dataclass(frozen=True)
class BatchRow:
    """An import that was made."""

    id: str
    imported_at: str
    imported_by: str
    counts: dict[str, object]
    is_undone: bool


class Imports:
    """Rosters in the shape of the stations' own sheets."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, sheet: Path, errors_to: Path | None = None, is_dry_run: bool = False) -> ImportResult:
        """Read a sheet, store the good rows, write a copy with red cells and reasons for the faulty ones.

        Raises ValidationError bad_roster when the file is not a roster; then nothing is stored.
        """
        self._desk.actor.require("imports.take")
        from desktop.services.rosters import plan
        from desktop.sheets.files import read_bytes

        if errors_to is not None and errors_to.resolve() == sheet.resolve():
            raise ValidationError("usage", tr("不能把问题表写在花名册上。"), tr("请给问题表另起一个文件名。"))
        data = read_bytes(sheet, _limits())
        roster = _read(data)
        with self._desk.work.read() as db:
            lines = plan(db, roster, self._desk.clock.today())
        # Written first: when it cannot be, nothing is stored, as the sentence says.
        errors_file = _write_errors(data, roster, lines, errors_to)
        batch_id = None
        if not is_dry_run and any(planned.fate in {"new", "change"} for planned in lines):
            lines, batch_id = self._store(data, roster)
        return ImportResult(
            **_counts(lines, roster), batch_id=batch_id, errors_file=errors_file, faults=_faults(lines, roster)
        )

    def _store(self, data: bytes, roster: Roster) -> tuple[list[PlannedLine], str]:
        """Store the good lines in one transaction; planned again inside it, so that it fits what is there now."""
        from desktop.models.base import new_id
        from desktop.models.imports import ImportBatch
        from desktop.services.rosters import plan

        batch_id = new_id()
        with self._desk.work.write("imports.take", batch_id) as db:
            lines = plan(db, roster, self._desk.clock.today())
            counts = _counts(lines, roster)
            batch = ImportBatch(
                id=batch_id,
                sheet_sha256=hashlib.sha256(data).hexdigest(),
                imported_at=self._desk.clock.now(),
                imported_by=self._desk.actor.user_id,
                counts=counts,
            )
            db.add(batch)
            db.flush()
            self._store_lines(db, lines, batch_id)
            db.info["detail"].update(counts)
        return lines, batch_id

    def _store_lines(self, db: Session, lines: Sequence[PlannedLine], batch_id: str) -> None:
        from desktop.services.enrolling import enrol_people
        from desktop.services.journal import Journal

        journal = Journal(db)
        new = [planned for planned in lines if planned.fate == "new"]
        files = enrol_people(db, self._desk, [planned.draft for planned in new], state=_SERVED)
        for planned, (person, records) in zip(new, files, strict=True):
            journal.made([person, *records], planned.line.excel_row)
        for planned in lines:
            if planned.fate == "change":
                with journal.row(planned.line.excel_row):
                    self._change(db, planned)
        db.add_all(journal.rows(batch_id))

    def _change(self, db: Session, planned: PlannedLine) -> None:
        from desktop.models.people import Person
        from desktop.services.enrolling import revise_person

        person = db.get_one(Person, planned.person_id)
        was_draft = person.is_draft
        revise_person(db, self._desk, person, planned.draft)
        if was_draft and not person.is_draft:
            _serve(db, person.id)

    def batches(self) -> tuple[BatchRow, ...]:
        """Return the imports made so far, newest first."""
        self._desk.actor.require("imports.read")
        from sqlalchemy import select

        from desktop.models.imports import ImportBatch
        from desktop.models.users import User

        query = (
            select(ImportBatch, User.name)
            .outerjoin(User, User.id == ImportBatch.imported_by)
            .order_by(ImportBatch.imported_at.desc(), ImportBatch.id.desc())
        )
        with self._desk.work.read() as db:
            return tuple(_batch_row(batch, name) for batch, name in db.execute(query))

    def undo(self, batch_id: str) -> int:
        """Undo a whole batch, return the number of its lines; refuses, naming them, when records were changed since."""
        self._desk.actor.require("imports.undo")
        from desktop.models.imports import ImportBatch
        from desktop.services.journal import Undo

        with self._desk.work.write("imports.undo", batch_id) as db:
            batch = db.get(ImportBatch, batch_id)
            if batch is None or batch.undone_at is not None:
                raise ValidationError("no_such_batch", tr("没有这次导入，或者已经撤销过。"), tr("请刷新列表再看。"))
            undo = Undo(db, batch)
            _refuse_changed(undo.changed_since())
            undo.apply()
            batch.undone_at = self._desk.clock.now()
            return undo.lines


def _serve(db: Session, person_id: str) -> None:
    """Put the case of a client whose draft the roster completed where the other lines are."""
    from sqlalchemy import select

    from desktop.models.people import Episode

    for episode in db.scalars(select(Episode).where(Episode.person_id == person_id, Episode.closed_on.is_(None))):
        episode.state = _SERVED


def _limits() -> SheetLimits:
    from desktop.sheets.files import SheetLimits

    limits = rules("rosters")
    return SheetLimits(**{name: limits[name] for name in SheetLimits.__dataclass_fields__})


def _read(data: bytes) -> Roster:
    from desktop.sheets.reader import RosterShape, read_roster

    limits = rules("rosters")
    table = resources.table("codes/roster.toml")
    shape = RosterShape.of(table, limits["header_rows"], limits["header_columns_needed"])
    return read_roster(data, shape, _limits())


def _counts(lines: Sequence[PlannedLine], roster: Roster) -> dict[str, Any]:
    fates = Counter(planned.fate for planned in lines)
    return {
        "rows": len(lines),
        "imported": fates["new"],
        "updated": fates["change"],
        "unchanged": fates["same"],
        "drafts": sum(planned.fate == "new" and planned.is_draft for planned in lines),
        "rejected": fates["reject"],
        "ignored": len(roster.skipped_rows),
    }


def _faults(lines: Iterable[PlannedLine], roster: Roster) -> tuple[RosterFault, ...]:
    """Return every remark, from the top of the sheet to its foot."""
    told: list[tuple[int, RosterFault]] = []
    for planned in lines:
        row = planned.line.excel_row
        for remark in planned.remarks:
            column = roster.columns[remark.key][1] if remark.key in roster.columns else None
            told.append((row, RosterFault(row, column, remark.verdict, remark.code, remark.message)))
    for merged in roster.merged:
        rows, column = f"{merged.first_row}-{merged.last_row}", roster.columns[merged.key][1]
        message = tr("合并的单元格，各行都读作“{text}”。", text=merged.text)
        told.append((merged.first_row, RosterFault(rows, column, "accepted", "merged_filled", message)))
    for skip in roster.skipped:
        fault = RosterFault(skip.excel_row, skip.column, "ignored", skip.code, skip.message)
        told.append((skip.excel_row, fault))
    return tuple(fault for _, fault in sorted(told, key=lambda one: one[0]))


def _write_errors(data: bytes, roster: Roster, lines: Sequence[PlannedLine], target: Path | None) -> Path | None:
    """Write the copy with red cells where it was asked for and a line was rejected; return where it is."""
    if target is None or not any(planned.fate == "reject" for planned in lines):
        return None
    from desktop.sheets.writer import Mark, marked_copy
    from desktop.store.disk import write_safely

    marks = [
        Mark(planned.line.excel_row, roster.columns.get(one.key, (None,))[0], one.verdict, one.message)
        for planned in lines
        for one in planned.remarks
        if one.verdict in {"error", "warning"}
    ]
    title = tr(resources.table("codes/roster.toml")["reasons"])
    write_safely(target, marked_copy(data, roster.sheet, roster.header_row, marks, title))
    return target


def _batch_row(batch: ImportBatch, name: str | None) -> BatchRow:
    at = batch.imported_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return BatchRow(batch.id, at, name or "", batch.counts, batch.undone_at is not None)


def _refuse_changed(changed: Sequence[tuple[int, str]]) -> None:
    """Raise ValidationError import_changed, naming the lines that people worked on since."""
    if not changed:
        return
    named = "、".join(tr("第 {row} 行 {name}", row=row, name=name) for row, name in changed[:_MOST_NAMED])
    more = tr("等 {n} 人", n=len(changed)) if len(changed) > _MOST_NAMED else ""
    message = tr("导入以后又改过或记过服务，不能整批撤销：{named}{more}。", named=named, more=more)
    raise ValidationError("import_changed", message, tr("没有撤销任何内容。请逐个打开这些档案处理。"))
