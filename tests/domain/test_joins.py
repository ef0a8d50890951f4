"""Who may be one person, and what a joined file takes from which side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.identity import id_check_digit, old_id
from desktop.domain.joins import Crowd, Face, Stay, leading_stay, preferred, signs

BORN = date(1983, 5, 17)
WHOLE = "99010119830517001" + id_check_digit("99010119830517001")
OTHER = "99010119830517003" + id_check_digit("99010119830517003")
READ = {"单小红": {"shan xiao hong", "dan xiao hong"}, "丹晓虹": {"dan xiao hong"}, "李四": {"li si"}, "": {""}}


def sounds(name: str) -> frozenset[str]:
    return frozenset(READ[name])


def face(**changes: object) -> Face:
    return replace(Face("a", "单小红", BORN, WHOLE, frozenset({"13900135511"}), "石桥村"), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (Face("b", "李四", None, WHOLE), ("id_no",)),
        (Face("b", "李四", None, old_id(WHOLE)), ("id_old_new",)),
        (Face("b", "丹晓虹", BORN), ("sound_birth",)),
        (Face("b", "丹晓虹", date(1983, 5, 18)), ()),
        (Face("b", "李四", BORN), ()),
        (Face("b", "单小红", None, village="石桥村"), ("name_village",)),
        (Face("b", "李四", None, "", frozenset({"13900135511"})), ("phone",)),
        (Face("b", "李四", None, OTHER, frozenset({"13900135511"})), ()),
        (Face("b", "单小红", BORN, OTHER, village="石桥村"), ("sound_birth",)),
    ],
)
def test_signs(other: Face, wanted: tuple[str, ...]) -> None:
    assert signs(face(), other, sounds) == signs(other, face(), sounds) == wanted


def test_nothing_known_is_nobody() -> None:
    assert signs(Face("a", "", BORN), Face("b", "", BORN), sounds) == ()


@pytest.mark.parametrize("number", [WHOLE, "99010120030517001X", "990101830517001", "H12345678", ""])
def test_only_numbers_of_the_last_century_have_an_old_form(number: str) -> None:
    assert old_id(number) == ("990101830517001" if number == WHOLE else number)


@given(
    st.lists(
        st.builds(
            Face,
            id=st.uuids().map(str),
            name=st.sampled_from(sorted(READ)),
            birth_on=st.sampled_from([None, BORN, date(1990, 1, 1)]),
            id_no=st.sampled_from(["", WHOLE, OTHER, old_id(WHOLE)]),
            phones=st.sampled_from([frozenset(), frozenset({"1"}), frozenset({"1", "2"})]),
            village=st.sampled_from(["", "石桥村"]),
        ),
        max_size=12,
        unique_by=lambda one: one.id,
    )
)
def test_a_crowd_finds_what_comparing_everybody_with_everybody_finds(faces: list[Face]) -> None:
    wanted = {
        (one.id, other.id): found
        for one in faces
        for other in faces
        if one.id < other.id and (found := signs(one, other, sounds))
    }
    crowd = Crowd(faces, sounds, most_sharing=99)
    assert crowd.pairs() == wanted
    for one in faces:
        assert {other.id for other, _ in crowd.like(one)} == {
            (set(pair) - {one.id}).pop() for pair in wanted if one.id in pair
        }


def test_a_telephone_of_half_the_village_says_nothing() -> None:
    faces = [Face(str(n), "李四", None, "", frozenset({"1"})) for n in range(5)]
    assert len(Crowd(faces, sounds, most_sharing=5).pairs()) == 10
    assert Crowd(faces, sounds, most_sharing=4).pairs() == {}


@pytest.mark.parametrize(
    ("kept", "gone", "is_newer", "wanted"),
    [
        ("甲", "", True, "kept"), ("", "乙", False, "gone"), (None, False, False, "gone"), ((), ("a",), False, "gone"),
        ("甲", "乙", True, "gone"), ("甲", "乙", False, "kept"), ("", "", True, "kept"),
    ],
)  # fmt: skip
def test_the_filled_value_then_the_newer(kept: object, gone: object, is_newer: bool, wanted: str) -> None:
    assert preferred(kept, gone, is_newer) == wanted


def test_of_days_of_filing_the_earlier() -> None:
    assert preferred("2025-01-01", "2024-01-01", False, "earlier") == "gone"
    assert preferred("2024-01-01", "2025-01-01", True, "earlier") == "kept"
    assert preferred("", "2025-01-01", False, "earlier") == "gone"


def test_of_numbers_the_longer() -> None:
    assert preferred(old_id(WHOLE), WHOLE, False, "longer") == "gone"
    assert preferred(WHOLE, old_id(WHOLE), True, "longer") == "kept"
    assert preferred(WHOLE, OTHER, True, "longer") == "gone"


def day(month: int) -> date:
    return date(2025, month, 1)


@pytest.mark.parametrize(
    ("stays", "leading", "twice", "first"),
    [
        ([Stay("a", day(1), False, 9), Stay("b", day(2), False, 9)], None, set(), None),
        ([Stay("a", day(3), True, 2), Stay("b", day(1), True, 6)], "b", {"a"}, day(1)),
        ([Stay("a", day(1), True, 2), Stay("b", day(3), True, 6)], "b", {"a"}, day(1)),
        ([Stay("a", day(2), True, 2), Stay("b", day(4), False, 9)], "a", {"b"}, day(2)),
        ([Stay("a", day(2), True, 2), Stay("b", day(1), False, 9)], "a", set(), day(2)),
    ],
)
def test_a_client_is_served_once(stays: list[Stay], leading: str | None, twice: set[str], first: date | None) -> None:
    assert leading_stay(stays) == (leading, frozenset(twice), first)
