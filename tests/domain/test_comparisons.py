"""Two lists beside each other: who is on both, on one only, and what differs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.comparisons import Entry, Pairing, compare, match_key
from desktop.domain.identity import id_check_digit, old_id
from desktop.domain.joins import Face

BORN = date(1983, 5, 17)
ONE, OTHER = (body + id_check_digit(body) for body in ("99010119830517001", "99010119830517003"))
READ = {"单小红": {"shan xiao hong", "dan xiao hong"}, "丹晓虹": {"dan xiao hong"}, "李四": {"li si"}, "": set()}


def sounds(name: str) -> frozenset[str]:
    return frozenset(READ[name])


def entry(
    number: str, name: str = "单小红", id_no: str = "", born: date | None = None, village: str = "", **values: str
) -> Entry:
    return Entry(Face(number, name, born, id_no, frozenset(), village), values)


def verdicts(theirs: list[Entry], ours: list[Entry]) -> list[tuple[str, str, str]]:
    return [
        (one.verdict, one.theirs.face.id if one.theirs else "", one.ours.face.id if one.ours else "")
        for one in compare(theirs, ours, sounds)
    ]


@pytest.mark.parametrize(
    ("theirs", "ours", "wanted"),
    [
        (entry("t", id_no=ONE), entry("o", "李四", id_no=ONE), "matched"),
        (entry("t", id_no=old_id(ONE)), entry("o", "李四", id_no=ONE), "matched"),
        (entry("t", born=BORN), entry("o", born=BORN), "matched"),
        (entry("t", born=BORN, id_no=ONE), entry("o", born=BORN), "matched"),
        (entry("t", "丹晓虹", village="石桥村"), entry("o", village="石桥村"), "possible"),
        (entry("t", phone="1"), entry("o"), "only_there"),
        (entry("t", born=BORN, id_no=ONE), entry("o", born=BORN, id_no=OTHER), "only_there"),
        (entry("t", id_no=ONE, phone="1"), entry("o", id_no=ONE, phone="2"), "different"),
        (entry("t", id_no=ONE, phone=""), entry("o", id_no=ONE, phone="2"), "matched"),
        (entry("t", id_no=ONE, phone="1"), entry("o", id_no=ONE, phone=""), "different"),
    ],
)
def test_verdicts(theirs: Entry, ours: Entry, wanted: str) -> None:
    told = compare([theirs], [ours], sounds)
    assert told[0].verdict == wanted
    assert len(told) == (2 if wanted == "only_there" else 1)


def test_the_differing_fields_are_named() -> None:
    told = compare(
        [entry("t", id_no=ONE, phone="1", sex="1", village_="x")], [entry("o", id_no=ONE, phone="2", sex="1")], sounds
    )
    assert told[0].differences == ("phone", "village_")


def test_the_number_goes_before_the_name_whatever_the_order() -> None:
    theirs = [entry("t1", born=BORN), entry("t2", born=BORN, id_no=ONE)]
    assert verdicts(theirs, [entry("o", born=BORN, id_no=ONE)]) == [("only_there", "t1", ""), ("matched", "t2", "o")]


def test_two_of_one_name_and_birth_are_a_doubt() -> None:
    told = verdicts([entry("t", born=BORN)], [entry("o1", born=BORN), entry("o2", born=BORN)])
    assert told == [("possible", "t", "o1"), ("only_here", "", "o2")]


FACES = st.builds(
    Face,
    id=st.uuids().map(str),
    name=st.sampled_from(sorted(READ)),
    birth_on=st.sampled_from([None, BORN]),
    id_no=st.sampled_from(["", ONE, OTHER, old_id(ONE)]),
    village=st.sampled_from(["", "石桥村"]),
)


@given(
    st.lists(FACES, max_size=8, unique_by=lambda one: one.id), st.lists(FACES, max_size=8, unique_by=lambda one: one.id)
)
def test_everybody_is_told_exactly_once(theirs: list[Face], ours: list[Face]) -> None:
    told: list[Pairing] = compare([Entry(one) for one in theirs], [Entry(one) for one in ours], sounds)
    assert [one.theirs.face for one in told if one.theirs] == theirs
    assert sorted(one.ours.face.id for one in told if one.ours) == sorted(one.id for one in ours)


def test_a_person_is_known_again_by_number_old_or_new() -> None:
    assert match_key(Face("a", "单小红", None, ONE)) == match_key(Face("b", "李四", BORN, old_id(ONE)))
    assert match_key(Face("a", "单小红", BORN)) != match_key(Face("a", "李四", BORN))
