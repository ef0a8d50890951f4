"""Is this file our database? Looked at without changing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.store import disk, faults
from desktop.store.connection import PAGE_SIZE, DatabaseKey, opened
from desktop.store.migrations import PROGRAM, History

APPLICATION_ID = 0x4B594B31  # "KYK1"
_PLAIN = b"SQLite format 3\0"
_SALT_BYTES = 16
_VALUES_IN_NOISE = 200  # an encrypted page holds nearly all 256 values of a byte, a page of zeros or of text does not


def identify(path: Path, key: DatabaseKey, db_uuid: str, history: History = PROGRAM) -> int:
    """Check that `path` is the database `db_uuid` and return the number of its schema; nothing is written.

    Raises OperationalError not_ours, other_station, newer_database, io_error.
    """
    with disk.in_plain_words():
        if not path.exists():
            raise faults.missing(path)
        if (
            not path.is_file() or path.stat().st_size == 0
        ):  # SQLCipher takes an empty file for an empty database of ours
            raise faults.not_ours(path.name)
    try:
        return _examine(path, key, db_uuid, history)
    except OperationalError as fault:
        if fault.code == "not_ours" and _is_of_another_key(path, key):
            raise _perhaps_other_station(path) from fault
        raise


def _examine(path: Path, key: DatabaseKey, db_uuid: str, history: History) -> int:
    with opened(path, key) as connection:
        if number(connection, "application_id") != APPLICATION_ID:  # an empty file opens with any key, and reads 0
            raise faults.not_ours(path.name)
        version = number(connection, "user_version")
        if version > int(history.head):
            raise newer(path.name)
        if connection.execute("SELECT value FROM meta WHERE key = 'db_uuid'").fetchone() != (db_uuid,):
            raise _other_station(path)
    return version


def _is_of_another_key(path: Path, key: DatabaseKey) -> bool:
    """Say whether a file that our key did not open looks like an encrypted database that was never ours.

    The salt of the key stands at the head of our file. One flipped bit there does no harm (the file opens), so another
    salt means another database - or damage of the whole first page, which nobody can tell from it.
    """
    with disk.in_plain_words(), path.open("rb") as file:  # no connection is open: no lock of this process can get lost
        page = file.read(PAGE_SIZE)
    is_ours = page.startswith(bytes.fromhex(key.hex96())[-_SALT_BYTES:])
    looks_encrypted = len(set(page)) > _VALUES_IN_NOISE and path.stat().st_size % PAGE_SIZE == 0
    return looks_encrypted and not is_ours and not page.startswith(_PLAIN)


def number(connection: Any, pragma: str) -> int:
    """Return the value of a numeric pragma."""
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def refuse_existing(path: Path) -> None:
    """Raise OperationalError not_ours when there is already something at `path`: nothing is ever overwritten."""
    if path.is_symlink() or path.exists():
        raise taken(path.name)


def taken(name: str) -> OperationalError:
    """Return the fault for a place where something stands already."""
    return OperationalError(
        "not_ours",
        tr("“{name}”已经存在或不是空的，没有覆盖它。", name=name),
        tr("请换一个空文件夹、空数据库或新的文件名。"),
    )


def newer(name: str) -> OperationalError:
    """Return the fault for data written by a newer program."""
    return OperationalError(
        "newer_database",
        tr("“{name}”是由更新版本的程序写成的，本版本不能打开。没有改动任何内容。", name=name),
        tr("请先更新程序，再打开这份数据。"),
    )


def _perhaps_other_station(path: Path) -> OperationalError:
    return OperationalError(
        "other_station",
        tr("“{name}”与本站的密钥不配套：可能是另一个站点（或另一台电脑）的数据库，也可能文件已损坏。", name=path.name),
        tr("没有改动任何内容。请核对数据文件夹是否选对、文件是否被换过；都没有时，请用最近一次备份恢复。"),
    )


def _other_station(path: Path) -> OperationalError:
    return OperationalError(
        "other_station",
        tr("“{name}”是另一个站点（或另一台电脑）的数据库。没有改动任何内容。", name=path.name),
        tr("核对数据文件夹是否选对；不要把别处的数据库文件复制到这里。"),
    )
