"""Settings as lines: what it is, for whom it holds, the control, and what is wrong with a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import Pill, Switch, Tile, button, label
from desktop.ui.kit.choices import Segments
from desktop.ui.kit.fields import NumberField, TextField, choice_field
from desktop.ui.kit.files import choose_folder
from desktop.ui.kit.form import Field
from desktop.ui.kit.layouts import Item, card, column, row, separator
from desktop.ui.kit.messages import failure_text
from desktop.ui.kit.theme import px

if TYPE_CHECKING:
    from desktop.services.settings import SettingRow

Change = Callable[["SettingRow", object, Callable[[KangyiError], object]], object]


class SettingLine(QFrame):
    """One setting. Signal `wanted(value)` when the person chose another value."""

    wanted = Signal(object)

    def __init__(self, setting: SettingRow, can_change: bool) -> None:
        super().__init__()
        self.setting = setting
        self.control = self._control(setting)
        self.control.setEnabled(can_change)
        self.field = Field("", self.control)
        self.control.setAccessibleName(setting.label)
        words: list[Item] = [label(setting.label)]
        if setting.scope == "machine":
            words.append(Pill(tr("只管本机"), "off"))
        if setting.kind == "text":
            self.setLayout(column(row(*words, None), row((self.field, 1), *self._beside()), spacing=6))
        else:
            self.setLayout(row(*words, None, self.field, *_unit(setting.unit), *self._beside(), spacing=8))
        self.show_value(setting)

    def _beside(self) -> tuple[Item, ...]:
        """Return what stands at the right of the control."""
        return ()

    def show_value(self, setting: SettingRow) -> None:
        """Show the value in force."""
        self.setting = setting
        self.field.clear()
        if isinstance(self.control, Switch):
            self.control.setChecked(bool(setting.value))
        else:
            self.control.set_value(setting.value)

    def say_failure(self, trouble: KangyiError) -> None:
        """Say what is wrong with the value."""
        self.field.set_fault(failure_text(trouble).sentence)

    def _control(self, setting: SettingRow) -> Any:
        if setting.kind == "choice":
            words = setting.choice_labels or setting.choices
            segments = Segments(list(zip(setting.choices, words, strict=True)), name=setting.label)
            segments.picked.connect(self._want)
            return segments
        if setting.kind == "bool":
            switch = Switch(name=setting.label)
            switch.clicked.connect(self._want)
            return switch
        if setting.kind == "int":
            number = NumberField(setting.minimum or 0, setting.maximum or 9999, width=84)
            number.editingFinished.connect(lambda: self._want(number.value()))
            return number
        text = TextField()
        text.editingFinished.connect(lambda: self._want(text.value()))
        return text

    def _want(self, value: object) -> None:
        if value != self.setting.value:
            self.wanted.emit(value)
        else:
            self.field.clear()


def _unit(words: str) -> tuple[Item, ...]:
    """Return the unit beside a number, always as wide: the numbers of a card stand below each other."""
    made = label(words, "small")
    made.setMinimumWidth(px(28))
    return (made,) if words else ()


class PrinterLine(SettingLine):
    """The usual printer of this PC, chosen among those the system has."""

    def _control(self, setting: SettingRow) -> Any:
        choice = choice_field([], tr("每次问我"))
        choice.edited.connect(lambda: self._want(choice.value()))
        return choice

    def set_printers(self, names: Sequence[str]) -> None:
        """Offer the printers of the system, and the chosen one even when it is switched off."""
        chosen = str(self.setting.value or "")
        offered = [*names, *([chosen] if chosen and chosen not in names else [])]
        self.control.set_options([(name, name) for name in offered])
        self.control.set_value(chosen)


class FolderLine(SettingLine):
    """A folder, typed or chosen."""

    def _beside(self) -> tuple[Item, ...]:
        return (button(tr("选文件夹"), "folder-open", on_click=self._ask),)

    def _ask(self) -> None:
        chosen = choose_folder(self.window(), self.setting.label)
        if chosen is not None:
            self.control.set_value(str(chosen))
            self._want(str(chosen))


class InputLine(SettingLine):
    """How Chinese gets in, with a button for the facts. Signal `facts_wanted`."""

    facts_wanted = Signal()

    def _control(self, setting: SettingRow) -> Any:
        choice = choice_field(list(zip(setting.choices, setting.choice_labels, strict=True)))
        choice.edited.connect(lambda: self._want(choice.value()))
        return choice

    def _beside(self) -> tuple[Item, ...]:
        self.ask = button(tr("诊断"), "info", "ghost", small=True, name=tr("输入法诊断"))
        self.ask.clicked.connect(self.facts_wanted)
        return (self.ask,)


_LINES: dict[str, type[SettingLine]] = {
    "printing.printer": PrinterLine,
    "backups.second_folder": FolderLine,
    "scans.folder": FolderLine,
    "input.method": InputLine,
}


class SettingGroup(QFrame):
    """A card of settings of one group."""

    def __init__(self, icon: str, settings: Sequence[SettingRow], may_change_station: bool, change: Change) -> None:
        super().__init__()
        self.lines: dict[str, SettingLine] = {}
        items: list[Item] = [row(Tile(icon, "soft", 30, 15), label(settings[0].group, "h3"), None, spacing=10)]
        for place, setting in enumerate(settings):
            line = _LINES.get(setting.key, SettingLine)(setting, may_change_station or setting.scope == "machine")
            line.wanted.connect(lambda value, line=line: change(line.setting, value, line.say_failure))
            self.lines[setting.key] = line
            items += [line] if place == 0 else [separator(), line]
        inner = card(*items, spacing=9, margins=(18, 13, 18, 14))
        self.setLayout(column(inner, spacing=0))


def show_values(groups: Sequence[SettingGroup], settings: Sequence[SettingRow]) -> None:
    """Show what changed in lines built earlier; what was refused in another line stays there with the reason."""
    by_key = {setting.key: setting for setting in settings}
    for group in groups:
        for key, line in group.lines.items():
            if by_key[key] != line.setting and not _is_typing_in(line.control):
                line.show_value(by_key[key])


def _is_typing_in(control: QWidget) -> bool:
    return isinstance(control, TextField) and control.hasFocus() and control.isModified()
