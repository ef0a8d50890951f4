"""What every file has and lacks of its fourteen parts, for many files in one question a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select

from desktop import resources
from desktop.domain import completeness
from desktop.domain.completeness import FileFacts, Part
from desktop.domain.consents import SIGNED
from desktop.models.assessments import Assessment
from desktop.models.documents import Agreement, Consent, Document
from desktop.models.exchange import Change
from desktop.models.people import Episode, Person
from desktop.models.scans import Scan
from desktop.models.trainings import Attendance
from desktop.models.visits import Visit
from desktop.services import codes, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

COVER = "file_cover"
_CLOSED = "closed"
_AT_ONCE = 500  # ids in one question

Lacking = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Known:
    """The facts of one file, and the day on which its parts are judged: a closed file as it was when it was closed."""

    facts: FileFacts
    on: date


@cache
def parts() -> tuple[Part, ...]:
    """Return the parts of a file in their order."""
    entries = resources.table("people/parts.toml")["parts"]
    return tuple(Part.of(entry["code"], entries[entry["code"]]) for entry in codes.entries("file_part"))


def lacking(db: Session, on: date) -> Lacking:
    """Return the codes of the parts that each file lacks, of everybody not archived; kept until something changes."""
    memory: dict[str, Any] | None = db.info.get("memory")
    basis = (on, db.scalar(select(func.max(Change.seq))) or 0)
    if memory is not None and memory.get("lacking", (None,))[0] == basis:
        kept: Lacking = memory["lacking"][1]
        return kept
    known = facts_of(db, None, on)
    found = {one: completeness.lacking(parts(), each.facts, each.on) for one, each in known.items()}
    if memory is not None:
        memory["lacking"] = (basis, found)
    return found


def facts_of(db: Session, ids: Collection[str] | None, on: date) -> dict[str, Known]:
    """Return what the rule of the parts asks, by client; None means everybody who is not archived."""
    has, since, ended = _has(db, ids), _since(db, ids), closed(db, ids)
    query = select(Person.id, Person.is_draft, Person.filed_on, Person.created_at)
    query = query.where(standings.among(Person.id, ids), Person.is_deleted.is_(False))
    if ids is None:
        query = query.where(Person.archived_on.is_(None))
    found = {}
    for person_id, is_draft, filed_on, created_at in db.execute(query):
        began = dict(since.get(person_id, {}))
        own = set(has.get(person_id, ()))
        if not is_draft:
            began["registered"] = filed_on or created_at.date()
            own.add("basics")
        closed_on = ended.get(person_id)
        if closed_on is not None:
            began[_CLOSED] = closed_on
        found[person_id] = Known(FileFacts(began, frozenset(own)), min(on, closed_on) if closed_on else on)
    return found


def people_with(db: Session, ids: Sequence[str], limit: int | None) -> list[Any]:
    """Return id, name, file_no and village of clients, sorted by file number."""
    columns = (Person.id, Person.name, Person.file_no, Person.village)
    found: list[Any] = []
    for place in range(0, len(ids), _AT_ONCE):
        found += db.execute(select(*columns).where(Person.id.in_(ids[place : place + _AT_ONCE]))).all()
    return sorted(found, key=lambda one: one.file_no)[:limit]


def _has(db: Session, ids: Collection[str] | None) -> dict[str, set[str]]:
    """Return what fills a part, by client."""
    found: dict[str, set[str]] = defaultdict(set)
    for questions in (_papers(ids), _records(ids)):
        for query, prefix in questions:
            for person_id, word in db.execute(query):
                found[person_id].add(f"{prefix}{word}")
    return found


def _papers(ids: Collection[str] | None) -> Iterator[tuple[Any, str]]:
    for table, word in ((Consent, "consent"), (Agreement, "agreement")):
        yield _distinct(table, ids, literal(word), table.status.in_(sorted(SIGNED))), ""
    yield _distinct(Document, ids, Document.kind, Document.kind == COVER), "paper."
    yield _distinct(Scan, ids, Scan.part), "scan."


def _records(ids: Collection[str] | None) -> Iterator[tuple[Any, str]]:
    attended = [entry["code"] for entry in codes.entries("attendance") if entry.get("attended")]
    methods = [entry["code"] for entry in codes.entries("visit_method") if entry.get("counts")]
    nobody = [entry["code"] for entry in codes.entries("visit_met") if entry.get("is_nobody")]
    word = literal("service")
    yield _distinct(Attendance, ids, word, Attendance.state.in_(attended)), ""
    yield _distinct(Visit, ids, word, Visit.method.in_(methods), Visit.met.not_in(nobody)), ""
    yield _distinct(Assessment, ids, Assessment.kind), "assessment."


def _distinct(table: Any, ids: Collection[str] | None, word: Any, *wanted: Any) -> Any:
    query = select(table.person_id, word).where(standings.among(table.person_id, ids), table.is_deleted.is_(False))
    return query.where(*wanted).distinct()


def _since(db: Session, ids: Collection[str] | None) -> dict[str, dict[str, date]]:
    """Return since when each client is served (both papers ran, else the case began), and the first emergency."""
    found: dict[str, dict[str, date]] = defaultdict(dict)
    served = [state.code for state in codes.lifecycle().states.values() if state.in_service]
    opened = select(Episode.person_id, Episode.opened_on).where(
        standings.among(Episode.person_id, ids), Episode.is_deleted.is_(False), Episode.state.in_(served)
    )
    for person_id, day in db.execute(opened.order_by(Episode.opened_on)):
        found[person_id]["in_service"] = day
    firsts = [_firsts(db, table, ids) for table in (Consent, Agreement)]
    for person_id in firsts[0].keys() & firsts[1].keys():
        found[person_id]["in_service"] = max(first[person_id] for first in firsts)
    for person_id, day in _emergencies(db, ids):
        found[person_id]["emergency"] = day
    return found


def _firsts(db: Session, table: type[Consent | Agreement], ids: Collection[str] | None) -> dict[str, date]:
    query = select(table.person_id, func.min(table.valid_from)).where(
        standings.among(table.person_id, ids), table.is_deleted.is_(False), table.status.in_(sorted(SIGNED)),
        table.valid_from.is_not(None),
    )  # fmt: skip
    return {person_id: day for person_id, day in db.execute(query.group_by(table.person_id)) if day is not None}


def _emergencies(db: Session, ids: Collection[str] | None) -> Iterable[Any]:
    level = codes.rules("visits")["emergency_danger_level"]
    query = select(Visit.person_id, func.min(Visit.visited_on)).where(
        standings.among(Visit.person_id, ids), Visit.is_deleted.is_(False), Visit.danger_level >= level
    )
    return db.execute(query.group_by(Visit.person_id)).all()


def closed(db: Session, ids: Collection[str] | None) -> dict[str, date]:
    """Return the day on which the newest case of a client was closed, of those whose newest case is closed."""
    columns = (Episode.person_id, Episode.state, Episode.closed_on, Episode.opened_on)
    query = select(*columns).where(standings.among(Episode.person_id, ids), Episode.is_deleted.is_(False))
    newest = {row.person_id: row for row in db.execute(query.order_by(Episode.opened_on, Episode.id))}
    return {one: row.closed_on or row.opened_on for one, row in newest.items() if row.state == _CLOSED}
