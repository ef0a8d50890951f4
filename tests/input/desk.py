"""The program as it starts for the staff, with an ear on its standard input: what stands in its fields.

Keys come from outside, over the screen; from here only comes what a person would do with the mouse.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QTableView, QWidget

import desktop.main as root
from desktop.ui.input import choosing
from desktop.ui.kit.navigation import Screen
from desktop.ui.shell.login import LoginWindow


class Ear(QObject):
    """Answers one line of JSON with another."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._lines = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._lines.activated.connect(self._hear)

    def _hear(self) -> None:
        for line in os.read(0, 65536).decode().splitlines():
            asked = json.loads(line)
            answer = getattr(self, asked.pop("do"))(**asked)
            os.write(1, (json.dumps(answer) + "\n").encode())

    def state(self) -> dict[str, Any]:
        """Tell what the person at the screen could see."""
        window = QApplication.activeWindow()
        if window is None:  # no window manager lives here who would do it
            for each in QApplication.topLevelWidgets():
                if isinstance(each, QMainWindow) and each.isVisible():
                    each.activateWindow()
        focus = QApplication.focusWidget()
        return {
            "way": choosing.chosen.way,
            "bridge": [type(child).__name__ for child in QApplication.instance().children()],
            "window": type(window).__name__ if window else "",
            "focus": focus.accessibleName() if focus else "",
            "text": text_of(focus),
            "platform": QGuiApplication.platformName(),
            "advice": window.banner.accessibleName() if isinstance(window, LoginWindow) else "",
            "route": next((type(each).__name__ for each in screens() if each.isVisible()), ""),
        }

    def read(self, name: str) -> str | None:
        """Return the text of the field called `name`, None when it is not there."""
        field = found(name)
        return text_of(field) if field else None

    def focus(self, name: str) -> bool:
        """Click into a field."""
        field = found(name)
        if field is not None:
            field.window().activateWindow()
            field.setFocus()
        return field is not None

    def show_password(self) -> bool:
        """Press the eye of the password field."""
        for action in QApplication.focusWidget().actions():
            action.toggle()
        return True

    def go(self, route: str, **params: Any) -> bool:
        """Open a screen."""
        for each in screens()[:1]:
            each.bench.go(route, **params)
        return bool(screens())

    def step(self, number: int) -> bool:
        """Go to a step of the form of a client."""
        for each in screens():
            if each.isVisible() and hasattr(each, "show_step"):
                each.show_step(number)
        return True


def screens() -> list[Screen]:
    return [widget for widget in QApplication.allWidgets() if isinstance(widget, Screen)]


def found(name: str) -> QWidget | None:
    kinds = QLineEdit | QPlainTextEdit | QTableView
    fields = [widget for widget in QApplication.allWidgets() if isinstance(widget, kinds) and widget.isVisible()]
    return next((field for field in fields if field.accessibleName() == name), None)


def text_of(field: QWidget | None) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else ""


def main() -> int:
    make = root.application

    def application() -> QApplication:
        app = make()
        Ear(app)
        return app

    root.application = application
    return root.open_window(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
