from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.trainings import AttendanceLine, TrainingDraft, check, overlap
from desktop.services.trainings import sheet_rules

TODAY = date(2026, 3, 31)
LINE = AttendanceLine("p", "张三", state="present", participation="active", mood_before=5, mood_after=6)
GOOD = TrainingDraft(
    held_on="2026-03-31",
    starts="09:00",
    ends="10:00",
    training_type="04",
    leader_id="u",
    lines=(LINE, AttendanceLine("q", "李四")),
)


def told(draft: TrainingDraft) -> set[tuple[str | None, str, str]]:
    return {(fault.field, fault.code, fault.severity) for fault in check(draft, TODAY, sheet_rules())}


def line(**change: object) -> dict[str, object]:
    return {"lines": (replace(LINE, **change),)}  # type: ignore[arg-type]


def test_a_complete_sheet_has_no_faults() -> None:
    assert told(GOOD) == set()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"held_on": ""}, ("held_on", "required", "error")),
        ({"held_on": "morgen"}, ("held_on", "bad_date", "error")),
        ({"held_on": "2026-04-01"}, ("held_on", "future", "error")),
        ({"starts": ""}, ("starts", "required", "error")),
        ({"ends": "9"}, ("ends", "bad_time", "error")),
        ({"ends": "09:00"}, ("ends", "order", "error")),
        ({"ends": "09:09"}, ("ends", "length", "error")),
        ({"ends": "17:01"}, ("ends", "length", "error")),
        ({"training_type": ""}, ("training_type", "required", "error")),
        ({"form": "circus"}, ("form", "required", "error")),
        ({"leader_id": ""}, ("leader_id", "required", "error")),
        ({"lines": ()}, ("lines", "required", "error")),
        ({"lines": (LINE, LINE)}, ("lines.p.state", "twice", "error")),
        (line(state="asleep", participation=""), ("lines.p.state", "unknown_code", "error")),
        (line(state="leave", participation=""), ("lines.p.note", "reason", "warning")),
        (line(state="absent", participation="", note=" "), ("lines.p.note", "reason", "warning")),
        (line(participation="wild"), ("lines.p.participation", "unknown_code", "error")),
        (line(state="absent", note="病了"), ("lines.p.participation", "not_there", "error")),
        (line(mood_before=0), ("lines.p.mood_before", "range", "error")),
        (line(mood_after=11), ("lines.p.mood_after", "range", "error")),
    ],
)
def test_each_fault_is_told_at_its_field(change: dict[str, object], fault: tuple[str, str, str]) -> None:
    assert told(replace(GOOD, **change)) == {fault}  # type: ignore[arg-type]


@pytest.mark.parametrize("ends", ["09:10", "17:00"])
def test_the_shortest_and_the_longest_session(ends: str) -> None:
    assert told(replace(GOOD, ends=ends)) == set()


def test_a_session_may_be_planned_but_not_attended_before_its_day() -> None:
    planned = replace(GOOD, held_on="2026-04-07", lines=(replace(LINE, state="", participation=""),))
    assert told(planned) == set()
    assert told(replace(planned, held_on="2026-12-01")) == {("held_on", "future", "error")}


def test_a_reason_makes_an_absence_plain() -> None:
    assert told(replace(GOOD, lines=(AttendanceLine("p", state="leave", note="赶集"),))) == set()


def test_sessions_that_touch_do_not_overlap() -> None:
    assert overlap("09:00", "10:00", "09:59", "11:00")
    assert not overlap("09:00", "10:00", "10:00", "11:00")
    assert not overlap("10:00", "11:00", "09:00", "10:00")
