"""What every screen stands on: the services, the background, the way to other screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

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

    def __init__(self, services: Services, tasks: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.tasks = tasks
        # commits happen on a worker, inside a job: what they changed waits here until the answer of a job comes
        self._heard: SimpleQueue[frozenset[str]] = SimpleQueue()
        services.on_change(self._heard.put)
        tasks.delivered.connect(self._announce)

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
