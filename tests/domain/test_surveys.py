"""The form of the need survey, and patients who live at home counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.surveys import Denominator, EntryFacts, SurveyDraft, SurveyRules, check, living_at_home, settle

TODAY = date(2026, 3, 31)
RULES = SurveyRules(
    {"result": {"planned", "willing"}, "needs": {"daily", "work"}, "sex": {"1", "2"}, "diagnosis_category": {"1"}},
    at_home={"planned", "willing"},
    becomes_intake={"willing"},
    max_age=120,
    name_length=50,
)
NUMBER = "990101198305170018"


def faults(**changes: Any) -> list[tuple[str | None, str, str]]:
    draft = replace(SurveyDraft(name="张晓东"), **changes)
    return [(fault.field, fault.code, fault.severity) for fault in check(draft, TODAY, RULES)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": " "}, ("name", "name_missing", "error")),
        ({"name": "长" * 51}, ("name", "name_long", "error")),
        ({"result": ""}, ("result", "unknown_code", "error")),
        ({"result": "maybe"}, ("result", "unknown_code", "error")),
        ({"needs": ("work", "money")}, ("needs", "unknown_code", "error")),
        ({"birth_on": "去年"}, ("birth_on", "date_unreadable", "error")),
        ({"contacted_on": "2026-04-01"}, ("contacted_on", "date_in_future", "error")),
        ({"id_no": "990101198305170019"}, ("id_no", "id_check_digit", "warning")),
        ({"phone": "123456789012"}, ("phone", "phone_shape", "warning")),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, Any], fault: tuple[str, str, str]) -> None:
    assert faults(**changes) == [fault]


def test_the_number_tells_sex_and_birth_where_they_are_missing() -> None:
    settled = settle(SurveyDraft(name="张　晓东", id_no=NUMBER[:17] + "x"), TODAY, RULES)
    assert (settled.name, settled.sex) == ("张晓东", "")  # a number that is wrong tells nothing
    from desktop.domain.identity import id_check_digit

    number = NUMBER[:17] + id_check_digit(NUMBER[:17])
    settled = settle(SurveyDraft(name="张晓东", id_no=f" {number} "), TODAY, RULES)
    assert (settled.id_no, settled.sex, settled.birth_on) == (number, "1", "1983-05-17")
    assert settle(replace(settled, sex="2"), TODAY, RULES).sex == "2"


def home(entry_id: str, *, person_id: str | None = None, id_no: str | None = None, is_home: bool = True) -> EntryFacts:
    return EntryFacts(entry_id, person_id, id_no, is_home)


@pytest.mark.parametrize(
    ("entries", "clients", "expected"),
    [
        ([], {}, (0, 0)),
        ([home("e1"), home("e2"), home("e3", is_home=False)], {}, (2, 0)),
        ([], {"p1": None, "p2": "N2"}, (0, 2)),
        ([home("e1", person_id="p1")], {"p1": None, "p2": None}, (1, 1)),
        ([home("e1", id_no="N1")], {"p1": "N1"}, (1, 0)),
        ([home("e1", id_no="N1"), home("e2", id_no="N1")], {}, (1, 0)),
        ([home("e1", id_no="N1"), home("e2", id_no="N1", is_home=False)], {}, (0, 0)),
        ([home("e1", is_home=False, id_no="N1"), home("e2", person_id="p1")], {"p1": "N1"}, (1, 0)),
        ([home("e1", person_id="p1", is_home=False)], {"p1": None}, (0, 0)),
        ([home("e1"), home("e2")], {"p1": None, "p2": None}, (2, 2)),
    ],
)
def test_everybody_at_home_is_counted_once(
    entries: list[EntryFacts], clients: dict[str, str | None], expected: tuple[int, int]
) -> None:
    found = living_at_home(entries, clients)
    assert found == Denominator(*expected)
    assert found.total == sum(expected)


@given(st.lists(st.text(max_size=40), min_size=6, max_size=6))
def test_nonsense_is_a_list_of_faults(words: list[str]) -> None:
    name, birth, number, phone, result, need = words
    draft = SurveyDraft(name=name, birth_on=birth, id_no=number, phone=phone, result=result, needs=(need,))
    assert all(fault.message.endswith(("。", "）。")) for fault in check(draft, TODAY, RULES))
