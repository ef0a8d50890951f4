"""One program per folder, and a crash never locks anybody out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.errors import OperationalError
from desktop.store.lock import SingleInstance

HOLDER = """
import sys
from pathlib import Path
from desktop.store.lock import SingleInstance
held = SingleInstance(Path(sys.argv[1]))
print("holding", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "in-use.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"holding\n"
        with pytest.raises(OperationalError) as caught:
            SingleInstance(lock)
        assert caught.value.code == "in_use"
        assert str(other.pid) in caught.value.message
        other.kill()  # a crash
        other.wait()
        with SingleInstance(lock):
            assert lock.read_text() == str(os.getpid())


def test_twice_in_one_program_is_refused_too(tmp_path: Path) -> None:
    with SingleInstance(tmp_path / "lock"), pytest.raises(OperationalError):
        SingleInstance(tmp_path / "lock")


def test_released_means_free(tmp_path: Path) -> None:
    held = SingleInstance(tmp_path / "lock")
    held.release()
    held.release()
    SingleInstance(tmp_path / "lock").release()
    assert (tmp_path / "lock").read_bytes() == b""  # looking into a folder leaves it as it was found


def test_a_shorter_process_number_leaves_no_old_digits(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("99999999999")
    with SingleInstance(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_place_where_no_lock_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(OperationalError) as caught:
        SingleInstance(tmp_path / "data" / "lock")
    assert caught.value.code == "io_error"
