"""The agreement with a guardian who is rewarded (有奖监护协议): chosen, previewed, printed."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.documents import PaperChoices
from desktop.services.people import PersonCard
from desktop.ui.benefits.viewmodel import RewardPaperViewModel
from desktop.ui.kit.basics import Avatar, ElidedLabel, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import Field, FormBinding, Tick, area_field, date_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, row
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.panes import TwoPanes
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench


class RewardPaperScreen(Screen):
    """Term, amount and payment at the left, the paper as it will be printed at the right."""

    title = tr("有奖监护协议")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = RewardPaperViewModel(bench, self)
        self.binding = FormBinding(self)
        self.avatar, self.name, self.guardian = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.banner = Banner()
        self.print_bar = PrintBar(self.model.desk, self._file_name, copies=3)
        self.preview = PaperPreview((tr("还没有协议"), tr("先看左边的提示。")), self.print_bar)
        self.turns = Chips([("form", tr("选内容")), ("preview", tr("预览并打印"))], name=tr("要做什么"))
        self.form = self._form()
        left = frame(column(self.turns, self.form, None, spacing=10))
        left.setMinimumWidth(px(380))
        self.panes = TwoPanes(left, self.preview, (5, 7), turning=self.form)
        head = PageHeader(
            tr("有奖监护协议"), on_back=bench.back, beside=(self.avatar, self.name), actions=(self.guardian,)
        )
        self.set_page(page(head, self.banner, (self.panes, 1)))
        self.turns.setVisible(False)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Open the paper of a person."""
        self.model.open(params["person_id"])

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        focus: QWidget = self.binding.control("reward_text")
        return focus

    def choices(self) -> PaperChoices:
        """Return what was chosen."""
        return PaperChoices(**self.binding.values())

    def _form(self) -> QWidget:
        term = row((self._field("valid_from", tr("从"), date_field()), 1),
                   (self._field("valid_to", tr("到"), date_field()), 1), spacing=10)  # fmt: skip
        large = Tick(tr("大字版（给看不清小字的人）"))
        self.binding.add("is_large_print", large)
        return card(
            row(label(tr("协议内容"), "h3"), None, large),
            term,
            self._field("reward_text", tr("奖励金额"), text_field(tr("如 每年 2400 元"))),
            self._field(
                "payment_text",
                tr("怎么发（空着就留给手写）"),
                area_field(tr("如 每季度末发 600 元，打入监护人银行卡"), 72),
            ),
            label(tr("协议一式三份。签好以后，到“福利”登记签订日期和有效期。"), "note", wrapped=True),
            spacing=12,
        )

    def _field(self, name: str, words: str, control: QWidget) -> Field:
        field = Field(words, control)
        self.binding.add(name, field)
        return field

    def _connect(self) -> None:
        model, desk = self.model, self.model.desk
        self.binding.changed.connect(lambda _: model.touch(self.choices()))
        self.turns.picked.connect(lambda code: self.panes.turn(code == "preview"))
        self.panes.fitted.connect(lambda is_wide: self.turns.setVisible(not is_wide))
        model.opened.connect(self._show)
        model.resumed.connect(self._resume)
        for trouble in (model.failed, desk.failed):
            trouble.connect(self._say_failure)
        desk.shown.connect(self._show_paper)
        desk.issued.connect(lambda _: self.bench.toast(tr("协议已编号存档")))
        desk.printed.connect(lambda: self.bench.toast(tr("已送到打印机")))
        desk.written.connect(lambda path: self.bench.toast(tr("已存到 {file}", file=path.name)))

    def _show(self, file: PersonCard, term: tuple[date, date]) -> None:
        self.avatar.set_name(file.row.name)
        self.name.setText(file.row.name)
        guardians = [each.name for each in file.guardians if each.is_guardian]
        self.guardian.set_full_text(
            tr("监护人 {name}", name=guardians[0]) if guardians else tr("没有登记监护人，协议上留空")
        )
        self.binding.fill({"valid_from": term[0], "valid_to": term[1]})
        self.model.choose(self.choices())

    def _resume(self, choices: PaperChoices) -> None:
        """Go on with what was left unfinished."""
        self.binding.fill_from(choices)
        self.model.choose(self.choices())
        self.bench.toast(tr("已接着上次没写完的草稿"))

    def _show_paper(self, paper: ShownPaper) -> None:
        self.banner.say("info", "")
        self.preview.show_paper(paper)
        self.print_bar.set_ready(self.bench.may("documents.issue"))

    def _say_failure(self, trouble: Any) -> None:
        self.banner.say_failure(trouble)
        self.preview.show_nothing()
        self.print_bar.set_ready(False)

    def _file_name(self) -> str:
        paper = self.model.desk.paper
        return f"{paper.document_no}.pdf" if paper else "paper.pdf"  # the number, never a name
