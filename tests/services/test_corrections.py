"""A final record is corrected only with a reason, which stands in the audit and in the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.errors import ValidationError
from desktop.models.exchange import BundleOut
from desktop.services.catalogue import Services
from tests import factories
from tests.conftest import DAY

WHY = "日期写错一天"


@pytest.fixture
def visit_id(services: Services) -> str:
    return services.visits.record(factories.visit(factories.served(services), services.actor.user_id))


def correct(services: Services, visit_id: str, reason: str = "") -> None:
    services.visits.record(replace(services.visits.draft(visit_id), problems="另一个问题"), reason)


def hand_over(services: Services) -> None:
    """A bundle with everything so far, as the export stores it."""
    now = services.desk.clock.now()
    with services.desk.work.write("sync.export") as db:
        db.add(BundleOut(
            bundle_id="b", kind="changes", bundle_seq=1, incarnation=1, first_seq=1, last_seq=10_000, changes=1,
            persons=1, withheld_persons=0, withheld_changes=0, file_name="f", sha256="", prev_sha256="", chain_after="",
            issued_at=now, written_at=now, receipted_at=None, content=None,
        ))  # fmt: skip


def test_a_slip_is_corrected_without_a_word(services: Services, visit_id: str) -> None:
    correct(services, visit_id)
    assert services.visits.draft(visit_id).problems == "另一个问题"


def test_an_old_record_asks_for_a_reason(services: Services, visit_id: str) -> None:
    later = factories.on_day(services, DAY + timedelta(days=8))
    with pytest.raises(ValidationError) as refused:
        correct(later, visit_id)
    assert (refused.value.code, refused.value.field) == ("reason_needed", "reason")
    assert services.visits.draft(visit_id).problems != "另一个问题"
    correct(later, visit_id, WHY)
    (entry,) = [each for each in services.audit.rows(limit=20) if each.act == "visits.amend"]
    assert entry.detail["reason"] == WHY
    assert services.histories.record("visit", visit_id)[0].reason == WHY


def test_what_the_county_has_asks_for_a_reason_at_once(services: Services, visit_id: str) -> None:
    hand_over(services)
    with pytest.raises(ValidationError, match="定稿"):
        correct(services, visit_id)
    correct(services, visit_id, WHY)


def test_sessions_are_final_too(services: Services) -> None:
    person_id = factories.served(services)
    training_id = services.trainings.record(factories.training(services.actor.user_id, factories.line(person_id)))
    hand_over(services)
    changed = replace(services.trainings.draft(training_id), theme="种菜")
    with pytest.raises(ValidationError, match="定稿"):
        services.trainings.record(changed)
    services.trainings.record(changed, WHY)
    assert services.trainings.draft(training_id).theme == "种菜"
