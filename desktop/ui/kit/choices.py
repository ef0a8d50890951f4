"""Choices whose options are always visible: chips and segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QTabBar, QWidget

from desktop import resources
from desktop.i18n import tr
from desktop.ui.kit.basics import PushButton, show_ring
from desktop.ui.kit.layouts import FlowBox, keep_order
from desktop.ui.kit.painting import Painted, draw_focus, draw_segments, text_width
from desktop.ui.kit.theme import icon, px

Option = tuple[str, str]


def code_options(table: str) -> list[Option]:
    """Return a code list as options, for windows that have no services to ask yet."""
    return [(entry["code"], tr(entry["label"])) for entry in resources.table(f"codes/{table}.toml")["choices"]]


class Chips(FlowBox):
    """Filters (one of them) or a multiple choice (any of them); wraps, never clips. Signal `picked(code)`."""

    picked = Signal(str)
    edited = Signal()

    def __init__(
        self, options: Sequence[Option], exclusive: bool = True, name: str = "", chosen: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._is_exclusive = exclusive
        self._chips: dict[str, QPushButton] = {}
        self._is_settling = False
        self.setAccessibleName(name)
        self.set_options(options)
        self.set_values(chosen or ([options[0][0]] if exclusive and options else []))

    def set_options(self, options: Sequence[Option]) -> None:
        """Show other options, or the same with other labels (counts); what was chosen stays chosen."""
        chosen = self.values()
        if [code for code, _ in options] != list(self._chips):
            for chip in self._chips.values():
                self.flow.removeWidget(chip)
                chip.hide()  # deleted only when the event loop runs again
                chip.deleteLater()
            self._chips = {code: self._chip(code) for code, _ in options}
            keep_order(self, *self._chips.values())
        for code, text in options:
            self._chips[code].setProperty("words", text)
        self.set_values(chosen)

    def values(self) -> tuple[str, ...]:
        """Return the codes chosen, in the order of the options."""
        return tuple(code for code, chip in self._chips.items() if chip.isChecked())

    def value(self) -> str:
        """Return the one code chosen, or empty text."""
        return next(iter(self.values()), "")

    def set_values(self, codes: Sequence[str]) -> None:
        """Choose exactly these codes, without a signal."""
        self._is_settling = True
        for code, chip in self._chips.items():
            chip.setChecked(code in codes)
            self._mark(chip)
        self._is_settling = False

    def set_value(self, code: object) -> None:
        """Choose one code (or several given as a sequence), without a signal."""
        self.set_values([code] if isinstance(code, str) else list(code) if isinstance(code, (list, tuple)) else [])

    def _chip(self, code: str) -> QPushButton:
        chip = PushButton()
        chip.setProperty("chip", "1")
        chip.setCheckable(True)
        chip.setIconSize(QSize(px(13), px(13)))
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        # not `clicked`: the accessibility action of a checkable button only toggles
        chip.toggled.connect(lambda on: self._toggle(code, on))
        self.flow.addWidget(chip)
        return chip

    def _mark(self, chip: QPushButton) -> None:
        words = str(chip.property("words"))
        chip.setAccessibleName(words)
        is_ticked = chip.isChecked() and not self._is_exclusive
        chip.setText(f" {words}" if is_ticked else words)
        chip.setIcon(icon("check", "link", 13) if is_ticked else QIcon())

    def _toggle(self, code: str, on: bool) -> None:
        if self._is_settling:
            return
        if self._is_exclusive:
            self.set_values([code])
        self._mark(self._chips[code])
        if on or not self._is_exclusive:
            self.picked.emit(code)
            self.edited.emit()


class SeveralChips(Chips):
    """A multiple choice in a form: its value is the tuple of the codes chosen."""

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__(options, exclusive=False)

    def value(self) -> tuple[str, ...]:  # type: ignore[override]
        """Return the codes chosen."""
        return self.values()


class TabBar(QTabBar):
    """The tabs of a page; arrows move, and a ground behind the words tells that the keyboard is there."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        show_ring(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        show_ring(self, event)


class _Cell(QAbstractButton):
    """One option of the segments for the mouse and for screen readers; the segments paint it."""

    def __init__(self, parent: QWidget, words: str) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint nothing: the segments paint all cells as one piece."""


class Segments(Painted):
    """Two to six exclusive answers, words always visible.

    Digits pick by place, or by the number itself where the answers are numbers; arrows move; Backspace clears when
    optional.
    """

    picked = Signal(str)
    edited = Signal()

    def __init__(
        self,
        options: Sequence[Option],
        tones: Mapping[str, str] | None = None,
        name: str = "",
        value: str = "",
        is_optional: bool = False,
        height: int = 34,
    ) -> None:
        super().__init__()
        self._codes = [code for code, _ in options]
        self._words = [words for _, words in options]
        self._tones = [(tones or {}).get(code, "soft") for code in self._codes]
        self._value, self._is_optional, self._is_settling = "", is_optional, False
        self._cells = [_Cell(self, words) for words in self._words]
        for code, cell in zip(self._codes, self._cells, strict=True):
            cell.toggled.connect(lambda on, code=code: self._toggle(code, on))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setFixedHeight(px(height))
        self.setMinimumWidth((max(text_width(words, 13, 700) for words in self._words) + px(20)) * len(options))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_value(value)

    def value(self) -> str:
        """Return the code chosen, or empty text."""
        return self._value

    def set_value(self, code: object) -> None:
        """Choose a code without a signal; empty text or an unknown code chooses none."""
        self._value = str(code) if code in self._codes else ""
        self._is_settling = True
        for each, cell in zip(self._codes, self._cells, strict=True):
            cell.setChecked(each == self._value)
        self._is_settling = False
        words = self._words[self._codes.index(self._value)] if self._value else ""
        self.setAccessibleDescription(words)
        self.update()

    def pick(self, code: str) -> None:
        """Choose a code as the person would."""
        self.set_value(code)
        self.picked.emit(self._value)
        self.edited.emit()

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = self.width() / len(self._cells)
        for place, cell in enumerate(self._cells):
            cell.setGeometry(round(place * width), 0, round(width), self.height())
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, place = event.key(), self._codes.index(self._value) if self._value else -1
        wanted = self._picked_by(event.text())
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            step = 1 if key == Qt.Key.Key_Right else -1
            self.pick(self._codes[max(0, min(len(self._codes) - 1, place + step))])
        elif wanted:
            self.pick(wanted)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and self._is_optional:
            self.pick("")
        else:
            super().keyPressEvent(event)

    def _picked_by(self, digit: str) -> str:
        """Return the code that a digit picks: level 2 by the 2, though it stands in the third place."""
        if len(digit) != 1 or not digit.isdecimal():
            return ""
        if all(words.isdecimal() for words in self._words):
            return self._codes[self._words.index(digit)] if digit in self._words else ""
        return self._codes[int(digit) - 1] if 0 < int(digit) <= len(self._codes) else ""

    def draw(self, painter: QPainter) -> None:
        chosen = self._codes.index(self._value) if self._value else None
        draw_segments(painter, QRectF(self.rect()), self._words, chosen, self._tones, is_dim=not self.isEnabled())
        if self.hasFocus():
            draw_focus(painter, self.rect(), 7)

    def _toggle(self, code: str, on: bool) -> None:
        if self._is_settling:
            return
        self.pick(code if on or not self._is_optional else "")
