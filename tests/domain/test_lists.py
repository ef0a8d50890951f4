"""What columns mean, and how cells of any list are read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.identity import id_check_digit
from desktop.domain.lists import Cell, Heading, Line, ListKind, day_key, day_of, guess, header_word, settled
from desktop.domain.reading import LineReader, ListWords, ReadLine, read_values

WORDS = {
    "totals": ["合计"], "footers": ["填表人"], "nothing": ["无", "-"], "no_document": ["无证件"], "yes": ["是"],
    "no": ["否"],
}  # fmt: skip
KIND = ListKind.of(
    "visits",
    {
        "title": "入户",
        "columns_needed": 2,
        "has_days": True,
        "columns": [
            {"key": "", "label": "序号"},
            {"key": "name", "label": "姓名", "aliases": ["名字"], "reads": "name", "is_needed": True},
            {"key": "phone", "label": "电话", "reads": "phone"},
            {"key": "guardian.name", "label": "监护人", "reads": "name"},
            {"key": "guardian.phone", "label": "监护人电话", "reads": "phone"},
            {"key": "id_no", "label": "身份证号", "reads": "id_no"},
            {"key": "on", "label": "日期", "reads": "day"},
            {"key": "since", "label": "起始", "reads": "partial"},
            {"key": "at", "label": "时间", "reads": "clock"},
            {"key": "hours", "label": "学时", "reads": "amount"},
            {"key": "met", "label": "见到", "reads": "code", "codes": "met"},
            {"key": "ok", "label": "合格", "reads": "yes"},
        ],
    },
    WORDS,
    20,
)
LIST_WORDS = ListWords.of(WORDS, {"met": [{"code": "1", "label": "本人", "aliases": ["患者"]}]})
ID_NO = "99012719800101001" + id_check_digit("99012719800101001")


def heading(*words: str) -> Heading:
    return guess(KIND, [(number, (word, word, word)) for number, word in enumerate(words, 1)])


def read(**cells: Cell | str) -> ReadLine:
    given_cells = {key.replace("__", "."): Cell(cell) if isinstance(cell, str) else cell for key, cell in cells.items()}
    return read_values(KIND, Line(2, {"name": Cell("张三"), **given_cells}), LIST_WORDS)


def codes(line: ReadLine) -> list[tuple[str, str, str]]:
    return [(remark.key, remark.verdict, remark.code) for remark in line.remarks]


def test_headings_are_guessed_by_their_words_in_any_spelling() -> None:
    found = heading("序号", "名 字：", "电话", "监护人", "电话", "电话", "星座")
    assert {key: number for key, (number, _) in found.columns.items()} == {
        "name": 2, "phone": 3, "guardian.name": 4, "guardian.phone": 5,
    }  # fmt: skip
    assert found.unknown == ((6, "电话"), (7, "星座"))
    assert found.left_out == ((1, "序号"),)
    assert found.is_of(KIND)
    assert not heading("电话", "日期").is_of(KIND), "the name is needed"


def test_what_a_person_settled_holds_and_the_rest_is_told() -> None:
    found = settled(heading("谁", "电话", "星座"), {1: "name", 2: ""})
    assert dict(found.columns) == {"name": (1, "谁")}
    assert (found.unknown, found.left_out) == (((3, "星座"),), ((2, "电话"),))


def test_the_fingerprint_knows_words_and_their_order_and_not_what_they_mean() -> None:
    first = heading("姓名", "电话", "星座")
    assert first.fingerprint == settled(heading(" 姓名", "电话：", "星座"), {3: "id_no"}).fingerprint
    assert len({first.fingerprint, heading("电话", "姓名", "星座").fingerprint, heading("姓名").fingerprint}) == 3


@pytest.mark.parametrize(
    ("words", "key", "day"),
    [
        ("5", "day.5", date(2025, 11, 5)),
        ("05日", "day.5", date(2025, 11, 5)),
        ("31号", "day.31", None),
        ("3月5日", "day.03-05", date(2025, 3, 5)),
        ("2024-02-29", "day.2024-02-29", date(2024, 2, 29)),
        ("2.30", "day.02-30", None),
        ("32", None, None),
        ("13月1日", None, None),
        ("0", None, None),
        ("总数", None, None),
    ],
)
def test_columns_that_are_days(words: str, key: str | None, day: date | None) -> None:
    assert day_key(words) == key
    if key:
        assert day_of(key, 2025, 11) == day


def test_a_plain_line_is_values_without_remarks() -> None:
    line = read(id_no=ID_NO, on="2025-03-05", since="2009-07", at="09:30", hours="1.5", met="患者", ok="是", day__5="√")
    assert codes(line) == []
    assert {key: line.values[key] for key in ("on", "since", "at", "hours", "met", "ok")} == {
        "on": "2025-03-05", "since": "2009-07", "at": "09:30", "hours": "1.5", "met": "1", "ok": True,
    }  # fmt: skip
    assert dict(line.days) == {"day.5": "√"}
    assert (line.text("name"), line.text("nothing"), line.text("ok")) == ("张三", "", "")


@pytest.mark.parametrize(
    ("key", "cell", "verdict", "code", "value"),
    [
        ("id_no", Cell("990127198001010000", "number"), "error", "id_digits_lost", ""),
        ("id_no", Cell("9.90127E+17"), "error", "id_digits_lost", ""),
        ("id_no", Cell("９.９Ｅ＋17"), "error", "id_digits_lost", ""),
        ("id_no", Cell("990127198001010000"), "error", "id_digits_lost", ""),
        ("id_no", Cell(f"'{ID_NO}"), "accepted", "apostrophe_removed", ID_NO),
        ("id_no", Cell(f'="{ID_NO}"'), "accepted", "apostrophe_removed", ID_NO),
        ("phone", Cell("'13900000001"), "accepted", "apostrophe_removed", "13900000001"),
        ("phone", Cell("13900000001", "number"), "accepted", "number_cell", "13900000001"),
        ("at", Cell("0.375", "number"), None, None, "09:00"),
        ("at", Cell("9：30"), None, None, "09:30"),
        ("at", Cell("09:30:00"), None, None, "09:30"),
        ("at", Cell("上午"), "warning", "time_unreadable", ""),
        ("at", Cell("1.5", "number"), "warning", "time_unreadable", ""),
        ("at", Cell("nan", "number"), "warning", "time_unreadable", ""),
        ("hours", Cell("1,200"), None, None, "1200"),
        ("hours", Cell("很多"), "warning", "number_unreadable", ""),
        ("met", Cell("邻居"), "warning", "word_unknown", ""),
        ("ok", Cell("也许"), "warning", "word_unknown", None),
        ("on", Cell("去年"), "warning", "date_unreadable", ""),
        ("on", Cell("9" * 5000, "number"), "warning", "date_unreadable", ""),
        ("name", Cell(""), "error", "needed_missing", ""),
        ("name", Cell("无"), "error", "needed_missing", ""),
        ("name", Cell("长" * 3000), "error", "cell_too_long", ""),
        ("name", Cell("#N/A", "error"), "warning", "cell_error", ""),
    ],
)
def test_a_cell_that_is_not_plain(key: str, cell: Cell, verdict: str | None, code: str | None, value: object) -> None:
    line = read(**{key: cell})
    assert codes(line) == ([(key, verdict, code)] if code else [])
    assert line.values[key] == value
    assert line.is_faulty == (verdict == "error")


def test_numbers_whose_digits_are_all_there_are_not_doubted() -> None:
    """Three noughts at the end of a number whose check digit is right were written by somebody."""
    bodies = (
        f"9901271980{month:02}{day:02}{n}00" for month in range(1, 13) for day in range(1, 29) for n in range(1, 10)
    )
    body = next(one for one in bodies if id_check_digit(one) == "0")
    for number in (ID_NO, "990127800101001", f"{body}0"):
        assert codes(read(id_no=number)) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["text", "number", "date", "error"]))
def test_nonsense_is_a_value_or_a_remark(text: str, kind: str) -> None:
    cell = Cell("2025-01-01" if kind == "date" else text, kind)
    for column in KIND.columns:
        reader = LineReader({column.key: cell}, LIST_WORDS)
        value = reader.value(column)
        assert value is None or isinstance(value, str | bool)
        assert all(remark.message for remark in reader.remarks)
    header_word(text)
    day_key(text)
