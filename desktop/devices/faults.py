"""What sticks and printers do wrong, said in sentences with the next step."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.errors import OperationalError
from desktop.i18n import tr

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_full() -> OperationalError:
    """Return the fault for a stick or folder without room."""
    return OperationalError(
        "disk_full",
        tr("U盘或文件夹空间不够，文件没有写入；上面原有的文件都在。"),
        tr("请删除U盘上不用的文件，或换一个空间足够的U盘，然后再试一次。"),
    )


def read_only() -> OperationalError:
    """Return the fault for a stick or folder that cannot be written."""
    return OperationalError(
        "read_only",
        tr("这个U盘或文件夹不能写入，没有改动任何内容。"),
        tr("请检查U盘的写保护开关和文件夹权限，或换一个位置，然后再试一次。"),
    )


def io_error() -> OperationalError:
    """Return the fault for a stick that fails or was pulled out."""
    return OperationalError(
        "io_error",
        tr("写入U盘或文件夹时出错，文件没有写成。"),
        tr("请检查U盘是否插好、文件夹是否还在，再试一次；若反复出现，请换一个U盘。"),
    )


def not_the_same() -> OperationalError:
    """Return the fault for a stick that gives back other bytes than were written."""
    return OperationalError(
        "io_error",
        tr("写入后读回核对不一致，文件没有保留。这个U盘可能已损坏。"),
        tr("请换一个U盘，然后再试一次；不要再用这个U盘存放资料。"),
    )


def no_printing() -> OperationalError:
    """Return the fault for a PC without a printing system."""
    return OperationalError(
        "io_error",
        tr("这台电脑没有可用的打印系统，没有打印。"),
        tr("请先在系统里安装打印机；或者点“存 PDF”，拿到别的电脑打印。"),
    )


def not_printed(printer: str) -> OperationalError:
    """Return the fault for a job the printing system refused."""
    return OperationalError(
        "io_error",
        tr("打印机“{printer}”没有接受这份文书，没有打印；文书已经保存，不会丢失。", printer=printer),
        tr("请检查打印机是否开机、连线、有纸，或换一台打印机，然后再打印一次。"),
    )


def no_scanning() -> OperationalError:
    """Return the fault for a PC without the program that speaks to scanners."""
    return OperationalError(
        "io_error",
        tr("这台电脑没有装扫描程序（scanimage），不能在这里直接扫描。"),
        tr("请安装 sane-utils；或用扫描仪自带的软件扫到一个文件夹，再从文件夹取最新的一份。"),
    )


def not_scanned() -> OperationalError:
    """Return the fault for a scan that gave no picture."""
    return OperationalError(
        "io_error",
        tr("扫描仪没有送来图片，什么也没有收入。"),
        tr("请检查扫描仪是否开机、连线、有纸，盖子是否合好；换一个分辨率或颜色再试一次。"),
    )


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn errors of the system that pass through into faults with a remedy."""
    try:
        yield
    except OSError as error:
        raise _of_system(error) from error


def _of_system(error: OSError) -> OperationalError:
    if error.errno in _FULL:
        return disk_full()
    return read_only() if error.errno in _REFUSED else io_error()
