"""What the window's own thread does: how long it is busy at one go, and until a file stands there painted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.services.catalogue import Services
from desktop.ui.kit.tasks import Tasks
from desktop.ui.shell.main_window import MainWindow

SIZE = (1366, 768)
_STEPS = 150


@contextmanager
def window_of(services: Services) -> Iterator[tuple[MainWindow, Tasks]]:
    """Give the real window on real threads, drawn off the screen."""
    from desktop.main import application
    from desktop.ui.kit import theme
    from desktop.ui.kit.workbench import Workbench

    app = application()
    theme.apply(app)
    tasks = Tasks()
    window = MainWindow(Workbench(services, tasks), "站长")
    window.may_close = True
    window.resize(*SIZE)
    window.show()
    yield window, tasks
    window.close()
    tasks.close()


def until_rest(tasks: Tasks) -> float:
    """Let answers come and show; return the longest that the window's thread worked without a look at its events."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    longest, quiet = 0.0, 0
    while quiet < 3:
        started = time.thread_time()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
        longest = max(longest, time.thread_time() - started)
        quiet = 0 if tasks.is_busy else quiet + 1
        time.sleep(0.001)
    return longest


def longest_of(tasks: Tasks, acts: Iterator[Callable[[], object]]) -> float:
    """Return the longest that the window's thread worked at one go while it did this."""
    longest = 0.0
    for act in acts:
        started = time.thread_time()
        act()
        longest = max(longest, time.thread_time() - started, until_rest(tasks))
    return longest


def scrolled(services: Services) -> dict[str, float]:
    """Open the list, type, scroll from the top to the end and jump about in it."""
    with window_of(services) as (window, tasks):
        opened = longest_of(tasks, iter([lambda: window.go("people")]))
        page = window.page
        bar, box = page.table.verticalScrollBar(), page.search  # type: ignore[union-attr]
        typed = longest_of(tasks, (lambda end=end: box.setText("zhangguilan"[:end]) for end in range(1, 12)))
        box.clear()
        until_rest(tasks)
        wheel = longest_of(tasks, (lambda n=n: bar.setValue(n * 162) for n in range(_STEPS)))
        jumps = longest_of(tasks, (lambda n=n: bar.setValue(bar.maximum() * n // 4) for n in range(5)))
    return {"opening the list": opened, "typing": typed, "turning the wheel": wheel, "jumping about": jumps}
