from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.lists import Cell, noted_above
from desktop.domain.people import GuardianDraft, PersonDraft
from desktop.domain.rosters import Circumstances, RosterLine, judged_on, overlay, read_line, township_of
from desktop.services.rosters import roster_words
from tests.domain.rules import PEOPLE
from tests.domain.test_people import id_no

TODAY = date(2026, 3, 31)
GOOD = {
    "name": Cell("张三"),
    "id_no": Cell(id_no()),
    "village": Cell("青山村"),
    "diagnosis": Cell("精神分裂症"),
    "guardian.name": Cell("张守义"),
}


def read(around: Circumstances | None = None, **cells: Cell | str) -> RosterLine:
    given = {key.replace("__", "."): Cell(cell) if isinstance(cell, str) else cell for key, cell in cells.items()}
    return read_line({**GOOD, **given}, roster_words(), PEOPLE, around or Circumstances(TODAY))


def told(line: RosterLine) -> list[tuple[str, str, str]]:
    return [(remark.key, remark.verdict, remark.code) for remark in line.remarks]


def test_a_plain_line_has_no_remarks() -> None:
    line = read(
        sex="男",
        ethnicity="汉",
        phone="13800138000",
        has_dibao="是",
        filed_on="2025-01-05",
        danger_level=Cell("0", "number"),
    )
    assert told(line) == []
    assert not line.is_draft
    assert not line.is_faulty
    assert (line.draft.sex, line.draft.ethnicity, line.draft.has_dibao, line.draft.diagnosis_category) == (
        "1", "01", True, "1",
    )  # fmt: skip
    assert line.draft.diagnosis_text == ""


@pytest.mark.parametrize(
    ("key", "cell", "verdict", "code", "field", "value"),
    [
        ("name", Cell(" 张\u3000三"), "accepted", "blanks_removed", "name", "张三"),
        ("phone", Cell("13800138000", "number"), "accepted", "number_cell", "phone", "13800138000"),
        ("phone", Cell("138 0013 8000"), "accepted", "blanks_removed", "phone", "13800138000"),
        ("danger_level", Cell("3级"), "accepted", "level_read", "danger_level", "3"),
        ("danger_level", Cell("很高"), "warning", "level_unreadable", "danger_level", ""),
        ("diagnosed_on", Cell("2011.3.5"), "accepted", "date_form", "diagnosed_on", "2011-03-05"),
        ("diagnosed_on", Cell("2009年7月"), "accepted", "date_partial", "diagnosed_on", "2009-07"),
        ("diagnosed_on", Cell("40000", "number"), "accepted", "date_serial", "diagnosed_on", "2009-07-06"),
        ("diagnosed_on", Cell("40000.5", "number"), "accepted", "date_serial", "diagnosed_on", "2009-07-06"),
        ("diagnosed_on", Cell("20090706", "number"), "accepted", "date_serial", "diagnosed_on", "2009-07-06"),
        ("diagnosed_on", Cell("2009-07-06", "date"), "accepted", "date_serial", "diagnosed_on", "2009-07-06"),
        ("diagnosed_on", Cell("不详"), "warning", "date_unreadable", "diagnosed_on", ""),
        ("diagnosed_on", Cell("-3", "number"), "warning", "date_unreadable", "diagnosed_on", ""),
        ("filed_on", Cell("2025年1月"), "warning", "date_unreadable", "filed_on", ""),
        ("sex", Cell("雄"), "warning", "word_unknown", "sex", "1"),  # as the ID number says
        ("has_dibao", Cell("也许"), "warning", "word_unknown", "has_dibao", None),
        ("service_mode", Cell("#N/A", "error"), "warning", "cell_error", "service_mode", ""),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_plain_gets_one_remark(
    key: str, cell: Cell, verdict: str, code: str, field: str, value: object
) -> None:
    line = read(**{key: cell})
    assert told(line) == [(key, verdict, code)]
    assert getattr(line.draft, field) == value


@pytest.mark.parametrize(
    ("cell", "remarks"),
    [
        (Cell("990127198001010000", "number"), [("id_no", "error", "id_digits_lost")]),
        (
            Cell("990127800101001", "number"),
            [("id_no", "warning", "id_old"), ("birth_on", "warning", "birth_on_missing")],
        ),
        (Cell("无证件"), [("id_no", "warning", "id_no_missing")]),
        (Cell("/"), [("id_no", "warning", "id_no_missing")]),
        (Cell(""), [("id_no", "warning", "id_no_missing")]),
    ],
)
def test_id_cells_that_cannot_be_used(cell: Cell, remarks: list[tuple[str, str, str]]) -> None:
    assert told(read(id_no=cell, sex="男")) == remarks


def test_an_id_number_is_put_right_and_said_so() -> None:
    number = "11010519491231002X"
    for typed, code in (
        (number.lower(), "lower_case"),
        (" " + number, "blanks_removed"),
        ("１" + number[1:], "full_width"),
    ):
        line = read(id_no=typed)
        assert told(line) == [("id_no", "accepted", code)]
        assert line.draft.id_no == number


def test_a_wrong_number_is_one_error_even_when_it_was_put_right() -> None:
    assert told(read(id_no=" 110105194912310021")) == [("id_no", "error", "id_check_digit")]
    assert read(id_no="110105194912310021").is_faulty


@pytest.mark.parametrize(
    ("typed", "category", "icd", "text", "code"),
    [
        ("精分", "1", "", "精分", None),
        ("F31.2", "4", "F31.2", "", "diagnosis_by_icd"),
        ("复发性抑郁（f33）", "7", "F33", "复发性抑郁（f33）", "diagnosis_by_icd"),
        ("狂躁", "", "", "狂躁", "diagnosis_unknown"),
    ],
)
def test_a_diagnosis_by_name_by_code_or_as_it_stands(
    typed: str, category: str, icd: str, text: str, code: str | None
) -> None:
    line = read(diagnosis=typed)
    assert (line.draft.diagnosis_category, line.draft.icd_code, line.draft.diagnosis_text) == (category, icd, text)
    assert [remark.code for remark in line.remarks] == ([code] if code else [])
    assert not line.is_draft


def test_an_icd_column_of_its_own_gives_the_category() -> None:
    line = read(diagnosis="", icd_code="G40.9")
    assert (line.draft.diagnosis_category, line.draft.icd_code, line.remarks) == ("5", "G40.9", ())


def test_what_the_sheet_has_no_column_for_is_not_held_against_it() -> None:
    cells = {key: cell for key, cell in GOOD.items() if key in {"name", "id_no"}}
    line = read_line(cells, roster_words(), PEOPLE, Circumstances(TODAY))
    assert {remark.code for remark in line.remarks} == {"village_missing", "diagnosis_missing"}
    assert line.is_draft


def test_days_of_a_sheet_that_counts_from_1904() -> None:
    line = read(Circumstances(TODAY, is_1904=True), diagnosed_on=Cell("38538", "number"))
    assert line.draft.diagnosed_on == "2009-07-06"


def test_the_township_of_the_heading_serves_lines_without_one() -> None:
    assert read(Circumstances(TODAY, "青山镇")).draft.township == "青山镇"
    assert read(Circumstances(TODAY, "青山镇"), township="水磨乡").draft.township == "水磨乡"


def test_what_the_heading_says() -> None:
    heading = ("登记表", "填报单位：", "某县青山镇社区康复站", "填报日期：2026年11月20日")
    assert noted_above(heading, ["填报单位"]) == "某县青山镇社区康复站"
    assert noted_above(heading, ["填报日期"]) == "2026年11月20日"
    assert noted_above(heading, ["单位"]) == noted_above((), ["单位"]) == ""
    assert township_of("某县青山镇社区康复站") == township_of("青山镇社区康复站") == "青山镇"
    assert township_of("东风街道办事处") == "东风街道"
    assert township_of("康复站") == ""


def test_a_sheet_is_judged_on_the_day_it_was_filled_in_when_the_clock_is_slow() -> None:
    assert judged_on(TODAY, "2026年11月20日", 366) == date(2026, 11, 20)
    assert judged_on(TODAY, "2027年11月20日", 366) == TODAY
    assert judged_on(TODAY, "2025年1月1日", 366) == judged_on(TODAY, "", 366) == TODAY
    line = read(Circumstances(date(2026, 11, 20)), filed_on="2026-11-20")
    assert not line.is_faulty


STORED = PersonDraft(name="张三", phone="1", village="青山村", diagnosis_category="1", guardian=GuardianDraft("张守义"))


def test_a_sheet_fills_gaps_and_replaces_only_when_it_may() -> None:
    sheet = replace(STORED, phone="2", village="", address="1号", diagnosis_category="4", sex="1", has_dibao=False)
    sheet = replace(sheet, guardian=GuardianDraft("李守义", "51"))
    keys = ["name", "phone", "village", "address", "diagnosis", "has_dibao", "guardian.name", "guardian.relation"]
    merged, kept = overlay(STORED, sheet, keys, may_replace=False)
    assert kept == ["phone", "diagnosis", "guardian.name"]
    assert (merged.phone, merged.village, merged.address, merged.sex, merged.has_dibao) == (
        "1",
        "青山村",
        "1号",
        "1",
        False,
    )
    assert merged.guardian == GuardianDraft("张守义", "51")
    merged, kept = overlay(STORED, sheet, keys, may_replace=True)
    assert kept == []
    assert (merged.phone, merged.village, merged.diagnosis_category, merged.guardian.name) == (
        "2",
        "青山村",
        "4",
        "李守义",
    )


def test_what_is_derived_never_replaces_what_is_on_file() -> None:
    stored = replace(STORED, sex="2", township="青山镇")
    merged, kept = overlay(stored, replace(stored, sex="1", township="水磨乡"), ["name"], may_replace=True)
    assert (merged, kept) == (stored, [])
