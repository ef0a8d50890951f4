"""The form of one benefit; kept while it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.benefits import BenefitDraft
from desktop.services.codes import entry
from desktop.ui.benefits.viewmodel import BenefitFormViewModel, OpenedBenefit
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.form import Field, FormBinding, area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import card, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.workbench import Workbench


class BenefitFormScreen(Screen):
    """Ctrl+S saves, Esc goes back; what was typed stays as a draft either way."""

    title = tr("登记福利")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = BenefitFormViewModel(bench, self)
        self.binding = FormBinding(self)
        self.labels: dict[str, str] = {}
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.banner = Banner()
        self.save = button(tr("保存"), "check", "primary", on_click=self.shortcut_save)
        self.away = button(tr("删掉这一项"), "trash-2", "ghost", on_click=self._ask_remove)
        give_up = button(tr("放弃"), on_click=self._give_up)
        self.bar = SaveBar(self.away, give_up, self.save, on_faults=self._show_first_fault)
        head = PageHeader(tr("登记福利"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        columns = frame(row((frame(column(self._what(), None)), 1), (frame(column(self._when(), None)), 1), spacing=12))
        self.set_page(page(head, self.banner, (scroll(columns, "bg"), 1), margins=(24, 14, 24, 0)), self.bar)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Open a new benefit of a person (of a `kind`), or a stored one."""
        self.model.open(params["person_id"], params.get("benefit_id"), params.get("kind", ""))

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        focus: QWidget = self.binding.control("kind")
        return focus

    def shortcut_save(self) -> None:
        """Save, or jump to the first fault."""
        draft = self.draft()
        faults = self.model.check(draft)
        self.binding.show_faults(faults, everywhere=True)
        self.bar.show_faults(faults, self.labels)
        if any(fault.severity == "error" for fault in faults):
            self.binding.focus_first_fault()
        else:
            self.save.setEnabled(False)
            self.model.save(draft)

    def draft(self) -> BenefitDraft:
        """Return the form as typed."""
        return self.binding.into(self.model.base)

    def _what(self) -> QWidget:
        self.guardian = choice_field([], tr("请选监护人"))
        return card(
            label(tr("哪一项"), "h3"),
            self._field("kind", tr("福利"), Chips(self._choices("benefit_kind")), required=True),
            self._field("state", tr("办理情况"), Chips(self._choices("benefit_state")), required=True),
            self._field("guardian_id", tr("发给哪位监护人"), self.guardian),
            spacing=12,
        )

    def _when(self) -> QWidget:
        today = self.bench.today()
        return card(
            label(tr("时间和金额"), "h3"),
            row((self._field("entitled_on", tr("哪天起符合条件"), date_field()), 1),
                (self._field("applied_on", tr("申请"), date_field(latest=today)), 1), spacing=12),
            row((self._field("granted_on", tr("批准"), date_field(latest=today)), 1),
                (self._field("paid_until", tr("享受到"), date_field()), 1), spacing=12),
            self._field("amount", tr("每次发放金额（元）"), text_field(tr("如 110 或 87.50"))),
            self._field("note", tr("备注（只留在站里）"), area_field(height=72)),
            spacing=12,
        )  # fmt: skip

    def _choices(self, table: str) -> list[tuple[str, str]]:
        return [(each.code, each.label) for each in self.bench.services.codes.choices(table)]

    def _field(self, name: str, words: str, control: QWidget, required: bool = False) -> Field:
        field = Field(words, control, required=required)
        self.binding.add(name, field)
        self.labels[name] = words
        return field

    def _connect(self) -> None:
        self.binding.changed.connect(self._changed)
        self.model.opened.connect(self._show)
        self.model.resumed.connect(self._resume)
        self.model.keeper.kept.connect(lambda kept: self.bar.say_kept(kept.saved_at))
        self.model.saved.connect(self._saved)
        self.model.refused.connect(self._refuse)
        self.model.failed.connect(self.banner.say_failure)

    def _show(self, opened: OpenedBenefit) -> None:
        self.avatar.set_name(opened.card.row.name)
        self.name.setText(opened.card.row.name)
        self.facts.set_full_text(opened.card.row.file_no)
        self.guardian.set_options(opened.guardians)
        self.away.setVisible(opened.draft.benefit_id is not None)
        self._fill(opened.draft)

    def _resume(self, draft: BenefitDraft) -> None:
        self._fill(draft)
        self.bar.say(tr("已接着上次没写完的草稿"))

    def _fill(self, draft: BenefitDraft) -> None:
        self.binding.fill_from(draft)
        self._follow(draft)

    def _changed(self, _name: str) -> None:
        draft = self.draft()
        self._follow(draft)
        self.binding.show_faults(self.model.check(draft))
        if draft != self.model.base:
            self.model.touch(draft)

    def _follow(self, draft: BenefitDraft) -> None:
        """Ask for the guardian only where the benefit is paid to one."""
        is_paid_to_guardian = bool(entry("benefit_kind", draft.kind).get("is_for_guardian"))
        self.binding.field("guardian_id").setVisible(is_paid_to_guardian or bool(draft.guardian_id))

    def _show_first_fault(self) -> None:
        self.binding.show_faults(self.model.check(self.draft()), everywhere=True)
        self.binding.focus_first_fault()

    def _saved(self) -> None:
        self.bench.toast(tr("福利已登记"))
        self.bench.back()

    def _refuse(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        self.banner.say_failure(trouble)

    def _ask_remove(self) -> None:
        words = tr("登记错了才删；停发请改办理情况。修改记录里仍查得到。")
        confirm(self.window(), tr("删掉这一项？"), words, tr("删掉"), self.model.remove, is_danger=True)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()
