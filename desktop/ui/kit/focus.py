"""Focus rings only when the keyboard brought the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPushButton

from desktop.ui.kit.basics import restyle

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class KeyboardFocus(QObject):
    """Event filter of the application that marks a button while the keyboard holds it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and isinstance(watched, QPushButton):
            is_marked = event.type() == QEvent.Type.FocusIn and event.reason() in _BY_KEYBOARD
            if bool(watched.property("kbf")) != is_marked:
                restyle(watched, kbf="1" if is_marked else "")
        return False
