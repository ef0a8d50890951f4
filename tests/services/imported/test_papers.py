"""Papers of before the program: they open the gate only when the original is there and rightly signed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from desktop.models.documents import Agreement, Consent
from desktop.models.people import Episode
from desktop.models.visits import Visit
from desktop.services.catalogue import Services
from tests import factories
from tests.conftest import DAY
from tests.services.imported.conftest import Take, errors, warnings

HEAD = ("姓名", "文书", "签订日期", "有效期起", "有效期止", "签字人", "同意事项", "原件")
CONSENT = ("李文斌", "知情同意书", "2025-09-01", "", "", "本人和监护人", "全部", "有")
AGREEMENT = ("李文斌", "协议", "2025-09-01", "2025-09-01", "2026-08-31", "双方", "", "有")


def stored(services: Services) -> list[tuple[str, str, date | None, date | None]]:
    with services.desk.work.read() as db:
        return [
            (one.status, one.evidence, one.valid_from, one.valid_to)
            for table in (Consent, Agreement)
            for one in db.scalars(select(table).where(table.is_deleted.is_(False)).order_by(table.id))
        ]


def counted(services: Services) -> list[bool]:
    with services.desk.work.read() as db:
        return list(db.scalars(select(Visit.is_counted).order_by(Visit.visited_on)))


def state(services: Services) -> str:
    with services.desk.work.read() as db:
        return db.scalars(select(Episode.state)).one()


def test_papers_with_their_original_hold_and_count_what_was_done(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    services.visits.record(factories.visit(person_id, services.actor.user_id))
    result = take("agreements", HEAD, CONSENT, AGREEMENT)
    assert (result.imported, errors(result), warnings(result)) == (
        2, [], [(2, "签订日期", "before_case"), (3, "签订日期", "before_case")],
    )  # fmt: skip
    assert stored(services) == [
        ("in_force", "paper_before", date(2025, 9, 1), date(2026, 8, 31)),
        ("in_force", "paper_before", date(2025, 9, 1), date(2026, 8, 31)),
    ]
    assert services.consents.may(person_id, "serve", DAY).yes
    assert (counted(services), state(services)) == ([True], "in_service")
    told = {item.title: item.tag for item in services.people.timeline(person_id, "document").items}
    assert told == {"签知情同意书": "已签 · 补录", "签服务协议": "已签 · 补录"}
    assert take("agreements", HEAD, CONSENT, AGREEMENT).unchanged == 2


def test_undo_takes_back_papers_counts_and_the_state_of_the_case(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    services.visits.record(factories.visit(person_id, services.actor.user_id))
    before = state(services)
    batch = take("agreements", HEAD, CONSENT, AGREEMENT).batch_id
    services.visits.record(factories.visit(person_id, services.actor.user_id, visited_on="2026-03-30"))
    assert counted(services) == [True, True]
    services.imports.undo(batch)
    assert (stored(services), counted(services), state(services)) == ([], [False, False], before)
    assert not services.consents.may(person_id, "serve", DAY).yes


def test_without_the_original_a_paper_is_only_noted(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    services.visits.record(factories.visit(person_id, services.actor.user_id))
    result = take("agreements", HEAD, (*CONSENT[:-1], ""), (*AGREEMENT[:-1], "无"))
    assert (result.imported, [code for _, _, code in warnings(result) if code != "before_case"]) == (
        2, ["original_unseen", "original_unseen"],
    )  # fmt: skip
    assert [(status, evidence) for status, evidence, _, _ in stored(services)] == [("draft", "paper_before")] * 2
    assert not services.consents.may(person_id, "serve", DAY).yes
    assert (counted(services), services.consents.standing(person_id, DAY).consent) == ([False], "missing")
    assert {item.tag for item in services.people.timeline(person_id, "document").items} == {"补录，原件未核对，不计入"}
    seen = take("agreements", HEAD, CONSENT, AGREEMENT)
    assert (seen.updated, counted(services)) == (2, [True])
    assert [status for status, *_ in stored(services)] == ["in_force", "in_force"]
    services.imports.undo(seen.batch_id)
    assert ([status for status, *_ in stored(services)], counted(services)) == (["draft", "draft"], [False])


def test_a_noted_paper_that_is_entered_by_hand_is_one_paper(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    take("agreements", HEAD, (*AGREEMENT[:-1], ""))
    services.consents.sign(factories.paper(person_id, "agreement", signed_on="2025-09-01"))
    assert [(status, evidence) for status, evidence, _, _ in stored(services)] == [("in_force", "paper")]


def test_the_rules_for_signatures_are_those_of_the_form(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    factories.client(services, name="王小兰", birth_on="2014-05-01", filed_on="2025-01-01")
    result = take(
        "agreements", HEAD,
        ("李文斌", "协议", "2025-09-01", "", "", "", "", "有"),
        ("李文斌", "知情同意书", "2025-09-01", "", "", "双方", "", "有"),
        ("王小兰", "协议", "2025-09-01", "", "", "本人", "", "有"),
        ("李文斌", "协议", "2025-09-01", "2025-09-01", "2025-08-01", "双方", "", ""),
        ("李文斌", "", "2025-09-02", "", "", "双方", "", "有"),
        ("李文斌", "协议", "2025-09-03", "", "", "村主任", "", "有"),
        ("李文斌", "知情同意书", "2025-09-04", "", "", "双方", "乱写", "有"),
    )  # fmt: skip
    assert [(row, column, code) for row, column, code in errors(result)] == [
        (2, "签字人", "nobody_signed"), (3, "同意事项", "scopes_missing"), (4, "签字人", "signature_missing"),
        (5, "有效期止", "term_reversed"), (6, "文书", "paper_unsaid"), (7, "签字人", "word_unknown"),
        (8, "同意事项", "word_unknown"),
    ]  # fmt: skip
    assert stored(services) == []


def test_scopes_by_letter_and_the_kind_in_the_title(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    take(
        "agreements", ("知情同意书签订情况",), ("姓名", "签订日期", "签字人", "同意事项", "原件"),
        ("李文斌", "2026-02-01", "双方", "a、b、C、入户服务", "是"),
    )  # fmt: skip
    answers = services.consents.standing(person_id, DAY).consent_scopes
    assert [answer.scope for answer in answers if answer.is_agreed] == ["a", "b", "c", "i"]
