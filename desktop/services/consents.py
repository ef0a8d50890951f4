"""Consents (知情同意书) and agreements (服务协议): in force or not, and what that permits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.calendar import last_day_of_term, read_day
from desktop.domain.consents import PaperFacts, PaperStanding, PersonFacts, standing
from desktop.domain.faults import Fault, Verdict
from desktop.domain.signatures import ScopeAnswer, SignedPaper, check_paper
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.documents import Agreement, Consent, ConsentScope
from desktop.models.people import Guardian, Person
from desktop.services import codes, counting, refusals, standings
from desktop.services.desk import Desk
from desktop.services.settings import value_in

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOTED = "draft"  # status of a paper that a sheet speaks of, while nobody saw the original; it never counts

__all__ = [
    "NOTED",
    "Consents",
    "GridResult",
    "PaperGridRow",
    "RegisteredPaper",
    "ScopeAnswer",
    "SignedPaper",
    "Standing",
]


@dataclass(frozen=True)
class Standing:
    """Consent and agreement of one person on one day, in the words of PersonRow."""

    consent: str
    consent_until: date | None
    consent_scopes: tuple[ScopeAnswer, ...]
    agreement: str
    agreement_until: date | None


@dataclass(frozen=True)
class RegisteredPaper:
    """A paper that holds, with what was recorded of it."""

    id: str
    paper: SignedPaper


@dataclass(frozen=True)
class PaperGridRow:
    """One line of the grid for papers signed before the program came."""

    person_id: str
    file_no: str
    name: str
    village: str | None
    consent: str
    agreement: str
    guardian_name: str


@dataclass(frozen=True)
class GridResult:
    """What became of each line of the grid: the faults by person id ("consent.signed_on"); saved lines have none."""

    saved: int
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)


class Consents:
    """Signing, withdrawing, and the one question `may`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def standing(self, person_id: str, on: date) -> Standing:
        """Return what is in force on a day."""
        self._desk.actor.require("consents.read")
        with self._desk.work.read() as db:
            refusals.person_in(db, person_id)
            facts = standings.facts_of(db, [person_id])[person_id]
            warn_days = int(value_in(db, "papers.warn_days"))
        consent = standing(facts.consents, on, warn_days)
        agreement = standing(facts.agreements, on, warn_days)
        return Standing(consent.word, consent.until, _answers(consent, on), agreement.word, agreement.until)

    def may(self, person_id: str, act: str, on: date) -> Verdict:
        """Say whether an act is permitted on a day and because of what.

        Acts: serve, visit, sign, print, export, photograph, publish.
        """
        self._desk.actor.require("consents.read")
        return self.may_many((person_id,), act, on)[person_id]

    def may_many(self, person_ids: tuple[str, ...], act: str, on: date) -> dict[str, Verdict]:
        """Answer `may` for many persons in one look (attendance sheet, export)."""
        self._desk.actor.require("consents.read")
        with self._desk.work.read() as db:
            return standings.verdicts(db, person_ids, act, on)

    def suggest_term(self, kind: str, signed_on: date) -> tuple[date, date]:
        """Return first and last day of the usual term of a consent or agreement (settings; default 12 months)."""
        self._desk.actor.require("consents.read")
        with self._desk.work.read() as db:
            return usual_term(db, kind, signed_on)

    def check(self, paper: SignedPaper) -> tuple[Fault, ...]:
        """Return what is wrong with the record of a signed paper (who must sign: DOMAIN 7.3-7.4)."""
        self._desk.actor.require("consents.read")
        with self._desk.work.read() as db:
            refusals.person_in(db, paper.person_id)
            return self._faults(db, paper, standings.facts_of(db, [paper.person_id])[paper.person_id])

    def sign(self, paper: SignedPaper) -> str:
        """Bring a signed paper into force; return the id of the consent or agreement."""
        self._desk.actor.require("consents.sign")
        with self._desk.work.write("consents.sign", paper.person_id, paper=paper.kind, signed_on=paper.signed_on) as db:
            refusals.person_in(db, paper.person_id)
            facts = standings.facts_of(db, [paper.person_id])[paper.person_id]
            refusals.raise_first(self._faults(db, paper, facts))
            signed = sign_paper(db, paper)
            counting.after_papers(db, [paper.person_id], self._desk.clock.today())
            return signed

    def grid(self, only_missing: bool = True, limit: int = 500) -> tuple[PaperGridRow, ...]:
        """Return the clients whose papers can be entered in the grid."""
        self._desk.actor.require("consents.read")
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            return tuple(_grid(db, today, only_missing, limit))

    def sign_many(self, papers: tuple[SignedPaper, ...]) -> GridResult:
        """Enter many papers at once; good lines are saved, faulty ones are told and stay."""
        self._desk.actor.require("consents.sign")
        faults: dict[str, tuple[Fault, ...]] = {}
        good: list[SignedPaper] = []
        with self._desk.work.write("consents.sign_many") as db:
            people = list(dict.fromkeys(paper.person_id for paper in papers))
            facts = standings.facts_of(db, people)
            for paper in papers:
                errors = self._errors(db, paper, facts)
                if errors:
                    faults[paper.person_id] = (*faults.get(paper.person_id, ()), *errors)
                    continue
                sign_paper(db, paper)
                good.append(paper)
            signed_for = list(dict.fromkeys(paper.person_id for paper in good))
            counting.after_papers(db, signed_for, self._desk.clock.today())
            db.info["detail"].update(saved=len(good), refused=len(papers) - len(good), persons=signed_for)
        return GridResult(len(good), faults)

    def registered(self, person_id: str, kind: str) -> tuple[RegisteredPaper, ...]:
        """Return the papers of a kind whose signatures were recorded and that hold, newest first."""
        self._desk.actor.require("consents.read")
        table = _table(kind)
        query = select(table).where(table.person_id == person_id, table.status == _IN_FORCE)
        with self._desk.work.read() as db:
            refusals.person_in(db, person_id)
            found = db.scalars(
                query.where(table.is_deleted.is_(False)).order_by(table.signed_on.desc(), table.id.desc())
            )
            return tuple(RegisteredPaper(row.id, _as_typed(db, row)) for row in found)

    def correct(self, paper_id: str, paper: SignedPaper, reason: str) -> None:
        """Correct what was recorded of a signed paper, never the paper itself; the history keeps both, with the reason.

        Raises ValidationError reason_needed, no_such_paper, and what is wrong with the record.
        """
        self._desk.actor.require("consents.correct")
        given = refusals.reason(reason)
        with self._desk.work.write("consents.correct", paper.person_id, paper=paper.kind, reason=given) as db:
            row = _in_force(db, paper.kind, paper_id, paper.person_id)
            facts = standings.facts_of(db, [paper.person_id])[paper.person_id]
            refusals.raise_first(check_paper(paper, facts, self._desk.clock.today(), codes.consent_rules()))
            term = _term(db, paper)
            row.signed_on = _day(paper.signed_on)
            _fill(db, row, paper, term)
            counting.after_papers(db, [paper.person_id], self._desk.clock.today())

    def take_back(self, person_id: str, kind: str, paper_id: str, reason: str) -> None:
        """Record that a signed paper was entered by mistake: a printed one waits again, another is void."""
        self._desk.actor.require("consents.correct")
        given = refusals.reason(reason)
        with self._desk.work.write("consents.take_back", person_id, paper=kind, reason=given) as db:
            row = _in_force(db, kind, paper_id, person_id)
            row.status = "printed" if row.document_id else "void"
            row.signed_on = row.valid_from = row.valid_to = row.guardian_id = row.signer_note = None
            row.is_client_signed = row.is_guardian_signed = False
            counting.after_papers(db, [person_id], self._desk.clock.today())

    def withdraw(self, person_id: str, scopes: tuple[str, ...], on: date, reason: str) -> None:
        """Record that the person withdrew some scopes (all scopes, or none named: the whole consent)."""
        self._desk.actor.require("consents.withdraw")
        if on > self._desk.clock.today():
            raise ValidationError("date_in_future", tr("撤回日期在今天之后，请核对。"), field="on")
        with self._desk.work.write(
            "consents.withdraw", person_id, scopes=list(scopes), on=on.isoformat(), reason=reason
        ) as db:
            refusals.person_in(db, person_id)
            consents = _running(db, person_id, on)
            if not consents:
                message = tr("这一天没有有效的知情同意书，没有可以撤回的。")
                raise ValidationError("consent_missing", message, field="on")
            for consent in consents:
                _withdraw(db, consent, frozenset(scopes), on)
            counting.after_papers(db, [person_id], self._desk.clock.today())

    def _faults(self, db: Session, paper: SignedPaper, facts: PersonFacts) -> tuple[Fault, ...]:
        """Return what the rules and the printed paper say against the record of a signed paper."""
        printed = _printed(db, paper)
        if isinstance(printed, Fault):
            return (printed,)
        return check_paper(_completed(db, paper), facts, self._desk.clock.today(), codes.consent_rules())

    def _errors(self, db: Session, paper: SignedPaper, facts: dict[str, PersonFacts]) -> tuple[Fault, ...]:
        """Return the errors of one line of the grid, with the kind of paper before the field."""
        if paper.person_id not in facts:
            return (Fault(None, "no_such_person", tr("没有这份档案。")),)
        return tuple(
            replace(fault, field=f"{paper.kind}.{fault.field}")
            for fault in self._faults(db, paper, facts[paper.person_id])
            if fault.severity == "error"
        )


_IN_FORCE = "in_force"


def _in_force(db: Session, kind: str, paper_id: str, person_id: str) -> Consent | Agreement:
    refusals.person_in(db, person_id)
    row: Consent | Agreement | None = db.get(_table(kind), paper_id)
    if row is None or row.is_deleted or row.person_id != person_id or row.status != _IN_FORCE:
        message = tr("没有这份已登记的文书，或已被别人处理。")
        raise ValidationError("no_such_paper", message, tr("请重新打开再看。"), "document_id")
    return row


def _as_typed(db: Session, row: Consent | Agreement) -> SignedPaper:
    """Return what was recorded of a paper as a form."""
    scopes: tuple[ScopeAnswer, ...] = ()
    if isinstance(row, Consent):
        query = select(ConsentScope.scope, ConsentScope.is_agreed).where(ConsentScope.consent_id == row.id)
        found = db.execute(query.where(ConsentScope.is_deleted.is_(False)).order_by(ConsentScope.scope))
        scopes = tuple(ScopeAnswer(scope, is_agreed) for scope, is_agreed in found)
    signed, first, last = (day.isoformat() if day else "" for day in (row.signed_on, row.valid_from, row.valid_to))
    return SignedPaper(
        row.person_id, "consent" if isinstance(row, Consent) else "agreement", signed, first, last,
        row.is_client_signed, row.is_guardian_signed, row.signer_note or "", scopes, row.document_id,
    )  # fmt: skip


def usual_term(db: Session, kind: str, first: date) -> tuple[date, date]:
    """Return first and last day of the usual term of a consent or agreement that begins on a day."""
    months = int(value_in(db, "papers.consent_months" if kind == "consent" else "papers.agreement_months"))
    return first, last_day_of_term(first, months)


def print_paper(db: Session, person_id: str, kind: str, document_id: str, scopes: Iterable[ScopeAnswer]) -> None:
    """Note that a consent or agreement was printed and waits for its signatures."""
    if kind == "agreement":
        db.add(Agreement(person_id=person_id, document_id=document_id, status="printed"))
        return
    consent = Consent(id=new_id(), person_id=person_id, document_id=document_id, status="printed")
    db.add(consent)
    db.flush()
    _answer(db, consent, scopes)


def _answers(paper: PaperStanding, on: date) -> tuple[ScopeAnswer, ...]:
    """Return the tick-boxes of the consent in force, with what was withdrawn as "no"."""
    if paper.paper is None:
        return ()
    given: PaperFacts = paper.paper
    letters = sorted(answer.scope for answer in given.scopes)
    return tuple(ScopeAnswer(letter, given.agrees(letter, on)) for letter in letters)


def _table(kind: str) -> Any:
    if kind not in {"consent", "agreement"}:
        raise ValidationError("unknown_paper", tr("没有“{kind}”这种文书。", kind=kind), field="kind")
    return Consent if kind == "consent" else Agreement


def _printed(db: Session, paper: SignedPaper) -> Consent | Agreement | Fault | None:
    """Return the printed paper that came back, None for one that this program did not print, or why it cannot be."""
    if paper.document_id is None:
        return None
    table = _table(paper.kind)
    found: Consent | Agreement | None = db.scalar(
        select(table).where(table.document_id == paper.document_id, table.person_id == paper.person_id)
    )
    if found is None:
        return Fault("document_id", "no_such_paper", tr("这份档案里没有这张打印的文书，请重新选择。"))
    if found.status != "printed":
        return Fault("document_id", "already_signed", tr("这张文书已经登记过，不能再登记一次。"))
    return found


def _completed(db: Session, paper: SignedPaper) -> SignedPaper:
    """Return the paper with the tick-boxes as printed where none were typed."""
    if paper.kind != "consent" or paper.scopes or paper.document_id is None:
        return paper
    query = (
        select(ConsentScope.scope, ConsentScope.is_agreed)
        .join(Consent, Consent.id == ConsentScope.consent_id)
        .where(Consent.document_id == paper.document_id, ConsentScope.is_deleted.is_(False))
        .order_by(ConsentScope.scope)
    )
    return replace(paper, scopes=tuple(ScopeAnswer(*row) for row in db.execute(query)))


def sign_paper(db: Session, typed: SignedPaper, evidence: str = "paper") -> str:
    """Write a checked paper down as signed; everything is asked first, so that its revision rises by one only."""
    paper = _completed(db, typed)
    signed_on, term = _day(paper.signed_on), _term(db, paper)
    row = _printed(db, paper)
    if row is None or isinstance(row, Fault):
        row = _noted(db, paper, signed_on) or _new(db, paper)
    else:
        _void_earlier(db, row)
    row.status, row.evidence, row.signed_on = "in_force", evidence, signed_on
    _fill(db, row, paper, term)
    return row.id


def _term(db: Session, paper: SignedPaper) -> tuple[date, date]:
    """Return first and last day of a checked paper; the usual term where none was typed."""
    first = _day(paper.valid_from) if paper.valid_from.strip() else _day(paper.signed_on)
    return first, _day(paper.valid_to) if paper.valid_to.strip() else usual_term(db, paper.kind, first)[1]


def _fill(db: Session, row: Consent | Agreement, paper: SignedPaper, term: tuple[date, date]) -> None:
    """Put a checked paper into its row: term, signatures, tick-boxes."""
    with db.no_autoflush:  # the row is written once, with everything in it
        guardian = standings.current_guardian(db, paper.person_id) if paper.is_guardian_signed else None
    row.valid_from, row.valid_to = term
    row.is_client_signed, row.is_guardian_signed = paper.is_client_signed, paper.is_guardian_signed
    row.signer_note = paper.signer_note.strip() or None
    row.guardian_id = guardian.id if guardian else None
    db.flush()
    if isinstance(row, Consent):
        _answer(db, row, paper.scopes)


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise ValueError("checked before")
    return day


def _noted(db: Session, paper: SignedPaper, signed_on: date) -> Consent | Agreement | None:
    """Return the row of a paper of that day that a sheet spoke of, before somebody saw the original."""
    table = _table(paper.kind)
    mine = (table.person_id == paper.person_id, table.signed_on == signed_on, table.is_deleted.is_(False))
    found: Consent | Agreement | None = db.scalar(select(table).where(*mine, table.status == NOTED).limit(1))
    return found


def _new(db: Session, paper: SignedPaper) -> Consent | Agreement:
    """Return a new row for a paper that this program did not print."""
    row: Consent | Agreement = _table(paper.kind)(id=new_id(), person_id=paper.person_id, document_id=None)
    db.add(row)
    return row


def _void_earlier(db: Session, row: Consent | Agreement) -> None:
    """Set aside papers of the kind that were printed before this one and never came back."""
    table = _table("consent" if isinstance(row, Consent) else "agreement")
    for other in db.scalars(
        select(table).where(table.person_id == row.person_id, table.status == "printed", table.id < row.id)
    ):
        other.status = "void"


def _answer(db: Session, consent: Consent, answers: Iterable[ScopeAnswer]) -> None:
    """Write all tick-boxes of a consent; one that was not answered is not agreed to."""
    given = {answer.scope: answer.is_agreed for answer in answers}
    stored = {one.scope: one for one in db.scalars(select(ConsentScope).where(ConsentScope.consent_id == consent.id))}
    for entry in codes.entries("consent_scope"):
        letter = entry["code"]
        row = stored.get(letter)
        if row is None:
            row = ConsentScope(consent_id=consent.id, person_id=consent.person_id, scope=letter)
            db.add(row)
        row.is_agreed = given.get(letter, False)


def _running(db: Session, person_id: str, on: date) -> Sequence[Consent]:
    """Return the consents in force on a day."""
    query = select(Consent).where(Consent.person_id == person_id, Consent.is_deleted.is_(False))
    found = db.scalars(query.where(Consent.status == "in_force")).all()
    return [one for one in found if PaperFacts(one.status, one.valid_from, one.valid_to, one.withdrawn_on).covers(on)]


def _withdraw(db: Session, consent: Consent, scopes: frozenset[str], on: date) -> None:
    rows = db.scalars(select(ConsentScope).where(ConsentScope.consent_id == consent.id)).all()
    open_ones = [row for row in rows if row.is_agreed and row.withdrawn_on is None]
    if not scopes or scopes >= {row.scope for row in open_ones}:
        consent.status, consent.withdrawn_on = "withdrawn", on
        return
    for row in open_ones:
        if row.scope in scopes:
            row.withdrawn_on = on


def _grid(db: Session, today: date, only_missing: bool, limit: int) -> Iterable[PaperGridRow]:
    people = db.execute(
        select(Person.id, Person.file_no, Person.name, Person.village)
        .where(Person.is_deleted.is_(False), standings.is_served())
        .order_by(Person.file_no)
    ).all()
    consents, agreements = standings.papers_of(db, None)
    guardians = dict(db.execute(select(Guardian.person_id, Guardian.name).where(standings.is_guardian_now())).all())
    warn_days = int(value_in(db, "papers.warn_days"))
    rows = []
    for person_id, file_no, name, village in people:
        consent = standing(consents.get(person_id, ()), today, warn_days)
        agreement = standing(agreements.get(person_id, ()), today, warn_days)
        if not (only_missing and consent.is_in_force and agreement.is_in_force):
            guardian = guardians.get(person_id, "")
            rows.append(PaperGridRow(person_id, file_no, name, village, consent.word, agreement.word, guardian))
        if len(rows) == limit:
            break
    return rows
