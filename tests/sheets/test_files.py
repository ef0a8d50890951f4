import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import mainthread
from desktop.errors import OperationalError, ValidationError
from desktop.sheets.books import open_book
from desktop.sheets.files import read_bytes, workbook
from desktop.sheets.reader import read_list
from tests.sheets.conftest import LIMITS, ROSTER, SAMPLE

Sheet = Callable[..., bytes]


def refusal(path: Path, data: bytes) -> ValidationError:
    path.write_bytes(data)
    with pytest.raises(ValidationError) as refused:
        read_list(open_book(read_bytes(path, LIMITS), LIMITS), ROSTER)
    assert refused.value.code == "bad_roster"
    assert refused.value.remedy
    return refused.value


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return target.getvalue()


def test_the_bytes_of_a_sheet_come_back(tmp_path: Path, sheet: Sheet) -> None:
    (tmp_path / "r.xlsx").write_bytes(sheet(["姓名"]))
    assert read_bytes(tmp_path / "r.xlsx", LIMITS) == (tmp_path / "r.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
        ("姓名,身份证号\n张三,1".encode("gbk"), "没有找到"),
        (b"", "空的"),
        (b"<html><table><tr><td>1", "网页"),
        (b"\x89PNG\r\n\x1a\n\0\0", "不是表格"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"PK\x03\x04 not a zip at all", "已损坏"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refusal(tmp_path / "r.xlsx", data).message


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "不是表格" in refusal(tmp_path / "r.docx", target.getvalue()).message


def test_broken_workbooks_are_refused_not_crashed_on(tmp_path: Path) -> None:
    data = SAMPLE.read_bytes()
    for length in (200, len(data) // 2, len(data) - 30):
        assert "已损坏" in refusal(tmp_path / "cut.xlsx", data[:length]).message
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        for content in (b"", b"<a", b"<a/>"):
            refusal(tmp_path / "broken.xlsx", with_member(data, name, content))
    for name in ("[Content_Types].xml", "docProps/core.xml"):
        for content in (b"", b"<a", b"<a/>", b"\0" * 100):  # what nobody needs may be broken
            assert len(read_list(open_book(with_member(data, name, content), LIMITS), ROSTER)[0].lines) == 64


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    assert "已损坏" in refusal(tmp_path / "x.xlsx", with_member(SAMPLE.read_bytes(), "xl/workbook.xml", bomb)).message


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = with_member(SAMPLE.read_bytes(), "xl/media/zeros.bin", b"\0" * 30_000_000)
    assert "大得不正常" in refusal(tmp_path / "x.xlsx", bomb).message


def test_limits_of_size(tmp_path: Path, sheet: Sheet) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(sheet(["姓名", "性别", "民族"], ["张三"]))
    with pytest.raises(ValidationError, match="MB"):
        read_bytes(path, replace(LIMITS, max_bytes=100))
    size = path.stat().st_size
    data = read_bytes(path, replace(LIMITS, max_bytes=size))
    assert read_list(open_book(data, replace(LIMITS, max_rows=2, max_columns=3)), ROSTER)[0].lines
    for limits in (replace(LIMITS, max_rows=1), replace(LIMITS, max_columns=2)):
        with pytest.raises(ValidationError, match="行或"):
            open_book(path.read_bytes(), limits)


def test_a_file_that_is_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="找不到"):
        read_bytes(tmp_path / "none.xlsx", LIMITS)
    with pytest.raises(ValidationError, match="找不到"):
        read_bytes(tmp_path, LIMITS)
    with pytest.raises((OperationalError, ValidationError)):
        read_bytes(tmp_path / ("x" * 300), LIMITS)


def test_sheets_are_not_read_on_the_thread_of_the_window() -> None:
    mainthread.forbid_slow_work_here()
    with pytest.raises(RuntimeError, match="window's thread"):
        read_bytes(SAMPLE, LIMITS)
    with pytest.raises(RuntimeError, match="window's thread"), workbook(b"", with_formulas=False):
        pass


def test_without_the_safe_parser_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openpyxl.xml.DEFUSEDXML", False)
    with pytest.raises(RuntimeError, match="defusedxml"), workbook(SAMPLE.read_bytes(), with_formulas=False):
        pass
