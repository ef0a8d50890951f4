"""From login to lock to exit: which window shows, and what is open behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.errors import KangyiError
from desktop.services.clock import Clock
from desktop.services.desk import StationFolder
from desktop.ui.kit import theme
from desktop.ui.kit.focus import KeyboardFocus
from desktop.ui.kit.tasks import Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.shell.idle import IdleWatch
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.login_model import LoginModel
from desktop.ui.shell.main_window import MainWindow, fit
from desktop.ui.shell.words import role_words

if TYPE_CHECKING:
    from desktop.services.catalogue import Services

# Imported while somebody types the password, so that opening a station does not wait for them.
HEAVY = ("sqlalchemy.orm", "cryptography.hazmat.primitives.kdf.argon2", "desktop.services.opening")


class Program(QObject):
    """Shows one window at a time. Signal `ended` when the last one closed for good."""

    ended = Signal()
    shown = Signal(object)  # the window that shows now

    def __init__(self, app: QApplication, folder: Path, clock: Clock) -> None:
        super().__init__(app)
        self._app, self._folder, self._clock = app, folder, clock
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self._say_failure)
        self.tasks.busy_changed.connect(self._show_busy)
        self._focus = KeyboardFocus(self)
        app.installEventFilter(self._focus)
        self.window: QMainWindow | None = None
        self.bench: Workbench | None = None
        self._idle: IdleWatch | None = None
        self._is_leaving = False

    def start(self, is_station: bool) -> None:
        """Show the first window: the login, or the wizard when the folder holds no station."""
        self.dress(*appearance(self._folder))
        if is_station:
            self.show_login()
        else:
            self.show_first_run()

    def dress(self, dark: bool, scale: float) -> None:
        """Put a theme in force."""
        theme.apply(self._app, dark, scale)

    def show_login(self, login: str = "") -> None:
        """Show the login window, with an account chosen when it is known."""
        model = LoginModel(self._folder, self._clock, self.tasks)
        window = LoginWindow(model, self._clock.today(), datetime.now().astimezone().hour)
        model.setParent(window)
        model.unlocked.connect(self.open_station)
        if login:
            model.names_known.connect(lambda _: window.choose(login))
        window.letters_wanted.connect(lambda: self._next_letters(window))
        window.recovery_wanted.connect(self.show_recovery)
        window.closed.connect(self.ended)
        model.read_names()
        self._show(window, 1100, 720)
        QTimer.singleShot(0, self, self._warm_up)

    def show_first_run(self, folder: Path | None = None) -> None:
        """Show the wizard that makes a station (in another folder than the program's, for pictures)."""
        from desktop.ui.shell.first_run import FirstRunModel, FirstRunWindow

        model = FirstRunModel(folder or self._folder, self._clock, self.tasks)
        window = FirstRunWindow(model)
        model.setParent(window)
        window.opened.connect(self.open_station)
        window.given_up.connect(self.ended)
        self._show(window, 1100, 720)
        QTimer.singleShot(0, self, self._warm_up)

    def show_recovery(self, login: str) -> None:
        """Show the window that gives a new password by the recovery code."""
        from desktop.ui.shell.recovery import RecoveryModel, RecoveryWindow

        model = RecoveryModel(self._folder, self._clock, self.tasks)
        window = RecoveryWindow(model, login)
        model.setParent(window)
        window.opened.connect(self.open_station)
        window.given_up.connect(lambda: self.show_login(login))
        self._show(window, 1100, 720)

    def open_station(self, services: Services) -> None:
        """Show the main window of an unlocked station."""
        self.bench = Workbench(services, self.tasks, self)
        self.bench.restyle_wanted.connect(self.restyle)
        self.bench.changed.connect(self._hear)
        self._show(self._main_window(), 1366, 768)
        window = self.window
        assert isinstance(window, MainWindow)  # noqa: S101 - just shown
        first = next(iter(window.rail.routes()), "") if window.rail else ""
        window.go(first)
        if services.notices:
            window.say("warn", "".join(services.notices))
        self._watch_idle()

    def restyle(self) -> None:
        """Take the looks chosen in the settings: build the window again where it was."""
        window = self.window
        if not isinstance(window, MainWindow):
            return
        window.leave()
        self.dress(*appearance(self._folder))
        again = self._main_window()
        again.resize(window.size())
        self._show(again, window.width(), window.height())
        again.resume(window.way)

    def lock(self) -> None:
        """Keep what was typed, hide everything, close the station, show the login."""
        self._close_station(self.show_login)

    def leave_for_good(self) -> None:
        """Back up, check the copy, close the station and end."""
        from desktop.ui.shell.closing import Closing

        window = self.window
        if self._is_leaving or not isinstance(window, MainWindow) or self.bench is None:
            return
        self._is_leaving = True
        window.leave()
        closing = Closing(window, self.bench)
        closing.finished.connect(self._end)
        closing.given_up.connect(self._stay)
        closing.start()

    def _main_window(self) -> MainWindow:
        assert self.bench is not None  # noqa: S101 - the station is open
        window = MainWindow(self.bench, role_words(self.bench.services.actor.role))
        window.lock_wanted.connect(self.lock)
        window.exit_wanted.connect(self.leave_for_good)
        return window

    def _show(self, window: QMainWindow, width: int, height: int) -> None:
        before = self.window
        self.window = window
        fit(window, width, height)
        window.show()
        if before is not None:
            before.hide()  # hidden, not closed: closing means that the person leaves
            before.deleteLater()
        self.shown.emit(window)

    def _close_station(self, then: Callable[[str], None]) -> None:
        window, bench = self.window, self.bench
        if not isinstance(window, MainWindow) or bench is None:
            return
        window.leave()
        window.hide()
        QGuiApplication.clipboard().clear()
        # drafts handed to the write lane are kept before the station is closed behind them
        self.tasks.finish()
        login, close = bench.services.desk.vault.login, bench.services.close
        self._forget()
        self.tasks.run(close, lambda _: then(login), lambda _: then(login), lane="write", owner=self)

    def _end(self) -> None:
        window = self.window
        self._forget()
        if isinstance(window, MainWindow):
            window.may_close = True
            window.close()
        self.ended.emit()

    def _stay(self) -> None:
        self._is_leaving = False

    def _forget(self) -> None:
        if self._idle is not None:
            self._idle.deleteLater()
            self._idle = None
        if self.bench is not None:
            self.bench.deleteLater()
            self.bench = None

    def _watch_idle(self) -> None:
        bench = self.bench
        if bench is None:
            return

        def start(minutes: object) -> None:
            seconds = float(str(minutes)) * 60
            if self._idle is None:
                self._idle = IdleWatch(seconds, self)
                self._idle.went_idle.connect(self.lock)
            else:
                self._idle.set_limit(seconds)

        self.tasks.run(lambda: bench.services.settings.value("lock.idle_minutes"), start, owner=bench)

    def _hear(self, tables: frozenset[str]) -> None:
        if "setting" in tables:
            self._watch_idle()

    def _warm_up(self) -> None:
        self.tasks.run(lambda: [import_module(name) for name in HEAVY], lambda _: None, owner=self)
        theme.load_rare_fonts()

    def _next_letters(self, window: LoginWindow) -> None:
        sizes = theme.LETTER_SIZES
        scale = sizes[(sizes.index(theme.state.scale) + 1) % len(sizes)] if theme.state.scale in sizes else sizes[0]
        login = window.login()

        def job() -> None:
            from desktop.services import machine

            machine.write(StationFolder(self._folder), "appearance.letters", f"{scale:g}" if scale != 1 else "1.0")

        def show(_: object) -> None:
            self.dress(theme.state.dark, scale)
            self.show_login(login)

        self.tasks.run(job, show, show, lane="files", owner=self)

    def _say_failure(self, trouble: KangyiError) -> None:
        if isinstance(self.window, MainWindow):
            self.window.say_failure(trouble)

    def _show_busy(self, is_busy: bool) -> None:
        if isinstance(self.window, MainWindow):
            self.window.show_busy(is_busy)


def appearance(folder: Path) -> tuple[bool, float]:
    """Return dark or not and the letter size chosen on this PC; the usual looks when nothing sound is stored."""
    from desktop.services import machine

    chosen = machine.read(StationFolder(folder))
    try:
        scale = float(str(chosen.get("appearance.letters", "1.0")))
    except ValueError:
        scale = 1.0
    return chosen.get("appearance.theme") == "dark", scale if scale in theme.LETTER_SIZES else 1.0
