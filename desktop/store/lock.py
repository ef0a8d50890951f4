"""One running program per data folder: a lock of the operating system, which a crash releases by itself."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.store import disk

_PRIVATE = 0o600
_LOCKED_BYTE = 1 << 20  # behind the pid: Windows hides a locked byte from readers

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class SingleInstance:
    """The right to work in a folder, held from construction to `release`.

    The file stays behind empty (after a crash with the number of the dead process); only the lock on it counts.
    Raises OperationalError in_use when another program holds it, read_only or io_error when it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        with disk.in_plain_words():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            _take(descriptor)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise _in_use(holder) from error
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next program in; calling it twice does no harm."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # the stick was pulled: the number stays, the lock goes
                os.ftruncate(self._descriptor, 0)  # a folder that was only looked into is left as it was found
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()


def _holder(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 20).decode("ascii", "replace")


def _in_use(holder: str) -> OperationalError:
    return OperationalError(
        "in_use",
        tr("这份数据已经在另一个窗口中打开（进程号 {pid}）。", pid=holder or "?"),
        tr("请切换到已经打开的窗口；若看不到窗口，请注销或重新启动电脑后再试。"),
    )
