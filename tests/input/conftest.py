"""A screen, a message bus, an input method of each kind, all of one test; waits for states, never for time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.services import keys
from desktop.services.fiction import practice_station
from desktop.ui.input.names import FCITX, IBUS
from desktop.ui.input.owners import NoBus, owners
from desktop.vault.keys import FLOOR
from tests.conftest import DAY, PracticeClock

ROOT = Path(__file__).resolve().parents[2]
FCITX4 = ROOT / "build" / "fcitx4" / "usr"
PASSWORD = "nihao nihao-9"  # would become Chinese if a password field composed

_FOREIGN = ("QT_", "GTK_", "XDG_", "DBUS_", "IBUS", "XMOD", "FCITX", "WAYLAND")
_FCITX5 = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us

[Groups/0/Items/1]
Name=pinyin

[GroupOrder]
0=Default
"""
_FCITX4 = "[Profile]\nIMName=pinyin\nEnabledIMList=fcitx-keyboard-us:True,pinyin:True\n"


def until(is_so: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until something is so; fail with what it was."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


@contextmanager
def running(command: list[str], environment: Mapping[str, str], **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program with all its children, and end them all."""
    with subprocess.Popen(command, env=environment, start_new_session=True, text=True, **more) as process:
        try:
            yield process
        finally:
            for number in (signal.SIGCONT, signal.SIGTERM):
                _signal(process, number)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[str], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


@dataclass
class Desktop:
    """A session: its variables, and the programs in it."""

    environment: dict[str, str]
    home: Path
    open: ExitStack
    station: Path

    def start(self, kind: str) -> subprocess.Popen[str]:
        """Start an input method with its pinyin engine and wait until it can be asked."""
        command, more = _PREPARE[kind](self)
        log = self.open.enter_context((self.home / f"{kind}.log").open("w"))
        process = self.open.enter_context(running(command, {**self.environment, **more}, stdout=log, stderr=log))
        name = IBUS if kind == "ibus" else FCITX
        until(lambda: name in self.owners(), f"{kind} on the bus")
        if kind == "ibus":  # the engine takes a moment to appear in its list
            until(self._chooses_libpinyin, "libpinyin")
        return process

    def owners(self) -> dict[str, int]:
        """Return who serves input methods now."""
        try:
            return owners(self.environment, patience=5)
        except NoBus:
            return {}

    def program(self, **more: str) -> Program:
        """Start the program."""
        command = [sys.executable, "-m", "tests.input.desk", str(self.station)]
        log = self.open.enter_context((self.home / "program.log").open("w"))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
        environment = {**self.environment, **more}
        return Program(self.open.enter_context(running(command, environment, cwd=ROOT, **pipes)), self)

    def type(self, text: str) -> None:
        """Type letters as a quick typist does."""
        self._xdotool("type", "--delay", "40", text)

    def key(self, *names: str) -> None:
        """Press keys one after another."""
        self._xdotool("key", "--delay", "40", *names)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    def _chooses_libpinyin(self) -> bool:
        subprocess.run(["ibus", "engine", "libpinyin"], env=self.environment, capture_output=True, check=False)
        said = subprocess.run(["ibus", "engine"], env=self.environment, capture_output=True, check=False, text=True)
        return said.stdout.strip() == "libpinyin"


class Program:
    """The program on the screen."""

    def __init__(self, process: subprocess.Popen[str], desktop: Desktop) -> None:
        self._process, self._desktop = process, desktop

    def ask(self, what: str, **more: object) -> Any:
        """Ask the program."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, (self._desktop.home / "program.log").read_text(encoding="utf-8")
        return json.loads(line)

    def shows(self, **wanted: object) -> dict[str, Any]:
        """Wait until what the program shows is so."""
        last: dict[str, Any] = {}

        def is_so() -> bool:
            last.update(self.ask("state"))
            return all(last[name] == value for name, value in wanted.items())

        try:
            until(is_so, str(wanted))
        except AssertionError:
            raise AssertionError(f"{wanted} never came, the program shows {last}") from None
        return last

    def unlock(self) -> None:
        """Log in by the keyboard."""
        self.shows(window="LoginWindow", focus="密码")
        self._desktop.type(PASSWORD)
        self.shows(text=PASSWORD)
        self._desktop.key("Return")
        self.shows(window="MainWindow", route="TodayScreen")

    def into(self, name: str) -> None:
        """Put the keyboard into a field."""
        until(lambda: self.ask("focus", name=name), f"field {name}")
        self.shows(focus=name)


def _fcitx5(desktop: Desktop) -> tuple[list[str], dict[str, str]]:
    folder = desktop.home / ".config" / "fcitx5"
    folder.mkdir(parents=True)
    (folder / "profile").write_text(_FCITX5)
    (folder / "config").write_text("[Behavior]\nActiveByDefault=True\n")
    return ["fcitx5", "-D", "--disable=wayland,notificationitem,classicui,kimpanel,cloudpinyin,xim"], {}


def _fcitx4(desktop: Desktop) -> tuple[list[str], dict[str, str]]:
    folder = desktop.home / ".config" / "fcitx"
    folder.mkdir(parents=True)
    (folder / "profile").write_text(_FCITX4)
    (folder / "config").write_text("[Program]\nDefaultInputMethodState=Active\n")
    libraries = next((FCITX4 / "lib").glob("*-linux-gnu"), None)
    assert libraries, "fcitx4 is not there: ./dev test-input fetches it"
    return [str(FCITX4 / "bin/fcitx"), "-D", "--disable", "fcitx-xim"], {
        "FCITXDIR": str(FCITX4),
        "LD_LIBRARY_PATH": str(libraries),
    }


def _ibus(desktop: Desktop) -> tuple[list[str], dict[str, str]]:
    return ["ibus-daemon", "--panel", "disable", "--emoji-extension=disable"], {}


_PREPARE = {"fcitx5": _fcitx5, "fcitx4": _fcitx4, "ibus": _ibus}


@pytest.fixture(scope="session")
def locked_station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice station whose password can be typed on a keyboard."""
    folder = tmp_path_factory.mktemp("typed") / "station"
    account = keys.AccountDraft("head", "林晓岚", "head", PASSWORD)
    code = keys.new_recovery_code()
    clock = PracticeClock(DAY)
    keys.create_station(folder, practice_station(), account, "A", code, clock, FLOOR, is_practice=True).close()
    return folder


@contextmanager
def session_bus(environment: Mapping[str, str]) -> Iterator[str]:
    """Run a session bus, which starts programs with these variables, and give its address."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with running(command, environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a session bus."""
    with session_bus(os.environ) as address:
        yield address


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running(command, os.environ, pass_fds=[write_end], **quiet), os.fdopen(read_end) as said:
        os.close(write_end)
        yield f":{said.readline().strip()}"


@pytest.fixture
def desk(screen: str, locked_station: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A session with nothing in it yet; its home is empty, for engines learn."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    own = {"DISPLAY": screen, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C.UTF-8"}
    with ExitStack() as opened:
        address = opened.enter_context(session_bus({**kept, **own}))
        station = shutil.copytree(locked_station, tmp_path / "station")
        yield Desktop({**kept, **own, "DBUS_SESSION_BUS_ADDRESS": address}, home, opened, station)
