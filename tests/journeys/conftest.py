"""A virtual screen with its own message bus and the program on it, driven from outside as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from desktop.services.folders import StationFolder
from desktop.store.connection import DatabaseKey, opened
from desktop.vault import keyfile
from desktop.vault.keys import OpenVault
from tests.conftest import LOGIN, PASSWORD, Template

ROOT = Path(__file__).resolve().parents[2]
PYTHON_WITH_GI = "/usr/bin/python3"


class Clerk:
    """A person at the desk: sees words, presses buttons, types into fields. Everything waits until it can be done."""

    def __init__(self, driver: subprocess.Popen[str], answers: TextIO, log: Path) -> None:
        self._driver, self._answers, self._log = driver, answers, log

    def start(self, folder: Path, *arguments: str) -> None:
        """Start the program on a station's folder."""
        command = [sys.executable, "-m", "desktop", "--data", str(folder), *arguments]
        self._must("start", argv=command)

    def press(self, name: str, within: str = "") -> None:
        """Press what is called `name`."""
        self._must("press", name=name, within=within)

    def fill(self, name: str, text: str, within: str = "") -> None:
        """Put a text into the field called `name`."""
        self._must("fill", name=name, text=text, within=within)

    def choose(self, name: str, option: str, within: str = "") -> None:
        """Choose from the list called `name`."""
        self._must("choose", name=name, option=option, within=within)

    def focus(self, name: str, within: str = "") -> None:
        """Put the keyboard on the control called `name`."""
        self._must("focus", name=name, within=within)

    def tab_to(self, name: str) -> None:
        """Go on by the Tab key until what is called `name` has the keyboard."""
        self._must("tab_to", name=name)

    def type(self, text: str) -> None:
        """Type Latin letters on the keyboard."""
        self._must("type", text=text)

    def key(self, keys: str) -> None:
        """Press keys one after another, as in "ctrl+s Return"."""
        self._must("key", keys=keys)

    def sees(self, text: str, within: str = "") -> str:
        """Wait until `text` stands somewhere on the screen; return the whole of what says it."""
        return str(self._must("sees", text=text, within=within))

    def sees_no_more(self, text: str, within: str = "") -> None:
        """Wait until `text` is gone."""
        self._must("gone", text=text, within=within)

    def finds(self, name: str, text: str) -> None:
        """Wait until the field called `name` holds `text`."""
        self._must("holds", name=name, text=text)

    def finds_ticked(self, name: str, within: str = "") -> None:
        """Wait until an answer is chosen."""
        self._must("ticked", name=name, within=within)

    def is_at(self, name: str) -> None:
        """Wait until the keyboard is on the control called `name`."""
        self._must("has_focus", name=name)

    def can_press(self, name: str) -> bool:
        """Say whether a button can be pressed now."""
        return bool(self._ask("can_be_pressed", name=name))

    def names(self) -> list[str]:
        """Return everything that stands on the screen."""
        return list(self._ask("names"))  # type: ignore[call-overload]

    def titles(self) -> list[str]:
        """Return the titles of all windows there were."""
        return list(self._ask("titles"))  # type: ignore[call-overload]

    def close(self) -> None:
        """Close the window by its button and wait until the program has ended well."""
        assert self._ask("close") == 0, self._story()

    def kill(self) -> None:
        """Take the power away."""
        self._must("kill")

    def log(self) -> str:
        """Return what the program and its screen said on the terminal."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _must(self, verb: str, **arguments: object) -> object:
        answer = self._ask(verb, **arguments)
        assert answer, f"{verb} {arguments} failed\n{self._story()}"
        return answer

    def _story(self) -> str:
        seen, keyboard = self._ask("names"), self._ask("focused")
        return f"on the screen: {seen}\nthe keyboard is on: {keyboard}\nin the log: {self.log()[-3000:]}"

    def _ask(self, verb: str, **arguments: object) -> object:
        assert self._driver.stdin is not None
        if self._driver.poll() is None:
            self._driver.stdin.write(json.dumps({"do": verb, **arguments}, ensure_ascii=False) + "\n")
            self._driver.stdin.flush()
        line = self._answers.readline()
        assert line, f"the driver ended (it needs Xvfb, dbus-run-session, at-spi2-core and python3-gi): {self.log()}"
        return json.loads(line)


def log_in(clerk: Clerk) -> None:
    """Log in to the practice station as its head."""
    clerk.finds_ticked("林晓岚，站长")  # the only account is chosen for her
    clerk.fill("密码", PASSWORD)
    clerk.press("进入")
    clerk.sees("今日工作")


def readable_in(folder: Path, secrets: Sequence[str]) -> list[tuple[str, str]]:
    """Return the files below a folder that let somebody without a key read one of these texts."""
    found = []
    for file in (each for each in folder.rglob("*") if each.is_file()):
        data = file.read_bytes()
        for secret in secrets:
            written = {secret.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
            written.add(json.dumps(secret)[1:-1].encode())
            if secret in file.name or any(form in data for form in written):
                found.append((file.name, secret))
    return found


def until(question: Callable[[], bool], seconds: float = 60) -> bool:
    """Ask until the answer is yes; say whether it came to that."""
    last = time.monotonic() + seconds
    while not question():
        if time.monotonic() > last:
            return False
        time.sleep(0.05)
    return True


def read_beside_the_program(template: Template, folder: Path, question: str) -> list[tuple[str, ...]]:
    """Read the store of a running program with its key and change nothing."""
    place = StationFolder(folder)
    document = keyfile.read_best(place.key_files)[0]
    slot = next(slot for slot in document.slots if slot["login"] == LOGIN)
    vault = OpenVault(document, slot, template.volume_key)
    key = DatabaseKey(vault.database_key())
    with opened(place.database, key) as store:
        return list(store.execute(question))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of the person at the desk; temporary files and logs of the program land below it."""
    for name in ("tmp", "run"):
        (tmp_path / "home" / name).mkdir(parents=True, mode=0o700)
    return tmp_path / "home"


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of 1366x768."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as said:
        number = said.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def clerk(display: str, home: Path, tmp_path: Path) -> Iterator[Clerk]:
    """A clerk before the screen; afterwards nothing on the terminal may look like a bug."""
    env = {
        **os.environ,
        "DISPLAY": display,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "NO_AT_BRIDGE": "0",
        "PYTHONUTF8": "1",
        "QT_LOGGING_RULES": "qt.accessibility.atspi=false",  # it complains of what went away while we looked
    }
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS"):
        env.pop(name, None)
    log = tmp_path / "program.log"
    read_end, write_end = os.pipe()
    driver_file = str(Path(__file__).with_name("driver.py"))
    command = ["dbus-run-session", "--", PYTHON_WITH_GI, "-W", "ignore", driver_file, str(write_end)]
    with log.open("w") as said, os.fdopen(read_end, encoding="utf-8") as answers:
        driver = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=said, stderr=said, text=True, pass_fds=[write_end]
        )
        os.close(write_end)
        person = Clerk(driver, answers, log)
        try:
            yield person
        finally:
            driver.communicate(timeout=60)
    for sign in ("Traceback", "Fatal", "QPainter", "QObject::"):
        assert sign not in person.log(), person.log()
