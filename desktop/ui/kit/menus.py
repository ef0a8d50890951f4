"""Menus of ways to other screens, behind one button of a head that has no room for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.ui.kit.basics import button
from desktop.ui.kit.theme import icon, px
from desktop.ui.kit.workbench import Workbench


@dataclass(frozen=True)
class Way:
    """One entry: its words and icon, the route it leads to, the permission without which it is grey."""

    words: str
    icon: str
    route: str
    permission: str


def ways_menu(owner: QWidget, bench: Workbench, ways: Sequence[Way]) -> QMenu:
    """Return a menu of ways; what the role may not do is grey."""
    menu = QMenu(owner)
    for way in ways:
        action = QAction(icon(way.icon, "text2", 16), way.words, menu)
        action.setEnabled(bench.may(way.permission))
        action.triggered.connect(lambda _=False, route=way.route: bench.go(route))
        menu.addAction(action)
    return menu


def ways_button(
    words: str, sign: str, owner: QWidget, bench: Workbench, ways: Sequence[Way], kind: str = ""
) -> QPushButton:
    """Return a button that drops its menu below itself."""
    made = button(words, sign, kind)

    def drop() -> None:
        menu = ways_menu(owner, bench, ways)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(made.mapToGlobal(QPoint(made.width() - menu.sizeHint().width(), made.height() + px(4))))

    made.clicked.connect(drop)
    return made
