"""A virtual screen with its own message bus and the program on it, driven from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_WITH_GI = "/usr/bin/python3"


class Clerk:
    """A person at the desk: sees names, presses buttons, types into fields."""

    def __init__(self, driver: subprocess.Popen[str]) -> None:
        self._driver = driver

    def _ask(self, verb: str, **arguments: object) -> object:
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps({"do": verb, **arguments}, ensure_ascii=False) + "\n")
        self._driver.stdin.flush()
        line = self._driver.stdout.readline()
        assert line, "the driver ended"
        return json.loads(line)

    def _must(self, verb: str, **arguments: object) -> None:
        if not self._ask(verb, **arguments):
            seen = self._ask("names")
            raise AssertionError(f"{verb} {arguments} failed; on the screen: {seen}")

    def start(self, *arguments: str) -> None:
        """Start the program as a person would, with these arguments."""
        self._must("start", argv=[sys.executable, "-m", "desktop", *arguments])

    def press(self, name: str) -> None:
        """Press what is called `name`."""
        self._must("press", name=name)

    def fill(self, name: str, text: str) -> None:
        """Type into the field called `name`."""
        self._must("fill", name=name, text=text)

    def sees(self, text: str) -> None:
        """Wait until `text` stands somewhere on the screen."""
        self._must("wait", text=text)

    def sees_no_more(self, text: str) -> None:
        """Wait until `text` is gone."""
        self._must("gone", text=text)

    def stop(self) -> None:
        """Close the program."""
        self._ask("stop")


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    """A clerk before a virtual screen of 1366x768."""
    read_end, write_end = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    number = os.fdopen(read_end).readline().strip()
    env = {**os.environ, "DISPLAY": f":{number}", "XDG_RUNTIME_DIR": str(tmp_path), "NO_AT_BRIDGE": "0"}
    env.pop("QT_QPA_PLATFORM", None)
    log = (tmp_path / "program.log").open("w")
    driver = subprocess.Popen(
        ["dbus-run-session", "--", PYTHON_WITH_GI, str(Path(__file__).with_name("driver.py"))],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    person = Clerk(driver)
    try:
        yield person
    finally:
        if driver.poll() is None:
            person.stop()
        driver.communicate(timeout=30)
        screen.terminate()
        screen.wait(10)
        log.close()
