"""The printed result of a comparison: previewed, printed, kept as any other paper."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.comparisons.viewmodel import ComparisonPaperViewModel
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.workbench import Workbench


class ComparisonPaperScreen(Screen):
    """The paper as it will be printed."""

    title = tr("信息比对结果")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = ComparisonPaperViewModel(bench, self)
        self.banner = Banner()
        self.print_bar = PrintBar(self.model.desk, self._file_name, copies=1)
        self.preview = PaperPreview((tr("还没有做好"), tr("先看上面的提示。")), self.print_bar)
        head = PageHeader(tr("打印信息比对结果"), on_back=bench.back)
        self.set_page(page(head, self.banner, (self.preview, 1)))
        desk = self.model.desk
        desk.shown.connect(self._show)
        desk.failed.connect(self._say_failure)
        desk.issued.connect(lambda _: bench.toast(tr("已编号存档")))
        desk.printed.connect(lambda: bench.toast(tr("已送到打印机")))
        desk.written.connect(lambda path: bench.toast(tr("已存到 {file}", file=path.name)))

    def enter(self, **params: Any) -> None:
        """Make the paper of one comparison."""
        self.print_bar.set_ready(False)
        self.model.open(params.get("comparison_id", ""))

    def default_focus(self) -> QWidget:
        focus: QWidget = self.print_bar.copies
        return focus

    def _show(self, paper: ShownPaper) -> None:
        self.banner.say("info", "")
        self.preview.show_paper(paper)
        self.print_bar.set_ready(self.bench.may("documents.issue"))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.banner.say_failure(trouble)
        self.preview.show_nothing()

    def _file_name(self) -> str:
        paper = self.model.desk.paper
        return f"{paper.document_no}.pdf" if paper else "paper.pdf"  # the number, never a name
