"""Turns what the driver and the system say into sentences with a remedy."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr

_PRIMARY_CODE = 0xFF
_BUSY, _LOCKED, _READ_ONLY, _IO, _CORRUPT, _FULL, _CANNOT_OPEN, _NOT_A_DATABASE = 5, 6, 8, 10, 11, 13, 14, 26
_SENTENCES = {
    "database is locked": _BUSY,
    "attempt to write a readonly database": _READ_ONLY,
    "disk I/O error": _IO,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANNOT_OPEN,
    "file is not a database": _NOT_A_DATABASE,
}
_SERVER_TROUBLE = (
    "08",
    "28",
    "3D",
    "53",
    "57",
)  # classes of SQLSTATE: connection, password, database, resources, shutdown
_LITTLE_ROOM = 256 * 1024


def not_ours(name: str) -> OperationalError:
    """Return the fault for a file that our key does not open, or that is no database of this program."""
    return OperationalError(
        "not_ours",
        tr("“{name}”不是本站的数据库，或已经损坏，本站的密钥打不开它。没有改动任何内容。", name=name),
        tr("请不要删除它。核对数据文件夹是否选对；若文件被换过或损坏，请用最近一次备份恢复。"),
    )


def missing(path: Path) -> OperationalError:
    """Return the fault for a database that is not there (it is never made anew in its place)."""
    return OperationalError(
        "io_error",
        tr("找不到数据库文件“{name}”。没有新建任何文件。", name=path.name),
        tr("核对数据文件夹是否选对、移动盘是否接好；文件确实丢失时，请用最近一次备份恢复。"),
    )


def damaged(name: str) -> OperationalError:
    """Return the fault for a database with damaged pages."""
    return OperationalError(
        "io_error",
        tr("数据库“{name}”有损坏。", name=name),
        tr("请停止录入，不要删除任何文件，用最近一次校验过的备份恢复到新文件夹。"),
    )


def in_use() -> OperationalError:
    """Return the fault for a database that somebody else is writing to."""
    return OperationalError(
        "in_use",
        tr("数据库正被另一个程序或窗口占用，等待后仍未空出。没有改动任何内容。"),
        tr("请关闭另一个窗口或等它完成，然后再试一次。"),
    )


def disk_full() -> OperationalError:
    """Return the fault for a full disk."""
    return OperationalError(
        "disk_full",
        tr("磁盘已满，这一步没有保存；以前保存的内容都在。"),
        tr("请清理磁盘或换一个空间足够的位置，然后再试一次。"),
    )


def read_only() -> OperationalError:
    """Return the fault for a place that cannot be written."""
    return OperationalError(
        "read_only",
        tr("该位置只读，不能写入。没有改动任何内容。"),
        tr("检查写保护开关和文件夹权限，或换一个位置。"),
    )


def io_error() -> OperationalError:
    """Return the fault for a disk that fails."""
    return OperationalError(
        "io_error",
        tr("磁盘读写出错，这一步没有保存。"),
        tr("检查磁盘或U盘连接后再试；若反复出现，请停止录入并用备份恢复到另一块磁盘。"),
    )


def stale() -> ValidationError:
    """Return the fault for a save over a revision that somebody else has replaced meanwhile."""
    return ValidationError(
        "stale",
        tr("这份记录刚被别人改过，您的修改没有覆盖它。"),
        tr("请重新打开这份记录，核对后再改一次。"),
    )


def of_system(error: OSError) -> OperationalError:
    """Return the fault for what the operating system reported."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return read_only()
    return io_error()


def of_driver(error: BaseException | None, path: Path | None) -> OperationalError | None:
    """Return the fault for an error of the driver of SQLCipher or PostgreSQL, or None when it is a bug of ours."""
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _of_postgres(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # the backup interface of the driver tells the sentence only
        code = _SENTENCES.get(str(error), 0)
    return _of_sqlite(code & _PRIMARY_CODE, path)


def _of_sqlite(code: int, path: Path | None) -> OperationalError | None:
    name = path.name if path else ""
    if code in (_IO, _CANNOT_OPEN):
        return disk_full() if path and _is_full(path) else io_error()
    known: dict[int, Callable[[], OperationalError]] = {
        _BUSY: in_use,
        _LOCKED: in_use,
        _READ_ONLY: read_only,
        _FULL: disk_full,
        _CORRUPT: lambda: damaged(name),
        _NOT_A_DATABASE: lambda: not_ours(name),
    }
    return known[code]() if code in known else None


def _is_full(path: Path) -> bool:
    """Say whether the disk has no room left: SQLite reports that as an I/O error for its side files."""
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE_ROOM
    except OSError:
        return False


def _of_postgres(error: BaseException | None) -> OperationalError | None:
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _unreachable() if type(error).__name__ == "OperationalError" else None
    known: dict[str, Callable[[], OperationalError]] = {
        "53100": disk_full,
        "25006": read_only,
        "55P03": in_use,
        "40001": in_use,
        "40P01": in_use,
        "58030": io_error,
        "XX001": io_error,
        "XX002": io_error,
    }
    if state in known:
        return known[state]()
    return _unreachable() if state[:2] in _SERVER_TROUBLE else None


def _unreachable() -> OperationalError:
    return OperationalError(
        "io_error",
        tr("连不上汇总数据库服务器，或用户名、密码不对。"),
        tr("检查服务器是否开机、地址和密码文件是否正确，然后再试一次。"),
    )


@contextmanager
def in_plain_words(path: Path | None, is_reading: bool = False) -> Iterator[None]:
    """Turn errors of the driver that pass through into faults with a remedy; let bugs pass as they are."""
    try:
        yield
    except StaleDataError as error:
        raise stale() from error
    except PoolTimeout as error:
        raise in_use() from error
    except DBAPIError as error:
        if is_reading and _is_refused_write(error.orig):
            raise RuntimeError("a change inside Work.read()") from error
        fault = of_driver(error.orig, path)
        if fault is None:
            raise
        raise fault from error


def _is_refused_write(error: BaseException | None) -> bool:
    """Say whether a reader was asked to write: a bug of ours, the disk is not to blame."""
    return getattr(error, "sqlite_errorcode", None) == _READ_ONLY or getattr(error, "sqlstate", None) == "25006"
