"""The need survey: written, searched, asked, counted, and a client by one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop.errors import NotAllowed, ValidationError
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.surveys import SurveyDraft, SurveyQuery, SurveyRow, Surveys
from tests import factories
from tests.conftest import DAY


def line(**changes: Any) -> SurveyDraft:
    usual = SurveyDraft(
        list_name="2026年卫健名单", name="单小红", sex="2", birth_on="1990-02-03", phone="13900135511",
        township="青山镇", village="石桥村", address="2组", diagnosis_category="1", needs=("daily", "work"),
        note="家里养猪",
    )  # fmt: skip
    return replace(usual, **changes)


def only(services: Services, search: str = "", result: str = "") -> SurveyRow:
    (row,) = services.surveys.rows(SurveyQuery(search, result)).rows
    return row


def willing(services: Services, **changes: Any) -> SurveyRow:
    services.surveys.record(line(result="willing", **changes))
    return services.surveys.rows(SurveyQuery()).rows[-1]


class TestRecord:
    def test_a_line_is_read_back_as_it_was_written(self, services: Services) -> None:
        entry_id = services.surveys.record(line())
        assert services.surveys.draft(entry_id) == replace(line(), entry_id=entry_id, revision=1)
        assert services.surveys.lists() == ("2026年卫健名单",)

    def test_the_list_shows_no_number_in_full(self, services: Services) -> None:
        number = factories.id_no()
        services.surveys.record(line(id_no=number))
        row = only(services)
        assert (row.name, row.age, row.village, row.diagnosis, row.result) == (
            "单小红", 36, "石桥村", "精神分裂症", "planned"
        )  # fmt: skip
        assert number not in str(row)
        assert "13900135511" not in str(row)

    def test_opening_the_form_is_noted(self, services: Services) -> None:
        entry_id = services.surveys.record(line())
        services.surveys.draft(entry_id)
        assert factories.acts(services)[0][:2] == ("surveys.open_form", entry_id)

    def test_who_was_asked_has_a_day_and_a_name(self, services: Services) -> None:
        row = willing(services)
        assert (row.contacted_on, row.contacted_by) == (DAY, services.actor.name)
        services.surveys.record(replace(services.surveys.draft(row.id), contacted_on="2026-03-01", contacted_by="村医"))
        assert (only(services).contacted_on.isoformat(), only(services).contacted_by) == ("2026-03-01", "村医")  # type: ignore[union-attr]

    def test_faults_stop_and_doubts_do_not(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refused:
            services.surveys.record(line(name=""))
        assert refused.value.field == "name"
        services.surveys.record(line(id_no="12345"))
        assert services.surveys.rows(SurveyQuery()).total == 1

    def test_an_older_revision_is_refused(self, services: Services) -> None:
        entry_id = services.surveys.record(line())
        old = services.surveys.draft(entry_id)
        services.surveys.record(replace(old, village="柳沟村"))
        for act in (
            lambda: services.surveys.record(replace(old, village="大井子村")),
            lambda: services.surveys.contact(entry_id, 1, "refused"),
            lambda: services.surveys.remove(entry_id, 1),
        ):
            with pytest.raises(ValidationError) as refused:
                act()
            assert refused.value.code == "stale"
        assert only(services).village == "柳沟村"

    def test_a_line_written_by_mistake_is_taken_back(self, services: Services) -> None:
        entry_id = services.surveys.record(line())
        services.surveys.remove(entry_id, 1)
        assert services.surveys.rows(SurveyQuery()).rows == ()
        assert services.surveys.sums().by_result[""] == 0


class TestContact:
    @pytest.mark.parametrize("result", ["willing", "undecided", "refused", "unreachable", "in_hospital"])
    def test_one_click_notes_what_came_of_it(self, services: Services, result: str) -> None:
        services.surveys.contact(services.surveys.record(line()), 1, result)
        row = only(services, result=result)
        assert (row.contacted_on, row.contacted_by, row.revision) == (DAY, services.actor.name, 2)

    def test_back_to_planned_forgets_the_day(self, services: Services) -> None:
        row = willing(services)
        services.surveys.contact(row.id, 1, "planned")
        assert (only(services).contacted_on, only(services).contacted_by) == (None, "")

    def test_an_unknown_result_is_refused(self, services: Services) -> None:
        entry_id = services.surveys.record(line())
        with pytest.raises(ValidationError) as refused:
            services.surveys.contact(entry_id, 1, "maybe")
        assert refused.value.field == "result"


class TestRows:
    @pytest.mark.parametrize("typed", ["单小红", "shan", "sxh", "小红 石桥", "0203", "5511", "卫健名单"])
    def test_the_search_knows_name_pinyin_number_telephone_and_village(self, services: Services, typed: str) -> None:
        body = "99010119900203002"
        from desktop.domain.identity import id_check_digit

        services.surveys.record(line(id_no=body + id_check_digit(body)))
        services.surveys.record(line(name="李四", village="柳沟村", phone="", list_name="别的单子"))
        assert only(services, typed).name == "单小红"

    @pytest.mark.parametrize("typed", ["王五", "%", "_", "\\", "小红 柳沟", "\ud800"])
    def test_what_is_not_there_is_not_found(self, services: Services, typed: str) -> None:
        services.surveys.record(line())
        page = services.surveys.rows(SurveyQuery(typed))
        assert page.total == (1 if typed == "\ud800" else 0)

    def test_pages_follow_each_other(self, services: Services) -> None:
        for number in range(5):
            services.surveys.record(line(name=f"某{number}"))
        first = services.surveys.rows(SurveyQuery(limit=3))
        second = services.surveys.rows(SurveyQuery(limit=3, after=first.next))
        assert [row.name for row in (*first.rows, *second.rows)] == [f"某{number}" for number in range(5)]
        assert (first.total, second.total, second.next) == (5, 5, None)


class TestIntake:
    def test_one_click_makes_a_file_of_what_is_known_and_the_line_keeps_it(self, services: Services) -> None:
        row = willing(services, id_no=factories.id_no(sex="2"))
        person_id = services.surveys.intake(row.id, row.revision)
        draft, _ = services.people.draft(person_id)
        assert (draft.name, draft.village, draft.address, draft.diagnosis_category) == ("单小红", "石桥村", "2组", "1")
        assert only(services).person_id == person_id
        act, subject, detail = factories.acts(services, 2)[1]
        assert (act, subject, detail["entry"]) == ("surveys.intake", person_id, row.id)
        assert detail["tables"]["survey_entry"] == detail["tables"]["person"] == 1  # type: ignore[index]

    def test_twice_is_refused(self, services: Services) -> None:
        row = willing(services)
        services.surveys.intake(row.id, row.revision)
        with pytest.raises(ValidationError) as refused:
            services.surveys.intake(row.id, only(services).revision)
        assert refused.value.code == "already_client"
        assert services.people.rows(PeopleQuery()).total == 1

    def test_who_did_not_say_yes_gets_no_file(self, services: Services) -> None:
        entry_id = services.surveys.record(line(result="undecided"))
        with pytest.raises(ValidationError) as refused:
            services.surveys.intake(entry_id, 1)
        assert refused.value.code == "not_willing"
        assert services.people.rows(PeopleQuery()).total == 0

    def test_a_number_on_file_is_refused_and_nothing_is_half_done(self, services: Services) -> None:
        known = factories.person()
        person_id = services.people.register(known)
        row = willing(services, name="张晓东", id_no=known.id_no)
        assert [alike.id for alike in services.surveys.lookalikes(row.id)] == [person_id]
        with pytest.raises(ValidationError) as refused:
            services.surveys.intake(row.id, row.revision)
        assert refused.value.code == "duplicate_id"
        assert only(services).person_id is None
        services.surveys.link(row.id, row.revision, person_id)
        assert only(services).person_id == person_id
        assert services.people.rows(PeopleQuery()).total == 1

    def test_the_same_name_in_the_same_village_is_a_lookalike(self, services: Services) -> None:
        person_id = services.people.register(factories.person(name="单小红", village="石桥村"))
        assert [alike.id for alike in services.surveys.lookalikes(willing(services).id)] == [person_id]
        assert services.surveys.lookalikes(willing(services, name="李四", phone="").id) == ()

    def test_a_number_that_cannot_be_right_is_named_before_a_file_is_made(self, services: Services) -> None:
        row = willing(services, id_no="12345")
        with pytest.raises(ValidationError) as refused:
            services.surveys.intake(row.id, row.revision)
        assert refused.value.field == "id_no"

    def test_who_may_not_register_clients_makes_none(self, services: Services) -> None:
        row = willing(services)
        allowed = services.actor.permissions - {"people.register"}
        clerk = Surveys(replace(services.desk, actor=replace(services.actor, permissions=allowed)))
        with pytest.raises(NotAllowed):
            clerk.intake(row.id, row.revision)


class TestSums:
    def test_numbers_by_result_and_everybody_at_home_once(self, services: Services) -> None:
        for result in ("planned", "refused", "moved", "dead", "in_hospital"):
            services.surveys.record(line(name=f"某{result}", result=result))
        made = willing(services)
        services.surveys.intake(made.id, made.revision)
        number = factories.id_no()
        services.surveys.record(line(name="张晓东", id_no=number))
        services.people.register(replace(factories.person(), id_no=number))  # the same person, not linked
        services.people.register(factories.person(name="名单外"))
        sums = services.surveys.sums()
        assert (sums.by_result[""], sums.by_result["planned"], sums.by_result["moved"], sums.clients) == (7, 2, 1, 1)
        assert (sums.at_home.on_list, sums.at_home.beside, sums.at_home.total) == (4, 1, 5)
