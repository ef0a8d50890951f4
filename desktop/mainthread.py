"""Keeps slow work off the thread that draws the window."""

from __future__ import annotations

import threading

_window_thread: int | None = None


def forbid_slow_work_here() -> None:
    """Declare the calling thread to be the window's: databases, PDFs and sheets refuse to work on it."""
    global _window_thread
    _window_thread = threading.get_ident()


def allow_slow_work_here() -> None:
    """Take the declaration back (a terminal program or a test has no window thread)."""
    global _window_thread
    _window_thread = None


def assert_slow_work_allowed(what: str) -> None:
    """Raise a RuntimeError when the window's thread is about to do slow work named `what`."""
    if _window_thread == threading.get_ident():
        raise RuntimeError(f"{what} on the window's thread; hand it to ui.kit.tasks")
