"""Tables that are plain text: CSV of any common encoding and separator, and rows pasted from a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

from desktop.i18n import tr
from desktop.sheets.files import SheetLimits, bad_roster, too_big

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")
_SEPARATORS = (",", "\t", ";")
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # how Excel writes the separator into the file
_TRIED = 20  # lines by which the separator is found
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def rows_of_csv(data: bytes, limits: SheetLimits) -> list[list[str]]:
    """Return the rows of a CSV file; raises ValidationError bad_roster."""
    text = _decoded(data)
    said = _SAID.match(text)
    if said:
        return _rows(text[said.end() :], said[1], limits)
    return _rows(text, _separator(text), limits)


def rows_of_paste(text: str, limits: SheetLimits) -> list[list[str]]:
    """Return the rows of cells that were copied in a spreadsheet; raises ValidationError bad_roster."""
    if not text.strip():
        raise bad_roster(tr("剪贴板里没有表格。"), tr("请先在 Excel 或 WPS 里选中表头和各行，复制，再回来粘贴。"))
    if len(text) > limits.max_bytes:
        raise bad_roster(tr("粘贴的内容太多了。"), tr("没有导入任何内容。请存成文件再导入。"))
    return _rows(text, "\t", limits)


def _decoded(data: bytes) -> str:
    """Return the text of a file in one of the encodings in use; a file that is no text at all is refused."""
    known = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for encoding in [known] if known else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.search(text) is None:
            return text
    remedy = tr("没有导入任何内容。可以导入 Excel（.xlsx、.xls）、WPS、.ods 和 .csv 表格。")
    raise bad_roster(tr("这不是表格文件。"), remedy)


def _separator(text: str) -> str:
    """Return the separator that makes the most of the first lines."""
    lines = text[: 1 << 16].splitlines()[:_TRIED]
    return max(_SEPARATORS, key=lambda one: sum(line.count(one) for line in lines))


def _rows(text: str, separator: str, limits: SheetLimits) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > limits.max_rows or len(row) > limits.max_columns:
                raise too_big(limits)
    except csv.Error as error:
        message = tr("第 {n} 行起读不下去：引号不成对，或一格里的内容太长。", n=len(rows) + 1)
        remedy = tr("没有导入任何内容。请检查那里的引号，或用 Excel 打开另存为 .xlsx 再导入。")
        raise bad_roster(message, remedy) from error
    return rows
