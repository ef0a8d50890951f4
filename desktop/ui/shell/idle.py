"""Notices that nobody is at the desk."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
    QEvent.Type.InputMethod,
}


class IdleWatch(QObject):
    """Signal `went_idle` after `limit` seconds without a key, a touch or a movement of the mouse."""

    went_idle = Signal()

    def __init__(self, limit: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._last = self._instant()
        self._tick = QTimer(self)
        self._tick.setInterval(int(min(5.0, limit / 4) * 1000))
        self._tick.timeout.connect(self._look)
        self._tick.start()
        app = QCoreApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def set_limit(self, seconds: float) -> None:
        """Wait another number of seconds from now on."""
        self._limit = seconds
        self._tick.setInterval(int(min(5.0, seconds / 4) * 1000))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._last = self._instant()
        return False

    @staticmethod
    def _instant() -> tuple[float, float]:
        return time.monotonic(), time.time()

    def _look(self) -> None:
        # the wall clock sees the hours a PC was asleep, the other one is not fooled by a clock put back
        steady, wall = self._instant()
        if max(steady - self._last[0], wall - self._last[1]) >= self._limit:
            self._last = self._instant()
            self.went_idle.emit()
