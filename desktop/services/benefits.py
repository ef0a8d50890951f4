"""Benefits and subsidies (福利与补贴): of one client, who is entitled and does not receive, whose term runs out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop import resources
from desktop.domain import benefits as rules_of
from desktop.domain.benefits import BenefitDraft, BenefitRules, ClientFacts, EntitlementRule, fen_of, level_of, yuan_of
from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.benefits import Benefit
from desktop.models.documents import Document
from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.services import codes, refusals, standings
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

__all__ = ["BenefitDraft", "BenefitRow", "Benefits", "ClaimRow", "PersonBenefits"]

RECEIVING, _DIBAO, _OTHER = "receiving", "dibao", "other"
REWARD = "guardian_reward"  # the paper and the benefit it is about have one name


@dataclass(frozen=True)
class BenefitRow:
    """One benefit of one client; `amount` in yuan, `is_open`: entitled but not received."""

    id: str
    kind: str
    state: str
    guardian_name: str
    entitled_on: date | None
    applied_on: date | None
    granted_on: date | None
    paid_until: date | None
    amount: str
    note: str
    is_open: bool
    is_ending: bool
    agreement: str = ""  # of the guardian: made (printed, not signed), in_force, expired, or "" for none
    agreed_until: date | None = None


@dataclass(frozen=True)
class ClaimRow:
    """One line of 应享未享; `why` is "open", "rule" (nothing is noted yet), "ending" or "ended"."""

    person_id: str
    name: str
    file_no: str
    village: str | None
    kind: str
    why: str
    state: str
    because: str
    until: date | None
    benefit_id: str | None


@dataclass(frozen=True)
class PersonBenefits:
    """What one client has, and what the rules say is still to be applied for."""

    rows: tuple[BenefitRow, ...]
    claims: tuple[ClaimRow, ...]
    guardians: tuple[tuple[str, str], ...]  # id and name, for benefits paid to a guardian
    papers: tuple[tuple[str, str], ...] = ()  # id and number of the agreements that were printed, newest first


class Benefits:
    """Recording benefits and knowing who misses one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, person_id: str) -> PersonBenefits:
        """Return the benefits of one client in the order of their kinds, and what is entitled but not received."""
        self._desk.actor.require("benefits.read")
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            person = refusals.person_in(db, person_id)
            stored = _stored_of(db, [person_id])[person_id]
            names = _guardian_names(db, person_id)
            claims = tuple(_claims(db, [person], today))
            papers = _papers(db, person_id)
        order = {entry["code"]: place for place, entry in enumerate(codes.entries("benefit_kind"))}
        stored.sort(key=lambda one: (order.get(one.kind, len(order)), one.id))
        return PersonBenefits(tuple(_row(one, names, today) for one in stored), claims, tuple(names.items()), papers)

    def claims(self) -> tuple[ClaimRow, ...]:
        """Return 应享未享: everybody served who is entitled and does not receive, or whose term ran or runs out."""
        self._desk.actor.require("benefits.read")
        query = select(Person).where(Person.is_deleted.is_(False), standings.is_served()).order_by(Person.file_no)
        with self._desk.work.read() as db:
            return tuple(_claims(db, db.scalars(query).all(), self._desk.clock.today()))

    def draft(self, benefit_id: str) -> BenefitDraft:
        """Return a stored benefit as a form."""
        self._desk.actor.require("benefits.read")
        with self._desk.work.read() as db:
            return _draft(_stored(db, benefit_id))

    def check(self, draft: BenefitDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful, by field of the draft; no database."""
        self._desk.actor.require("benefits.read")
        return rules_of.check(draft, self._desk.clock.today(), benefit_rules())

    def record(self, draft: BenefitDraft) -> str:
        """Save a benefit, new or changed; return its id. One kind stands once in a file, but for "other"."""
        self._desk.actor.require("benefits.record")
        refusals.raise_first(rules_of.check(draft, self._desk.clock.today(), benefit_rules()))
        benefit_id = draft.benefit_id or new_id()
        act = "benefits.amend" if draft.benefit_id else "benefits.record"
        with self._desk.work.write(act, draft.person_id, benefit=benefit_id, kind=draft.kind) as db:
            refusals.person_in(db, draft.person_id)
            benefit = _opened(db, draft, benefit_id)
            refuse_second(db, draft.person_id, draft.kind, benefit_id)
            _refuse_stranger(db, draft)
            _refuse_other_paper(db, draft)
            _fill(benefit, draft)
        return benefit_id

    def remove(self, benefit_id: str, revision: int) -> None:
        """Take back an entry made by mistake; it stays in the history."""
        self._desk.actor.require("benefits.record")
        with self._desk.work.write("benefits.remove", benefit=benefit_id) as db:
            benefit = _stored(db, benefit_id)
            refusals.raise_if_stale(benefit, revision)
            db.info["subject"] = benefit.person_id
            benefit.is_deleted = True


@cache
def benefit_rules() -> BenefitRules:
    """Return what the form and the list read: codes, limits, the county's rules."""
    table = resources.table("codes/benefits.toml")
    kinds = codes.entries("benefit_kind")
    return BenefitRules(
        frozenset(entry["code"] for entry in kinds),
        frozenset(entry["code"] for entry in kinds if entry.get("is_for_guardian")),
        frozenset(entry["code"] for entry in codes.entries("benefit_state")),
        table["warn_days"], table["most_fen"], tuple(EntitlementRule.of(line) for line in table["rules"]),
    )  # fmt: skip


def _claims(db: Session, people: Collection[Person], today: date) -> Iterable[ClaimRow]:
    """Give the lines of some clients, in their order."""
    ids = [person.id for person in people] if len(people) == 1 else None
    stored, facts = _stored_of(db, ids), _facts(db, ids)
    for person in people:
        own = stored[person.id]
        for benefit in own:
            if why := _why(benefit, today):
                yield _claim(person, benefit.kind, why, benefit)
        noted = {benefit.kind for benefit in own}
        has_dibao = any(one.kind == _DIBAO and one.state == RECEIVING for one in own)
        entitled = benefit_rules().entitled(_client(person, has_dibao, facts))
        for kind, because in entitled.items():
            if kind not in noted:
                yield _claim(person, kind, "rule", None, because)


def _why(benefit: Benefit, today: date) -> str:
    """Say why a benefit is on the list, "" when it is not."""
    if codes.entry("benefit_state", benefit.state).get("is_open"):
        return "open"
    until = _until(benefit)
    if benefit.state != RECEIVING or until is None:
        return ""
    if until < today:
        return "ended"
    return "ending" if until <= today + timedelta(days=benefit_rules().warn_days) else ""


def _until(benefit: Benefit) -> date | None:
    """Return the day on which a benefit, or the agreement it rests on, ends first."""
    return min((day for day in (benefit.paid_until, benefit.agreed_until) if day is not None), default=None)


def _agreement(benefit: Benefit, today: date) -> str:
    """Return how far the agreement with the guardian is: made, in force, expired, or nothing."""
    if benefit.agreed_on is None:
        return "made" if benefit.paper_id else ""
    return "expired" if benefit.agreed_until is not None and benefit.agreed_until < today else "in_force"


def _papers(db: Session, person_id: str) -> tuple[tuple[str, str], ...]:
    """Return the agreements that were printed for the guardian of a client, newest first."""
    query = select(Document.id, Document.document_no).where(
        Document.person_id == person_id, Document.kind == REWARD, Document.is_deleted.is_(False)
    )
    return tuple((key, number) for key, number in db.execute(query.order_by(Document.id.desc())))


def _refuse_other_paper(db: Session, draft: BenefitDraft) -> None:
    """Refuse a paper that is not an agreement of this client."""
    with db.no_autoflush:
        known = dict(_papers(db, draft.person_id)) if draft.paper_id else {}
    if draft.paper_id and draft.paper_id not in known:
        raise ValidationError("no_such_paper", tr("这份档案里没有这份有奖监护协议。"), field="paper_id")


def _claim(person: Person, kind: str, why: str, benefit: Benefit | None, because: str = "") -> ClaimRow:
    state, until, benefit_id = (benefit.state, _until(benefit), benefit.id) if benefit else ("", None, None)
    return ClaimRow(
        person.id, person.name, person.file_no, person.village, kind, why, state, tr(because) if because else "", until,
        benefit_id,
    )  # fmt: skip


@dataclass(frozen=True)
class _Facts:
    """Who of the clients has a severe illness, and who has a guardian in office."""

    severe: frozenset[str]
    guarded: frozenset[str]


def _facts(db: Session, ids: Collection[str] | None) -> _Facts:
    query = select(ClinicalProfile.person_id, ClinicalProfile.diagnosis_category)
    known = query.where(standings.among(ClinicalProfile.person_id, ids), ClinicalProfile.is_deleted.is_(False))
    illness = dict(db.execute(known.order_by(ClinicalProfile.noted_on, ClinicalProfile.id)).all())  # the newest wins
    severe = {entry["code"] for entry in codes.entries("diagnosis_category") if entry.get("is_severe")}
    guarded = select(Guardian.person_id).where(standings.among(Guardian.person_id, ids), standings.is_guardian_now())
    return _Facts(
        frozenset(one for one, category in illness.items() if category in severe), frozenset(db.scalars(guarded))
    )


def _client(person: Person, receives_dibao: bool, facts: _Facts) -> ClientFacts:
    return ClientFacts(
        level_of(person.disability_no),
        bool(person.has_dibao) or person.relief_category == _DIBAO or receives_dibao,
        person.id in facts.severe,
        person.id in facts.guarded,
    )


def _stored_of(db: Session, ids: Collection[str] | None) -> defaultdict[str, list[Benefit]]:
    """Return the benefits by client; None means everybody."""
    query = select(Benefit).where(standings.among(Benefit.person_id, ids), Benefit.is_deleted.is_(False))
    found: defaultdict[str, list[Benefit]] = defaultdict(list)
    for benefit in db.scalars(query.order_by(Benefit.id)):
        found[benefit.person_id].append(benefit)
    return found


def _guardian_names(db: Session, person_id: str) -> dict[str, str]:
    """Return the guardians and contacts of a client: who is guardian now first, contacts last."""
    query = select(Guardian.id, Guardian.name).where(Guardian.person_id == person_id, Guardian.is_deleted.is_(False))
    order = (Guardian.is_guardian.desc(), Guardian.to_on.is_not(None), Guardian.id.desc())
    return dict(db.execute(query.order_by(*order)).all())


def _row(benefit: Benefit, names: dict[str, str], today: date) -> BenefitRow:
    why = _why(benefit, today)
    return BenefitRow(
        benefit.id, benefit.kind, benefit.state, names.get(benefit.guardian_id or "", ""), benefit.entitled_on,
        benefit.applied_on, benefit.granted_on, benefit.paid_until, yuan_of(benefit.amount_fen), benefit.note or "",
        is_open=why == "open", is_ending=why in ("ending", "ended"), agreement=_agreement(benefit, today),
        agreed_until=benefit.agreed_until,
    )  # fmt: skip


def _stored(db: Session, benefit_id: str) -> Benefit:
    benefit = db.get(Benefit, benefit_id)
    if benefit is None or benefit.is_deleted:
        raise ValidationError("no_such_benefit", tr("没有这条福利记录。"), tr("请回到列表重新选择。"))
    return benefit


def _opened(db: Session, draft: BenefitDraft, benefit_id: str) -> Benefit:
    if draft.benefit_id is None:
        benefit = Benefit(id=benefit_id, person_id=draft.person_id)
        db.add(benefit)
        return benefit
    benefit = _stored(db, benefit_id)
    refusals.raise_if_moved(benefit, draft.person_id, draft.revision)
    return benefit


def refuse_second(db: Session, person_id: str, kind: str, benefit_id: str) -> None:
    """Refuse a second line of the same kind: what changes is its state, and its history stays to be seen."""
    if kind == _OTHER:
        return
    same = select(Benefit.id).where(
        Benefit.person_id == person_id, Benefit.kind == kind, Benefit.is_deleted.is_(False), Benefit.id != benefit_id
    )
    with db.no_autoflush:
        if db.scalar(same.limit(1)) is not None:
            message = tr("档案里已有“{kind}”，请打开那一条修改。", kind=codes.label_of("benefit_kind", kind))
            raise ValidationError("benefit_noted", message, field="kind")


def _refuse_stranger(db: Session, draft: BenefitDraft) -> None:
    """Refuse a guardian who is not one of this client."""
    if not draft.guardian_id:
        return
    with db.no_autoflush:
        guardian = db.get(Guardian, draft.guardian_id)
    if guardian is None or guardian.person_id != draft.person_id:
        raise ValidationError("no_such_guardian", tr("这份档案里没有这位监护人。"), field="guardian_id")


_DAYS = ("entitled_on", "applied_on", "granted_on", "paid_until", "agreed_on", "agreed_until")


def _fill(benefit: Benefit, draft: BenefitDraft) -> None:
    benefit.kind, benefit.state = draft.kind, draft.state
    benefit.guardian_id, benefit.paper_id = draft.guardian_id or None, draft.paper_id or None
    benefit.amount_fen = fen_of(draft.amount) if draft.amount.strip() else None
    benefit.note = draft.note.strip() or None
    for name in _DAYS:
        setattr(benefit, name, read_day(getattr(draft, name)))


def _draft(benefit: Benefit) -> BenefitDraft:
    days = {name: getattr(benefit, name) for name in _DAYS}
    return BenefitDraft(
        benefit.person_id, benefit.id, benefit.revision, benefit.kind, benefit.state, benefit.guardian_id or "",
        amount=yuan_of(benefit.amount_fen), note=benefit.note or "", paper_id=benefit.paper_id or "",
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    )  # fmt: skip
