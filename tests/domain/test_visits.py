from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.visits import VisitDraft, check, counts
from desktop.services.visits import visit_rules

TODAY = date(2026, 3, 31)
RULES = visit_rules()
GOOD = VisitDraft(
    person_id="p",
    visited_on="2026-03-30",
    starts="14:00",
    ends="14:40",
    visitor_id="u",
    companions="村医",
    met="client",
    purposes=("followup",),
    mental_state="stable",
    medication="regular",
    danger_level="0",
    lock_seen="none",
    next_visit_on="2026-04-30",
)


def told(draft: VisitDraft) -> set[tuple[str | None, str, str]]:
    return {(fault.field, fault.code, fault.severity) for fault in check(draft, TODAY, RULES)}


def test_a_complete_visit_has_no_faults_and_counts() -> None:
    assert told(GOOD) == set()
    assert counts(GOOD, RULES)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"visited_on": ""}, ("visited_on", "required", "error")),
        ({"visited_on": "31.3."}, ("visited_on", "bad_date", "error")),
        ({"visited_on": "2026-04-01"}, ("visited_on", "future", "error")),
        ({"visitor_id": ""}, ("visitor_id", "required", "error")),
        ({"purposes": ()}, ("purposes", "required", "error")),
        ({"purposes": ("tea",)}, ("purposes", "unknown_code", "error")),
        ({"mental_state": "good"}, ("mental_state", "unknown_code", "error")),
        ({"medication": ""}, ("medication", "required", "error")),
        ({"lock_seen": ""}, ("lock_seen", "required", "error")),
        ({"lock_seen": "locked"}, ("lock_reported_to", "required", "error")),
        ({"starts": ""}, ("starts", "required", "error")),
        ({"ends": "25:00"}, ("ends", "bad_time", "error")),
        ({"ends": "14:00"}, ("ends", "order", "error")),
        ({"next_visit_on": ""}, ("next_visit_on", "no_next", "warning")),
        ({"next_visit_on": "bald"}, ("next_visit_on", "bad_date", "error")),
        ({"next_visit_on": "2026-03-30"}, ("next_visit_on", "order", "error")),
        ({"does_count_match": True}, ("does_count_match", "not_counted", "error")),
        ({"danger_level": "3"}, ("danger_level", "emergency", "warning")),
        ({"danger_level": "1", "companions": ""}, ("companions", "two_people", "warning")),
        ({"problems": "漏服药"}, ("handling", "no_handling", "warning")),
    ],
)
def test_each_fault_is_told_at_its_field(change: dict[str, object], fault: tuple[str, str, str]) -> None:
    assert fault in told(replace(GOOD, **change))  # type: ignore[arg-type]


def test_who_was_not_met_needs_a_reason_and_no_findings() -> None:
    closed = replace(GOOD, met="nobody", mental_state="", medication="", danger_level="", lock_seen="")
    assert told(closed) == {("not_met_reason", "required", "error")}
    assert told(replace(closed, not_met_reason="外出务工")) == set()
    assert not counts(closed, RULES)


def test_a_telephone_call_needs_no_hours_and_does_not_count() -> None:
    call = replace(GOOD, method="phone", starts="", ends="", lock_seen="")
    assert told(call) == set()
    assert not counts(call, RULES)
    assert not counts(replace(GOOD, met=""), RULES)
    assert counts(replace(GOOD, method="community"), RULES)


def test_a_report_of_a_lock_is_enough() -> None:
    assert told(replace(GOOD, lock_seen="locked", lock_reported_to="镇派出所")) == set()


def test_without_a_readable_day_the_next_is_not_compared() -> None:
    assert told(replace(GOOD, visited_on="")) == {("visited_on", "required", "error")}
