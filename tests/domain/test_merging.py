"""Two versions of a record: what is taken, merged, kept, and left to a person."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.merging import Judgement, Offer, Origin, Version, first, judge

DECIDED = frozenset({"id_no"})
STAMPS = frozenset({"updated_by"})
START: dict[str, Any] = {
    "name": "甲",
    "phone": "1",
    "id_no": "x",
    "is_deleted": False,
    "updated_by": "a",
    "revision": 1,
}


def offer(writer: str, base: int, hlc: str, revision: int | None = None, **changes: Any) -> Offer:
    revision = base + 1 if revision is None else revision
    values = {**START, **changes, "updated_by": writer, "revision": revision}
    return Offer(writer, base, revision, hlc, tuple(changes), values)


def new(writer: str = "A", hlc: str = "01") -> Version:
    columns = ("name", "phone", "id_no", "is_deleted")
    return first(Offer(writer, 0, 1, hlc, columns, START))


def after(version: Version, *offers: Offer) -> Judgement:
    for one in offers:
        judgement = judge(version, one, DECIDED, STAMPS)
        version = judgement.version
    return judgement


def test_a_change_on_the_hubs_version_is_taken() -> None:
    result = after(new(), offer("A", 1, "02", phone="2"))
    assert (result.version.revision, result.version.values["phone"], result.is_taken) == (2, "2", True)
    assert (result.disputed, result.beaten, result.is_known) == ((), (), False)


def test_a_change_that_is_known_changes_nothing() -> None:
    version = after(new(), offer("A", 1, "02", phone="2")).version
    result = judge(version, offer("A", 1, "02", phone="3"), DECIDED, STAMPS)
    assert (result.is_known, result.is_taken, result.version) == (True, True, version)


def test_changes_of_different_columns_are_merged() -> None:
    result = after(new(), offer("A", 1, "02", phone="2"), offer("B", 1, "03", name="乙"))
    assert (result.version.values["phone"], result.version.values["name"]) == ("2", "乙")
    assert (result.version.revision, result.disputed, result.beaten) == (3, (), ())


def test_of_two_changes_of_a_plain_column_the_later_one_wins_and_the_other_is_kept_on_record() -> None:
    later = after(new(), offer("A", 1, "02", phone="2"), offer("B", 1, "03", phone="3"))
    assert (later.version.values["phone"], later.losers, later.is_taken) == ("3", {"phone": "2"}, True)
    earlier = after(new(), offer("B", 1, "03", phone="3"), offer("A", 1, "02", phone="2"))
    assert (earlier.version.values["phone"], earlier.losers, earlier.is_taken) == ("3", {"phone": "2"}, False)
    assert earlier.version.revision == later.version.revision == 3


def test_of_two_changes_of_a_decided_column_a_person_decides_and_until_then_the_later_one_stands() -> None:
    later = after(new(), offer("A", 1, "02", id_no="y"), offer("B", 1, "03", id_no="z", phone="2"))
    assert (later.version.values["id_no"], later.disputed, later.losers) == ("z", ("id_no",), {"id_no": "y"})
    assert (later.version.values["phone"], later.is_taken, later.beaten) == ("2", True, ())
    earlier = after(new(), offer("B", 1, "03", id_no="z"), offer("A", 1, "02", id_no="y"))
    assert (earlier.version.values["id_no"], earlier.disputed, earlier.losers) == ("z", ("id_no",), {"id_no": "y"})
    assert (earlier.is_taken, earlier.beaten) == (False, ())


@pytest.mark.parametrize("column", ["phone", "id_no"])
def test_of_two_changes_at_the_same_reading_that_of_the_greater_id_stands(column: str) -> None:
    one, other = (offer(writer, 1, "02", None, **{column: value}) for writer, value in ("Ay", "Bz"))
    for order in ((one, other), (other, one)):
        version = after(new(), *order).version
        assert (version.values[column], version.values["updated_by"]) == ("z", "B")


def test_the_same_value_twice_is_no_conflict() -> None:
    result = after(new(), offer("A", 1, "02", id_no="y"), offer("B", 1, "03", id_no="y"))
    assert (result.disputed, result.is_taken) == ((), True)
    result = after(new(), offer("B", 1, "03", id_no="y"), offer("A", 1, "02", id_no="y"))
    assert (result.disputed, result.is_taken) == ((), True)
    assert result.version.origin.columns["id_no"][0] == "B"


def test_what_a_pc_had_seen_it_may_overwrite() -> None:
    """B was given the record as the hub had it at revision 2."""
    result = after(new(), offer("A", 1, "02", id_no="y"), offer("B", 2, "03", id_no="z"))
    assert (result.version.values["id_no"], result.disputed, result.version.revision) == ("z", (), 3)


def test_a_pc_does_not_see_more_by_its_own_changes() -> None:
    """B goes on from revision 1; that its own counter passes A's write does not mean it knew of it."""
    result = after(
        new(), offer("A", 1, "02", id_no="y"), offer("B", 1, "03", name="乙"), offer("B", 2, "04", id_no="z")
    )
    assert (result.version.values["id_no"], result.disputed) == ("z", ("id_no",))


def test_a_pc_may_go_on_with_its_own_columns_while_a_conflict_waits() -> None:
    result = after(
        new(), offer("A", 1, "02", id_no="y"), offer("B", 1, "03", id_no="z"), offer("A", 2, "04", id_no="w")
    )
    assert (result.version.values["id_no"], result.disputed, result.losers) == ("w", ("id_no",), {"id_no": "z"})


def test_a_record_that_one_deletes_and_another_changes_stays() -> None:
    one = after(new(), offer("A", 1, "02", phone="2"), offer("B", 1, "03", is_deleted=True))
    other = after(new(), offer("B", 1, "03", is_deleted=True), offer("A", 1, "02", phone="2"))
    for result in (one, other):
        assert result.version.values["is_deleted"] is False
        assert result.version.values["phone"] == "2"
        assert result.disputed == ("is_deleted",)


def test_a_deletion_nobody_else_was_concerned_with_is_taken() -> None:
    assert after(new(), offer("A", 1, "02", is_deleted=True)).version.values["is_deleted"] is True
    known = Offer("A", 2, 3, "03", ("phone",), START | {"is_deleted": True, "phone": "2"})
    result = after(new(), offer("A", 1, "02", is_deleted=True), known)
    assert (result.version.values["is_deleted"], result.disputed) == (True, ())
    result = after(new(), offer("A", 1, "02", is_deleted=True), offer("B", 1, "03", is_deleted=True))
    assert (result.version.values["is_deleted"], result.disputed) == (True, ())


def test_who_and_when_follow_the_newest_change() -> None:
    result = after(new(), offer("A", 1, "03", phone="2"), offer("B", 1, "02", name="乙"))
    assert result.version.values["updated_by"] == "A"
    assert result.version.origin.newest == "03A"


def test_a_change_of_nothing_is_taken() -> None:
    assert after(new(), offer("A", 1, "02")).is_taken


def test_a_revision_that_was_skipped_is_caught_up_with() -> None:
    """The change in between touched only what the county does not get."""
    result = after(new(), offer("A", 4, "05", phone="2"))
    assert (result.version.revision, result.disputed) == (5, ())
    assert after(result.version, offer("A", 5, "06", phone="3")).version.revision == 6


def test_an_origin_survives_being_stored() -> None:
    origin = after(new(), offer("A", 1, "02", phone="2"), offer("B", 1, "03", name="乙")).version.origin
    assert Origin.from_json(origin.to_json()) == origin


@pytest.mark.parametrize("name", ["name", "phone", "id_no", "is_deleted"])
def test_columns_nobody_changed_are_of_the_maker(name: str) -> None:
    assert new().origin.stamp(name) == ("A", 1, "01")


def test_a_change_from_before_a_restore_that_comes_late_is_not_thrown_away() -> None:
    """The PC went back to revision 1 and on from there; the stick with what it had lost turns up."""
    lost = offer("A", 1, "05", phone="2", name="乙")
    result = after(new(), offer("A", 1, "09", name="丙"), lost)
    assert (result.version.values["phone"], result.version.values["name"]) == ("2", "丙")
    assert (result.is_known, result.is_taken, result.disputed, result.beaten) == (False, True, (), ())
    assert after(result.version, lost).is_known
    assert not after(result.version, offer("A", 1, "04", name="丁")).is_taken


def test_a_record_may_come_in_by_its_change_before_it_comes_in_by_its_making() -> None:
    """The PC that changed it hands over before the one that made it and went on with it."""
    made = Offer("A", 0, 1, "01", ("name", "phone", "id_no", "is_deleted"), START)
    later, elsewhere = offer("A", 1, "02", phone="2"), offer("B", 1, "03", name="乙")
    in_order = after(first(made), later, elsewhere).version
    assert in_order.values["phone"] == "2"
    for order in ((made, later), (made,)):
        result = after(first(elsewhere), *order)
        assert (result.disputed, result.version.values["name"]) == ((), "乙")
    assert after(first(elsewhere), made, later).version.values["phone"] == "2"
    deleted = first(offer("B", 1, "03", is_deleted=True))
    assert after(deleted, made).version.values["is_deleted"] is True
    assert after(deleted, made, later).version.values["is_deleted"] is False


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "A*"]),  # A* is A after a restore
        st.sampled_from(["name", "phone", "id_no", "is_deleted"]),
        st.sampled_from("xyz"),
    ),
    max_size=9,
)


@given(CHANGES, st.randoms())
def test_pcs_give_the_same_record_in_whatever_order_they_come(changes: list[tuple[str, str, str]], chance: Any) -> None:
    """Each PC's own changes come in their order (each history's, after a restore); their mixture does not matter."""
    made: dict[str, list[Offer]] = {}
    states: dict[str, dict[str, Any]] = {}
    for at, (history, column, value) in enumerate(changes):
        queue, state = made.setdefault(history, []), states.setdefault(history, dict(START))
        state[column] = not state[column] if column == "is_deleted" else value
        state["updated_by"], base = history, 1 + len(queue)
        queue.append(Offer(history[0], base, base + 1, f"{at + 16:02x}", (column,), dict(state)))
    results = []
    for _ in range(2):
        queues = {history: list(some) for history, some in made.items()}
        version, disputed = new("M"), set()
        while waiting := [history for history in queues if queues[history]]:
            judgement = judge(version, queues[chance.choice(waiting)].pop(0), DECIDED, STAMPS)
            version = judgement.version
            disputed |= set(judgement.disputed)
        results.append((version.revision, version.values))
    assert results[0] == results[1]
    assert results[0][0] == 1 + len(changes)
