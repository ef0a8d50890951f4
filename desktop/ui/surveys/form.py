"""The form of one line of the need survey: who, where, what was said; kept while it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.choices import Chips, Segments, SeveralChips
from desktop.ui.kit.form import area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll
from desktop.ui.kit.messages import confirm
from desktop.ui.kit.navigation import PageHeader
from desktop.ui.kit.recordform import BarredScreen
from desktop.ui.kit.undoing import toast_done, toast_removed
from desktop.ui.kit.workbench import Workbench
from desktop.ui.surveys.viewmodel import OpenedEntry, SurveyFormViewModel


class SurveyFormScreen(BarredScreen):
    """One line of the list: who it is, and what was said."""

    title = tr("摸底登记")
    first = "name"
    model: SurveyFormViewModel

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, SurveyFormViewModel(bench))
        bar = self.make_bar(button(tr("从名单拿掉"), "trash-2", "ghost", on_click=self._ask_remove))
        head = PageHeader(tr("摸底登记"), on_back=bench.back)
        cards = frame(row((frame(column(self._who(), None)), 1), (frame(column(self._said(), None)), 1), spacing=12))
        self.set_page(page(head, self.banner, (scroll(cards, "bg"), 1), margins=(24, 14, 24, 0)), bar)
        self.connect_model()

    def enter(self, **params: Any) -> None:
        """Open a new line, or a stored one."""
        self.model.open(params.get("entry_id"))

    def _who(self) -> QWidget:
        choices = self.choices
        return card(
            label(tr("是谁"), "h3"),
            self.pair(("name", tr("姓名"), text_field(max_length=50), True), ("id_no", tr("身份证号"), text_field())),
            self.pair(
                ("sex", tr("性别"), Segments(choices("sex")[:2], is_optional=True)),
                ("birth_on", tr("出生日期"), date_field(latest=self.bench.today())),
            ),
            self.pair(
                ("phone", tr("电话"), text_field()),
                ("diagnosis_category", tr("诊断"), choice_field(choices("diagnosis_category"), tr("不清楚"))),
            ),
            self.pair(("township", tr("乡镇（街道）"), text_field()), ("village", tr("村（居）"), text_field())),
            self.add_field("address", tr("住址"), text_field()),
            self.add_field("list_name", tr("哪份名单"), text_field()),
            spacing=12,
        )  # fmt: skip

    def _said(self) -> QWidget:
        return card(
            label(tr("怎么说"), "h3"),
            self.add_field("result", tr("摸底结果"), Chips(self.choices("survey_result")), required=True),
            self.pair(
                ("contacted_on", tr("哪天联系（空着就是今天）"), date_field(latest=self.bench.today())),
                ("contacted_by", tr("谁联系（空着就是本人）"), text_field()),
            ),
            self.add_field("needs", tr("需要什么（可多选）"), SeveralChips(self.choices("survey_need"))),
            self.add_field("note", tr("备注（只留在站里）"), area_field(height=96)),
            spacing=12,
        )

    def show_opened(self, opened: OpenedEntry) -> None:
        self.away.setVisible(opened.draft.entry_id is not None)

    def say_saved(self, record_id: str) -> None:
        toast_done(self.bench, tr("摸底名单已更新"), record_id, self.model.is_new)
        self.bench.back()

    def say_removed(self, record_id: str) -> None:
        toast_removed(self.bench, tr("已从名单拿掉"), record_id)
        self.bench.back()

    def _ask_remove(self) -> None:
        words = tr("这一行会从名单里拿掉，修改记录里仍查得到。")
        confirm(self.window(), tr("从名单拿掉？"), words, tr("拿掉"), self.model.remove, is_danger=True)
