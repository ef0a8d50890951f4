"""One consent or agreement of one person: print it, then record who signed."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.faults import Fault
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.consents.making import MakingPanel
from desktop.ui.consents.signing import SigningPanel
from desktop.ui.consents.viewmodel import OpenedPaper, PaperForm, PaperViewModel
from desktop.ui.kit.basics import Avatar, ElidedLabel, Pill, button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import column, frame, page
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.panes import TwoPanes
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench

_TONES = {
    "in_force": "ok",
    "expiring": "warn",
    "expired": "bad",
    "missing": "bad",
    "printed": "warn",
    "withdrawn": "off",
}


class ConsentScreen(Screen):
    """Two steps on one screen: the paper as it will be printed, and the record of its signatures."""

    title = tr("知情同意书与服务协议")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PaperViewModel(bench, self)
        self.avatar, self.name, self.guardian = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.standing = Pill("")
        self.banner = Banner()
        self.steps = Chips([("print", tr("打印")), ("sign", tr("登记签字"))], name=tr("要做什么"))
        self.head = PageHeader(
            "", on_back=bench.back, beside=(self.avatar, self.name), actions=(self.guardian, self.standing)
        )
        self._below_head = column()
        self.set_page(page(self.head, self.banner, (self._below_head, 1)))
        self._is_open = False

    def enter(self, **params: Any) -> None:
        """Open one kind of paper of a person; `step` "sign" goes straight to the signatures."""
        kind = params.get("kind", "consent")
        self._build(kind)
        self.model.open(params["person_id"], kind)
        if params.get("step") == "sign":
            self.steps.set_value("sign")

    def shortcut_save(self) -> None:
        """Bring the signed paper into force."""
        if self.steps.value() == "sign":
            self._sign()

    def default_focus(self) -> QWidget:
        return self.steps

    def _build(self, kind: str) -> None:
        """Put the parts in that depend on the kind of paper."""
        self.head.title.setText(self._title(kind))
        self.making, self.signing = MakingPanel(kind), SigningPanel(kind, self.bench.today())
        self.panels = QStackedWidget()
        self.panels.addWidget(self.making)
        self.panels.addWidget(self.signing)
        self.print_bar = PrintBar(self.model.desk, self._file_name)
        nothing = (tr("程序里没有这份纸的原件"), tr("照手里的纸填写；扫描件可以以后再补。"))
        self.preview = PaperPreview(nothing, self.print_bar)
        self.bring = button(tr("登记并生效"), "check", "primary", on_click=self._sign)
        self.take_back = button(tr("登记错了，撤下"), "undo-2", "ghost", on_click=self._ask_take_back)
        self.take_back.hide()
        self.sign_bar = SaveBar(self.take_back, self.bring, on_faults=self._show_faults)
        self.sign_bar.say(tr("照签好的纸填写；扫描件可以以后再补。"))
        left = frame(column(self.steps, (self.panels, 1), spacing=10))
        left.setMinimumWidth(px(400))
        self.panes = TwoPanes(left, self.preview, (5, 7), turning=self.panels)
        self._below_head.addWidget(self.panes, 1)
        self._layout.addWidget(self.sign_bar)
        self._connect()

    def _title(self, kind: str) -> str:
        known = {each.kind: each.title for each in self.bench.services.documents.kinds()}
        return known.get(kind, kind)

    def _connect(self) -> None:
        model, desk = self.model, self.model.desk
        self.steps.picked.connect(self._show_step)
        self.panes.fitted.connect(self._fit)
        self.making.edited.connect(self._choose)
        self.signing.edited.connect(self._typed)
        self.signing.paper_chosen.connect(self._show_chosen)
        model.opened.connect(self._show)
        model.resumed.connect(self._resume)
        model.keeper.kept.connect(lambda kept: self.sign_bar.say_kept(kept.saved_at))
        model.checked.connect(self._take_faults)
        model.signed.connect(self._signed)
        for trouble in (model.refused, model.failed, desk.failed):
            trouble.connect(self._say_failure)
        desk.shown.connect(self._show_paper)
        desk.issued.connect(lambda _: self.bench.toast(tr("文书已编号存档，等签字后登记")))
        desk.printed.connect(lambda: self.bench.toast(tr("已送到打印机")))
        desk.written.connect(lambda path: self.bench.toast(tr("已存到 {file}", file=path.name)))

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def _choose(self) -> None:
        self.model.choose(self.making.choices())
        self._keep()

    def _typed(self) -> None:
        self.model.check(self.signing.signed(self.model.person_id))
        self._keep()

    def _keep(self) -> None:
        self.model.touch(PaperForm(self.making.choices(), self.signing.signed(self.model.person_id)))

    def _resume(self, form: PaperForm) -> None:
        """Go on with what was left unfinished."""
        self.making.fill(form.choices)
        self.signing.fill(form.signed)
        self.model.choose(self.making.choices())
        words = tr("上次写到一半的内容还在，已经放回表里。")
        self.banner.say("info", words, tr("丢掉，重新填"), self._start_afresh)

    def _start_afresh(self) -> None:
        self.banner.say("info", "")
        self.model.give_up()
        self.bench.back()

    def _fit(self, is_wide: bool) -> None:
        """Offer the preview as a step of its own where it has no place beside the form: its bar is what prints."""
        form = tr("打印") if is_wide else tr("选内容")
        preview = [] if is_wide else [("preview", tr("预览并打印"))]
        self.steps.set_options([("print", form), *preview, ("sign", tr("登记签字"))])
        if not self.steps.value():
            self.steps.set_value("print")
            self._show_step("print")

    def _show_step(self, step: str) -> None:
        if step == "sign":
            self.panels.setCurrentWidget(self.signing)
            self._show_chosen(str(self.signing.paper.value()))
        elif step == "print":
            self.panels.setCurrentWidget(self.making)
            if self.model.desk.paper is None:
                self.model.choose(self.making.choices())
        self.sign_bar.setVisible(step == "sign")
        self.print_bar.setVisible(step != "sign")
        self.panes.turn(step == "preview")

    def _show(self, opened: OpenedPaper) -> None:
        card, kind = opened.card, self.model.kind
        self.avatar.set_name(card.row.name)
        self.name.setText(card.row.name)
        guardians = [each for each in card.guardians if each.is_guardian]
        words = (
            tr("监护人 {name}（{relation}）", name=guardians[0].name, relation=guardians[0].relation)
            if guardians
            else ""
        )
        self.guardian.set_full_text(words or tr("没有登记监护人"))
        word: str = getattr(opened.standing, kind)
        self.standing.set_state(self.bench.services.codes.label("standing", word), _TONES.get(word, "off"))
        self.making.set_term(*opened.term)
        self.signing.show_papers(opened.printed, opened.registered)
        if not self._is_open:
            self._is_open = True
            self._show_step(self.steps.value())

    def _show_paper(self, paper: ShownPaper) -> None:
        self.preview.show_paper(paper)
        self.print_bar.set_ready(self.bench.may("documents.issue"))

    def _show_chosen(self, document_id: str) -> None:
        wrong = self.signing.correcting
        self.take_back.setVisible(wrong is not None)
        self.bring.setText(tr("更正（写明理由）") if wrong else tr("登记并生效"))
        self.bring.setAccessibleName(self.bring.text())
        number = dict(self._printed()).get(document_id, "")
        document_id = (wrong.paper.document_id or "") if wrong else document_id
        if document_id:
            self.model.desk.fetch(document_id, number)
        else:
            self.preview.show_nothing()

    def _printed(self) -> list[tuple[str, str]]:
        paper = self.signing.paper
        return [(str(paper.itemData(place)), paper.itemText(place).split("，")[0]) for place in range(paper.count())]

    def _sign(self) -> None:
        wrong = self.signing.correcting
        if wrong is not None:
            self._ask_correct(wrong.id)
            return
        self.bring.setEnabled(False)
        self.model.sign(self.signing.signed(self.model.person_id))

    def _ask_correct(self, paper_id: str) -> None:
        """Ask why: the record is corrected, what was printed stays as it was."""
        words = tr("只更正登记的内容，印好的纸不变；改前改后都留在修改记录里。")
        correct = partial(self.model.correct, paper_id, self.signing.signed(self.model.person_id))
        ask_reason(self.window(), tr("更正已登记的文书"), words, tr("更正"), correct)

    def _ask_take_back(self) -> None:
        wrong = self.signing.correcting
        if wrong is not None:
            words = tr("不再有效：本程序打印的回到“待签回”，别的作废。原来的登记留在修改记录里。")
            back = partial(self.model.take_back, wrong.id)
            ask_reason(self.window(), tr("这份文书登记错了？"), words, tr("撤下"), back, is_danger=True)

    def _signed(self) -> None:
        self.bench.toast(tr("更正已登记") if self.signing.correcting else tr("签字已登记，文书生效"))
        self.bench.back()

    def _take_faults(self, faults: tuple[Fault, ...]) -> None:
        self.signing.show_faults(faults, everywhere=False)
        self.sign_bar.show_faults(faults, self.signing.labels)

    def _show_faults(self) -> None:
        self.signing.binding.visit(self.signing.binding.names())
        self.model.check(self.signing.signed(self.model.person_id))

    def _say_failure(self, trouble: KangyiError) -> None:
        self.bring.setEnabled(True)
        self.banner.say_failure(trouble)
        if trouble.field:
            self._show_faults()

    def _file_name(self) -> str:
        paper = self.model.desk.paper
        return f"{paper.document_no}.pdf" if paper else "paper.pdf"  # the number, never a name
