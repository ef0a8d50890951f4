"""Who is entitled, by rules that are data; what the form of a benefit must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.benefits import (
    BenefitDraft,
    BenefitRules,
    ClientFacts,
    EntitlementRule,
    check,
    fen_of,
    level_of,
    yuan_of,
)

TODAY = date(2026, 3, 31)
RULES = BenefitRules(
    kinds={"dibao", "nursing", "hardship", "guardian_reward"},
    of_guardians={"guardian_reward"},
    states={"entitled", "receiving"},
    warn_days=60,
    most_fen=1_000_000,
    entitlements=(
        EntitlementRule.of({"kind": "nursing", "because": "一级、二级", "disability_levels": ["1", "2"]}),
        EntitlementRule.of({"kind": "hardship", "because": "低保", "has_dibao": True, "is_disabled": True}),
        EntitlementRule.of({"kind": "guardian_reward", "because": "重性", "is_severe": True, "has_guardian": True}),
        EntitlementRule.of({"kind": "hardship", "because": "第二条", "is_severe": True, "has_guardian": False}),
    ),
)


def draft(**changes: Any) -> BenefitDraft:
    return replace(BenefitDraft("p", kind="nursing", state="receiving"), **changes)


def faults(**changes: Any) -> list[tuple[str | None, str, str]]:
    return [(fault.field, fault.code, fault.severity) for fault in check(draft(**changes), TODAY, RULES)]


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (ClientFacts(), set()),
        (ClientFacts("1"), {"nursing"}),
        (ClientFacts("2"), {"nursing"}),
        (ClientFacts("3"), set()),
        (ClientFacts("3", has_dibao=True), {"hardship"}),
        (ClientFacts("", has_dibao=True), set()),
        (ClientFacts("2", has_dibao=True), {"nursing", "hardship"}),
        (ClientFacts(is_severe=True), {"hardship"}),
        (ClientFacts(has_guardian=True), set()),
        (ClientFacts(is_severe=True, has_guardian=True), {"guardian_reward"}),
    ],
)
def test_all_conditions_of_a_rule_must_hold(facts: ClientFacts, kinds: set[str]) -> None:
    assert set(RULES.entitled(facts)) == kinds


def test_the_first_rule_that_holds_says_why() -> None:
    both = replace(RULES, entitlements=(*RULES.entitlements[1:2], *RULES.entitlements[3:]))
    assert both.entitled(ClientFacts("1", has_dibao=True, is_severe=True)) == {"hardship": "低保"}


def test_a_condition_nobody_knows_entitles_nobody() -> None:
    with pytest.raises(TypeError):
        EntitlementRule.of({"kind": "nursing", "because": "?", "is_rich": False})


@pytest.mark.parametrize(
    ("number", "level"),
    [("99010219830512001163", "3"), ("99010219830512001162B1", "2"), ("", ""), (None, ""), ("9901021983", "")],
)
def test_the_level_stands_at_the_end_of_the_certificate(number: str | None, level: str) -> None:
    assert level_of(number) == level


def test_a_complete_form_has_no_fault() -> None:
    days = {
        "entitled_on": "2026-01-01",
        "applied_on": "2026年1月5日",
        "granted_on": "2026-02-01",
        "paid_until": "2027-01-31",
    }
    assert faults(**days, amount="110") == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": ""}, ("kind", "unknown_code", "error")),
        ({"state": "rich"}, ("state", "unknown_code", "error")),
        ({"kind": "guardian_reward"}, ("guardian_id", "guardian_missing", "warning")),
        ({"entitled_on": "春天"}, ("entitled_on", "date_unreadable", "error")),
        ({"paid_until": "2026-13"}, ("paid_until", "date_unreadable", "error")),
        ({"applied_on": "2026-04-01"}, ("applied_on", "date_in_future", "error")),
        ({"granted_on": "2026-04-01"}, ("granted_on", "date_in_future", "error")),
        (
            {"applied_on": "2026-03-02", "granted_on": "2026-03-01"},
            ("granted_on", "granted_before_applied", "warning"),
        ),
        ({"granted_on": "2026-03-01", "paid_until": "2026-02-28"}, ("paid_until", "term_reversed", "error")),
        ({"amount": "很多"}, ("amount", "amount_unreadable", "error")),
        ({"amount": "-1"}, ("amount", "amount_unreadable", "error")),
        ({"amount": "1.234"}, ("amount", "amount_unreadable", "error")),
        ({"amount": "10000.01"}, ("amount", "amount_large", "warning")),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, str], fault: tuple[str, str, str]) -> None:
    assert faults(**changes) == [fault]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("110", 11000), ("87.5", 8750), ("１１０．５０元", 11050), ("¥1,200", 120000), ("0", 0), ("", None),
        ("1e99", None), ("1e999999999", None), ("nan", None), ("inf", None), ("٣", None), ("0.001", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(typed: str, fen: int | None) -> None:
    assert fen_of(typed) == fen


@given(st.integers(0, 10**9))
def test_amounts_are_read_back(fen: int) -> None:
    assert fen_of(yuan_of(fen)) == fen


@given(st.text(max_size=60), st.text(max_size=60))
def test_nonsense_is_a_list_of_faults(day: str, amount: str) -> None:
    for fault in check(draft(kind=day, state=amount, entitled_on=day, paid_until=amount, amount=amount), TODAY, RULES):
        assert fault.message.endswith("。")
