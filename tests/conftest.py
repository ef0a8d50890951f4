"""What every test stands on: a practice station on a real encrypted store, a fixed day, no network, no window."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from desktop import i18n, mainthread
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock, PracticeClock
from desktop.services.fiction import Fiction, practice_station
from desktop.services.folders import StationFolder
from desktop.services.opening import open_desk
from desktop.store import connection
from desktop.store.lock import SingleInstance
from desktop.vault import keyfile
from desktop.vault.keys import FLOOR, OpenVault

# the same examples in every run: CI must not find by chance what nobody can repeat
settings.register_profile("kangyi", derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile("kangyi")

DAY = date(2026, 3, 31)
LOGIN = "head"
PASSWORD = "青山依旧在几度夕阳红"
SEED = 1
PEOPLE = 40


@dataclass(frozen=True)
class Template:
    """A closed station to copy, the code of its envelope, and its volume key (saves the password work)."""

    folder: Path
    recovery_code: str
    volume_key: bytes


@pytest.fixture(scope="session", autouse=True)
def unwiped_memory() -> Iterator[None]:
    """Let SQLite give memory back unwiped: opening a store takes seven times as long with it (decision 11).

    A process cannot switch it off again, so `tests/store` looks at the real profile in a process of its own; programs
    that tests start have it on.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_OPENING", tuple(one for one in connection._OPENING if "memory_security" not in one))
        yield


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing out of this PC: the program works offline, and so do its tests."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):  # type: ignore[index]
            raise AssertionError(f"the program reached for the network: {address}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def plain_state() -> Iterator[None]:
    """Put language and window thread back, whatever a test did."""
    yield
    i18n.use_language("zh")
    mainthread.allow_slow_work_here()


@pytest.fixture
def clock() -> Clock:
    """The practice day on which all tests live."""
    return PracticeClock(DAY)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A practice station with its head, made once."""
    folder, code = tmp_path_factory.mktemp("template") / "station", keys.new_recovery_code()
    services = keys.create_station(
        folder,
        practice_station(),
        keys.AccountDraft(LOGIN, "林晓岚", "head", PASSWORD),
        "A",
        code,
        PracticeClock(DAY),
        FLOOR,
        is_practice=True,
    )
    volume_key = bytes(services.desk.vault.volume_key())
    services.close()
    return Template(folder, code, volume_key)


@pytest.fixture(scope="session")
def filled_template(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The practice station with people in it, made once through the services."""
    folder = tmp_path_factory.mktemp("filled") / "station"
    shutil.copytree(template.folder, folder)
    copied = Template(folder, template.recovery_code, template.volume_key)
    services = open_copy(copied, folder, PracticeClock(DAY))
    for draft in Fiction(SEED, DAY).people(PEOPLE):
        services.people.register(draft)
    services.close()
    return copied


def open_copy(template: Template, folder: Path, clock: Clock) -> Services:
    """Unlock a copy of a template as its head, without the slow password work."""
    place = StationFolder(folder)
    with ExitStack() as opened:
        opened.callback(SingleInstance(place.lock).release)
        document = keyfile.read_best(place.key_files)[0]
        slot = next(slot for slot in document.slots if slot["login"] == LOGIN)
        vault = OpenVault(document, slot, template.volume_key)
        opened.callback(vault.wipe)
        return open_desk(place, vault, clock, opened)


@pytest.fixture
def recovery_code(template: Template) -> str:
    """The code in the envelope of the practice station."""
    return template.recovery_code


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    """A closed practice station of this test's own: login `head`, PASSWORD."""
    shutil.copytree(template.folder, tmp_path / "station")
    return tmp_path / "station"


@pytest.fixture
def services(template: Template, folder: Path, clock: Clock) -> Iterator[Services]:
    """The practice station unlocked for its head; nobody is in it yet."""
    opened = open_copy(template, folder, clock)
    yield opened
    opened.close()


@pytest.fixture
def filled(filled_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """The practice station unlocked for its head, with 40 people in it (tests.conftest.SEED)."""
    folder = tmp_path / "filled"
    shutil.copytree(filled_template.folder, folder)
    opened = open_copy(filled_template, folder, clock)
    yield opened
    opened.close()
