"""The strict reader takes one meaning only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.vault import strictjson
from desktop.vault.strictjson import NotStrictError

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_dumped_is_read_back(value: object) -> None:
    assert strictjson.load(strictjson.dump(value), 100_000, 64) == value


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b"NaN",
        b"[-Infinity]",
        b"1e999",
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b'["\\u0000"]',
        b'{"a":["x\\u0000"]}',
        b"9223372036854775808",
        b"-9223372036854775809",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 9 + b"1" + b"}" * 9,
        b"\xef\xbb\xbf{}",
        b'{"a":1}\r\n',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"{} {}",
        b"",
        b'{"a":1,}',
        b'"a\nb"',
    ],
)
def test_doubtful_text_is_refused(text: bytes) -> None:
    with pytest.raises(NotStrictError):
        strictjson.load(text, 1_000_000)


def test_brackets_inside_strings_do_not_count_as_depth() -> None:
    text = b'{"a":"[[[[[[[[[[{{{{\\"[[","b":[1],"c":[2]}'
    assert strictjson.load(text, 1000, 2)["b"] == [1]


def test_depth_is_counted_by_nesting_not_by_number() -> None:
    assert strictjson.load(b"[" + b"[]," * 50 + b"[]]", 1000, 2) == [[]] * 51
    with pytest.raises(NotStrictError, match="depth"):
        strictjson.load(b"[[[]]]", 1000, 2)


def test_escapes_that_mean_ordinary_letters_are_read() -> None:
    assert strictjson.load(b'{"\\u5eb7":["\\u8f66",1,{"x":null}]}', 1000) == {"康": ["车", 1, {"x": None}]}


def test_size_is_checked_first() -> None:
    with pytest.raises(NotStrictError, match="size"):
        strictjson.load(b"[1,2,3]", 6)


def test_fractions_are_read_and_an_object_can_be_demanded() -> None:
    assert strictjson.load(b"1.5", 10) == 1.5
    assert strictjson.load_object(b'{"a":1}', 10) == {"a": 1}
    with pytest.raises(NotStrictError, match="object"):
        strictjson.load_object(b"[]", 10)
