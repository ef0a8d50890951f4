"""What is kept of everybody for the board and the list is never older than the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, update

from desktop.models.people import Person
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.services.sorting import ORDERS
from tests import factories
from tests.conftest import DAY
from tests.services.test_imports import line, make_sheet

Act = Callable[[Services, str], object]


def seen(services: Services) -> object:
    """Everything that stands on the roll."""
    chips = ("all", "in_service", "paper_missing", "paper_expiring", "visit_due", "drafts", "mine")
    pages = [services.people.rows(PeopleQuery(only=chip)) for chip in chips]
    pages += [services.people.rows(PeopleQuery(sort=by)) for by in ORDERS]
    pages += [services.people.rows(PeopleQuery(search=word)) for word in ("新来", "gaiming", "另")]
    return services.today.board(DAY).duties, services.people.counts(), pages, services.visits.due(DAY)


@contextmanager
def asked(services: Services) -> Iterator[list[str]]:
    """Give the statements that readers ask meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    reader = services.desk.work.store.reader
    event.listen(reader, "before_cursor_execute", note)
    yield statements
    event.remove(reader, "before_cursor_execute", note)


ACTS: dict[str, Act] = {
    "register": lambda services, _: factories.client(services, name="新来的"),
    "sign": factories.sign,
    "visit": lambda services, one: services.visits.record(factories.visit(one, services.actor.user_id)),
    "amend": lambda services, one: services.people.amend(one, factories.person(name="改名"), 1),
    "settings": lambda services, _: services.settings.change("papers.warn_days", 180),
    "training": lambda services, one: services.trainings.record(
        factories.training(services.actor.user_id, factories.line(one))
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_after_each_act_the_roll_says_what_the_store_says(services: Services, act: Act) -> None:
    one, other = factories.client(services), factories.client(services, name="另一人")
    factories.sign(services, other, signed_on="2025-07-15")
    services.people.prepare()
    before = seen(services)
    act(services, one)
    kept = seen(services)
    services.desk.work.store.forget()
    assert kept == seen(services)
    assert kept != before or act is ACTS["training"]


def test_who_was_taken_back_is_off_the_roll(services: Services, tmp_path: Path) -> None:
    factories.client(services)
    before = seen(services)
    batch = services.imports.take(make_sheet(tmp_path / "r.xlsx", line(1, "赵一"), line(2, "钱二"))).batch_id
    assert services.people.counts()["all"] == 3
    services.imports.undo(batch)
    assert seen(services) == before


def test_another_day_has_a_roll_of_its_own(services: Services) -> None:
    def kinds(day: date) -> list[str]:
        return [duty.kind for duty in factories.on_day(services, day).today.board(day).duties]

    factories.served(services)
    assert "consent" not in kinds(DAY)
    assert "consent" in kinds(DAY + timedelta(days=400))
    assert "consent" not in kinds(DAY)


def test_a_merge_leaves_no_captured_changes_but_is_seen(services: Services) -> None:
    one = factories.client(services)
    services.today.board(DAY)
    with services.desk.work.merge("test.merge") as db:
        db.execute(update(Person).where(Person.id == one).values(name="县里改的"))
    assert "县里改的" in [duty.title for duty in services.today.board(DAY).duties]


def test_an_older_view_keeps_what_it_saw(services: Services) -> None:
    from desktop.services import duties

    one = factories.client(services)
    with services.desk.work.read() as db:
        assert list(duties.clients(db, DAY)) == [one]
        newer = factories.client(services, name="新来的")
        services.people.counts()
        assert list(duties.clients(db, DAY)) == list(duties.clients(db, DAY, [one, newer])) == [one]
    assert services.people.counts()["all"] == 2


def test_the_second_board_asks_nothing_about_everybody(filled: Services) -> None:
    filled.today.board(DAY)
    with asked(filled) as statements:
        filled.today.board(DAY)
        filled.people.counts()
    assert not [statement for statement in statements if "FROM person" in statement or "FROM visit" in statement]


def test_only_who_changed_is_looked_at_again(filled: Services) -> None:
    filled.today.board(DAY)
    factories.client(filled)
    with asked(filled) as statements:
        filled.today.board(DAY)
    people = [statement for statement in statements if "FROM person" in statement.split("WHERE")[0].split("(")[0]]
    assert people
    assert all("person.id IN (?)" in statement for statement in people)


def test_nothing_is_kept_after_the_lock(services: Services) -> None:
    factories.client(services)
    services.today.board(DAY)
    store = services.desk.work.store
    assert store.memory
    services.close()
    assert store.memory == {}
