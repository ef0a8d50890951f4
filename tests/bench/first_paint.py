"""One start of one program in a process of its own: says on stdout when its window was painted, and ends at once."""

from __future__ import annotations

import os
import sys
from typing import Any

PROGRAM = "desktop"


def end() -> None:
    """Say that the window stands there painted."""
    os.write(1, b"painted\n")
    os._exit(0)


def tell_of_paint() -> None:
    """Have the first paint of a window told, once the application runs: by then its windows are shown."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, self, end)  # the painting itself comes after this filter
            return False

    run, watch = QApplication.exec, Watch()

    def watch_and_run(*_: object) -> int:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QMainWindow):
                window.centralWidget().installEventFilter(watch)
        return run()

    QApplication.exec = watch_and_run  # type: ignore[method-assign, assignment]


def open_bare_window() -> None:
    """Show what PySide6 needs at least: a window with a line of text."""
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    app = QApplication(["bare", "-style", "fusion"])
    window = QMainWindow()
    window.setCentralWidget(QLabel("window"))
    window.resize(1100, 720)
    window.show()
    tell_of_paint()
    app.exec()


def open_kangyi() -> None:
    """Start the program as its icon does."""
    import desktop.main as root
    from desktop.__main__ import main

    make_application = root.application

    def application() -> Any:
        app = make_application()
        tell_of_paint()
        return app

    root.application = application
    sys.argv = [PROGRAM]
    sys.exit(main())


if __name__ == "__main__":
    open_kangyi() if PROGRAM in sys.argv else open_bare_window()
