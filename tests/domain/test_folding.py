import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.folding import clean_name, clean_text, fold


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 彭\u3000金凤 ", "彭金凤"),
        ("买买提 • 艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("阿依古丽・吐尔逊", "阿依古丽·吐尔逊"),
        ("㛃䶮", "㛃䶮"),
        ("𬭎 文", "𬭎文"),
        ("J. Smith", "J. Smith"),
        ("John  Smith", "John Smith"),
        ("张三\u200b", "张三"),
        ("·", ""),
    ],
)
def test_a_name_is_cleaned_and_keeps_its_characters(typed: str, name: str) -> None:
    assert clean_name(typed) == name


def test_full_width_signs_become_half_width_and_blanks_go() -> None:
    assert fold("９９０ １２７\u3000ｘ（）") == "990127x()"


def test_a_text_keeps_what_stands_inside() -> None:
    assert clean_text(" 第一行\n第二 行 \ufeff") == "第一行\n第二 行"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert fold(fold(text)) == fold(text)
    assert clean_text(clean_text(text)) == clean_text(text)
