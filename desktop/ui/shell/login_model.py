"""Who may log in, and what happened when they tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.errors import KangyiError, OperationalError
from desktop.ui.kit.tasks import Runner

if TYPE_CHECKING:
    from desktop.services.accounts import AccountName
    from desktop.services.clock import Clock


class LoginModel(QObject):
    """Reads the names from the key file, unlocks in the background, counts the pause after wrong passwords."""

    names_known = Signal(object)  # tuple[AccountName, ...]
    unlocked = Signal(object)  # Services
    refused = Signal(object)  # KangyiError: the person can mend it
    failed = Signal(object)  # OperationalError: the world
    waiting = Signal(int)  # seconds until the next try
    busy_changed = Signal(bool)

    def __init__(self, folder: Path, clock: Clock, tasks: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._clock, self._tasks = folder, clock, tasks
        self._login = ""
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._look_at_pause)

    def read_names(self) -> None:
        """Ask the key file who may log in."""

        def job() -> tuple[AccountName, ...]:
            from desktop.services import keys

            return keys.accounts(self._folder)

        self._tasks.run(job, self.names_known.emit, self.failed.emit, owner=self)

    def choose(self, login: str) -> None:
        """Look whether this account has to wait after wrong passwords."""
        self._login = login
        self._look_at_pause()

    def unlock(self, login: str, password: str) -> None:
        """Open the station for one account."""
        self.busy_changed.emit(True)

        def job() -> object:
            from desktop.services import keys

            return keys.unlock(self._folder, login, password, self._clock)

        self._tasks.run(job, self._done, self._failed, lane="write", owner=self)

    def _done(self, services: object) -> None:
        self.busy_changed.emit(False)
        self._second.stop()
        self.unlocked.emit(services)

    def _failed(self, trouble: KangyiError) -> None:
        self.busy_changed.emit(False)
        (self.failed if isinstance(trouble, OperationalError) else self.refused).emit(trouble)
        self._look_at_pause()

    def _look_at_pause(self) -> None:
        def job() -> int:
            from desktop.services import keys

            return keys.seconds_to_wait(self._folder, self._login, self._clock)

        self._tasks.run(job, self._tell_pause, lambda _: None, owner=self)

    def _tell_pause(self, seconds: int) -> None:
        if seconds > 0:
            self._second.start()
        else:
            self._second.stop()
        self.waiting.emit(seconds)
