"""Taking lists in (花名册 and others) from spreadsheets: look first, then take, then undo if it was wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import resources
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services.codes import entries, rules
from desktop.services.desk import Desk
from desktop.services.progress import Progress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.domain.lists import ListKind, ListSheet
    from desktop.models.imports import ImportBatch
    from desktop.services.takers import PlannedLine, Taker
    from desktop.sheets.books import Book
    from desktop.sheets.files import SheetLimits
    from desktop.sheets.reader import Choice, FoundHeader

ROSTER = "roster"
_LEAST_COLUMNS = 2  # one column alone is a text, not a table
_MOST_NAMED = 10  # rows named in a refusal; the rest are counted


@dataclass(frozen=True)
class ImportRequest:
    """A list to import: a file or pasted rows, its kind, and what a person settled about it (else it is found out).

    `mapping` says for numbers of columns which field they are, "" for a column to leave out.
    """

    path: Path | None = None
    pasted: str = field(default="", repr=False)
    kind: str = ROSTER
    sheet: str = ""
    header_row: int = 0
    mapping: Mapping[int, str] | None = None


@dataclass(frozen=True)
class KindRow:
    """A kind of list that this person may import."""

    code: str
    title: str
    what: str
    needed: tuple[str, ...]


@dataclass(frozen=True)
class FieldRow:
    """A field that a column may be."""

    key: str
    label: str
    is_needed: bool
    hint: str


@dataclass(frozen=True)
class ColumnRow:
    """A column of a sheet: its number and words, what stands in it, and which field it is ("": left out or unknown)."""

    number: int
    words: str
    samples: tuple[str, ...]
    key: str
    is_left_out: bool


@dataclass(frozen=True)
class OpenedList:
    """A book that was opened: its sheets, and the columns of the one that is read."""

    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    last_row: int
    columns: tuple[ColumnRow, ...]
    fields: tuple[FieldRow, ...]
    is_remembered: bool
    rivals: int  # further sheets that look like such a list

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields a list of this kind needs and no column is."""
        return missing_in(self.fields, {column.key for column in self.columns})

    @property
    def is_clear(self) -> bool:
        """Whether nobody needs to look at the columns: all that hold something mean something."""
        doubtful = any(column.samples and not column.key and not column.is_left_out for column in self.columns)
        return not self.missing and (self.is_remembered or not (doubtful or self.rivals))


@dataclass(frozen=True)
class RosterFault:
    """One remark on a list: `excel_row` 15 or "54-57", verdict accepted, warning, error or ignored."""

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
    kind: str = ROSTER
    kind_title: str = ""
    source: str = ""


def missing_in(fields: Sequence[FieldRow], keys: Collection[str]) -> tuple[str, ...]:
    """Return the labels of the needed fields that are not among the keys."""
    return tuple(one.label for one in fields if one.is_needed and one.key not in keys)


class Imports:
    """Lists in the shape of the stations' own sheets: the roster, and what was kept in sheets before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[KindRow, ...]:
        """Return the kinds of lists that this person may import."""
        self._desk.actor.require("imports.read")
        from desktop.services.takers import TAKERS, kind_of, taker_of

        codes = [entry["code"] for entry in entries("import_kind") if entry["code"] in TAKERS]
        mine = [code for code in codes if self._desk.actor.may(taker_of(self._desk, code).permission)]
        return tuple(_kind_row(kind_of(code)) for code in mine)

    def open(self, request: ImportRequest) -> OpenedList:
        """Open a book and say what its columns seem to mean; raises ValidationError bad_roster."""
        self._desk.actor.require("imports.take")
        from desktop.services.takers import kind_of
        from desktop.sheets.reader import find_headers

        book, _ = opened(request)
        kind = kind_of(request.kind)
        headers = find_headers(book, kind, self._choice(request))
        headers = [one for one in headers if len(one.heading.words) >= _LEAST_COLUMNS]
        if not headers:
            remedy = tr("没有导入任何内容。表格要有一行列名，下面一行一个人。请换一个文件再试。")
            raise ValidationError("bad_roster", tr("里面没有像表格的内容。"), remedy)
        best = max(headers, key=lambda one: (one.is_remembered, one.heading.is_of(kind), one.heading.score))
        return _opened_list(book, best, kind, sum(one.heading.is_of(kind) for one in headers) - 1)

    def take(
        self,
        sheet: Path | ImportRequest,
        errors_to: Path | None = None,
        is_dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportResult:
        """Read a list, store the good lines, write a copy with red cells and reasons for the faulty ones.

        Raises ValidationError bad_roster when the file is no such list, cancelled when `progress` was cancelled;
        then nothing is stored.
        """
        self._desk.actor.require("imports.take")
        from desktop.services.takers import taker_of

        request = sheet if isinstance(sheet, ImportRequest) else ImportRequest(sheet)
        self._desk.actor.require(taker_of(self._desk, request.kind).permission)
        _refuse_same_file(request.path, errors_to)
        run = _Run(self._desk, request, errors_to, progress or Progress())
        run.read(self._choice(request))
        return run.look() if is_dry_run else run.take()

    def _choice(self, request: ImportRequest) -> Choice:
        """Return what was settled about a list, now or for an earlier one with the same headings."""
        from sqlalchemy import select

        from desktop.models.views import ColumnMapping
        from desktop.sheets.reader import Choice

        query = select(ColumnMapping.headings_hash, ColumnMapping.mapping).where(ColumnMapping.kind == request.kind)
        with self._desk.work.read() as db:
            known = {row[0]: {int(number): str(key) for number, key in row[1].items()} for row in db.execute(query)}
        return Choice(request.sheet, request.header_row, request.mapping, known)

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

    def undo(self, batch_id: str, keep_changed: bool = False) -> int:
        """Undo a whole batch, return the number of its lines.

        Refuses, naming them, when records were changed since; with `keep_changed` those lines stay and the rest goes.
        """
        self._desk.actor.require("imports.undo")
        from desktop.models.imports import ImportBatch
        from desktop.services.journal import Undo
        from desktop.services.takers import taker_of

        with self._desk.work.write("imports.undo", batch_id) as db:
            batch = db.get(ImportBatch, batch_id)
            if batch is None or batch.undone_at is not None:
                raise ValidationError("no_such_batch", tr("没有这次导入，或者已经撤销过。"), tr("请刷新列表再看。"))
            taker = taker_of(self._desk, batch.kind)
            undo = Undo(db, batch, taker.name_of)
            changed = undo.changed_since()
            if changed and not keep_changed:
                _refuse_changed(changed)
            undo.apply(frozenset(row for row, _ in changed))
            taker.settle(db, undo.person_ids)
            batch.undone_at = self._desk.clock.now()
            return undo.lines


class _Run:
    """One import from the opened file to the result."""

    def __init__(self, desk: Desk, request: ImportRequest, errors_to: Path | None, progress: Progress) -> None:
        from desktop.services.takers import taker_of

        self._desk = desk
        self._request = request
        self._errors_to = errors_to
        self._progress = progress
        self._taker: Taker = taker_of(desk, request.kind)
        self._taker.progress = progress

    def read(self, choice: Choice) -> None:
        """Read the list; raises ValidationError bad_roster."""
        from desktop.sheets.reader import read_list

        self._progress.begin(tr("正在读表格"))
        self._book, self._data = opened(self._request)
        self._sheet, self._header = read_list(self._book, self._taker.kind, choice)

    def look(self) -> ImportResult:
        """Return what the list would do."""
        with self._desk.work.read() as db:
            lines = self._plan(db)
        errors_file = self._write_errors(lines)
        if errors_file is not None:
            self._desk.work.note("imports.marked_copy", rejected=sum(planned.fate == "reject" for planned in lines))
        return self._result(lines, errors_file, None)

    def take(self) -> ImportResult:
        """Store the good lines in one transaction: all of them, or none when something goes wrong on the way."""
        from desktop.models.base import new_id

        batch_id = new_id()
        with ExitStack() as tidy:
            with self._desk.work.write("imports.take", batch_id) as db:
                lines = self._plan(db)
                # Written first: when it cannot be, nothing is stored, as the sentence says.
                errors_file = self._write_errors(lines)
                if errors_file is not None:
                    tidy.callback(errors_file.unlink, missing_ok=True)
                is_stored = any(planned.is_stored for planned in lines)
                db.info["is_noted"] = is_stored or errors_file is not None
                if is_stored:
                    self._store(db, lines, batch_id)
                    self._remember(db)
            tidy.pop_all()
        return self._result(lines, errors_file, batch_id if is_stored else None)

    def _plan(self, db: Session) -> Sequence[PlannedLine]:
        self._progress.begin(tr("正在逐行核对"), len(self._sheet.lines))
        return self._taker.plan(db, self._sheet, self._desk.clock.today())

    def _store(self, db: Session, lines: Sequence[PlannedLine], batch_id: str) -> None:
        from desktop.models.imports import ImportBatch
        from desktop.services.journal import Journal

        counts = _counts(lines, self._sheet)
        batch = ImportBatch(
            id=batch_id,
            kind=self._request.kind,
            source=self._request.path.name if self._request.path else None,
            sheet_sha256=hashlib.sha256(self._data).hexdigest(),
            imported_at=self._desk.clock.now(),
            imported_by=self._desk.actor.user_id,
            counts=counts,
        )
        db.add(batch)
        db.flush()
        self._progress.begin(tr("正在存入"), sum(planned.is_stored for planned in lines))
        journal = Journal(db, self._progress)
        self._taker.take(db, lines, journal)
        self._taker.settle(db, journal.person_ids)
        journal.write(batch_id)
        self._progress.step(0)  # the last moment to cancel
        db.info["detail"].update(counts)

    def _remember(self, db: Session) -> None:
        """Keep what a person settled about the columns, for the next sheet with the same headings."""
        if self._request.mapping is None:
            return
        from sqlalchemy import select

        from desktop.models.views import ColumnMapping

        kind, known = self._request.kind, self._header.fingerprint
        query = select(ColumnMapping).where(ColumnMapping.kind == kind, ColumnMapping.headings_hash == known)
        row = db.scalar(query) or ColumnMapping(kind=kind, headings_hash=known)
        row.mapping = {str(number): key for number, key in self._request.mapping.items()}
        row.used_at = self._desk.clock.now()
        db.add(row)

    def _write_errors(self, lines: Sequence[PlannedLine]) -> Path | None:
        """Write the copy with red cells where it was asked for and a line was rejected; return where it is."""
        if self._errors_to is None or not any(planned.fate == "reject" for planned in lines):
            return None
        from desktop.sheets.writer import marked_copy, marked_table
        from desktop.store.disk import write_safely

        self._progress.begin(tr("正在写标红的表"))
        title = tr(resources.table("imports/words.toml")["reasons"])
        name, row, marks = self._sheet.sheet, self._sheet.header_row, self._marks(lines)
        if self._book.format == "xlsx":
            content = marked_copy(self._data, name, row, marks, title)
        else:
            content = marked_table(self._book.grid(name).rows(), row, marks, title)
        write_safely(self._errors_to, content)
        return self._errors_to

    def _marks(self, lines: Iterable[PlannedLine]) -> list[Any]:
        from desktop.sheets.writer import Mark

        columns = self._sheet.columns
        return [
            Mark(planned.line.excel_row, columns.get(one.key, (None,))[0], one.verdict, one.message)
            for planned in lines
            for one in planned.remarks
            if one.verdict in {"error", "warning"}
        ]

    def _result(self, lines: Sequence[PlannedLine], errors_file: Path | None, batch_id: str | None) -> ImportResult:
        counts, faults = _counts(lines, self._sheet), _faults(lines, self._sheet)
        return ImportResult(**counts, batch_id=batch_id, errors_file=errors_file, faults=faults)


def _refuse_same_file(path: Path | None, errors_to: Path | None) -> None:
    if path is not None and errors_to is not None and errors_to.resolve() == path.resolve():
        raise ValidationError("usage", tr("不能把问题表写在花名册上。"), tr("请给问题表另起一个文件名。"))


def opened(request: ImportRequest) -> tuple[Book, bytes]:
    """Return the book, and the bytes it was made of."""
    from desktop.sheets.books import open_book, open_paste
    from desktop.sheets.files import read_bytes

    if request.path is None:
        return open_paste(request.pasted, limits()), request.pasted.encode("utf-8", "replace")
    data = read_bytes(request.path, limits())
    return open_book(data, limits()), data


def _kind_row(kind: ListKind) -> KindRow:
    table = resources.table(f"imports/{kind.code}.toml")
    needed = tuple(tr(column.label) for column in kind.columns if column.is_needed)
    return KindRow(kind.code, tr(kind.title), tr(table["what"]), needed)


def _opened_list(book: Book, found: FoundHeader, kind: ListKind, rivals: int) -> OpenedList:
    keys = {number: key for key, (number, _) in found.heading.columns.items()}
    left_out = {number for number, _ in found.heading.left_out}
    columns = [
        ColumnRow(number, words, found.samples(number), keys.get(number, ""), number in left_out)
        for number, words in found.heading.words.items()
    ]
    fields = [FieldRow(one.key, tr(one.label), one.is_needed, tr(one.hint)) for one in kind.columns]
    fields += [
        FieldRow(key, words, False, "") for key, (_, words) in found.heading.columns.items() if not kind.column(key)
    ]
    return OpenedList(
        sheets=tuple(one.name for one in book.sheets if not one.is_hidden),
        sheet=found.grid.name,
        header_row=found.row,
        last_row=found.grid.last_row,
        columns=tuple(columns),
        fields=tuple(fields),
        is_remembered=found.is_remembered,
        rivals=rivals,
    )


def limits() -> SheetLimits:
    """Return how big a list may be (resources/codes/rules.toml)."""
    from desktop.sheets.files import SheetLimits

    table = rules("rosters")
    return SheetLimits(**{name: table[name] for name in SheetLimits.__dataclass_fields__})


def _counts(lines: Sequence[PlannedLine], sheet: ListSheet) -> dict[str, Any]:
    fates = Counter(planned.fate for planned in lines)
    return {
        "rows": len(lines),
        "imported": fates["new"],
        "updated": fates["change"],
        "unchanged": fates["same"],
        "drafts": sum(planned.fate == "new" and planned.is_draft for planned in lines),
        "rejected": fates["reject"],
        "ignored": len(sheet.skipped_rows),
    }


def _faults(lines: Iterable[PlannedLine], sheet: ListSheet) -> tuple[RosterFault, ...]:
    """Return every remark, from the top of the sheet to its foot."""
    told: list[tuple[int, RosterFault]] = []
    for planned in lines:
        row = planned.line.excel_row
        for remark in planned.remarks:
            column = sheet.columns[remark.key][1] if remark.key in sheet.columns else None
            told.append((row, RosterFault(row, column, remark.verdict, remark.code, remark.message)))
    for merged in sheet.merged:
        rows, column = f"{merged.first_row}-{merged.last_row}", sheet.columns[merged.key][1]
        message = tr("合并的单元格，各行都读作“{text}”。", text=merged.text)
        told.append((merged.first_row, RosterFault(rows, column, "accepted", "merged_filled", message)))
    for skip in sheet.skipped:
        fault = RosterFault(skip.excel_row, skip.column, "ignored", skip.code, skip.message)
        told.append((skip.excel_row, fault))
    return tuple(fault for _, fault in sorted(told, key=lambda one: one[0]))


def _batch_row(batch: ImportBatch, name: str | None) -> BatchRow:
    from desktop.services.takers import kind_of

    at = batch.imported_at.astimezone().strftime("%Y-%m-%d %H:%M")
    title, source = tr(kind_of(batch.kind).title), batch.source or tr("粘贴")
    return BatchRow(batch.id, at, name or "", batch.counts, batch.undone_at is not None, batch.kind, title, source)


def _refuse_changed(changed: Sequence[tuple[int, str]]) -> None:
    """Raise ValidationError import_changed, naming the lines that people worked on since."""
    named = "、".join(tr("第 {row} 行 {name}", row=row, name=name) for row, name in changed[:_MOST_NAMED])
    more = tr("等 {n} 人", n=len(changed)) if len(changed) > _MOST_NAMED else ""
    message = tr("导入以后又改过或记过服务，不能整批撤销：{named}{more}。", named=named, more=more)
    raise ValidationError("import_changed", message, tr("没有撤销任何内容。可以留下这些行，只撤销其余的。"))
