import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.rules import LIFECYCLE

STATES = st.sampled_from(sorted(LIFECYCLE.states))


def test_the_states_are_those_of_the_domain() -> None:
    assert {state for state in LIFECYCLE.states if LIFECYCLE.in_service(state)} == {"signed", "in_service"}
    assert LIFECYCLE.label("waiting") == "轮候"
    for state in LIFECYCLE.states.values():
        assert set(state.next) <= set(LIFECYCLE.states)


@pytest.mark.parametrize(
    ("state", "to", "reason", "code"),
    [
        ("applied", "registered", "", None),
        ("assessed", "signed", "", None),
        ("applied", "in_service", "", "step_not_allowed"),
        ("closed", "in_service", "", "step_not_allowed"),
        ("in_service", "suspended", " ", "reason_missing"),
        ("in_service", "suspended", "住院", None),
    ],
)
def test_a_case_goes_only_the_steps_it_may(state: str, to: str, reason: str, code: str | None) -> None:
    assert [fault.code for fault in LIFECYCLE.check_move(state, to, reason)] == ([code] if code else [])


@given(STATES)
def test_signing_never_brings_back_who_has_left_nor_steps_back(state: str) -> None:
    after = LIFECYCLE.after_signing(state)
    assert after == state if LIFECYCLE.is_away(state) or LIFECYCLE.in_service(state) else after == "signed"
