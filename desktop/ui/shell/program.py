"""From the first start to the last exit: which window shows. Light, because the login window waits for it."""

from __future__ import annotations

import os
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLayout, QMainWindow, QWidget

from desktop.services import machine
from desktop.services.clock import Clock
from desktop.services.folders import StationFolder
from desktop.ui.input import choosing
from desktop.ui.kit import theme
from desktop.ui.kit.tasks import Tasks, sentence_for
from desktop.ui.shell import geometry
from desktop.ui.shell.first_paint import AfterPaint
from desktop.ui.shell.login import LoginWindow
from desktop.ui.shell.login_model import LoginModel

if TYPE_CHECKING:
    from types import TracebackType

    from desktop.services.catalogue import Services
    from desktop.ui.input.fcitx import FcitxLink
    from desktop.ui.shell.session import Session

# Imported while somebody types the password, so that opening a station does not wait for them.
HEAVY = (
    "sqlalchemy.orm",
    "cryptography.hazmat.primitives.kdf.argon2",
    "desktop.services.opening",
    "desktop.ui.shell.session",
)

_LEAST = (800, 560)


class Program(QObject):
    """Shows one window at a time. Signal `ended` when the last one closed for good."""

    ended = Signal()

    def __init__(self, app: QApplication, folder: Path, clock: Clock) -> None:
        super().__init__(app)
        self._app, self._folder, self._clock = app, folder, clock
        self.tasks = Tasks(self)
        self.window: QMainWindow | None = None
        self.session: Session | None = None
        self._main: QMainWindow | None = None
        self._was_warmed = self._was_advised = False

    def start(self, is_station: bool) -> None:
        """Show the first window: the login, or the wizard when the folder holds no station."""
        self.dress()
        if is_station:
            self.show_login()
        else:
            self.show_first_run()

    def dress(self) -> None:
        """Put the looks chosen on this PC in force."""
        theme.apply(self._app, *appearance(self._folder))

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
        AfterPaint(window, model.read_names, lambda: self._advise(window), self._warm_up)
        self._show(window, 1100, 720)

    def show_first_run(self, folder: Path | None = None) -> None:
        """Show the wizard that makes a station (in another folder than the program's, for pictures)."""
        from desktop.ui.shell.first_run import FirstRunModel, FirstRunWindow

        model = FirstRunModel(folder or self._folder, self._clock, self.tasks)
        window = FirstRunWindow(model)
        model.setParent(window)
        window.opened.connect(self.open_station)
        window.given_up.connect(self.ended)
        AfterPaint(window, self._warm_up)
        self._show(window, 1100, 720)

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
        from desktop.ui.shell.session import Session

        self.session = Session(services, self.tasks, self.dress, self)
        self.session.shown.connect(self._show_main)
        self.session.locked.connect(self._lock)
        self.session.ended.connect(self.ended)
        self.session.start()

    def say_bug(self, _: type[BaseException], bug: BaseException, __: TracebackType | None) -> None:
        """Say one general sentence for an error in a slot; the log gets its place, never what it carried."""
        self.tasks.failed.emit(sentence_for(bug))

    def _lock(self, login: str) -> None:
        if self.session is not None:
            self.session.deleteLater()
            self.session = self._main = None
        self.show_login(login)

    def _show_main(self, window: QMainWindow) -> None:
        """Show the window of the station where it was last: before a change of looks, or when the program ended."""
        before = self._main
        wished = geometry.of(before) if before is not None else geometry.kept(self._folder)
        self._main = window
        self._show(window, 1366, 768, wished)

    def _show(self, window: QMainWindow, width: int, height: int, wished: tuple[QRect, bool] | None = None) -> None:
        before = self.window
        self.window = window
        if before is not None and before.isVisible():
            window.resize(before.size())
        fit(window, max(width, window.width()), max(height, window.height()))
        if wished is not None:
            geometry.place(window, wished[0])
        if wished is not None and wished[1]:
            window.showMaximized()
        else:
            window.show()
        if before is not None:
            before.hide()  # hidden, not closed: closing means that the person leaves
            before.deleteLater()

    def _warm_up(self) -> None:
        """Do in the background what the next window needs, once the first one shows."""
        if self._was_warmed:
            return
        self._was_warmed = True
        speak_chinese(self._app)
        self._reach_fcitx()
        self.tasks.run(lambda: [import_module(name) for name in HEAVY], lambda _: None, owner=self)
        self.tasks.run(theme.read_rare_font, theme.add_rare_font, lane="files", owner=self)

    def _advise(self, window: LoginWindow) -> None:
        """Say once at the first login when no input method runs for Chinese (only a Linux desktop can lack one)."""
        if QGuiApplication.platformName() != "xcb" or self._was_advised or choosing.chosen.way == choosing.DESKTOP:
            return
        self._was_advised = True

        def advice() -> str:
            from desktop.ui.input import report

            return report.advice(os.environ)

        self.tasks.run(advice, lambda text: window.banner.say("info", text), lambda _: None, owner=window)

    def _reach_fcitx(self) -> None:
        """Open the way to fcitx where it was chosen; in the background, for a daemon may be slow to answer."""
        if choosing.chosen.way != choosing.BRIDGE or QGuiApplication.platformName() != "xcb":
            return

        def reach() -> FcitxLink | None:
            from desktop.ui.input import fcitx

            return fcitx.reach(os.environ)

        def cross(link: FcitxLink | None) -> None:
            from desktop.ui.input.bridge import FcitxBridge

            if link is not None:
                FcitxBridge(self._app, link)

        self.tasks.run(reach, cross, owner=self)

    def _next_letters(self, window: LoginWindow) -> None:
        sizes = theme.LETTER_SIZES
        place = sizes.index(theme.state.scale) if theme.state.scale in sizes else -1
        following, login = sizes[(place + 1) % len(sizes)], window.login()

        def job() -> None:
            machine.write(StationFolder(self._folder), "appearance.letters", str(following))

        def show(_: object) -> None:
            theme.apply(self._app, theme.state.dark, following)
            self.show_login(login)

        self.tasks.run(job, show, show, lane="files", owner=self)


def fit(window: QWidget, width: int, height: int) -> None:
    """Give a window its size, never larger than the screen leaves free; its content may not make it grow either."""
    layout = window.layout()
    if layout is not None:
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    window.setMinimumSize(*_LEAST)
    screen = window.screen()
    free = screen.availableGeometry() if screen else window.rect()
    window.resize(min(width, free.width()), min(height, free.height()))


def speak_chinese(app: QApplication) -> None:
    """Give Qt's own words (calendar, menus of a text) in Chinese."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    QLocale.setDefault(QLocale("zh_CN"))
    words = QTranslator(app)
    if words.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)


def appearance(folder: Path) -> tuple[bool, float]:
    """Return dark or not and the letter size chosen on this PC; the usual looks when nothing sound is stored."""
    chosen = machine.read(StationFolder(folder))
    try:
        scale = float(str(chosen.get("appearance.letters", "1.0")))
    except ValueError:
        scale = 1.0
    return chosen.get("appearance.theme") == "dark", scale if scale in theme.LETTER_SIZES else 1.0
