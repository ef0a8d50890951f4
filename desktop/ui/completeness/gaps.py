"""缺材料: whose files lack what, over the whole station."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.completeness import GapRow
from desktop.ui.completeness.viewmodel import GapsViewModel
from desktop.ui.kit.basics import button
from desktop.ui.kit.cells import action_cell, person_cell, words_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.files import choose_target
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner, EmptyState, confirm, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench


class FileGapsScreen(Screen):
    """One line a file that lacks something; Enter opens its catalogue."""

    title = tr("缺材料名单")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = GapsViewModel(bench, self)
        self.banner = Banner()
        self.chips = Chips([], name=tr("缺哪一部分"))
        self.records = RecordsModel(_columns(bench), lambda row: row.person_id)
        self.table = RecordTable(self.records, tr("缺材料名单"), 52)
        self.card = RecordCard(self.table, self.chips)
        self.sheet = button(tr("导出表格"), "file-spreadsheet", on_click=self._ask_export)
        self.sheet.setEnabled(bench.may("people.export"))
        self.head = PageHeader(tr("缺材料名单"), "", (self.sheet,), on_back=bench.back)
        self.set_page(page(self.head, self.banner, (self.card, 1)))
        self.chips.picked.connect(self.model.pick)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.open)
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the list anew, narrowed down to `part` when one is named."""
        self.banner.say("info", "")
        self.model.pick(params.get("part", self.model.part))

    def default_focus(self) -> QWidget:
        return self.table

    def open(self, row: GapRow) -> None:
        """Open the catalogue of a file."""
        self.bench.go("file_parts", person_id=row.person_id)

    def _show(self) -> None:
        gaps = self.model.gaps
        if gaps is None:
            return
        self.chips.set_options(self.model.filters())
        self.chips.set_value(self.model.part)
        self.table.show_records(gaps.rows)
        why = tr("规则要求的材料都齐了。")
        self.card.show_instead(None if gaps.rows else EmptyState("folder-open", tr("没有缺材料的档案"), why))
        self.head.set_sentence(tr("{n} 份档案里 {m} 份缺材料", n=gaps.files, m=gaps.by_part[""]))
        shown = tr("显示前 {n} 份，共 {m} 份；全部的请导出", n=len(gaps.rows), m=gaps.total)
        self.card.set_footer(
            tr("共 {n} 份", n=gaps.total) if len(gaps.rows) == gaps.total else shown, tr("↑ ↓ 选人 · Enter 打开目录")
        )

    def _ask_export(self) -> None:
        text = tr("表格里姓名遮盖成“张*”，但有档案号和村（居）。表格不加密，请只存到安全的地方，用完删除。")
        confirm(self.window(), tr("导出缺材料名单"), text, tr("选择位置并导出"), self._export)

    def _export(self) -> None:
        name = Path.home() / tr("缺材料名单.xlsx")
        target = choose_target(self, tr("导出到"), name, tr("表格 (*.xlsx)"))
        if target is not None:
            self.model.export(target, lambda n: self.bench.toast(tr("已导出 {n} 份", n=n)))

    def _say_failure(self, trouble: KangyiError) -> None:
        if self.model.gaps is None:
            self.card.show_instead(failed_state(trouble, self.model.reload))
        else:
            self.banner.say_failure(trouble)


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes
    numbers = {each.code: each.label for each in codes.choices("file_part")}

    def who(row: GapRow) -> tuple[str, str]:
        return row.name, row.file_no

    def lacking(row: GapRow) -> str:
        return "；".join(numbers[code] for code in row.lacking)

    def number(row: GapRow) -> str:
        return tr("{n} 部分", n=len(row.lacking))

    words = tr("去补")
    return (
        Column(tr("服务对象"), 220, lambda row: "，".join(who(row)), person_cell(who)),
        Column(tr("村（居）"), 120, lambda row: row.village or "—", hide_below=820),
        Column(tr("缺"), 84, number),
        Column(tr("缺哪些"), 0, lacking, words_cell(lacking)),
        Column("", 100, lambda _: words, action_cell(lambda _: (words, "")), action=lambda _: words),
    )
