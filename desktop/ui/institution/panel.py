"""One entry of the institution file as a form; unfinished ones are kept as drafts, each under its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.domain.institution import OWNERS, Entry, Shape, shapes
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.institution.viewmodel import InstitutionModel
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.form import Field, FormBinding, area_field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import column, focus_first, frame, row, scroll
from desktop.ui.kit.messages import Banner, confirm

if TYPE_CHECKING:
    from desktop.services.codes import Codes
    from desktop.services.drafts import DraftRow

AREA = "institution"
NEW = "new"  # begins the name of an unfinished new entry; what it stands below follows


def titles(kind: str) -> tuple[str, str]:
    """Return what a new entry of a kind is called, and one that stands already."""
    return {
        "price": (tr("新价格"), tr("价格")),
        "plan": (tr("新预案"), tr("应急预案")),
        "drill": (tr("新演练"), tr("应急演练")),
        "insurance": (tr("新保险"), tr("保险")),
        "contract": (tr("新合同"), tr("购买合同")),
        "contract_line": (tr("新约定"), tr("约定数量")),
        "inspection": (tr("新检查"), tr("监督检查")),
        "finding": (tr("新问题"), tr("发现的问题")),
        "staff_training": (tr("新培训"), tr("人员培训")),
    }[kind]


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

    def __init__(self, model: InstitutionModel, kinds: tuple[str, ...]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._model = model
        self.entry = Entry(kinds[0])
        self._is_touched = False
        self.title, self.state, self.banner = label("", "h3"), label("", "note"), Banner()
        self.back = button(tr("回到列表"), "list-checks", small=True, on_click=self.left.emit)
        self.remove = button(tr("删除"), "trash-2", "ghost", on_click=self._ask_remove)
        self.undo = button(tr("放弃修改"), kind="ghost", on_click=self._give_up)
        self.save = button(tr("保存"), "check", "primary", on_click=self.submit)
        self.keeper = DraftKeeper(model.bench, AREA, self)
        self.forms = {kind: EntryForm(kind, model.bench.services.codes) for kind in kinds}
        for form in self.forms.values():
            form.setEnabled(model.may_amend)
            form.binding.changed.connect(self._touch)
        body = frame(column(self.banner, *self.forms.values(), None, spacing=8, margins=(16, 12, 16, 12)))
        head = row(self.title, None, self.back, margins=(16, 10, 16, 6))
        foot = row(self.remove, (self.state, 1), self.undo, self.save, margins=(12, 8, 16, 10))
        self.setLayout(column(head, (scroll(body), 1), foot, spacing=0, margins=1))
        self.keeper.kept.connect(self._say_kept)
        self.put(self.entry)

    @property
    def form(self) -> EntryForm:
        """The form of the entry shown."""
        return self.forms[self.entry.kind]

    def put(self, entry: Entry, with_focus: bool = False) -> None:
        """Show an entry (a new one has no id), with what was left unfinished in it."""
        is_same = (entry.kind, entry.id) == (self.entry.kind, self.entry.id)
        if self._is_touched and is_same:
            return  # what is being typed stays; a newer version is told when it is saved
        self.keeper.keep_now()
        self.entry, self._is_touched = entry, False
        self.banner.say("info", "")
        for kind, form in self.forms.items():
            form.setVisible(kind == entry.kind)
        self.form.binding.fill({shape.name: entry.value(shape.name) for shape in shapes(entry.kind)})
        self.form.binding.forget_visits()
        if self._model.may_amend and self._model.bench.may("drafts.use"):
            self.keeper.open(f"{entry.kind}/{entry.id or NEW + entry.owner_id}", self._take_up)
        self._settle()
        if with_focus:
            focus_first(self.form)

    def submit(self) -> None:
        """Save the entry, or go to the first fault."""
        entry = self._typed()
        if not self._model.may_amend or self._judge(entry, everywhere=True):
            self.form.binding.focus_first_fault()
            return
        self.save.setEnabled(False)
        self._model.record(entry, self._saved, self._fail)

    def keep(self) -> None:
        """Keep what was typed as a draft, before the screen is left."""
        self.keeper.keep_now()

    def _typed(self) -> Entry:
        owner = OWNERS.get(self.entry.kind, "")
        hung = {owner: self.entry.value(owner)} if owner else {}
        return Entry(self.entry.kind, self.form.values() | hung, self.entry.id, self.entry.revision)

    def _judge(self, entry: Entry, everywhere: bool = False) -> bool:
        faults = self._model.check(entry)
        self.form.binding.show_faults(faults, everywhere)
        return any(fault.severity == "error" for fault in faults)

    def _touch(self) -> None:
        entry = self._typed()
        self._judge(entry)
        known = {shape.name: self.entry.value(shape.name) for shape in shapes(entry.kind)}
        if self._is_touched or any(entry.value(name) != value for name, value in known.items()):
            self._is_touched = True
            self.keeper.touch(self.title.text(), {**entry.values, "revision": entry.revision})
        self._settle()

    def _take_up(self, found: DraftRow | None) -> None:
        if found is None or found.content.get("revision") != self.entry.revision or self._is_touched:
            return
        values = {name: str(value) for name, value in found.content.items() if name != "revision"}
        self.form.binding.fill(values)
        self._is_touched = True
        self.banner.say("info", tr("上次写到一半的内容还在，已经放回表里，还没有保存。"))
        self._settle()

    def _say_kept(self, kept: DraftRow) -> None:
        clock = kept.saved_at.astimezone().strftime("%H:%M")
        self.state.setText(tr("草稿 {clock} 已存", clock=clock))

    def _saved(self, entry_id: str) -> None:
        self._is_touched = False
        self.keeper.forget()
        self._model.bench.toast(tr("{what}已保存", what=titles(self.entry.kind)[1]))
        self.saved.emit(entry_id)

    def _fail(self, trouble: KangyiError) -> None:
        field = getattr(trouble, "field", None)
        if field in self.form.binding.names():
            self.form.binding.field(field).set_fault(trouble.message + trouble.remedy)
            self.form.binding.focus_first_fault()
        else:
            self.banner.say_failure(trouble)
        self._settle()

    def _give_up(self) -> None:
        self._is_touched = False
        self.keeper.forget()
        self.put(self.entry)

    def _ask_remove(self) -> None:
        text = tr("这一条和它下面的内容会从档案里删去，修改记录里仍看得到。")
        confirm(self.window(), tr("删除这一条？"), text, tr("删除"), self._remove, is_danger=True)

    def _remove(self) -> None:
        self._is_touched = False
        self.keeper.forget()
        self._model.remove(self.entry, lambda _: self.saved.emit(""), self._fail)

    def _settle(self) -> None:
        self.title.setText(titles(self.entry.kind)[1 if self.entry.id else 0])
        self.remove.setVisible(self._model.may_amend and bool(self.entry.id))
        self.undo.setVisible(self._is_touched)
        self.save.setEnabled(self._model.may_amend and self._is_touched)
        if not self._model.may_amend:
            self.state.setText(tr("由站长或文员修改"))
        elif not self._is_touched:
            self.state.setText(tr("没有改动") if self.entry.id else "")
