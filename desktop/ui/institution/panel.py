"""One entry of the institution file as a form; unfinished ones are kept as drafts, each under its own name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.domain.institution import Entry, Shape, shapes
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.institution.viewmodel import EntryModel, InstitutionModel, titles
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.compare import ask_which
from desktop.ui.kit.form import Field, FormBinding, area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import column, focus_first, frame, row, scroll
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.undoing import toast_done, toast_removed

if TYPE_CHECKING:
    from desktop.services.codes import Codes
    from desktop.services.drafts import DraftRow


class EntryForm(QWidget):
    """The fields of one kind of entry, one below the other."""

    def __init__(self, kind: str, codes: Codes) -> None:
        super().__init__()
        self.kind = kind
        self.binding = FormBinding(self)
        fields = []
        for shape in shapes(kind):
            field = Field(shape.label, _control(shape, codes), shape.hint, required=shape.is_needed)
            self.binding.add(shape.name, field)
            fields.append(field)
        self.setLayout(column(*fields, None, spacing=9))

    def values(self) -> dict[str, str]:
        """Return what was typed."""
        return {name: str(value or "") for name, value in self.binding.values().items()}


def _control(shape: Shape, codes: Codes) -> QWidget:
    if shape.holds == "text":
        return area_field(height=64)
    if shape.holds == "day":
        return date_field()
    if shape.holds == "code":
        return choice_field([(choice.code, choice.label) for choice in codes.choices(shape.table)], tr("请选择"))
    return text_field()


class EntryPanel(QFrame):
    """Title, form, and below it save, give up and remove; signals `saved(id)` and `left` (back to the lists)."""

    saved = Signal(str)
    left = Signal()

    def __init__(self, institution: InstitutionModel, kinds: tuple[str, ...]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._bench, self._may = institution.bench, institution.may_amend
        self.model = EntryModel(institution.bench, kinds[0], self)
        self.title, self.state, self.banner = label("", "h3"), label("", "note"), Banner()
        self.back = button(tr("回到列表"), "list-checks", small=True, on_click=self.left.emit)
        self.remove = button(tr("删除"), "trash-2", "ghost", on_click=self._ask_remove)
        self.undo = button(tr("放弃修改"), kind="ghost", on_click=self._give_up)
        self.save = button(tr("保存"), "check", "primary", on_click=self.submit)
        self.forms = {kind: EntryForm(kind, institution.bench.services.codes) for kind in kinds}
        for form in self.forms.values():
            form.setEnabled(self._may)
            form.binding.changed.connect(self._touch)
        body = frame(column(self.banner, *self.forms.values(), None, spacing=8, margins=(16, 12, 16, 12)))
        head = row(self.title, None, self.back, margins=(16, 10, 16, 6))
        foot = row(self.remove, (self.state, 1), self.undo, self.save, margins=(12, 8, 16, 10))
        self.setLayout(column(head, (scroll(body), 1), foot, spacing=0, margins=1))
        self._connect()
        self._show(self.model.base)

    @property
    def entry(self) -> Entry:
        """The entry shown, as it is stored."""
        return self.model.stored

    @property
    def form(self) -> EntryForm:
        """The form of the entry shown."""
        return self.forms[self.entry.kind]

    def put(self, entry: Entry, with_focus: bool = False) -> None:
        """Show an entry (a new one has no id), with what was left unfinished in it."""
        is_same = (entry.kind, entry.id) == (self.entry.kind, self.entry.id)
        if self.model.is_changed and is_same:
            return  # what is being typed stays; a newer version is told when it is saved
        self.banner.say("info", "")
        self.model.put(entry)
        if with_focus:
            focus_first(self.form)

    def submit(self) -> None:
        """Save the entry, or go to the first fault."""
        entry = self._typed()
        if not self._may or self._judge(entry, everywhere=True):
            self.form.binding.focus_first_fault()
            return
        self.save.setEnabled(False)
        self.model.save(entry)

    def keep(self) -> None:
        """Keep what was typed as a draft, before the screen is left."""
        self.model.keeper.keep_now()

    def _connect(self) -> None:
        model = self.model
        model.opened.connect(lambda shown: self._show(shown.draft))
        model.resumed.connect(self._resume)
        model.merged.connect(self._say_merged)
        model.clashed.connect(lambda found: ask_which(self.window(), found, model.settle))
        model.saved.connect(self._saved)
        model.removed.connect(self._removed)
        model.refused.connect(self._fail)
        model.failed.connect(self._fail)
        model.keeper.kept.connect(self._say_kept)

    def _typed(self) -> Entry:
        base = self.model.base
        return replace(base, values={**base.values, **self.form.values()})

    def _judge(self, entry: Entry, everywhere: bool = False) -> bool:
        faults = self.model.check(entry)
        self.form.binding.show_faults(faults, everywhere)
        return any(fault.severity == "error" for fault in faults)

    def _touch(self) -> None:
        entry = self._typed()
        self._judge(entry)
        if self.model.values_of(entry) != self.model.values_of(self.model.base):
            self.model.touch(entry)
        self._settle()

    def _show(self, entry: Entry) -> None:
        for kind, form in self.forms.items():
            form.setVisible(kind == entry.kind)
        self.form.binding.forget_visits()
        self._fill(entry)

    def _fill(self, entry: Entry) -> None:
        self.form.binding.fill({shape.name: entry.value(shape.name) for shape in shapes(entry.kind)})
        self._settle()

    def _resume(self, entry: Entry) -> None:
        self._fill(entry)
        self.banner.say("info", tr("上次写到一半的内容还在，已经放回表里，还没有保存。"))

    def _say_merged(self, entry: Entry) -> None:
        self._fill(entry)
        self.banner.say("warn", tr("您填写期间有人改过这一条，两边的改动已合在一起。请看一遍再保存。"))

    def _say_kept(self, kept: DraftRow) -> None:
        clock = kept.saved_at.astimezone().strftime("%H:%M")
        self.state.setText(tr("草稿 {clock} 已存", clock=clock))

    def _saved(self, entry_id: str) -> None:
        words = tr("{what}已保存", what=titles(self.entry.kind)[1])
        toast_done(self._bench, words, entry_id, self.model.is_new)
        self.model.forget()
        self.saved.emit(entry_id)

    def _removed(self, entry_id: str) -> None:
        toast_removed(self._bench, tr("{what}已删除", what=titles(self.entry.kind)[1]), entry_id)
        self.model.forget()
        self.saved.emit("")

    def _fail(self, trouble: KangyiError) -> None:
        if trouble.field in self.form.binding.names():
            self.form.binding.field(str(trouble.field)).set_fault(trouble.message + trouble.remedy)
            self.form.binding.focus_first_fault()
        else:
            self.banner.say_failure(trouble)
        self._settle()

    def _give_up(self) -> None:
        self.banner.say("info", "")
        self.model.give_up()
        self._show(self.model.base)

    def _ask_remove(self) -> None:
        text = tr("这一条和它下面的内容会从档案里删去，修改记录里仍看得到，也可以从回收站恢复。")
        confirm(self.window(), tr("删除这一条？"), text, tr("删除"), self.model.remove, is_danger=True)

    def _settle(self) -> None:
        is_changed = self.model.is_changed
        self.title.setText(titles(self.entry.kind)[1 if self.entry.id else 0])
        self.remove.setVisible(self._may and bool(self.entry.id))
        self.undo.setVisible(is_changed)
        self.save.setEnabled(self._may and is_changed)
        if not self._may:
            self.state.setText(tr("由站长或文员修改"))
        elif not is_changed:
            self.state.setText(tr("没有改动") if self.entry.id else "")
