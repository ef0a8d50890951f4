"""The form of one visit: every answer visible, faults beside their fields, kept while it is typed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import entry
from desktop.services.visits import VisitDraft
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label, restyle
from desktop.ui.kit.compare import ask_which
from desktop.ui.kit.form import FormBinding
from desktop.ui.kit.layouts import frame, page, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.workbench import Workbench
from desktop.ui.visits.sections import VisitSections
from desktop.ui.visits.viewmodel import Opened, VisitFormViewModel

_MATCH = {True: "match", False: "differ", None: ""}


class VisitFormScreen(Screen):
    """Ctrl+S saves, Esc goes back; what was typed stays as a draft either way."""

    title = tr("登记入户服务")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = VisitFormViewModel(bench, self)
        self.binding = FormBinding(self)
        self.sections = VisitSections(bench.services.codes, self.binding, bench.today())
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.banner = Banner()
        self.save = button(tr("保存"), "check", "primary", on_click=self.shortcut_save)
        self.remove = button(tr("删除这次记录"), "trash-2", "ghost", on_click=self._ask_remove)
        self.remove.hide()  # until a stored visit is shown
        give_up = button(tr("放弃"), on_click=self._ask_give_up)
        self.bar = SaveBar(self.remove, give_up, self.save, on_faults=self._show_first_fault)
        head = PageHeader(tr("登记入户服务"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        columns = frame(row((self.sections.left, 1), (self.sections.right, 1), spacing=12))
        body = page(head, self.banner, (scroll(columns, "bg"), 1), margins=(24, 14, 24, 0))
        self.set_page(body, self.bar)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Open a new visit of a person, or a stored one."""
        self.model.open(params["person_id"], params.get("visit_id"))

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        focus: QWidget = self.binding.control("starts")
        return focus

    def shortcut_save(self) -> None:
        """Save, or jump to the first fault."""
        draft = self.draft()
        faults = self.model.check(draft)
        self.binding.show_faults(faults, everywhere=True)
        self.bar.show_faults(faults, self.sections.labels)
        if not self.binding.focus_first_fault():
            self.save.setEnabled(False)
            self.model.save(draft)

    def draft(self) -> VisitDraft:
        """Return the form as typed."""
        typed = self.binding.into(self.model.base)
        count = self.sections.count.value()
        return replace(
            typed, is_medicine_counted=bool(count) or None, does_count_match=count == "match" if count else None
        )

    def _connect(self) -> None:
        self.binding.changed.connect(self._changed)
        self.model.opened.connect(self._show)
        self.model.resumed.connect(self._resume)
        self.model.keeper.kept.connect(lambda row: self.bar.say_kept(row.saved_at))
        self.model.saved.connect(self._saved)
        self.model.refused.connect(self._refuse)
        self.model.removed.connect(self._removed)
        self.model.clashed.connect(lambda found: ask_which(self.window(), found, self.model.settle))
        self.model.merged.connect(self._say_merged)
        self.model.failed.connect(self.banner.say_failure)

    def _show(self, opened: Opened) -> None:
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
        self._fill(opened.draft)

    def _resume(self, draft: VisitDraft) -> None:
        self._fill(draft)
        self.bar.say(tr("已接着上次没写完的草稿"))

    def _fill(self, draft: VisitDraft) -> None:
        self.binding.fill_from(draft)
        self.sections.count.set_value(_MATCH[draft.does_count_match])
        self._follow(draft)

    def _changed(self, _name: str) -> None:
        draft = self.draft()
        self._follow(draft)
        faults = self.model.check(draft)
        self.binding.show_faults(faults)
        if draft != self.model.base:
            self.model.touch(draft)

    def _follow(self, draft: VisitDraft) -> None:
        """Show only the questions that the answers so far raise."""
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

    def _show_first_fault(self) -> None:
        self.binding.show_faults(self.model.check(self.draft()), everywhere=True)
        self.binding.focus_first_fault()

    def _saved(self) -> None:
        self.bench.toast(tr("入户记录已保存"))
        self.bench.back()

    def _refuse(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        if trouble.code == "reason_needed":
            again = partial(self.model.save, self.draft())
            ask_reason(self.window(), tr("更正已定稿的记录"), trouble.message, tr("更正并保存"), again)
            return
        self.banner.say_failure(trouble)

    def _say_merged(self, draft: VisitDraft) -> None:
        self._fill(draft)
        self.banner.say("warn", tr("您填写期间有人改过这次记录，两边的改动已合在一起。请看一遍再保存。"))

    def _ask_remove(self) -> None:
        words = tr("不再计入入户次数；原来的内容留在回收站，可以恢复。")
        ask_reason(self.window(), tr("删除这次记录？"), words, tr("删除"), self.model.remove, is_danger=True)

    def _removed(self, visit_id: str) -> None:
        restore = partial(self.model.restore, visit_id) if self.bench.may("removals.restore") else None
        self.bench.toast(tr("已删除这次记录"), tr("恢复"), restore)
        self.bench.back()

    def _ask_give_up(self) -> None:
        confirm(self.window(), tr("放弃这次填写的内容？"), tr("草稿会删掉，不能恢复。"), tr("放弃"), self._give_up)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()
