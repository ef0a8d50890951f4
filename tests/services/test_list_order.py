"""The list in every order and behind every filter: pages lose nobody, double nobody, and find what the box is asked."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.models.people import Person
from desktop.services.catalogue import Services
from desktop.services.people import GuardianDraft, PeopleFilters, PeopleQuery
from desktop.services.searching import matches
from tests import factories
from tests.conftest import DAY

SORTS = ("file_no", "name", "age", "village", "diagnosis", "risk", "consent", "agreement", "visit", "state")


def pages(services: Services, query: PeopleQuery) -> list[list[str]]:
    found, after = [], None
    while True:
        page = services.people.rows(replace(query, after=after))
        found.append([row.id for row in page.rows])
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_any_size_are_the_whole_list_cut(filled: Services, sort: str, is_descending: bool) -> None:
    query = PeopleQuery(sort=sort, is_descending=is_descending, limit=100)
    ((*whole,),) = pages(filled, query)
    assert len(set(whole)) == len(whole) == 40
    for limit in (1, 7, 39, 40):
        assert [one for page in pages(filled, replace(query, limit=limit)) for one in page] == whole


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_who_did_not_change_is_seen_once_while_others_change(filled: Services, sort: str, is_descending: bool) -> None:
    """Between two pages somebody is renamed and moved, somebody registered, somebody taken away."""
    chance, seen, changed = random.Random(sort), [], set()
    query = PeopleQuery(sort=sort, is_descending=is_descending, limit=6)
    everybody = {row.id for row in filled.people.rows(PeopleQuery(sort=sort)).rows}
    while True:
        page = filled.people.rows(query)
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        one, gone = chance.sample(sorted(everybody - changed), 2)
        changed |= {
            one,
            gone,
            factories.client(filled, name=chance.choice("安周钱"), village=chance.choice(["", "阿村"])),
        }
        with filled.desk.work.write("test") as db:
            person, other = db.get_one(Person, one), db.get_one(Person, gone)
            person.village, person.birth_on, person.search_text = "最末村", date(1950, 1, 1), " 左 zuo "
            other.is_deleted = True
        query = replace(query, after=page.next)
    still = [one for one in seen if one not in changed]
    assert len(set(still)) == len(still)
    assert set(still) == everybody - changed


def test_an_order_means_what_it_says(filled: Services) -> None:
    rows = filled.people.rows(PeopleQuery(sort="age")).rows
    ages = [row.birth_on for row in rows if row.birth_on]
    assert ages == sorted(ages, reverse=True)
    first = factories.client(filled, name="安宁", village="", id_no="", id_missing_reason="无", birth_on="")
    assert filled.people.rows(PeopleQuery(sort="name", limit=1)).rows[0].id == first
    for is_descending in (False, True):
        last = filled.people.rows(PeopleQuery(sort="village", is_descending=is_descending)).rows[-1]
        assert last.id == first, "those without a value stand last, whichever way"


def test_a_changed_row_stands_where_it_belongs_now(filled: Services) -> None:
    filled.people.rows(PeopleQuery(sort="name"))
    one = filled.people.rows(PeopleQuery(sort="name", is_descending=True)).rows[0].id
    draft, revision = filled.people.draft(one)
    filled.people.amend(one, replace(draft, name="阿安"), revision)
    assert filled.people.rows(PeopleQuery(sort="name")).rows[0].id == one


@pytest.mark.parametrize(("sort", "after"), [("poem", None), ("name", "{"), ("name", "[1,2]"), ("name", "[]")])
def test_nonsense_is_refused_with_a_sentence(filled: Services, sort: str, after: str | None) -> None:
    with pytest.raises(ValidationError) as refusal:
        filled.people.rows(PeopleQuery(sort=sort, after=after))
    assert refusal.value.message
    assert refusal.value.remedy


class TestFilters:
    def test_each_kind_narrows(self, services: Services) -> None:
        served = factories.served(services, name="在服务", service_class="key", service_mode="home", danger_level="3")
        other = factories.client(
            services, name="另一人", service_class="general", service_mode="station", village="西河村", phone="",
            guardian=GuardianDraft(), danger_level="0",
        )  # fmt: skip
        expected = {
            PeopleFilters(state=("assigned",)): {other},
            PeopleFilters(risk=("3", "4", "5")): {served},
            PeopleFilters(service_class=("general",)): {other},
            PeopleFilters(service_mode=("home",)): {served},
            PeopleFilters(village=("西河村",)): {other},
            PeopleFilters(missing=("guardian",)): {other},
            PeopleFilters(missing=("consent",)): {other},
            PeopleFilters(missing=("phone", "consent"), risk=("3",)): set(),
            PeopleFilters(risk=("0", "3")): {served, other},
        }
        for filters, who in expected.items():
            assert {row.id for row in services.people.rows(PeopleQuery(filters=filters)).rows} == who, filters

    def test_overdue_kinds_are_those_of_the_board(self, services: Services) -> None:
        late = factories.client(services, name="过期")
        factories.sign(services, late, signed_on="2025-02-01")
        factories.served(services, name="有效")
        kinds = {(duty.kind, duty.subject) for duty in services.today.board(DAY).duties if duty.group == "overdue"}
        for kind in ("consent", "agreement", "visit", "draft"):
            found = services.people.rows(PeopleQuery(filters=PeopleFilters(overdue=(kind,)))).rows
            assert {row.id for row in found} == {subject for one, subject in kinds if one == kind}, kind


class TestBox:
    def test_guardian_diagnosis_and_the_middle_of_a_number_are_found(self, services: Services) -> None:
        one = factories.client(
            services, name="甲一", diagnosis_text="偏执性精神障碍", guardian=factories.guardian(name="单桂兰")
        )
        factories.client(services, name="乙二", birth_on="1971-01-02", phone="")
        number = services.people.reveal(one, "id_no", "identify")
        for typed in ("单桂兰", "shanguilan", "sgl", "偏执性", number[5:12], number[8:12]):
            for _ in ("asked of the database", "looked up in the roll"):
                assert [row.id for row in services.people.rows(PeopleQuery(search=typed)).rows] == [one], typed
                services.people.counts()

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        typed=st.text(st.characters(exclude_categories=()), max_size=60)
        | st.text("%_\\' \"0x1李王li·\x00\ud800", max_size=30)
    )
    def test_whatever_is_typed_database_and_roll_agree(self, filled: Services, typed: str) -> None:
        with filled.desk.work.write("test") as db:  # a write keeps no roll: the database answers
            from desktop.services import searching

            asked = set(db.scalars(select(Person.id).where(searching.matches(typed))))
        filled.people.counts()
        assert {row.id for row in filled.people.rows(PeopleQuery(search=typed)).rows} == asked

    def test_a_text_of_megabytes_finds_nobody(self, filled: Services) -> None:
        for _ in range(2):
            assert filled.people.rows(PeopleQuery(search="王" * 10_000_000)).total == 0
            filled.people.counts()


@pytest.mark.parametrize("word", ["王小明", "zhangwei", "990127196", "石桥村", "精神分裂", "qs01-2026-a0"])
def test_a_word_typed_letter_by_letter_finds_what_it_finds_at_once(filled: Services, word: str) -> None:
    """One more letter is looked for among those found before; that must leave nobody out, nor keep anybody."""
    ends = [*range(1, len(word) + 1), *range(len(word) - 1, 0, -1)]
    typed = [filled.people.rows(PeopleQuery(search=word[:end])) for end in ends]
    with filled.desk.work.read() as db:
        fresh = [[*db.scalars(select(Person.id).where(matches(word[:end])).order_by(Person.file_no))] for end in ends]
    assert [[row.id for row in page.rows] for page in typed] == fresh
    two = filled.people.rows(PeopleQuery(search=f"{word} 9"))
    assert {row.id for row in two.rows} <= {row.id for row in typed[len(word) - 1].rows}
