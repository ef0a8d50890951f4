"""The access pack and the written answer: previewed, printed, kept as any other paper."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.workbench import Workbench
from desktop.ui.privacy.viewmodel import ACCESS, PrivacyPaperViewModel


class PrivacyPaperScreen(Screen):
    """The paper as it will be handed over; what is saved as a file leaves the protection of the program."""

    title = tr("个人信息文书")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PrivacyPaperViewModel(bench, self)
        self.banner = Banner()
        self.warning = Banner("warn", tr("材料里是完整的个人信息：当面交给请求人。存成的文件不加密，交付后请删掉。"))
        self.print_bar = PrintBar(self.model.desk, self._file_name, copies=1)
        self.preview = PaperPreview((tr("还没有做好"), tr("先看上面的提示。")), self.print_bar)
        self.head = PageHeader("", on_back=bench.back)
        self.set_page(page(self.head, self.banner, self.warning, (self.preview, 1)))
        desk = self.model.desk
        desk.shown.connect(self._show)
        for trouble in (desk.failed, self.model.failed):
            trouble.connect(self._say_failure)
        desk.issued.connect(lambda _: bench.toast(tr("已编号存档")))
        desk.printed.connect(lambda: bench.toast(tr("已送到打印机")))
        desk.written.connect(lambda path: bench.toast(tr("已存到 {file}", file=path.name)))
        self.model.closed.connect(lambda: bench.toast(tr("请求已办结")))

    def enter(self, **params: Any) -> None:
        """Make the paper `kind` for a request."""
        kind = params["kind"]
        self.head.title.setText(tr("查阅复制材料") if kind == ACCESS else tr("答复书"))
        self.banner.say("info", "")
        self.print_bar.set_ready(False)
        self.preview.show_waiting()
        self.model.open(params["person_id"], params["request_id"], kind)

    def default_focus(self) -> QWidget:
        return self.print_bar.printer

    def _show(self, paper: ShownPaper) -> None:
        self.preview.show_paper(paper)
        self.print_bar.set_ready(self.bench.may("documents.issue"))

    def _say_failure(self, trouble: Any) -> None:
        self.banner.say_failure(trouble)
        self.preview.show_nothing()

    def _file_name(self) -> str:
        paper = self.model.desk.paper
        return f"{paper.document_no}.pdf" if paper else "paper.pdf"  # the number, never a name
