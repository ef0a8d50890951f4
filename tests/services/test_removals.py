"""What was taken away stays: lists, timeline, counts and the board follow, the bin shows it, and it can come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.institution import Entry
from desktop.errors import NotAllowed, ValidationError
from desktop.models.exchange import Change
from desktop.services.benefits import BenefitDraft
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery, PersonDraft
from desktop.services.surveys import SurveyDraft
from tests import factories
from tests.conftest import DAY

WHY = "登记错了人"


def visits(services: Services, person_id: str) -> list[str]:
    return [row.visit_id or "" for row in services.visits.rows(DAY - timedelta(days=90), DAY, person_id)]


def kinds(services: Services, person_id: str) -> dict[str, int]:
    return services.people.timeline(person_id).counts


def test_a_visit_goes_and_comes_back(services: Services) -> None:
    person_id = factories.served(services)
    visit_id = services.visits.record(factories.visit(person_id, services.actor.user_id))
    services.removals.remove_visit(visit_id, WHY)
    assert visits(services, person_id) == []
    assert "visit" not in kinds(services, person_id)
    (row,) = services.removals.rows()
    assert (row.kind, row.id, row.who, row.reason) == ("visit", visit_id, "林晓岚", WHY)
    services.removals.restore("visit", visit_id)
    assert visits(services, person_id) == [visit_id]
    assert kinds(services, person_id)["visit"] == 1
    assert services.removals.rows() == ()


def test_the_board_counts_as_due_what_was_taken_away(services: Services) -> None:
    person_id = factories.served(services)
    due = [row.on for row in services.visits.due(DAY + timedelta(days=60))]
    draft = factories.visit(person_id, services.actor.user_id, next_visit_on=(DAY + timedelta(days=20)).isoformat())
    visit_id = services.visits.record(draft)
    assert [row.on for row in services.visits.due(DAY + timedelta(days=60))] != due
    services.removals.remove_visit(visit_id, WHY)
    assert [row.on for row in services.visits.due(DAY + timedelta(days=60))] == due


def test_a_session_goes_with_its_attendance_and_comes_back(services: Services) -> None:
    person_id = factories.served(services)
    sheet = factories.training(services.actor.user_id, factories.line(person_id))
    training_id = services.trainings.record(sheet)
    services.removals.remove_training(training_id, WHY)
    assert services.trainings.rows(DAY, DAY) == ()
    assert "training" not in kinds(services, person_id)
    again = services.trainings.record(sheet)  # the place at this hour is free again
    services.removals.remove_training(again, WHY)
    services.removals.restore("training", training_id)
    assert [row.id for row in services.trainings.rows(DAY, DAY)] == [training_id]
    assert kinds(services, person_id)["training"] == 1


def test_only_a_draft_without_services_can_be_taken_away(services: Services) -> None:
    served = factories.served(services)
    with pytest.raises(ValidationError, match="草稿"):
        services.removals.remove_person(served, WHY)
    draft = services.people.register(PersonDraft(name="赵小满", village="东街社区"))
    services.removals.remove_person(draft, WHY)
    assert draft not in {row.id for row in services.people.rows(PeopleQuery()).rows}
    with pytest.raises(ValidationError, match="没有这份档案"):
        services.people.card(draft)
    services.removals.restore("person", draft)
    assert services.people.card(draft).row.name == "赵小满"


def test_a_file_does_not_come_back_beside_another_with_its_number(services: Services) -> None:
    known = factories.person(village="", guardian=factories.guardian(name=""))
    number = known.id_no
    first = services.people.register(PersonDraft(name="赵小满", id_type="01", id_no=number))
    services.removals.remove_person(first, WHY)
    services.people.register(PersonDraft(name="赵小满", id_type="01", id_no=number))
    with pytest.raises(ValidationError) as refused:
        services.removals.restore("person", first)
    assert refused.value.code == "duplicate_id"


def test_a_reason_is_needed_and_stands_in_audit_and_history(services: Services) -> None:
    person_id = factories.served(services)
    visit_id = services.visits.record(factories.visit(person_id, services.actor.user_id))
    with pytest.raises(ValidationError) as refused:
        services.removals.remove_visit(visit_id, "  ")
    assert refused.value.field == "reason"
    services.removals.remove_visit(visit_id, WHY)
    (entry,) = [each for each in services.audit.rows(person_id) if each.act == "visits.remove"]
    assert entry.detail["reason"] == WHY
    newest = services.histories.record("visit", visit_id)[0]
    assert (newest.act, newest.reason) == ("removed", WHY)


def test_nothing_is_physically_removed_and_the_change_travels(services: Services) -> None:
    person_id = factories.served(services)
    visit_id = services.visits.record(factories.visit(person_id, services.actor.user_id))
    services.removals.remove_visit(visit_id, WHY)
    with services.desk.work.read() as db:
        last = db.query(Change).filter(Change.pk == visit_id).order_by(Change.seq.desc()).first()
        assert last is not None
        assert last.columns == "is_deleted"
    with pytest.raises(ValidationError, match="没有这条记录"):
        services.removals.remove_visit(visit_id, WHY)
    with pytest.raises(ValidationError, match="没有这条记录"):
        services.removals.restore("visit", "nobody")


def test_benefits_lines_and_entries_come_back_from_the_bin(services: Services) -> None:
    person_id = factories.served(services)
    benefit = services.benefits.record(BenefitDraft(person_id, kind="dibao", state="applied"))
    services.benefits.remove(benefit, 1)
    line = services.surveys.record(SurveyDraft(name="单小红"))
    services.surveys.remove(line, 1)
    plan = services.institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    services.institution.record(Entry("drill", {"plan_id": plan, "held_on": "2026-02-01", "topic": "消防疏散"}))
    services.institution.remove(services.institution.rows("plan")[0])
    told = {(row.kind, row.title) for row in services.removals.rows()}
    assert told == {("benefit", "张晓东"), ("survey", "单小红"), ("plan", "2026版"), ("drill", "消防疏散")}
    drill = next(row.id for row in services.removals.rows() if row.kind == "drill")
    with pytest.raises(ValidationError, match="所属"):
        services.removals.restore("drill", drill)
    for kind, record_id in (("benefit", benefit), ("survey", line), ("plan", plan)):
        services.removals.restore(kind, record_id)
    assert services.removals.rows() == (), "a plan brings its drills along"
    assert [row.value("topic") for row in services.institution.rows("drill")] == ["消防疏散"]
    assert [row.kind for row in services.benefits.of(person_id).rows] == ["dibao"]


def test_nothing_comes_back_where_it_cannot_stand(services: Services) -> None:
    person_id = factories.served(services)
    sheet = factories.training(services.actor.user_id, factories.line(person_id))
    training = services.trainings.record(sheet)
    services.removals.remove_training(training, WHY)
    services.trainings.record(sheet)
    with pytest.raises(ValidationError, match="不能同时在两处"):
        services.removals.restore("training", training)
    benefit = services.benefits.record(BenefitDraft(person_id, kind="dibao", state="applied"))
    services.benefits.remove(benefit, 1)
    services.benefits.record(BenefitDraft(person_id, kind="dibao", state="receiving"))
    with pytest.raises(ValidationError, match="已有"):
        services.removals.restore("benefit", benefit)
    values = {"service": "日间训练", "unit": "次", "price_fen": "10", "from_on": "2026-01-01"}
    price = services.institution.record(Entry("price", values))
    services.institution.remove(services.institution.rows("price")[0])
    services.institution.record(Entry("price", values))
    with pytest.raises(ValidationError, match="另一个价格"):
        services.removals.restore("price", price)
    assert len(services.removals.rows()) == 3


def test_who_may_not_change_the_institution_brings_nothing_of_it_back(services: Services) -> None:
    plan = services.institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    services.institution.remove(services.institution.rows("plan")[0])
    with pytest.raises(NotAllowed):
        factories.as_role(services, "worker").removals.restore("plan", plan)
