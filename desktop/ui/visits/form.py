"""The form of one visit: every answer visible, faults beside their fields, kept while it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop.i18n import tr
from desktop.services.codes import entry
from desktop.services.visits import VisitDraft
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label, restyle
from desktop.ui.kit.layouts import frame, page, row, scroll
from desktop.ui.kit.navigation import PageHeader
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.recordform import BarredScreen
from desktop.ui.kit.undoing import toast_done, toast_removed
from desktop.ui.kit.workbench import Workbench
from desktop.ui.visits.sections import VisitSections
from desktop.ui.visits.viewmodel import Opened, VisitFormViewModel

_MATCH = {True: "match", False: "differ", None: ""}


class VisitFormScreen(BarredScreen):
    """One visit or call: the occasion, how the client is, safety, what was done."""

    title = tr("登记入户服务")
    first = "starts"
    model: VisitFormViewModel

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, VisitFormViewModel(bench))
        self.sections = VisitSections(bench.services.codes, self.binding, bench.today())
        self.labels = self.sections.labels
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.remove = button(tr("删除这次记录"), "trash-2", "ghost", on_click=self._ask_remove)
        bar = self.make_bar(self.remove)
        head = PageHeader(tr("登记入户服务"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        columns = frame(row((self.sections.left, 1), (self.sections.right, 1), spacing=12))
        self.set_page(page(head, self.banner, (scroll(columns, "bg"), 1), margins=(24, 14, 24, 0)), bar)
        self.connect_model()

    def enter(self, **params: Any) -> None:
        """Open a new visit of a person, or a stored one."""
        self.model.open(params["person_id"], params.get("visit_id"))

    def draft(self) -> VisitDraft:
        typed: VisitDraft = super().draft()
        count = self.sections.count.value()
        return replace(
            typed, is_medicine_counted=bool(count) or None, does_count_match=count == "match" if count else None
        )

    def show_opened(self, opened: Opened) -> None:
        person = opened.card.row
        self.avatar.set_name(person.name)
        self.name.setText(person.name)
        age = tr("{n} 岁", n=person.age) if person.age is not None else ""
        last = tr("上次入户 {day}", day=f"{person.last_visit_on:%m-%d}") if person.last_visit_on else tr("还没有入过户")
        self.facts.set_full_text(" · ".join(part for part in (age, person.village or "", last) if part))
        self.sections.set_staff(opened.staff)
        if opened.card.warning_note:
            self.banner.say("warn", opened.card.warning_note)
        self.remove.setVisible(bool(opened.draft.visit_id))
        self.remove.setEnabled(self.bench.may("visits.remove"))

    def fill(self, draft: VisitDraft) -> None:
        self.sections.count.set_value(_MATCH[draft.does_count_match])
        super().fill(draft)

    def follow(self, draft: VisitDraft) -> None:
        sections = self.sections
        sections.not_met.setVisible(bool(entry("visit_met", draft.met).get("is_nobody")))
        must_report = bool(entry("lock_seen", draft.lock_seen).get("must_report"))
        sections.lock_reported.setVisible(must_report)
        sections.lock_warning.say("bad", tr("看到关锁必须上报：先报告，再写清报告给了谁。") if must_report else "")
        meaning = entry("danger_level", draft.danger_level).get("meaning", "")
        sections.danger_meaning.setText(
            tr("{n} 级：{meaning}", n=draft.danger_level, meaning=tr(meaning)) if meaning else ""
        )
        sections.danger_meaning.setVisible(bool(meaning))
        restyle(sections.danger_meaning, tone="bad" if draft.danger_level in ("3", "4", "5") else "")

    def say_saved(self, record_id: str) -> None:
        toast_done(self.bench, tr("入户记录已保存"), record_id, self.model.is_new)
        self.bench.back()

    def say_removed(self, record_id: str) -> None:
        toast_removed(self.bench, tr("已删除这次记录"), record_id)
        self.bench.back()

    def _ask_remove(self) -> None:
        words = tr("不再计入入户次数；原来的内容留在回收站，可以恢复。")
        ask_reason(self.window(), tr("删除这次记录？"), words, tr("删除"), self.model.remove, is_danger=True)
