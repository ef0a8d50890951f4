"""Takes the bytes of a table that somebody brought along, refusing what could harm: too big, a bomb, another format."""

from __future__ import annotations

import io
import re
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

XLSX, XLS, ODS, TEXT = "xlsx", "xls", "ods", "text"

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a part of what Office makes of a book with a password
# beginning of the book, perhaps write protection, then the record that says how the rest is encrypted
_LOCKED_XLS = re.compile(rb"\x09\x08(?:\x10\x00.{16}|\x08\x00.{8})(?:\x86\x00\x00\x00)?\x2f\x00.\x00", re.DOTALL)
_WEB = (b"<!doctype", b"<html", b"<table", b"<?xml", b"{\\rtf", b"%pdf")
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
    """Return the refusal of a file that is no list we can read; nothing of it is stored."""
    return ValidationError("bad_roster", message, remedy or tr("没有导入任何内容。请换一个文件再试。"))


def broken() -> ValidationError:
    """Return the refusal of a damaged file."""
    remedy = tr("没有导入任何内容。请用 Excel 或 WPS 打开它，另存一份再导入。")
    return bad_roster(tr("表格文件已损坏，打不开。"), remedy)


def locked() -> ValidationError:
    """Return the refusal of a file with a password."""
    remedy = tr("没有导入任何内容。请用 Excel 或 WPS 打开，去掉密码，另存一份再导入。")
    return bad_roster(tr("这个表格设了打开密码。"), remedy)


def too_big(limits: SheetLimits) -> ValidationError:
    """Return the refusal of a sheet with too many rows or columns."""
    message = tr("表格超过 {rows} 行或 {columns} 列。", rows=limits.max_rows, columns=limits.max_columns)
    return bad_roster(message, tr("没有导入任何内容。请删去多余的空行空列（或清除整列格式）后再导入。"))


def read_bytes(path: Path, limits: SheetLimits) -> bytes:
    """Return the content of a sheet; raises ValidationError bad_roster or OperationalError io_error."""
    assert_slow_work_allowed("sheets.read_bytes")
    try:
        if not path.is_file():
            raise bad_roster(tr("找不到这个文件。"), tr("请检查文件是否还在原处，U盘是否插好。"))
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:
        message = tr("文件读不出来。")
        raise OperationalError("io_error", message, tr("请检查U盘是否插好，或把文件复制到电脑上再试。")) from error
    if len(data) > limits.max_bytes:
        raise bad_roster(tr("文件超过 {n} MB，不像要导入的表格。", n=limits.max_bytes // 1_000_000))
    return data


def format_of(data: bytes) -> str:
    """Return what the bytes are, whatever the name of the file says: xlsx, xls, ods or text."""
    if not data.strip():
        raise bad_roster(tr("文件是空的。"))
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED in data or _LOCKED_XLS.search(data):
            raise locked()
        return XLS
    if data.startswith(_ZIP):
        return _format_of_zip(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:10].lower().startswith(_WEB):
        remedy = tr("没有导入任何内容。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再导入。")
        raise bad_roster(tr("这不是表格文件，是网页或文档（有的系统导出的 .xls 其实是网页）。"), remedy)
    return TEXT


def _format_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
    except _UNREADABLE as error:
        raise broken() from error
    if "xl/workbook.xml" in names:
        return XLSX
    if "content.xml" in names:
        return ODS
    raise bad_roster(
        tr("这不是表格文件。"), tr("没有导入任何内容。可以导入 Excel（.xlsx、.xls）、WPS、.ods 和 .csv 表格。")
    )


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
        raise broken() from error
    try:
        yield book
    finally:
        book.close()
