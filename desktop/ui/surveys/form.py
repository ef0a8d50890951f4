"""The form of one line of the need survey: who, where, what was said; kept while it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.surveys import SurveyDraft
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.choices import Chips, Segments
from desktop.ui.kit.form import Field, FormBinding, area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import Item, card, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.workbench import Workbench
from desktop.ui.surveys.viewmodel import OpenedEntry, SurveyFormViewModel


class ManyChips(Chips):
    """A multiple choice whose value is all codes chosen."""

    def value(self) -> tuple[str, ...]:  # type: ignore[override]  # a form asks every control for its value
        """Return the codes chosen."""
        return self.values()

    def set_value(self, code: object) -> None:
        """Choose exactly these codes, without a signal."""
        self.set_values(tuple(code) if isinstance(code, list | tuple) else ())


class SurveyFormScreen(Screen):
    """Ctrl+S saves, Esc goes back; what was typed stays as a draft either way."""

    title = tr("摸底登记")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = SurveyFormViewModel(bench, self)
        self.binding = FormBinding(self)
        self.labels: dict[str, str] = {}
        self.banner = Banner()
        self.save = button(tr("保存"), "check", "primary", on_click=self.shortcut_save)
        self.away = button(tr("从名单拿掉"), "trash-2", "ghost", on_click=self._ask_remove)
        give_up = button(tr("放弃"), on_click=self._give_up)
        self.bar = SaveBar(self.away, give_up, self.save, on_faults=self._show_first_fault)
        head = PageHeader(tr("摸底登记"), on_back=bench.back)
        cards = frame(row((frame(column(self._who(), None)), 1), (frame(column(self._said(), None)), 1), spacing=12))
        body = page(head, self.banner, (scroll(cards, "bg"), 1), margins=(24, 14, 24, 0))
        self.set_page(body, self.bar)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Open a new line, or a stored one."""
        self.model.open(params.get("entry_id"))

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        focus: QWidget = self.binding.control("name")
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

    def draft(self) -> SurveyDraft:
        """Return the form as typed."""
        return self.binding.into(self.model.base)

    def _who(self) -> QWidget:
        choices = self._choices
        return card(
            label(tr("是谁"), "h3"),
            self._pair(("name", tr("姓名"), text_field(max_length=50), True), ("id_no", tr("身份证号"), text_field())),
            self._pair(
                ("sex", tr("性别"), Segments(choices("sex")[:2], is_optional=True)),
                ("birth_on", tr("出生日期"), date_field(latest=self.bench.today())),
            ),
            self._pair(
                ("phone", tr("电话"), text_field()),
                ("diagnosis_category", tr("诊断"), choice_field(choices("diagnosis_category"), tr("不清楚"))),
            ),
            self._pair(("township", tr("乡镇（街道）"), text_field()), ("village", tr("村（居）"), text_field())),
            self._field("address", tr("住址"), text_field()),
            self._field("list_name", tr("哪份名单"), text_field()),
            spacing=12,
        )  # fmt: skip

    def _said(self) -> QWidget:
        return card(
            label(tr("怎么说"), "h3"),
            self._field("result", tr("摸底结果"), Chips(self._choices("survey_result")), required=True),
            self._pair(
                ("contacted_on", tr("哪天联系（空着就是今天）"), date_field(latest=self.bench.today())),
                ("contacted_by", tr("谁联系（空着就是本人）"), text_field()),
            ),
            self._field("needs", tr("需要什么（可多选）"), ManyChips(self._choices("survey_need"), exclusive=False)),
            self._field("note", tr("备注（只留在站里）"), area_field(height=96)),
            spacing=12,
        )

    def _choices(self, table: str) -> list[tuple[str, str]]:
        return [(each.code, each.label) for each in self.bench.services.codes.choices(table)]

    def _pair(self, *parts: tuple[Any, ...]) -> Item:
        return row(*[(self._field(*part), 1) for part in parts], spacing=12)

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

    def _show(self, opened: OpenedEntry) -> None:
        self.binding.fill_from(opened.draft)
        self.away.setVisible(opened.draft.entry_id is not None)

    def _resume(self, draft: SurveyDraft) -> None:
        self.binding.fill_from(draft)
        self.bar.say(tr("已接着上次没写完的草稿"))

    def _changed(self, _name: str) -> None:
        draft = self.draft()
        self.binding.show_faults(self.model.check(draft))
        if draft != self.model.base:
            self.model.touch(draft)

    def _show_first_fault(self) -> None:
        self.binding.show_faults(self.model.check(self.draft()), everywhere=True)
        self.binding.focus_first_fault()

    def _saved(self) -> None:
        self.bench.toast(tr("摸底名单已更新"))
        self.bench.back()

    def _refuse(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        self.banner.say_failure(trouble)

    def _ask_remove(self) -> None:
        words = tr("这一行会从名单里拿掉，修改记录里仍查得到。")
        confirm(self.window(), tr("从名单拿掉？"), words, tr("拿掉"), self.model.remove, is_danger=True)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()
