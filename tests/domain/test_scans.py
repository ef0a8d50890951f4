"""The form of a paper being taken in: what is wrong with it, and how it comes back from a draft."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.faults import Verdict
from desktop.domain.scans import WHOLE, ScanDraft, ScanRules, TrayPage, check, draft_of, settle

TODAY = date(2026, 3, 31)
RULES = ScanRules({"kind": {"paper", "photo"}, "part": {"ids"}, "origin": {"file"}}, 3, 10)
PAGE = TrayPage("a" * 64, 600, 800)
RIGHT = ScanDraft("p", part="ids", title="残疾证", made_on="2026-03-02", pages=(PAGE,))


def faults(**changes: Any) -> list[tuple[str | None, str]]:
    return [(fault.field, fault.code) for fault in check(replace(RIGHT, **changes), TODAY, RULES)]


def test_nothing_is_wrong_with_a_right_one() -> None:
    assert faults() == []
    assert faults(made_on="") == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"part": ""}, ("part", "unknown_code")),
        ({"kind": "film"}, ("kind", "unknown_code")),
        ({"title": " \t"}, ("title", "title_missing")),
        ({"title": "长" * 11}, ("title", "too_long")),
        ({"made_on": "昨天"}, ("made_on", "date_unreadable")),
        ({"made_on": "2026-04-01"}, ("made_on", "date_later")),
        ({"pages": ()}, ("pages", "pages_missing")),
        ({"pages": (PAGE,) * 4}, ("pages", "too_many_pages")),
    ],
)
def test_each_fault_at_its_field(changes: dict[str, Any], found: tuple[str, str]) -> None:
    assert faults(**changes) == [found]


def test_only_a_photo_asks_for_the_consent() -> None:
    no = Verdict(False, "还没有签知情同意书")
    assert check(RIGHT, TODAY, RULES, no) == ()
    (fault,) = check(replace(RIGHT, kind="photo"), TODAY, RULES, no)
    assert (fault.field, fault.message) == ("kind", no.because)
    assert check(replace(RIGHT, kind="photo"), TODAY, RULES, Verdict(True, "")) == ()
    assert check(replace(RIGHT, kind="photo"), TODAY, RULES) == ()


@given(st.tuples(*[st.floats(allow_nan=False) for _ in range(4)]))
def test_a_crop_is_inside_the_page_and_has_an_area(crop: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = settle(replace(RIGHT, pages=(replace(PAGE, crop=crop),))).pages[0].crop
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1


def test_a_frame_drawn_from_the_other_corner_is_the_same() -> None:
    assert settle(replace(RIGHT, pages=(replace(PAGE, crop=(0.9, 0.8, 0.1, 0.2)),))).pages[0].crop == (
        0.1,
        0.2,
        0.9,
        0.8,
    )
    assert settle(replace(RIGHT, pages=(replace(PAGE, crop=(0.5, 0.5, 0.5, 0.9)),))).pages[0].crop == WHOLE


def test_a_kept_form_comes_back_and_what_is_strange_in_it_is_passed_over() -> None:
    import json

    assert draft_of(json.loads(json.dumps(asdict(RIGHT))), ScanDraft("p")) == RIGHT
    strange = {
        "title": "x",
        "part": 5,
        "person_id": "other",
        "pages": [{"piece": "b"}, 7, asdict(PAGE), {"crop": "abcd"}],
    }
    assert draft_of(strange, ScanDraft("p")) == ScanDraft("p", title="x", pages=(PAGE,))
