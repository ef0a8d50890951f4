"""Two files that became one, as the county sees them: the gone one leads to the kept one, consent is asked as ever."""

from __future__ import annotations

import pytest

from desktop.errors import ValidationError
from desktop.services.hub import Hub
from desktop.services.joins import JoinDraft, Joins
from tests.sync.conftest import Pc, held_by


def joined(pc: Pc, kept: str, gone: str) -> str:
    plan = Joins(pc.desk).plan(kept, gone)
    return Joins(pc.desk).join(JoinDraft(kept, gone, plan.revisions, {}, "同一人建了两份"))


def test_the_county_keeps_the_gone_file_as_a_tombstone_that_leads_on(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    kept, gone = pc.add_person(1), pc.add_person(2)
    visit = pc.add_visit(gone)
    assert pc.hand_over(sqlite_hub).rejected == 0
    join_id = joined(pc, kept, gone)
    done = pc.hand_over(sqlite_hub)
    assert (done.rejected, done.status) == (0, "applied")
    people, joins = held_by(sqlite_hub, "person"), held_by(sqlite_hub, "person_join")
    assert (people[gone]["is_deleted"], people[kept]["is_deleted"]) == (1, 0)
    assert (joins[join_id]["person_id"], joins[join_id]["gone_id"], joins[join_id]["reason"]) == (kept, gone, "")
    assert held_by(sqlite_hub, "visit")[visit]["person_id"] == kept
    with pytest.raises(ValidationError) as refused:
        Joins(pc.desk).part(join_id, "弄错了")
    assert refused.value.code == "joined_since"
    assert "交给县里" in Joins(pc.desk).rows()[0].refusal


def test_parted_before_the_stick_the_county_has_two_files_again(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    kept, gone = pc.add_person(1), pc.add_person(2)
    visit = pc.add_visit(gone)
    Joins(pc.desk).part(joined(pc, kept, gone), "弄错了")
    assert pc.hand_over(sqlite_hub).rejected == 0
    assert [row["is_deleted"] for row in held_by(sqlite_hub, "person").values()] == [0, 0]
    assert held_by(sqlite_hub, "visit")[visit]["person_id"] == gone


def test_the_gone_file_travels_by_the_consent_of_the_kept_one(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub, "consent")
    kept, gone = pc.add_person(1), pc.add_person(2)
    pc.consent(kept, "a", "b", "c")
    visit = pc.add_visit(gone)
    pc.hand_over(sqlite_hub)
    assert list(held_by(sqlite_hub, "person")) == [kept]
    joined(pc, kept, gone)
    assert pc.hand_over(sqlite_hub).rejected == 0
    assert held_by(sqlite_hub, "person")[gone]["is_deleted"] == 1
    assert held_by(sqlite_hub, "visit")[visit]["person_id"] == kept


def test_without_any_consent_nothing_of_either_leaves(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub, "consent")
    joined(pc, pc.add_person(1), pc.add_person(2))
    assert pc.hand_over(sqlite_hub).rejected == 0
    assert held_by(sqlite_hub, "person") == held_by(sqlite_hub, "person_join") == {}
