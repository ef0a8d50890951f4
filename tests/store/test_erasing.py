"""An erasure empties the captured changes, and only an erasure; nothing of what was emptied is left in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from desktop.models.exchange import Change
from desktop.models.people import Person
from desktop.store import audit
from desktop.store.engine import Store
from desktop.store.unit_of_work import Work
from tests.store.conftest import RAW_KEY, person
from tests.store.pages import plain_bytes

MARK = "MARKER-6f1c"


def filed(work: Work) -> str:
    with work.write("person.registered") as db:
        made = person(name=MARK, address=MARK * 3000)  # longer than a page
        db.add(made)
    with work.write("person.amended") as db:
        db.get_one(Person, made.id).phone = MARK
    return made.id


def emptied(work: Work, person_id: str) -> None:
    with work.erase("person.erased", person_id) as db:
        one = db.get_one(Person, person_id)
        one.name, one.address, one.phone = "", None, None
        db.flush()
        last = select(func.max(Change.seq)).where(Change.pk == person_id).scalar_subquery()
        newest = db.scalar(select(Change.row_json).where(Change.seq == last))
        db.execute(update(Change).where(Change.pk == person_id).values(row_json=newest))


def test_what_was_erased_is_in_no_page_of_the_file(work: Work, store: Store, path: Path) -> None:
    person_id = filed(work)
    assert MARK.encode() in plain_bytes(path, RAW_KEY)  # the test can see it at all
    emptied(work, person_id)
    assert MARK.encode() not in plain_bytes(path, RAW_KEY)  # while the store is open
    store.close()
    assert MARK.encode() not in plain_bytes(path, RAW_KEY)


def test_an_erasure_changes_no_more_than_the_content(work: Work) -> None:
    person_id = filed(work)
    for column in (Change.actor_id, Change.columns, Change.hlc):
        with pytest.raises(IntegrityError, match="append-only"), work.erase("x") as db:
            db.execute(update(Change).values({column: "x"}))
    with pytest.raises(IntegrityError, match="append-only"), work.write("x") as db:
        db.execute(update(Change).values(row_json="{}"))
    emptied(work, person_id)
    with work.read() as db:
        assert audit.verify(db).first_bad is None
        assert [change.columns for change in db.scalars(select(Change).order_by(Change.seq))][1] == "phone"
    with pytest.raises(IntegrityError, match="append-only"), work.write("x") as db:
        db.execute(update(Change).values(row_json="{}"))  # nothing of the erasure stays allowed
