from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import institution
from desktop.domain.institution import (
    KINDS,
    Entry,
    Term,
    check,
    hours_of,
    price_words,
    read_fen,
    read_hours,
    read_number,
    shapes,
    yuan,
)

TODAY = date(2026, 3, 31)
CODES = {
    "station_insurance": {"employer"},
    "contract_measure": {"visits"},
    "finding_state": {"open", "mended", "passed", "failed"},
    "staff_training_kind": {"course"},
}
GOOD = {
    "price": {"service": "日间训练", "unit": "次", "price_fen": "0", "from_on": "2026-01-01"},
    "plan": {"plan_version": "2026版", "approved_on": "2026-01-05"},
    "drill": {"held_on": "2026-02-01", "topic": "消防疏散", "participants": "12"},
    "insurance": {"kind": "employer", "from_on": "2026-01-01", "to_on": "2026-12-31"},
    "contract": {"buyer": "县民政局", "amount_fen": "120,000.50"},
    "contract_line": {"service": "入户走访", "quantity": "480", "measure": "visits"},
    "inspection": {"visited_on": "2026-03-01", "authority": "县民政局"},
    "finding": {"finding": "灭火器过期", "state": "open", "due_on": "2026-04-15"},
    "staff_training": {
        "staff": "林晓岚", "held_on": "2026-03-01", "hours": "2.5学时", "topic": "需求评估", "kind": "course",
    },
}  # fmt: skip


def faults(of_kind: str, **change: str) -> list[tuple[str | None, str]]:
    return [(fault.field, fault.code) for fault in check(Entry(of_kind, {**GOOD[of_kind], **change}), TODAY, CODES)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_entry_of_each_kind(kind: str) -> None:
    assert faults(kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_needed_must_be_there(kind: str) -> None:
    needed = [shape.name for shape in shapes(kind) if shape.is_needed]
    assert [fault.field for fault in check(Entry(kind), TODAY, CODES)] == needed
    assert needed


@pytest.mark.parametrize(
    ("kind", "field", "typed", "code"),
    [
        ("price", "price_fen", "十元", "money_shape"),
        ("price", "price_fen", "-1", "money_shape"),
        ("price", "price_fen", "1.234", "money_shape"),
        ("price", "from_on", "2026-02-30", "date_shape"),
        ("price", "to_on", "2025-12-31", "term_reversed"),
        ("price", "service", "一\x00二", "text_shape"),
        ("price", "service", "项" * 121, "text_shape"),
        ("drill", "held_on", "2026-04-01", "future"),
        ("drill", "participants", "十二", "number_shape"),
        ("insurance", "kind", "life", "unknown_code"),
        ("contract_line", "quantity", "1000000", "number_shape"),
        ("finding", "finding", "第一行\n第二行\x07", "text_shape"),
        ("staff_training", "hours", "半天", "hours_shape"),
        ("staff_training", "hours", "0", "hours_shape"),
        ("staff_training", "hours", "201", "hours_shape"),
        ("staff_training", "hours", "2.25", "hours_shape"),
        ("staff_training", "held_on", "2026-04-01", "future"),
    ],
)
def test_each_fault_is_told_at_its_field(kind: str, field: str, typed: str, code: str) -> None:
    assert faults(kind, **{field: typed}) == [(field, code)]


def test_a_longer_text_may_have_lines() -> None:
    assert faults("finding", finding="第一行\n第二行") == []


@pytest.mark.parametrize(
    ("state", "day"), [("mended", "mended_on"), ("passed", "rechecked_on"), ("failed", "rechecked_on")]
)
def test_a_finding_needs_the_day_of_its_state(state: str, day: str) -> None:
    assert faults("finding", state=state) == [(day, "required")]
    assert faults("finding", state=state, **{day: "2026-03-30"}) == []


def test_nothing_is_looked_at_again_before_it_was_mended() -> None:
    days = {"mended_on": "2026-03-20", "rechecked_on": "2026-03-19"}
    assert faults("finding", state="passed", **days) == [("rechecked_on", "term_reversed")]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("免费", 0),
        ("12", 1200),
        ("１２．５", 1250),
        ("¥1,200.05元", 120005),
        ("", None),
        ("1.", None),
        ("0x1", None),
    ],
)
def test_money(typed: str, fen: int | None) -> None:
    assert read_fen(typed) == fen


@given(st.integers(min_value=0, max_value=99_999_999_999))
def test_money_is_read_as_it_is_written(fen: int) -> None:
    assert read_fen(yuan(fen)) == fen


@given(st.text(max_size=40))
def test_nonsense_is_a_fault_and_never_an_error(text: str) -> None:
    for kind in KINDS:
        check(Entry(kind, {shape.name: text for shape in shapes(kind)}), TODAY, CODES)
    assert read_number(text) is None or 0 <= (read_number(text) or 0) < institution.MOST


@pytest.mark.parametrize(("typed", "hours"), [("4", 4), ("２．５小时", 2.5), ("3个学时", 3), ("8H", 8), ("", None)])
def test_hours(typed: str, hours: float | None) -> None:
    assert read_hours(typed) == hours


def test_hours_are_added_up_by_person_and_year() -> None:
    def trained(staff: str, day: str, hours: str) -> Entry:
        return Entry("staff_training", {"staff": staff, "held_on": day, "hours": hours})

    entries = [
        trained("林晓岚", "2026-01-05", "8"),
        trained("林 晓岚", "2026-12-31", "4.5"),
        trained("陈一帆", "2026-01-05", "8"),
    ]
    assert hours_of([*entries, trained("林晓岚", "2025-12-31", "8")], "林晓岚", 2026) == 12.5


def test_words_on_the_board() -> None:
    assert (price_words(0, "次"), price_words(1250, "课时")) == ("免费", "12.50 元/课时")


def test_terms_meet() -> None:
    year = Term(date(2026, 1, 1), date(2026, 12, 31))
    assert year.meets(Term(date(2026, 12, 31), None))
    assert not year.meets(Term(date(2027, 1, 1), None))
    assert Term(date(2020, 1, 1), None).meets(year)
    assert not year.meets(Term(date(2025, 1, 1), date(2025, 12, 31)))
