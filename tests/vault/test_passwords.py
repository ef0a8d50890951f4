"""Which passwords are refused, and that every form of the same keys is one password."""

from __future__ import annotations

import unicodedata

import pytest

from desktop.errors import ValidationError
from desktop.vault import passwords


def test_both_unicode_forms_of_a_password_are_the_same_bytes() -> None:
    text = "café-ñandú-Å한"
    assert passwords.normal(unicodedata.normalize("NFD", text)) == passwords.normal(unicodedata.normalize("NFC", text))
    assert passwords.normal("\ud800")  # half a character cannot be a password, but it must not crash the login either


@pytest.mark.parametrize(
    "password",
    [
        "蓝色拖拉机爱吃荔枝糖",
        "correct horse battery",
        "％１２ab“引号”'\"$x",
        "x1" * 3 + "🙂🌾🚜 ok",
        "aB3$" * 2 + "z9-q" * 30,
    ],
)
def test_a_fair_password_is_taken(password: str) -> None:
    passwords.check(password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "短密码九个字符九个",
        "x" * 129,
        "aaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc1"[:12],
        "abcdabcdabcd",
        "abcdeabcdeab",
        "abcdefghijkl",
        "lkjihgfedcba",
        "1234567890",
        "0987654321",
        "2345678901",
        "password123",
        "Password2026!",
        "ＰＡＳＳＷＯＲＤ２０２６",
        "1qaz2wsx3edc",
        "kangyi20260331",
        "精康融合2026年".replace("年", "!!"),
        "abc\tdefghij!k",
        "abc\ud800defghijk",
    ],
)
def test_a_poor_password_is_refused_with_a_remedy(password: str) -> None:
    with pytest.raises(ValidationError) as trouble:
        passwords.check(password)
    assert (trouble.value.code, trouble.value.field) == ("weak_password", "password")
    assert trouble.value.remedy
    assert not password or password not in trouble.value.message


def test_the_words_of_the_station_are_refused_too() -> None:
    passwords.check("lixiaohong1985")
    with pytest.raises(ValidationError):
        passwords.check("lixiaohong1985", ("LiXiaoHong",))
    passwords.check("lixiaohong1985", ("l",))
