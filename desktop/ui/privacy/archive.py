"""归档: closed files put away, those ready for it, and those whose time of keeping is over."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.privacy import ArchiveRow
from desktop.ui.kit.cells import action_cell, person_cell, pill_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.viewmodel import ArchiveViewModel


class ArchiveScreen(Screen):
    """One line a file; Enter opens it, the button leads to where it is put away, taken out or appraised."""

    title = tr("归档与保管期限")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ArchiveViewModel(bench, self)
        lists = [("archived", tr("已归档")), ("ready", tr("可以归档")), ("over", tr("保管期满，待鉴定"))]
        self.chips = Chips(lists, name=tr("哪些档案"))
        self.records = RecordsModel(_columns(), lambda row: row.person_id)
        self.table = RecordTable(self.records, tr("归档的档案"), 52)
        self.card = RecordCard(self.table, self.chips)
        words = tr("到期只列出来，由人鉴定，绝不自动销毁")
        self.set_page(page(PageHeader(tr("归档与保管期限"), words, on_back=bench.back), (self.card, 1)))
        self.chips.picked.connect(self.model.pick)
        self.table.row_activated.connect(lambda row: bench.go("person", person_id=row.person_id))
        self.table.action_clicked.connect(lambda row: bench.go("privacy", person_id=row.person_id))
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.chips.set_value(self.model.which)
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def _show(self) -> None:
        rows = self.model.rows
        self.table.show_records(rows)
        why = tr("结案、不予登记、撤回的档案可以归档；归档后只能查看，不在平常的名单里。")
        self.card.show_instead(None if rows else EmptyState("archive", tr("这里还没有档案"), why, tone="off"))
        self.card.set_footer(tr("共 {n} 份", n=len(rows)), tr("↑ ↓ 选人 · Enter 打开档案 · 空格 办理"))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def _columns() -> tuple[Column, ...]:
    def who(row: ArchiveRow) -> tuple[str, str]:
        return row.name, row.file_no

    def kept(row: ArchiveRow) -> tuple[str, str, str]:
        return row.retention, "bad" if row.is_over else "off", "calendar-clock" if row.is_over else "archive"

    def action(row: ArchiveRow) -> str:
        if row.is_over:
            return tr("鉴定")
        return tr("取出") if row.archived_on else tr("归档")

    return (
        Column(tr("服务对象"), 0, lambda row: "，".join(who(row)), person_cell(who)),
        Column(tr("村（居）"), 130, lambda row: row.village or "—", hide_below=1000),
        Column(tr("结案"), 120, lambda row: row.closed_on.isoformat() if row.closed_on else "—"),
        Column(tr("归档"), 120, lambda row: row.archived_on.isoformat() if row.archived_on else "—", hide_below=760),
        Column(tr("保管期限"), 220, lambda row: kept(row)[0], pill_cell(kept)),
        Column("", 104, action, action_cell(lambda row: (action(row), "")), action=action),
    )
