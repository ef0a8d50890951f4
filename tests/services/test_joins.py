"""Two files of one person: found, laid side by side, made one over every table, parted again exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop import resources
from desktop.errors import ValidationError
from desktop.models.base import Record
from desktop.services.catalogue import Services
from desktop.services.joins import JoinDraft, JoinPlan
from desktop.services.people import ContactLine, GuardianDraft, PeopleQuery, PersonDraft
from tests import factories, wholefile
from tests.conftest import DAY

KNOWN = resources.table("people/tables.toml")["tables"]


def joined(services: Services, kept_id: str, gone_id: str, reason: str = "同一人建了两份", **sides: str) -> str:
    plan = services.joins.plan(kept_id, gone_id)
    return services.joins.join(JoinDraft(kept_id, gone_id, plan.revisions, sides, reason))


def twice(services: Services, **changes: Any) -> tuple[str, str]:
    """Register one person twice: once with the old number, once with the new one."""
    draft = factories.person(**changes)
    old = replace(draft, id_no=draft.id_no[:6] + draft.id_no[8:17], phone="", allergy="青霉素", filed_on="2025-12-01")
    return services.people.register(draft), services.people.register(replace(old, township=""))


def rows_of(services: Services) -> dict[tuple[str, str], dict[str, Any]]:
    with services.desk.work.read() as db:
        return wholefile.rows(db)


def filled_with(services: Services, *people: tuple[str, str]) -> dict[str, list[Record]]:
    """Give files a row of every table that names a person; the other person of rows with two is named beside."""
    shared: dict[str, Record] = {}
    with services.desk.work.write("test.fill") as db:
        return {one: wholefile.fill(db, one, other, services.actor.user_id, shared) for one, other in people}


class TestPairs:
    def test_who_is_alike_is_listed_with_the_reason_and_forgotten_once_settled(self, services: Services) -> None:
        kept, gone = twice(services)
        services.people.register(factories.person(name="李四", birth_on="1960-01-01", phone="", village="别处村"))
        (pair,) = services.joins.pairs()
        assert {pair.one.id, pair.other.id} == {kept, gone}
        assert pair.signs == ("id_old_new", "sound_birth", "name_village")
        assert pair.why == "15 位与 18 位是同一个身份证号；姓名同音，出生日期相同；同名同村"
        services.joins.distinguish(gone, kept, "双胞胎")
        assert services.joins.pairs() == ()
        assert [one.is_settled for one in services.joins.pairs(is_settled=True)] == [True]
        services.joins.reconsider(kept, gone)
        assert len(services.joins.pairs()) == 1
        services.joins.distinguish(kept, gone)
        assert services.joins.pairs() == ()

    def test_a_joined_pair_is_one_person(self, services: Services) -> None:
        joined(services, *twice(services))
        assert services.joins.pairs() == ()


class TestPlan:
    def test_what_differs_stands_side_by_side_with_the_fuller_or_newer_proposed(self, services: Services) -> None:
        kept, gone = twice(services)
        plan = services.joins.plan(kept, gone)
        lines = {line.name: line for line in plan.lines}
        assert set(lines) == {"id_no", "phone", "village", "filed_on", "allergy"}
        assert (lines["phone"].side, lines["allergy"].side, lines["filed_on"].side) == ("kept", "gone", "gone")
        assert (lines["phone"].kept, lines["phone"].gone) == ("13900135511", "")
        assert lines["village"].fields == ("village", "township", "address", "division_code")
        assert factories.acts(services)[0][:2] == ("joins.compare", kept)

    def test_what_goes_over_is_counted_by_table(self, services: Services) -> None:
        kept, gone = twice(services)
        me = services.actor.user_id
        services.visits.record(factories.visit(gone, me))
        services.trainings.record(factories.training(me, factories.line(gone), factories.line(kept)))
        counts = {one.label: (one.over, one.twice) for one in services.joins.plan(kept, gone).counts}
        assert counts["入户与联系"] == (1, 0)
        assert counts["训练出勤"] == (0, 1)
        assert any("同一场训练" in rule for rule in services.joins.plan(kept, gone).rules)


class TestJoin:
    def test_the_kept_file_says_what_was_chosen(self, services: Services) -> None:
        kept, gone = twice(services)
        numbers = services.people.draft(kept)[0], services.people.draft(gone)[0]
        joined(services, kept, gone, id_no="kept", phone="gone")
        draft, _ = services.people.draft(kept)
        assert (draft.id_no, draft.phone, draft.allergy) == (numbers[0].id_no, "", "青霉素")
        assert (draft.filed_on, draft.township) == ("2025-12-01", numbers[1].township)

    def test_the_contacts_of_both_files_are_kept(self, services: Services) -> None:
        sister, neighbour = ContactLine(name="张晓梅"), ContactLine(name="秦守田", phone="13600136001")
        kept = services.people.register(factories.person(contacts=(sister,)))
        gone = services.people.register(factories.person(name="张小东", contacts=(neighbour,)))
        assert not {"contacts"} & {line.name for line in services.joins.plan(kept, gone).lines}
        joined(services, kept, gone)
        draft, _ = services.people.draft(kept)
        assert {one.name for one in draft.contacts} == {"张晓梅", "秦守田"}
        assert [each.id for each in services.people.rows(PeopleQuery(search="13600136001")).rows] == [kept]

    def test_one_stay_one_guardian_one_attendance_remain(self, services: Services) -> None:
        me = services.actor.user_id
        kept = factories.served(services)
        gone = services.people.register(
            factories.person(guardian=factories.guardian(name="刘桂芳", phone="13800130099"), name="张小东")
        )
        training = services.trainings.record(
            factories.training(
                me,
                factories.line(gone),
                factories.line(kept, state="absent", note="没来", participation="", mood_before=None, mood_after=None),
            )
        )
        joined(services, kept, gone, **{"guardian.name": "gone"})
        (line,) = services.trainings.draft(training).lines
        assert (line.person_id, line.state, line.participation) == (kept, "present", "active")
        card = services.people.card(kept)
        assert [one.name for one in card.guardians][:1] == ["刘桂芳"]
        assert card.row.state == "in_service"
        live = [row for (table, _), row in rows_of(services).items() if table == "episode" and not row["is_deleted"]]
        assert len(live) == 1

    def test_the_old_file_leads_to_the_kept_one(self, services: Services) -> None:
        kept, gone = twice(services, name="单小红")
        old_no = services.people.card(gone).row.file_no
        joined(services, kept, gone)
        assert services.people.id_of(old_no) == kept
        assert services.people.card(gone).row.id == kept
        found = services.people.rows(PeopleQuery(search=old_no))
        assert [row.id for row in found.rows] == [kept]
        draft, revision = services.people.draft(kept)
        services.people.amend(kept, replace(draft, phone="13911112222"), revision)
        assert services.people.rows(PeopleQuery(search=old_no)).total == 1
        with pytest.raises(ValidationError) as refused:
            services.visits.record(factories.visit(gone, services.actor.user_id))
        assert refused.value.code == "joined"
        assert services.removals.rows() == ()

    def test_over_two_joins_the_first_number_still_leads_there(self, services: Services) -> None:
        kept, gone = twice(services)
        third = services.people.register(factories.person())
        number = services.people.card(gone).row.file_no
        joined(services, kept, gone)
        joined(services, third, kept)
        assert services.people.id_of(number) == third
        assert [row.id for row in services.people.rows(PeopleQuery(search=number)).rows] == [third]
        rows = services.joins.rows()
        assert [(row.file_no, bool(row.refusal)) for row in rows] == [
            (services.people.card(third).row.file_no, False), (rows[1].file_no, True)
        ]  # fmt: skip

    def test_who_saved_meanwhile_is_not_overwritten(self, services: Services) -> None:
        kept, gone = twice(services)
        plan: JoinPlan = services.joins.plan(kept, gone)
        draft, revision = services.people.draft(gone)
        services.people.amend(gone, replace(draft, phone="13911112222"), revision)
        before = rows_of(services)
        with pytest.raises(ValidationError) as refused:
            services.joins.join(JoinDraft(kept, gone, plan.revisions, {}, "同一人"))
        assert refused.value.code == "stale"
        assert rows_of(services) == before

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"reason": " "}, "reason_needed"),
            ({"gone_id": "nobody"}, "no_such_person"),
            ({"sides": {"nothing": "kept"}}, "unknown_field"),
            ({"sides": {"phone": "both"}}, "unknown_field"),
        ],
    )
    def test_what_cannot_be_is_refused_and_changes_nothing(
        self, services: Services, changes: dict[str, Any], code: str
    ) -> None:
        kept, gone = twice(services)
        before, plan = rows_of(services), services.joins.plan(kept, gone)
        with pytest.raises(ValidationError) as refused:
            services.joins.join(replace(JoinDraft(kept, gone, plan.revisions, {}, "同一人"), **changes))
        assert refused.value.code == code
        with pytest.raises(ValidationError) as same:
            services.joins.plan(kept, kept)
        assert same.value.code == "same_file"
        assert rows_of(services) == before

    def test_the_audit_and_the_history_tell_it(self, services: Services) -> None:
        kept, gone = twice(services)
        services.visits.record(factories.visit(gone, services.actor.user_id))
        joined(services, kept, gone, "村医核对过")
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["gone"], detail["reason"]) == ("joins.join", kept, gone, "村医核对过")
        assert detail["moved"]["visit"] == 1  # type: ignore[index]
        told = services.histories.person(kept)
        assert {"合并档案"} <= {change.table and change.record.partition(" · ")[0] for change in told}
        assert any(change.reason == "村医核对过" for change in told)

    def test_the_board_and_the_list_follow(self, services: Services) -> None:
        kept, gone = twice(services)
        assert services.people.rows(PeopleQuery(sort="name")).total == 2
        services.visits.record(factories.visit(gone, services.actor.user_id))
        assert services.people.card(kept).row.last_visit_on is None
        joined(services, kept, gone)
        page = services.people.rows(PeopleQuery(sort="name"))
        assert [(row.id, row.last_visit_on) for row in page.rows] == [(kept, DAY)]
        assert services.people.counts()["all"] == 1


class TestEveryTable:
    """The inventory is proved by really joining two full files: a table that is forgotten fails here."""

    def test_each_row_goes_where_its_table_says(self, services: Services) -> None:
        kept, gone = twice(services)
        third = services.people.register(factories.person(name="王五", birth_on="1950-01-01"))
        made = filled_with(services, (kept, third), (gone, third))
        assert {row.__tablename__ for row in made[gone]} == set(wholefile.naming_a_person()) == set(KNOWN)
        joined(services, kept, gone)
        after = rows_of(services)
        wrong = []
        for record in made[gone]:
            table, row = record.__tablename__, after[record.__tablename__, record.id]
            people = {row[column] for column in _naming(table)}
            is_twin = row["is_deleted"] and kept not in people
            if KNOWN[table]["join"] == "move" and gone in people and not (is_twin and table in _TWINS):
                wrong.append(f"{table} was left behind")
            if KNOWN[table]["join"] == "stay" and (gone not in people or row["is_deleted"]):
                wrong.append(f"{table} was taken along")
        assert wrong == []
        assert {table for (table, _), row in after.items() if _is_left(table, row, gone)} <= {
            "person_join",
            "comparison_line",
        }

    def test_and_comes_back(self, services: Services) -> None:
        kept, gone = twice(services)
        third = services.people.register(factories.person(name="王五", birth_on="1950-01-01"))
        filled_with(services, (kept, third), (gone, third))
        before = rows_of(services)
        services.joins.part(joined(services, kept, gone), "弄错了")
        assert _same(before, rows_of(services))


_TWINS = {"attendance", "distinct_pair"}  # can be there once only: what the gone file had stays with it, removed


def _naming(table: str) -> list[str]:
    columns = wholefile.naming_a_person()[table].c
    return [one.name for one in columns if any(key.column.table.name == "person" for key in one.foreign_keys)]


def _is_left(table: str, row: dict[str, Any], gone: str) -> bool:
    return table in KNOWN and not row["is_deleted"] and gone in {row[column] for column in _naming(table)}


def _same(before: dict[tuple[str, str], dict[str, Any]], after: dict[tuple[str, str], dict[str, Any]]) -> bool:
    """Say whether every row is as it was; what the joining made may be there, removed, and the join itself."""
    new = {key: row for key, row in after.items() if key not in before and key[0] != "person_join"}
    assert {key: after[key] for key in before} == before
    assert [key for key, row in new.items() if not row["is_deleted"]] == []
    return True


class TestPart:
    def test_later_work_on_what_went_over_forbids_it(self, services: Services) -> None:
        kept, gone = twice(services)
        visit = services.visits.record(factories.visit(gone, services.actor.user_id))
        join_id = joined(services, kept, gone)
        services.visits.record(replace(services.visits.draft(visit), problems="另一个问题"))
        before = rows_of(services)
        with pytest.raises(ValidationError) as refused:
            services.joins.part(join_id, "弄错了")
        assert (refused.value.code, "入户与联系" in refused.value.message) == ("joined_since", True)
        assert rows_of(services) == before

    def test_what_came_since_stays_with_the_kept_file(self, services: Services) -> None:
        kept, gone = twice(services)
        join_id = joined(services, kept, gone)
        services.visits.record(factories.visit(kept, services.actor.user_id))
        services.joins.part(join_id, "弄错了")
        assert services.people.card(kept).row.last_visit_on == DAY
        assert services.people.card(gone).row.last_visit_on is None
        assert [row.undone_on for row in services.joins.rows()] == [DAY]
        with pytest.raises(ValidationError) as again:
            services.joins.part(join_id, "弄错了")
        assert again.value.code == "no_such_join"

    def test_a_paper_that_leans_on_a_guardian_who_would_go_back_forbids_it(self, services: Services) -> None:
        kept, gone = twice(services, guardian=factories.guardian(name="刘桂芳"))
        draft, revision = services.people.draft(kept)
        services.people.amend(kept, replace(draft, guardian=GuardianDraft()), revision)
        join_id = joined(services, kept, gone, **{"guardian.name": "gone"})
        services.consents.sign(factories.paper(kept))
        with pytest.raises(ValidationError) as refused:
            services.joins.part(join_id, "弄错了")
        assert refused.value.code == "joined_since"


PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["单小红", "丹晓虹"]),
        "phone": st.sampled_from(["", "13900135511"]),
        "village": st.sampled_from(["", "石桥村", "柳沟村"]),
        "allergy": st.sampled_from(["", "青霉素"]),
        "diagnosis_category": st.sampled_from(["", "1", "2"]),
        "warning_note": st.sampled_from(["", "先打电话"]),
        "has_dibao": st.sampled_from([None, True, False]),
        "income_sources": st.sampled_from([(), ("relief",), ("relief", "family")]),
        "guardian": st.sampled_from([factories.guardian(), GuardianDraft(), factories.guardian(name="刘桂芳")]),
    },
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=PEOPLE, other=PEOPLE, services_of=st.lists(st.integers(0, 5), max_size=4), sides=st.randoms())
def test_joined_and_parted_everything_is_as_it_was(
    services: Services, one: dict[str, Any], other: dict[str, Any], services_of: list[int], sides: Any
) -> None:
    kept, gone = (services.people.register(_draft(changes)) for changes in (one, other))
    me = services.actor.user_id
    acts: list[Callable[[], object]] = [
        lambda: services.visits.record(factories.visit(gone, me)),
        lambda: services.trainings.record(factories.training(me, factories.line(gone), factories.line(kept))),
        lambda: services.consents.sign(factories.paper(gone)),
        lambda: services.consents.sign(factories.paper(kept, "agreement")),
        lambda: services.visits.record(factories.visit(kept, me)),
        lambda: services.joins.distinguish(kept, gone),
    ]
    for number in services_of:
        acts[number]()
    before = rows_of(services)
    plan = services.joins.plan(kept, gone)
    chosen = {line.name: sides.choice(("kept", "gone")) for line in plan.lines}
    join_id = services.joins.join(JoinDraft(kept, gone, plan.revisions, chosen, "同一人"))
    draft, _ = services.people.draft(kept)
    assert (draft.village, draft.phone) == tuple(
        getattr(_draft(other if chosen.get(name) == "gone" else one), name) for name in ("village", "phone")
    )
    services.joins.part(join_id, "弄错了")
    assert _same(before, rows_of(services))


def _draft(changes: dict[str, Any]) -> PersonDraft:
    return replace(factories.person(), **{"id_no": "", "id_missing_reason": "遗失", **changes})
