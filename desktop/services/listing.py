"""The list of clients: a page of rows for the screen and the terminal, in a handful of questions whatever the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, true

from desktop.domain.identity import age_on, mask_id, mask_phone
from desktop.models.people import ClinicalProfile, Person
from desktop.services import codes, duties, searching, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from desktop.domain.reminders import ReminderRules


@dataclass(frozen=True)
class PeopleQuery:
    """What the list asks for; `after` is the cursor of the last page, `only` a filter chip."""

    search: str = ""
    only: str = "all"  # all, in_service, paper_missing, paper_expiring, visit_due, drafts, mine
    limit: int = 200
    after: str | None = None


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
    phone_masked: str
    village: str | None
    diagnosis: str
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


_COUNTED = ("in_service", "paper_missing", "paper_expiring", "visit_due", "drafts")


def page(db: Session, query: PeopleQuery, today: date, actor_id: str) -> PeoplePage:
    """Return the page after the cursor, sorted by file number."""
    wanted = and_(searching.matches(query.search), _filter(db, query.only, today, actor_id))
    total = db.scalar(select(func.count()).select_from(Person).where(wanted)) or 0
    beyond = true() if query.after is None else Person.file_no > query.after
    found = select(Person).where(wanted, beyond).order_by(Person.file_no).limit(query.limit + 1)
    people = db.scalars(found).all()
    shown = people[: query.limit]
    following = shown[-1].file_no if len(people) > query.limit and shown else None
    return PeoplePage(total, rows(db, shown, today), following)


def rows(db: Session, people: Sequence[Person], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients."""
    ids = [person.id for person in people]
    clients, illness = duties.clients(db, today, ids), _illness(db, ids)
    parameters = duties.rules(db)
    return tuple(_row(person, clients[person.id], illness.get(person.id, ""), today, parameters) for person in people)


def counts(db: Session, today: date) -> dict[str, int]:
    """Return how many clients each filter holds."""
    parameters = duties.rules(db)
    found = dict.fromkeys(("all", *_COUNTED), 0)
    for client in duties.clients(db, today).values():
        found["all"] += 1
        for chip in _COUNTED:
            found[chip] += _is_in(client, chip, today, parameters)
    return found


def _filter(db: Session, only: str, today: date, actor_id: str) -> ColumnElement[bool]:
    """Return the condition of a filter chip; the ones that need rules are answered by the rules themselves."""
    if only == "all":
        return true()
    if only == "drafts":
        return Person.is_draft.is_(True)
    if only == "in_service":
        states = [state.code for state in codes.lifecycle().states.values() if state.in_service]
        return and_(Person.is_draft.is_(False), standings.newest_state().in_(states))
    parameters = duties.rules(db)
    clients = duties.clients(db, today).values()
    if only == "mine":
        return _one_of(one.facts.person_id for one in clients if one.who_id == actor_id)
    return _one_of(one.facts.person_id for one in clients if _is_in(one, only, today, parameters))


def _one_of(ids: Iterable[str]) -> ColumnElement[bool]:
    return Person.id.in_(list(ids))


def _is_in(client: duties.Client, chip: str, today: date, parameters: ReminderRules) -> bool:
    """Say whether a client belongs to a filter chip."""
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
    due = duties.next_visit(client, today, parameters)
    return chip == "visit_due" and due is not None and duties.is_soon(due[0], today, parameters)


def _row(person: Person, client: duties.Client, illness: str, today: date, parameters: ReminderRules) -> PersonRow:
    due = duties.next_visit(client, today, parameters)
    consent, agreement = client.facts.consent, client.facts.agreement
    return PersonRow(
        id=person.id, file_no=person.file_no, name=person.name, sex=person.sex, birth_on=person.birth_on,
        age=age_on(person.birth_on, today) if person.birth_on else None,
        id_masked=mask_id(person.id_no), phone_masked=mask_phone(person.phone), village=person.village,
        diagnosis=illness, state=client.state, service_class=person.service_class,
        consent=consent.word, consent_until=consent.until,
        agreement=agreement.word, agreement_until=agreement.until,
        last_visit_on=client.last_visit_on, next_visit_on=due[0] if due else None,
        is_visit_overdue=due is not None and due[0] < today, is_draft=person.is_draft,
    )  # fmt: skip


def _illness(db: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the diagnosis in words of each client, from the newest version."""
    columns = (ClinicalProfile.person_id, ClinicalProfile.diagnosis_text, ClinicalProfile.diagnosis_category)
    query = select(*columns).where(ClinicalProfile.person_id.in_(ids), ClinicalProfile.is_deleted.is_(False))
    return {
        person_id: text or codes.label_of("diagnosis_category", category)
        for person_id, text, category in db.execute(query.order_by(ClinicalProfile.noted_on, ClinicalProfile.id))
    }
