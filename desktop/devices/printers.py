"""Printers: CUPS gets the finished PDF through a pipe; where there is none the window lends its printer (`use`)."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from typing import Protocol

from desktop.devices import faults

log = logging.getLogger(__name__)

_ASK_SECONDS = 15
_SEND_SECONDS = 120
_JOB_NAME = "Kangyi"
"""What stands in the queue for everybody to see: never a title, never a name."""


class Printing(Protocol):
    """A printing system: the window registers one where there is no `lp` (Windows)."""

    def names(self) -> list[str]:
        """Return the printers, the usual one first."""

    def send(self, pdf: bytes, printer: str, copies: int) -> None:
        """Print the PDF; raises OperationalError when the printer does not take it."""


class _Registered:
    system: Printing | None = None


def use(system: Printing | None) -> None:
    """Print through `system` from now on; None goes back to `lp`."""
    _Registered.system = system


def names() -> list[str]:
    """Return the printers of this PC, the usual one first; none when there is no printing system."""
    if _Registered.system is not None:
        return _Registered.system.names()
    found = _ask("-e").splitlines()
    usual = _ask("-d").rpartition(": ")[2].strip()
    return sorted((name for name in found if name), key=lambda name: name != usual)


def send(pdf: bytes, printer: str, copies: int = 1, *, is_two_sided: bool = False) -> None:
    """Print exactly these bytes, `copies` times; nothing is written to a file on the way.

    Raises OperationalError when there is no printing system or the printer does not take the job.
    """
    if _Registered.system is not None:
        _Registered.system.send(pdf, printer, copies)
        return
    program = shutil.which("lp")
    if program is None or sys.platform == "win32":
        raise faults.no_printing()
    sides = "two-sided-long-edge" if is_two_sided else "one-sided"
    # The margins are in the PDF: a driver that shrinks the page would make the QR code smaller than it was checked.
    options = ["-o", "media=A4", "-o", "print-scaling=none", "-o", f"sides={sides}"]
    try:
        subprocess.run(
            [program, "-d", printer, "-n", str(copies), "-t", _JOB_NAME, *options],
            input=pdf,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_SEND_SECONDS,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("lp refused a job: %s", type(error).__name__)
        raise faults.not_printed(printer) from None


def _ask(option: str) -> str:
    """Return what `lpstat` says, nothing when there is none or it does not answer."""
    program = shutil.which("lpstat")
    if program is None:
        return ""
    try:
        answer = subprocess.run(
            [program, option], check=True, capture_output=True, timeout=_ASK_SECONDS, env=_environment()
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Return the environment with English answers in UTF-8, which can be read by a program."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}
