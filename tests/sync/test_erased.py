"""What the county hears of somebody erased, and of somebody whose file is closed to views."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desktop.models.exchange import BundleOut, Conflict
from desktop.models.people import Guardian, Person
from desktop.services.hub import Hub
from desktop.services.privacy import Privacy
from tests.conftest import DAY
from tests.sync.conftest import Pc, held_by

SECRET = "张秘密"
NOW = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.fixture
def gated(pc: Pc, sqlite_hub: Hub) -> Pc:
    """A PC whose station hands over by consent of each person."""
    pc.join(sqlite_hub, legal_basis="consent")
    return pc


def add(pc: Pc, number: int = 1) -> str:
    person_id = pc.add_person(number, name=SECRET, id_no="990101198305170018", phone="13900135511")
    with pc.work.write("test.guardian") as db:
        db.add(Guardian(person_id=person_id, name=f"{SECRET}的母亲", phone="13800130074"))
    pc.consent(person_id, "a", "b", "c")
    pc.add_visit(person_id)
    return person_id


def erase(pc: Pc, person_id: str) -> None:
    with pc.work.read() as db:
        number = db.get_one(Person, person_id).file_no
    Privacy(pc.desk).erase(person_id, number, "本人请求")


def test_the_county_is_told_to_empty_what_it_got(gated: Pc, sqlite_hub: Hub) -> None:
    person_id = add(gated)
    gated.hand_over(sqlite_hub)
    assert held_by(sqlite_hub, "person")[person_id]["name"] == SECRET
    with sqlite_hub._work.merge("test.conflict") as db:
        told = {"kept": {"name": SECRET}, "offered": {"name": SECRET}, "columns": ["name"], "found_at": NOW}
        db.add(Conflict(bundle_id="b", table_name="person", record_id=person_id, **told))
        db.add(Conflict(bundle_id="b", table_name="person", record_id="somebody else", **told))
    erase(gated, person_id)
    done = gated.hand_over(sqlite_hub)
    assert done.rejected == 0
    tomb = held_by(sqlite_hub, "person")[person_id]
    assert (tomb["name"], tomb["id_no"], tomb["phone"], tomb["is_deleted"]) == ("（已依法删除）", None, None, True)
    with sqlite_hub._work.read() as db:
        assert db.scalars(select(Conflict.record_id)).all() == ["somebody else"]
    assert str(tomb["erased_on"]) == DAY.isoformat()
    (guardian,) = held_by(sqlite_hub, "guardian").values()
    assert (guardian["name"], guardian["phone"], guardian["is_deleted"]) == ("", None, True)
    assert not any(row["is_deleted"] for row in held_by(sqlite_hub, "visit").values())  # accounts of services are kept


def test_it_is_told_even_when_consent_was_withdrawn_before(gated: Pc, sqlite_hub: Hub) -> None:
    person_id = add(gated)
    gated.hand_over(sqlite_hub)
    from desktop.models.documents import ConsentScope

    with gated.work.write("test.withdraw") as db:
        for scope in db.scalars(select(ConsentScope).where(ConsentScope.person_id == person_id)):
            scope.withdrawn_on = DAY
    gated.amend(Person, person_id, phone="13900135599")
    gated.hand_over(sqlite_hub)
    assert held_by(sqlite_hub, "person")[person_id]["phone"] == "13900135511"
    erase(gated, person_id)
    gated.hand_over(sqlite_hub)
    assert held_by(sqlite_hub, "person")[person_id]["name"] == "（已依法删除）"


def test_a_bundle_that_was_not_confirmed_is_told_anew_without_the_person(gated: Pc, sqlite_hub: Hub) -> None:
    person_id = add(gated)
    lost = gated.export()
    erase(gated, person_id)
    with gated.work.read() as db:
        assert db.scalars(select(BundleOut.content)).all() == [None]
    with pytest.raises(Exception, match="不在本机"):
        gated.sync.write_again(lost.bundle_id, gated.stick)
    gated.hand_over(sqlite_hub)
    everything = str(held_by(sqlite_hub, "person")) + str(held_by(sqlite_hub, "guardian"))
    assert SECRET not in everything
    assert "990101198305170018" not in everything


def test_a_closed_file_is_not_handed_over_but_by_law(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub, legal_basis="entrusted")
    person_id = add(pc)
    Privacy(pc.desk).restrict(person_id, "本人要求")
    pc.hand_over(sqlite_hub)
    assert person_id not in held_by(sqlite_hub, "person")
    Privacy(pc.desk).lift(person_id, "本人撤回")
    pc.hand_over(sqlite_hub)
    assert held_by(sqlite_hub, "person")[person_id]["name"] == SECRET
