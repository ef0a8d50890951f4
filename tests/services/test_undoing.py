"""The last act is taken back as a write of its own, and refused with a sentence where something depends on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.institution import Entry
from desktop.errors import ValidationError
from desktop.services.benefits import BenefitDraft
from desktop.services.catalogue import Services
from desktop.services.people import PersonDraft
from desktop.services.surveys import SurveyDraft, SurveyQuery
from desktop.store.unit_of_work import Work
from tests import factories
from tests.conftest import DAY


def record_visit(services: Services, person_id: str) -> str:
    return services.visits.record(factories.visit(person_id, services.actor.user_id))


def record_training(services: Services, person_id: str) -> str:
    return services.trainings.record(factories.training(services.actor.user_id, factories.line(person_id)))


def record_benefit(services: Services, person_id: str) -> str:
    return services.benefits.record(BenefitDraft(person_id, kind="dibao", state="applied"))


def record_entry(services: Services, _: str) -> str:
    return services.surveys.record(SurveyDraft(name="单小红"))


def record_price(services: Services, _: str) -> str:
    values = {"service": "日间训练", "unit": "次", "price_fen": "10", "from_on": "2026-01-01"}
    return services.institution.record(Entry("price", values))


def everything(services: Services, person_id: str) -> object:
    """What stands in the lists; only what a removal leaves behind differs."""
    first, last = DAY - timedelta(days=400), DAY + timedelta(days=400)
    return (
        services.visits.rows(first, last),
        services.trainings.rows(first, last),
        services.benefits.of(person_id).rows,
        services.surveys.rows(SurveyQuery()).rows,
        [(row.values, row.id) for row in services.institution.rows("price")],
        services.people.card(person_id).row,
    )


RECORDS: dict[str, Callable[[Services, str], str]] = {
    "visit": record_visit,
    "training": record_training,
    "benefit": record_benefit,
    "survey": record_entry,
    "price": record_price,
}


@pytest.mark.parametrize("kind", RECORDS)
def test_what_was_just_recorded_is_taken_back(services: Services, kind: str) -> None:
    person_id = factories.served(services)
    before = everything(services, person_id)
    record_id = RECORDS[kind](services, person_id)
    assert everything(services, person_id) != before
    services.undoing.undo(record_id)
    assert everything(services, person_id) == before
    (detail,) = [detail for act, _, detail in factories.acts(services, 5) if act == "undoing.undo"]
    assert detail["reason"] == "撤销上一步"
    with pytest.raises(ValidationError):  # the undoing is an act of its own, and none that is undone
        services.undoing.undo(record_id)


def remove_visit(services: Services, record_id: str) -> None:
    services.removals.remove_visit(record_id, "登记错了人")


def remove_training(services: Services, record_id: str) -> None:
    services.removals.remove_training(record_id, "登记错了")


def remove_benefit(services: Services, record_id: str) -> None:
    services.benefits.remove(record_id, services.benefits.draft(record_id).revision)


def remove_entry(services: Services, record_id: str) -> None:
    services.surveys.remove(record_id, services.surveys.draft(record_id).revision)


def remove_price(services: Services, _: str) -> None:
    services.institution.remove(services.institution.rows("price")[0])


REMOVALS: dict[str, Callable[[Services, str], None]] = {
    "visit": remove_visit,
    "training": remove_training,
    "benefit": remove_benefit,
    "survey": remove_entry,
    "price": remove_price,
}


@pytest.mark.parametrize("kind", REMOVALS)
def test_what_was_just_removed_comes_back(services: Services, kind: str) -> None:
    person_id = factories.served(services)
    record_id = RECORDS[kind](services, person_id)
    before = everything(services, person_id)
    REMOVALS[kind](services, record_id)
    services.undoing.undo(record_id)
    assert str(everything(services, person_id)).replace("revision=3", "revision=1") == str(before)


def test_a_price_taken_back_lets_the_one_before_go_on(services: Services) -> None:
    first = record_price(services, "")
    values = services.institution.rows("price")[0].values
    second = services.institution.record(Entry("price", {**values, "price_fen": "12", "from_on": "2026-03-01"}))
    assert [row.value("to_on") for row in services.institution.rows("price")] == ["", "2026-02-28"]
    services.undoing.undo(second)
    (row,) = services.institution.rows("price")
    assert (row.id, row.value("to_on")) == (first, "")


def test_a_removed_plan_comes_back_with_its_drills(services: Services) -> None:
    plan = services.institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    services.institution.record(Entry("drill", {"plan_id": plan, "held_on": "2026-02-01", "topic": "消防疏散"}))
    services.institution.remove(services.institution.rows("plan")[0])
    assert services.institution.rows("drill") == ()
    services.undoing.undo(plan)
    assert [len(services.institution.rows(kind)) for kind in ("plan", "drill")] == [1, 1]


def somebody_else(services: Services) -> Services:
    """The same station with another person at the desk."""
    desk = services.desk
    work = Work(desk.work.store, "somebody", desk.facts.station_id, desk.clock.now)
    return Services(replace(desk, work=work), lambda: None)


def refused(services: Services, record_id: str) -> str:
    with pytest.raises(ValidationError) as caught:
        services.undoing.undo(record_id)
    assert caught.value.code == "not_undone"
    return caught.value.message


def test_it_is_refused_when_it_was_not_the_last_act(services: Services) -> None:
    person_id = factories.served(services)
    visit_id = record_visit(services, person_id)
    record_benefit(services, person_id)
    assert "别的改动" in refused(services, visit_id)


def test_it_is_refused_for_acts_that_are_not_safe(services: Services) -> None:
    person_id = factories.served(services)
    assert "不是能撤销" in refused(services, person_id)
    assert services.consents.standing(person_id, DAY).consent == "in_force"


def test_it_is_refused_when_somebody_changed_the_record_since(services: Services) -> None:
    person_id = factories.served(services)
    visit_id = record_visit(services, person_id)
    somebody_else(services).visits.record(replace(services.visits.draft(visit_id), problems="他改的"))
    assert "又改过" in refused(services, visit_id)
    assert services.visits.draft(visit_id).problems == "他改的"


def test_it_is_refused_when_another_record_names_it(services: Services) -> None:
    plan = services.institution.record(Entry("plan", {"plan_version": "2026版", "approved_on": "2026-01-05"}))
    drill = Entry("drill", {"plan_id": plan, "held_on": "2026-02-01", "topic": "消防疏散"})
    somebody_else(services).institution.record(drill)
    assert "用到了它" in refused(services, plan)
    assert len(services.institution.rows("plan")) == 1


def test_it_is_refused_the_next_day(services: Services) -> None:
    visit_id = record_visit(services, factories.served(services))
    later = factories.on_day(services, DAY + timedelta(days=1))
    assert "今天" in refused(later, visit_id)


def test_a_draft_file_that_was_removed_comes_back(services: Services) -> None:
    person_id = services.people.register(PersonDraft(name="赵小满", village="东街社区"))
    services.removals.remove_person(person_id, "重复建档")
    services.undoing.undo(person_id)
    assert services.people.card(person_id).row.name == "赵小满"
