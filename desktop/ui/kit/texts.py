"""Lines of text; light, because the login window is made of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from desktop.i18n import tr
from desktop.ui.kit.theme import icon as theme_icon
from desktop.ui.kit.theme import px

SECRET_HINTS = (
    Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)

# While words are being composed these keys choose among them; if an input method lets one slip, it means nothing else.
_OF_THE_WORDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down)


class TextField(QLineEdit):
    """One line of text."""

    edited = Signal()

    def __init__(self, placeholder: str = "", icon: str = "", width: int = 0, max_length: int = 0) -> None:
        super().__init__()
        self._is_settling = False
        self.is_composing = False
        self.setPlaceholderText(placeholder)
        if icon:
            self.addAction(theme_icon(icon, "text3", 16), QLineEdit.ActionPosition.LeadingPosition)
        if width:
            self.setFixedWidth(px(width))
        if max_length:
            self.setMaxLength(max_length)
        # not `textEdited`: what a screen reader or dictation writes into the field is typed by the person, too
        self.textChanged.connect(lambda _: None if self._is_settling else self.edited.emit())

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.text().strip()

    def set_value(self, value: object) -> None:
        """Show a text; None is empty."""
        text = "" if value is None else str(value)
        if text != self.text():
            self._is_settling = True
            self.is_composing = False
            self.setText(text)
            self._is_settling = False
            self.setCursorPosition(0)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_composing and event.key() in _OF_THE_WORDS:
            event.accept()
        else:
            super().keyPressEvent(event)


class SecretField(TextField):
    """A password; the eye shows it while it is pressed in."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(SECRET_HINTS)
        self._eye = self.addAction(theme_icon("eye", "text3", 18), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setCheckable(True)
        self._eye.setText(tr("显示密码"))
        self._eye.setToolTip(tr("显示密码（Ctrl+E）"))
        self._eye.toggled.connect(self._show)

    def value(self) -> str:
        """Return the text exactly as typed."""
        return self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # by hand: a shortcut of the action would cost the start 3 ms of types that nothing else there needs
        if event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._eye.toggle()
        else:
            super().keyPressEvent(event)

    def _show(self, on: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        # Qt forgets them; shown, it is a password still, and nothing to compose
        self.setInputMethodHints(SECRET_HINTS)
        self._eye.setIcon(theme_icon("eye-off" if on else "eye", "text3", 18))
