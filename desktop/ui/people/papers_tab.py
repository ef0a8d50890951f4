"""The tab of a file with the papers of one client."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.documents import DocumentRow
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import action_cell, icon_cell, pill_cell
from desktop.ui.kit.layouts import column, row
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable

_TONES = {"printed": ("warn", "clock"), "signed": ("ok", "check"), "void": ("off", "ban")}


def _local_day(row_: DocumentRow) -> str:
    return row_.made_at.astimezone().strftime("%Y-%m-%d %H:%M")


class PapersTab(QWidget):
    """The papers of one client; Enter shows one as it was printed. Signals `open_wanted`, `print_wanted(kind)`."""

    open_wanted = Signal(object)  # DocumentRow
    print_wanted = Signal(str)

    def __init__(self, codes: Codes, may_print: bool) -> None:
        super().__init__()

        def status(paper: DocumentRow) -> tuple[str, str, str]:
            return codes.label("document_status", paper.status), *_TONES.get(paper.status, ("info", ""))

        def version(paper: DocumentRow) -> str:
            return tr("{n} 页 · 模板 {version}", n=paper.pages, version=paper.template_version)

        def paper_look(paper: DocumentRow) -> tuple[str, str, str, str]:
            return "file-text", "info", paper.title, paper.document_no

        self.records = RecordsModel(
            (
                Column(tr("文书"), 0, lambda paper: f"{paper.title}，{paper.document_no}", icon_cell(paper_look)),
                Column(tr("打印时间"), 160, _local_day),
                Column(tr("页数与模板"), 180, version, hide_below=720),
                Column(tr("状态"), 120, lambda paper: status(paper)[0], pill_cell(status)),
                Column(
                    "", 110, lambda _: tr("查看"), action_cell(lambda _: (tr("查看"), "")), action=lambda _: tr("查看")
                ),
            ),
            lambda paper: paper.id,
        )
        self.table = RecordTable(self.records, tr("这位服务对象的文书"), 52)
        self.table.row_activated.connect(self.open_wanted)
        self.table.action_clicked.connect(self.open_wanted)
        self._card = RecordCard(self.table, row(label(tr("文书"), "h3"), None, *self._buttons(may_print)))
        self.setLayout(column((self._card, 1)))

    def show_papers(self, papers: tuple[DocumentRow, ...]) -> None:
        """Show the papers, newest first."""
        self.table.show_records(papers)
        why = tr("同意书和协议打印后存在这里，打印过的内容不会再变。")
        self._card.show_instead(None if papers else EmptyState("file-text", tr("还没有打印过文书"), why, tone="off"))
        self._card.set_footer(tr("共 {n} 份；存档的就是打印出来的那一份", n=len(papers)))

    def _buttons(self, may_print: bool) -> tuple[QWidget, ...]:
        made = []
        for kind, words in (("consent", tr("知情同意书")), ("agreement", tr("服务协议"))):
            each = button(words, "printer", small=True, name=tr("打印{what}", what=words))
            each.clicked.connect(lambda _=False, kind=kind: self.print_wanted.emit(kind))
            each.setEnabled(may_print)
            made.append(each)
        return tuple(made)
