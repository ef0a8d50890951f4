"""Two PCs of one station change the same people without knowing of each other; the hub joins them (S12, S14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from desktop.models.exchange import Conflict
from desktop.models.people import Person
from desktop.models.visits import Visit
from desktop.services.hub import Hub
from tests.sync.conftest import Pc, held_by

Two = tuple[Pc, Pc, str]


@pytest.fixture
def two(pc: Pc, second_pc: Callable[[], Pc], hub: Hub) -> Two:
    """Two PCs with the same client, who is at the hub already."""
    pc.join(hub)
    person = pc.add_person(1, phone="1", id_no="x", village="东村")
    pc.hand_over(hub)
    second = second_pc()
    second.join(hub)
    return pc, second, person


def conflicts(hub: Hub) -> list[dict[str, Any]]:
    with hub._work.read() as db:
        return [
            {"columns": one.columns, "kept": one.kept, "offered": one.offered, "open": one.decided_at is None}
            for one in db.scalars(select(Conflict).order_by(Conflict.id))
        ]


def test_different_columns_are_merged(two: Two, hub: Hub) -> None:
    first, second, person = two
    first.amend(Person, person, phone="2")
    second.amend(Person, person, village="西村")
    assert [one.hand_over(hub).conflicts for one in (first, second)] == [0, 0]
    row = held_by(hub, "person")[person]
    assert (row["phone"], row["village"], row["revision"]) == ("2", "西村", 3)
    assert conflicts(hub) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_telephones_the_later_one_stays(two: Two, hub: Hub, order: tuple[int, int]) -> None:
    first, second, person = two
    first.amend(Person, person, phone="2")
    second.amend(Person, person, phone="3")
    done = [two[place].hand_over(hub) for place in order]  # type: ignore[union-attr]
    assert [one.conflicts for one in done] == [0, 0]
    assert held_by(hub, "person")[person]["phone"] == "3"
    assert conflicts(hub) == [{"columns": ["phone"], "kept": {"phone": "3"}, "offered": {"phone": "2"}, "open": False}]
    assert done[1].kept == (1 if order == (1, 0) else 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_identity_numbers_a_person_decides(two: Two, hub: Hub, order: tuple[int, int]) -> None:
    """Until then the later one stands at the hub, whoever hands over first; both are on record."""
    first, second, person = two
    first.amend(Person, person, id_no="y")
    second.amend(Person, person, id_no="z", phone="9")
    two[order[0]].hand_over(hub)  # type: ignore[union-attr]
    late: Pc = two[order[1]]  # type: ignore[assignment]
    (done,) = hub.import_bundles([late.export().file], late.stick)
    assert (done.conflicts, done.taken, done.kept) == (1, *((1, 0) if order == (0, 1) else (0, 1)))
    assert done.receipt
    told = late.sync.receive(done.receipt)
    assert told.conflicts == ({"table": "person", "id": person, "field": "id_no"},)
    row = held_by(hub, "person")[person]
    assert (row["id_no"], row["phone"]) == ("z", "9")
    assert conflicts(hub) == [{"columns": ["id_no"], "kept": {"id_no": "z"}, "offered": {"id_no": "y"}, "open": True}]


def test_a_deleted_record_that_the_other_changes_stays_and_is_flagged(two: Two, hub: Hub) -> None:
    first, second, person = two
    first.amend(Person, person, is_deleted=True)
    second.amend(Person, person, phone="2")
    first.hand_over(hub)
    assert held_by(hub, "person")[person]["is_deleted"] is True
    assert second.hand_over(hub).conflicts == 1
    row = held_by(hub, "person")[person]
    assert (row["is_deleted"], row["phone"]) == (False, "2")


def test_visits_of_both_come_together(two: Two, hub: Hub) -> None:
    first, second, person = two
    made = {first.add_visit(person), second.add_visit(person, danger_level=2)}
    for one in (first, second):
        one.hand_over(hub)
    assert set(held_by(hub, "visit")) == made


def test_a_decided_code_that_both_set_alike_is_no_conflict(two: Two, hub: Hub) -> None:
    first, second, person = two
    visit = first.add_visit(person)
    first.hand_over(hub)
    assert held_by(hub, "visit")[visit]["danger_level"] is None
    for one in (first, second):
        one.amend(Person, person, id_no="same")
        one.hand_over(hub)
    assert conflicts(hub) == []
    first.amend(Visit, visit, danger_level=3)
    assert first.hand_over(hub).conflicts == 0


def test_the_same_identity_number_at_two_stations_is_never_joined(pc: Pc, other_pc: Pc, hub: Hub) -> None:
    for number, one in enumerate((pc, other_pc)):
        one.join(hub)
        one.add_person(number, id_no="990101199001011234")
        assert one.hand_over(hub).conflicts == 0
    assert len(held_by(hub, "person")) == 2
