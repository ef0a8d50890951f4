"""What people may ask about their information, on a real store: seen, corrected, restricted, erased, archived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop import resources
from desktop.documents import pages
from desktop.errors import NotAllowed, ValidationError
from desktop.models.comparisons import Comparison, ComparisonLine
from desktop.models.exchange import Change
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import Episode, Person
from desktop.models.scans import Scan, ScanPage
from desktop.models.surveys import SurveyEntry
from desktop.models.visits import Visit
from desktop.services.catalogue import Services
from desktop.services.joins import JoinDraft
from desktop.services.people import PeopleQuery
from desktop.services.privacy import RequestDraft
from tests import factories
from tests.conftest import DAY
from tests.store.pages import plain_bytes

RARE = "㛃䶮𬭎"
MARK = "标记7f3a"  # in everything that must go
KEPT = "留存9c1d"  # in what the law keeps
NOW = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.fixture
def person_id(services: Services) -> str:
    """A client with a file full of marks: address, guardian, illness, medicines, helpers; papers signed, a visit."""
    draft = factories.person(
        name=f"{RARE}{MARK}", birth_on="1950-05-17", address=MARK, medicines=MARK, allergy=MARK, phone="13900135511",
        guardian=factories.guardian(name=f"刘{MARK}", address=MARK),
    )  # fmt: skip
    made = services.people.register(draft)
    factories.sign(services, made)
    services.visits.record(factories.visit(made, services.actor.user_id, problems=KEPT))
    return made


def asked(services: Services, person_id: str, kind: str = "access", **changes: Any) -> str:
    usual = RequestDraft(person_id, kind, DAY.isoformat(), "", "self", "id_card", "想看看你们记了什么")
    return services.privacy.ask(replace(usual, **changes))


def row_of(services: Services, request_id: str) -> Any:
    return next(row for row in services.privacy.rows() if row.id == request_id)


class TestRequests:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": ""}, "kind"),
            ({"identity_check": ""}, "identity_check"),
            ({"relation": "gdn"}, "asked_by"),
            ({"asked_on": "2026-04-01"}, "asked_on"),
            ({"asked_on": "昨天"}, "asked_on"),
            ({"asked_by": "长" * 51}, "asked_by"),
        ],
    )
    def test_nothing_is_given_before_it_is_known_who_asks(
        self, services: Services, person_id: str, changes: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            asked(services, person_id, **changes)
        assert refused.value.field == field
        assert services.privacy.rows() == ()

    def test_answers_are_due_by_the_days_of_the_county_and_the_most_urgent_stands_first(
        self, services: Services, person_id: str
    ) -> None:
        later = asked(services, person_id)
        sooner = asked(services, person_id, "restrict")
        answered = asked(services, person_id, "correct")
        services.privacy.answer(answered, 1, "refused", "档案与诊断证明一致，没有错。")
        assert [row.id for row in services.privacy.rows()] == [sooner, later, answered]
        assert [row.days_left for row in services.privacy.rows()] == [3, 15, None]
        assert row_of(services, later).asked_by == "本人"
        assert [row.id for row in services.privacy.rows("open")] == [sooner, later]

    def test_a_refusal_needs_its_reason_and_is_printed(self, services: Services, person_id: str) -> None:
        request = asked(services, person_id, "correct", relation="gdn", asked_by="刘桂兰")
        with pytest.raises(ValidationError, match="理由"):
            services.privacy.answer(request, 1, "refused", " ")
        with pytest.raises(ValidationError, match="还没有答复"):
            services.privacy.prepare_answer(request)
        services.privacy.answer(request, 1, "refused", "诊断由医院作出，本站不能改。")
        paper = services.privacy.prepare_answer(request)
        words = "".join("".join(pages.page_texts(paper.pdf)).split())
        for wanted in ("刘桂兰（监护人）", "不同意", "诊断由医院作出", "第四十六条", RARE):
            assert wanted in words, wanted
        services.documents.issue(paper)
        with pytest.raises(ValidationError, match="改过"):
            services.privacy.answer(request, 1, "done", "")

    def test_restriction_and_erasure_are_not_agreed_to_by_words(self, services: Services, person_id: str) -> None:
        request = asked(services, person_id, "erase")
        with pytest.raises(ValidationError, match="直接办理"):
            services.privacy.answer(request, 1, "done", "好")

    def test_a_clerk_writes_requests_down_and_only_the_head_closes_or_erases(
        self, services: Services, person_id: str
    ) -> None:
        clerk = factories.as_role(services, "clerk")
        asked(clerk, person_id)
        acts: tuple[Callable[[], object], ...] = (
            lambda: clerk.privacy.restrict(person_id, "x"),
            lambda: clerk.privacy.erase(person_id, "x", "x"),
            lambda: clerk.privacy.open(person_id, "x"),
        )
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


class TestAccess:
    def test_the_pack_says_everything_and_nothing_of_others(self, services: Services, person_id: str) -> None:
        visit = services.visits.rows(DAY, DAY, person_id)[0]
        draft = replace(
            services.visits.draft(visit.visit_id or ""), companions="村干部王某", lock_reported_to="举报人李某"
        )
        services.visits.record(draft, "补填")
        services.people.card(person_id)
        services.people.reveal(person_id, "id_no", "identify")
        cover = services.completeness.prepare(person_id, "file_cover")
        services.documents.issue(cover)
        request = asked(services, person_id)
        paper = services.privacy.prepare_access(request)
        words = "".join("".join(pages.page_texts(paper.pdf)).split())
        id_no = services.people.draft(person_id)[0].id_no
        assert "in_force" not in words
        told = (id_no, cover.document_no, "13900135511", "已签", "查看完整号码", "核对身份", "没有", "第四十五条")
        for wanted in (RARE, MARK, KEPT, *told):
            assert wanted in words, wanted
        for hidden in ("村干部王某", "举报人李某", "13800130074"):
            assert hidden not in words, hidden
        services.privacy.answer(request, 1, "done", "", services.documents.issue(paper))
        row = row_of(services, request)
        assert (row.state, row.document_id is not None, row.answered_on) == ("done", True, DAY)

    def test_a_closed_file_is_still_told_to_its_owner(self, services: Services, person_id: str) -> None:
        services.privacy.restrict(person_id, "本人要求")
        request = asked(services, person_id)
        document = services.documents.issue(services.privacy.prepare_access(request))
        assert services.documents.pdf(document).startswith(b"%PDF")

    def test_the_other_request_is_no_access(self, services: Services, person_id: str) -> None:
        with pytest.raises(ValidationError, match="不是查阅"):
            services.privacy.prepare_access(asked(services, person_id, "correct"))


class TestRestriction:
    def test_nobody_looks_or_writes_until_the_head_gives_a_reason(self, services: Services, person_id: str) -> None:
        paper = services.completeness.prepare(person_id, "file_cover")
        document = services.documents.issue(paper)
        visit = services.visits.rows(DAY, DAY, person_id)[0]
        request = asked(services, person_id, "restrict")
        services.privacy.restrict(person_id, "本人要求暂停使用")
        assert row_of(services, request).state == "done"
        looks: tuple[Callable[[], object], ...] = (
            lambda: services.people.card(person_id),
            lambda: services.people.draft(person_id),
            lambda: services.people.timeline(person_id),
            lambda: services.people.reveal(person_id, "id_no", "identify"),
            lambda: services.documents.pdf(document),
            lambda: services.visits.draft(visit.visit_id or ""),
            lambda: services.histories.person(person_id),
            lambda: services.completeness.of(person_id),
            lambda: services.visits.record(factories.visit(person_id, services.actor.user_id)),
        )
        for look in looks:
            with pytest.raises(ValidationError) as refused:
                look()
            assert refused.value.code == "restricted"
        (row,) = services.people.rows(PeopleQuery()).rows
        assert (row.diagnosis, row.danger) == ("", "")
        assert services.people.counts()["visit_due"] == 0
        with pytest.raises(ValidationError, match="理由"):
            services.privacy.open(person_id, "")
        services.privacy.open(person_id, "法院调取")
        assert services.people.card(person_id).row.id == person_id
        assert factories.acts(services, 2)[1] == ("privacy.open", person_id, {"reason": "法院调取"})
        with pytest.raises(ValidationError) as refused:
            services.visits.record(factories.visit(person_id, services.actor.user_id))
        assert refused.value.code == "restricted"
        services.privacy.lift(person_id, "本人撤回")
        services.visits.record(factories.visit(person_id, services.actor.user_id))

    def test_it_is_in_no_export_and_no_session(self, services: Services, person_id: str, tmp_path: Path) -> None:
        services.people.register(factories.person(name="赵一鸣"))
        services.privacy.restrict(person_id, "本人要求")
        assert services.people.export(PeopleQuery(), ["name"], tmp_path / "名单.xlsx") == 1
        with pytest.raises(ValidationError) as refused:
            services.trainings.record(factories.training(services.actor.user_id, factories.line(person_id)))
        assert refused.value.code == "restricted"


class TestErasure:
    def filled(self, services: Services, person_id: str) -> str:
        """Scatter the mark over every corner that keeps old values; return the file number."""
        draft, revision = services.people.draft(person_id)
        services.people.amend(person_id, replace(draft, address="新址", warning_note=MARK), revision)  # in the log
        services.drafts.keep("visits", person_id, "入户", {"problems": MARK})
        services.drafts.keep("people", "", f"新建 {RARE}{MARK}", {"name": f"{RARE}{MARK}"})
        services.views.keep("people", "我的", {"search": f"{RARE}{MARK}"})
        piece = services.desk.pieces.put(MARK.encode() * 100)
        with services.desk.work.write("test.scatter", person_id) as db:
            scan = Scan(person_id=person_id, kind="paper", part="ids", title=MARK, origin="file")
            db.add(scan)
            db.flush()
            db.add(
                ScanPage(
                    scan_id=scan.id, person_id=person_id, number=1, media_type="image/png", piece=piece, size=9,
                    width=3, height=3,
                )
            )  # fmt: skip
            batch = ImportBatch(kind="roster", sheet_sha256="0" * 64, imported_at=NOW, imported_by="u", counts={})
            lists = Comparison(list_name="名单", sheet_sha256="0" * 64, compared_at=NOW, counts={})
            db.add_all([batch, lists])
            db.flush()
            row = {"batch_id": batch.id, "excel_row": 2, "table_name": "person", "revision_after": 1}
            db.add(ImportRow(record_id=person_id, before={"name": MARK}, **row))
            line: dict[str, Any] = {"comparison_id": lists.id, "match_key": "k", "verdict": "both", "differences": []}
            db.add(ComparisonLine(person_id=person_id, theirs={"name": MARK}, **line))
            db.add(ComparisonLine(person_id=None, theirs={"phone": MARK}, **line))
            common = {"search_text": MARK, "list_name": "名单", "id_no": draft.id_no}
            db.add(SurveyEntry(name=MARK, note=MARK, **common))
            db.add(SurveyEntry(name="别人", note="别人的话", **{**common, "id_no": "x", "search_text": "bieren"}))
        services.documents.issue(services.privacy.prepare_access(asked(services, person_id)))
        services.documents.issue(services.completeness.prepare(person_id, "file_cover"))
        return services.privacy.of(person_id).file_no

    def test_the_plan_says_what_goes_what_stays_and_where_copies_are(self, services: Services, person_id: str) -> None:
        self.filled(services, person_id)
        services.backups.make()
        plan = services.privacy.erasure_plan(person_id)
        clears = {line.label: line.number for line in plan.clears}
        keeps = {line.label: line for line in plan.keeps}
        assert (clears["基本情况"], clears["监护人和联系人"], clears["材料"], clears["文书"]) == (1, 1, 1, 2)
        assert (keeps["入户与联系"].number, "结算" in keeps["入户与联系"].because) == (1, True)
        assert all(line.because and line.article for line in plan.keeps)
        assert (plan.forms, plan.backups, plan.is_over) == (3, 1, False)
        assert plan.backups_gone_on == DAY + timedelta(days=372)
        assert plan.keep_words == "30 年，结案后起算"

    def test_every_table_that_is_kept_says_why(self) -> None:
        tables = resources.table("people/tables.toml")["tables"]
        kept = resources.table("people/privacy.toml")["kept"]
        assert {name for name, each in tables.items() if each["erase"] == "keep"} == set(kept)

    def test_what_was_erased_is_nowhere_in_the_file(self, services: Services, person_id: str) -> None:
        number = self.filled(services, person_id)
        phone, database = "13900135511", services.desk.folder.database
        raw = bytes(services.desk.vault.database_key())
        before = plain_bytes(database, raw)
        assert before.count(MARK.encode()) > 10
        with pytest.raises(ValidationError, match="档案号不对"):
            services.privacy.erase(person_id, "QS01-0000", "本人请求")
        services.privacy.erase(person_id, number.lower(), "本人请求")
        assert services.privacy.of(person_id).erased_on == DAY
        for content in (plain_bytes(database, raw), closed(services, raw)):
            for gone in (MARK, RARE, phone, "新址"):
                assert gone.encode() not in content, gone
            assert KEPT.encode() in content  # what the law keeps is still there
            assert "别人的话".encode() in content

    def test_a_file_that_became_part_of_this_one_goes_too(self, services: Services, person_id: str) -> None:
        other = services.people.register(factories.person(name=f"旧{MARK}", address=MARK, village="西街社区"))
        services.joins.join(
            JoinDraft(person_id, other, services.joins.plan(person_id, other).revisions, reason="同一人")
        )
        services.privacy.erase(person_id, services.privacy.of(person_id).file_no, "本人请求")
        raw = bytes(services.desk.vault.database_key())
        found = plain_bytes(services.desk.folder.database, raw)
        assert MARK.encode() not in found
        assert KEPT.encode() in found

    def test_the_tombstone_has_no_name_and_does_not_come_back(self, services: Services, person_id: str) -> None:
        number = self.filled(services, person_id)
        piece = services.desk.pieces.put(MARK.encode() * 100)
        services.privacy.erase(person_id, number, "本人请求")
        with services.desk.work.read() as db:
            tomb = db.get_one(Person, person_id)
            assert (tomb.name, tomb.id_no, tomb.birth_on, tomb.search_text) == ("（已依法删除）", None, None, "")
            assert (tomb.file_no, tomb.is_deleted, tomb.erased_on) == (number, True, DAY)
            assert db.scalar(select(Visit.problems).where(Visit.person_id == person_id)) == KEPT
            told = db.scalars(select(Change.row_json).where(Change.pk == person_id)).all()
            assert len(told) > 2
            assert len({str(one).count(MARK) for one in told}) == 1
        assert services.desk.pieces.folder.size(piece) is None
        assert services.people.rows(PeopleQuery(search=number)).total == 0
        assert services.removals.rows() == ()
        with pytest.raises(ValidationError):
            services.removals.restore("person", person_id)
        with pytest.raises(ValidationError):
            services.people.card(person_id)
        assert services.drafts.rows() == ()
        assert services.audit.check().is_ok
        assert services.integrity.check() is not None
        assert [row.answer for row in services.privacy.rows() if row.kind == "erase"] == []

    def test_papers_that_are_kept_are_closed_to_views(self, services: Services, person_id: str) -> None:
        paper = services.documents.prepare(person_id, "consent", _choices())
        document = services.documents.issue(paper)
        services.privacy.erase(person_id, services.privacy.of(person_id).file_no, "本人请求")
        with pytest.raises(ValidationError, match="依法删除"):
            services.documents.pdf(document)
        services.privacy.open(person_id, "诉讼需要")
        assert services.documents.pdf(document) == paper.pdf

    def test_when_the_time_of_keeping_is_over_everything_goes(self, services: Services, person_id: str) -> None:
        closed_long_ago(services, person_id, date(1990, 5, 1))
        plan = services.privacy.erasure_plan(person_id)
        assert (plan.is_over, plan.keeps, plan.keep_until) == (True, (), date(2020, 12, 31))
        services.privacy.erase(person_id, services.privacy.of(person_id).file_no, "保管期满，鉴定销毁")
        raw = bytes(services.desk.vault.database_key())
        assert KEPT.encode() not in plain_bytes(services.desk.folder.database, raw)

    def test_a_failure_on_the_way_leaves_everything_as_it_was(
        self, services: Services, person_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from desktop.services import erasing

        def fail(*_: object) -> None:
            raise ValidationError("stop", "停")

        monkeypatch.setattr(erasing, "_forget_forms", fail)
        number = services.privacy.of(person_id).file_no
        with pytest.raises(ValidationError, match="停"):
            services.privacy.erase(person_id, number, "本人请求")
        assert services.people.draft(person_id)[0].medicines == MARK


class TestArchive:
    def test_only_finished_files_are_put_away_and_they_are_read_only(self, services: Services, person_id: str) -> None:
        with pytest.raises(ValidationError, match="没有结束"):
            services.privacy.archive(person_id)
        closed_long_ago(services, person_id, DAY)
        assert [row.person_id for row in services.privacy.archived("ready")] == [person_id]
        with pytest.raises(ValidationError, match="保管期限"):
            services.privacy.archive(person_id, "ever")
        services.privacy.archive(person_id, "short")
        (row,) = services.privacy.archived()
        assert (row.keep_until, row.retention, row.is_over) == (date(2036, 12, 31), "10 年，到 2036-12-31", False)
        assert services.people.card(person_id).row.id == person_id
        with pytest.raises(ValidationError) as refused:
            services.visits.record(factories.visit(person_id, services.actor.user_id))
        assert refused.value.code == "archived"
        services.documents.issue(services.completeness.prepare(person_id, "file_catalogue"))

    def test_who_comes_back_gets_a_new_case(self, services: Services, person_id: str) -> None:
        closed_long_ago(services, person_id, DAY)
        services.privacy.archive(person_id)
        services.privacy.reenter(person_id, "本人要求继续康复")
        with services.desk.work.read() as db:
            states = db.scalars(
                select(Episode.state).where(Episode.person_id == person_id).order_by(Episode.opened_on, Episode.id)
            ).all()
            assert (states[-1], db.get_one(Person, person_id).archived_on) == ("applied", None)
        with pytest.raises(ValidationError, match="没有归档"):
            services.privacy.reenter(person_id, "再来")

    def test_files_whose_time_is_over_are_named_and_never_go_by_themselves(
        self, services: Services, person_id: str
    ) -> None:
        closed_long_ago(services, person_id, date(1990, 5, 1))
        services.privacy.archive(person_id)
        (row,) = services.privacy.archived("over")
        assert (row.person_id, row.keep_until) == (person_id, date(2020, 12, 31))
        assert services.people.card(person_id).row.name.startswith(RARE)


def closed_long_ago(services: Services, person_id: str, on: date) -> None:
    """Close the case of a client; the form for it comes later."""
    with services.desk.work.write("test.close", person_id) as db:
        episode = db.scalars(select(Episode).where(Episode.person_id == person_id)).one()
        episode.state, episode.closed_on = "closed", on


def closed(services: Services, raw: bytes) -> bytes:
    """Return the plain bytes of the file after the lock."""
    database = services.desk.folder.database
    services.close()
    return plain_bytes(database, raw)


def _choices() -> Any:
    from desktop.services.documents import PaperChoices

    return PaperChoices(scopes=factories.scopes())
