from io import BytesIO

import openpyxl
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from desktop.sheets.writer import Mark, marked_copy
from tests.sheets.conftest import SAMPLE

TITLE = "导入问题"
RED, AMBER = "FFF4B6B0", "FFFBE3AE"


def page_of(data: bytes) -> Worksheet:
    return openpyxl.load_workbook(BytesIO(data)).worksheets[0]


def book() -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "表"
    for row in (["登记表"], ["姓名", "身份证号"], ["张三", "1"], ["李四", "=1+1"]):
        made.active.append(row)
    made.active["A4"].fill = PatternFill("solid", fgColor="FF00FF00")
    made.active.merge_cells("A1:D1")
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def test_faulty_cells_are_coloured_and_the_reasons_stand_beside_them() -> None:
    marks = [Mark(3, 2, "warning", "再看一眼"), Mark(3, 2, "error", "号码不对"), Mark(4, None, "warning", "不完整")]
    page = page_of(marked_copy(book(), "表", 2, marks, TITLE))
    assert page["C2"].value == TITLE
    assert page["B3"].fill.fgColor.rgb == page["C3"].fill.fgColor.rgb == RED
    assert page["C4"].fill.fgColor.rgb == AMBER
    assert page["C3"].value == "再看一眼\n号码不对"
    assert page["A3"].fill.fill_type is None


def test_nothing_else_is_changed() -> None:
    before, after = (
        page_of(SAMPLE.read_bytes()),
        page_of(marked_copy(SAMPLE.read_bytes(), "康复对象登记表", 3, [], TITLE)),
    )
    for row in before.iter_rows():
        for cell in row:
            copy = after[cell.coordinate]
            assert (copy.value, copy.number_format) == (cell.value, cell.number_format)
    assert after.merged_cells.ranges == before.merged_cells.ranges
    plain = page_of(marked_copy(book(), "表", 2, [], TITLE))
    assert plain["B4"].value == "=1+1"
    assert plain["A4"].fill.fgColor.rgb == "FF00FF00"


def test_marks_of_an_earlier_copy_are_taken_off() -> None:
    first = marked_copy(book(), "表", 2, [Mark(3, 2, "error", "号码不对")], TITLE)
    second = page_of(marked_copy(first, "表", 2, [Mark(4, 1, "error", "没有姓名")], TITLE))
    assert second["B3"].fill.fill_type is None
    assert second["C3"].value is None
    assert second["C4"].value == "没有姓名"
    assert second["D2"].value is None
