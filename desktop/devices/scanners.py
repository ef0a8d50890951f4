"""Scanners by SANE's `scanimage`: the picture comes through a pipe, no file; other systems scan into a folder."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass

from desktop.devices import faults

log = logging.getLogger(__name__)

_ASK_SECONDS = 40  # network scanners answer slowly
_LIST = "%d\t%v %m%n"


@dataclass(frozen=True)
class Scanner:
    """A scanner: its name for the system and the words for people."""

    device: str
    words: str


def is_there() -> bool:
    """Say whether this PC can scan from within the program."""
    return sys.platform != "win32" and shutil.which("scanimage") is not None


def scanners() -> tuple[Scanner, ...]:
    """Return the scanners that are switched on; raises OperationalError where the program to scan with is missing."""
    program = _program()
    try:
        answer = subprocess.run(
            [program, "-f", _LIST], check=True, capture_output=True, timeout=_ASK_SECONDS, env=_environment()
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    lines = [line.partition("\t") for line in answer.stdout.decode("utf-8", "replace").splitlines()]
    return tuple(Scanner(device, words.strip() or device) for device, tab, words in lines if tab)


class ScanJob:
    """One page being scanned; `stop` may be called from any thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End the scan."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.terminate()

    def run(self, device: str, resolution: int, mode: str, seconds: int) -> bytes | None:
        """Scan one page and return it as a TIFF; None when stopped. Raises OperationalError when nothing came."""
        command = [_program(), "-d", device, "--format=tiff", "--resolution", str(resolution), "--mode", mode]
        try:
            with self._lock:
                if self._is_stopped:
                    return None
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    env=_environment(),
                )  # fmt: skip
            with self._process as process:
                try:
                    picture, _ = process.communicate(timeout=seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("scanimage failed: %s", type(error).__name__)
            raise faults.not_scanned() from None
        if self._is_stopped:
            return None
        if process.returncode or not picture:
            log.warning("scanimage ended with %s", process.returncode)
            raise faults.not_scanned()
        return picture


def _program() -> str:
    program = shutil.which("scanimage")
    if program is None or sys.platform == "win32":
        raise faults.no_scanning()
    return program


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}
