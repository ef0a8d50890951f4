"""The form of one benefit; kept while it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.benefits import BenefitDraft
from desktop.services.codes import entry
from desktop.ui.benefits.viewmodel import BenefitFormViewModel, OpenedBenefit
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll
from desktop.ui.kit.messages import confirm
from desktop.ui.kit.navigation import PageHeader
from desktop.ui.kit.recordform import BarredScreen
from desktop.ui.kit.undoing import toast_done, toast_removed
from desktop.ui.kit.workbench import Workbench


class BenefitFormScreen(BarredScreen):
    """Which benefit, how far it is, since when and how much."""

    title = tr("登记福利")
    first = "kind"
    model: BenefitFormViewModel

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, BenefitFormViewModel(bench))
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        bar = self.make_bar(button(tr("删掉这一项"), "trash-2", "ghost", on_click=self._ask_remove))
        head = PageHeader(tr("登记福利"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        columns = frame(row((frame(column(self._what(), None)), 1), (frame(column(self._when(), None)), 1), spacing=12))
        self.set_page(page(head, self.banner, (scroll(columns, "bg"), 1), margins=(24, 14, 24, 0)), bar)
        self.connect_model()

    def enter(self, **params: Any) -> None:
        """Open a new benefit of a person (of a `kind`), or a stored one."""
        self.model.open(params["person_id"], params.get("benefit_id"), params.get("kind", ""))

    def _what(self) -> QWidget:
        self.guardian, self.paper = choice_field([], tr("请选监护人")), choice_field([], tr("没有打印过"))
        return card(
            label(tr("哪一项"), "h3"),
            self.add_field("kind", tr("福利"), Chips(self.choices("benefit_kind")), required=True),
            self.add_field("state", tr("办理情况"), Chips(self.choices("benefit_state")), required=True),
            self.add_field("guardian_id", tr("发给哪位监护人"), self.guardian),
            self.add_field("paper_id", tr("有奖监护协议"), self.paper),
            self.pair(
                ("agreed_on", tr("协议签订日期"), date_field(latest=self.bench.today())),
                ("agreed_until", tr("协议有效期到"), date_field()),
            ),
            spacing=12,
        )

    def _when(self) -> QWidget:
        today = self.bench.today()
        return card(
            label(tr("时间和金额"), "h3"),
            self.pair(
                ("entitled_on", tr("哪天起符合条件"), date_field()),
                ("applied_on", tr("申请"), date_field(latest=today)),
            ),
            self.pair(("granted_on", tr("批准"), date_field(latest=today)), ("paid_until", tr("享受到"), date_field())),
            self.add_field("amount", tr("每次发放金额（元）"), text_field(tr("如 110 或 87.50"))),
            self.add_field("note", tr("备注（只留在站里）"), area_field(height=72)),
            spacing=12,
        )

    def show_opened(self, opened: OpenedBenefit) -> None:
        self.avatar.set_name(opened.card.row.name)
        self.name.setText(opened.card.row.name)
        self.facts.set_full_text(opened.card.row.file_no)
        self.guardian.set_options(opened.guardians)
        self.paper.set_options(opened.papers)
        self.away.setVisible(opened.draft.benefit_id is not None)

    def follow(self, draft: BenefitDraft) -> None:
        """Ask for the guardian and the agreement only where the benefit is paid to one."""
        is_paid_to_guardian = bool(entry("benefit_kind", draft.kind).get("is_for_guardian"))
        self.binding.field("guardian_id").setVisible(is_paid_to_guardian or bool(draft.guardian_id))
        for name in ("paper_id", "agreed_on", "agreed_until"):
            self.binding.field(name).setVisible(is_paid_to_guardian or bool(getattr(draft, name)))

    def say_saved(self, record_id: str) -> None:
        toast_done(self.bench, tr("福利已登记"), record_id, self.model.is_new)
        self.bench.back()

    def say_removed(self, record_id: str) -> None:
        toast_removed(self.bench, tr("已删掉这一项"), record_id)
        self.bench.back()

    def _ask_remove(self) -> None:
        words = tr("登记错了才删；停发请改办理情况。修改记录里仍查得到。")
        confirm(self.window(), tr("删掉这一项？"), words, tr("删掉"), self.model.remove, is_danger=True)
