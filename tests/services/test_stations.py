"""The institution file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.stations import usual_code
from desktop.errors import ValidationError
from desktop.services.catalogue import Services
from desktop.services.fiction import practice_station


def test_changes_are_kept_in_their_stored_form(services: Services) -> None:
    draft, revision = services.stations.draft()
    services.stations.amend(
        replace(draft, phone="０９９０-555 0199", manager=" 王 ", uscc="91350100m000100y43"), revision
    )
    kept, next_revision = services.stations.draft()
    assert (kept.phone, kept.manager, kept.uscc) == ("0990-5550199", "王", "91350100M000100Y43")
    assert next_revision == revision + 1
    assert services.audit.rows()[0].act == "stations.amend"


def test_emptied_field_is_unknown_again(services: Services) -> None:
    draft, revision = services.stations.draft()
    services.stations.amend(replace(draft, manager="", opened_on="", capacity_day=None), revision)
    kept, _ = services.stations.draft()
    assert (kept.manager, kept.opened_on, kept.capacity_day) == (None, None, None)


def test_the_whole_file_is_kept(services: Services) -> None:
    draft, revision = services.stations.draft()
    whole = replace(
        draft, rooms=("multi", "safe"), service_forms=("day",), area_m2=260, direct_staff=5, capacity_home=60,
        status="open", technical_hospital="虚构县精神卫生中心", technical_contact="医务科",
        technical_phone="0990-5550121", rating="3", rated_on="2025-12-01",
    )  # fmt: skip
    services.stations.amend(whole, revision)
    assert services.stations.draft()[0] == whole
    strange = services.stations.check(replace(draft, rooms=("multi", "pool")))
    assert [(fault.field, fault.code) for fault in strange] == [("rooms", "unknown_code")]


def test_form_read_before_somebody_else_saved_is_refused(services: Services) -> None:
    draft, revision = services.stations.draft()
    services.stations.amend(replace(draft, manager="王"), revision)
    with pytest.raises(ValidationError) as caught:
        services.stations.amend(replace(draft, manager="李"), revision)
    assert caught.value.code == "stale"
    assert services.stations.draft()[0].manager == "王"


def test_code_on_paper_does_not_change(services: Services) -> None:
    draft, revision = services.stations.draft()
    with pytest.raises(ValidationError) as caught:
        services.stations.amend(replace(draft, code="OTHER"), revision)
    assert caught.value.field == "code"


def test_doubtful_telephone_is_a_warning_only(services: Services) -> None:
    draft, revision = services.stations.draft()
    doubtful = replace(draft, supervision_phone="12")
    faults = services.stations.check(doubtful)
    assert [(fault.field, fault.severity) for fault in faults] == [("supervision_phone", "warning")]
    services.stations.amend(doubtful, revision)


def test_practice_station_is_without_fault(services: Services) -> None:
    assert services.stations.check(practice_station()) == ()


@pytest.mark.parametrize(
    ("division", "code"),
    [
        ("990127", "S990127"),
        ("990127001", "S127001"),
        ("990127000000", "S990127"),
        ("990127001200", "S001200"),
        ("990127100", "S127100"),
    ],
)
def test_usual_code_tells_places_apart(division: str, code: str) -> None:
    assert usual_code(division) == code
