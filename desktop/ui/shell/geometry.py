"""Where the window was and how large: kept on this PC, and put right when a screen is gone (never a name in it)."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.services import machine
from desktop.services.folders import StationFolder

_KEY = "appearance.window"
_SHAPE = re.compile(r"(-?\d{1,5}),(-?\d{1,5}),(\d{1,5}),(\d{1,5}),([01])")
_LEAST = 200
_TITLE = 32  # room for the bar by which a window is moved


def kept(folder: Path) -> tuple[QRect, bool] | None:
    """Return place and size of the window as it was last and whether it was maximised; None when nothing sound is."""
    found = _SHAPE.fullmatch(str(machine.read(StationFolder(folder)).get(_KEY, "")))
    if found is None:
        return None
    x, y, width, height, is_maximised = (int(part) for part in found.groups())
    return (QRect(x, y, width, height), bool(is_maximised)) if min(width, height) >= _LEAST else None


def of(window: QWidget) -> tuple[QRect, bool]:
    """Return place and size of a window, of a maximised one those it has otherwise."""
    return window.normalGeometry() if window.isMaximized() else window.geometry(), window.isMaximized()


def words_of(window: QWidget) -> str:
    """Return place and size of a window as they are kept."""
    normal, is_maximised = of(window)
    return f"{normal.x()},{normal.y()},{normal.width()},{normal.height()},{int(is_maximised)}"


def keep(folder: Path, words: str) -> None:
    """Keep place and size of the window, when they are other than before (off the window's thread)."""
    place = StationFolder(folder)
    if machine.read(place).get(_KEY) != words:
        machine.write(place, _KEY, words)


def place(window: QWidget, wished: QRect) -> None:
    """Put a window where it was, moved and made smaller as far as the screens of today need it to show whole."""
    rooms = [screen.availableGeometry().adjusted(0, _TITLE, 0, 0) for screen in QGuiApplication.screens()]
    if not rooms:
        return
    room = max(rooms, key=lambda each: _area(each.intersected(wished)))
    size = wished.size().expandedTo(window.minimumSize()).boundedTo(room.size())
    x = min(max(wished.x(), room.x()), room.right() - size.width() + 1)
    y = min(max(wished.y(), room.y()), room.bottom() - size.height() + 1)
    window.setGeometry(QRect(QPoint(x, y), size))


def _area(shown: QRect) -> int:
    return shown.width() * shown.height()
