"""Importing a roster (导入花名册): choose, look at every line, take, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.imports import BatchRow
from desktop.ui.imports.panels import ChooseCard, DecisionPanel
from desktop.ui.imports.tables import batch_table, batch_words, fault_table
from desktop.ui.imports.viewmodel import CHOOSE, LOOKED, READING, TAKEN, TAKING, ImportsViewModel
from desktop.ui.kit.basics import label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import column, frame, page, row
from desktop.ui.kit.messages import Banner, EmptyState, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import RecordCard
from desktop.ui.kit.steps import Steps
from desktop.ui.kit.workbench import Workbench

_STEP_OF = {CHOOSE: 0, READING: 0, LOOKED: 1, TAKING: 1, TAKEN: 2}


class ImportsScreen(Screen):
    """Nothing is stored before the person saw every remark; a whole import can be taken back."""

    title = tr("导入花名册")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ImportsViewModel(bench, self)
        self._shown_stage = CHOOSE
        may = bench.may
        self.head = PageHeader(tr("导入花名册"), "", (), bench.back)
        self.steps = Steps((tr("选表"), tr("试读核对"), tr("导入结果")))
        self.banner = Banner()
        self.choose = ChooseCard(may("imports.take"))
        self.batches = batch_table(may("imports.undo"))
        self.past = RecordCard(self.batches, label(tr("以前的导入"), "h3"))
        self.chips = Chips([], name=tr("筛选说明"))
        self.faults = fault_table(bench.services.codes)
        self.remarks = RecordCard(self.faults, self.chips)
        self.decision = DecisionPanel(may("imports.undo"))
        self.stack = QStackedWidget()
        self.stack.addWidget(frame(column(self.choose, (self.past, 1), spacing=12)))
        self.stack.addWidget(frame(row((self.remarks, 1), self.decision, spacing=14)))
        self.set_page(page(self.head, self.steps, self.banner, (self.stack, 1), spacing=10))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Start with choosing a sheet."""
        self.model.reload()
        self._show()

    def default_focus(self) -> QWidget | None:
        return self.choose.button if self.choose.button.isVisible() else self.faults

    def look(self, sheet: Path) -> None:
        """Read a sheet that was chosen or dropped."""
        self.banner.say("info", "")
        self.model.look(sheet)

    def _connect(self) -> None:
        model, decision = self.model, self.decision
        model.stage_changed.connect(self._show)
        model.batches_changed.connect(self._show_batches)
        model.failed.connect(self._say_failure)
        self.choose.choose_wanted.connect(self._ask_for_sheet)
        self.choose.dropped.connect(self.look)
        self.chips.picked.connect(model.pick)
        self.batches.action_clicked.connect(self._ask_to_undo)
        self.batches.row_activated.connect(self._ask_to_undo)
        decision.take_wanted.connect(self._take)
        decision.other_wanted.connect(self._start_over)
        decision.errors_file_wanted.connect(self._want_errors_file)
        decision.people_wanted.connect(lambda: self.bench.go("people"))
        decision.open_wanted.connect(self._open_errors_file)
        decision.undo_wanted.connect(self._undo_this)

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
        kinds = tr("Excel 工作簿 (*.xlsx *.xlsm)")
        name, _ = QFileDialog.getOpenFileName(self, tr("选择花名册"), str(Path.home()), kinds)
        if name:
            self.look(Path(name))

    def _open_errors_file(self) -> None:
        file = self.model.result.errors_file if self.model.result else None
        if file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

    def _show(self) -> None:
        model = self.model
        self.steps.set_current(_STEP_OF[model.stage])
        is_choosing = model.stage in (CHOOSE, READING)
        self.stack.setCurrentIndex(0 if is_choosing else 1)
        self.choose.show_reading(model.sheet if model.stage == READING else None)
        if is_choosing or model.result is None or model.sheet is None:
            self._shown_stage = model.stage
            return
        if model.stage == TAKEN:
            self.decision.show_taken(model.sheet, model.result)
        else:
            is_busy = model.stage == TAKING
            self.decision.show_looked(model.sheet, model.result, model.errors_target(), is_busy)
        self._show_faults()
        if model.stage != self._shown_stage:
            self._shown_stage = model.stage
            (self.decision.people if model.stage == TAKEN else self.faults).setFocus()

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
        why = tr("导入过的每一批都列在这里，可以整批撤销。")
        self.past.show_instead(None if batches else EmptyState("history", tr("还没有导入过"), why, tone="off"))
        self.past.set_footer(tr("共 {n} 批；撤销会把每一行恢复到导入之前", n=len(batches)))

    def _undo_this(self) -> None:
        batch_id = self.model.result.batch_id if self.model.result else None
        for batch in self.model.batches:
            if batch.id == batch_id:
                self._ask_to_undo(batch)

    def _ask_to_undo(self, batch: BatchRow) -> None:
        if batch.is_undone or not self.bench.may("imports.undo"):
            return
        words = tr(
            "{at} 由{who}导入：{what}。撤销后，新建的档案会删掉，改过的恢复原样；导入以后有人改过的，不会撤销。",
            at=batch.imported_at,
            who=batch.imported_by,
            what=batch_words(batch),
        )
        title, yes = tr("撤销这一批导入？"), tr("整批撤销")
        confirm(self.window(), title, words, yes, lambda: self._undo(batch.id), tr("不撤销"), is_danger=True)

    def _undo(self, batch_id: str) -> None:
        self.banner.say("info", "")
        self.model.undo(batch_id)

    def _say_failure(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)


def _nothing_to_say() -> EmptyState:
    return EmptyState("circle-check", tr("每一行都没有问题"), tr("可以直接导入。"))
