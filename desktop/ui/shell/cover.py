"""A neutral cover over the whole window, at one key, when a visitor comes to the desk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import Tile, label
from desktop.ui.kit.layouts import column, row

KEYS = ("F12", "Ctrl+Shift+H")
_PASSING = (*KEYS, "Ctrl+L")  # what still reaches the window: the way back, and the lock


class Cover(QFrame):
    """Hides everything, dialogs too; Esc, a click or the key again brings it back. Nothing else gets through."""

    raised = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._came_from: QWidget | None = None
        self.setProperty("role", "page")
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("屏幕已遮挡，按 Esc 返回"))
        lines = (Tile("eye-off", "off", 52, 26), label(tr("屏幕已遮挡"), "h2"), label(tr("按 Esc 或点一下返回"), "sub"))
        self.setLayout(column(None, *(row(None, each, None) for each in lines), None, spacing=8))
        self.hide()
        window.installEventFilter(self)

    def toggle(self) -> None:
        """Cover the window, or show it again with the focus where it was."""
        if self.isVisible():
            self.hide()
            if self._came_from is not None:
                self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._came_from = None
            return
        self._came_from = self._window.focusWidget()
        self.show()
        self.settle()
        self.raised.emit()

    def settle(self) -> None:
        """Lie over the whole window, above whatever came since, and keep the keyboard."""
        self.setGeometry(self._window.rect())
        self.raise_()
        if self.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildAdded and self.isVisible():
            QTimer.singleShot(0, self, self.settle)  # a dialog or a toast that comes now puts itself on top first
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
            if keys not in _PASSING:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.toggle()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.toggle()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        return True
