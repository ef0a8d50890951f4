from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.identity import (
    age_on,
    check_credit_code,
    check_disability_no,
    check_division_code,
    check_id_no,
    check_phone,
    clean_number,
    credit_check_sign,
    id_check_digit,
    mask_id,
    mask_phone,
)

TODAY = date(2026, 3, 31)
BIRTHS = st.dates(date(1920, 1, 1), TODAY)


def codes(text: str) -> list[str]:
    return [fault.code for fault in check_id_no(text, TODAY, 120)[1]]


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        ("11010519491231002", "X"),
        ("44052418800101001", "4"),
        ("99010119900101001", "9"),
        ("99010119900101002", "7"),
    ],
)
def test_the_check_digit_of_the_standard(body: str, sign: str) -> None:
    assert id_check_digit(body) == sign


@given(BIRTHS, st.integers(0, 999))
def test_a_right_number_tells_birth_and_sex(birth: date, serial: int) -> None:
    body = f"990127{birth:%Y%m%d}{serial:03}"
    facts, faults = check_id_no(body + id_check_digit(body), TODAY, 120)
    assert faults == ()
    assert facts is not None
    assert (facts.birth_on, facts.sex) == (birth, "1" if serial % 2 else "2")


@given(BIRTHS, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_digit_copied_wrong_is_always_noticed(birth: date, serial: int, place: int, shift: int) -> None:
    body = f"990127{birth:%Y%m%d}{serial:03}"
    number = body + id_check_digit(body)
    signs = "0123456789X" if place == 17 else "0123456789"
    wrong = number[:place] + signs[(signs.index(number[place]) + shift) % len(signs)] + number[place + 1 :]
    facts, faults = check_id_no(wrong, TODAY, 120)
    assert facts is None
    assert faults


def test_an_id_number_as_typed_is_cleaned() -> None:
    facts, _ = check_id_no(" １１０１０５ 19491231 002x", TODAY, 120)
    assert facts is not None
    assert facts.number == "11010519491231002X"


def test_wrong_numbers_say_what_is_wrong() -> None:
    assert codes("110105491231002") == ["id_old"]
    assert codes("1101051949123100") == ["id_shape"]
    assert codes("110105194912310021") == ["id_check_digit"]
    for birth in ("20270101", "18000101", "19990230"):
        body = f"990127{birth}001"
        assert codes(body + id_check_digit(body)) == ["id_birth"]


def test_the_youngest_and_the_oldest_are_believed() -> None:
    for birth in (TODAY, date(1906, 3, 31)):
        body = f"990127{birth:%Y%m%d}001"
        assert codes(body + id_check_digit(body)) == []


def test_a_disability_number_holds_the_persons_id_number() -> None:
    own = "11010519491231002X"
    facts, faults = check_disability_no(own.lower() + "62", own)
    assert faults == ()
    assert facts is not None
    assert (facts.kind, facts.level, facts.id_no) == ("6", "2", own)
    assert check_disability_no(own + "62B1", own)[1] == ()
    assert check_disability_no(own + "62", "")[1] == ()
    assert [fault.code for fault in check_disability_no(own + "82", own)[1]] == ["disability_shape"]
    assert [fault.code for fault in check_disability_no("99010119900101001962", own)[1]] == ["disability_other_person"]
    assert [(one.code, one.severity) for one in check_disability_no(own + "41", own)[1]] == [
        ("disability_kind", "warning")
    ]


def test_a_credit_code_has_a_check_sign() -> None:
    assert credit_check_sign("91350100M000100Y4") == "3"
    assert check_credit_code(" 91350100m000100y43 ") == ()
    assert [fault.code for fault in check_credit_code("91350100M000100Y44")] == ["credit_check_sign"]
    assert [fault.code for fault in check_credit_code("91350100M000100I43")] == ["credit_shape"]
    assert [fault.code for fault in check_credit_code("9135")] == ["credit_shape"]


def test_division_codes_have_six_nine_or_twelve_digits() -> None:
    assert (
        check_division_code("990127") == check_division_code("990127001") == check_division_code("990127001001") == ()
    )
    assert [fault.code for fault in check_division_code("99012")] == ["division_shape"]


@pytest.mark.parametrize(
    "number", ["", "13800138000", "0990-5550101", "05505550101", "5550101", "12345", "0990-5550101-8"]
)
def test_telephones_that_can_be_right(number: str) -> None:
    assert check_phone(number) == ()


@pytest.mark.parametrize("number", ["1380013800", "23800138000000", "电话"])
def test_telephones_that_cannot_are_a_warning(number: str) -> None:
    assert [(fault.code, fault.severity) for fault in check_phone(number)] == [("phone_shape", "warning")]


@given(BIRTHS)
def test_age_rises_on_the_birthday(birth: date) -> None:
    age = age_on(birth, TODAY)
    assert age >= 0
    assert birth.year + age in {TODAY.year, TODAY.year - 1} or age == TODAY.year - birth.year - 1


def test_who_is_born_on_29_february_grows_older_in_march() -> None:
    assert age_on(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert age_on(date(2012, 2, 29), date(2026, 3, 1)) == 14


@given(st.text(alphabet="0123456789X", max_size=24))
def test_masks_hide_the_middle_and_keep_the_length(number: str) -> None:
    for masked in (mask_id(number), mask_phone(number)):
        assert len(masked) == len(number)
        assert masked.count("*") >= min(3, len(number))


def test_masks_as_they_look() -> None:
    assert mask_id("11010519491231002X") == "1101**********002X"
    assert mask_phone("13800138000") == "138****8000"
    assert (mask_id("12345678901"), mask_id("1234567890")) == ("1234***8901", "**********")
    assert mask_id(None) == ""
    assert clean_number(" ab ") == "AB"
