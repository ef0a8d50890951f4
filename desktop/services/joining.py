"""How two files become one, record by record, and how they part again: over all tables that name a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint, event, or_, select

from desktop import resources
from desktop.domain.joins import GONE, Stay, better, leading_stay
from desktop.domain.people import PersonDraft, value_of
from desktop.domain.versions import with_values
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import Base, Record
from desktop.models.people import Episode, Guardian, Person
from desktop.services import codes, counting, enrolling, journal, standings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.services.desk import Desk

Told = list[list[Any]]  # table, id, what it held before (None: made by the joining), revision after


@dataclass(frozen=True)
class Move:
    """One record that names the gone file in `columns`; `twin` is the kept file's that it cannot stand beside."""

    record: Record
    columns: tuple[str, ...]
    twin: Record | None = None
    is_of_both: bool = False  # it names both files, and would name one twice

    @property
    def stays(self) -> bool:
        """Whether the record stays with the gone file, as removed."""
        return self.twin is not None or self.is_of_both


@dataclass
class Recorder:
    """Notes what every record held before it was changed."""

    before: dict[Record, dict[str, object]] = field(default_factory=dict)
    made: dict[Record, None] = field(default_factory=dict)

    @contextmanager
    def watching(self, db: Session) -> Iterator[None]:
        """Note what is flushed inside."""
        event.listen(db, "before_flush", self._note)
        try:
            yield
            db.flush()
        finally:
            event.remove(db, "before_flush", self._note)

    def _note(self, session: Session, _context: object, _instances: object) -> None:
        self.made |= {record: None for record in session.new if isinstance(record, Record)}
        for record in session.dirty:
            if isinstance(record, Record) and record not in self.made and record not in self.before:
                self.before[record] = journal.stored(session, record)

    def told(self) -> Told:
        """Return what was noted, as it is stored."""
        made: Told = [[one.__tablename__, one.id, None, one.revision] for one in self.made]
        changed = [
            [one.__tablename__, one.id, before, one.revision]
            for one, held in self.before.items()
            if (before := {name: value for name, value in held.items() if value != journal.plain(getattr(one, name))})
        ]
        return [*made, *changed]


_STAMPS = frozenset({"revision", "created_at", "created_by", "updated_at", "updated_by"})


def rules() -> Mapping[str, Any]:
    """Return resources/people/joins.toml."""
    return resources.table("people/joins.toml")


@cache
def moving() -> dict[type[Record], tuple[str, ...]]:
    """Return the tables whose records go over to the kept file, each with the columns that name a person."""
    known = resources.table("people/tables.toml")["tables"]
    return {journal.record_type(name): naming(name) for name, told in known.items() if told["join"] == "move"}


def naming(table: str) -> tuple[str, ...]:
    """Return the columns of a table that name a person."""
    columns = Base.metadata.tables[table].c
    return tuple(one.name for one in columns if any(key.column.table.name == "person" for key in one.foreign_keys))


def moves(db: Session, kept_id: str, gone_id: str) -> list[Move]:
    """Return every record that names the gone file and what becomes of it, removed ones too; changes nothing."""
    return [move for model, columns in moving().items() for move in _moves_of(db, model, columns, kept_id, gone_id)]


def _moves_of(db: Session, model: type[Record], columns: Sequence[str], kept_id: str, gone_id: str) -> Iterator[Move]:
    records = _naming_one(db, model, columns, gone_id)
    if not records:
        return
    there = _naming_one(db, model, columns, kept_id)
    uniques = [names for names in _uniques(model) if set(names) & set(columns)]
    taken = {(names, _key(one, names, {})): one for names in uniques for one in there}
    for record in records:
        named = tuple(name for name in columns if getattr(record, name) == gone_id)
        put = dict.fromkeys(named, kept_id)
        others = {getattr(record, name) for name in columns} - {gone_id}
        twin = next((one for names in uniques if (one := taken.get((names, _key(record, names, put))))), None)
        yield Move(record, named, twin, is_of_both=kept_id in others)


def _naming_one(db: Session, model: type[Record], columns: Iterable[str], person_id: str) -> Sequence[Record]:
    wanted = or_(*[getattr(model, name) == person_id for name in columns])
    return db.scalars(select(model).where(wanted).order_by(model.id)).all()


def _uniques(model: type[Record]) -> list[tuple[str, ...]]:
    constraints = model.__table__.constraints  # type: ignore[attr-defined]  # a table of ours, no view
    return [tuple(c.name for c in one.columns) for one in constraints if isinstance(one, UniqueConstraint)]


def _key(record: Record, names: Iterable[str], put: Mapping[str, str]) -> tuple[object, ...]:
    return tuple(put.get(name, getattr(record, name)) for name in names)


def counts(found: Iterable[Move]) -> tuple[Counter[str], Counter[str]]:
    """Return how many records of each table go over, and how many stay because the kept file has the same."""
    over, twice = Counter[str](), Counter[str]()
    for move in found:
        if not move.record.is_deleted:
            (twice if move.stays else over)[move.record.__tablename__] += 1
    return over, twice


def carry_over(found: Iterable[Move], kept_id: str) -> None:
    """Let records name the kept file; what cannot stand twice is told by one of the two."""
    for move in found:
        if move.twin is not None and not move.record.is_deleted:
            _settle_twins(move.twin, move.record)
        if move.stays:
            move.record.is_deleted = True
            continue
        for name in move.columns:
            setattr(move.record, name, kept_id)


def _settle_twins(kept: Record, gone: Record) -> None:
    rule = rules()["twins"].get(kept.__tablename__)
    if kept.is_deleted:
        kept.is_deleted = False
        for column in kept.__table__.columns:
            if column.name not in _STAMPS and not column.foreign_keys and column.name not in ("id", "station_id"):
                setattr(kept, column.name, getattr(gone, column.name))
        return
    if rule and better(getattr(kept, rule["by"]), getattr(gone, rule["by"]), rule["order"]):
        for name in rule["copied"]:
            setattr(kept, name, getattr(gone, name))


def stays_of(db: Session, person_ids: Collection[str]) -> tuple[Stay, ...]:
    """Return the stays of some files in the service."""
    lifecycle = codes.lifecycle()
    order = list(lifecycle.states)
    query = select(Episode).where(Episode.person_id.in_(person_ids), Episode.is_deleted.is_(False))
    return tuple(
        Stay(one.id, one.opened_on, one.closed_on is None and _goes_on(one.state), order.index(one.state))
        for one in db.scalars(query.order_by(Episode.id))
    )


_PAUSED = "suspended"


def _goes_on(state: str) -> bool:
    return state == _PAUSED or not codes.lifecycle().is_away(state)


def settle_stays(db: Session, person_id: str) -> None:
    """Leave one stay that goes on, from its earliest day; the same one told twice is removed."""
    leading, twice, first = leading_stay(stays_of(db, (person_id,)))
    for episode in db.scalars(select(Episode).where(Episode.person_id == person_id)):
        if episode.id in twice:
            episode.is_deleted = True
        elif episode.id == leading and first is not None:
            episode.opened_on = first


def in_office(db: Session, person_id: str) -> Sequence[Guardian]:
    """Return the guardians of a file who are in office, the current one last."""
    wanted = (Guardian.person_id == person_id) & standings.is_guardian_now()
    return db.scalars(select(Guardian).where(wanted).order_by(Guardian.id)).all()


def settle_guardians(db: Session, person_id: str, chosen: Guardian | None, other: Guardian | None, on: date) -> None:
    """Leave the chosen guardian as the one who signs: the other file's, and who came after the chosen one, end."""
    if chosen is None:
        return
    for guardian in in_office(db, person_id):
        if guardian.id == (other.id if other else None) or guardian.id > chosen.id:
            guardian.to_on = on


def settle_marks(kept: Person, gone: Person) -> None:
    """Let a restriction of either file hold for the joined one; archived is only what both were."""
    days = [day for day in (kept.restricted_on, gone.restricted_on) if day is not None]
    kept.restricted_on = min(days, default=None)
    if gone.archived_on is None:
        kept.archived_on = None


def chosen_draft(moved: PersonDraft, kept: PersonDraft, gone: PersonDraft, sides: Mapping[str, str]) -> PersonDraft:
    """Return the form of the joined file: each field from the side chosen for it; rows are those of both."""
    values = {name: value_of(gone if side == GONE else kept, name) for name, side in sides.items()}
    rows = {name: getattr(moved, name) for name in ("contacts", "medications", "care_team")}
    return replace(with_values(kept, values), **rows)


def join(db: Session, desk: Desk, kept: Person, gone: Person, sides: Mapping[str, str]) -> tuple[Told, Counter[str]]:
    """Make one file of two inside a write; return what every record held before, and what went over by table."""
    recorder, today = Recorder(), desk.clock.today()
    drafts = enrolling.draft_of(db, kept), enrolling.draft_of(db, gone)
    chosen, other = standings.current_guardian(db, kept.id), standings.current_guardian(db, gone.id)
    if sides.get("guardian.name") == GONE:
        chosen, other = other, chosen
    with recorder.watching(db):
        found = moves(db, kept.id, gone.id)
        over, _ = counts(found)
        carry_over(found, kept.id)
        settle_marks(kept, gone)
        gone.is_deleted = True
        db.flush()
        settle_stays(db, kept.id)
        settle_guardians(db, kept.id, chosen, other, today)
        db.flush()
        moved = enrolling.draft_of(db, kept)
        enrolling.revise_person(db, desk, kept, chosen_draft(moved, *drafts, sides), is_forced=True)
        counting.after_papers(db, (kept.id,), today)
    return recorder.told(), over


def part(db: Session, told: Told) -> None:
    """Put every record back as it was before the joining inside a write; refuses when somebody worked on since."""
    records = {record_id: db.get_one(journal.record_type(table), record_id) for table, record_id, *_ in told}
    _refuse_changed(told, records)
    _refuse_used(db, told)
    for _, record_id, before, _ in told:
        if before is None:
            records[record_id].is_deleted = True
        else:
            journal.put_back(records[record_id], before)
    db.flush()


def _refuse_changed(told: Told, records: Mapping[str, Record]) -> None:
    changed = Counter(table for table, record_id, _, revision in told if records[record_id].revision != revision)
    if changed:
        named = tr("、").join(label_of(table) for table in changed)
        raise _later(tr("合并以后又改过：{what}。", what=named))


def _refuse_used(db: Session, told: Told) -> None:
    """Refuse while a later record leans on one that would go back: a consent on a guardian of the other file."""
    leaving = {record_id: table for table, record_id, before, _ in told if _leaves(table, before)}
    for model, name in _leaning(frozenset(leaving.values())):
        column = getattr(model, name)
        rows = db.execute(select(model.id, column).where(column.is_not(None), model.is_deleted.is_(False)))
        if any(target in leaving and record_id not in leaving for record_id, target in rows):
            raise _later(tr("合并以后新登记的{what}用到了并入的内容。", what=label_of(model.__tablename__)))


def _leaves(table: str, before: Mapping[str, object] | None) -> bool:
    """Say whether a record would leave the kept file: to the other one, or because the joining made it."""
    return before is None or any(name in before for name in naming(table))


def _leaning(tables: Collection[str]) -> Iterator[tuple[type[Record], str]]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record):
            for column in mapper.class_.__table__.c:
                if any(key.column.table.name in tables for key in column.foreign_keys):
                    yield mapper.class_, column.name


def _later(why: str) -> ValidationError:
    return ValidationError("joined_since", why, tr("不能再撤销合并。请在留下的档案里改正。"))


def label_of(table: str) -> str:
    """Return the words for a table of the files."""
    known = resources.table("people/labels.toml")["tables"]
    return tr(known[table]["label"]) if table in known else table
