"""Two versions of one form become one: only what both changed, and differently, needs a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.versions import compare, flat, with_values

FIELDS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2))


@dataclass(frozen=True)
class _Inner:
    name: str = ""


@dataclass(frozen=True)
class _Form:
    name: str = ""
    guardian: _Inner = _Inner()


def worded(name: str, value: Any) -> tuple[str, str]:
    return f"label of {name}", str(value)


def test_only_what_both_changed_differently_clashes() -> None:
    base = {"a": 0, "b": 0, "c": 0, "d": 0}
    found = compare(base, {"a": 1, "b": 1, "c": 1, "d": 0}, {"a": 2, "b": 0, "c": 1, "d": 2}, worded)
    ((clash),) = found.clashes
    assert (clash.name, clash.label, clash.theirs, clash.mine) == ("a", "label of a", "2", "1")
    assert found.settled([]) == {"a": 2, "b": 1, "c": 1, "d": 2}
    assert found.settled(["a"]) == {"a": 1, "b": 1, "c": 1, "d": 2}


@given(FIELDS, FIELDS, FIELDS)
def test_no_change_of_either_side_is_lost_unasked(
    base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]
) -> None:
    found = compare(base, mine, theirs, worded)
    clashing = {clash.name for clash in found.clashes}
    settled = found.settled([])
    for name in "abcd":
        was, own, other = base.get(name), mine.get(name), theirs.get(name)
        assert (name in clashing) == (own != was and other != was and own != other)
        if name not in clashing:
            assert settled.get(name) == (own if own != was else other)


def test_forms_inside_forms_are_flat_and_come_back() -> None:
    form = _Form("甲", _Inner("乙"))
    assert flat(form) == {"name": "甲", "guardian.name": "乙"}
    assert with_values(_Form(), flat(form)) == form
    assert with_values(form, {"guardian.name": "丙", "unknown": 1}) == replace(form, guardian=_Inner("丙"))
