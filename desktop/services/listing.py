"""The list of clients: a page of rows for the screen and the terminal, in a handful of questions whatever the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, true

from desktop.domain.identity import age_on, mask_id, mask_phone
from desktop.models.people import ClinicalProfile, Person
from desktop.services import codes, duties, searching, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from desktop.domain.reminders import Duty, ReminderRules


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


_COLUMNS = (
    Person.id, Person.file_no, Person.name, Person.sex, Person.birth_on, Person.id_no, Person.phone, Person.village,
    Person.service_class, Person.is_draft,
)  # fmt: skip
_COUNTED = ("in_service", "paper_missing", "paper_expiring", "visit_due", "drafts")


def page(db: Session, query: PeopleQuery, today: date, actor_id: str) -> PeoplePage:
    """Return the page after the cursor, sorted by file number."""
    wanted = and_(searching.matches(query.search), _filter(db, query.only, today, actor_id))
    beyond = true() if query.after is None else Person.file_no > query.after
    found = select(*_COLUMNS).where(wanted, beyond).order_by(Person.file_no).limit(query.limit + 1)
    people = db.execute(found).all()
    shown, has_more = people[: query.limit], len(people) > query.limit
    total = len(people)
    if has_more or query.after is not None:
        total = db.scalar(select(func.count()).select_from(Person).where(wanted)) or 0
    return PeoplePage(total, _rows(db, shown, today), shown[-1].file_no if has_more and shown else None)


def rows_of(db: Session, person_ids: Collection[str], today: date) -> tuple[PersonRow, ...]:
    """Return lines of the list for these clients, sorted by file number."""
    query = select(*_COLUMNS).where(Person.id.in_(person_ids), Person.is_deleted.is_(False)).order_by(Person.file_no)
    return _rows(db, db.execute(query).all(), today)


def _rows(db: Session, people: Sequence[Any], today: date) -> tuple[PersonRow, ...]:
    ids = [person.id for person in people]
    clients, illness = duties.clients(db, today, ids), _illness(db, ids)
    parameters = duties.rules(db)
    return tuple(_row(person, clients[person.id], illness.get(person.id, ""), today, parameters) for person in people)


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


def _row(person: Any, client: duties.Client, illness: str, today: date, parameters: ReminderRules) -> PersonRow:
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
