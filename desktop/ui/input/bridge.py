"""Chinese without a plug-in of Qt: keys of the window go to fcitx, what it composes goes to the field."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QInputMethodEvent,
    QInputMethodQueryEvent,
    QKeyEvent,
    QTextCharFormat,
    QWindow,
)

from desktop.ui.input.fcitx import FcitxLink

# X11's numbers of the keys an input method may hand back; letters have the numbers of Latin-1.
_KEYS = {
    0xFF08: Qt.Key.Key_Backspace,
    0xFF09: Qt.Key.Key_Tab,
    0xFF0D: Qt.Key.Key_Return,
    0xFF1B: Qt.Key.Key_Escape,
    0xFF50: Qt.Key.Key_Home,
    0xFF51: Qt.Key.Key_Left,
    0xFF52: Qt.Key.Key_Up,
    0xFF53: Qt.Key.Key_Right,
    0xFF54: Qt.Key.Key_Down,
    0xFF57: Qt.Key.Key_End,
    0xFFFF: Qt.Key.Key_Delete,
}
_MODIFIERS = {
    1: Qt.KeyboardModifier.ShiftModifier,
    4: Qt.KeyboardModifier.ControlModifier,
    8: Qt.KeyboardModifier.AltModifier,
}
_LATIN = range(0x20, 0x7F)


class FcitxBridge(QObject):
    """Watches the window with the focus for keys and the object with the focus for shortcuts; one for the program."""

    def __init__(self, app: QGuiApplication, link: FcitxLink) -> None:
        super().__init__(app)
        self._link = link
        self._preedit = ""
        self._window: QWindow | None = None
        self._target: QObject | None = None
        self._place: tuple[int, ...] = ()
        self._is_sending = False
        self._hears: dict[str, Callable[..., None]] = {
            "CommitString": self._commit,
            "UpdateFormattedPreedit": self._show_parts,
            "ForwardKey": self._forward,
            "Gone": self._forget,
        }
        self._ear = QSocketNotifier(link.number(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self._listen)
        app.focusWindowChanged.connect(self._watch_window)
        app.focusObjectChanged.connect(self._watch_object)
        app.inputMethod().cursorRectangleChanged.connect(self._tell_place)
        self._watch_window(app.focusWindow())
        self._watch_object(app.focusObject())

    def close(self) -> None:
        """Let go of the bus."""
        self._ear.setEnabled(False)
        self._link.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind, is_window = event.type(), isinstance(watched, QWindow)
        if isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride:
                return self._keeps_from_shortcuts(event) if not is_window else False
            return is_window and self._takes(event)
        if kind == QEvent.Type.MouseButtonPress and is_window and self._preedit:
            self._finish()
        return False

    # what the window says

    def _takes(self, event: QKeyEvent) -> bool:
        """Offer a key to the daemon; read-only and password fields can come about at any time, so ask each time."""
        if self._target is None or not composes(self._target):
            return False
        is_taken = self._link.takes_key(
            event.nativeVirtualKey(),
            event.nativeScanCode(),
            event.nativeModifiers(),
            event.type() == QEvent.Type.KeyRelease,
            event.timestamp() & 0xFFFFFFFF,
        )
        if self._link.is_deaf:
            self._show("")
        self._obey()
        return is_taken

    def _keeps_from_shortcuts(self, event: QKeyEvent) -> bool:
        """Let no shortcut fire while something is being composed."""
        if self._preedit:
            event.accept()
        return bool(self._preedit)

    def _watch_window(self, window: QWindow | None) -> None:
        _stop(self._window, self)
        self._window = window
        if window is None:
            self._link.tell("FocusOut")
        else:
            window.installEventFilter(self)

    def _watch_object(self, target: QObject | None) -> None:
        if self._target is not target:
            _stop(self._target, self)
            if self._preedit and not self._is_sending:
                self._finish()
        self._target = target
        if target is not None:
            target.installEventFilter(self)
        if not self._is_sending:
            self._tell_focus()

    def _tell_focus(self) -> None:
        if self._target is not None and composes(self._target):
            self._link.tell("FocusIn")
            self._place = ()
            self._tell_place()
        else:
            self._link.tell("FocusOut")

    def _tell_place(self) -> None:
        """Say where the caret is, in the pixels of the screen: the daemon puts its list of words there."""
        window = QGuiApplication.focusWindow()
        if window is None or self._target is None:
            return
        caret, scale = QGuiApplication.inputMethod().cursorRectangle().toRect(), window.devicePixelRatio()
        corner = window.mapToGlobal(caret.topLeft())
        place = tuple(round(each * scale) for each in (corner.x(), corner.y(), caret.width(), caret.height()))
        if place != self._place:
            self._place = place
            self._link.tell("SetCursorRect", "iiii", *place)

    # what the daemon says

    def _listen(self) -> None:
        if not self._link.listen():
            self._ear.setEnabled(False)
        self._obey()

    def _obey(self) -> None:
        for word, values in self._link.said():
            if word in self._hears:
                self._hears[word](*values)
        if self._link.is_wanted:  # a daemon has come; not here, where an answer may be on its way
            QTimer.singleShot(0, self, self._attach)

    def _attach(self) -> None:
        self._link.attach()
        self._tell_focus()

    def _commit(self, text: str) -> None:
        self._preedit = ""
        event = QInputMethodEvent()
        event.setCommitString(text)
        self._send(event)

    def _show_parts(self, parts: list[tuple[str, int]], cursor: int) -> None:
        """Show what is being composed; fcitx counts the place of the caret in bytes."""
        text = "".join(part[0] for part in parts)
        self._show(text, len(text.encode()[: max(cursor, 0)].decode(errors="ignore")))

    def _show(self, text: str, cursor: int = 0) -> None:
        if not text and not self._preedit:
            return
        self._preedit = text
        looks = QTextCharFormat()
        looks.setFontUnderline(True)
        kinds, attribute = QInputMethodEvent.AttributeType, QInputMethodEvent.Attribute
        marks = [attribute(kinds.TextFormat, 0, len(text), looks), attribute(kinds.Cursor, cursor, 1, None)]
        self._send(QInputMethodEvent(text, marks if text else []))

    def _forward(self, symbol: int, state: int, is_release: bool) -> None:
        """Do a key that the daemon hands back."""
        letter = chr(symbol) if symbol in _LATIN else ""
        key = Qt.Key(ord(letter.upper())) if letter else _KEYS.get(symbol, Qt.Key.Key_unknown)
        modifiers = Qt.KeyboardModifier.NoModifier
        for bit, modifier in _MODIFIERS.items():
            modifiers |= modifier if state & bit else Qt.KeyboardModifier.NoModifier
        kind = QEvent.Type.KeyRelease if is_release else QEvent.Type.KeyPress
        if self._target is not None:
            QCoreApplication.sendEvent(self._target, QKeyEvent(kind, key, modifiers, letter))

    def _forget(self) -> None:
        self._show("")

    def _finish(self) -> None:
        """Keep what was typed as it stands, as Qt's own input methods do, and have the daemon forget it."""
        self._commit(self._preedit)
        self._link.tell("Reset")

    def _send(self, event: QInputMethodEvent) -> None:
        """Give it to the field; a table opens its editor just now: the focus moves, the text must not go with it."""
        if self._target is not None and shiboken6.isValid(self._target) and composes(self._target):
            self._is_sending = True
            QCoreApplication.sendEvent(self._target, event)
            self._is_sending = False


def composes(target: QObject) -> bool:
    """Say whether an object takes composed text now; passwords do not."""
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled | Qt.InputMethodQuery.ImHints)
    QCoreApplication.sendEvent(target, query)
    hints = query.value(Qt.InputMethodQuery.ImHints)
    is_hidden = int(getattr(hints, "value", hints) or 0) & Qt.InputMethodHint.ImhHiddenText.value
    return bool(query.value(Qt.InputMethodQuery.ImEnabled)) and not is_hidden


def _stop(watched: QObject | None, by: QObject) -> None:
    if watched is not None and shiboken6.isValid(watched):
        watched.removeEventFilter(by)
