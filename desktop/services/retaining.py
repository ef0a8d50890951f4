"""Until when the files of clients are kept, asked for many at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop import resources
from desktop.domain.keeping import KeepingRules, keep_until
from desktop.i18n import tr
from desktop.models.people import Person
from desktop.services import codes, lacking, standings

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Kept:
    """The class of a file, the day it was closed, the last day it must be kept (None: open, or for ever), in words."""

    code: str
    closed_on: date | None
    until: date | None
    words: str


@cache
def keeping_rules() -> KeepingRules:
    """Return classes and years."""
    return KeepingRules.of(resources.table("people/retention.toml"))


def retention_of(db: Session, ids: Collection[str] | None) -> dict[str, Kept]:
    """Return until when files are kept, by client; erased ones are asked by their id."""
    rules, closed = keeping_rules(), lacking.closed(db, ids)
    query = select(Person.id, Person.retention_class, Person.birth_on).where(standings.among(Person.id, ids))
    found = {}
    for person_id, given, birth_on in db.execute(query):
        code, closed_on = given or rules.default, closed.get(person_id)
        until = keep_until(code, closed_on, birth_on, rules)
        found[person_id] = Kept(code, closed_on, until, _words(code, closed_on, until))
    return found


def _words(code: str, closed_on: date | None, until: date | None) -> str:
    label = codes.label_of("retention_class", code)
    if until is not None:
        return tr("{label}，到 {day}", label=label, day=until.isoformat())
    return label if closed_on is not None else tr("{label}，结案后起算", label=label)
