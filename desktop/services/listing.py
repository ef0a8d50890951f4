"""The list of clients: a page of rows for the screen and the terminal, in a handful of questions whatever the page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, true

from desktop.domain.identity import age_on, mask_birth, mask_id, mask_phone
from desktop.models.people import Person
from desktop.services import duties, grouping, lacking, roll, searching, sorting

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


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
    lacks: tuple[str, ...] = ()  # parts of the file, codes file_part


@dataclass(frozen=True)
class PeopleQuery:
    """What the list asks for; `after` is the cursor of the last page, `only` a filter chip."""

    search: str = ""
    only: str = "all"  # all, in_service, paper_missing, paper_expiring, visit_due, drafts, archived, mine
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
ARCHIVED = "archived"


def page(db: Session, query: PeopleQuery, today: date, actor_id: str) -> PeoplePage:
    """Return the page after the cursor.

    By file number it needs no roll of the day, which takes a while to make: then the first list comes at once.
    """
    if query.only == "all" and query.filters == PeopleFilters() and _is_by_number(query):
        words = searching.words_of(query.search)
        return _found(db, query, words, today) if words else _all(db, query, today)
    found = duties.everybody(db, today)
    wanted = _wanted(db, found, query, today, actor_id)
    ids = sorting.order_of(found, query.sort).walk(sorting.read_cursor(query.sort, query.after), query.is_descending)
    cut = sorting.cut(ids, wanted, query.limit + 1)
    shown = cut[: query.limit]
    has_more = len(cut) > query.limit and bool(shown)
    end = sorting.cursor_of(query.sort, found.clients[shown[-1]]) if has_more else None
    return PeoplePage(len(wanted), rows_in(db, shown, today), end)


def ids_of(db: Session, query: PeopleQuery, today: date, actor_id: str) -> list[str]:
    """Return everybody whom a query finds, in its order."""
    found = duties.everybody(db, today)
    wanted = _wanted(db, found, query, today, actor_id)
    return sorting.cut(sorting.order_of(found, query.sort).walk(None, query.is_descending), wanted, len(wanted))


def _is_by_number(query: PeopleQuery) -> bool:
    return query.sort == "file_no" and not query.is_descending


def _all(db: Session, query: PeopleQuery, today: date) -> PeoplePage:
    """Return a page of everybody, as an index of the store has them."""
    there = and_(Person.is_deleted.is_(False), Person.archived_on.is_(None))
    beyond = true() if query.after is None else Person.file_no > query.after
    people = db.execute(select(*_COLUMNS).where(there, beyond).order_by(Person.file_no).limit(query.limit + 1)).all()
    shown, has_more = people[: query.limit], len(people) > query.limit
    total = len(people)
    if has_more or query.after is not None:
        total = db.scalar(select(func.count()).select_from(Person).where(there)) or 0
    return PeoplePage(total, _rows(db, shown, today), shown[-1].file_no if has_more and shown else None)


def _found(db: Session, query: PeopleQuery, words: Sequence[str], today: date) -> PeoplePage:
    """Return a page of those in whom the words are found."""
    texts = searching.texts_of(db)
    places = texts.find(words)
    first = 0 if query.after is None else bisect_left(places, bisect_right(texts.lines, (query.after, sorting.LAST)))
    shown = places[first : first + query.limit]
    has_more = bool(shown) and shown[-1] != places[-1]
    return PeoplePage(
        len(places), rows_in(db, texts.ids_at(shown), today), texts.lines[shown[-1]][0] if has_more else None
    )


def _wanted(db: Session, found: roll.Page, query: PeopleQuery, today: date, actor_id: str) -> Collection[str]:
    """Return who matches search, chip and filters: any value of one kind, all kinds together."""
    groups = partial(grouping.groups_of, db, found, on=today)
    parts: list[set[str]] = []
    words = searching.words_of(query.search)
    if words:
        texts = searching.texts_of(db)
        parts.append(set(texts.ids_at(texts.find(words, query.only == ARCHIVED))))
    if query.only == "mine":
        parts.append(groups("who").those((actor_id,)))
    elif query.only != "all":
        parts.append(groups("chip").those((query.only,)))
    filters = {each.name: getattr(query.filters, each.name) for each in fields(PeopleFilters)}
    lacks = frozenset(filters.pop("lacks"))
    if lacks:
        parts.append({one for one, codes in lacking.lacking(db, today).items() if lacks & codes})
    parts += [groups(kind).those(values) for kind, values in filters.items() if values]
    archived = set() if query.only == ARCHIVED else groups("archived").those((ARCHIVED,))
    if not parts:
        return found.clients.keys() - archived if archived else found.clients.keys()
    return set.intersection(*sorted(parts, key=len)) - archived


def prepare(db: Session, today: date) -> None:
    """Have every order, group and text at hand; nothing of it is worked out again until something changes."""
    found = duties.everybody(db, today)
    for kind in grouping.KINDS:
        grouping.groups_of(db, found, kind, today)
    for by in sorting.ORDERS:
        sorting.order_of(found, by)
    searching.texts_of(db)


def rows_of(db: Session, person_ids: Collection[str], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients, sorted by file number."""
    query = select(*_COLUMNS).where(Person.id.in_(person_ids), Person.is_deleted.is_(False)).order_by(Person.file_no)
    return _rows(db, db.execute(query).all(), today)


def rows_in(db: Session, person_ids: Sequence[str], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients, in this order."""
    rows = {row.id: row for row in rows_of(db, person_ids, today)}
    return tuple(rows[one] for one in person_ids if one in rows)


def _rows(db: Session, people: Sequence[Any], today: date) -> tuple[PersonRow, ...]:
    clients = duties.clients(db, today, [person.id for person in people])
    return tuple(_row(person, clients[person.id], today) for person in people)


def counts(db: Session, today: date) -> dict[str, int]:
    """Return how many clients each filter holds."""
    found = duties.everybody(db, today)
    chips = grouping.groups_of(db, found, "chip", today).ids
    numbers = {chip: len(chips.get(chip, ())) for chip in grouping.CHIPS}
    return {"all": len(found.clients) - numbers[ARCHIVED], **numbers}


def _row(person: Any, client: duties.Client, today: date) -> PersonRow:
    due = client.visit_due
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
