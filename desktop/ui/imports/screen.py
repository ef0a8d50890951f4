"""Importing a list (导入表格): choose, say what its columns are, look at every line, take, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.imports import BatchRow
from desktop.ui.imports.mapper import ColumnCard, MapPanel, focus_column
from desktop.ui.imports.panels import SUFFIXES, ChooseCard, DecisionPanel
from desktop.ui.imports.tables import batch_table, batch_words, fault_table
from desktop.ui.imports.viewmodel import (
    CHOOSE,
    LOOKED,
    MAPPING,
    OPENING,
    READING,
    TAKEN,
    TAKING,
    ImportsViewModel,
)
from desktop.ui.kit.basics import label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import column, frame, page, row
from desktop.ui.kit.messages import Banner, EmptyState, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import RecordCard
from desktop.ui.kit.steps import Steps
from desktop.ui.kit.workbench import Workbench

_STEP_OF = {CHOOSE: 0, OPENING: 0, MAPPING: 1, READING: 1, LOOKED: 2, TAKING: 2, TAKEN: 3}
_CHOOSING, _COLUMNS, _LINES = range(3)
_PAGE_OF = {MAPPING: _COLUMNS, LOOKED: _LINES, TAKING: _LINES, TAKEN: _LINES}
_GOES_TO = {
    "roster": "people", "survey": "surveys", "visits": "visits", "attendance": "trainings",
    "staff_training": "institution",
}  # fmt: skip


_GO_WORDS = {
    "people": tr("去看名单"),
    "surveys": tr("去看摸底名单"),
    "visits": tr("去看入户服务"),
    "trainings": tr("去看训练活动"),
    "institution": tr("去看机构档案"),
}


class ImportsScreen(Screen):
    """Nothing is stored before the person saw every remark; a whole import can be taken back."""

    title = tr("导入表格")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ImportsViewModel(bench, self)
        self._shown_stage = CHOOSE
        may = bench.may
        self.head = PageHeader(tr("导入表格"), "", (), bench.back)
        self.steps = Steps((tr("选表"), tr("对列"), tr("试读核对"), tr("导入结果")))
        self.banner = Banner()
        self.choose = ChooseCard(may("imports.take"), self.model.kinds)
        self.batches = batch_table(may("imports.undo"))
        self.past = RecordCard(self.batches, label(tr("以前的导入"), "h3"))
        self.chips = Chips([], name=tr("筛选说明"))
        self.faults = fault_table(bench.services.codes)
        self.remarks = RecordCard(self.faults, self.chips)
        self.decision = DecisionPanel(may("imports.undo"))
        self.columns, self.place = ColumnCard(), MapPanel()
        self.stack = QStackedWidget()
        self.stack.addWidget(frame(column(self.choose, (self.past, 1), spacing=12)))
        self.stack.addWidget(frame(row((self.columns, 1), self.place, spacing=14)))
        self.stack.addWidget(frame(row((self.remarks, 1), self.decision, spacing=14)))
        self.set_page(page(self.head, self.steps, self.banner, (self.stack, 1), spacing=10))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Start with choosing a list, of the kind that is asked for."""
        self.model.reload()
        if "kind" in params and not self.model.is_busy:
            self.model.pick_kind(str(params["kind"]))
        self._show()

    def default_focus(self) -> QWidget | None:
        if self.model.stage == MAPPING:
            return focus_column(self.columns)
        return self.choose.button if self.choose.button.isVisible() else self.faults

    def look(self, sheet: Path) -> None:
        """Read a sheet that was chosen or dropped."""
        self.banner.say("info", "")
        self.model.look(sheet)

    def paste(self) -> None:
        """Read the rows that were copied in a spreadsheet."""
        self.banner.say("info", "")
        self.model.paste(QGuiApplication.clipboard().text())

    def _connect(self) -> None:
        model, decision = self.model, self.decision
        model.stage_changed.connect(self._show)
        model.batches_changed.connect(self._show_batches)
        model.failed.connect(self._say_failure)
        model.undo_refused.connect(self._offer_to_undo_the_rest)
        self.choose.choose_wanted.connect(self._ask_for_sheet)
        self.choose.paste_wanted.connect(self.paste)
        self.choose.dropped.connect(self.look)
        self.choose.kind_picked.connect(model.pick_kind)
        self.columns.picked.connect(model.set_field)
        self.place.try_wanted.connect(self._try)
        self.place.other_wanted.connect(self._start_over)
        self.place.place_wanted.connect(model.reopen)
        for work in (self.choose.work, decision.work):
            work.cancel_wanted.connect(model.cancel)
            model.progress_changed.connect(lambda bar=work: bar.show_progress(model.progress))
        self.chips.picked.connect(model.pick)
        self.batches.action_clicked.connect(self._ask_to_undo)
        self.batches.row_activated.connect(self._ask_to_undo)
        decision.take_wanted.connect(self._take)
        decision.other_wanted.connect(self._start_over)
        decision.columns_wanted.connect(model.show_columns)
        decision.errors_file_wanted.connect(self._want_errors_file)
        decision.people_wanted.connect(lambda: self.bench.go(self._goes_to()))
        decision.open_wanted.connect(self._open_errors_file)
        decision.undo_wanted.connect(self._undo_this)

    def _goes_to(self) -> str:
        """Return the screen that shows what was imported, "people" where there is none of its own."""
        return _GOES_TO.get(self.model.kind, "people")

    def _try(self) -> None:
        self.banner.say("info", "")
        self.model.settle_columns()

    def _take(self) -> None:
        self.banner.say("info", "")
        self.model.take()

    def _start_over(self) -> None:
        self.banner.say("info", "")
        self.model.start_over()
        self.choose.button.setFocus()

    def _want_errors_file(self, on: bool) -> None:
        self.model.wants_errors_file = on
        self._show()

    def _ask_for_sheet(self) -> None:
        kinds = tr("表格 ({kinds})", kinds=" ".join(f"*{one}" for one in SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(self, tr("选择要导入的表格"), str(Path.home()), kinds)
        if name:
            self.look(Path(name))

    def _open_errors_file(self) -> None:
        file = self.model.result.errors_file if self.model.result else None
        if file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

    def _show(self) -> None:
        model = self.model
        self.steps.set_current(_STEP_OF[model.stage])
        self.stack.setCurrentIndex(_PAGE_OF.get(model.stage, _CHOOSING))
        self.choose.show_kind(model.kind)
        self.choose.show_reading(model.source if model.stage in (OPENING, READING) else "")
        if model.stage in (OPENING, READING):
            self.choose.work.show_progress(model.progress)
        elif model.stage == MAPPING:
            self._show_columns()
        elif model.stage != CHOOSE:
            self._show_result()
        if model.stage != self._shown_stage:
            self._shown_stage = model.stage
            self._focus()

    def _focus(self) -> None:
        """Put the focus where the next thing is to be done."""
        place = {
            OPENING: self.choose.work.cancel,
            READING: self.choose.work.cancel,
            MAPPING: focus_column(self.columns),
            LOOKED: self.faults,
            TAKING: self.decision.work.cancel,
            TAKEN: self.decision.people,
        }.get(self.model.stage)
        if place is not None:
            place.setFocus()

    def _show_columns(self) -> None:
        opened = self.model.opened
        if opened is not None:
            self.columns.show_columns(opened, self.model.mapping)
            self.place.show_place(opened, self.model.source, self.model.missing(), self.model.doubled())

    def _show_result(self) -> None:
        model = self.model
        if model.result is None:
            return
        if model.stage == TAKEN:
            self.decision.show_taken(model.source, model.result, _GO_WORDS[self._goes_to()])
        else:
            self.decision.show_looked(model.source, model.result, model.errors_target(), model.stage == TAKING)
        self.decision.work.show_progress(model.progress)
        self._show_faults()

    def _show_faults(self) -> None:
        faults = self.model.faults()
        self.chips.set_options(self.model.filters())
        self.chips.set_value(self.model.only)
        self.faults.show_records(faults)
        self.remarks.show_instead(None if faults else _nothing_to_say())
        words = tr("共 {n} 条说明；没有列出的行都收下", n=len(faults))
        self.remarks.set_footer(words, tr("行号与 Excel 里的一致"))

    def _show_batches(self) -> None:
        batches = self.model.batches
        self.batches.show_records(batches)
        self.past.show_instead(None if batches else EmptyState("history", tr("还没有导入过"), tone="off"))
        counted = tr("共 {n} 批；撤销会把每一行恢复到导入之前", n=len(batches))
        # below the empty list, not in it: with large letters a small screen has no room for both
        self.past.set_footer(counted if batches else tr("导入过的每一批都会列在这里，可以整批撤销"))

    def _undo_this(self) -> None:
        batch_id = self.model.result.batch_id if self.model.result else None
        for batch in self.model.batches:
            if batch.id == batch_id:
                self._ask_to_undo(batch)

    def _ask_to_undo(self, batch: BatchRow) -> None:
        if batch.is_undone or not self.bench.may("imports.undo"):
            return
        words = tr(
            "{at} 由{who}导入{kind}：{what}。撤销后，新建的档案会删掉，改过的恢复原样；导入以后有人改过的，不会撤销。",
            at=batch.imported_at,
            who=batch.imported_by,
            kind=batch.kind_title,
            what=batch_words(batch),
        )
        title, yes = tr("撤销这一批导入？"), tr("整批撤销")
        confirm(self.window(), title, words, yes, lambda: self._undo(batch.id), tr("不撤销"), is_danger=True)

    def _undo(self, batch_id: str, keep_changed: bool = False) -> None:
        self.banner.say("info", "")
        self.model.undo(batch_id, keep_changed)

    def _offer_to_undo_the_rest(self, trouble: KangyiError, batch_id: str) -> None:
        self.banner.say_failure(trouble, tr("撤销其余的行"), lambda: self._undo(batch_id, keep_changed=True))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)


def _nothing_to_say() -> EmptyState:
    return EmptyState("circle-check", tr("每一行都没有问题"), tr("可以直接导入。"))
