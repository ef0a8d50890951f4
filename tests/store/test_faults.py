"""Each thing the driver or the system can say has a sentence, a remedy and a code; bugs pass as they are."""

from __future__ import annotations

import errno
from pathlib import Path

import psycopg
import pytest
from sqlcipher3 import dbapi2

from desktop.errors import OperationalError
from desktop.store import faults
from desktop.store.connection import DatabaseKey, opened, raw_errors

PATH = Path("/nowhere/station.db")


def is_a_sentence(fault: OperationalError) -> bool:
    return all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in (fault.message, fault.remedy))


def said(code: int) -> dbapi2.Error:
    error = dbapi2.OperationalError("x")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (5, "in_use"),
        (5 | 2 << 8, "in_use"),  # extended: recovery by somebody else
        (6, "in_use"),
        (8, "read_only"),
        (8 | 1 << 8, "read_only"),
        (10, "io_error"),
        (10 | 4 << 8, "io_error"),
        (11, "io_error"),
        (13, "disk_full"),
        (14, "io_error"),
        (26, "not_ours"),
    ],
)
def test_what_sqlcipher_says(number: int, code: str) -> None:
    for path in (PATH, None):
        fault = faults.of_driver(said(number), path)
        assert fault is not None
        assert fault.code == code
        assert is_a_sentence(fault)


@pytest.mark.parametrize("number", [1, 19, 20, 21, 23])
def test_bugs_stay_bugs(number: int) -> None:
    assert faults.of_driver(said(number), PATH) is None
    assert faults.of_driver(dbapi2.OperationalError("no such table: x"), PATH) is None
    assert faults.of_driver(None, PATH) is None


def test_what_the_backup_interface_says_without_a_number() -> None:
    fault = faults.of_driver(dbapi2.OperationalError("database or disk is full"), PATH)
    assert fault is not None
    assert fault.code == "disk_full"


def test_an_io_error_on_a_full_disk_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.store.faults._LITTLE_ROOM", 1 << 60)
    fault = faults.of_driver(said(10), tmp_path / "station.db")
    assert fault is not None
    assert fault.code == "disk_full"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk_full"),
        ("25006", "read_only"),
        ("55P03", "in_use"),
        ("40P01", "in_use"),
        ("40001", "in_use"),
        ("08006", "io_error"),
        ("28P01", "io_error"),
        ("57P01", "io_error"),
        ("3D000", "io_error"),
        ("58030", "io_error"),
        ("XX001", "io_error"),
    ],
)
def test_what_postgres_says(state: str, code: str) -> None:
    fault = faults.of_driver(psycopg.errors.lookup(state)("x"), None)
    assert fault is not None
    assert fault.code == code
    assert is_a_sentence(fault)


@pytest.mark.parametrize("state", ["23505", "42P01", "P0001"])
def test_bugs_on_postgres_stay_bugs(state: str) -> None:
    assert faults.of_driver(psycopg.errors.lookup(state)("x"), None) is None


def test_a_server_out_of_reach() -> None:
    fault = faults.of_driver(psycopg.OperationalError("connection refused"), None)
    assert fault is not None
    assert fault.code == "io_error"
    assert faults.of_driver(psycopg.ProgrammingError("x"), None) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.EPERM, "read_only"),
        (errno.EIO, "io_error"),
        (errno.ENODEV, "io_error"),
    ],
)
def test_what_the_system_says(number: int, code: str) -> None:
    fault = faults.of_system(OSError(number, "x"))
    assert fault.code == code
    assert is_a_sentence(fault)


def test_the_bare_driver_passes_through_the_same_door(path: Path, key: DatabaseKey) -> None:
    with pytest.raises(dbapi2.OperationalError, match="no such table"), opened(path, key) as connection:
        connection.execute("SELECT * FROM nowhere")
    with pytest.raises(OperationalError) as caught, raw_errors(path):
        raise OSError(errno.ENOSPC, "x")
    assert caught.value.code == "disk_full"
