"""The file of one client (一人一档): the first look answers "may I serve, what is late"."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import person_form
from desktop.services.documents import DocumentRow
from desktop.services.people import StateCard, TimelineItem
from desktop.ui.benefits.panel import BenefitsTab
from desktop.ui.kit.basics import ElidedLabel, button
from desktop.ui.kit.choices import Chips, TabBar
from desktop.ui.kit.history import show_history
from desktop.ui.kit.layouts import card, column, frame, page, row, separator
from desktop.ui.kit.messages import Banner
from desktop.ui.kit.navigation import Screen
from desktop.ui.kit.workbench import Workbench
from desktop.ui.people.facts_tab import FactsTab
from desktop.ui.people.file_head import FileHead
from desktop.ui.people.file_panel import SidePanel
from desktop.ui.people.file_viewmodel import PersonFileViewModel
from desktop.ui.people.list_dialogs import ask_reason
from desktop.ui.people.papers_tab import PapersTab
from desktop.ui.people.services_tab import ServicesTab
from desktop.ui.people.strip import StateStrip
from desktop.ui.people.timeline import TimelineView
from desktop.ui.scans.panel import ScansTab

TABS = ("timeline", "facts", "illness", "papers", "services", "benefits", "scans")
ILLNESS = "illness"
_ILLNESS_GROUPS = (ILLNESS, "history", "danger", "medication")
_SECTIONS: dict[str, str] = {
    "person": "identity",
    "service": "contact",
}  # groups of facts that stand in another section of the form


class PersonFileScreen(Screen):
    """Head, status strip, tabs; beside the timeline the facts one needs before going there."""

    title = tr("服务对象档案")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = PersonFileViewModel(bench, self)
        self.head = FileHead(bench.services.codes, bench.back, self._actions())
        self.banner = Banner()
        self.strip = StateStrip()
        self.tabs = TabBar(tr("档案的各部分"))
        self.stack = QStackedWidget()
        self._build_tabs()
        self.set_page(page(self.head, self.banner, self.strip, self.tabs, (self.stack, 1), spacing=10))
        self._connect()

    def enter(self, **params: Any) -> None:
        """Open the file of `person_id`, at `tab`."""
        self.banner.say("info", "")
        if params["person_id"] != self.model.person_id:
            self._blank()
        self.model.open(params["person_id"])
        tab = params.get("tab", "timeline")
        self.tabs.setCurrentIndex(TABS.index(tab) if tab in TABS else 0)
        self._show_tab(self.tabs.currentIndex())  # also when it is the tab of the client before

    def leave(self) -> bool:
        """Mask again what was shown in full."""
        self._hide_revealed()
        return True

    def default_focus(self) -> QWidget | None:
        lists: dict[str, QWidget] = {
            "timeline": self.timeline, "papers": self.papers.table, "services": self.services.trainings,
        }  # fmt: skip
        wanted = lists.get(TABS[self.tabs.currentIndex()], self.tabs)
        return wanted if wanted.isVisible() else self.tabs

    def _actions(self) -> tuple[Any, ...]:
        may = self.bench.may
        history = button("", "history", "square", name=tr("修改记录"), on_click=lambda: self.show_history(""))
        rights = button("", "shield", "square", name=tr("个人信息权利"), on_click=lambda: self._go("privacy"))
        rights.setEnabled(may("privacy.read"))
        edit = button(tr("修改资料"), "pencil", on_click=lambda: self._go("person_form"))
        edit.setEnabled(may("people.amend"))
        visit = button(tr("登记入户"), "house", on_click=lambda: self._go("visit"))
        visit.setEnabled(may("visits.record"))
        train = button(tr("记录训练"), "plus", "primary", on_click=lambda: self._go("training"))
        train.setEnabled(may("trainings.record"))
        return history, rights, edit, visit, train

    def _build_tabs(self) -> None:
        codes, today, may = self.bench.services.codes, self.bench.today(), self.bench.may
        may_edit = may("people.amend")
        self.facts = FactsTab(lambda key: key not in _ILLNESS_GROUPS, may_edit)
        self.illness = FactsTab(lambda key: key in _ILLNESS_GROUPS, may_edit)
        self.papers = PapersTab(codes, may("documents.prepare"))
        self.services = ServicesTab(codes, today, may("trainings.record"), may("visits.record"))
        self.benefits = BenefitsTab(self.bench)
        self.scans = ScansTab(self.bench)
        for words, content in (
            (tr("时间线"), self._timeline_tab()),
            (tr("基本情况"), self.facts),
            (tr("疾病与用药"), self.illness),
            (tr("文书"), self.papers),
            (tr("训练与入户"), self.services),
            (tr("福利"), self.benefits),
            (tr("材料"), self.scans),
        ):
            self.tabs.addTab(words)
            self.stack.addWidget(content)

    def _timeline_tab(self) -> QWidget:
        self.kinds = Chips([], name=tr("筛选时间线"))
        self.timeline = TimelineView(self.bench.today())
        self.shown = ElidedLabel("", "note")
        self.panel = SidePanel()
        events = card(
            frame(column(self.kinds, margins=(16, 12, 16, 8))),
            (self.timeline, 1),
            separator(),
            frame(row((self.shown, 1), margins=(16, 7, 16, 9))),
            spacing=0,
            margins=1,
        )
        return frame(row((events, 1), self.panel, spacing=14))

    def _connect(self) -> None:
        model = self.model
        model.card_changed.connect(self._show_card)
        model.timeline_changed.connect(self._show_timeline)
        model.papers_changed.connect(self._show_papers)
        model.services_changed.connect(self._show_services)
        model.parts_changed.connect(self._show_parts)
        model.failed.connect(self._say_failure)
        model.revealed.connect(self._show_revealed)
        self.tabs.currentChanged.connect(self._show_tab)
        self.head.reveal_wanted.connect(self._ask_reason)
        self.panel.reveal_wanted.connect(self._ask_reason)
        for tab in (self.facts, self.illness):
            tab.reveal_wanted.connect(self._ask_reason)
            tab.history_wanted.connect(self.show_history)
            tab.edit_wanted.connect(self._edit)
        self.kinds.picked.connect(model.pick_kind)
        self.timeline.end_reached.connect(model.more)
        self.timeline.wanted.connect(self._open_event)
        self.strip.wanted.connect(self._act)
        self.papers.open_wanted.connect(self._open_paper)
        self.papers.print_wanted.connect(lambda kind: self._go("consent", kind=kind))
        self.services.training_wanted.connect(self._open_training)
        self.services.visit_wanted.connect(lambda visit_id: self._go("visit", visit_id=visit_id or None))

    def show_history(self, wanted: str = "") -> None:
        """Open the history of the file, narrowed down to one field when `wanted` names it."""
        if self.model.card is not None:
            _, panel = show_history(self.window(), self.model.card.row.name, wanted)
            self.model.load_history(panel.show_changes)

    def _go(self, route: str, **params: Any) -> None:
        self.bench.go(route, person_id=self.model.person_id, **params)

    def _act(self, state: StateCard) -> None:
        """Do the one thing a state card asks for."""
        if state.action in ("consent", "agreement"):
            self._go("consent", kind=state.action)
        else:
            self._go(state.action)

    def _open_event(self, item: TimelineItem) -> None:
        if item.kind == "training":
            self.bench.go("training", training_id=item.id)
        elif item.kind in ("visit", "call"):
            self._go("visit", visit_id=item.id)
        elif item.kind == "document":
            self.tabs.setCurrentIndex(TABS.index("papers"))

    def _open_paper(self, paper: DocumentRow) -> None:
        self.bench.go("documents", document_id=paper.id)

    def _open_training(self, training_id: str) -> None:
        if training_id:
            self.bench.go("training", training_id=training_id)
        else:
            self._go("training")

    def _show_tab(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self._show_facts()
        if TABS[place] == "papers":
            self.model.load_papers()
        elif TABS[place] == "services":
            self.model.load_services()
        elif TABS[place] == "benefits":
            self.benefits.show_person(self.model.person_id)
        elif TABS[place] == "scans":
            self.scans.show_person(self.model.person_id)

    def _edit(self, key: str) -> None:
        """Open the form where a group of facts is filled in."""
        self._go("person_form", step=person_form().step_keyed(_SECTIONS.get(key, key)))

    def _show_card(self) -> None:
        file = self.model.card
        if file is None:
            return
        self.head.show_card(file)
        self.strip.show()
        self.stack.show()
        self.strip.show_states(file.states)
        self._show_facts()
        mend = (lambda: self._go("person_form", is_missing=True)) if self.bench.may("people.amend") else None
        self.panel.show_card(file, self.model.missing_sentence(), mend)
        rights, go = tr("个人信息权利"), lambda: self._go("privacy")
        if file.restricted_on is not None:
            self.banner.say("warn", tr("这份档案限制处理中，只供写明的理由查看。"), rights, go)
        elif file.archived_on is not None:
            self.banner.say("info", tr("{day} 已归档，只能查看，不能改。", day=file.archived_on), rights, go)

    def _blank(self) -> None:
        """Show nobody until the file is there: nothing of one client may stand under the name of another."""
        self.head.blank()
        self.panel.parts.say("info", "")
        self.strip.hide()
        self.stack.hide()

    def _show_facts(self) -> None:
        """Build the groups of facts only on the tab that is looked at: a file must open at once."""
        shown = self.stack.currentWidget()
        if isinstance(shown, FactsTab) and self.model.card is not None:
            shown.show_card(self.model.card)

    def _show_timeline(self) -> None:
        timeline = self.model.timeline
        if timeline is None:
            return
        self.kinds.set_options(self.model.kinds())
        self.kinds.set_value(self.model.kind)
        self.timeline.show_items(timeline.items)
        shown, total = len(timeline.items), timeline.total
        words = tr("已显示 {n} 条，共 {total} 条；向下滚动看更早的", n=shown, total=total)
        self.shown.set_full_text(words if shown < total else tr("共 {n} 条", n=total))

    def _show_papers(self) -> None:
        if self.model.papers is not None:
            self.papers.show_papers(self.model.papers)

    def _show_services(self) -> None:
        if self.model.services is not None:
            self.services.show_services(self.model.services.trainings, self.model.services.visits)

    def _show_parts(self) -> None:
        parts = self.model.parts
        if parts is not None:
            self.panel.show_parts(parts.there, parts.needed, lambda: self._go("file_parts"))

    def hide_revealed(self) -> None:
        self._hide_revealed()

    def _ask_reason(self, name: str) -> None:
        codes = self.bench.services.codes
        ask_reason(self.window(), codes, tr("显示完整号码"), lambda reason: self.model.reveal(name, reason))

    def _show_revealed(self, name: str, words: str) -> None:
        self.head.show_revealed(name, words)
        for group in (*self.panel.groups, *self.facts.groups, *self.illness.groups):
            group.show_revealed(name, words)

    def _hide_revealed(self) -> None:
        self.head.hide_revealed()
        for group in (*self.panel.groups, *self.facts.groups, *self.illness.groups):
            group.hide_revealed()

    def _say_failure(self, trouble: KangyiError) -> None:
        if trouble.code == "restricted":
            self.banner.say_failure(trouble, tr("个人信息权利"), lambda: self._go("privacy"))
        else:
            self.banner.say_failure(trouble, tr("再试一次"), self.model.reload)

    def keyPressEvent(self, event: Any) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        digit = event.key() - Qt.Key.Key_1.value
        if control and 0 <= digit < len(TABS):
            self.tabs.setCurrentIndex(digit)
        else:
            super().keyPressEvent(event)
