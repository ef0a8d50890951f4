"""Erasing what a file says: what goes and what the law keeps stand side by side before anybody agrees."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.privacy import ErasurePlan
from desktop.ui.kit.basics import Avatar, button, label
from desktop.ui.kit.form import Field, area_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.viewmodel import ErasureViewModel


class ErasureScreen(Screen):
    """The file number is typed once more, so that nobody erases by mistake."""

    title = tr("删除个人信息")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ErasureViewModel(bench, self)
        self.avatar, self.name = Avatar("", 28), label("", "h3")
        self.banner = Banner()
        self.goes, self.stays = _Lines(tr("会清空"), "bad"), _Lines(tr("依法必须留下（只存不用）"), "ok")
        self.copies = label("", "sub", wrapped=True)
        self.reason, self.typed = area_field(tr("如：本人书面请求，同意已撤回"), height=56), text_field()
        self.reason_field = Field(tr("理由（会记入操作记录）"), self.reason, required=True)
        self.typed_field = Field(tr("照着输入一遍档案号"), self.typed, required=True)
        self.go = button(tr("永久删除"), "trash-2", "danger", on_click=self._erase)
        head = PageHeader(tr("删除个人信息"), on_back=bench.back, beside=(self.avatar, self.name))
        lists = frame(row((self.goes, 1), (self.stays, 1), spacing=12))
        confirm = card(
            self.copies, row((self.reason_field, 2), (self.typed_field, 1), spacing=12), row(None, self.go), spacing=10
        )
        body = frame(column(lists, confirm, None, spacing=12))
        self.set_page(page(head, self.banner, (scroll(body, "bg"), 1)))
        self.model.loaded.connect(self._show)
        self.model.failed.connect(self.banner.say_failure)
        self.model.refused.connect(self._refuse)
        self.model.erased.connect(self._done)

    def enter(self, **params: Any) -> None:
        """Show what an erasure of the file of `person_id` would do."""
        self.banner.say("info", "")
        self.reason.set_value("")
        self.typed.set_value("")
        self.go.setEnabled(False)
        self.model.open(params["person_id"])

    def default_focus(self) -> QWidget:
        return self.reason

    def _show(self) -> None:
        plan = self.model.plan
        if plan is None:
            return
        self.name.setText(plan.name)
        self.avatar.set_name(plan.name)
        self.go.setEnabled(True)
        self.typed.setPlaceholderText(plan.file_no)
        forms = [tr("没写完的表单和保存的筛选 {n} 份", n=plan.forms)] if plan.forms else []
        goes = [tr("{label} {n} 条", label=line.label, n=line.number) for line in plan.clears]
        self.goes.fill([*goes, *forms, tr("修改记录里的旧内容、扫描件的图像")])
        stays = [
            tr("{label} {n} 条：{why}（{by}）", label=line.label, n=line.number, why=line.because, by=line.article)
            for line in plan.keeps
        ]
        self.stays.fill(stays or [tr("没有：保管期限已过，全部清空。")])
        self.copies.setText("\n".join(_copies(plan)))

    def _erase(self) -> None:
        if not self.reason.value().strip():
            self.reason_field.set_fault(tr("请写明理由。"))
            self.reason.setFocus()
        elif self.model.plan is None or self.typed.value().strip().upper() != self.model.plan.file_no:
            self.typed_field.set_fault(tr("档案号不对，请照着标题旁的档案号输入。"))
            self.typed.setFocus()
        else:
            self.go.setEnabled(False)
            self.model.erase(self.typed.value(), self.reason.value())

    def _refuse(self, trouble: KangyiError) -> None:
        self.go.setEnabled(True)
        self.banner.say_failure(trouble)

    def _done(self) -> None:
        self.bench.toast(tr("个人信息已删除，只留下依法必须留的"))
        self.bench.go("privacy_requests")


def _copies(plan: ErasurePlan) -> list[str]:
    """Return where copies are left, and until when what stays is kept."""
    told = [tr("档案号 {file_no}。留下的：{until}。", file_no=plan.file_no, until=plan.keep_words)]
    if plan.backups_gone_on is not None:
        told.append(
            tr(
                "已做的 {n} 份备份里还有这些内容：本机的最迟到 {day} 全部换掉；放在别处的 U 盘、硬盘请自行销毁。",
                n=plan.backups, day=plan.backups_gone_on,
            )
        )  # fmt: skip
    if plan.county:
        told.append(tr("已交给{county}的内容，下一次U盘交接会通知那边清空。", county=plan.county))
    return told


class _Lines(QFrame):
    """A card with a title and lines that come later."""

    def __init__(self, title: str, tone: str) -> None:
        super().__init__()
        self._lines = label("", "sub", wrapped=True)
        inside = card(label(title, "h3", tone=tone), self._lines, None, spacing=8)
        inside.setMinimumHeight(px(200))
        self.setLayout(column(inside))

    def fill(self, lines: list[str]) -> None:
        """Show lines."""
        self._lines.setText("\n".join(f"· {line}" for line in lines))
