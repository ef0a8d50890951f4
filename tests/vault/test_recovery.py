"""The recovery code survives handwriting, and slips are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import ValidationError
from desktop.vault import recovery

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.integers(0, 2**128 - 1).map(recovery._code_of)


def test_a_code_has_seven_groups_of_four_and_is_never_the_same() -> None:
    codes = {recovery.new_code() for _ in range(50)}
    assert len(codes) == 50
    assert all([len(group) for group in code.split("-")] == [4] * 7 for code in codes)


@given(CODES)
def test_a_code_typed_right_is_itself(code: str) -> None:
    assert recovery.normal_code(code) == code
    loose = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recovery.normal_code(loose) == code
    assert recovery.normal_code(code.replace("1", "i").replace("-", "")) == code


def test_full_width_symbols_of_a_chinese_keyboard_are_taken() -> None:
    code = recovery.new_code()
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert recovery.normal_code(wide) == code


@given(CODES, st.integers(0, 27), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_found(code: str, at: int, letter: str) -> None:
    symbols = code.replace("-", "")
    typed = symbols[:at] + letter + symbols[at + 1 :]
    if typed != symbols:
        with pytest.raises(ValidationError) as trouble:
            recovery.normal_code(typed)
        assert (trouble.value.code, trouble.value.field) == ("wrong_password", "recovery_code")


@given(CODES, st.integers(0, 27), st.integers(0, 27))
def test_two_exchanged_symbols_are_found(code: str, one: int, two: int) -> None:
    symbols = list(code.replace("-", ""))
    symbols[one], symbols[two] = symbols[two], symbols[one]
    typed = "".join(symbols)
    if typed != code.replace("-", ""):
        with pytest.raises(ValidationError):
            recovery.normal_code(typed)


@pytest.mark.parametrize("typed", ["", "4QYZ", "U" * 28, "*" * 28, "0" * 29])
def test_what_cannot_be_a_code_is_said(typed: str) -> None:
    with pytest.raises(ValidationError) as trouble:
        recovery.normal_code(typed)
    assert trouble.value.remedy


def test_a_number_of_more_than_128_bits_is_refused() -> None:
    with pytest.raises(ValidationError):
        recovery.normal_code(recovery._code_of(2**128))
