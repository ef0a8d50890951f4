"""Benefits in the files: recorded, amended, and who misses one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from desktop.errors import ValidationError
from desktop.services.benefits import BenefitDraft, ClaimRow, benefit_rules
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.services.documents import PaperChoices
from desktop.services.people import ContactLine, GuardianDraft
from tests import factories
from tests.conftest import DAY


def client(services: Services, level: str = "", **changes: Any) -> str:
    """A client with a mild illness, and a disability certificate of a level if wanted."""
    draft = factories.person(**{"diagnosis_category": "7", "icd_code": "F32", **changes})
    if level:
        draft = replace(draft, disability_no=f"{draft.id_no}6{level}")
    return services.people.register(draft)


def benefit(person_id: str, **changes: Any) -> BenefitDraft:
    return replace(BenefitDraft(person_id, kind="nursing", state="receiving"), **changes)


def claims(services: Services) -> list[tuple[str, str, str]]:
    return [(claim.person_id, claim.kind, claim.why) for claim in services.benefits.claims()]


class TestRecord:
    def test_a_form_is_read_back_as_it_was_written(self, services: Services) -> None:
        person_id = client(services)
        (guardian_id, name), *_ = services.benefits.of(person_id).guardians
        draft = benefit(
            person_id, kind="guardian_reward", guardian_id=guardian_id, entitled_on="2025-12-01",
            applied_on="2026-01-05", granted_on="2026-02-01", paid_until="2027-01-31", amount="2400.00",
            note="按季度发",
        )  # fmt: skip
        benefit_id = services.benefits.record(draft)
        assert services.benefits.draft(benefit_id) == replace(draft, benefit_id=benefit_id, revision=1)
        (row,) = services.benefits.of(person_id).rows
        assert (row.guardian_name, row.amount, row.is_open, row.is_ending) == (name, "2400.00", False, False)

    def test_the_guardian_of_today_is_offered_before_who_was_and_contacts(self, services: Services) -> None:
        person_id = client(services)
        stored, revision = services.people.draft(person_id)
        follower = replace(stored.guardian, name="张大山")
        contact = ContactLine(name="张晓梅")
        services.people.amend(person_id, replace(stored, guardian=follower, contacts=(contact,)), revision)
        assert [name for _, name in services.benefits.of(person_id).guardians] == ["张大山", "刘桂兰", "张晓梅"]

    def test_amending_raises_the_revision_and_is_one_write_about_the_person(self, services: Services) -> None:
        person_id = client(services)
        benefit_id = services.benefits.record(benefit(person_id, state="applied"))
        services.benefits.record(replace(services.benefits.draft(benefit_id), state="receiving", note="私房话"))
        assert services.benefits.draft(benefit_id).revision == 2
        act, subject, detail = factories.acts(services)[0]
        assert (act, subject, detail["tables"]) == ("benefits.amend", person_id, {"benefit": 1})
        assert "私房话" not in str(detail)

    def test_an_older_revision_is_refused(self, services: Services) -> None:
        benefit_id = services.benefits.record(benefit(client(services)))
        old = services.benefits.draft(benefit_id)
        services.benefits.record(replace(old, amount="120"))
        with pytest.raises(ValidationError) as refused:
            services.benefits.record(replace(old, amount="130"))
        assert refused.value.code == "stale"
        assert services.benefits.draft(benefit_id).amount == "120.00"

    def test_one_kind_stands_once_but_for_other(self, services: Services) -> None:
        person_id = client(services)
        services.benefits.record(benefit(person_id))
        with pytest.raises(ValidationError) as refused:
            services.benefits.record(benefit(person_id, state="applied"))
        assert (refused.value.code, refused.value.field) == ("benefit_noted", "kind")
        for _ in range(2):
            services.benefits.record(benefit(person_id, kind="other"))
        assert [row.kind for row in services.benefits.of(person_id).rows] == ["nursing", "other", "other"]

    def test_faults_are_refused_by_field(self, services: Services) -> None:
        person_id = client(services)
        with pytest.raises(ValidationError) as refused:
            services.benefits.record(benefit(person_id, amount="很多"))
        assert refused.value.field == "amount"
        assert services.benefits.of(person_id).rows == ()

    def test_a_guardian_of_somebody_else_is_refused(self, services: Services) -> None:
        stranger = services.benefits.of(client(services)).guardians[0][0]
        with pytest.raises(ValidationError) as refused:
            services.benefits.record(benefit(client(services, name="李四"), guardian_id=stranger))
        assert refused.value.field == "guardian_id"

    def test_a_line_does_not_move_to_another_file(self, services: Services) -> None:
        benefit_id = services.benefits.record(benefit(client(services)))
        draft = replace(services.benefits.draft(benefit_id), person_id=client(services, name="李四"))
        with pytest.raises(ValidationError) as refused:
            services.benefits.record(draft)
        assert refused.value.code == "other_person"

    def test_an_entry_made_by_mistake_is_taken_back(self, services: Services) -> None:
        person_id = client(services)
        benefit_id = services.benefits.record(benefit(person_id))
        with pytest.raises(ValidationError):
            services.benefits.remove(benefit_id, 7)
        services.benefits.remove(benefit_id, 1)
        assert services.benefits.of(person_id).rows == ()
        assert factories.acts(services)[0][:2] == ("benefits.remove", person_id)
        services.benefits.record(benefit(person_id))  # the kind is free again


class TestClaims:
    def test_who_is_entitled_and_has_nothing_noted(self, services: Services) -> None:
        plain = client(services)
        nursing = client(services, "2", name="二级")
        mild = client(services, "3", name="三级")
        poor = client(services, "4", name="低保", has_dibao=True)
        severe = services.people.register(factories.person(name="重性"))
        assert claims(services) == [
            (nursing, "nursing", "rule"), (poor, "hardship", "rule"), (severe, "guardian_reward", "rule"),
        ]  # fmt: skip
        assert services.benefits.of(plain).claims == services.benefits.of(mild).claims == ()
        assert [claim.because for claim in services.benefits.of(nursing).claims] == ["残疾等级为一级、二级的"]

    @pytest.mark.parametrize(
        ("state", "why"),
        [
            ("entitled", "open"), ("applied", "open"), ("stopped", "open"), ("receiving", None), ("refused", None),
            ("declined", None), ("not_entitled", None),
        ],
    )  # fmt: skip
    def test_what_is_noted_decides_by_its_state(self, services: Services, state: str, why: str | None) -> None:
        person_id = client(services, "1")
        services.benefits.record(benefit(person_id, state=state))
        assert claims(services) == ([(person_id, "nursing", why)] if why else [])

    @pytest.mark.parametrize(
        ("until", "why"),
        [("2026-03-30", "ended"), ("2026-03-31", "ending"), ("2026-05-30", "ending"), ("2026-05-31", None), ("", None)],
    )
    def test_a_term_that_runs_out_is_told_in_time(self, services: Services, until: str, why: str | None) -> None:
        person_id = client(services)
        services.benefits.record(benefit(person_id, paid_until=until))
        assert claims(services) == ([(person_id, "nursing", why)] if why else [])

    def test_dibao_that_is_noted_here_counts_for_the_rules(self, services: Services) -> None:
        person_id = client(services, "4")
        benefit_id = services.benefits.record(benefit(person_id, kind="dibao", state="applied"))
        assert [claim[1] for claim in claims(services)] == ["dibao"]
        services.benefits.record(replace(services.benefits.draft(benefit_id), state="receiving"))
        assert claims(services) == [(person_id, "hardship", "rule")]

    def test_a_newer_diagnosis_and_a_guardian_gone_change_the_answer(
        self, services: Services, clock: PracticeClock
    ) -> None:
        person_id = services.people.register(factories.person())
        clock.move_to(DAY + timedelta(days=1))  # a second version: on the same day it would only be corrected
        draft, revision = services.people.draft(person_id)
        services.people.amend(person_id, replace(draft, diagnosis_category="7", icd_code="F32"), revision)
        assert claims(services) == []
        draft, revision = services.people.draft(person_id)
        services.people.amend(
            person_id,
            replace(draft, diagnosis_category="1", icd_code="F20", guardian=GuardianDraft()),
            revision,
        )
        assert claims(services) == []

    def test_the_row_says_who_and_what(self, services: Services) -> None:
        person_id = client(services, "1")
        (row,) = services.benefits.claims()
        assert row == ClaimRow(
            person_id, "张晓东", row.file_no, "东街社区", "nursing", "rule", "", "残疾等级为一级、二级的", None, None
        )


def test_the_rules_of_the_program_name_kinds_that_exist() -> None:
    rules = benefit_rules()
    assert {rule.kind for rule in rules.entitlements} <= set(rules.kinds)
    assert rules.of_guardians == {"guardian_reward"}


def test_the_agreement_is_made_then_signed_then_in_force_until_its_day(services: Services) -> None:
    person_id = factories.served(services)
    choices = PaperChoices(reward_text="每年 2400 元")
    document_id = services.documents.issue(services.documents.prepare(person_id, "guardian_reward", choices))
    ((paper_id, number),) = services.benefits.of(person_id).papers
    assert paper_id == document_id
    assert number == services.documents.rows(person_id)[0].document_no
    assert services.documents.rows(person_id)[0].status == "printed"
    draft = BenefitDraft(person_id, kind="guardian_reward", state="receiving", paper_id=document_id)
    benefit_id = services.benefits.record(draft)
    assert services.benefits.of(person_id).rows[0].agreement == "made"
    signed = replace(services.benefits.draft(benefit_id), agreed_on="2026-03-20", agreed_until="2026-04-10")
    services.benefits.record(signed)
    row = services.benefits.of(person_id).rows[0]
    assert (row.agreement, row.agreed_until, row.is_ending) == ("in_force", date(2026, 4, 10), True)
    assert services.documents.rows(person_id)[0].status == "signed"
    assert [claim.why for claim in services.benefits.claims()] == ["ending"]
    later = factories.on_day(services, date(2026, 4, 11))
    assert later.benefits.of(person_id).rows[0].agreement == "expired"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agreed_until": "2026-12-31"}, "agreed_on"),
        ({"agreed_on": "2026-03-20", "agreed_until": "2026-03-01"}, "agreed_until"),
        ({"agreed_on": "2027-01-01"}, "agreed_on"),
        ({"paper_id": "another"}, "paper_id"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused(services: Services, changes: dict[str, str], field: str) -> None:
    person_id = factories.served(services)
    with pytest.raises(ValidationError) as refused:
        services.benefits.record(BenefitDraft(person_id, kind="guardian_reward", state="applied", **changes))
    assert refused.value.field == field
    assert services.benefits.of(person_id).rows == ()
