"""The tab of a file with the benefits of one client (福利)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.benefits import BenefitRow
from desktop.ui.benefits.looks import agreement_words, claim_reason, state_look
from desktop.ui.benefits.viewmodel import REWARD, BenefitsViewModel
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import action_cell, icon_cell, pill_cell, two_line_cell
from desktop.ui.kit.layouts import column, row
from desktop.ui.kit.messages import Banner, EmptyState
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

Go = Callable[..., object]


class BenefitsTab(QWidget):
    """What a client has and what is still to be applied for; Enter opens one."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.model = BenefitsViewModel(bench, self)
        self.banner = Banner()
        self.records = RecordsModel(_columns(bench), lambda benefit: benefit.id)
        self.table = RecordTable(self.records, tr("这位服务对象的福利"), 52)
        self.table.row_activated.connect(self._open)
        self.table.action_clicked.connect(self._open)
        paper = button(tr("有奖监护协议"), "printer", small=True, on_click=lambda: self._go("guardian_reward"))
        paper.setEnabled(bench.may("documents.prepare"))
        new = button(tr("登记福利"), "plus", small=True, on_click=lambda: self._go("benefit"))
        new.setEnabled(bench.may("benefits.record"))
        self._card = RecordCard(self.table, row(label(tr("福利与补贴"), "h3"), None, paper, new))
        self.setLayout(column(self.banner, (self._card, 1), spacing=10))
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self.banner.say_failure)

    def show_person(self, person_id: str) -> None:
        """Show the benefits of one client."""
        self.model.open(person_id)

    def _go(self, route: str, **params: object) -> None:
        self._bench.go(route, person_id=self.model.person_id, **params)

    def _open(self, benefit: BenefitRow) -> None:
        if self._bench.may("benefits.record"):
            self._go("benefit", benefit_id=benefit.id)

    def _show(self) -> None:
        found = self.model.found
        if found is None:  # nothing of one client may stand under the name of another
            self.table.show_records(())
            self.banner.say("warn", "")
            return
        self.table.show_records(found.rows)
        why = tr("低保、两项补贴、免费服药、监护奖励都记在这里；应享未享的会提醒。")
        self._card.show_instead(None if found.rows else EmptyState("hand-heart", tr("还没有登记福利"), why, tone="off"))
        self._card.set_footer(tr("共 {n} 项", n=len(found.rows)), tr("↑ ↓ 选择 · Enter 打开"))
        missed = [claim for claim in found.claims if claim.why == "rule"]
        kinds = "；".join(
            tr(
                "{kind}（{why}）",
                kind=self._bench.services.codes.label("benefit_kind", claim.kind),
                why=claim_reason(claim),
            )
            for claim in missed
        )
        if not missed:
            self.banner.say("warn", "")
        elif self._bench.may("benefits.record"):
            first = missed[0].kind
            words = tr("符合条件，还没有登记：{kinds}。", kinds=kinds)
            self.banner.say("warn", words, tr("现在登记"), lambda: self._go("benefit", kind=first))
        else:
            self.banner.say("warn", tr("符合条件，还没有登记：{kinds}。", kinds=kinds))


def _columns(bench: Workbench) -> tuple[Column, ...]:
    codes = bench.services.codes

    def look(benefit: BenefitRow) -> tuple[str, str, str, str]:
        icon = "users-round" if benefit.kind == REWARD else "hand-heart"
        paid_to = tr("给监护人 {name}", name=benefit.guardian_name) if benefit.guardian_name else benefit.note
        paid_to = " · ".join(part for part in (paid_to, agreement_words(benefit)) if part)
        return icon, "info", codes.label("benefit_kind", benefit.kind), paid_to

    def since(benefit: BenefitRow) -> tuple[str, str]:
        if benefit.granted_on:
            return benefit.granted_on.isoformat(), tr("批准")
        return (benefit.applied_on.isoformat(), tr("申请")) if benefit.applied_on else ("—", "")

    def until(benefit: BenefitRow) -> tuple[str, str]:
        if benefit.paid_until is None:
            return "—", ""
        return benefit.paid_until.isoformat(), tr("该续办了") if benefit.is_ending else ""

    def amount(benefit: BenefitRow) -> str:
        return tr("{yuan} 元", yuan=benefit.amount) if benefit.amount else "—"

    def action(_: BenefitRow) -> str:
        return tr("修改") if bench.may("benefits.record") else ""

    return (
        Column(tr("福利"), 0, lambda benefit: "，".join(look(benefit)[2:]), icon_cell(look)),
        Column(tr("办理情况"), 170, lambda benefit: state_look(codes, benefit)[0],
               pill_cell(lambda benefit: state_look(codes, benefit))),
        Column(tr("从"), 120, lambda benefit: " ".join(since(benefit)), two_line_cell(since), hide_below=700),
        Column(tr("享受到"), 120, lambda benefit: " ".join(until(benefit)), two_line_cell(until)),
        Column(tr("每次金额"), 120, amount, hide_below=640),
        Column("", 110, action, action_cell(lambda benefit: (action(benefit), "")), action=action),
    )  # fmt: skip
