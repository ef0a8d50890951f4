"""The list of clients: a page of rows for the screen and the terminal, in a handful of questions whatever the page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, true

from desktop.domain.identity import age_on, mask_birth, mask_id, mask_phone
from desktop.models.people import Person
from desktop.services import duties, roll, searching, sorting, standings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from desktop.domain.reminders import Duty, ReminderRules


@dataclass(frozen=True)
class PeopleFilters:
    """What the list is narrowed to: codes, any of one kind, all kinds together; empty means no matter."""

    state: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    service_class: tuple[str, ...] = ()
    service_mode: tuple[str, ...] = ()
    village: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()  # kinds of duty
    missing: tuple[str, ...] = ()  # codes people_missing


@dataclass(frozen=True)
class PeopleQuery:
    """What the list asks for; `after` is the cursor of the last page, `only` a filter chip."""

    search: str = ""
    only: str = "all"  # all, in_service, paper_missing, paper_expiring, visit_due, drafts, mine
    limit: int = 200
    after: str | None = None
    sort: str = "file_no"  # file_no, name, age, village, diagnosis, risk, consent, agreement, visit, state
    is_descending: bool = False
    filters: PeopleFilters = PeopleFilters()


@dataclass(frozen=True)
class PersonRow:
    """One line of the list; ID and telephone are masked, states are codes (see Standing)."""

    id: str
    file_no: str
    name: str
    sex: str | None
    birth_on: date | None
    age: int | None
    id_masked: str
    id_listed: str  # the birth date hidden: 990127********002X
    phone_masked: str
    village: str | None
    diagnosis: str
    danger: str  # code danger_level, or empty
    state: str
    service_class: str | None
    consent: str  # in_force, expiring, expired, missing, printed, withdrawn
    consent_until: date | None
    agreement: str  # same words
    agreement_until: date | None
    last_visit_on: date | None
    next_visit_on: date | None
    is_visit_overdue: bool
    is_draft: bool


@dataclass(frozen=True)
class PeoplePage:
    """A page of the list: `total` counts all matches, `next` is the cursor or None."""

    total: int
    rows: tuple[PersonRow, ...]
    next: str | None


_COLUMNS = (
    Person.id, Person.file_no, Person.name, Person.sex, Person.birth_on, Person.id_no, Person.phone, Person.village,
    Person.service_class, Person.is_draft,
)  # fmt: skip
_COUNTED = ("in_service", "paper_missing", "paper_expiring", "visit_due", "drafts")


def page(db: Session, query: PeopleQuery, today: date, actor_id: str) -> PeoplePage:
    """Return the page after the cursor.

    Before the roll of the day is made, only what needs it waits for it: the first list comes from the database.
    """
    is_plain = query.sort == "file_no" and not query.is_descending and query.filters == PeopleFilters()
    kept = roll.of(db)
    if is_plain and (kept is None or not kept.is_made):
        return _asked(db, query, today, actor_id)
    found = duties.everybody(db, today)
    parameters = duties.rules(db)
    wanted = _wanted(db, found, query, today, actor_id)
    order = sorting.order_of(found, query.sort, today, parameters)
    ids = order.walk(sorting.read_cursor(query.sort, query.after), query.is_descending)
    cut = sorting.cut(ids, wanted, query.limit + 1)
    shown = cut[: query.limit]
    total = len(found.clients if wanted is None else wanted)
    has_more = len(cut) > query.limit and bool(shown)
    end = sorting.cursor_of(query.sort, found.clients[shown[-1]], today, parameters) if has_more else None
    return PeoplePage(total, rows_in(db, shown, today), end)


def ids_of(db: Session, query: PeopleQuery, today: date, actor_id: str) -> list[str]:
    """Return everybody whom a query finds, in its order."""
    found = duties.everybody(db, today)
    wanted = _wanted(db, found, query, today, actor_id)
    order = sorting.order_of(found, query.sort, today, duties.rules(db))
    return sorting.cut(order.walk(None, query.is_descending), wanted, len(found.clients))


def _asked(db: Session, query: PeopleQuery, today: date, actor_id: str) -> PeoplePage:
    """Return the page sorted by file number as the database knows it."""
    wanted = and_(searching.matches(query.search), _filter(db, query.only, today, actor_id))
    beyond = true() if query.after is None else Person.file_no > query.after
    found = select(*_COLUMNS).where(wanted, beyond).order_by(Person.file_no).limit(query.limit + 1)
    people = db.execute(found).all()
    shown, has_more = people[: query.limit], len(people) > query.limit
    total = len(people)
    if has_more or query.after is not None:
        total = db.scalar(select(func.count()).select_from(Person).where(wanted)) or 0
    return PeoplePage(total, _rows(db, shown, today), shown[-1].file_no if has_more and shown else None)


def _wanted(db: Session, found: roll.Page, query: PeopleQuery, today: date, actor_id: str) -> frozenset[str] | None:
    """Return who matches search, chip and filters; None for everybody."""
    people = found.clients
    for word in searching.words_of(query.search):
        one, *other = searching.parts_of(word)
        people = {
            person_id: client
            for person_id, client in people.items()
            if one in client.entry.search_text or (other and other[0] in client.entry.search_text)
        }
    if query.only != "all":
        chosen = _filter(db, query.only, today, actor_id)
        inside = frozenset(db.scalars(select(Person.id).where(chosen, Person.is_deleted.is_(False))))
        people = {person_id: client for person_id, client in people.items() if person_id in inside}
    if query.filters != PeopleFilters():
        people = dict(_narrowed(db, people, query.filters, today))
    return None if people is found.clients else frozenset(people)


def _narrowed(
    db: Session, people: Mapping[str, duties.Client], filters: PeopleFilters, today: date
) -> Iterator[tuple[str, duties.Client]]:
    """Give those who have one of the wanted values of each kind."""
    late = _late(db, today) if filters.overdue else {}
    kinds = [(field.name, frozenset(getattr(filters, field.name))) for field in fields(filters)]
    asked = [(_VALUES[name], wanted) for name, wanted in kinds if wanted and name != "overdue"]
    overdue = frozenset(filters.overdue)
    for person_id, client in people.items():
        if all(wanted.intersection(values(client)) for values, wanted in asked) and (
            not overdue or overdue & late.get(person_id, frozenset())
        ):
            yield person_id, client


def _late(db: Session, today: date) -> dict[str, frozenset[str]]:
    """Return the kinds of duty that are overdue, by client."""
    return {
        client.facts.person_id: frozenset(duty.kind for duty in owed if duty.group == "overdue")
        for client, owed in duties.owed(db, today)
    }


def _missing(client: duties.Client) -> tuple[str, ...]:
    papers = {"consent": client.facts.consent, "agreement": client.facts.agreement}
    return (*client.entry.missing, *(name for name, paper in papers.items() if not paper.is_in_force))


_VALUES: dict[str, Callable[[duties.Client], tuple[str, ...]]] = {
    "state": lambda client: (client.state,),
    "risk": lambda client: (client.entry.danger,),
    "service_class": lambda client: (client.facts.service_class,),
    "service_mode": lambda client: (client.entry.mode,),
    "village": lambda client: (client.village or "",),
    "missing": _missing,
}


def rows_of(db: Session, person_ids: Collection[str], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients, sorted by file number."""
    query = select(*_COLUMNS).where(Person.id.in_(person_ids), Person.is_deleted.is_(False)).order_by(Person.file_no)
    return _rows(db, db.execute(query).all(), today)


def rows_in(db: Session, person_ids: Sequence[str], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients, in this order."""
    rows = {row.id: row for row in rows_of(db, person_ids, today)}
    return tuple(rows[one] for one in person_ids if one in rows)


def _rows(db: Session, people: Sequence[Any], today: date) -> tuple[PersonRow, ...]:
    clients, parameters = duties.clients(db, today, [person.id for person in people]), duties.rules(db)
    return tuple(_row(person, clients[person.id], today, parameters) for person in people)


def counts(db: Session, today: date) -> dict[str, int]:
    """Return how many clients each filter holds."""
    found = dict.fromkeys(("all", *_COUNTED), 0)
    for client, owed in duties.owed(db, today):
        found["all"] += 1
        for chip in _COUNTED:
            found[chip] += _is_in(client, owed, chip)
    return found


def _filter(db: Session, only: str, today: date, actor_id: str) -> ColumnElement[bool]:
    """Return the condition of a filter chip; where rules decide, only those who come into question are looked at."""
    if only == "all":
        return true()
    if only == "drafts":
        return Person.is_draft.is_(True)
    if only == "mine":
        everybody = duties.clients(db, today).values()
        return Person.id.in_([one.facts.person_id for one in everybody if one.who_id == actor_id])
    registered = and_(Person.is_draft.is_(False), Person.is_deleted.is_(False), standings.is_served())
    if only == "in_service":
        return and_(registered, standings.is_in_service())
    if only == "paper_missing":
        return and_(registered, not_(standings.has_papers(today)))
    if only == "paper_expiring":
        nearly = standings.has_paper_ending(today, today + timedelta(days=duties.rules(db).warn_days))
        asked = db.scalars(select(Person.id).where(registered, nearly)).all()
        found = duties.clients(db, today, asked).values()
        return Person.id.in_([one.facts.person_id for one in found if _is_in(one, (), only)])
    owed = duties.owed(db, today)
    return Person.id.in_([one.facts.person_id for one, its_duties in owed if _is_in(one, its_duties, only)])


def _is_in(client: duties.Client, owed: Sequence[Duty], chip: str) -> bool:
    """Say whether a client with these duties belongs to a filter chip."""
    if chip == "drafts":
        return client.facts.is_draft
    if client.is_away or client.facts.is_draft:
        return False
    papers = (client.facts.consent, client.facts.agreement)
    if chip == "in_service":
        return client.is_in_service
    if chip == "paper_missing":
        return not all(paper.is_in_force for paper in papers)
    if chip == "paper_expiring":
        return any(paper.word == "expiring" for paper in papers)
    return chip == "visit_due" and any(duty.kind == "visit" and duty.group != "later" for duty in owed)


def _row(person: Any, client: duties.Client, today: date, parameters: ReminderRules) -> PersonRow:
    due = duties.next_visit(client, today, parameters)
    consent, agreement = client.facts.consent, client.facts.agreement
    return PersonRow(
        id=person.id, file_no=person.file_no, name=person.name, sex=person.sex, birth_on=person.birth_on,
        age=age_on(person.birth_on, today) if person.birth_on else None,
        id_masked=mask_id(person.id_no), id_listed=mask_birth(person.id_no),
        phone_masked=mask_phone(person.phone), village=person.village,
        diagnosis=client.entry.illness, danger=client.entry.danger,
        state=client.state, service_class=person.service_class,
        consent=consent.word, consent_until=consent.until,
        agreement=agreement.word, agreement_until=agreement.until,
        last_visit_on=client.last_visit_on, next_visit_on=due[0] if due else None,
        is_visit_overdue=due is not None and due[0] < today, is_draft=person.is_draft,
    )  # fmt: skip
