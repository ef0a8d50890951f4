"""The controls only the form of a client has: numbers from a card reader, yes or no, several of a list, how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QWidget

from desktop.i18n import tr
from desktop.services.codes import entry
from desktop.ui.kit.basics import button
from desktop.ui.kit.choices import Chips, Option, Segments
from desktop.ui.kit.fields import TextField
from desktop.ui.kit.labelled import Field
from desktop.ui.kit.layouts import column, row
from desktop.ui.kit.theme import px

_YES, _NO = "yes", "no"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IdField(TextField):
    """The number of papers, typed or read by a card reader that types and presses Enter. Signal `entered`.

    Enter belongs to the reader here: it never leaves the step nor saves, it only goes on to the next field.
    """

    entered = Signal()

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder, max_length=32)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin | Qt.InputMethodHint.ImhNoPredictiveText)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not self.is_composing:
            event.accept()
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class DivisionField(TextField):
    """The code of a township, found by typing its name or code."""

    def __init__(self, placeholder: str, find: Callable[[str], Sequence[Option]]) -> None:
        super().__init__(placeholder)
        self._find = find
        self._found = QStringListModel(self)
        offer = QCompleter(self._found, self)
        offer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        offer.activated.connect(self.take)
        self.setCompleter(offer)
        self.textEdited.connect(self.look)

    def look(self, typed: str) -> None:
        """Offer the townships that fit what was typed; one letter fits too many."""
        found = self._find(typed) if len(typed.strip()) > 1 else ()
        self._found.setStringList([f"{code} {name}" for code, name in found])

    def take(self, line: str) -> None:
        """Put the code of the line chosen into the field."""
        self.set_value(line.partition(" ")[0])
        self.edited.emit()


class YesNo(Segments):
    """Yes, no, or not known: True, False, None."""

    def __init__(self) -> None:
        super().__init__(yes_no(), is_optional=True)

    def value(self) -> bool | None:  # type: ignore[override]
        """Return the answer."""
        return {_YES: True, _NO: False}.get(super().value())

    def set_value(self, code: object) -> None:
        """Show an answer, given as such or as the code of a segment."""
        super().set_value({True: _YES, False: _NO, None: ""}.get(code, code) if isinstance(code, bool | None) else code)


class Several(Chips):
    """Any of a list: a tuple of codes; one marked `alone` ("none") excludes the others."""

    def __init__(self, options: Sequence[Option], table: str, name: str) -> None:
        super().__init__(options, exclusive=False, name=name)
        self._alone = {code for code, _ in options if entry(table, code).get("alone")}
        self.picked.connect(self._settle)

    def value(self) -> tuple[str, ...]:  # type: ignore[override]
        """Return the codes chosen."""
        return self.values()

    def _settle(self, code: str) -> None:
        if code in self.values():
            wrong = self._alone - {code} if code not in self._alone else set(self.values()) - {code}
            self.set_values([each for each in self.values() if each not in wrong])


class Counts(QWidget):
    """How often each of a list happened: pairs of code and number; what was left empty is not known."""

    edited = Signal()

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self._fields = {code: TextField(tr("次数"), max_length=3) for code, _ in options}
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        for place, (code, words) in enumerate(options):
            self._fields[code].edited.connect(self.edited)
            grid.addWidget(Field(words, self._fields[code]), place // 3, place % 3)
        none = button(tr("都没有发生过"), small=True, on_click=self._say_none)
        self.setLayout(column(grid, row(none, None), spacing=8))

    def value(self) -> tuple[tuple[str, str], ...]:
        """Return what is known."""
        return tuple((code, field.value()) for code, field in self._fields.items() if field.value())

    def set_value(self, value: object) -> None:
        """Show what is known."""
        known = dict(value) if isinstance(value, tuple) else {}
        for code, field in self._fields.items():
            field.set_value(known.get(code, ""))

    def _say_none(self) -> None:
        for field in self._fields.values():
            field.set_value("0")
        self.edited.emit()


def yes_no() -> list[Option]:
    """Return the two answers."""
    return [(_YES, tr("是")), (_NO, tr("否"))]


Options = Callable[[str], list[Option]]
