"""Visits and calls: recorded, counted or not, and known to be due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.errors import ValidationError
from desktop.services.catalogue import Services
from desktop.services.visits import VisitDraft, VisitRow
from tests import factories
from tests.conftest import DAY


def visit(services: Services, person_id: str, **changes: object) -> VisitDraft:
    return replace(factories.visit(person_id, services.actor.user_id), **changes)  # type: ignore[arg-type]


def only_row(services: Services) -> VisitRow:
    (row,) = services.visits.rows(date(2020, 1, 1), date(2030, 1, 1))
    return row


class TestRecord:
    def test_a_form_is_read_back_as_it_was_written(self, services: Services) -> None:
        draft = visit(services, factories.served(services))
        visit_id = services.visits.record(draft)
        assert services.visits.draft(visit_id) == replace(draft, visit_id=visit_id, revision=1)

    def test_it_is_one_write_about_the_person(self, services: Services) -> None:
        person_id = factories.served(services)
        visit_id = services.visits.record(visit(services, person_id))
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["visit"], detail["tables"]) == (
            "visits.record",
            person_id,
            visit_id,
            {"visit": 1},
        )
        assert "近来睡眠浅" not in str(detail)

    def test_the_list_shows_it_in_words(self, services: Services) -> None:
        person_id = factories.served(services)
        services.visits.record(
            visit(services, person_id, danger_level="1", lock_seen="locked", lock_reported_to="派出所")
        )
        row = only_row(services)
        assert (row.person_name, row.visitor, row.on) == ("张晓东", services.actor.name, DAY)
        assert row.summary == "稳定；规律服药；危险性 1 级；关锁；近来睡眠浅；约下周同去门诊"

    @pytest.mark.parametrize(
        ("changes", "is_counted"),
        [
            ({}, True),
            ({"method": "community", "lock_seen": ""}, True),
            ({"method": "phone", "lock_seen": ""}, False),
            ({"met": "nobody", "not_met_reason": "敲门没人应"}, False),
            ({"met": "family"}, True),
        ],
    )
    def test_what_counts_as_a_visit(self, services: Services, changes: dict[str, object], is_counted: bool) -> None:
        services.visits.record(visit(services, factories.served(services), **changes))
        assert only_row(services).is_counted is is_counted

    def test_without_papers_it_is_kept_but_not_counted(self, services: Services) -> None:
        services.visits.record(visit(services, factories.client(services)))
        assert only_row(services).is_counted is False

    def test_who_refused_visits_is_not_counted(self, services: Services) -> None:
        person_id = factories.client(services)
        factories.sign(services, person_id, scopes=factories.scopes("abc"))
        services.visits.record(visit(services, person_id))
        assert only_row(services).is_counted is False

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"visited_on": ""}, "visited_on"),
            ({"visited_on": "2026-02-30"}, "visited_on"),
            ({"visited_on": (DAY + timedelta(days=1)).isoformat()}, "visited_on"),
            ({"starts": "2点"}, "starts"),
            ({"ends": "13:50"}, "ends"),
            ({"method": "letter"}, "method"),
            ({"visitor_id": ""}, "visitor_id"),
            ({"met": ""}, "met"),
            ({"met": "nobody"}, "not_met_reason"),
            ({"purposes": ()}, "purposes"),
            ({"purposes": ("shopping",)}, "purposes"),
            ({"mental_state": ""}, "mental_state"),
            ({"danger_level": "9"}, "danger_level"),
            ({"lock_seen": ""}, "lock_seen"),
            ({"lock_seen": "locked"}, "lock_reported_to"),
            ({"next_visit_on": "2026-03-01"}, "next_visit_on"),
            ({"is_medicine_counted": None}, "does_count_match"),
        ],
    )
    def test_an_error_names_its_field_and_nothing_is_stored(
        self, services: Services, changes: dict[str, object], field: str
    ) -> None:
        draft = visit(services, factories.client(services), **changes)
        with pytest.raises(ValidationError) as refusal:
            services.visits.record(draft)
        assert refusal.value.field == field
        assert field in {fault.field for fault in services.visits.check(draft) if fault.severity == "error"}
        assert services.visits.rows(date(2026, 1, 1), DAY) == ()

    def test_danger_warns_and_does_not_stop(self, services: Services) -> None:
        draft = visit(services, factories.client(services), danger_level="4", companions="")
        assert "danger_level" in {fault.field for fault in services.visits.check(draft) if fault.severity == "warning"}
        services.visits.record(draft)

    def test_a_visitor_without_account_is_refused(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.visits.record(visit(services, factories.client(services), visitor_id="nobody"))
        assert refusal.value.field == "visitor_id"

    def test_nobody_known_is_refused(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.visits.record(visit(services, "nobody"))
        assert refusal.value.code == "no_such_person"


class TestAmend:
    def test_a_correction_is_a_new_revision(self, services: Services) -> None:
        visit_id = services.visits.record(visit(services, factories.served(services)))
        draft = services.visits.draft(visit_id)
        services.visits.record(replace(draft, method="phone"))
        assert (services.visits.draft(visit_id).revision, only_row(services).is_counted) == (2, False)
        assert factories.acts(services)[0][0] == "visits.amend"

    def test_a_newer_revision_is_not_saved_over(self, services: Services) -> None:
        visit_id = services.visits.record(visit(services, factories.served(services)))
        draft = services.visits.draft(visit_id)
        services.visits.record(replace(draft, handling="先存的"))
        with pytest.raises(ValidationError) as refusal:
            services.visits.record(replace(draft, handling="后存的"))
        assert refusal.value.code == "stale"
        assert services.visits.draft(visit_id).handling == "先存的"

    def test_a_visit_cannot_move_to_another_person(self, services: Services) -> None:
        first, second = factories.served(services), factories.served(services)
        visit_id = services.visits.record(visit(services, first))
        with pytest.raises(ValidationError) as refusal:
            services.visits.record(replace(services.visits.draft(visit_id), person_id=second))
        assert refusal.value.field == "person_id"
        assert only_row(services).person_id == first

    def test_an_unknown_visit_is_told(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.visits.draft("nothing")
        assert refusal.value.code == "no_such_visit"


class TestBlank:
    def test_it_names_the_visitor_and_the_day(self, services: Services) -> None:
        person_id = factories.client(services)
        blank = services.visits.blank(person_id, DAY)
        assert (blank.person_id, blank.visited_on, blank.visitor_id) == (
            person_id,
            "2026-03-31",
            services.actor.user_id,
        )
        assert (blank.visit_id, blank.mental_state, blank.danger_level) == (None, "", "")

    def test_company_and_purposes_as_last_time(self, services: Services) -> None:
        person_id = factories.client(services)
        services.visits.record(visit(services, person_id, companions="陈立", purposes=("care",)))
        blank = services.visits.blank(person_id, DAY)
        assert (blank.companions, blank.purposes, blank.problems) == ("陈立", ("care",), "")


class TestDue:
    def test_the_standard_of_the_class_is_owed_each_quarter(self, services: Services) -> None:
        april = factories.on_day(services, date(2026, 4, 20))
        factories.served(services, name="一般对象", service_class="general", filed_on="2026-01-05")
        factories.served(services, name="重点对象", service_class="key")
        due = {row.person_name: row.on for row in april.visits.due(date(2026, 6, 30))}
        assert due == {"一般对象": date(2026, 6, 30), "重点对象": date(2026, 5, 16)}
        assert [row.person_name for row in april.visits.due(date(2026, 5, 16))] == ["重点对象"]

    def test_a_visit_takes_the_debt_away_a_call_does_not(self, services: Services) -> None:
        april = factories.on_day(services, date(2026, 4, 20))
        person_id = factories.served(services, service_class="general")
        call = visit(april, person_id, visited_on="2026-04-15", method="phone", next_visit_on="", lock_seen="")
        april.visits.record(call)
        assert len(april.visits.due(date(2026, 6, 30))) == 1
        april.visits.record(visit(april, person_id, visited_on="2026-04-16", next_visit_on=""))
        assert april.visits.due(date(2026, 6, 30)) == ()

    def test_the_day_agreed_comes_first(self, services: Services) -> None:
        april = factories.on_day(services, date(2026, 4, 20))
        person_id = factories.served(services)
        april.visits.record(visit(april, person_id, visited_on="2026-04-05", next_visit_on="2026-04-18"))
        (row,) = april.visits.due(date(2026, 6, 30))
        assert (row.visit_id, row.on, row.is_overdue, row.summary) == (
            None,
            date(2026, 4, 18),
            True,
            "上次约定的日期。",
        )

    def test_settings_change_what_is_owed(self, services: Services) -> None:
        april = factories.on_day(services, date(2026, 4, 20))
        factories.served(services, service_class="general")
        services.settings.change("visits.general_per_quarter", 0)
        assert april.visits.due(date(2026, 6, 30)) == ()

    def test_nobody_owes_a_visit_before_the_papers(self, services: Services) -> None:
        factories.client(services)
        assert services.visits.due(date(2026, 12, 31)) == ()


def test_rows_of_one_person_and_period_newest_first(services: Services) -> None:
    mine, other = factories.client(services), factories.client(services)
    for day in ("2026-03-28", "2026-03-30", "2026-02-01"):
        services.visits.record(visit(services, mine, visited_on=day))
    services.visits.record(visit(services, other, visited_on="2026-03-29"))
    assert [row.on.day for row in services.visits.rows(date(2026, 3, 1), DAY, mine)] == [30, 28]
    assert [row.on.day for row in services.visits.rows(date(2026, 3, 1), DAY)] == [30, 29, 28]
