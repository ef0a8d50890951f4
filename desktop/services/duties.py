"""What the rules of the board need to know about clients, gathered in a few questions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from desktop.domain.calendar import quarter_of
from desktop.domain.consents import PaperFacts, standing
from desktop.domain.reminders import ClientFacts, Duty, ReminderRules, group_of, of_client, visit_due
from desktop.models.people import Person
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.services import codes, counting, entries, roll, standings
from desktop.services.entries import Entry
from desktop.services.settings import values_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session


_other = aliased(Visit)


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
    entry: Entry
    is_archived: bool = False
    visit_due: tuple[date, str] | None = None  # day and reason of the next visit of a client in service
    is_restricted: bool = False


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


def rules(db: Session) -> ReminderRules:
    """Return the parameters of the board: the station's settings and resources/codes/rules.toml."""
    if "reminder_rules" not in db.info:
        db.info["reminder_rules"] = _rules(values_in(db))
    found: ReminderRules = db.info["reminder_rules"]
    return found


def _rules(values: Mapping[str, bool | int | str]) -> ReminderRules:
    general = int(values["visits.general_per_quarter"])
    table = codes.rules("reminders")
    return ReminderRules(
        warn_days=int(values["papers.warn_days"]),
        visits_per_quarter={"key": int(values["visits.key_per_quarter"]), "general": general, "": general},
        soon_days=table["soon_days"],
        backup_days=int(values["backups.warn_days"]),
        receipt_days=int(values["sync.receipt_warn_days"]),
        draft_days=table["draft_days"],
    )


def clients(db: Session, on: date, person_ids: Collection[str] | None = None) -> dict[str, Client]:
    """Return what is known about clients on a day, by id; None means everybody who is in the files."""
    if person_ids is None:
        return everybody(db, on).clients
    kept, names = roll.of(db), _names(db)
    look = partial(_look, db, on, names)
    if kept is None:
        return look(person_ids)
    found = kept.some(db, on, (rules(db), names), look, person_ids)
    return look(person_ids) if found is None else found


def everybody(db: Session, on: date) -> roll.Page:
    """Return the roll of a day: everybody who is in the files."""
    kept, parameters, names = roll.of(db), rules(db), _names(db)
    look = partial(_look, db, on, names)
    basis = (parameters, names)
    return roll.Page(on, basis, 0, look(None)) if kept is None else kept.everybody(db, on, basis, look)


def owed(db: Session, on: date) -> list[tuple[Client, tuple[Duty, ...]]]:
    """Return everybody with the duties for them."""
    page = everybody(db, on)
    found = owed_in(page, on, rules(db))
    return [(client, found[person_id]) for person_id, client in page.clients.items()]


def owed_in(page: roll.Page, on: date, parameters: ReminderRules) -> dict[str, tuple[Duty, ...]]:
    """Return the duties of everybody on the roll by id; who changed since is looked at, the others are kept."""
    for person_id in page.clients.keys() - page.owed.keys():
        page.owed[person_id] = of(page.clients[person_id], on, parameters)
    return page.owed


def _names(db: Session) -> dict[str, str]:
    return dict(db.execute(select(User.id, User.name)).all())


def _look(db: Session, on: date, names: Mapping[str, str], person_ids: Collection[str] | None) -> dict[str, Client]:
    """Ask the store about clients."""
    consents, agreements = standings.papers_of(db, person_ids)
    states, counted = standings.states_of(db, person_ids), _counted_visits(db, on, person_ids)
    listed = entries.of(db, person_ids)
    people = db.execute(_people().where(standings.among(Person.id, person_ids)), {"on": on}).all()
    real = _real_visits(db, on, [one.id for one in people if one.method and not counting.is_visit(one.method, one.met)])
    parameters, lifecycle = rules(db), codes.lifecycle()
    warn_days, found = parameters.warn_days, {}
    for one in people:
        own_consents, own_agreements = consents.get(one.id, ()), agreements.get(one.id, ())
        facts = ClientFacts(
            one.id, one.name, standing(own_consents, on, warn_days), standing(own_agreements, on, warn_days),
            one.service_class or "", _served_since(own_consents, own_agreements), tuple(counted.get(one.id, ())),
            one.next_visit_on, one.is_draft,
        )  # fmt: skip
        state = states.get(one.id, standings.NOWHERE)
        is_served, is_away = lifecycle.in_service(state), lifecycle.is_away(state)
        due = visit_due(facts, on, parameters) if is_served and not is_away and _has_begun(facts, on) else None
        who_id = one.visitor_id or one.created_by
        last_visit_on = one.visited_on if one.method and counting.is_visit(one.method, one.met) else real.get(one.id)
        found[one.id] = Client(
            facts, state, is_served, is_away, one.file_no, one.village, names.get(who_id, ""), who_id, last_visit_on,
            listed.get(one.id, Entry()), one.archived_on is not None, due,
            one.restricted_on is not None,
        )  # fmt: skip
    return found


def of(client: Client, on: date, parameters: ReminderRules) -> tuple[Duty, ...]:
    """Return the duties for one client: nothing for those away, only the file for a draft, visits once papers began."""
    if client.is_away or client.is_archived or client.is_restricted:
        return ()
    duties = of_client(client.facts, on, parameters)
    if client.facts.is_draft:
        return tuple(duty for duty in duties if duty.kind == "draft")
    return duties if client.visit_due is not None else tuple(duty for duty in duties if duty.kind != "visit")


def _has_begun(facts: ClientFacts, on: date) -> bool:
    """Say whether both papers have begun: visits are owed from then on."""
    return facts.served_since is not None and facts.served_since <= on


def is_soon(due_on: date, on: date, parameters: ReminderRules) -> bool:
    """Say whether a day is near enough to be on the board."""
    return group_of(due_on, on, parameters.soon_days) != "later"


def visits(db: Session, on: date) -> list[VisitDue]:
    """Return the next visit of everybody in service, the earliest first."""
    found = []
    for client in clients(db, on).values():
        facts, due = client.facts, client.visit_due
        if due is not None:
            found.append(
                VisitDue(facts.person_id, facts.name, client.file_no, client.village, due[0], due[1], client.who)
            )
    return sorted(found, key=lambda one: (one.due_on, one.file_no))


def _served_since(*papers: Sequence[PaperFacts]) -> date | None:
    """Return the first day on which consent and agreement both ran."""
    firsts = [min((one.valid_from for one in kind if one.valid_from), default=None) for kind in papers]
    days = [day for day in firsts if day is not None]
    return max(days) if len(days) == len(firsts) else None


def _counted_visits(db: Session, on: date, person_ids: Collection[str] | None) -> dict[str, list[date]]:
    query = select(Visit.person_id, Visit.visited_on).where(
        Visit.visited_on.between(quarter_of(on).first, on), Visit.is_counted.is_(True), Visit.is_deleted.is_(False)
    )
    query = query.where(standings.among(Visit.person_id, person_ids)).order_by(Visit.visited_on)
    found: dict[str, list[date]] = defaultdict(list)
    for person_id, visited_on in db.execute(query):
        found[person_id].append(visited_on)
    return found


@cache
def _people() -> Any:
    """Return the question for clients with their newest contact up to the day `on`; built once, it takes a while."""
    return (
        select(
            Person.id, Person.name, Person.file_no, Person.village, Person.service_class, Person.is_draft,
            Person.created_by, Person.archived_on, Person.restricted_on, Visit.visited_on, Visit.method, Visit.met,
            Visit.next_visit_on, Visit.visitor_id,
        )
        .select_from(Person)
        .outerjoin(Visit, Visit.id == _newest(select(_other.id)))
        .where(Person.is_deleted.is_(False))
    )  # fmt: skip


def _real_visits(db: Session, on: date, person_ids: Collection[str]) -> dict[str, date]:
    """Return, for those last reached by telephone or not at all, the day of the newest real visit before."""
    if not person_ids:
        return {}
    found = db.execute(_visited().where(Person.id.in_(person_ids)), {"on": on})
    return {person_id: day for person_id, day in found if day is not None}


@cache
def _visited() -> Any:
    """Return the question for the newest real visit of clients up to the day `on`."""
    methods = [entry["code"] for entry in codes.entries("visit_method") if entry.get("counts")]
    nobody = [entry["code"] for entry in codes.entries("visit_met") if entry.get("is_nobody")]
    real = select(_other.visited_on).where(_other.method.in_(methods), _other.met.not_in(nobody))
    return select(Person.id, _newest(real))


def _newest(query: Any) -> Any:
    """Return the newest contact of a client up to the day `on` as a column."""
    return (
        query.where(_other.person_id == Person.id, _other.is_deleted.is_(False), _other.visited_on <= bindparam("on"))
        .order_by(_other.visited_on.desc(), _other.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
