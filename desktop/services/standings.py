"""Where clients stand: papers, episode and guardian of many people in a few questions to the database."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, true

from desktop.domain.consents import SIGNED, PaperFacts, PersonFacts, ScopeFacts, may
from desktop.models.documents import Agreement, Consent, ConsentScope
from desktop.models.exchange import Enrolment
from desktop.models.people import Episode, Guardian, Person
from desktop.services import codes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from desktop.domain.faults import Verdict

NOWHERE = "applied"


def verdicts(db: Session, person_ids: Collection[str], act: str, on: date) -> dict[str, Verdict]:
    """Answer `may` for many clients; somebody unknown gets the answer of an empty file."""
    rules, basis = codes.consent_rules(), legal_basis(db)
    is_asked = rules.acts[act].basis in ("", basis)
    facts = facts_of(db, person_ids) if is_asked else {}
    return {one: may(facts.get(one, PersonFacts()), act, on, rules, basis) for one in person_ids}


def legal_basis(db: Session) -> str:
    """Return the basis on which data goes to the county, as agreed at enrolment; "consent" before that."""
    return db.scalar(select(Enrolment.legal_basis).order_by(Enrolment.enrolled_at.desc()).limit(1)) or "consent"


def facts_of(db: Session, person_ids: Collection[str] | None, with_scopes: bool = True) -> dict[str, PersonFacts]:
    """Return what the rules about papers need to know, by client; None means everybody."""
    consents, agreements = papers_of(db, person_ids, _scopes(db, person_ids) if with_scopes else {})
    states, guarded = states_of(db, person_ids), _guarded(db, person_ids)
    people = select(Person.id, Person.birth_on, Person.capacity_status).where(among(Person.id, person_ids))
    return {
        one: PersonFacts(
            birth_on, capacity, one in guarded, states.get(one, NOWHERE),
            tuple(consents.get(one, ())), tuple(agreements.get(one, ())),
        )
        for one, birth_on, capacity in db.execute(people.where(Person.is_deleted.is_(False)))
    }  # fmt: skip


def papers_of(
    db: Session, person_ids: Collection[str] | None, scopes: Mapping[str, list[ScopeFacts]] | None = None
) -> tuple[dict[str, list[PaperFacts]], dict[str, list[PaperFacts]]]:
    """Return consents and agreements by client; with the tick-boxes when these are given by consent."""
    return (
        _papers(db, Consent, Consent.withdrawn_on, person_ids, scopes or {}),
        _papers(db, Agreement, Agreement.ended_on, person_ids, {}),
    )


def states_of(db: Session, person_ids: Collection[str] | None) -> dict[str, str]:
    """Return the state of the newest episode of each client."""
    query = select(Episode.person_id, Episode.state).where(among(Episode.person_id, person_ids))
    found = db.execute(query.where(Episode.is_deleted.is_(False)).order_by(Episode.opened_on, Episode.id))
    return dict(found.all())  # the last one of a client wins


def is_served() -> ColumnElement[bool]:
    """Return the condition "this client is not away": neither suspended nor closed, rejected or withdrawn."""
    return _has_case([state.code for state in codes.lifecycle().states.values() if not state.is_away])


def is_in_service() -> ColumnElement[bool]:
    """Return the condition "services for this client may be counted": signed or in service."""
    return _has_case([state.code for state in codes.lifecycle().states.values() if state.in_service])


def _has_case(states: list[str]) -> ColumnElement[bool]:
    """Return the condition on Person; earlier cases are closed, so the states tell without asking which is newest."""
    return Person.id.in_(select(Episode.person_id).where(Episode.state.in_(states), Episode.is_deleted.is_(False)))


def has_papers(on: date) -> ColumnElement[bool]:
    """Return the condition "consent and agreement are both in force on this day", as domain.consents decides it."""
    return and_(_covered(Consent, Consent.withdrawn_on, on), _covered(Agreement, Agreement.ended_on, on))


def has_paper_ending(on: date, until: date) -> ColumnElement[bool]:
    """Return the condition "a paper in force today ends by a day"; renewals are not looked at."""
    ending = [
        select(table.person_id).where(_covers(table, ended_on, on), table.valid_to <= until)
        for table, ended_on in ((Consent, Consent.withdrawn_on), (Agreement, Agreement.ended_on))
    ]
    return or_(*[Person.id.in_(one) for one in ending])


def _covered(
    table: type[Consent | Agreement], ended_on: InstrumentedAttribute[date | None], on: date
) -> ColumnElement[bool]:
    return Person.id.in_(select(table.person_id).where(_covers(table, ended_on, on)))


def _covers(
    table: type[Consent | Agreement], ended_on: InstrumentedAttribute[date | None], on: date
) -> ColumnElement[bool]:
    """Return PaperFacts.covers as a condition."""
    return and_(
        table.is_deleted.is_(False),
        table.status.in_(sorted(SIGNED)),
        table.valid_from <= on,
        or_(table.valid_to.is_(None), table.valid_to >= on),
        or_(ended_on.is_(None), ended_on > on),
    )


def still_served(db: Session, person_ids: Collection[str]) -> frozenset[str]:
    """Return those of the clients who are not away."""
    query = select(Person.id).where(Person.id.in_(person_ids), Person.is_deleted.is_(False), is_served())
    return frozenset(db.scalars(query))


def _papers(
    db: Session,
    table: type[Consent | Agreement],
    ended_on: InstrumentedAttribute[date | None],
    person_ids: Collection[str] | None,
    scopes: Mapping[str, list[ScopeFacts]],
) -> dict[str, list[PaperFacts]]:
    query = select(
        table.id, table.person_id, table.status, table.valid_from, table.valid_to, ended_on, table.is_guardian_signed
    )
    found: dict[str, list[PaperFacts]] = defaultdict(list)
    for paper_id, person_id, status, first, last, ended, is_guardian_signed in db.execute(
        query.where(among(table.person_id, person_ids), table.is_deleted.is_(False))
    ):
        answers = tuple(scopes.get(paper_id, ()))
        found[person_id].append(PaperFacts(status, first, last, ended, is_guardian_signed, answers))
    return found


def _scopes(db: Session, person_ids: Collection[str] | None) -> dict[str, list[ScopeFacts]]:
    columns = (ConsentScope.consent_id, ConsentScope.scope, ConsentScope.is_agreed, ConsentScope.withdrawn_on)
    query = select(*columns).where(among(ConsentScope.person_id, person_ids), ConsentScope.is_deleted.is_(False))
    found: dict[str, list[ScopeFacts]] = defaultdict(list)
    for consent_id, scope, is_agreed, withdrawn_on in db.execute(query):
        found[consent_id].append(ScopeFacts(scope, is_agreed, withdrawn_on))
    return found


def _guarded(db: Session, person_ids: Collection[str] | None) -> frozenset[str]:
    query = select(Guardian.person_id).where(among(Guardian.person_id, person_ids), is_guardian_now())
    return frozenset(db.scalars(query))


def is_guardian_now() -> ColumnElement[bool]:
    """Return the condition "this row is a guardian in office"."""
    return Guardian.is_guardian.is_(True) & Guardian.is_deleted.is_(False) & Guardian.to_on.is_(None)


def among(column: InstrumentedAttribute[str], ids: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition "one of these clients"; everybody needs no list."""
    return true() if ids is None else column.in_(ids)


def restricted(db: Session, person_ids: Collection[str] | None) -> set[str]:
    """Return those of the clients whose files are closed to views (限制处理); None asks about everybody."""
    return set(db.scalars(select(Person.id).where(among(Person.id, person_ids), Person.restricted_on.is_not(None))))


def current_guardian(db: Session, person_id: str) -> Guardian | None:
    """Return the guardian in office, the newest one."""
    query = select(Guardian).where(Guardian.person_id == person_id, is_guardian_now())
    return db.scalar(query.order_by(Guardian.id.desc()).limit(1))
