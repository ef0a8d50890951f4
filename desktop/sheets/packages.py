"""Looks into a zipped book before a reader unpacks it: real sizes, cells beyond all measure, what readers leave out.

Readers make a table as big as the farthest cell says; a file of a few bytes could ask for all the memory there is.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat

from desktop.i18n import tr
from desktop.sheets.files import SheetLimits, bad_roster, broken, locked, too_big

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_STORED, _DEFLATED = 0, 8
_PIECE = 1 << 16
_PICTURES = ("xl/media/", "Pictures/", "Thumbnails/")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["']""")
_FAR_ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\br\s*=\s*["']([0-9]{5,9})["'][^<>]*(?<!/)>""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*\bt\s*=\s*["']e["'][^<>]*)>(?:<[^<>]*>[^<>]*</[^<>]*>){0,2}?<(?:\w+:)?v>([^<>]*)<"""
)
_BASE = 26

Spot = tuple[int, int]  # row and column, from 1
Range = tuple[int, int, int, int]  # first row, last row, first column, last column


@dataclass
class Noticed:
    """What a look into the file found that the reader of the book does not tell."""

    is_1904: bool = False
    errors: dict[str, dict[Spot, str]] = field(default_factory=dict)  # sheet -> cells that hold an error
    merged: dict[str, list[Range]] = field(default_factory=dict)  # sheet -> merged cells (ods)


def look_into_xlsx(data: bytes, limits: SheetLimits) -> Noticed:
    """Check a book of Excel; raises ValidationError bad_roster."""
    parts = _unpacked(data, limits)
    for content in parts.values():
        _check_places(content, limits)
    noticed = Noticed()
    for name, part in _sheets_of(parts, noticed):
        found = {_spot(attributes): text.decode("utf-8", "replace") for attributes, text in _errors_in(part)}
        noticed.errors[name] = found
    return noticed


def _unpacked(data: bytes, limits: SheetLimits) -> dict[str, bytes]:
    """Return every part but the pictures; what a part says of its own size is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            most = min(limits.max_unpacked_bytes, limits.max_ratio * len(data))
            if sum(member.file_size for member in members) > most:
                raise _bomb()
            if any(member.flag_bits & 1 for member in members):
                raise locked()
            parts: dict[str, bytes] = {}
            for member in members:
                content = _inflated(data, member, most)
                most -= len(content)
                if not member.filename.startswith(_PICTURES):
                    parts[member.filename] = content
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise broken() from error
    return parts


def _bomb() -> Exception:
    return bad_roster(tr("文件展开后大得不正常，没有打开。"))


def _inflated(data: bytes, member: zipfile.ZipInfo, most: int) -> bytes:
    """Return a part unpacked by hand: zipfile stops at the size that the part claims, readers do not."""
    head = _LOCAL_HEADER.unpack_from(data, member.header_offset)
    start = member.header_offset + 30 + head[1] + head[2]
    packed = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == _STORED:
        content = bytes(packed)
    elif member.compress_type == _DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most + 1)
    else:
        raise broken()
    if len(content) > most:
        raise _bomb()
    return content


def _check_places(content: bytes, limits: SheetLimits) -> None:
    """Refuse a sheet with a cell, or a row that has cells, beyond the limits."""
    places = set(_PLACE.findall(content))
    rows = {int(row) for _, row in places} | {int(row) for row in _FAR_ROW.findall(content)}
    columns = {_column(letters) for letters in {letters for letters, _ in places}}
    if max(rows, default=0) > limits.max_rows or max(columns, default=0) > limits.max_columns:
        raise too_big(limits)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _BASE + letter - ord("A") + 1
    return number


def _errors_in(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return attributes and text of the cells that hold an error (#N/A): readers give them as blank."""
    return _ERROR_CELL.findall(content) if b'"e"' in content or b"'e'" in content else []


def _spot(attributes: bytes) -> Spot:
    match = _PLACE.search(attributes)
    return (int(match[2]), _column(match[1])) if match else (0, 0)


def _sheets_of(parts: dict[str, bytes], noticed: Noticed) -> Iterator[tuple[str, bytes]]:
    """Give the name and the content of each sheet, and notice from which day the book counts."""
    targets = {}
    for attributes in _elements(parts.get("xl/_rels/workbook.xml.rels", b""), "Relationship"):
        targets[attributes.get("Id", "")] = normpath(join("/xl", attributes.get("Target", ""))).lstrip("/")
    book = parts["xl/workbook.xml"]
    for attributes in _elements(book, "workbookPr"):
        noticed.is_1904 = attributes.get("date1904", "0") in {"1", "true"}
    for attributes in _elements(book, "sheet"):
        link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        yield attributes.get("name", ""), parts.get(targets.get(link, ""), b"")


def _elements(content: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of that name."""
    found: list[dict[str, str]] = []

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    _parse(content, begin, lambda _: None)
    return found


def _parse(content: bytes, begin: Any, end: Any) -> None:
    """Go through XML; entities of its own are refused, they could grow without end."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise broken() from error


def _refuse_entity(*_: object) -> None:
    raise broken()


def look_into_ods(data: bytes, limits: SheetLimits) -> Noticed:
    """Check a book of OpenDocument; raises ValidationError bad_roster."""
    parts = _unpacked(data, limits)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise locked()
    watch = _OdsWatch(limits)
    _parse(parts["content.xml"], watch.begin, watch.end)
    return Noticed(merged=watch.merged)


class _OdsWatch:
    """Counts rows and columns up to the last that holds something: a cell may say that it stands a million times."""

    def __init__(self, limits: SheetLimits) -> None:
        self._limits = limits
        self._name = ""
        self._row = self._column = 0
        self._row_times = 1
        self._is_filled = False
        self.merged: dict[str, list[Range]] = {}

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of a table, a row or a cell."""
        plain = tag.rpartition(":")[2]
        if plain == "table":
            self._name, self._row = attributes.get("table:name", ""), 0
            self.merged[self._name] = []
        elif plain == "table-row":
            self._column, self._is_filled = 0, False
            self._row_times = _times(attributes.get("table:number-rows-repeated"))
        elif plain in {"table-cell", "covered-table-cell"}:
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        column = self._column + 1
        self._column += _times(attributes.get("table:number-columns-repeated"))
        if any(name.startswith("office:") or name == "table:formula" for name in attributes):
            self._is_filled = True
            self._check(self._row + self._row_times, self._column)
        rows, columns = (_times(attributes.get(f"table:number-{what}-spanned")) for what in ("rows", "columns"))
        if rows * columns > 1 and self._row < self._limits.max_rows:
            place = (self._row + 1, self._row + rows, column, column + columns - 1)
            self.merged.setdefault(self._name, []).append(place)

    def _check(self, row: int, column: int) -> None:
        if row > self._limits.max_rows or column > self._limits.max_columns:
            raise too_big(self._limits)

    def end(self, tag: str) -> None:
        """Go on to the next row."""
        if tag.rpartition(":")[2] == "table-row":
            self._row += self._row_times


def _times(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1
