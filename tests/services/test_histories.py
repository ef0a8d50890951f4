"""The history of a file: every field with who, when, from, to; codes as words, secrets masked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.services.catalogue import Services
from desktop.services.histories import FieldChange, column_labels
from desktop.services.people import PeopleQuery
from tests import factories


@pytest.fixture
def person_id(filled: Services) -> str:
    return filled.people.rows(PeopleQuery(limit=1)).rows[0].id


def amend(services: Services, person_id: str, **changes: object) -> None:
    draft, revision = services.people.draft(person_id)
    services.people.amend(person_id, replace(draft, **changes), revision)  # type: ignore[arg-type]


def newest(services: Services, person_id: str, field: str) -> FieldChange:
    return next(each for each in services.histories.person(person_id) if each.field == field)


def test_a_change_tells_who_when_from_and_to(filled: Services, person_id: str) -> None:
    before = filled.people.draft(person_id)[0].village
    amend(filled, person_id, village="西街社区")
    told = newest(filled, person_id, "村（居）")
    assert (told.before, told.after, told.act) == (before, "西街社区", "changed")
    assert (told.who, told.table) == ("林晓岚", "person")
    assert told.at.astimezone().date() == filled.desk.clock.today()


def test_codes_are_words_and_secrets_are_masked(filled: Services, person_id: str) -> None:
    old = filled.people.draft(person_id)[0]
    wanted = "key" if old.service_class != "key" else "general"
    amend(filled, person_id, service_class=wanted, phone="13900135599")
    assert newest(filled, person_id, "帮扶类别").after == filled.codes.label("service_class", wanted) != wanted
    assert newest(filled, person_id, "电话").after == "139****5599"
    said = " ".join(f"{each.before} {each.after}" for each in filled.histories.person(person_id))
    assert old.id_no not in said
    assert "13900135599" not in said


def test_all_record_kinds_of_the_file_are_told_and_those_of_others_are_not(filled: Services, person_id: str) -> None:
    visit_id = filled.visits.record(factories.visit(person_id, filled.actor.user_id))
    amend(filled, person_id, allergy="青霉素")
    tables = {each.table for each in filled.histories.person(person_id)}
    assert {"person", "guardian", "clinical_profile", "episode", "visit"} <= tables
    of_visit = filled.histories.record("visit", visit_id)
    assert {each.act for each in of_visit} == {"added"}
    other = filled.people.rows(PeopleQuery(limit=2)).rows[1].id
    assert "visit" not in {each.table for each in filled.histories.person(other)}


def test_what_the_program_keeps_for_itself_is_not_told(filled: Services, person_id: str) -> None:
    known = len(filled.histories.person(person_id))
    amend(filled, person_id, allergy="头孢")
    added = filled.histories.person(person_id)[: len(filled.histories.person(person_id)) - known]
    assert {each.field for each in added} <= set(column_labels("clinical_profile").values())


def test_looking_at_the_history_is_noted(filled: Services, person_id: str) -> None:
    filled.histories.person(person_id)
    assert [(each.act, each.subject) for each in filled.audit.rows(limit=1)] == [("people.history", person_id)]


def test_the_last_change_names_who_and_when(filled: Services, person_id: str) -> None:
    last = filled.histories.last("person", person_id)
    assert last is not None
    assert last.who == "林晓岚"
    assert filled.histories.last("person", "nobody") is None
