"""One unlocked station: its window, the watch on an empty desk, locking, and leaving for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from desktop.errors import KangyiError
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell import geometry
from desktop.ui.shell.closing import Closing
from desktop.ui.shell.idle import IdleWatch
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.words import role_words

if TYPE_CHECKING:
    from desktop.services.catalogue import Services


class Session(QObject):
    """Made after the unlock, dropped when the program locks or ends."""

    shown = Signal(object)  # the window, the first time and after a change of looks
    locked = Signal(str)  # login of the person who was at the desk
    ended = Signal()

    def __init__(
        self, services: Services, tasks: Tasks, dress: Callable[[], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._tasks, self._dress = services, tasks, dress
        self._login = services.desk.vault.login
        self.bench = Workbench(services, tasks, self)
        # later, not now: the window that asked is about to go
        self.bench.restyle_wanted.connect(lambda: QTimer.singleShot(0, self, self.restyle))
        self.bench.changed.connect(self._hear)
        tasks.failed.connect(self._say_failure)
        tasks.busy_changed.connect(self._show_busy)
        self._idle: IdleWatch | None = None
        self._closing: Closing | None = None
        self.is_over = False
        self.window = self._make_window()

    def start(self) -> None:
        """Show the window at the first screen the role may see, and say what must be said."""
        self.shown.emit(self.window)
        self.window.go(self.window.rail.routes()[0])
        if self._services.notices:
            self.window.say("warn", "".join(self._services.notices))
        self._watch_idle()

    def restyle(self) -> None:
        """Take the looks chosen in the settings: build the window again where it was."""
        before = self.window
        before.leave()
        before.empty()  # else Qt would dress every widget of it once more
        self._dress()
        self.window = self._make_window()
        self.window.resize(before.size())
        self.shown.emit(self.window)
        self.window.resume(before.way)

    def lock(self) -> None:
        """Keep what was typed, hide everything, close the station, show the login."""
        if self.is_over or (self._closing is not None and self._closing.is_working):
            return
        self.is_over = True
        self.window.leave()
        self._keep_place()
        self.window.hide()
        QGuiApplication.clipboard().clear()
        # drafts handed to the write lane are kept before the station is closed behind them
        self._tasks.finish()
        self._tasks.run(self._services.close, self._say_locked, self._say_locked, lane="write", owner=self)

    def leave_for_good(self) -> None:
        """Back up, check the copy, close the station and end."""
        if self.is_over or self._closing is not None:
            return
        self.window.leave()
        self._keep_place()
        self._closing = Closing(self.window, self.bench)
        self._closing.finished.connect(self._end)
        self._closing.given_up.connect(self._stay)
        self._closing.start()

    def leave_at_once(self) -> None:
        """Close the station without a backup (pictures, tests, the end of the desktop's own session)."""
        self.is_over = True
        self.window.hide()
        self._tasks.run(self._services.close, lambda _: None, lambda _: None, lane="write", owner=self)
        self._tasks.finish()

    def watch_idle(self, seconds: float) -> None:
        """Lock after so many seconds without a sign of life."""
        if self._idle is None:
            self._idle = IdleWatch(seconds, self)
            self._idle.went_idle.connect(self.lock)
        else:
            self._idle.set_limit(seconds)

    def _keep_place(self) -> None:
        """Keep where the window stands, for the next start; a full disk is no reason to stay."""
        folder, words = self._services.desk.folder.root, geometry.words_of(self.window)
        self._tasks.run(lambda: geometry.keep(folder, words), lambda _: None, lambda _: None, "files", self)

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.bench, role_words(self._services.actor.role))
        window.lock_wanted.connect(self.lock)
        window.exit_wanted.connect(self.leave_for_good)
        return window

    def _say_locked(self, _: object) -> None:
        self.locked.emit(self._login)

    def _end(self) -> None:
        self.is_over = True
        self.window.may_close = True
        self.window.close()
        self.ended.emit()

    def _stay(self) -> None:
        self._closing = None

    def _watch_idle(self) -> None:
        value = self._services.settings.value
        self._tasks.run(
            lambda: float(str(value("lock.idle_minutes"))), lambda minutes: self.watch_idle(minutes * 60), owner=self
        )

    def _hear(self, tables: frozenset[str]) -> None:
        if "setting" in tables and not self.is_over:
            self._watch_idle()

    def _say_failure(self, trouble: KangyiError) -> None:
        self.window.say_failure(trouble)

    def _show_busy(self, is_busy: bool) -> None:
        self.window.show_busy(is_busy)
