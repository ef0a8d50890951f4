"""Controls of a form. Each has `value()`, `set_value()` (without a signal) and the signal `edited` (by the person)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from PySide6.QtCore import QDate, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCalendarWidget, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.i18n import tr
from desktop.ui.kit.texts import SecretField, TextField
from desktop.ui.kit.theme import icon as theme_icon
from desktop.ui.kit.theme import px

__all__ = [
    "AreaField",
    "ChoiceField",
    "Control",
    "DateField",
    "NumberField",
    "SecretField",
    "TextField",
    "Tick",
    "TimeField",
    "area_field",
    "choice_field",
    "date_field",
    "half_width",
    "number_field",
    "read_date",
    "read_time",
    "text_field",
    "time_field",
    "trailing_action",
]


class Control(Protocol):
    """What a form needs of a control."""

    @property
    def edited(self) -> SignalInstance:
        """Emitted when the person changed the value."""
        ...

    def value(self) -> Any:
        """Return what the control holds."""
        ...

    def set_value(self, value: Any, /) -> None:
        """Show a value without emitting `edited`."""
        ...


def half_width(text: str) -> str:
    """Return the text with full-width digits, letters and marks as the keyboard's own (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


class AreaField(QPlainTextEdit):
    """Several lines of text; Tab goes on to the next field."""

    edited = Signal()

    def __init__(self, placeholder: str = "", height: int = 64) -> None:
        super().__init__()
        self._is_settling = False
        self._known = ""
        self.setPlaceholderText(placeholder)
        self.setFixedHeight(px(height))
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._changed)

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.toPlainText().strip()

    def set_value(self, value: object) -> None:
        """Show a text; None is empty."""
        text = "" if value is None else str(value)
        if text != self.toPlainText():
            self._is_settling = True
            self.setPlainText(text)
            self._is_settling = False

    def _changed(self) -> None:
        """Tell of what the person changed; Qt also calls when only what is being composed changes."""
        before, self._known = self._known, self.toPlainText()
        if self._known != before and not self._is_settling:
            self.edited.emit()


class ChoiceField(QComboBox):
    """One of a list; the wheel does nothing until the list is open."""

    edited = Signal()

    def __init__(
        self, options: Sequence[tuple[str, str]], placeholder: str = "", width: int = 0, small: bool = False
    ) -> None:
        super().__init__()
        self._blank = placeholder
        self.setProperty("small", "1" if small else "")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(14)
        if width:
            self.setFixedWidth(px(width))
        self.set_options(options)
        self.activated.connect(lambda _: self.edited.emit())

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other options; what was chosen stays chosen when it is still offered."""
        chosen = self.value()
        self.blockSignals(True)
        self.clear()
        if self._blank:
            self.addItem(self._blank, "")
        for code, words in options:
            self.addItem(words, code)
        self.blockSignals(False)
        self.set_value(chosen)

    def value(self) -> str:
        """Return the code chosen, or empty text."""
        return str(self.currentData() or "")

    def set_value(self, value: object) -> None:
        """Choose a code; an unknown code chooses the first line."""
        self.setCurrentIndex(max(0, self.findData("" if value is None else value)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})\s*[:.点时]?\s*(\d{2})?\s*分?")


def read_date(text: str) -> str:
    """Return a typed date as YYYY-MM-DD, or the text as it is when it is no date of the calendar."""
    text = half_width(text)
    found = _DATE.fullmatch(text)
    if not found:
        return text
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return text


def read_time(text: str) -> str:
    """Return a typed time as HH:MM, or the text as it is when the clock has no such time."""
    text = half_width(text)
    found = re.fullmatch(r"(\d{1,2})(\d{2})", text) or _TIME.fullmatch(text)
    if not found:
        return text
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else text


class DateField(TextField):
    """A day, typed as 2026-11-23, 20261123 or 2026年11月23日, or picked from a calendar (Alt+Down)."""

    def __init__(self, placeholder: str = "", width: int = 0, latest: date | None = None) -> None:
        super().__init__(placeholder or tr("年-月-日"), width=width)
        self._latest = latest
        self._calendar: QCalendarWidget | None = None
        self.setInputMethodHints(Qt.InputMethodHint.ImhDate)
        action = self.addAction(theme_icon("calendar-days", "text3", 16), QLineEdit.ActionPosition.TrailingPosition)
        action.setText(tr("从日历里选"))
        action.setToolTip(tr("从日历里选（Alt+↓）"))
        action.triggered.connect(self.open_calendar)

    def value(self) -> str:
        """Return YYYY-MM-DD, or what was typed when it is no date."""
        return read_date(self.text())

    def day(self) -> date | None:
        """Return the day, or None when there is none."""
        try:
            return date.fromisoformat(self.value())
        except ValueError:
            return None

    def set_value(self, value: object) -> None:
        """Show a date or text."""
        super().set_value(value.isoformat() if isinstance(value, date) else value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.set_value(self.value())
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        popup = QWidget(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setAccessibleName(tr("日历"))
        if self._latest:
            calendar.setMaximumDate(QDate(self._latest.year, self._latest.month, self._latest.day))
        day = self.day()
        if day:
            calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.clicked.connect(lambda picked: self._pick(popup, picked))
        calendar.activated.connect(lambda picked: self._pick(popup, picked))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(px(6), px(6), px(6), px(6))
        layout.addWidget(calendar)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        popup.show()
        calendar.setFocus()

    def _pick(self, popup: QWidget, picked: QDate) -> None:
        popup.close()
        self.set_value(date(picked.year(), picked.month(), picked.day()))
        self.edited.emit()


class TimeField(TextField):
    """A time of day, typed as 9:00, 900 or 9点."""

    def __init__(self, placeholder: str = "", width: int = 0) -> None:
        super().__init__(placeholder or tr("时:分"), width=width)
        self.setInputMethodHints(Qt.InputMethodHint.ImhTime)

    def value(self) -> str:
        """Return HH:MM, or what was typed when it is no time."""
        return read_time(self.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.set_value(self.value())
        super().focusOutEvent(event)


class NumberField(TextField):
    """A whole number from `least` to `most`; `value` is an int, None when empty, the text when it is no number."""

    def __init__(self, least: int = 0, most: int = 9999, placeholder: str = "", width: int = 0) -> None:
        super().__init__(placeholder, width=width)
        self._least, self._most = least, most
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def value(self) -> Any:
        """Return the number, None, or the text that is no number in the range."""
        text = half_width(self.text())
        if not text:
            return None
        number = int(text) if re.fullmatch(r"-?\d{1,9}", text) else None
        return number if number is not None and self._least <= number <= self._most else text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        number = self.value()
        if step and not self.is_composing and not isinstance(number, str):
            self.set_value(max(self._least, min(self._most, (number or 0) + step)))
            self.edited.emit()
        else:
            super().keyPressEvent(event)


class Tick(QCheckBox):
    """Yes or no in a form."""

    edited = Signal()

    def __init__(self, text: str, on: bool = False) -> None:
        super().__init__(text)
        self._is_settling = False
        self.setChecked(on)
        self.setAccessibleName(text)
        # not `clicked`: the accessibility action only toggles
        self.toggled.connect(lambda _: None if self._is_settling else self.edited.emit())

    def value(self) -> bool:
        """Return whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: object) -> None:
        """Tick or untick."""
        self._is_settling = True
        self.setChecked(bool(value))
        self._is_settling = False


def text_field(placeholder: str = "", icon: str = "", width: int = 0, max_length: int = 0) -> TextField:
    """Return one line of text."""
    return TextField(placeholder, icon, width, max_length)


def area_field(placeholder: str = "", height: int = 64) -> AreaField:
    """Return several lines of text."""
    return AreaField(placeholder, height)


def choice_field(
    options: Sequence[tuple[str, str]], placeholder: str = "", width: int = 0, small: bool = False
) -> ChoiceField:
    """Return one of a list; a placeholder adds a first line that means "not chosen"."""
    return ChoiceField(options, placeholder, width, small)


def date_field(placeholder: str = "", width: int = 0, latest: date | None = None) -> DateField:
    """Return a day."""
    return DateField(placeholder, width, latest)


def time_field(placeholder: str = "", width: int = 0) -> TimeField:
    """Return a time of day."""
    return TimeField(placeholder, width)


def number_field(least: int = 0, most: int = 9999, placeholder: str = "", width: int = 0) -> NumberField:
    """Return a whole number."""
    return NumberField(least, most, placeholder, width)


def trailing_action(control: QLineEdit, icon: str, words: str) -> QAction:
    """Return a new action at the end of a line of text."""
    action = control.addAction(theme_icon(icon, "text3", 16), QLineEdit.ActionPosition.TrailingPosition)
    action.setText(words)
    action.setToolTip(words)
    return action
