"""The form of one request: who asks, how they were known, what they want."""

from __future__ import annotations

from typing import Any

from desktop.domain.privacy import SELF
from desktop.i18n import tr
from desktop.services.privacy import RequestDraft
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import area_field, date_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, scroll
from desktop.ui.kit.navigation import PageHeader
from desktop.ui.kit.recordform import BarredScreen
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.viewmodel import OpenedRequest, RequestFormViewModel


class PrivacyRequestFormScreen(BarredScreen):
    """Nothing is given before it is known who asks."""

    title = tr("登记个人信息请求")
    first = "kind"
    model: RequestFormViewModel

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, RequestFormViewModel(bench))
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        bar = self.make_bar(button(""))
        head = PageHeader(tr("登记个人信息请求"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        questions = card(
            self.add_field("kind", tr("要办什么"), Chips(self.choices("privacy_kind")), required=True),
            self.add_field("relation", tr("谁提出"), Chips(self.choices("privacy_relation")), required=True),
            self.add_field("asked_by", tr("请求人姓名"), text_field(tr("如 刘桂兰"))),
            self.add_field("identity_check", tr("怎样核实身份"), Chips(self.choices("identity_check")), required=True),
            self.add_field("asked_on", tr("提出日期"), date_field(latest=bench.today(), width=180), required=True),
            self.add_field("words", tr("原话（会记入档案）"), area_field(tr("如 想看看你们记了我什么"), 72)),
            spacing=12,
        )
        self.set_page(
            page(head, self.banner, (scroll(frame(column(questions, None)), "bg"), 1), margins=(24, 14, 24, 0)), bar
        )
        self.connect_model()

    def enter(self, **params: Any) -> None:
        """Begin a request about the file of `person_id`."""
        self.banner.say("info", "")
        self.model.open(params["person_id"], params.get("kind", ""))

    def show_opened(self, opened: OpenedRequest) -> None:
        self.save.setEnabled(True)
        self.avatar.set_name(opened.name)
        self.name.setText(opened.name)
        self.facts.set_full_text(opened.file_no)

    def follow(self, draft: RequestDraft) -> None:
        """Ask for a name only where somebody else asks."""
        self.binding.field("asked_by").setVisible(draft.relation not in ("", SELF))

    def say_saved(self, record_id: str) -> None:
        self.bench.toast(tr("请求已登记，请在期限内答复"))
        self.bench.back()
