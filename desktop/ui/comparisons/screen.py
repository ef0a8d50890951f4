"""信息比对: another side's list beside our files; each line is adopted, asked about or set aside."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.comparisons import ComparisonDetail, ComparisonLineRow, ComparisonRow
from desktop.services.imports import ImportRequest
from desktop.ui.comparisons.dialogs import TONES, Acts, ask_line, ask_name
from desktop.ui.comparisons.viewmodel import ComparisonsViewModel
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import action_cell, person_cell, pill_cell, two_line_cell, words_cell
from desktop.ui.kit.choices import Chips, Segments
from desktop.ui.kit.files import choose_file, choose_target
from desktop.ui.kit.layouts import column, page
from desktop.ui.kit.messages import Banner, EmptyState, confirm, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

LINES, OVER_TIME = "lines", "over_time"


class ComparisonsScreen(Screen):
    """One line a person; Enter shows both sides and what can be done. Ctrl+V compares rows copied from a sheet."""

    title = tr("信息比对")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ComparisonsViewModel(bench, self)
        self.banner = Banner()
        self.views = Segments([(LINES, tr("比对结果")), (OVER_TIME, tr("历次统计"))], name=tr("看什么"), value=LINES)
        self.chips = Chips([], name=tr("筛选比对结果"))
        self.records = RecordsModel(_columns(bench), lambda row: row.id)
        self.table = RecordTable(self.records, tr("比对结果"), 54)
        self.card = RecordCard(self.table, self.chips)
        self.past = RecordTable(RecordsModel(_past_columns(bench), lambda row: row.id), tr("历次统计"), 46)
        rule = label(tr("同一份名单每季度比一次，可以看出差异是不是在变少。"), "note")
        self.past_card = RecordCard(self.past, column(rule))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.card)
        self.stack.addWidget(self.past_card)
        self.take = button(tr("比对新名单"), "file-spreadsheet", "primary", on_click=self._ask_file)
        self.take.setEnabled(bench.may("comparisons.take"))
        self.sheet = button(tr("导出结果"), "file-down", on_click=self._ask_export)
        self.printed = button("", "printer", "square", name=tr("打印比对结果"), on_click=self._print)
        actions = (self.views, self.printed, self.sheet, self.take)
        self.head = PageHeader(tr("信息比对"), "", actions, on_back=bench.back)
        self.set_page(page(self.head, self.banner, (self.stack, 1)))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Show the newest comparison anew."""
        self.banner.say("info", "")
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def _connect(self) -> None:
        model = self.model
        self.views.picked.connect(lambda view: self.stack.setCurrentIndex(int(view == OVER_TIME)))
        self.chips.picked.connect(model.pick)
        self.records.more_wanted.connect(model.more)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.open)
        self.past.row_activated.connect(self._look_at)
        model.listed.connect(self._show_comparisons)
        model.replaced.connect(self._show)
        model.added.connect(self._show_more)
        model.opened.connect(self._ask_line)
        model.compared.connect(lambda: self.bench.toast(tr("比对完成，先看“待处理”的")))
        model.decided.connect(lambda: self.bench.toast(tr("已处理")))
        model.refused.connect(self._refuse)
        model.failed.connect(self._say_failure)
        paste = QShortcut(QKeySequence.StandardKey.Paste, self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self._paste)

    def open(self, row: ComparisonLineRow) -> None:
        """Show both sides of a line, or the file for whom may not decide."""
        if self.bench.may("comparisons.decide"):
            self.model.open(row)
        elif row.person_id:
            self.bench.go("person", person_id=row.person_id)

    def compare(self, request: ImportRequest, proposed: str) -> None:
        """Ask whose list it is, then compare it."""
        self.banner.say("info", "")

        def begin(name: str) -> None:
            self.take.setEnabled(False)
            self.model.compare(request, name)

        ask_name(self.window(), proposed, begin)

    def _ask_file(self) -> None:
        file = choose_file(self, tr("选择对方的名单"), tr("表格 (*.xlsx *.xlsm *.xls *.ods *.csv)"))
        if file is not None:
            self.compare(ImportRequest(file), file.stem)

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip() and self.bench.may("comparisons.take"):
            self.compare(ImportRequest(pasted=text), "")

    def _ask_line(self, found: ComparisonDetail) -> None:
        may, model, row = self.bench.may, self.model, found.row
        acts = Acts(
            (lambda fields: model.adopt(found, fields)) if may("people.amend") else None,
            (lambda: model.list_for_survey(found)) if may("surveys.record") else None,
            lambda decision, reason: model.decide(found, decision, reason),
            lambda: self.bench.go("person", person_id=row.person_id),
        )
        ask_line(self.window(), self.bench.services.codes, found, acts)

    def _look_at(self, row: ComparisonRow) -> None:
        self.views.set_value(LINES)
        self.stack.setCurrentIndex(0)
        self.model.look_at(row.id)

    def _show_comparisons(self) -> None:
        current = self.model.current
        self.take.setEnabled(self.bench.may("comparisons.take") and not self.model.is_comparing)
        self.sheet.setEnabled(current is not None and self.bench.may("comparisons.export"))
        self.printed.setEnabled(current is not None and self.bench.may("documents.prepare"))
        self.chips.set_options(self.model.filters())
        self.chips.set_value(self.model.only)
        self.past.show_records(self.model.comparisons)
        self.past_card.show_instead(None if self.model.comparisons else self._nothing())
        self.past_card.set_footer(tr("共比对 {n} 次", n=len(self.model.comparisons)), tr("↑ ↓ 选一次 · Enter 看结果"))
        words = (
            tr("{list} · {day}", list=current.list_name, day=f"{current.compared_at.astimezone():%Y-%m-%d}")
            if current
            else ""
        )
        self.head.set_sentence(words)

    def _show(self) -> None:
        self.table.show_records(self.model.rows, self.model.total)
        self.card.show_instead(None if self.model.rows else self._nothing())
        self._show_footer()

    def _show_more(self, rows: tuple[ComparisonLineRow, ...]) -> None:
        self.records.append(rows)
        self._show_footer()

    def _show_footer(self) -> None:
        self.card.set_footer(tr("共 {n} 人", n=self.model.total), tr("↑ ↓ 选人 · Enter 并排看和处理"))

    def _nothing(self) -> EmptyState:
        if self.model.current is not None:
            return EmptyState("circle-check", tr("这一类没有了"), tr("换一类看，或比对新的名单。"), tone="off")
        why = tr(
            "把卫健等部门给的名单拿来和本站档案比：谁两边都有、谁只在一边、哪些项不一样。也可以复制表格里的行，在这里粘贴。"
        )
        return EmptyState("git-compare", tr("还没有比对过"), why, tr("选择对方的名单"), self._ask_file)

    def _print(self) -> None:
        if self.model.current is not None:
            self.bench.go("comparison_paper", comparison_id=self.model.current.id)

    def _ask_export(self) -> None:
        text = tr("表格里姓名遮盖成“张*”，证件号码遮盖中间几位。表格不加密，请只存到安全的地方，用完删除。")
        confirm(self.window(), tr("导出比对结果"), text, tr("选择位置并导出"), self._export)

    def _export(self) -> None:
        name = Path.home() / tr("信息比对 {day}.xlsx", day=self.bench.today().isoformat())
        target = choose_target(self, tr("导出比对结果"), name, tr("表格 (*.xlsx)"))
        if target is not None:
            told = partial(self._exported, target)
            self.model.export(target, is_full=False, reason="", done=told)

    def _exported(self, target: Path, number: int) -> None:
        self.bench.toast(tr("已导出 {n} 行到 {name}", n=number, name=target.name))

    def _refuse(self, trouble: KangyiError) -> None:
        self.take.setEnabled(self.bench.may("comparisons.take"))
        self.banner.say_failure(trouble)

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def who(row: ComparisonLineRow) -> tuple[str, str]:
        place = tr("第 {n} 行", n=row.excel_row) if row.excel_row else ""
        return row.name, tr(" · ").join(part for part in (row.id_masked, row.village, place) if part)

    def verdict(row: ComparisonLineRow) -> tuple[str, str, str]:
        return codes.label("comparison_verdict", row.verdict), *TONES[row.verdict]

    def differing(row: ComparisonLineRow) -> str:
        return tr("、").join(row.differing) or "—"

    def decision(row: ComparisonLineRow) -> tuple[str, str]:
        if row.decision:
            return codes.label("comparison_decision", row.decision), row.reason
        return tr("未处理"), tr("上次{what}", what=row.earlier) if row.earlier else ""

    def action(row: ComparisonLineRow) -> str:
        return tr("处理") if bench.may("comparisons.decide") and row.verdict != "matched" else ""

    return (
        Column(tr("对方名单上的人"), 0, lambda row: "，".join(who(row)), person_cell(who)),
        Column(tr("结果"), 150, lambda row: verdict(row)[0], pill_cell(verdict)),
        Column(tr("本站档案号"), 150, lambda row: row.file_no or "—", hide_below=1000),
        Column(tr("哪些项不同"), 200, differing, words_cell(differing)),
        Column(tr("处理"), 190, lambda row: "，".join(decision(row)), two_line_cell(decision), hide_below=840),
        Column("", 104, action, action_cell(lambda row: (action(row), "")), action=action),
    )


def _past_columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def number(verdict: str) -> Column:
        return Column(codes.label("comparison_verdict", verdict), 112, lambda row: str(row.counts[verdict]))

    def day(row: ComparisonRow) -> str:
        return f"{row.compared_at.astimezone():%Y-%m-%d %H:%M}"

    return (
        Column(tr("谁的名单"), 0, lambda row: row.list_name),
        Column(tr("比对时间"), 150, day),
        *(number(verdict) for verdict in ("different", "possible", "only_there", "only_here", "matched")),
        Column(tr("未处理"), 90, lambda row: str(row.waiting)),
    )
