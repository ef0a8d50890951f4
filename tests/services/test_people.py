"""Files of clients: registered, found, read, changed; every look at them is in the audit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from desktop import mainthread
from desktop.errors import ValidationError
from desktop.models.assessments import Assessment
from desktop.models.documents import Agreement, Consent
from desktop.models.people import ClinicalProfile, Episode, Guardian, Person
from desktop.models.visits import Visit
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.services.people import (
    CareLine,
    ContactLine,
    GuardianDraft,
    MedicationLine,
    PeopleQuery,
    PersonDraft,
    PersonRow,
    enrol_person,
    revise_person,
)
from tests import factories
from tests.conftest import DAY, Template, open_copy


def found(services: Services, search: str, **query: object) -> list[str]:
    page = services.people.rows(PeopleQuery(search=search, **query))  # type: ignore[arg-type]
    return [row.name for row in page.rows]


@pytest.fixture(scope="class")
def shared(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One station for a class of tests that only look."""
    folder = tmp_path_factory.mktemp("shared") / "station"
    shutil.copytree(template.folder, folder)
    opened = open_copy(template, folder, PracticeClock(DAY))
    yield opened
    opened.close()


def row(services: Services, person_id: str) -> PersonRow:
    return services.people.card(person_id).row


class TestRegister:
    def test_a_complete_form_becomes_a_file(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        card = services.people.card(person_id)
        assert card.row.file_no == f"{services.desk.facts.station_code}-2026-A0001"
        assert (card.row.name, card.row.sex, card.row.birth_on) == ("张晓东", "1", date(1983, 5, 17))
        assert (card.row.age, card.row.state, card.row.is_draft) == (42, "assigned", False)
        assert card.row.diagnosis == "分裂情感性障碍"
        assert [(one.name, one.relation) for one in card.guardians] == [("刘桂兰", "母亲")]
        assert card.missing == ()
        since = replace(draft, guardian=replace(draft.guardian, from_on=DAY.isoformat()))
        assert services.people.draft(person_id) == (since, 1)

    def test_it_is_one_write_with_one_audit_entry(self, services: Services) -> None:
        before = services.audit.rows(limit=1)[0].seq
        person_id = factories.client(services)
        act, subject, detail = factories.acts(services)[0]
        assert services.audit.rows(limit=1)[0].seq == before + 1
        assert (act, subject) == ("people.register", person_id)
        assert detail["tables"] == {"person": 1, "guardian": 1, "clinical_profile": 1, "episode": 1}
        assert "张晓东" not in str(detail)

    def test_sex_and_birth_come_from_the_id_number(self, services: Services) -> None:
        number = factories.id_no(date(1990, 2, 3), "2")
        person_id = factories.client(services, id_no=number, sex="", birth_on="")
        assert (row(services, person_id).sex, row(services, person_id).birth_on) == ("2", date(1990, 2, 3))

    def test_numbers_are_stored_half_width_without_blanks(self, services: Services) -> None:
        number = factories.id_no()
        person_id = factories.client(services, id_no=f" {number[:6]} {number[6:]}".translate(_FULL_WIDTH))
        assert services.people.reveal(person_id, "id_no", "identify") == number

    def test_name_and_village_alone_make_a_draft(self, services: Services) -> None:
        draft = replace(factories.person(), **_NOTHING)
        person_id = services.people.register(draft)
        card = services.people.card(person_id)
        assert (card.row.is_draft, card.row.state) == (True, "applied")
        assert {fault.field for fault in card.missing} == {"id_no", "sex", "diagnosis_category"}

    def test_a_draft_becomes_a_file_when_completed(self, services: Services) -> None:
        person_id = services.people.register(replace(factories.person(), **_NOTHING))
        services.people.amend(person_id, factories.person(), 1)
        assert (row(services, person_id).is_draft, row(services, person_id).state) == (False, "assigned")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"id_no": "990101198305170010"}, "id_no"),
            ({"id_no": "12"}, "id_no"),
            ({"birth_on": "2026-02-30", "id_no": ""}, "birth_on"),
            ({"sex": "7"}, "sex"),
            ({"filed_on": (DAY + timedelta(days=1)).isoformat()}, "filed_on"),
            ({"disability_no": "12345"}, "disability_no"),
            ({"guardian": factories.guardian(name="")}, "guardian.name"),
        ],
    )
    def test_an_error_names_its_field_and_stores_nothing(
        self, services: Services, changes: dict[str, object], field: str
    ) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.people.register(factories.person(**({"id_no": factories.id_no()} | changes)))
        assert refusal.value.field == field
        assert refusal.value.message
        assert services.people.rows(PeopleQuery()).total == 0

    def test_the_same_id_number_is_refused(self, services: Services) -> None:
        number = factories.id_no()
        factories.client(services, id_no=number)
        with pytest.raises(ValidationError) as refusal:
            factories.client(services, name="李四", id_no=number.lower())
        assert (refusal.value.code, refusal.value.field) == ("duplicate_id", "id_no")
        assert "A0001" in refusal.value.message
        assert "张晓东" not in refusal.value.message
        assert services.people.rows(PeopleQuery()).total == 1

    def test_several_people_without_an_id_number_are_no_duplicates(self, services: Services) -> None:
        for name in ("王一", "王二"):
            factories.client(services, name=name, id_no="", id_missing_reason="从未办理")
        assert services.people.rows(PeopleQuery()).total == 2


_FULL_WIDTH = {ord("0") + n: 0xFF10 + n for n in range(10)}
_NOTHING: dict[str, object] = {
    "id_no": "", "sex": "", "birth_on": "", "diagnosis_category": "", "icd_code": "",
}  # fmt: skip


class TestNumbers:
    def test_they_count_on(self, services: Services) -> None:
        numbers = [row(services, factories.client(services)).file_no[-5:] for _ in range(3)]
        assert numbers == ["A0001", "A0002", "A0003"]

    def test_a_number_is_never_used_again(self, services: Services) -> None:
        factories.client(services)
        second = factories.client(services)
        with services.desk.work.write("test") as db:
            person = db.get(Person, second)
            assert person is not None
            person.is_deleted = True
        assert row(services, factories.client(services)).file_no.endswith("A0003")

    def test_a_new_year_begins_at_one(self, services: Services) -> None:
        factories.client(services)
        later = factories.on_day(services, date(2027, 1, 4))
        assert row(later, factories.client(later)).file_no.endswith("-2027-A0001")

    def test_many_in_one_write_follow_each_other(self, services: Services) -> None:
        with services.desk.work.write("test") as db:
            for _ in range(12):
                enrol_person(db, services.desk, factories.person())
        numbers = [one.file_no[-5:] for one in services.people.rows(PeopleQuery()).rows]
        assert numbers == [f"A{n:04d}" for n in range(1, 13)]

    def test_after_9999_they_go_on(self, services: Services) -> None:
        first = factories.client(services)
        with services.desk.work.write("test") as db:
            person = db.get(Person, first)
            assert person is not None
            person.file_no = person.file_no.replace("A0001", "A9999")
        assert row(services, factories.client(services)).file_no.endswith("A10000")
        assert row(services, factories.client(services)).file_no.endswith("A10001")


@pytest.fixture(scope="class")
def people(shared: Services) -> Services:
    services = shared
    factories.client(services, name="张晓东", phone="13900135511", village="东街社区")
    factories.client(services, name="欧阳文静", phone="13700247766", village="西河村", sex="2")
    factories.client(
        services,
        name="阿依古丽·吐尔逊",
        phone="",
        village="南山村",
        sex="2",
        guardian=factories.guardian(phone="18600998123"),
    )
    factories.client(services, name="单立新", phone="13512340000", village="东街社区")
    return services


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("张晓东", ["张晓东"]),
            ("晓东", ["张晓东"]),
            ("zhangxiaodong", ["张晓东"]),
            ("ZXD", ["张晓东"]),
            ("xiaodong", ["张晓东"]),
            ("oywj", ["欧阳文静"]),
            ("阿依古丽吐尔逊", ["阿依古丽·吐尔逊"]),
            ("shanlixin", ["单立新"]),
            ("13700247766", ["欧阳文静"]),
            ("1370024", ["欧阳文静"]),
            ("7766", ["欧阳文静"]),
            ("8123", ["阿依古丽·吐尔逊"]),
            ("西河村", ["欧阳文静"]),
            ("东街", ["张晓东", "单立新"]),
            ("东街 张", ["张晓东"]),
            ("a0002", ["欧阳文静"]),
            ("１３７００２４", ["欧阳文静"]),
            ("没有这个人", []),
            ("%", []),
            ("_", []),
            ("", ["张晓东", "欧阳文静", "阿依古丽·吐尔逊", "单立新"]),
        ],
    )
    def test_it_knows(self, people: Services, typed: str, names: list[str]) -> None:
        assert found(people, typed) == names

    def test_it_knows_the_tail_of_the_id_number(self, services: Services) -> None:
        numbers = [factories.id_no(date(1983, 5, n)) for n in (1, 2, 3)]
        names = ["甲一", "乙二", "丙三"]
        for name, number in zip(names, numbers, strict=True):
            factories.client(
                services, name=name, id_no=number, birth_on="", phone="", guardian=factories.guardian(phone="")
            )
        for name, number in zip(names, numbers, strict=True):
            assert name in found(services, number[-6:].lower())
            assert found(services, number) == [name]

    def test_a_new_name_and_guardian_are_found_at_once(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        changed = replace(draft, name="章小冬", guardian=factories.guardian(phone="18600111222"))
        services.people.amend(person_id, changed, 1)
        assert found(services, "18600111222") == ["章小冬"]
        assert found(services, "zhangxiaodong") == ["章小冬"]
        assert found(services, "张晓东") == []


class TestPages:
    def test_pages_follow_each_other_without_gap_or_overlap(self, services: Services) -> None:
        for n in range(7):
            factories.client(services, name=f"王{'一二三四五六七'[n]}")
        pages, after = [], None
        while True:
            page = services.people.rows(PeopleQuery(limit=3, after=after))
            pages.append([one.file_no[-1] for one in page.rows])
            assert page.total == 7
            after = page.next
            if after is None:
                break
        assert pages == [["1", "2", "3"], ["4", "5", "6"], ["7"]]

    def test_a_full_last_page_has_no_next(self, services: Services) -> None:
        for _ in range(3):
            factories.client(services)
        assert services.people.rows(PeopleQuery(limit=3)).next is None

    def test_rows_are_masked(self, services: Services) -> None:
        draft = factories.person()
        services.people.register(draft)
        (shown,) = services.people.rows(PeopleQuery()).rows
        assert shown.id_masked == f"{draft.id_no[:4]}{'*' * 10}{draft.id_no[-4:]}"
        assert shown.phone_masked == "139****5511"
        assert draft.id_no not in repr(shown)

    def test_a_page_asks_a_handful_of_questions_however_long_it_is(self, filled: Services) -> None:
        short = _questions(filled, PeopleQuery(limit=2))
        assert _questions(filled, PeopleQuery(limit=40)) <= short
        assert short <= 14


def _questions(services: Services, query: PeopleQuery) -> int:
    from sqlalchemy import event

    asked: list[str] = []
    reader = services.desk.work.store.reader

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(reader, "before_cursor_execute", note)
    services.people.rows(query)
    event.remove(reader, "before_cursor_execute", note)
    return len(asked)


@pytest.fixture(scope="class")
def station(shared: Services) -> Services:
    """Somebody in each situation, named after it."""
    services = shared
    factories.client(services, name="未签")
    factories.served(services, name="有效")
    expiring = factories.client(services, name="快到期")
    factories.sign(services, expiring, signed_on="2025-04-15")
    renewed = factories.client(services, name="已续签")
    factories.sign(services, renewed, signed_on="2025-04-15")
    factories.sign(services, renewed, signed_on="2026-03-20", valid_from="2026-04-10")
    expired = factories.client(services, name="已过期")
    factories.sign(services, expired, signed_on="2025-02-01")
    coming = factories.client(services, name="以后生效")
    factories.sign(services, coming, signed_on=DAY.isoformat(), valid_from="2026-04-02")
    withdrawn = factories.served(services, name="已撤回")
    services.consents.withdraw(withdrawn, (), DAY, "")
    half = factories.client(services, name="只有同意书")
    services.consents.sign(factories.paper(half))
    visited = factories.served(services, name="刚入户", service_class="general")
    services.visits.record(factories.visit(visited, services.actor.user_id))
    services.people.register(replace(factories.person(name="草稿"), **_NOTHING))
    closed = factories.served(services, name="已结案")
    with services.desk.work.write("test") as db:
        for episode in db.scalars(select(Episode).where(Episode.person_id == closed)):
            episode.state = "closed"
    return services


class TestFilters:
    @pytest.mark.parametrize(
        ("only", "names"),
        [
            ("in_service", {"有效", "快到期", "已续签", "以后生效", "已撤回", "刚入户"}),
            ("paper_missing", {"未签", "已过期", "以后生效", "已撤回", "只有同意书"}),
            ("paper_expiring", {"快到期"}),
            ("visit_due", {"有效", "快到期", "已续签", "已撤回"}),
            ("drafts", {"草稿"}),
        ],
    )
    def test_a_chip_shows_who_belongs_to_it(self, station: Services, only: str, names: set[str]) -> None:
        assert set(found(station, "", only=only)) == names

    def test_the_numbers_on_the_chips_are_those_of_the_lists(self, station: Services) -> None:
        counts = station.people.counts()
        assert counts["all"] == 11
        for only in ("all", "in_service", "paper_missing", "paper_expiring", "visit_due", "drafts"):
            assert counts[only] == station.people.rows(PeopleQuery(only=only)).total, only

    def test_a_chip_and_the_search_work_together(self, station: Services) -> None:
        assert found(station, "快", only="paper_expiring") == ["快到期"]
        assert found(station, "有效", only="paper_expiring") == []

    def test_mine_are_those_i_registered_or_saw_last(self, services: Services) -> None:
        factories.client(services, name="我建的")
        seen = factories.client(services, name="别人看的")
        services.visits.record(factories.visit(seen, services.users.add(_account())))
        assert found(services, "", only="mine") == ["我建的"]


def _account():  # type: ignore[no-untyped-def]
    from desktop.services.accounts import AccountDraft

    return AccountDraft("chenli", "陈立", "worker", "远山含翠水自流一路东去")


class TestCard:
    def test_looking_is_noted(self, services: Services) -> None:
        person_id = factories.client(services)
        services.people.card(person_id)
        assert factories.acts(services)[0][:2] == ("people.view", person_id)

    def test_the_strip_tells_where_the_papers_stand(self, services: Services) -> None:
        person_id = factories.client(services)
        strip = {one.key: one for one in services.people.card(person_id).states}
        assert (strip["consent"].state, strip["consent"].tone, strip["consent"].action) == ("未签", "bad", "consent")
        factories.sign(services, person_id, signed_on="2025-04-15", scopes=factories.scopes("abcdefijlm"))
        strip = {one.key: one for one in services.people.card(person_id).states}
        assert (strip["consent"].state, strip["consent"].tone) == ("14 天后到期", "warn")
        assert [strip[paper].reason for paper in ("consent", "agreement")] == ["至 2026-04-14"] * 2
        factories.sign(services, person_id, signed_on="2026-03-30", scopes=factories.scopes("abcdefijlm"))
        strip = {one.key: one for one in services.people.card(person_id).states}
        assert (strip["consent"].state, strip["consent"].reason) == ("有效至 2027-03-29", "同意 10，不同意 3")
        assert (strip["agreement"].state, strip["agreement"].tone) == ("有效至 2027-03-29", "ok")

    def test_the_strip_tells_of_visit_training_and_danger(self, services: Services) -> None:
        person_id = factories.served(services)
        me = services.actor.user_id
        services.visits.record(factories.visit(person_id, me, danger_level="3", next_visit_on="2026-04-02"))
        services.trainings.record(factories.training(me, factories.line(person_id)))
        strip = {one.key: one for one in services.people.card(person_id).states}
        assert (strip["danger"].state, strip["danger"].tone) == ("3 级", "bad")
        assert (strip["training"].state, strip["training"].tone) == ("本月 1 次", "ok")
        assert strip["visit"].tone == "warn"
        later = factories.on_day(services, date(2026, 4, 7))
        strip = {one.key: one for one in later.people.card(person_id).states}
        assert (strip["visit"].state, strip["visit"].tone) == ("超期 5 天", "bad")

    def test_an_allergy_stands_out(self, services: Services) -> None:
        person_id = factories.client(services, allergy="青霉素")
        facts = [fact for group in services.people.card(person_id).facts for fact in group.facts]
        assert [(fact.value, fact.tone) for fact in facts if fact.label == "过敏"] == [("青霉素", "bad")]

    def test_no_full_number_is_on_it(self, services: Services) -> None:
        draft = factories.person(guardian=factories.guardian(id_no=factories.id_no(date(1955, 1, 1), "2")))
        card = services.people.card(services.people.register(draft))
        for number in (draft.id_no, draft.phone, draft.guardian.phone, draft.guardian.id_no):
            assert number not in repr(card)

    def test_nobody_is_told_plainly(self, services: Services) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.people.card("nobody")
        assert refusal.value.code == "no_such_person"


class TestReveal:
    @pytest.mark.parametrize("field_name", ["id_no", "phone", "guardian.phone", "guardian.id_no"])
    def test_each_masked_field_can_be_shown_and_is_noted(self, services: Services, field_name: str) -> None:
        draft = factories.person(guardian=factories.guardian(id_no=factories.id_no(date(1955, 1, 1), "2")))
        person_id = services.people.register(draft)
        holder = draft.guardian if field_name.startswith("guardian.") else draft
        assert services.people.reveal(person_id, field_name, "identify") == getattr(
            holder, field_name.removeprefix("guardian.")
        )
        assert factories.acts(services)[0] == ("people.reveal", person_id, {"field": field_name, "reason": "identify"})

    def test_a_guardian_can_be_named(self, services: Services) -> None:
        person_id = factories.client(services)
        (guardian,) = services.people.card(person_id).guardians
        assert services.people.reveal(person_id, f"guardian.phone:{guardian.id}", "identify") == "13800130074"

    def test_the_guardian_of_somebody_else_stays_hidden(self, services: Services) -> None:
        first, second = factories.client(services), factories.client(services)
        (guardian,) = services.people.card(first).guardians
        with pytest.raises(ValidationError):
            services.people.reveal(second, f"guardian.phone:{guardian.id}", "identify")

    @pytest.mark.parametrize("field_name", ["search_text", "name", "guardian.name", ""])
    def test_other_fields_are_not_to_be_had(self, services: Services, field_name: str) -> None:
        person_id = factories.client(services)
        with pytest.raises(ValidationError):
            services.people.reveal(person_id, field_name, "identify")


class TestAmend:
    def test_a_change_is_read_back(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        changed = replace(
            draft,
            village="西河村",
            medicines="利培酮 2mg",
            guardian=factories.guardian(phone="13800139999", from_on=DAY.isoformat()),
        )
        services.people.amend(person_id, changed, 1)
        assert services.people.draft(person_id) == (changed, 2)
        act, subject, detail = factories.acts(services, 2)[1]
        assert (act, subject) == ("people.amend", person_id)
        assert detail["tables"] == {"person": 1, "guardian": 1, "clinical_profile": 1}

    def test_a_newer_revision_is_not_saved_over(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        services.people.amend(person_id, replace(draft, guardian=factories.guardian(name="刘桂芳")), 1)
        with pytest.raises(ValidationError) as refusal:
            services.people.amend(person_id, replace(draft, village="西河村"), 1)
        assert refusal.value.code == "stale"
        assert services.people.draft(person_id)[0].guardian.name == "刘桂芳"

    def test_a_new_guardian_ends_the_old_one_who_stays_on_file(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        services.people.amend(person_id, replace(draft, guardian=factories.guardian(name="张大山", relation="51")), 1)
        assert [one.name for one in services.people.card(person_id).guardians] == ["张大山"]
        with services.desk.work.read() as db:
            stored = db.execute(select(Guardian.name, Guardian.to_on).order_by(Guardian.id)).all()
        assert [tuple(one) for one in stored] == [("刘桂兰", DAY), ("张大山", None)]

    def test_a_new_guardian_begins_today_or_on_the_day_that_is_said(self, services: Services) -> None:
        person_id = services.people.register(
            factories.person(guardian=factories.guardian(from_on="2024-05-01", to_on=""))
        )
        stored, revision = services.people.draft(person_id)
        assert stored.guardian.from_on == "2024-05-01"
        follower = replace(stored.guardian, name="张大山")  # the form still holds the day of the one before
        services.people.amend(person_id, replace(stored, guardian=follower), revision)
        stored, revision = services.people.draft(person_id)
        assert stored.guardian.from_on == DAY.isoformat()
        follower = replace(stored.guardian, name="刘桂芳", from_on="2026-03-01")
        services.people.amend(person_id, replace(stored, guardian=follower), revision)
        assert services.people.draft(person_id)[0].guardian.from_on == "2026-03-01"

    def test_a_guardian_who_ended_with_nobody_following_is_none_and_stays_on_file(self, services: Services) -> None:
        person_id = services.people.register(factories.person())
        stored, revision = services.people.draft(person_id)
        ended = replace(stored.guardian, to_on="2026-03-30", from_on="2026-01-01")
        services.people.amend(person_id, replace(stored, guardian=ended), revision)
        assert services.people.draft(person_id)[0].guardian == GuardianDraft()
        assert services.people.card(person_id).guardians == ()
        with services.desk.work.read() as db:
            assert db.execute(select(Guardian.name, Guardian.to_on)).one() == ("刘桂兰", date(2026, 3, 30))

    def test_a_new_diagnosis_is_a_new_version(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        later = factories.on_day(services, DAY + timedelta(days=30))
        later.people.amend(person_id, replace(draft, diagnosis_category="1", icd_code="F20"), 1)
        assert row(services, person_id).diagnosis == "精神分裂症"
        with services.desk.work.read() as db:
            versions = db.scalars(select(ClinicalProfile.icd_code).order_by(ClinicalProfile.noted_on)).all()
        assert versions == ["F25", "F20"]

    def test_a_correction_on_the_same_day_is_no_new_version(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        services.people.amend(person_id, replace(draft, icd_code="F25.1"), 1)
        with services.desk.work.read() as db:
            assert db.scalars(select(ClinicalProfile.icd_code)).all() == ["F25.1"]

    def test_nothing_changed_changes_nothing(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        services.people.amend(person_id, draft, 1)
        assert services.people.draft(person_id)[1] == 1

    def test_an_id_number_of_somebody_else_is_refused(self, services: Services) -> None:
        first, second = factories.person(), factories.person(name="李四")
        services.people.register(first)
        person_id = services.people.register(second)
        with pytest.raises(ValidationError) as refusal:
            services.people.amend(person_id, replace(second, id_no=first.id_no), 1)
        assert refusal.value.field == "id_no"

    def test_the_roster_hears_whether_anything_changed(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        with services.desk.work.write("test") as db:
            person = db.get(Person, person_id)
            assert person is not None
            assert not revise_person(db, services.desk, person, draft)
            assert revise_person(db, services.desk, person, replace(draft, village="西河村"))


class TestLookalikes:
    @pytest.mark.parametrize(
        ("changes", "is_alike"),
        [
            ({}, True),
            ({"village": "别处村"}, True),
            ({"birth_on": "1970-01-01"}, True),
            ({"birth_on": "1970-01-01", "village": "别处村"}, False),
            ({"name": "章晓冬"}, True),
            ({"name": "章晓冬", "birth_on": "1970-01-01"}, False),
            ({"name": "李晓东"}, False),
            ({"name": "李晓东", "phone": "139 0013 5511"}, True),
        ],
    )
    def test_same_sound_and_birth_date_or_name_and_village_or_telephone(
        self, services: Services, changes: dict[str, object], is_alike: bool
    ) -> None:
        factories.client(services)
        typed = replace(factories.person(), **{"id_no": "", "id_missing_reason": "遗失", "phone": "", **changes})  # type: ignore[arg-type]
        assert bool(services.people.lookalikes(typed)) is is_alike

    def test_the_same_id_number_under_another_name(self, services: Services) -> None:
        draft = factories.person()
        services.people.register(draft)
        (alike,) = services.people.lookalikes(replace(draft, name="别名", birth_on="", village="", phone=""))
        assert (alike.row.name, alike.signs, alike.why) == ("张晓东", ("id_no",), "证件号码相同")

    def test_old_and_new_form_of_one_number(self, services: Services) -> None:
        draft = factories.person()
        old = draft.id_no[:6] + draft.id_no[8:17]
        person_id = services.people.register(draft)
        nobody = replace(draft, name="别名", birth_on="", village="", phone="")
        (alike,) = services.people.lookalikes(replace(nobody, id_no=old))
        assert alike.signs == ("id_old_new",)
        services.people.amend(person_id, replace(draft, id_no=old), 1)
        assert services.people.lookalikes(nobody)[0].signs == ("id_old_new",)

    def test_the_surest_comes_first_and_a_telephone_of_the_whole_village_says_nothing(self, services: Services) -> None:
        known = [factories.person(name=name, birth_on="1970-01-01", village="") for name in ("甲", "乙", "丙", "丁")]
        for draft in known:
            services.people.register(draft)
        typed = replace(factories.person(), id_no="", id_missing_reason="遗失", village="")
        assert [one.signs for one in services.people.lookalikes(typed)] == [("phone",)] * 4
        services.people.register(factories.person(name="戊", birth_on="1970-01-01", village=""))
        assert services.people.lookalikes(typed) == ()
        same = services.people.lookalikes(replace(typed, id_no=known[2].id_no))
        assert [(one.row.name, one.signs) for one in same] == [("丙", ("id_no", "phone"))]

    def test_who_may_not_see_names_is_told_of_the_file_only(self, services: Services) -> None:
        draft = factories.person()
        services.people.register(draft)
        (alike,) = factories.as_role(services, "clerk").people.lookalikes(draft)
        assert (alike.row.name, alike.row.file_no) == ("张*", "QS01-2026-A0001")
        assert draft.id_no not in str(alike)

    def test_a_file_is_not_its_own_lookalike(self, services: Services) -> None:
        draft = factories.person()
        person_id = services.people.register(draft)
        assert services.people.lookalikes(draft, except_id=person_id) == ()

    def test_an_empty_form_looks_like_nobody(self, services: Services) -> None:
        factories.client(services)
        assert services.people.lookalikes(replace(factories.person(), **_NOTHING, name="", village="", phone="")) == ()


class TestTimeline:
    def test_it_tells_everything_newest_first(self, services: Services) -> None:
        person_id, me = factories.served(services, service_class="general"), services.actor.user_id
        services.trainings.record(
            factories.training(me, factories.line(person_id, note="独立洗碗"), held_on="2026-03-25")
        )
        services.visits.record(factories.visit(person_id, me, visited_on="2026-03-27"))
        services.visits.record(factories.visit(person_id, me, visited_on="2026-03-28", method="phone"))
        timeline = services.people.timeline(person_id)
        assert [item.kind for item in timeline.items] == [
            "call",
            "visit",
            "training",
            "document",
            "document",
            "registration",
        ]
        assert timeline.counts == {"all": 6, "call": 1, "visit": 1, "training": 1, "document": 2, "registration": 1}
        session = timeline.items[2]
        assert (session.title, session.text) == ("生活技能训练 · 家务料理", "独立洗碗；参与：主动；情绪 6 → 8")
        assert session.author == services.actor.name

    def test_one_kind_and_a_limit(self, services: Services) -> None:
        person_id, me = factories.served(services), services.actor.user_id
        for day in (25, 26, 27):
            services.visits.record(factories.visit(person_id, me, visited_on=f"2026-03-{day}"))
        timeline = services.people.timeline(person_id, "visit", limit=2)
        assert (timeline.total, [item.on.day for item in timeline.items]) == (3, [27, 26])

    def test_what_did_not_count_is_marked(self, services: Services) -> None:
        person_id, me = factories.client(services), services.actor.user_id
        services.trainings.record(factories.training(me, factories.line(person_id)))
        assert services.people.timeline(person_id, "training").items[0].tag == "不计入"

    def test_what_came_from_earlier_years_is_marked(self, services: Services) -> None:
        person_id = factories.client(services)
        with services.desk.work.write("test.past") as db:
            db.add(
                Visit(
                    person_id=person_id,
                    visited_on=DAY,
                    method="home",
                    met="client",
                    purposes=[],
                    is_counted=False,
                    origin="imported",
                )
            )
            db.add(
                Assessment(
                    person_id=person_id, assessed_on=date(2025, 6, 1), kind="baseline", instrument="psychosocial",
                    assessors="陈一帆", total=62.5, subscores={"社交技巧": 12, "人际关系": 20.5}, origin="imported",
                )
            )  # fmt: skip
            paper = {"signed_on": date(2025, 5, 1), "valid_from": date(2025, 5, 1), "evidence": "paper_before"}
            db.add(Consent(person_id=person_id, status="in_force", **paper))
            db.add(Agreement(person_id=person_id, status="draft", **paper))
        told = {item.title: (item.text, item.tag) for item in services.people.timeline(person_id).items}
        assert told["入户"][1] == "不计入 · 补录"
        assert told["基线评估 · 心理社交功能评估"] == ("总分 62.5；社交技巧 12；人际关系 20.5", "补录")
        assert (told["签知情同意书"][1], told["签服务协议"][1]) == ("已签 · 补录", "补录，原件未核对，不计入")
        assert services.people.timeline(person_id, "assessment").total == 1
        assert not services.consents.may(person_id, "serve", DAY).yes

    def test_a_visit_that_is_due_stands_in_it(self, services: Services) -> None:
        person_id = factories.served(services, service_class="general")
        (due,) = services.people.timeline(person_id, "due").items
        assert (due.on, due.title, due.tag) == (DAY, "应入户，尚未登记", "今天")


def test_villages_most_used_first(services: Services) -> None:
    for village in ("西河村", "东街社区", "东街社区"):
        factories.client(services, village=village)
    assert services.people.villages() == ("东街社区", "西河村")


def test_a_file_number_leads_to_the_file(services: Services) -> None:
    person_id = factories.client(services)
    file_no = row(services, person_id).file_no
    assert services.people.id_of(file_no.lower()) == person_id
    with pytest.raises(ValidationError) as refusal:
        services.people.id_of("QS99-2026-A0001")
    assert refusal.value.code == "no_such_person"


def test_checking_a_form_asks_no_database(services: Services) -> None:
    mainthread.forbid_slow_work_here()
    faults = services.people.check(factories.person(name=""))
    mainthread.allow_slow_work_here()
    assert [fault.field for fault in faults if fault.severity == "error"] == ["name"]


def complete() -> PersonDraft:
    """A form with something in every field."""
    return factories.person(
        platform_no="ZJ001", ehr_no="99010110100100001", marital="20", education="91", employment="3", hukou_type="2",
        residence_type="1", division_code="990101103", hukou_address="东街 9 号", grid="第三网格", home_phone="6612345",
        living_situation="family", co_residents=("parents", "siblings"), co_resident_relation="good",
        living_environment="fair", economic_status="poor", income_sources=("relief", "family"),
        money_management="helped",
        relief_category="dibao", medical_insurance="resident", service_standard="P80", has_dibao=True,
        first_onset_on="2001", symptoms=("1", "3"), symptoms_other="失眠", past_lock="3", past_outpatient="2",
        first_drug_on="2003-02", hospital_times="0", last_effect="2", danger_acts=(("1", "2"), ("6", "0")),
        health_consent="yes", in_smd_system="yes", specialist_opinion="维持治疗", past_behaviour=("wandering",),
        current_risk="none", somatic_disease="高血压", family_history="舅舅",
        doctor_name="周医生", filled_on="2026-01-05",
        diagnosed_on="2003", diagnosis_hospital="省三院", danger_level="0",
        medications=(MedicationLine(drug="利培酮", dose="2", unit="1", times="每晚一次", route="oral", source="order",
                                    prescriber="省三院", started_on="2019-03", next_due_on="2026-05-01", note="饭后"),),
        care_team=(CareLine(role="police", name="秦守正", organisation="东街派出所", phone="13900001111",
                            from_on="2025-01-01"),),
        guardian=factories.guardian(kind="legal", sex="2", basis="order", is_able=True, weakness="年迈",
                                    from_on="2024-05-01"),
        disability_card="pending",
        contacts=(ContactLine(name="张晓梅", relation="75", kind="emergency", sex="2", phone="13700137000",
                              address="西岭村", from_on="2025-02-01"),),
    )  # fmt: skip


class TestWholeFile:
    def test_every_field_is_stored_and_read_again(self, services: Services) -> None:
        draft = complete()
        stored, _ = services.people.draft(services.people.register(draft))
        same_ids = replace(
            stored,
            contacts=tuple(replace(line, id="") for line in stored.contacts),
            medications=tuple(replace(line, id="") for line in stored.medications),
            care_team=tuple(replace(line, id="") for line in stored.care_team),
        )
        assert same_ids == draft
        assert services.people.gaps(stored) == ()

    def test_what_is_given_up_is_ended_and_stays_to_be_seen(self, services: Services) -> None:
        person_id = services.people.register(complete())
        stored, revision = services.people.draft(person_id)
        stopped = replace(stored.medications[0], stopped_on="2026-03-01")
        moved = replace(stored.care_team[0], to_on="2026-03-01")
        new = MedicationLine(drug="氯氮平", started_on="2026-03-01")
        services.people.amend(person_id, replace(stored, medications=(stopped, new), care_team=(moved,)), revision)
        again, _ = services.people.draft(person_id)
        assert [(line.drug, line.stopped_on) for line in again.medications] == [
            ("氯氮平", ""),
            ("利培酮", "2026-03-01"),
        ]
        assert again.care_team == (moved,)
        assert again.medications[1].id == stopped.id

    def test_a_row_the_form_does_not_name_stays(self, services: Services) -> None:
        person_id = services.people.register(complete())
        stored, revision = services.people.draft(person_id)
        services.people.amend(person_id, replace(stored, medications=(), address="北岭"), revision)
        assert len(services.people.draft(person_id)[0].medications) == 1

    def test_contacts_stand_beside_the_guardian_and_end(self, services: Services) -> None:
        person_id = services.people.register(complete())
        stored, revision = services.people.draft(person_id)
        (sister,) = stored.contacts
        neighbour = ContactLine(name="秦守田", relation="99", phone="13600136001")
        services.people.amend(person_id, replace(stored, contacts=(sister, neighbour)), revision)
        assert found(services, "13600136001") == found(services, "qinshoutian") == ["张晓东"]
        stored, revision = services.people.draft(person_id)
        assert stored.guardian.name == "刘桂兰"
        assert [one.name for one in stored.contacts] == ["张晓梅", "秦守田"]
        gone = replace(stored.contacts[1], to_on="2026-03-20")
        services.people.amend(
            person_id, replace(stored, contacts=(gone,)), revision
        )  # the sister is not named: she stays
        again, _ = services.people.draft(person_id)
        assert again.contacts == (sister, gone)
        assert found(services, "13600136001") == []
        assert {one.name for one in services.people.card(person_id).guardians} == {"刘桂兰", "张晓梅"}
        assert services.people.reveal(person_id, f"guardian.phone:{sister.id}", "identify") == "13700137000"

    def test_history_of_the_illness_is_a_new_version(self, services: Services) -> None:
        person_id = services.people.register(complete())
        clock = services.desk.clock
        assert isinstance(clock, PracticeClock)
        clock.move_to(DAY + timedelta(days=30))
        stored, revision = services.people.draft(person_id)
        services.people.amend(person_id, replace(stored, hospital_times="3"), revision)
        with services.desk.work.read() as db:
            times = db.scalars(select(ClinicalProfile.hospital_times).order_by(ClinicalProfile.noted_on)).all()
        assert list(times) == [0, 3]

    def test_what_the_card_says_is_not_complete(self, services: Services) -> None:
        person_id = factories.client(services)
        card = services.people.card(person_id)
        assert card.missing == ()
        assert "marital" in {fault.field for fault in card.incomplete}

    def test_the_card_shows_what_was_filled_in(self, services: Services) -> None:
        card = services.people.card(services.people.register(complete()))
        told = {group.key: {fact.label: fact.value for fact in group.facts} for group in card.facts}
        assert told["household"]["婚姻状况"] == "已婚"
        assert told["household"]["家庭电话"] != "6612345"
        assert told["danger"]["危险行为次数"] == "轻度滋事 2 次、自杀未遂 0 次"
        assert told["person"]["残疾人证"] == "办理中"
        assert told["contacts"] == {"紧急联系人": "张晓梅（姐姐） · 西岭村", "张晓梅的电话": "137****7000"}
        assert told["medication"] == {"利培酮": "2mg · 每晚一次 · 2019-03"}
        assert told["care_team"] == {"社区民警": "秦守正 · 东街派出所 · 139****1111"}
