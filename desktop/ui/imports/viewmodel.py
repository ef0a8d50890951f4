"""Taking a list in: say what its columns are, look first, then take, then undo if it was wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.imports import (
    ROSTER,
    BatchRow,
    ColumnRow,
    ImportRequest,
    ImportResult,
    KindRow,
    OpenedList,
    RosterFault,
    missing_in,
)
from desktop.services.progress import Progress
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

ALL = "all"
CHOOSE, OPENING, MAPPING, READING = "choose", "opening", "mapping", "reading"
LOOKED, TAKING, TAKEN = "looked", "taking", "taken"
_BUSY = frozenset((OPENING, READING, TAKING))
_ROUND = 200  # ms between two looks at how far the work is


class ImportsViewModel(ViewModel):
    """The stage of one import (`stage`), what the list would do or did, and the imports made before."""

    stage_changed = Signal()
    batches_changed = Signal()
    progress_changed = Signal()
    undo_refused = Signal(object, str)  # KangyiError, id of the batch: lines were changed since

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.stage = CHOOSE
        self.kind = ROSTER
        self.kinds: tuple[KindRow, ...] = bench.services.imports.kinds()
        self.request: ImportRequest | None = None
        self.opened: OpenedList | None = None
        self.mapping: dict[int, str] = {}
        self.result: ImportResult | None = None
        self.batches: tuple[BatchRow, ...] = ()
        self.only = ALL
        self.wants_errors_file = True
        self.progress = Progress()
        self._watch = QTimer(self, interval=_ROUND)
        self._watch.timeout.connect(self.progress_changed)
        self.watch("import_batch")

    @property
    def sheet(self) -> Path | None:
        """The file that is imported; None before one is chosen, and for pasted rows."""
        return self.request.path if self.request else None

    @property
    def source(self) -> str:
        """The name of what is imported."""
        return self.sheet.name if self.sheet else tr("粘贴的内容") if self.request else ""

    @property
    def is_busy(self) -> bool:
        """Whether a list is being read or stored."""
        return self.stage in _BUSY

    def reload(self) -> None:
        """Ask for the imports made so far."""
        self.ask(self.bench.services.imports.batches, self._take_batches, about="batches")

    def pick_kind(self, kind: str) -> None:
        """Say what kind of list comes next."""
        self.kind = kind
        self.stage_changed.emit()

    def look(self, sheet: Path) -> None:
        """Read a file without storing anything."""
        self._open(ImportRequest(path=sheet, kind=self.kind))

    def paste(self, text: str) -> None:
        """Read rows copied in a spreadsheet without storing anything."""
        self._open(ImportRequest(pasted=text, kind=self.kind))

    def reopen(self, sheet: str, header_row: int) -> None:
        """Look at another sheet of the book, or for the header in another row."""
        if self.request is not None:
            self._open(replace(self.request, sheet=sheet, header_row=header_row, mapping=None), is_settling=True)

    def _open(self, request: ImportRequest, is_settling: bool = False) -> None:
        """Ask what the columns are; where they are plain and nobody is settling them, go on at once."""
        self.request = request
        self._begin(OPENING)
        imports = self.bench.services.imports
        failed = self._not_reopened if is_settling else self._unreadable
        done = self._settle if is_settling else self._opened
        self.ask(lambda: imports.open(request), done, failed, about="look", lane="files")

    def _opened(self, opened: OpenedList) -> None:
        self._show_columns(opened)
        if opened.is_clear:
            self._try()
        else:
            self._turn_to(MAPPING)

    def _settle(self, opened: OpenedList) -> None:
        self._show_columns(opened)
        self._turn_to(MAPPING)

    def _not_reopened(self, trouble: KangyiError) -> None:
        self._turn_to(MAPPING)
        self.failed.emit(trouble)

    def _show_columns(self, opened: OpenedList) -> None:
        self.opened = opened
        self.mapping = {column.number: column.key for column in opened.columns}

    def columns(self) -> tuple[ColumnRow, ...]:
        """Return the columns of the list."""
        return self.opened.columns if self.opened else ()

    def set_field(self, number: int, key: str) -> None:
        """Say which field a column is."""
        self.mapping[number] = key
        self.stage_changed.emit()

    def missing(self) -> tuple[str, ...]:
        """Return the fields that a list of this kind needs and no column is."""
        return missing_in(self.opened.fields, set(self.mapping.values())) if self.opened else ()

    def doubled(self) -> tuple[str, ...]:
        """Return the fields that more than one column is."""
        keys = list(self.mapping.values())
        fields = self.opened.fields if self.opened else ()
        return tuple(field.label for field in fields if keys.count(field.key) > 1)

    def show_columns(self) -> None:
        """Go back to the columns."""
        if self.opened is not None and not self.is_busy:
            self._turn_to(MAPPING)

    def settle_columns(self) -> None:
        """Try the list with the columns as they were settled."""
        if self.opened is None or self.request is None or self.missing() or self.doubled() or self.is_busy:
            return
        mapping = dict(self.mapping)
        sheet, row = self.opened.sheet, self.opened.header_row
        self.request = replace(self.request, sheet=sheet, header_row=row, mapping=mapping)
        self._try()

    def _try(self) -> None:
        """See what the list would do."""
        request, imports = self.request, self.bench.services.imports
        if request is None:
            return
        progress = self._begin(READING)
        self.ask(
            lambda: imports.take(request, is_dry_run=True, progress=progress),
            self._looked,
            self._not_tried,
            about="look",
            lane="files",
        )

    def take(self) -> None:
        """Store the good lines; the faulty ones go into a marked copy of the list when that is wanted."""
        if self.request is None or self.stage != LOOKED:
            return
        request, errors_to, imports = self.request, self.errors_target(), self.bench.services.imports
        progress = self._begin(TAKING)
        self.act(
            lambda: imports.take(request, errors_to, progress=progress), self._taken, self._not_taken, lane="files"
        )

    def cancel(self) -> None:
        """Stop what is under way; nothing of it stays."""
        self.progress.cancel()

    def undo(self, batch_id: str, keep_changed: bool = False) -> None:
        """Take a whole import back."""
        imports = self.bench.services.imports

        def refused(trouble: KangyiError) -> None:
            if trouble.code == "import_changed":
                self.undo_refused.emit(trouble, batch_id)
            else:
                self.failed.emit(trouble)

        self.act(lambda: imports.undo(batch_id, keep_changed), self._undone, refused)

    def start_over(self) -> None:
        """Choose another list."""
        self.request, self.opened, self.result, self.only = None, None, None, ALL
        self._turn_to(CHOOSE)

    def pick(self, only: str) -> None:
        """Show the remarks of one verdict."""
        self.only = only
        self.stage_changed.emit()

    def faults(self) -> tuple[RosterFault, ...]:
        """Return the remarks of the filter in force, from the top of the sheet."""
        faults = self.result.faults if self.result else ()
        return tuple(fault for fault in faults if self.only in (ALL, fault.verdict))

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: verdicts that occur, with their number."""
        faults = self.result.faults if self.result else ()
        chips = [(ALL, tr("全部说明 {n}", n=len(faults)))]
        for choice in self.bench.services.codes.choices("verdict"):
            number = sum(fault.verdict == choice.code for fault in faults)
            if number:
                chips.append((choice.code, f"{choice.label} {number}"))
        return chips

    def errors_target(self) -> Path | None:
        """Return where the marked copy goes: beside the list, under a name that is free; None when none is wanted."""
        if self.result is None or not self.wants_errors_file or not self.result.rejected:
            return None
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        beside = self.sheet or Path(documents or Path.home()) / tr("粘贴的表格.xlsx")
        stem, number = tr("{name}-退回", name=beside.stem), 1
        target = beside.with_name(f"{stem}.xlsx")
        while target.exists():
            number += 1
            target = beside.with_name(f"{stem}-{number}.xlsx")
        return target

    @property
    def would_store(self) -> int:
        """How many lines would be stored."""
        return self.result.imported + self.result.updated if self.result else 0

    def _begin(self, stage: str) -> Progress:
        self.progress = Progress()
        self._turn_to(stage)
        return self.progress

    def _turn_to(self, stage: str) -> None:
        self.stage = stage
        if self.is_busy:
            self._watch.start()
        else:
            self._watch.stop()
        self.stage_changed.emit()

    def _looked(self, result: ImportResult) -> None:
        self.result, self.only = result, ALL
        self._turn_to(LOOKED)

    def _not_tried(self, trouble: KangyiError) -> None:
        """Stay with the columns where a person settled them."""
        if self.request is None or self.request.mapping is None:
            self._unreadable(trouble)
        else:
            self._not_reopened(trouble)

    def _unreadable(self, trouble: KangyiError) -> None:
        self.start_over()
        self.failed.emit(trouble)

    def _taken(self, result: ImportResult) -> None:
        self.result = result
        self._turn_to(TAKEN)
        self.reload()

    def _not_taken(self, trouble: KangyiError) -> None:
        self._turn_to(LOOKED)
        self.failed.emit(trouble)

    def _undone(self, lines: int) -> None:
        self.bench.toast(tr("已撤销，{n} 行恢复到导入之前。", n=lines))
        if self.stage == TAKEN:
            self.start_over()
        self.reload()

    def _take_batches(self, batches: tuple[BatchRow, ...]) -> None:
        self.batches = batches
        self.batches_changed.emit()
