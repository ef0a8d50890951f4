"""应享未享: who is entitled and does not receive, and whose term runs out."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.benefits import ClaimRow
from desktop.ui.benefits.looks import claim_look, claim_reason
from desktop.ui.benefits.viewmodel import ClaimsViewModel
from desktop.ui.kit.cells import action_cell, person_cell, pill_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench


class ClaimsScreen(Screen):
    """One line for each benefit missed; Enter opens the file, the button writes down what was done."""

    title = tr("应享未享")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ClaimsViewModel(bench, self)
        self.chips = Chips(self.model.kinds(), name=tr("按福利筛选"))
        self.records = RecordsModel(_columns(bench), lambda claim: f"{claim.person_id}/{claim.kind}/{claim.benefit_id}")
        self.table = RecordTable(self.records, tr("应享未享名单"), 54)
        self.card = RecordCard(self.table, self.chips)
        self.head = PageHeader(tr("应享未享"), "", on_back=bench.back)
        self.set_page(page(self.head, (self.card, 1)))
        self.chips.picked.connect(self.model.pick)
        self.table.row_activated.connect(self.open)
        self.table.action_clicked.connect(self.act)
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the list anew."""
        self.model.reload()

    def default_focus(self) -> QWidget:
        return self.table

    def open(self, claim: ClaimRow) -> None:
        """Open the file at the benefits."""
        self.bench.go("person", person_id=claim.person_id, tab="benefits")

    def act(self, claim: ClaimRow) -> None:
        """Open the form: the entry there is, or a new one of the kind."""
        if self.bench.may("benefits.record"):
            self.bench.go("benefit", person_id=claim.person_id, benefit_id=claim.benefit_id, kind=claim.kind)

    def _show(self) -> None:
        claims = self.model.claims
        self.chips.set_options(self.model.kinds())
        shown = self.model.shown()
        self.table.show_records(shown)
        why = tr("符合条件的都已享受，也没有快到期的。规则由县里定，写在数据里。")
        self.card.show_instead(None if shown else EmptyState("hand-heart", tr("没有应享未享的人"), why))
        self.card.set_footer(tr("共 {n} 条", n=len(shown)), tr("↑ ↓ 选人 · Enter 打开档案 · 空格 登记"))
        people = len({claim.person_id for claim in claims})
        late = sum(claim.why == "ended" for claim in claims)
        self.head.set_sentence(tr("{n} 人 · 共 {m} 项，其中已到期 {k} 项", n=people, m=len(claims), k=late))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def who(claim: ClaimRow) -> tuple[str, str]:
        return claim.name, claim.file_no

    def kind(claim: ClaimRow) -> str:
        return codes.label("benefit_kind", claim.kind)

    def action(_: ClaimRow) -> str:
        return tr("登记") if bench.may("benefits.record") else ""

    return (
        Column(tr("服务对象"), 0, lambda claim: "，".join(who(claim)), person_cell(who)),
        Column(tr("村（居）"), 130, lambda claim: claim.village or "—", hide_below=820),
        Column(tr("福利"), 180, kind),
        Column(tr("情况"), 186, lambda claim: claim_look(codes, claim)[0],
               pill_cell(lambda claim: claim_look(codes, claim))),
        Column(tr("为什么"), 260, lambda claim: claim_reason(claim) or "—", hide_below=960),
        Column("", 118, action, action_cell(lambda claim: (action(claim), "")), action=action),
    )  # fmt: skip
