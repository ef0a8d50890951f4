"""Consents and agreements: signed, withdrawn, entered from old papers; and what that permits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.models.documents import Consent, ConsentScope
from desktop.models.people import Episode
from desktop.services.catalogue import Services
from desktop.services.consents import SignedPaper
from desktop.services.documents import PaperChoices
from tests import factories
from tests.conftest import DAY

EARLIER = (DAY - timedelta(days=10)).isoformat()


def state(services: Services, person_id: str) -> str:
    with services.desk.work.read() as db:
        return db.scalars(select(Episode.state).where(Episode.person_id == person_id)).one()


class TestSign:
    def test_a_signed_consent_is_in_force_for_the_usual_term(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id))
        standing = services.consents.standing(person_id, DAY)
        assert (standing.consent, standing.consent_until) == ("in_force", date(2027, 3, 20))
        assert (standing.agreement, standing.agreement_until) == ("missing", None)
        assert factories.acts(services)[0][:2] == ("consents.sign", person_id)

    def test_every_tick_box_is_stored_as_its_own_row(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id, scopes=factories.scopes("abc")))
        with services.desk.work.read() as db:
            rows = dict(db.execute(select(ConsentScope.scope, ConsentScope.is_agreed)).all())
        assert rows == {letter: letter in "abc" for letter in factories.ALL_SCOPES}

    def test_a_box_that_the_old_paper_did_not_have_is_not_agreed_to(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id, scopes=factories.scopes()[:3]))
        answers = {one.scope: one.is_agreed for one in services.consents.standing(person_id, DAY).consent_scopes}
        assert answers == {letter: letter in "abc" for letter in factories.ALL_SCOPES}

    def test_a_term_of_its_own(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(
            factories.paper(person_id, "agreement", valid_from="2026-03-25", valid_to="2026年6月30日")
        )
        assert services.consents.standing(person_id, DAY).agreement_until == date(2026, 6, 30)
        assert services.consents.standing(person_id, date(2026, 3, 24)).agreement == "missing"

    def test_the_usual_term_follows_the_settings(self, services: Services) -> None:
        services.settings.change("papers.agreement_months", 6)
        assert services.consents.suggest_term("agreement", DAY) == (DAY, date(2026, 9, 29))
        assert services.consents.suggest_term("consent", DAY) == (DAY, date(2027, 3, 30))
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id, "agreement"))
        assert services.consents.standing(person_id, DAY).agreement_until == date(2026, 9, 20)

    def test_a_paper_is_written_once(self, services: Services) -> None:
        person_id = factories.client(services)
        signed = services.consents.sign(factories.paper(person_id))
        with services.desk.work.read() as db:
            consent = db.get(Consent, signed)
            assert consent is not None
            assert consent.revision == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"signed_on": ""}, "signed_on"),
            ({"signed_on": "昨天"}, "signed_on"),
            ({"signed_on": (DAY + timedelta(days=1)).isoformat()}, "signed_on"),
            ({"valid_to": "2025-01-01"}, "valid_to"),
            ({"valid_from": "x"}, "valid_from"),
            ({"is_client_signed": False, "is_guardian_signed": False}, "is_client_signed"),
            ({"is_guardian_signed": False}, "is_guardian_signed"),
            ({"scopes": ()}, "scopes"),
            ({"document_id": "nothing"}, "document_id"),
        ],
    )
    def test_an_error_names_its_field_and_nothing_is_stored(
        self, services: Services, changes: dict[str, object], field: str
    ) -> None:
        paper = factories.paper(factories.client(services), **changes)
        with pytest.raises(ValidationError) as refusal:
            services.consents.sign(paper)
        assert refusal.value.field == field
        assert field in {fault.field for fault in services.consents.check(paper) if fault.severity == "error"}
        assert services.consents.standing(paper.person_id, DAY).consent == "missing"

    def test_an_unknown_kind_or_client_is_refused(self, services: Services) -> None:
        person_id = factories.client(services)
        with pytest.raises(ValidationError):
            services.consents.sign(factories.paper(person_id, "will"))
        with pytest.raises(ValidationError) as refusal:
            services.consents.sign(factories.paper("nobody"))
        assert refusal.value.code == "no_such_person"

    def test_a_child_needs_the_guardian(self, services: Services) -> None:
        person_id = factories.client(services, birth_on="2014-05-01", diagnosis_category="8")
        alone = factories.paper(person_id, is_guardian_signed=False, signer_note="监护人在外地")
        with pytest.raises(ValidationError) as refusal:
            services.consents.sign(alone)
        assert refusal.value.field == "is_guardian_signed"
        services.consents.sign(factories.paper(person_id, is_client_signed=False))

    def test_an_adult_without_guardian_signs_with_a_reason(self, services: Services) -> None:
        person_id = factories.client(services, guardian=factories.GuardianDraft())
        alone = factories.paper(person_id, is_guardian_signed=False)
        with pytest.raises(ValidationError):
            services.consents.sign(alone)
        services.consents.sign(
            factories.paper(person_id, is_guardian_signed=False, signer_note="无监护人，村委会刘主任在场")
        )
        assert services.consents.standing(person_id, DAY).consent == "in_force"


class TestPrintedPapers:
    def test_the_printed_paper_comes_back_signed(self, services: Services) -> None:
        person_id = factories.client(services)
        document_id = _issue(services, person_id)
        assert services.consents.standing(person_id, DAY).consent == "printed"
        services.consents.sign(SignedPaper(person_id, "consent", EARLIER, document_id=document_id))
        standing = services.consents.standing(person_id, DAY)
        assert standing.consent == "in_force"
        assert {one.scope for one in standing.consent_scopes if one.is_agreed} == set("abci")
        assert services.documents.rows(person_id)[0].status == "signed"

    def test_what_was_ticked_in_ink_goes_before_what_was_printed(self, services: Services) -> None:
        person_id = factories.client(services)
        document_id = _issue(services, person_id)
        services.consents.sign(factories.paper(person_id, document_id=document_id, scopes=factories.scopes("ab")))
        answers = services.consents.standing(person_id, DAY).consent_scopes
        assert {one.scope for one in answers if one.is_agreed} == {"a", "b"}

    def test_it_cannot_come_back_twice(self, services: Services) -> None:
        person_id = factories.client(services)
        paper = factories.paper(person_id, document_id=_issue(services, person_id))
        services.consents.sign(paper)
        with pytest.raises(ValidationError) as refusal:
            services.consents.sign(paper)
        assert refusal.value.code == "already_signed"

    def test_the_paper_of_somebody_else_is_refused(self, services: Services) -> None:
        first, second = factories.client(services), factories.client(services)
        with pytest.raises(ValidationError) as refusal:
            services.consents.sign(factories.paper(second, document_id=_issue(services, first)))
        assert refusal.value.code == "no_such_paper"

    def test_an_earlier_print_that_never_came_back_is_set_aside(self, services: Services) -> None:
        person_id = factories.client(services)
        first, second = _issue(services, person_id), _issue(services, person_id)
        services.consents.sign(factories.paper(person_id, document_id=second))
        assert {row.id: row.status for row in services.documents.rows(person_id)} == {first: "void", second: "signed"}


def _issue(services: Services, person_id: str) -> str:
    choices = PaperChoices(scopes=factories.scopes("abci"))
    return services.documents.issue(services.documents.prepare(person_id, "consent", choices))


class TestCase:
    def test_both_papers_bring_the_case_into_service(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id))
        assert state(services, person_id) == "assigned"
        services.consents.sign(factories.paper(person_id, "agreement"))
        assert state(services, person_id) == "in_service"

    def test_papers_that_run_later_make_it_signed_and_the_first_service_begins_it(self, services: Services) -> None:
        person_id = factories.client(services)
        factories.sign(services, person_id, signed_on=DAY.isoformat(), valid_from="2026-04-02")
        assert state(services, person_id) == "signed"
        later = factories.on_day(services, date(2026, 4, 3))
        later.visits.record(
            factories.visit(person_id, services.actor.user_id, visited_on="2026-04-03", next_visit_on="2026-05-01")
        )
        assert state(services, person_id) == "in_service"

    def test_refusing_the_service_itself_begins_nothing(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id, scopes=factories.scopes("bcd")))
        services.consents.sign(factories.paper(person_id, "agreement"))
        assert state(services, person_id) == "assigned"

    def test_papers_that_are_over_begin_nothing(self, services: Services) -> None:
        person_id = factories.client(services)
        factories.sign(services, person_id, signed_on="2024-03-01")
        assert state(services, person_id) == "assigned"

    def test_a_closed_case_stays_closed(self, services: Services) -> None:
        person_id = factories.client(services)
        with services.desk.work.write("test") as db:
            db.scalars(select(Episode)).one().state = "closed"
        factories.sign(services, person_id)
        assert state(services, person_id) == "closed"

    def test_what_was_recorded_before_the_paper_came_counts_then(self, services: Services) -> None:
        person_id, me = factories.client(services), services.actor.user_id
        services.trainings.record(factories.training(me, factories.line(person_id), held_on="2026-03-25"))
        services.trainings.record(factories.training(me, factories.line(person_id), held_on="2026-03-15"))
        services.visits.record(factories.visit(person_id, me, visited_on="2026-03-26"))
        factories.sign(services, person_id)
        tags = {(item.kind, item.on.day): item.tag for item in services.people.timeline(person_id).items}
        assert tags["training", 25] == ""
        assert tags["training", 15] == "不计入"
        assert tags["visit", 26] == ""


class TestMay:
    def test_without_papers_it_says_no_and_why(self, services: Services) -> None:
        verdict = services.consents.may(factories.client(services), "serve", DAY)
        assert (verdict.yes, verdict.because) == (False, "还没有签知情同意书。")
        assert verdict.article

    def test_consent_alone_is_not_enough_to_serve(self, services: Services) -> None:
        person_id = factories.client(services)
        services.consents.sign(factories.paper(person_id))
        assert services.consents.may(person_id, "serve", DAY).because == "还没有签服务协议。"
        services.consents.sign(factories.paper(person_id, "agreement"))
        assert services.consents.may(person_id, "serve", DAY).yes

    @pytest.mark.parametrize(("act", "scope"), [("visit", "i"), ("export", "c"), ("photograph", "g"), ("publish", "h")])
    def test_each_act_asks_its_tick_box(self, services: Services, act: str, scope: str) -> None:
        willing, refusing = factories.client(services), factories.client(services)
        factories.sign(services, willing)
        factories.sign(services, refusing, scopes=factories.scopes(factories.ALL_SCOPES.replace(scope, "")))
        verdicts = services.consents.may_many((willing, refusing), act, DAY)
        assert (verdicts[willing].yes, verdicts[refusing].yes) == (True, False)

    def test_it_is_asked_about_a_day(self, services: Services) -> None:
        person_id = factories.served(services)
        assert not services.consents.may(person_id, "serve", DAY - timedelta(days=11)).yes
        assert services.consents.may(person_id, "serve", DAY - timedelta(days=10)).yes
        assert not services.consents.may(person_id, "serve", DAY + timedelta(days=400)).yes

    def test_somebody_unknown_may_nothing(self, services: Services) -> None:
        assert not services.consents.may("nobody", "serve", DAY).yes


class TestWithdraw:
    def test_one_scope_goes_the_rest_stays(self, services: Services) -> None:
        person_id = factories.served(services)
        services.consents.withdraw(person_id, ("g", "h"), DAY, "本人不愿再拍照")
        assert not services.consents.may(person_id, "photograph", DAY).yes
        assert services.consents.may(person_id, "photograph", DAY - timedelta(days=1)).yes
        assert services.consents.may(person_id, "serve", DAY).yes
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["scopes"]) == ("consents.withdraw", person_id, ["g", "h"])

    def test_the_whole_consent_needs_no_reason(self, services: Services) -> None:
        person_id = factories.served(services)
        services.consents.withdraw(person_id, (), DAY, "")
        assert services.consents.standing(person_id, DAY).consent == "withdrawn"
        assert not services.consents.may(person_id, "serve", DAY).yes
        assert services.consents.may(person_id, "serve", DAY - timedelta(days=1)).yes

    def test_all_scopes_are_the_whole_consent(self, services: Services) -> None:
        person_id = factories.served(services)
        services.consents.withdraw(person_id, tuple(factories.ALL_SCOPES), DAY, "")
        assert services.consents.standing(person_id, DAY).consent == "withdrawn"

    def test_what_was_done_before_still_counts(self, services: Services) -> None:
        person_id, me = factories.served(services), services.actor.user_id
        services.visits.record(factories.visit(person_id, me, visited_on="2026-03-28"))
        services.consents.withdraw(person_id, (), DAY, "")
        services.visits.record(factories.visit(person_id, me, visited_on=DAY.isoformat()))
        counted = {row.on.day: row.is_counted for row in services.visits.rows(date(2026, 3, 1), DAY)}
        assert counted == {28: True, 31: False}

    def test_nothing_to_withdraw_and_tomorrow_are_refused(self, services: Services) -> None:
        person_id = factories.client(services)
        with pytest.raises(ValidationError) as refusal:
            services.consents.withdraw(person_id, (), DAY, "")
        assert refusal.value.code == "consent_missing"
        factories.sign(services, person_id)
        with pytest.raises(ValidationError) as refusal:
            services.consents.withdraw(person_id, (), DAY + timedelta(days=1), "")
        assert refusal.value.field == "on"


class TestGrid:
    def test_it_shows_whose_papers_are_not_in_force(self, services: Services) -> None:
        factories.served(services, name="齐全")
        half = factories.client(services, name="缺协议")
        services.consents.sign(factories.paper(half))
        factories.client(services, name="都缺")
        assert [(row.name, row.consent, row.agreement) for row in services.consents.grid()] == [
            ("缺协议", "in_force", "missing"),
            ("都缺", "missing", "missing"),
        ]
        assert services.consents.grid()[0].guardian_name == "刘桂兰"
        assert len(services.consents.grid(only_missing=False)) == 3
        assert len(services.consents.grid(only_missing=False, limit=2)) == 2

    def test_good_lines_are_saved_and_faulty_ones_told(self, services: Services) -> None:
        good, bad, other = (factories.client(services) for _ in range(3))
        result = services.consents.sign_many(
            (
                factories.paper(good, signed_on="2025-12-01"),
                factories.paper(good, "agreement", signed_on="2025-12-01"),
                factories.paper(bad, signed_on="2027-01-01"),
                factories.paper(bad, "agreement", is_client_signed=False, is_guardian_signed=False),
                factories.paper(other),
                factories.paper("nobody"),
            )
        )
        assert result.saved == 3
        assert {fault.field for fault in result.faults[bad]} == {"consent.signed_on", "agreement.is_client_signed"}
        assert set(result.faults) == {bad, "nobody"}
        assert services.consents.may(good, "serve", DAY).yes
        assert state(services, good) == "in_service"
        assert services.consents.standing(bad, DAY).consent == "missing"

    def test_it_is_one_write(self, services: Services) -> None:
        people = [factories.client(services) for _ in range(3)]
        services.consents.sign_many(tuple(factories.paper(one) for one in people))
        act, _, detail = factories.acts(services)[0]
        assert (act, detail["saved"], detail["refused"], detail["persons"]) == ("consents.sign_many", 3, 0, people)
        assert detail["tables"]["consent"] == 3  # type: ignore[index]


class TestCorrection:
    def test_a_wrong_day_is_corrected_with_a_reason_and_the_printed_paper_stays(self, services: Services) -> None:
        person_id = factories.client(services)
        document_id = services.documents.issue(services.documents.prepare(person_id, "consent", PaperChoices()))
        pdf = services.documents.pdf(document_id)
        services.consents.sign(factories.paper(person_id, document_id=document_id))
        services.consents.sign(factories.paper(person_id, "agreement"))
        (wrong,) = services.consents.registered(person_id, "consent")
        assert wrong.paper.document_id == document_id
        right = replace(wrong.paper, signed_on="2026-03-01", valid_from="2026-03-01", signer_note="捺印，王敏见证")
        with pytest.raises(ValidationError) as refused:
            services.consents.correct(wrong.id, right, " ")
        assert refused.value.field == "reason"
        services.consents.correct(wrong.id, right, "日期看错")
        (stored,) = services.consents.registered(person_id, "consent")
        assert stored.paper == replace(right, valid_to=stored.paper.valid_to)
        assert services.documents.pdf(document_id) == pdf
        told = {each.field: each.reason for each in services.histories.record("consent", wrong.id) if each.reason}
        assert told["签署日期"] == "日期看错"

    def test_what_the_rules_forbid_is_refused_in_a_correction_too(self, services: Services) -> None:
        person_id = factories.served(services)
        (known,) = services.consents.registered(person_id, "agreement")
        with pytest.raises(ValidationError) as refused:
            services.consents.correct(known.id, replace(known.paper, valid_to="2020-01-01"), "写错")
        assert refused.value.field == "valid_to"
        assert services.consents.registered(person_id, "agreement") == (known,)

    def test_a_paper_recorded_by_mistake_waits_again_or_is_void_and_nothing_counts(self, services: Services) -> None:
        person_id = factories.client(services)
        document_id = services.documents.issue(services.documents.prepare(person_id, "consent", PaperChoices()))
        services.consents.sign(factories.paper(person_id, document_id=document_id))
        services.consents.sign(factories.paper(person_id, "agreement"))
        for kind in ("consent", "agreement"):
            (known,) = services.consents.registered(person_id, kind)
            services.consents.take_back(person_id, kind, known.id, "登记到别人名下")
        standing = services.consents.standing(person_id, DAY)
        assert (standing.consent, standing.agreement) == ("printed", "missing")
        with pytest.raises(ValidationError, match="没有这份"):
            services.consents.take_back(person_id, kind, known.id, "再来一次")
        services.consents.sign(factories.paper(person_id, document_id=document_id))
        assert services.consents.standing(person_id, DAY).consent == "in_force"
