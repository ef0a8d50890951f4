from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.consents import PaperFacts, PersonFacts, ScopeFacts, may, standing, who_must_sign
from tests.domain.rules import PAPERS

DAY = date(2026, 3, 31)
YEAR = timedelta(days=364)
ALL = tuple(ScopeFacts(scope, is_agreed=True) for scope in "abcdefghijklm")
PAPER = PaperFacts("in_force", DAY, DAY + YEAR, is_guardian_signed=True, scopes=ALL)
SERVED = PersonFacts(date(1980, 1, 1), "undetermined", True, "in_service", (PAPER,), (PAPER,))


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def word(*papers: PaperFacts, day: date = DAY, warn_days: int = 30) -> str:
    return standing(papers, day, warn_days).word


@given(st.integers(-800, 800), st.integers(0, 60))
def test_a_paper_holds_from_its_first_to_its_last_day(offset: int, warn_days: int) -> None:
    found = standing([PAPER], days(offset), warn_days)
    assert found.is_in_force is (0 <= offset <= 364)
    assert (found.word == "expiring") is (364 - warn_days <= offset <= 364 and offset >= 0)
    if found.is_in_force:
        assert found.until == PAPER.valid_to


@given(st.integers(0, 700), st.permutations([0, 1, 2]))
def test_the_order_of_papers_does_not_matter(offset: int, order: list[int]) -> None:
    papers = [PAPER, replace(PAPER, valid_from=days(365), valid_to=days(729)), PaperFacts("void")]
    assert standing([papers[n] for n in order], days(offset), 30) == standing(papers, days(offset), 30)


def test_the_warning_begins_on_its_day() -> None:
    assert word(PAPER, day=days(364 - 30)) == "expiring"
    assert word(PAPER, day=days(364 - 31)) == "in_force"


def test_a_paper_that_is_renewed_in_time_does_not_warn() -> None:
    renewed = replace(PAPER, valid_from=days(365), valid_to=days(729))
    assert word(PAPER, day=days(360)) == "expiring"
    assert word(PAPER, renewed, day=days(360)) == "in_force"
    assert standing([PAPER, renewed], days(360), 30).until == days(729)
    assert word(PAPER, renewed, day=days(700)) == "expiring"
    assert standing([PAPER, replace(renewed, valid_to=None)], days(360), 30).until is None
    short = replace(renewed, valid_to=days(370))
    assert standing([PAPER, short], days(360), 30) == replace(standing([PAPER], days(360), 30), until=days(370))


def test_a_withdrawal_told_in_advance_ends_what_is_in_force() -> None:
    ends = replace(PAPER, ended_on=days(20))
    assert standing([ends], days(0), 30).until == days(19)
    assert word(ends, day=days(0)) == "expiring"


def test_the_words_for_what_does_not_hold() -> None:
    assert word() == word(PaperFacts("draft"), PaperFacts("void")) == "missing"
    assert word(PaperFacts("printed")) == "printed"
    assert word(PAPER, PaperFacts("printed"), day=days(400)) == "printed"
    assert word(PAPER, day=days(400)) == "expired"
    assert word(replace(PAPER, status="withdrawn", ended_on=days(10)), day=days(10)) == "withdrawn"
    # an end that is known beforehand is near, whoever set it
    assert word(replace(PAPER, status="withdrawn", ended_on=days(10)), day=days(9)) == "expiring"
    assert word(replace(PAPER, ended_on=days(10), valid_to=None), day=days(20)) == "withdrawn"
    assert word(replace(PAPER, valid_to=None), day=days(5000)) == "in_force"
    coming = standing([PAPER], days(-5), 30)
    assert (coming.word, coming.since) == ("missing", DAY)
    assert word(replace(PAPER, valid_from=None)) == "missing"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"consents": ()}, "还没有签知情同意书"),
        ({"consents": (PaperFacts("printed"),)}, "知情同意书已打印"),
        ({"consents": (replace(PAPER, valid_to=days(-1), valid_from=days(-9)),)}, "2026-03-30 到期"),
        ({"consents": (replace(PAPER, ended_on=DAY, valid_from=days(-9)),)}, "撤回或终止"),
        ({"consents": (replace(PAPER, valid_from=days(3)),)}, "2026-04-03 起才有效"),
        ({"consents": (replace(PAPER, is_guardian_signed=False),)}, "缺监护人签字"),
        ({"consents": (replace(PAPER, scopes=()),)}, "没有同意"),
        ({"agreements": ()}, "还没有签服务协议"),
        ({"state": "suspended"}, "暂停"),
        ({"state": "closed"}, "结案"),
    ],
)
def test_serving_is_refused_in_a_sentence_that_says_why(change: dict[str, object], words: str) -> None:
    assert may(SERVED, "serve", DAY, PAPERS).yes
    verdict = may(replace(SERVED, **change), "serve", DAY, PAPERS)  # type: ignore[arg-type]
    assert not verdict.yes
    assert words in verdict.because
    assert "104号" in verdict.article


def test_a_case_still_being_opened_may_be_served_once_both_papers_hold() -> None:
    assert may(replace(SERVED, state="assigned"), "serve", DAY, PAPERS).yes


@pytest.mark.parametrize(
    ("act", "scope"), [("visit", "i"), ("photograph", "g"), ("publish", "h"), ("print", "b"), ("export", "c")]
)
def test_each_act_needs_its_own_tick(act: str, scope: str) -> None:
    assert may(SERVED, act, DAY, PAPERS).yes
    for answer in (ScopeFacts(scope, is_agreed=False), ScopeFacts(scope, is_agreed=True, withdrawn_on=DAY)):
        others = tuple(one for one in ALL if one.scope != scope)
        person = replace(SERVED, consents=(replace(PAPER, scopes=(*others, answer)),))
        verdict = may(person, act, DAY, PAPERS)
        assert not verdict.yes
        assert PAPERS.scope_labels[scope] in verdict.because
    later = ScopeFacts(scope, is_agreed=True, withdrawn_on=days(1))
    assert may(replace(SERVED, consents=(replace(PAPER, scopes=(*ALL, later)),)), act, DAY, PAPERS).yes


def test_consent_gates_the_export_only_where_it_is_the_legal_basis() -> None:
    nothing = PersonFacts()
    assert not may(nothing, "export", DAY, PAPERS).yes
    for basis in ("entrusted", "statutory"):
        assert may(nothing, "export", DAY, PAPERS, basis).yes


def test_the_papers_themselves_can_always_be_printed() -> None:
    assert may(PersonFacts(), "sign", DAY, PAPERS).yes


def test_an_adult_with_full_capacity_consents_alone() -> None:
    alone = replace(PAPER, is_guardian_signed=False)
    person = PersonFacts(date(1980, 1, 1), "full", False, "in_service", (alone,), (alone,))
    assert may(person, "serve", DAY, PAPERS).yes


@pytest.mark.parametrize(
    ("age", "capacity", "has_guardian", "client", "guardian"),
    [
        (13, "undetermined", True, "optional", "always"),
        (14, "full", True, "unless_noted", "always"),
        (17, "undetermined", False, "unless_noted", "always"),
        (18, "undetermined", True, "unless_noted", "always"),
        (18, "undetermined", False, "always", "unless_noted"),
        (40, "full", False, "always", "nobody"),
        (40, "full", True, "always", "unless_noted"),
        (40, "limited", True, "unless_noted", "always"),
        (40, "none", True, "optional", "always"),
        (None, "undetermined", True, "unless_noted", "always"),
    ],
)
def test_who_must_sign(age: int | None, capacity: str, has_guardian: bool, client: str, guardian: str) -> None:
    rule = who_must_sign(age, capacity, has_guardian, PAPERS)
    assert (rule.client, rule.guardian) == (client, guardian)
    assert rule.because.endswith("。")
    assert rule.article


@given(
    st.one_of(st.none(), st.integers(0, 120)),
    st.sampled_from(["full", "limited", "none", "undetermined"]),
    st.booleans(),
)
def test_somebody_always_has_to_sign_and_children_never_alone(
    age: int | None, capacity: str, has_guardian: bool
) -> None:
    rule = who_must_sign(age, capacity, has_guardian, PAPERS)
    assert "always" in {rule.client, rule.guardian}
    if age is not None and age < 18:
        assert rule.guardian == "always"
