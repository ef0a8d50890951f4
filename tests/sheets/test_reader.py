from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from desktop.domain.lists import Cell, ListSheet, Merged, header_word
from desktop.errors import ValidationError
from desktop.sheets.books import open_book
from desktop.sheets.reader import read_list
from tests.sheets.conftest import LIMITS, ROSTER, SAMPLE

Sheet = Callable[..., bytes]
HEADER: list[object] = ["序号", "姓名", "身份证号", "村（居）"]


def read(data: bytes) -> ListSheet:
    return read_list(open_book(data, LIMITS), ROSTER)[0]


def test_the_sample_is_read_whole() -> None:
    roster = read(SAMPLE.read_bytes())
    assert (roster.header_row, len(roster.lines), roster.is_1904) == (3, 64, False)
    assert roster.heading[1:] == ("填报单位：青山镇社区康复站", "填报日期：2026年11月20日")
    assert roster.columns["village"] == (7, "村（居）")
    assert roster.merged == (Merged(54, 57, "village", "石桥村"),)
    assert [(one.excel_row, one.code) for one in roster.skipped_rows] == [(68, "totals_line")]
    cells = {line.excel_row: line.cells for line in roster.lines}
    assert cells[4]["name"] == Cell("买买提·艾力")
    assert cells[15]["id_no"].kind == "number"
    assert len(cells[15]["id_no"].text) == 18
    assert cells[21]["id_no"].text == " 990127 19921109 6694"
    assert cells[28]["diagnosed_on"] == Cell("2011.3.5")
    assert cells[30]["diagnosed_on"] == Cell("2009-07-06", "date")
    assert cells[31]["phone"] == Cell("18935963244", "number")
    assert cells[57]["village"] == Cell("石桥村")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (18935963244, Cell("18935963244", "number")),
        (9.90127e17, Cell("990127000000000000", "number")),
        (1.5, Cell("1.5", "number")),
        (True, Cell("是")),
        (False, Cell("否")),
        (datetime(2011, 3, 5, 8, 30), Cell("2011-03-05", "date")),  # noqa: DTZ001 - a sheet knows no zone
        (date(2011, 3, 5), Cell("2011-03-05", "date")),
        (time(9, 5), Cell("09:05")),
        ("#N/A", Cell("#N/A", "error")),
        ("#3栋", Cell("#3栋")),
        (None, Cell()),
    ],
)
def test_a_value_becomes_text_that_loses_nothing(sheet: Sheet, value: object, cell: Cell) -> None:
    roster = read(sheet(HEADER, [1, "张三", value, "青山村"]))
    assert roster.lines[0].cells["id_no"] == cell


def test_a_number_beyond_all_measure_is_not_crashed_on(sheet: Sheet) -> None:
    data = sheet(HEADER, [1, "张三", 1e300, "青山村"])
    assert read(data).lines[0].cells["id_no"].kind == "number"


def test_the_header_is_found_below_titles_and_in_spellings(sheet: Sheet) -> None:
    roster = read(sheet(["登记表"], [], ["姓 名*", "公民身份号码：", "联系方式", "家庭住址"], ["张三", "1", "2", "3"]))
    assert roster.header_row == 3
    assert set(roster.columns) == {"name", "id_no", "phone", "address"}
    assert header_word(" 村（居）： ") == header_word("村居")


def test_a_header_of_two_rows_is_read_together(sheet: Sheet) -> None:
    def merge(page: Worksheet) -> None:
        page.merge_cells("A1:A2")
        page.merge_cells("C1:E1")

    roster = read(
        sheet(
            ["姓名", "性别", "监护人", None, None, "备注", "星座"],
            [None, None, "姓名", "关系", "电话", None, None],
            ["张三", "男", "张守义", "父亲", "13800138000", "", "双鱼"],
            change=merge,
        )
    )
    assert roster.header_row == 2
    assert {key: column for key, (column, _) in roster.columns.items()} == {
        "name": 1,
        "sex": 2,
        "guardian.name": 3,
        "guardian.relation": 4,
        "guardian.phone": 5,
        "warning_note": 6,
    }
    assert roster.lines[0].cells["guardian.name"] == Cell("张守义")
    assert [(one.excel_row, one.column) for one in roster.skipped] == [(2, "星座")]


def test_a_second_telephone_behind_the_guardian_is_the_guardians(sheet: Sheet) -> None:
    roster = read(sheet(["姓名", "电话", "监护人", "电话", "电话"], ["张三", "1", "张守义", "2", "3"]))
    assert roster.lines[0].cells["guardian.phone"] == Cell("2")
    assert [(one.column, one.code) for one in roster.skipped] == [("电话", "column_unknown")]


def test_columns_nobody_knows_are_told_when_something_stands_in_them(sheet: Sheet) -> None:
    roster = read(sheet([*HEADER, "星座", "空列", None], [1, "张三", "2", "青山村", "双鱼", None, None]))
    assert [(one.excel_row, one.column, one.code) for one in roster.skipped] == [(1, "星座", "column_unknown")]
    assert roster.skipped_rows == ()


def test_rows_that_are_no_lines(sheet: Sheet) -> None:
    roster = read(
        sheet(
            HEADER,
            [1, "张三", "1", "青山村"],
            [],
            [2, None, None, None],
            ["小计：", "1人"],
            HEADER,
            [3, "姓名", "身份证号", "村居"],
            [None, "姓名", "身份证号", None],
            ["审核人：王某", None, "填表人：赵某"],
        )
    )
    assert [line.excel_row for line in roster.lines] == [2, 8]
    assert [(one.excel_row, one.code) for one in roster.skipped] == [
        (5, "totals_line"),
        (6, "header_again"),
        (7, "header_again"),
        (9, "footer_line"),
    ]


def test_merged_cells_stand_for_each_of_their_lines(sheet: Sheet) -> None:
    def merge(page: Worksheet) -> None:
        page.merge_cells("D2:D3")
        page.merge_cells("A4:A5")

    lines: list[list[object]] = [[n, f"张{n}", str(n), "青山村"] for n in range(1, 5)]
    roster = read(sheet(HEADER, *lines, change=merge))
    assert [line.cells["village"].text for line in roster.lines] == ["青山村"] * 4
    assert roster.merged == (Merged(2, 3, "village", "青山村"),)


def test_hidden_sheets_are_passed_over_and_further_rosters_told(sheet: Sheet) -> None:
    book = openpyxl.Workbook()
    for title, state in (("旧表", "hidden"), ("目录", "visible"), ("东片", "visible"), ("西片", "visible")):
        page = book.create_sheet(title)
        page.sheet_state = state
        for row in [["说明"]] if title == "目录" else [HEADER, [1, title, "1", "村"]]:
            page.append(row)
    target = BytesIO()
    book.save(target)
    roster = read(target.getvalue())
    assert (roster.sheet, roster.lines[0].cells["name"].text) == ("东片", "东片")
    assert [(one.code, one.is_row) for one in roster.skipped] == [("other_sheet", False)]
    assert "西片" in roster.skipped[0].message


def test_values_of_formulas_are_those_last_shown(sheet: Sheet) -> None:
    assert read(sheet(HEADER, [1, "张三", "1", "=A1"])).lines[0].cells["village"].is_blank


def test_a_file_that_counts_days_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (HEADER, [1, "张三", "1", "村"]):
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    assert read(target.getvalue()).is_1904


@pytest.mark.parametrize(
    "rows",
    [[["物品", "数量", "单价"], ["椅子", 1, 2]], [["姓名", "性别"], ["张三", "男"]], [["性别", "民族", "电话"]], [[]]],
)
def test_a_sheet_without_the_header_of_a_roster_is_refused(sheet: Sheet, rows: list[list[object]]) -> None:
    with pytest.raises(ValidationError) as refused:
        read(sheet(*rows))
    assert refused.value.code == "bad_roster"
