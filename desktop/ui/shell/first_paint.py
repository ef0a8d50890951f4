"""What may wait until a window stands on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QMainWindow


class AfterPaint(QObject):
    """Runs jobs once, right after a window was painted for the first time: until then they would only be in its way."""

    def __init__(self, window: QMainWindow, *jobs: Callable[[], object]) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._watched = window.centralWidget()
        self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._watched.removeEventFilter(self)
            for job in self._jobs:
                QTimer.singleShot(0, self, job)  # the painting itself comes after this
        return False
