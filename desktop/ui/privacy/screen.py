"""个人信息请求: who asked what, and how many days are left for an answer."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.privacy import RequestRow
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.looks import request_columns
from desktop.ui.privacy.viewmodel import RequestsViewModel


class PrivacyRequestsScreen(Screen):
    """One line a request; Enter opens where it is dealt with."""

    title = tr("个人信息请求")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = RequestsViewModel(bench, self)
        self.chips = Chips(self.model.states(), name=tr("按办理状态筛选"))
        columns = request_columns(bench.services.codes, has_person=True, may_record=bench.may("privacy.record"))
        self.records = RecordsModel(columns, lambda row: row.id)
        self.table = RecordTable(self.records, tr("个人信息请求"), 54)
        self.card = RecordCard(self.table, self.chips)
        archive = button(tr("归档与保管期限"), "archive", on_click=lambda: bench.go("archive"))
        self.head = PageHeader(tr("个人信息请求"), "", (archive,), on_back=bench.back)
        self.set_page(page(self.head, (self.card, 1)))
        self.chips.picked.connect(self.model.pick)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.open)
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def open(self, row: RequestRow) -> None:
        """Open where the request is dealt with."""
        self.bench.go("privacy", person_id=row.person_id, request_id=row.id)

    def _show(self) -> None:
        self.chips.set_options(self.model.states())
        self.chips.set_value(self.model.state)
        shown = self.model.shown()
        self.table.show_records(shown)
        why = tr("本人或监护人要查阅、更正、限制或删除个人信息时，在他的档案里登记。")
        self.card.show_instead(None if shown else EmptyState("shield-check", tr("没有这样的请求"), why))
        self.card.set_footer(tr("共 {n} 个", n=len(shown)), tr("↑ ↓ 选请求 · Enter 办理"))
        late = sum(row.days_left is not None and row.days_left < 0 for row in self.model.rows)
        self.head.set_sentence(tr("{n} 个超过答复期限", n=late) if late else tr("法律要求及时答复"))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))
