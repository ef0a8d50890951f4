"""The bin (回收站): what was taken away, by whom, when and why; one press brings a record back."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.removals import RemovedRow
from desktop.ui.kit.cells import action_cell, icon_cell, two_line_cell, words_cell
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.removals.viewmodel import RemovalsViewModel

_ICONS = {
    "person": "user-round", "visit": "house", "training": "clipboard-check", "scan": "image", "benefit": "hand-heart",
    "survey": "contact",
}  # fmt: skip


def _what(row: RemovedRow) -> tuple[str, str, str, str]:
    return _ICONS.get(row.kind, "building-2"), "off", row.title, row.detail


def _when(row: RemovedRow) -> tuple[str, str]:
    return row.at.astimezone().strftime("%Y-%m-%d %H:%M"), row.who


class RemovalsScreen(Screen):
    """Nothing in here is lost; whoever may, restores it."""

    title = tr("回收站")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = RemovalsViewModel(bench, self)
        self.banner = Banner()
        columns = [
            Column(tr("内容"), 0, lambda row: f"{row.title}，{row.detail}", icon_cell(_what)),
            Column(tr("何时由谁删除"), 170, lambda row: "，".join(_when(row)), two_line_cell(_when)),
            Column(tr("理由"), 300, lambda row: row.reason, words_cell(lambda row: row.reason)),
        ]
        if bench.may("removals.restore"):
            words = tr("恢复")
            columns.append(Column("", 110, lambda _: words, action_cell(lambda _: (words, "")), action=lambda _: words))
        self.table = RecordTable(RecordsModel(columns, lambda row: f"{row.kind}/{row.id}"), tr("删除了的记录"), 54)
        self.card = RecordCard(self.table)
        self.set_page(page(PageHeader(tr("回收站"), on_back=bench.back), self.banner, (self.card, 1)))
        self.table.action_clicked.connect(self.model.restore)
        self.model.loaded.connect(self._show)
        self.model.restored.connect(lambda title: bench.toast(tr("已恢复：{title}", title=title)))
        self.model.failed.connect(self.banner.say_failure)

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.banner.say("info", "")
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def _show(self) -> None:
        rows = self.model.rows
        self.table.show_records(rows)
        none = EmptyState("trash-2", tr("回收站是空的"), tr("删除了的记录会留在这里，可以恢复。"), tone="off")
        self.card.show_instead(None if rows else none)
        self.card.set_footer(tr("共 {n} 条；这里的内容不会自动清除", n=len(rows)))
