"""What every screen stands on: the services, the background, the way to other screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from desktop.ui.kit.tasks import Runner

if TYPE_CHECKING:
    from desktop.services.catalogue import Services


class Workbench(QObject):
    """Handed to screens and view-models; the shell listens to its signals. Built after login, dropped at lock."""

    changed = Signal(object)  # frozenset of table names, after each commit
    route_wanted = Signal(str, object)
    back_wanted = Signal()
    toast_wanted = Signal(str, str, object)
    restyle_wanted = Signal()
    _news = Signal()

    def __init__(self, services: Services, tasks: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.tasks = tasks
        # the commit happens on another thread: an empty signal brings the news over to this one
        self._heard: SimpleQueue[frozenset[str]] = SimpleQueue()
        self._news.connect(self._announce, Qt.ConnectionType.AutoConnection)
        services.on_change(self._hear)

    def _hear(self, tables: frozenset[str]) -> None:
        self._heard.put(tables)
        # a commit may end after the screens were dropped (lock, restyle): what is saved must not look failed
        if shiboken6.isValid(self):
            self._news.emit()

    def _announce(self) -> None:
        while not self._heard.empty():
            self.changed.emit(self._heard.get())

    def go(self, route: str, **params: Any) -> None:
        """Open a screen by its route name."""
        self.route_wanted.emit(route, params)

    def back(self) -> None:
        """Go back to where the person came from."""
        self.back_wanted.emit()

    def toast(self, text: str, undo_label: str | None = None, on_undo: Callable[[], object] | None = None) -> None:
        """Say in passing that something was done, with a way to undo it."""
        self.toast_wanted.emit(text, undo_label or "", on_undo)

    def today(self) -> date:
        """Return the station's day."""
        return self.services.desk.clock.today()

    def may(self, permission: str) -> bool:
        """Say whether the role allows it; used only to grey things out, the services ask again."""
        return self.services.actor.may(permission)
