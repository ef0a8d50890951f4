from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.calendar import (
    Period,
    add_months,
    clock,
    first_day,
    last_day_of_term,
    minutes_between,
    quarter_of,
    read_day,
    read_minutes,
    read_partial,
    week_of,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_a_quarter_and_a_week_hold_their_day_and_touch_the_next(day: date) -> None:
    for period, of in ((quarter_of(day), quarter_of), (week_of(day), week_of)):
        assert period.has(day)
        assert of(period.last + timedelta(days=1)).first == period.last + timedelta(days=1)
    assert quarter_of(day).first.month in {1, 4, 7, 10}
    assert (quarter_of(day).first.day, week_of(day).first.weekday(), week_of(day).days) == (1, 0, 7)


def test_a_period_ends_at_both_ends() -> None:
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period.days == 90
    assert not period.has(date(2025, 12, 31))
    assert not period.has(date(2026, 4, 1))


@given(DAYS, st.integers(-600, 600))
def test_months_are_added_within_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_a_term_of_twelve_months_ends_the_day_before() -> None:
    assert last_day_of_term(date(2026, 5, 3), 12) == date(2027, 5, 2)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2011.3.5", "2011-03-05"),
        ("2011。3。5", "2011-03-05"),
        ("2011-03-05 00:00:00", "2011-03-05"),
        ("２０１１／３／５", "2011-03-05"),
        ("2011年3月5日", "2011-03-05"),
        ("20110305", "2011-03-05"),
        ("2009年7月", "2009-07"),
        ("200907", "2009-07"),
        ("2009", "2009"),
        ("2009年", "2009"),
        ("1880", "1880"),
        ("1879", None),
        ("不详", None),
        ("2011-02-30", None),
        ("2011-13", None),
        ("1492-10-12", None),
        ("20113", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, iso: str | None) -> None:
    assert read_partial(typed) == iso
    assert read_day(typed) == (date.fromisoformat(iso) if iso and len(iso) == 10 else None)


@given(DAYS)
def test_every_day_is_read_back(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(f"{day.year}年{day.month}月{day.day}日") == day


def test_a_month_or_year_begins_with_its_first_day() -> None:
    assert first_day("2009-07") == date(2009, 7, 1)
    assert first_day("2009") == date(2009, 1, 1)
    assert first_day("2009-07-06") == date(2009, 7, 6)


def test_times_of_day() -> None:
    assert read_minutes("9：30") == 570
    assert read_minutes("24:00") is None
    assert minutes_between("9:30", "10:00") == 30
    assert minutes_between("10:00", "9:30") == -30
    assert minutes_between("", "9:30") is None
    assert clock("9:05") == "09:05"
    with pytest.raises(ValueError, match="no time"):
        clock("morgens")
