"""What the rules of the board need to know about clients, gathered in a few questions; used by list, file and board."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from desktop.domain.calendar import quarter_of
from desktop.domain.consents import PaperFacts, PersonFacts, standing
from desktop.domain.reminders import ClientFacts, Duty, ReminderRules, group_of, of_client, visit_due
from desktop.models.people import Person
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.services import codes, counting, standings
from desktop.services.settings import value_in

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Client:
    """A client with the facts for the rules, and who looks after the file."""

    facts: ClientFacts
    state: str
    is_in_service: bool
    is_away: bool
    file_no: str
    village: str | None
    who: str
    who_id: str | None
    last_visit_on: date | None


@dataclass(frozen=True)
class VisitDue:
    """A visit that should be made, and why."""

    person_id: str
    name: str
    file_no: str
    village: str | None
    due_on: date
    reason: str
    who: str


@dataclass(frozen=True)
class _LastContact:
    visited_on: date | None
    next_visit_on: date | None
    visitor: str | None
    visitor_id: str | None


def rules(db: Session) -> ReminderRules:
    """Return the parameters of the board: the station's settings and resources/codes/rules.toml."""
    general = int(value_in(db, "visits.general_per_quarter"))
    table = codes.rules("reminders")
    return ReminderRules(
        warn_days=int(value_in(db, "papers.warn_days")),
        visits_per_quarter={"key": int(value_in(db, "visits.key_per_quarter")), "general": general, "": general},
        soon_days=table["soon_days"],
        backup_days=int(value_in(db, "backups.warn_days")),
        receipt_days=int(value_in(db, "sync.receipt_warn_days")),
        draft_days=table["draft_days"],
    )


def clients(db: Session, on: date, person_ids: Collection[str] | None = None) -> dict[str, Client]:
    """Return what is known about clients on a day, by id; None means everybody who is in the files."""
    papers = standings.facts_of(db, person_ids, with_scopes=False)
    warn_days = int(value_in(db, "papers.warn_days"))
    visited, contacts = _counted_visits(db, on, person_ids), _last_contacts(db, on, person_ids)
    query = (
        select(
            Person.id, Person.name, Person.file_no, Person.village, Person.service_class, Person.is_draft,
            Person.created_by, User.name,
        )
        .select_from(Person)
        .outerjoin(User, User.id == Person.created_by)
    )  # fmt: skip
    lifecycle = codes.lifecycle()
    found = {}
    for person_id, name, file_no, village, service_class, is_draft, keeper_id, keeper in db.execute(
        query.where(standings.among(Person.id, person_ids), Person.is_deleted.is_(False))
    ):
        known = papers[person_id]
        contact = contacts.get(person_id, _LastContact(None, None, keeper, keeper_id))
        facts = ClientFacts(
            person_id, name,
            standing(known.consents, on, warn_days), standing(known.agreements, on, warn_days),
            service_class or "", _served_since(known), tuple(visited.get(person_id, ())),
            contact.next_visit_on, is_draft,
        )  # fmt: skip
        found[person_id] = Client(
            facts, known.state, lifecycle.in_service(known.state), lifecycle.is_away(known.state), file_no, village,
            contact.visitor or keeper or "", contact.visitor_id or keeper_id, contact.visited_on,
        )  # fmt: skip
    return found


def of(client: Client, on: date, parameters: ReminderRules) -> tuple[Duty, ...]:
    """Return the duties for one client: nothing for those away, only the file for a draft, visits once papers began."""
    if client.is_away:
        return ()
    duties = of_client(client.facts, on, parameters)
    if client.facts.is_draft:
        return tuple(duty for duty in duties if duty.kind == "draft")
    return duties if client.is_in_service else tuple(duty for duty in duties if duty.kind != "visit")


def next_visit(client: Client, on: date, parameters: ReminderRules) -> tuple[date, str] | None:
    """Return the day and the reason of the next visit of a client in service."""
    return visit_due(client.facts, on, parameters) if client.is_in_service and not client.is_away else None


def is_soon(due_on: date, on: date, parameters: ReminderRules) -> bool:
    """Say whether a day is near enough to be on the board."""
    return group_of(due_on, on, parameters.soon_days) != "later"


def visits(db: Session, on: date) -> list[VisitDue]:
    """Return the next visit of everybody in service, the earliest first."""
    parameters = rules(db)
    found = []
    for client in clients(db, on).values():
        due = next_visit(client, on, parameters)
        if due is not None:
            facts = client.facts
            found.append(
                VisitDue(facts.person_id, facts.name, client.file_no, client.village, due[0], due[1], client.who)
            )
    return sorted(found, key=lambda one: (one.due_on, one.file_no))


def _served_since(facts: PersonFacts) -> date | None:
    """Return the first day on which consent and agreement both ran."""
    firsts = [_first_day(papers) for papers in (facts.consents, facts.agreements)]
    days = [day for day in firsts if day is not None]
    return max(days) if len(days) == len(firsts) else None


def _first_day(papers: Collection[PaperFacts]) -> date | None:
    return min((paper.valid_from for paper in papers if paper.valid_from), default=None)


def _counted_visits(db: Session, on: date, person_ids: Collection[str] | None) -> dict[str, list[date]]:
    query = select(Visit.person_id, Visit.visited_on).where(
        Visit.visited_on.between(quarter_of(on).first, on), Visit.is_counted.is_(True), Visit.is_deleted.is_(False)
    )
    found: dict[str, list[date]] = defaultdict(list)
    query = query.where(standings.among(Visit.person_id, person_ids)).order_by(Visit.visited_on)
    for person_id, visited_on in db.execute(query):
        found[person_id].append(visited_on)
    return found


def _last_contacts(db: Session, on: date, person_ids: Collection[str] | None) -> dict[str, _LastContact]:
    """Return the newest contact of each client; `visited_on` is of the newest that was a visit at all."""
    newest = _newest_visit_id(on, only_visits=False)
    query = (
        select(Person.id, Visit.visited_on, Visit.method, Visit.met, Visit.next_visit_on, User.name, Visit.visitor_id)
        .select_from(Person)
        .join(Visit, Visit.id == newest)
        .outerjoin(User, User.id == Visit.visitor_id)
    )
    query = query.where(standings.among(Person.id, person_ids))
    found: dict[str, _LastContact] = {}
    calls = []
    for person_id, visited_on, method, met, following, visitor, visitor_id in db.execute(query):
        was_visit = counting.is_visit(method, met)
        found[person_id] = _LastContact(visited_on if was_visit else None, following, visitor, visitor_id)
        if not was_visit:
            calls.append(person_id)
    return found | _real_visits(db, on, calls, found)


def _real_visits(
    db: Session, on: date, person_ids: Collection[str], found: dict[str, _LastContact]
) -> dict[str, _LastContact]:
    """Return, for those last reached by telephone or not at all, the newest real visit before."""
    query = (
        select(Person.id, Visit.visited_on)
        .select_from(Person)
        .join(Visit, Visit.id == _newest_visit_id(on, only_visits=True))
    )
    days = dict(db.execute(query.where(Person.id.in_(person_ids))).all()) if person_ids else {}
    return {
        one: _LastContact(day, found[one].next_visit_on, found[one].visitor, found[one].visitor_id)
        for one, day in days.items()
    }


def _newest_visit_id(on: date, only_visits: bool) -> object:
    visit = aliased(Visit)
    query = select(visit.id).where(visit.person_id == Person.id, visit.is_deleted.is_(False), visit.visited_on <= on)
    if only_visits:
        methods = [entry["code"] for entry in codes.entries("visit_method") if entry.get("counts")]
        nobody = [entry["code"] for entry in codes.entries("visit_met") if entry.get("is_nobody")]
        query = query.where(visit.method.in_(methods), visit.met.not_in(nobody))
    newest = query.order_by(visit.visited_on.desc(), visit.id.desc()).limit(1)
    return newest.correlate(Person).scalar_subquery()
