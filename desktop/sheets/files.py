"""Opens a spreadsheet that somebody brought along, refusing what could harm: too big, a bomb, another format."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError  # only the error; openpyxl parses with defusedxml

from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed

if TYPE_CHECKING:
    from openpyxl import Workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# everything openpyxl was seen to raise on broken files
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,  # from openpyxl, on bytes in memory: never the disk
    NotImplementedError,
)


@dataclass(frozen=True)
class SheetLimits:
    """How big a sheet may be, so that a slip or an attack cannot fill memory."""

    max_bytes: int
    max_unpacked_bytes: int
    max_ratio: int
    max_rows: int
    max_columns: int


def bad_roster(message: str, remedy: str = "") -> ValidationError:
    """Return the refusal of a file that is no roster; nothing of it is stored."""
    return ValidationError("bad_roster", message, remedy or tr("没有导入任何内容。请换一个文件再试。"))


def read_bytes(path: Path, limits: SheetLimits) -> bytes:
    """Return the content of a sheet; raises ValidationError bad_roster or OperationalError io_error."""
    assert_slow_work_allowed("sheets.read_bytes")
    try:
        if not path.is_file():
            raise bad_roster(tr("找不到这个文件。"), tr("请检查文件是否还在原处，U盘是否插好。"))
        if path.stat().st_size > limits.max_bytes:
            raise bad_roster(tr("文件超过 {n} MB，不像花名册。", n=limits.max_bytes // 1_000_000))
        data = path.read_bytes()
    except OSError as error:
        message = tr("文件读不出来。")
        raise OperationalError("io_error", message, tr("请检查U盘是否插好，或把文件复制到电脑上再试。")) from error
    _check_shape(data, limits)
    return data


def _check_shape(data: bytes, limits: SheetLimits) -> None:
    if data.startswith(_OLD_OFFICE):
        remedy = tr("请用 Excel 或 WPS 打开，去掉密码，另存为“Excel 工作簿（*.xlsx）”后再导入。")
        raise bad_roster(tr("这是旧版 .xls 文件，或者设了打开密码。"), remedy)
    if not data.startswith(_ZIP):
        remedy = tr("请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再导入。")
        raise bad_roster(tr("这不是 .xlsx 表格文件。"), remedy)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            is_sheet = "xl/workbook.xml" in archive.namelist()
    except _UNREADABLE as error:
        raise _broken() from error
    if unpacked > min(limits.max_unpacked_bytes, limits.max_ratio * len(data)):
        raise bad_roster(tr("文件展开后大得不正常，没有打开。"))
    if not is_sheet:
        raise bad_roster(tr("这不是 .xlsx 表格文件。"))


def _broken() -> ValidationError:
    remedy = tr("没有导入任何内容。请用 Excel 或 WPS 打开它，另存一份再导入。")
    return bad_roster(tr("表格文件已损坏，打不开。"), remedy)


@contextmanager
def workbook(data: bytes, *, with_formulas: bool) -> Iterator[Workbook]:
    """Give the workbook: with the last values of its formulas, or with the formulas themselves (to write it again)."""
    assert_slow_work_allowed("sheets.workbook")
    from openpyxl import load_workbook
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is missing: sheets would be parsed unprotected")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not know (validation, headers)
            book = load_workbook(io.BytesIO(data), data_only=not with_formulas, rich_text=with_formulas)
    except _UNREADABLE as error:
        raise _broken() from error
    try:
        yield book
    finally:
        book.close()
