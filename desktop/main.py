"""The composition root of the window: the only file that knows every layer."""

from __future__ import annotations

import gc
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication

    from desktop.services.clock import Clock
    from desktop.ui.shell.screens import Scene


def open_window(folder: Path, on: date | None = None) -> int:
    """Open the program on a station's folder; `on` is the day of a practice station. Returns the exit status."""
    # Tasks collects garbage on the window's thread; here already, for what is being imported stays and would only be
    # looked through again and again
    gc.disable()
    from desktop.services import machine
    from desktop.services.folders import StationFolder
    from desktop.ui.input import choosing

    choosing.prepare(os.environ, str(machine.read(StationFolder(folder)).get("input.method", "")))
    from desktop import mainthread
    from desktop.ui.shell.program import Program

    app = application()
    if sys.platform == "win32":
        _print_through_qt()
    program = Program(app, folder, clock_of(on))
    program.ended.connect(app.quit)
    sys.excepthook = program.say_bug
    mainthread.forbid_slow_work_here()
    try:
        program.start(StationFolder(folder).holds_anything)
        status = app.exec()
        program.tasks.close()
    finally:
        mainthread.allow_slow_work_here()
        sys.excepthook = sys.__excepthook__
    return status


def make_screens(
    folder: Path,
    login: str,
    password: str,
    on: date | None,
    to: Path,
    size: tuple[int, int] = (1366, 768),
    dark: bool = False,
    scale: float = 1.0,
    scenes: Sequence[Scene] = (),
) -> int:
    """Unlock a station and save a picture of every screen, and of the scenes, with its real data into `to`.

    Raises what `services.keys.unlock` raises. Returns the exit status.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.ui.shell.program import Program
    from desktop.ui.shell.screens import Camera

    camera = Camera(Program(application(), folder, clock_of(on)), to, size, dark, scale)
    camera.take(login, password, scenes)
    return 0


def grab_window(to: Path) -> str:
    """Save a picture of one real window drawn off the screen; proves that Qt, fonts and styles came along.

    Returns the size of the picture in words; raises OperationalError when nothing, or no Chinese, can be drawn.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.errors import OperationalError
    from desktop.i18n import tr
    from desktop.ui.kit import theme
    from desktop.ui.shell.screens import sample_window

    app = application()
    theme.apply(app)
    window = sample_window()
    window.show()
    app.processEvents()
    is_drawn = window.grab().save(str(to)) and theme.has_letters("康驿")
    window.close()
    if not is_drawn:
        raise OperationalError("io_error", tr("窗口没有画出来。"), tr("请检查 Qt 和系统图形库是否装好。"))
    return tr("{n} 字节", n=to.stat().st_size)


def application() -> QApplication:
    """Return the one QApplication with our style, fonts and name."""
    from PySide6.QtWidgets import QApplication

    from desktop.ui.kit import theme

    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(["kangyi", "-style", "fusion"])
    app.setApplicationName("kangyi")
    app.setQuitOnLastWindowClosed(False)
    theme.load_fonts()
    return app


def _print_through_qt() -> None:
    """Lend Qt's printers to the layers below: Windows has no `lp`."""
    from desktop.devices import printers
    from desktop.ui.kit.printing import QtPrinting

    printers.use(QtPrinting())


def clock_of(on: date | None) -> Clock:
    """Return the clock of this PC, or one that stands on a practice day."""
    from desktop.services.clock import PracticeClock, SystemClock

    return SystemClock() if on is None else PracticeClock(on)
