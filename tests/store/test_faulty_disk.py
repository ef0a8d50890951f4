"""A disk that is full, fails at one write, is protected, or loses its power: nothing acknowledged is lost."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop.errors import OperationalError
from desktop.models.audit import AuditEntry
from desktop.models.people import Person
from desktop.store import audit, backup, disk
from desktop.store.connection import DatabaseKey
from desktop.store.engine import create_database, open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, FACTS, Ticking, person
from tests.store.test_migrations import NEXT, REBUILD, future

SOUND = {"lost": [], "halves": 0, "chain": None, "sound": True}


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim; without a compiler the run stops with the line that installs one."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.fail("A C compiler is missing: sudo apt-get install -y gcc libc6-dev", pytrace=False)
    library = tmp_path_factory.mktemp("shim") / "diskfaults.so"
    source = Path(__file__).with_name("diskfaults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def run(shim: Path, tmp_path: Path, scenario: str, *more: str) -> dict[str, Any]:
    """Run one scenario of `faulty_disk` under the shim."""
    folder = tmp_path / "disk"
    environment = os.environ | {"LD_PRELOAD": str(shim), "KY_FAULT_DIR": str(folder)}
    command = [sys.executable, "-m", "tests.store.faulty_disk", scenario, str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(("error", "code"), [(errno.EIO, "io_error"), (errno.ENOSPC, "disk_full")])
def test_each_write_of_a_commit_fails_once(shim: Path, tmp_path: Path, error: int, code: str) -> None:
    result = run(shim, tmp_path, str(error))
    assert set(result["outcomes"]) == {code, "done"}
    assert result["outcomes"][-1] == "done"
    assert result["after"] == "done"
    assert all(state == SOUND for state in result["states"])


def test_everything_that_writes_says_so_on_a_full_disk(shim: Path, tmp_path: Path) -> None:
    result = run(shim, tmp_path, "full")
    assert set(result["codes"].values()) == {"disk_full"}, result["codes"]
    assert result["left"] == []
    assert result["note"] == "old"
    assert (result["after"], result["state"]) == ("done", SOUND)


def test_a_migration_on_a_disk_that_gets_full(shim: Path, tmp_path: Path) -> None:
    history = future(tmp_path, REBUILD)
    result = run(shim, tmp_path, "migration", str(history.folder))
    assert len(result["codes"]) > 3
    assert set(result["codes"]) == {"disk_full", "done"}
    assert result["codes"][-1] == "done"
    assert result["left"] == [f"station.before-{NEXT}.db", "station.db"]


def _can_mount() -> bool:
    """Say whether this process may mount (root in a full machine); then the real thing is tried as well."""
    if os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # also when a failed test left a file open


if _can_mount():  # elsewhere the shim above stands in for it

    def test_a_disk_that_really_is_full(small_disk: Path, key: DatabaseKey, now: Ticking) -> None:
        path = small_disk / "station.db"
        create_database(path, key, FACTS)
        store = open_database(path, key, DB_UUID)
        work = Work(store, "actor-1", "station-1", now)
        acknowledged = 0

        def fill() -> None:
            nonlocal acknowledged
            while True:
                with work.write("person.registered") as db:
                    db.add(person(acknowledged, address="村" * 5000))
                acknowledged += 1

        with pytest.raises(OperationalError) as caught:
            fill()
        assert caught.value.code == "disk_full"
        with work.read() as db:
            assert db.scalar(select(func.count()).select_from(Person)) == acknowledged > 5
        for attempt in (
            lambda: backup.copy(store, key, small_disk / "copy.db"),
            lambda: create_database(small_disk / "other.db", key, FACTS),
            lambda: disk.write_safely(small_disk / "file", b"x" * 3_000_000),
        ):
            with pytest.raises(OperationalError) as caught:
                attempt()
            assert caught.value.code == "disk_full"
        assert {file.name for file in small_disk.iterdir()} == {"station.db", "station.db-wal", "station.db-shm"}
        assert backup.examine(store).is_sound
        store.close()
        open_database(path, key, DB_UUID).close()


def child(path: Path, acknowledge: int) -> None:
    """Open the store left by the last crash and write until killed; say each commit."""
    store = open_database(path, DatabaseKey(bytes(range(48))), DB_UUID)
    work = Work(store, "actor-1", "station-1", Ticking())
    with work.read() as db:
        number = db.scalar(select(func.count()).select_from(Person)) or 0
    while True:
        with work.write("person.registered") as db:
            db.add_all(person(number + step, address="村" * 300) for step in range(5))
        number += 5
        os.write(acknowledge, f"{number}\n".encode())


def crash(path: Path, seconds: float) -> int:
    """Let a process write and kill it after its first commit and `seconds`; return what it acknowledged last."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            child(path, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as acknowledged:
        first = acknowledged.readline()
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return int([first.strip(), *acknowledged.read().split()][-1])


def test_kill_9_while_writing(path: Path, key: DatabaseKey) -> None:
    chance = random.Random(3)
    hot = 0
    for _ in range(15):
        acknowledged = crash(path, chance.random() * 0.1)
        hot += path.with_name("station.db-wal").stat().st_size > 0
        store = open_database(path, key, DB_UUID)
        with Work(store, "actor-1", "station-1", Ticking()).read() as db:
            people = db.scalar(select(func.count()).select_from(Person)) or 0
            entries = db.scalar(select(func.count()).select_from(AuditEntry)) or 0
            assert audit.verify(db).first_bad is None
        assert people >= acknowledged
        assert (people % 5, entries) == (0, people // 5)
        assert backup.examine(store).is_sound
        assert store.altered == ()
        store.close()
    assert hot > 0


def test_a_file_is_replaced_at_one_stroke(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "keys.json"
    disk.write_safely(file, b"old")
    disk.write_safely(file, b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["keys.json"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    disk.write_safely(file, b"old")
    (tmp_path / "keys.json.part").mkdir()
    with pytest.raises(OperationalError):
        disk.write_safely(file, b"new")
    assert file.read_bytes() == b"old"
