"""Processes of their own for files of unknown origin: little memory, a clock, nothing but two pipes."""

from __future__ import annotations

import os
import sys
import threading

_RUN = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"
HIDDEN = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW


def command(module: str) -> list[str]:
    """Return the line that runs `main` of a module in a process of its own."""
    program = _RUN.format(path=sys.path, module=module)
    return [sys.executable, "-I", "-B", "-X", "utf8", "-c", program]


def confine(memory_bytes: int, seconds: float) -> None:
    """Let this process have no more than so much memory, where the system can, and end it when its time is up."""
    clock = threading.Timer(seconds, os._exit, (9,))
    clock.daemon = True
    clock.start()
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no contents on the disk when a reader crashes
