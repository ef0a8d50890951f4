"""Every format that is read, and nonsense in each of them: always cells or a sentence, never more than the limits."""

from __future__ import annotations

import io
import string
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.domain.lists import Cell, ListSheet
from desktop.errors import ValidationError
from desktop.sheets.books import Book, open_book, open_paste
from desktop.sheets.reader import Choice, read_list
from desktop.sheets.writer import Mark, marked_table
from tests.sheets.conftest import LIMITS, ROSTER, SAMPLE

DATA = Path(__file__).parent / "data"
ROWS = [["姓名", "身份证号", "村居"], ["买买提·艾力", "990127198001010018", "青山村"], ["𠮷野", "", "石桥村"]]
NONSENSE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
# what people paste and programs write: controls, half characters, marks of direction, everything else
texts = st.text(st.characters(), max_size=40)


def read(book: Book) -> ListSheet:
    return read_list(book, ROSTER)[0]


def names(book: Book) -> list[str]:
    return [line.cells["name"].text for line in read(book).lines]


def refused(job: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as caught:
        job()
    assert caught.value.code == "bad_roster"
    assert caught.value.remedy
    return caught.value.message


def ods(rows: str, manifest: str = "<manifest/>") -> bytes:
    """Return an OpenDocument book with these rows of XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = f'<table:table table:name="花名册">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return target.getvalue()


def ods_row(*cells: str, times: int = 1, more: str = "") -> str:
    told = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{told}{more}</table:table-row>'


def csv_of(separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in ROWS) + "\r\n"


def sheet_xml(data: bytes, change: Callable[[str], str]) -> bytes:
    """Return a workbook with its sheet changed as text."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(member, content)
    return target.getvalue()


def test_an_old_book_of_excel_is_read_with_merged_cells_days_and_hidden_sheets() -> None:
    book = open_book((DATA / "roster.xls").read_bytes(), LIMITS)
    assert [(one.name, one.is_hidden) for one in book.sheets] == [("花名册", False), ("旧表", True)]
    sheet = read(book)
    first, second = (line.cells for line in sheet.lines)
    assert first["name"] == Cell("买买提·艾力")
    assert second["name"] == Cell("𠮷野")
    assert first["diagnosed_on"] == Cell("2011-03-05", "date")
    assert second["diagnosed_on"] == Cell("40000", "number")
    assert (second["id_no"].kind, len(second["id_no"].text)) == ("number", 18)
    assert second["village"] == Cell("青山村"), "merged"
    assert [(one.first_row, one.last_row, one.text) for one in sheet.merged] == [(3, 4, "青山村")]


@pytest.mark.parametrize("name", ["locked.xls", "locked.xlsx"])
def test_books_with_a_password_are_named_as_such(name: str) -> None:
    assert "密码" in refused(lambda: open_book((DATA / name).read_bytes(), LIMITS))


def test_an_open_document_is_read_with_merged_and_repeated_cells() -> None:
    merged = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="13900000001"><text:p>1</text:p></table:table-cell>'
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>青山村</text:p>'
        "</table:table-cell></table:table-row>"
    )
    below = ods_row("乙", "2", more="<table:covered-table-cell/>")
    far = '<table:table-cell table:number-columns-repeated="16384"/>'
    book = open_book(ods(ods_row("姓名", "电话", "村居") + merged + below + ods_row(times=1048570, more=far)), LIMITS)
    sheet = read(book)
    assert [[line.cells[key] for key in ("name", "phone", "village")] for line in sheet.lines] == [
        [Cell("甲"), Cell("13900000001", "number"), Cell("青山村")],
        [Cell("乙"), Cell("2"), Cell("青山村")],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ods_row("姓名", times=1048576),
        ods_row(more='<table:table-cell office:value-type="string" table:number-columns-repeated="16384"/>'),
        ods_row("姓名") + ods_row(times=900000) + ods_row("尾"),
        ods_row(more='<table:table-cell table:number-columns-repeated="9999"/><table:table-cell office:value="1"/>'),
    ],
)
def test_an_open_document_that_repeats_itself_beyond_the_limits_is_refused(rows: str) -> None:
    assert "行或" in refused(lambda: open_book(ods(rows), LIMITS))


def test_open_documents_with_a_password_or_entities_are_refused() -> None:
    locked = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "密码" in refused(lambda: open_book(ods("", locked), LIMITS))
    data = ods("").replace(b"content.xml", b"content.xmm")
    assert refused(lambda: open_book(data, LIMITS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_of_every_encoding_and_separator(encoding: str, separator: str) -> None:
    assert names(open_book(csv_of(separator).encode(encoding), LIMITS)) == ["买买提·艾力", "𠮷野"]


def test_csv_says_its_separator_and_keeps_quoted_separators() -> None:
    told = 'sep=|\r\n姓名|电话|村居\r\n张三|1|"青山|村"\r\n'
    assert read(open_book(told.encode(), LIMITS)).lines[0].cells["village"].text == "青山|村"
    with_lines = '姓名,电话,村居\n张三,1,"青山\n村"\n李四,2,石桥村\n'
    assert names(open_book(with_lines.encode(), LIMITS)) == ["张三", "李四"]


def test_pasted_rows_are_a_sheet() -> None:
    assert names(open_paste(csv_of("\t"), LIMITS)) == ["买买提·艾力", "𠮷野"]
    for empty in ("", "  \n\t\n"):
        assert "剪贴板" in refused(lambda empty=empty: open_paste(empty, LIMITS))  # type: ignore[misc]


def test_the_name_of_a_file_does_not_matter_its_bytes_do(sheet: Callable[..., bytes]) -> None:
    assert open_book(sheet(*ROWS), LIMITS).format == "xlsx"
    assert open_book((DATA / "roster.xls").read_bytes(), LIMITS).format == "xls"
    assert open_book(ods(ods_row("姓名", "电话")), LIMITS).format == "ods"
    assert open_book(csv_of().encode(), LIMITS).format == "text"


def test_a_sheet_is_read_by_its_name_even_a_hidden_one() -> None:
    book = open_book((DATA / "roster.xls").read_bytes(), LIMITS)
    assert "没有找到" in refused(lambda: read_list(book, ROSTER, Choice(sheet="旧表")))
    assert "没有工作表" in refused(lambda: read_list(book, ROSTER, Choice(sheet="没有的")))


@pytest.mark.parametrize("place", ["A1048576", "XFD1", "XFD1048576", "GS2", "A20001"])
def test_one_cell_far_away_asks_for_no_memory(place: str, sheet: Callable[..., bytes]) -> None:
    """Calamine would make room for everything up to that cell, and end the process where there is not so much."""
    data = sheet_xml(sheet(*ROWS), lambda xml: xml.replace('r="C3"', f'r="{place}"'))
    assert f'"{place}"' in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    tracemalloc.start()
    assert "行或" in refused(lambda: open_book(data, LIMITS))
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_cells_without_places_in_a_row_far_away(sheet: Callable[..., bytes]) -> None:
    far = '<row r="1048576"><c t="str"><v>x</v></c></row></sheetData>'
    data = sheet_xml(sheet(*ROWS), lambda xml: xml.replace("</sheetData>", far))
    assert "行或" in refused(lambda: open_book(data, LIMITS))
    empty = sheet_xml(sheet(*ROWS), lambda xml: xml.replace("</sheetData>", '<row r="1048576" ht="14"/></sheetData>'))
    assert len(names(open_book(empty, LIMITS))) == 2


def test_a_part_that_lies_about_its_size_is_unpacked_no_further_than_allowed() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAMPLE.read_bytes())) as old, zipfile.ZipFile(target, "w", 8) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr("xl/worksheets/bomb.xml", b"\0" * 90_000_000)
    data = bytearray(target.getvalue())
    entry = data.rindex(b"xl/worksheets/bomb.xml") - 46
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")  # the size it claims when unpacked
    assert "大得不正常" in refused(lambda: open_book(bytes(data), LIMITS))


def test_errors_of_formulas_are_told_as_what_they_are(sheet: Callable[..., bytes]) -> None:
    rows = [ROWS[0], ["张三", "#DIV/0!", "=1/0"]]
    cells = read(open_book(sheet(*rows), LIMITS)).lines[0].cells
    assert cells["id_no"] == Cell("#DIV/0!", "error")
    assert cells["village"].is_blank


def test_merged_cells_laid_over_each_other_without_end_are_refused(sheet: Callable[..., bytes]) -> None:
    def many(xml: str) -> str:
        refs = "".join(f'<mergeCell ref="A1:GR20{number:03}"/>' for number in range(999))
        return xml.replace("</sheetData>", f'<c/></sheetData><mergeCells count="999">{refs}</mergeCells>')

    rows = [["x"] * 200 for _ in range(3000)]
    assert "重叠" in refused(lambda: read(open_book(sheet_xml(sheet(*rows), many), LIMITS)))


def test_a_cell_of_ten_megabytes_is_a_cell_or_a_refusal(sheet: Callable[..., bytes]) -> None:
    huge = "长" * 10_000_000
    assert refused(lambda: open_book(f"姓名,电话,村居\n{huge},1,2\n".encode(), LIMITS))
    data = sheet(ROWS[0], ["张三", "1", "y"])
    book = sheet_xml(data, lambda xml: xml.replace("</sheetData>", "</sheetData>" + " " * 1000))
    assert names(open_book(book, LIMITS)) == ["张三"]


def test_rows_of_another_format_come_back_as_a_marked_workbook() -> None:
    data = marked_table([["姓名", "村居"], ["=1+1", "青山村"]], 1, [Mark(2, 1, "error", "不对")], "导入问题")
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (page["A2"].value, page["A2"].data_type, page["C1"].value, page["C2"].value) == (
        "=1+1", "s", "导入问题", "不对",
    )  # fmt: skip
    assert page["A2"].fill.fgColor.rgb == "FFF4B6B0"


def is_plain(text: str) -> bool:
    """Say whether a text can be stored."""
    text.encode()
    return all(sign in "\t\n\r" or ord(sign) >= 32 for sign in text)


def take(job: Callable[[], Book]) -> None:
    """Read a book: it is cells that can be stored, or a sentence."""
    trouble: ValidationError | None = None
    try:
        sheet = read(job())
    except ValidationError as refusal:
        trouble = refusal
    if trouble is not None:
        assert (trouble.code, bool(trouble.message), bool(trouble.remedy)) == ("bad_roster", True, True)
        return
    assert all(is_plain(cell.text) for line in sheet.lines for cell in line.cells.values())


@NONSENSE
@given(st.lists(st.lists(texts, min_size=1, max_size=5), max_size=5))
@example([["\ud800", "\x00", "\u202e", "'=cmd|' /C calc'!A0"]])
def test_nonsense_in_pasted_cells(rows: list[list[str]]) -> None:
    told = "\n".join("\t".join(row) for row in [ROWS[0], *rows])
    take(lambda: open_paste(told, LIMITS))


@NONSENSE
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))
def test_nonsense_for_a_file(data: bytes, head: bytes) -> None:
    take(lambda: open_book(head + data, LIMITS))


@NONSENSE
@given(st.sampled_from(["roster.xls", "roster-sample.xlsx", "locked.xls"]), st.data())
def test_books_with_some_bytes_changed(name: str, data: st.DataObject) -> None:
    content = bytearray((DATA / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    take(lambda: open_book(bytes(content), LIMITS))


@NONSENSE
@given(
    st.lists(
        st.sampled_from(["<c", ">", "</c>", "<v>", "</v>", ' r="B3"', ' t="e"', ' t="s"', "<row", "&amp;", "9e99"])
    )
)
def test_nonsense_in_the_xml_of_a_sheet(parts: list[str]) -> None:
    take(
        lambda: open_book(
            sheet_xml(SAMPLE.read_bytes(), lambda xml: xml.replace("<row", "".join(parts) + "<row", 1)), LIMITS
        )
    )


@NONSENSE
@given(st.lists(st.text(string.printable, max_size=30), min_size=1, max_size=4))
def test_nonsense_in_an_open_document(cells: list[str]) -> None:
    clean = ["".join(sign for sign in cell if sign.isprintable()) for cell in cells]
    take(lambda: open_book(ods(ods_row(*ROWS[0]) + ods_row(*clean)), LIMITS))
