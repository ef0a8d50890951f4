"""What lists of earlier years say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.past import (
    Bounds,
    PastRules,
    Range,
    check_day,
    check_score,
    meaning_of,
    month_of,
    parts_of,
    read_span,
    word_in,
)

TODAY = date(2026, 3, 31)
BOUNDS = Bounds(date(2001, 5, 1), date(2026, 1, 5))


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [("error", "date_in_future")]),
        (date(2026, 1, 5), []),
        (date(2026, 1, 4), [("warning", "before_case")]),
        (date(2001, 4, 30), [("error", "before_birth")]),
    ],
)
def test_days_that_can_be(day: date, found: list[tuple[str, str]]) -> None:
    remarks = check_day("held_on", day, TODAY, BOUNDS, PastRules(2000, "warning"))
    assert [(one.verdict, one.code) for one in remarks] == found


def test_the_policy_says_what_a_day_before_the_case_is_and_where_the_past_begins() -> None:
    strict = PastRules(2025, "error")
    assert check_day("day", date(2026, 1, 4), TODAY, BOUNDS, strict)[0].verdict == "error"
    assert check_day("day", date(2024, 12, 31), TODAY, Bounds(), strict)[0].code == "date_too_early"
    assert check_day("day", date(2025, 1, 1), TODAY, Bounds(), strict) == ()


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("青山站2025年11月出勤表", (2025, 11)),
        ("出勤表 ２０２６．３", (2026, 3)),
        ("2026-03", (2026, 3)),
        ("2026年13月", None),
        ("2026年度", None),
        ("20260301", None),
    ],
)
def test_the_month_in_a_title(text: str, month: tuple[int, int] | None) -> None:
    assert month_of(("", text)) == month


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("9:00-10:30", ("09:00", "10:30")),
        ("９：００—１０：３０", ("09:00", "10:30")),
        ("14:00 至 14:30", ("14:00", "14:30")),
        ("10:30-9:00", None),
        ("9:00-9:00", None),
        ("25:00-26:00", None),
        ("上午", None),
    ],
)
def test_spans_of_time(text: str, span: tuple[str, str] | None) -> None:
    assert read_span(text) == span


def test_words_of_a_cell_and_marks() -> None:
    assert parts_of("服药、社交；工作/居家\n 家庭") == ("服药", "社交", "工作", "居家", "家庭")
    marks = {"present": ["√", "Y"], "absent": ["×"]}
    assert [meaning_of(marks, mark) for mark in ("√", " y ", "×", "?")] == ["present", "present", "absent", ""]
    assert word_in(["2025年服务协议书"], {"协议": "a", "服务协议": "b", "议": "c"}) == "b"


def test_scores_and_their_range() -> None:
    sdss = Range("SDSS", 0, 20)
    assert (check_score("total", 0, sdss), check_score("total", 20, sdss)) == ((), ())
    assert "0–20" in check_score("total", 20.5, sdss)[0].message
    assert "14 以上" in check_score("total", 13, Range("ADL", 14))[0].message
    assert check_score("total", -5, Range("其他")) == ()


@given(st.text(max_size=40))
def test_nonsense_is_nothing(text: str) -> None:
    month, span = month_of([text]), read_span(text)
    assert month is None or 1 <= month[1] <= 12
    assert span is None or span[0] < span[1]
    assert all(parts_of(text))
