"""The screen of a form over one record: faults at the fields, the draft kept, two versions compared, a reason asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import button
from desktop.ui.kit.compare import ask_which
from desktop.ui.kit.form import Field, FormBinding
from desktop.ui.kit.layouts import Item, row
from desktop.ui.kit.messages import Banner, confirm
from desktop.ui.kit.navigation import Screen
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.domain.faults import Fault
    from desktop.services.drafts import DraftRow
    from desktop.ui.kit.recording import RecordModel


class RecordScreen(Screen):
    """Ctrl+S saves, Esc goes back; what was typed stays as a draft either way."""

    first: ClassVar[str]  # field that has the focus when the form opens

    def __init__(self, bench: Workbench, model: RecordModel[Any]) -> None:
        super().__init__(bench)
        self.model = model
        model.setParent(self)
        self.binding = FormBinding(self)
        self.labels: dict[str, str] = {}
        self.banner = Banner()
        self.save = button(tr("保存"), "check", "primary", on_click=self.shortcut_save)

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget | None:
        focus: QWidget = self.binding.control(self.first)
        return focus

    def shortcut_save(self) -> None:
        """Save, or jump to the first fault."""
        draft = self.draft()
        faults = self.model.check(draft)
        elsewhere = self.binding.show_faults(faults, everywhere=True)
        self.show_count(faults)
        self.say_elsewhere(elsewhere)
        if any(fault.severity == "error" for fault in faults):
            self.binding.focus_first_fault()
        else:
            self.save.setEnabled(False)
            self.model.save(draft)

    def draft(self) -> Any:
        """Return the form as typed."""
        return self.binding.into(self.model.base)

    # what an area may say otherwise

    def show_opened(self, opened: Any) -> None:
        """Show what is known of the record before its form is filled."""

    def fill(self, draft: Any) -> None:
        """Show a form."""
        self.binding.fill_from(draft)
        self.follow(draft)

    def follow(self, draft: Any) -> None:
        """Show only the questions that the answers so far raise."""

    def show_count(self, faults: Sequence[Fault]) -> None:
        """Say how many faults there are, beside the button that saves."""

    def say_resumed(self) -> None:
        """Say that the form is one that was left unfinished."""

    def say_kept(self, kept: DraftRow) -> None:
        """Say when the draft was kept."""

    def say_saved(self, record_id: str) -> None:
        """Say that the record was saved, and go on."""
        raise NotImplementedError

    def say_removed(self, record_id: str) -> None:
        """Say that the record was taken away."""
        raise NotImplementedError

    def again(self) -> Any:
        """Return what saves once more, when it gets the reason of a correction."""
        return partial(self.model.save, self.draft())

    # what all of them do

    def add_field(self, name: str, words: str, control: QWidget, required: bool = False) -> Field:
        """Bind a control and return it under its words."""
        field = Field(words, control, required=required)
        self.binding.add(name, field)
        self.labels[name] = words
        return field

    def pair(self, *parts: tuple[Any, ...]) -> Item:
        """Return fields beside each other; each part is what `add_field` takes."""
        return row(*[(self.add_field(*part), 1) for part in parts], spacing=12)

    def choices(self, table: str) -> list[tuple[str, str]]:
        """Return a code list as choices."""
        return [(each.code, each.label) for each in self.bench.services.codes.choices(table)]

    def say_elsewhere(self, faults: Sequence[Fault]) -> None:
        """Say an error that belongs to no field here."""
        wrong = [fault for fault in faults if fault.severity == "error"]
        if wrong:
            self.banner.say("bad", tr("还没有保存：{reason}", reason=wrong[0].message))

    def connect_model(self) -> None:
        """Listen to the form and to its model; the last thing a screen does when it is made."""
        model = self.model
        self.binding.changed.connect(lambda _: self.take_typed())
        model.opened.connect(self._open)
        model.resumed.connect(self._resume)
        model.keeper.kept.connect(self.say_kept)
        model.saved.connect(self.say_saved)
        model.removed.connect(self.say_removed)
        model.refused.connect(self._refuse)
        model.clashed.connect(lambda found: ask_which(self.window(), found, model.settle))
        model.merged.connect(self._say_merged)
        model.failed.connect(self.banner.say_failure)

    def take_typed(self) -> None:
        """Follow what was typed, mark its faults, and keep it."""
        draft = self.draft()
        self.follow(draft)
        self.binding.show_faults(self.model.check(draft))
        if draft != self.model.base:
            self.model.touch(draft)

    def show_first_fault(self) -> None:
        """Go to the first field that must be mended."""
        self.binding.show_faults(self.model.check(self.draft()), everywhere=True)
        self.binding.focus_first_fault()

    def _open(self, opened: Any) -> None:
        self.show_opened(opened)
        self.fill(opened.draft)

    def _resume(self, draft: Any) -> None:
        self.fill(draft)
        self.say_resumed()

    def _say_merged(self, draft: Any) -> None:
        self.fill(draft)
        self.banner.say("warn", tr("您填写期间有人改过这次记录，两边的改动已合在一起。请看一遍再保存。"))

    def _refuse(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        if trouble.code == "reason_needed":
            ask_reason(self.window(), tr("更正已定稿的记录"), trouble.message, tr("更正并保存"), self.again())
        elif trouble.field in self.labels:
            self.binding.field(str(trouble.field)).set_fault(trouble.message)
            self.binding.control(str(trouble.field)).setFocus()
        else:
            self.banner.say_failure(trouble)


class BarredScreen(RecordScreen):
    """A form with the bar at its foot: what was kept, what is to be mended, give up, take away, save."""

    def make_bar(self, away: QPushButton) -> SaveBar:
        """Return the bar; `away` takes a stored record away and shows with one only."""
        self.away = away
        away.hide()
        self.bar = SaveBar(
            away, button(tr("放弃"), on_click=self._ask_give_up), self.save, on_faults=self.show_first_fault
        )
        return self.bar

    def show_count(self, faults: Sequence[Fault]) -> None:
        self.bar.show_faults(faults, self.labels)

    def say_resumed(self) -> None:
        self.bar.say(tr("已接着上次没写完的草稿"))

    def say_kept(self, kept: DraftRow) -> None:
        self.bar.say_kept(kept.saved_at)

    def _ask_give_up(self) -> None:
        if self.model.base == self.model.stored:
            self.bench.back()
            return
        confirm(self.window(), tr("放弃这次填写的内容？"), tr("草稿会删掉，不能恢复。"), tr("放弃"), self._give_up)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()
