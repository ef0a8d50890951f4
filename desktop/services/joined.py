"""Files that became one: where an old file leads to, and what the kept one is still found by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.models.joins import PersonJoin
from desktop.models.people import Person
from desktop.services import searching

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def in_force(db: Session) -> dict[str, str]:
    """Return for every file that became part of another the one it was joined to."""
    joins = select(PersonJoin.gone_id, PersonJoin.person_id)
    return dict(db.execute(joins.where(PersonJoin.undone_on.is_(None), PersonJoin.is_deleted.is_(False))).all())


def gone(db: Session) -> frozenset[str]:
    """Return the files that became part of another."""
    return frozenset(in_force(db))


def kept_of(db: Session, person_id: str) -> str:
    """Return the file that a file became part of, over several joins; the file itself when it stands."""
    return _end(person_id, in_force(db))


def kept_of_all(db: Session, person_ids: Collection[str]) -> dict[str, str]:
    """Return for each file the one that it became part of."""
    joins = in_force(db)
    return {one: _end(one, joins) for one in person_ids}


def _end(person_id: str, joins: dict[str, str]) -> str:
    seen = set()  # two PCs of one station could have joined crosswise
    while person_id in joins and person_id not in seen:
        seen.add(person_id)
        person_id = joins[person_id]
    return person_id


def family(db: Session, person_id: str) -> tuple[str, ...]:
    """Return a file and every file that became part of it."""
    found, joins = [person_id], in_force(db)
    for one in found:  # grows while it is gone through
        found += [other for other, kept in joins.items() if kept == one and other not in found]
    return tuple(found)


def aliases(db: Session, person_id: str) -> tuple[str, ...]:
    """Return by what else a file is found: numbers and names of the files that became part of it."""
    others = family(db, person_id)[1:]
    if not others:
        return ()
    people = select(Person.file_no, Person.name, Person.id_no).where(Person.id.in_(others)).order_by(Person.file_no)
    return tuple(
        word for no, name, id_no in db.execute(people) for word in (no, searching.spelled(name), id_no) if word
    )


def now_at(db: Session, person_id: str) -> Person | None:
    """Return the file that stands in the place of a gone one; None when the file stands, or never was."""
    kept_id = kept_of(db, person_id)
    kept = db.get(Person, kept_id) if kept_id != person_id else None
    return None if kept is None or kept.is_deleted else kept
