"""Papers made so far (文书打印): choose one, see it as it was printed, print it again."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import Codes
from desktop.services.documents import DocumentRow
from desktop.ui.documents.viewmodel import DocumentsViewModel
from desktop.ui.kit.basics import button
from desktop.ui.kit.cells import icon_cell, pill_cell
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import page
from desktop.ui.kit.messages import Banner, EmptyState, failed_state
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.panes import TwoPanes
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.workbench import Workbench

_TONES = {"printed": "warn", "signed": "ok", "void": "off"}
_ICONS = {"consent": "file-check", "agreement": "handshake", "sign_in": "clipboard-pen", "price_notice": "tag"}


class DocumentsScreen(Screen):
    """The list at the left, the paper at the right; a waiting paper leads to the record of its signatures."""

    title = tr("文书打印")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = DocumentsViewModel(bench, self)
        self.banner = Banner()
        self.chips = Chips(self._chip_words(), name=tr("看哪些文书"))
        self.records = RecordsModel(document_columns(bench.services.codes), lambda row: row.id)
        self.table = RecordTable(self.records, tr("文书列表"), 54)
        self.card = RecordCard(self.table)
        self.print_bar = PrintBar(self.model.desk, self._file_name)
        nothing = (tr("还没有选文书"), tr("在左边选一份，这里就显示它印出来的样子。"))
        self.preview = PaperPreview(nothing, self.print_bar)
        self.sign = button(tr("登记签字"), "signature", on_click=self._sign)
        self.back = button(tr("回到列表"), "list-checks", on_click=lambda: self._turn(False))
        self.head = PageHeader(tr("文书打印"), "", (self.back, self.sign))
        self.panes = TwoPanes(self.card, self.preview)
        self.set_page(page(self.head, self.banner, self.chips, (self.panes, 1)))
        self._shows_paper, self._wanted = False, ""
        self._connect()
        self.sign.setEnabled(False)
        self._turn(False)

    def enter(self, **params: Any) -> None:
        """Show the list; `training_id`, `paper` "notice" or `document_id` put one paper on the desk."""
        self._wanted = str(params.get("document_id", ""))
        self.model.reload()
        if params.get("paper") == "notice":
            self.preview.show_waiting()
            self._turn(True)
            self.model.make_price_notice()
        if "training_id" in params:
            self.preview.show_waiting()
            self._turn(True)
            self.model.make_sign_in_sheet(params["training_id"])

    def default_focus(self) -> QWidget:
        return self.table

    def _connect(self) -> None:
        desk = self.model.desk
        self.panes.fitted.connect(lambda _: self._turn(self._shows_paper))
        self.chips.picked.connect(lambda code: self.model.pick("" if code == "all" else code))
        self.model.loaded.connect(self._show)
        self.table.row_chosen.connect(self._choose)
        self.table.row_activated.connect(lambda _: self._turn(True))
        desk.shown.connect(self._show_paper)
        desk.printed.connect(lambda: self.bench.toast(tr("已送到打印机")))
        desk.written.connect(lambda path: self.bench.toast(tr("已存到 {file}", file=path.name)))
        desk.failed.connect(self.banner.say_failure)
        self.model.failed.connect(self._say_failure)

    def _chip_words(self) -> list[tuple[str, str]]:
        model, codes = self.model, self.bench.services.codes
        words = [
            (code, f"{codes.label('document_status', code)} {model.count(code)}") for code in ("printed", "signed")
        ]
        return [("all", tr("全部 {n}", n=len(model.rows))), *words]

    def _show(self) -> None:
        rows = self.model.shown()
        self.chips.set_options(self._chip_words())
        self.table.show_records(rows, len(rows))
        self.card.show_instead(None if rows else self._nothing())
        self.card.set_footer(tr("共 {n} 份", n=len(rows)), tr("↑ ↓ 选择"))
        self.head.set_sentence(tr("待签回 {n} 份", n=self.model.count("printed")))
        if self._wanted and self.table.choose(self._wanted):
            self._wanted = ""
            self._turn(True)
        elif self.model.desk.document_id is None and self.model.desk.paper is None:
            self.preview.show_nothing()
            if rows:
                self.table.selectRow(0)

    def _nothing(self) -> EmptyState:
        why = tr("同意书和协议从个人档案里打印，签到表从训练里，收费公示从机构档案里。")
        return EmptyState("file-text", tr("这里还没有文书"), why, tr("去服务对象"), lambda: self.bench.go("people"))

    def _choose(self, document: DocumentRow) -> None:
        self.sign.setEnabled(document.status == "printed" and self.bench.may("consents.sign"))
        if self.model.desk.document_id != document.id:
            self.preview.show_waiting()
            self.model.desk.fetch(document.id, document.document_no)

    def _show_paper(self, paper: ShownPaper) -> None:
        self.preview.show_paper(paper)
        self.print_bar.set_ready(self.bench.may("documents.print"))

    def _sign(self) -> None:
        document: DocumentRow | None = self.table.current_record()
        if document is not None and document.kind == "guardian_reward":
            self.bench.go("benefit", person_id=document.person_id, kind=document.kind)
        elif document is not None and document.person_id is not None:
            self.bench.go("consent", person_id=document.person_id, kind=document.kind, step="sign")

    def _turn(self, shows_paper: bool) -> None:
        """Show the paper or the list, when there is no room for both."""
        self._shows_paper = shows_paper
        self.panes.turn(shows_paper)
        self.back.setVisible(shows_paper and not self.panes.is_wide)

    def _file_name(self) -> str:
        paper, row_ = self.model.desk.paper, self.table.current_record()
        number = paper.document_no if paper else row_.document_no if row_ else "paper"
        return f"{number}.pdf"  # the number, never a name

    def _say_failure(self, trouble: KangyiError) -> None:
        self.card.show_instead(failed_state(trouble, self.model.reload))


def document_columns(codes: Codes) -> tuple[Column, ...]:
    """Return the columns of the list."""

    def what(document: DocumentRow) -> tuple[str, str, str, str]:
        about = f"{document.person_name} · " if document.person_name else ""
        return _ICONS.get(document.kind, "file-text"), "soft", document.title, f"{about}{document.document_no}"

    def status(document: DocumentRow) -> tuple[str, str, str]:
        return codes.label("document_status", document.status), _TONES.get(document.status, "off"), ""

    return (
        Column(tr("文书"), 0, lambda row: "，".join(what(row)[2:]), icon_cell(what)),
        Column(tr("日期"), 86, lambda row: f"{row.made_at.astimezone():%m-%d}"),
        Column(tr("签回"), 92, lambda row: status(row)[0], pill_cell(status)),
    )
