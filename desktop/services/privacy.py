"""What a person or guardian may ask about their information (see, correct, restrict, erase), and the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.documents import papers
from desktop.domain import privacy as rules_of
from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.privacy import SELF, RequestDraft, RequestRules
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.people import Episode, Person
from desktop.models.privacy import PrivacyRequest
from desktop.services import codes, disclosing, erasing, lacking, numbers, pieces, refusals, retaining
from desktop.services.desk import Desk
from desktop.services.documents import PreparedPaper, prepared
from desktop.services.erasures import ErasurePlan, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

__all__ = ["ArchiveRow", "ErasurePlan", "PersonPrivacy", "Privacy", "RequestDraft", "RequestRow"]

OPEN, DONE, REFUSED = "open", "done", "refused"
_BY_ACT = frozenset({"restrict", "erase"})  # done by the act itself, not by an answer
_LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class RequestRow:
    """One request; `days_left` until an answer is due, None once it is answered."""

    id: str
    revision: int
    person_id: str
    name: str
    file_no: str
    kind: str
    asked_on: date
    asked_by: str
    relation: str
    identity_check: str
    words: str
    state: str
    due_on: date | None
    days_left: int | None
    answer: str
    answered_on: date | None
    document_id: str | None


@dataclass(frozen=True)
class PersonPrivacy:
    """How a file stands: closed to views, archived, erased, until when it is kept; and what was asked."""

    person_id: str
    name: str
    file_no: str
    restricted_on: date | None
    archived_on: date | None
    erased_on: date | None
    is_open: bool
    state: str
    can_archive: bool
    retention: str
    requests: tuple[RequestRow, ...]


@dataclass(frozen=True)
class ArchiveRow:
    """One archived file, or a closed one that could be archived; `is_over` when the time of keeping has passed."""

    person_id: str
    name: str
    file_no: str
    village: str | None
    closed_on: date | None
    archived_on: date | None
    retention: str
    keep_until: date | None
    is_over: bool


class Privacy:
    """Requests about personal information, and what follows from them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, state: str = "") -> tuple[RequestRow, ...]:
        """Return requests, those due first, all or in one state."""
        self._desk.actor.require("privacy.read")
        with self._desk.work.read() as db:
            return tuple(_rows(db, self._desk.clock.today(), state=state))

    def of(self, person_id: str) -> PersonPrivacy:
        """Return how the file of a person stands, whatever became of it; the name only where the file may be seen."""
        self._desk.actor.require("privacy.read")
        with self._desk.work.read() as db:
            person = db.get(Person, person_id)
            if person is None or (person.is_deleted and person.erased_on is None):
                raise refusals.no_such_person()
            state = _state(db, person_id)
            return PersonPrivacy(
                person.id, person.name, person.file_no, person.restricted_on, person.archived_on, person.erased_on,
                person.id in refusals.opened(db), state,
                person.archived_on is None and person.erased_on is None and _is_finished(state),
                retaining.retention_of(db, [person_id])[person_id].words,
                tuple(_rows(db, self._desk.clock.today(), person_id=person_id)),
            )  # fmt: skip

    def check(self, draft: RequestDraft) -> tuple[Fault, ...]:
        """Return what is wrong, by field; touches no database."""
        self._desk.actor.require("privacy.read")
        return rules_of.check(draft, self._desk.clock.today(), request_rules())

    def ask(self, draft: RequestDraft) -> str:
        """Write a request down; return its id."""
        self._desk.actor.require("privacy.record")
        refusals.raise_first(rules_of.check(draft, self._desk.clock.today(), request_rules()))
        asked_on = read_day(draft.asked_on) or self._desk.clock.today()
        with self._desk.work.write("privacy.ask", draft.person_id, kind=draft.kind) as db:
            person = refusals.anybody_in(db, draft.person_id)
            request = PrivacyRequest(
                person_id=person.id, kind=draft.kind, asked_on=asked_on,
                asked_by=tr("本人") if draft.relation == SELF else draft.asked_by.strip(),
                relation=draft.relation, identity_check=draft.identity_check, words=draft.words.strip() or None,
                due_on=rules_of.due_on(draft.kind, asked_on, request_rules()), state=OPEN,
            )  # fmt: skip
            db.add(request)
            db.flush()
            return request.id

    def answer(self, request_id: str, revision: int, state: str, words: str, document_id: str = "") -> None:
        """Close a request with an answer: agreed (done) or not (refused), which needs its reason.

        To restrict or to erase is agreed to by doing it.
        """
        self._desk.actor.require("privacy.record")
        said = words.strip()
        if state not in (DONE, REFUSED):
            raise ValidationError("unknown_code", tr("请选择同意还是不同意。"), field="state")
        if state == REFUSED and not said:
            message = tr("不同意请求，要写明理由。")
            raise ValidationError("reason_needed", message, tr("理由会印在给请求人的答复上。"), field="words")
        if len(said) > _LONGEST_ANSWER:
            raise ValidationError("too_long", tr("答复超过 {n} 个字，请写短些。", n=_LONGEST_ANSWER), field="words")
        with self._desk.work.write("privacy.answer", state=state) as db:
            request = _stored(db, request_id)
            db.info["subject"] = request.person_id
            refusals.raise_if_stale(request, revision)
            if state == DONE and request.kind in _BY_ACT:
                raise ValidationError("not_by_words", tr("请直接办理限制或删除，办完自动记为已办结。"), field="state")
            _close(request, state, said, self._desk.clock.today())
            request.document_id = document_id or request.document_id

    def prepare_access(self, request_id: str) -> PreparedPaper:
        """Make the access pack (查阅复制): all the file says, its papers, and who saw or got it; not stored yet."""
        self._desk.actor.require("privacy.record")
        with self._desk.work.read() as db:
            request, person = self._asked(db, request_id)
            if request.kind != "access":
                raise ValidationError("other_kind", tr("这不是查阅复制的请求。"), field="kind")
            fields, lines = disclosing.pack(db, person, request, self._desk.clock.today(), self._desk.actor.name)
            content = self._content(db, "privacy_access", fields, lines)
        self._desk.work.note("privacy.prepare", person.id, paper="privacy_access", request=request_id)
        return prepared(person.id, content, ())

    def prepare_answer(self, request_id: str) -> PreparedPaper:
        """Make the written answer to a request that was closed."""
        self._desk.actor.require("privacy.record")
        with self._desk.work.read() as db:
            request, person = self._asked(db, request_id)
            if request.state == OPEN:
                raise ValidationError("not_answered", tr("请求还没有答复。"), tr("请先写下答复，再打印。"))
            fields = disclosing.answer(db, person, request, self._desk.clock.today(), self._desk.actor.name)
            content = self._content(db, "privacy_answer", fields, {})
        self._desk.work.note("privacy.prepare", person.id, paper="privacy_answer", request=request_id)
        return prepared(person.id, content, ())

    def restrict(self, person_id: str, reason: str) -> None:
        """Close a file to views (限制处理): from now on it is only stored; open requests to restrict are done."""
        self._desk.actor.require("privacy.restrict")
        given, today = refusals.reason(reason), self._desk.clock.today()
        with self._desk.work.write("privacy.restrict", person_id, reason=given) as db:
            person = refusals.anybody_in(db, person_id)
            if person.restricted_on is None:
                person.restricted_on = today
            _close_all(db, person_id, "restrict", tr("已限制处理。"), today)

    def lift(self, person_id: str, reason: str) -> None:
        """Open a restricted file again to everybody."""
        self._desk.actor.require("privacy.restrict")
        with self._desk.work.write("privacy.lift", person_id, reason=refusals.reason(reason)) as db:
            refusals.anybody_in(db, person_id).restricted_on = None

    def open(self, person_id: str, reason: str) -> None:
        """Let the head look at a closed file until the program locks; the reason goes into the audit."""
        self._desk.actor.require("privacy.restrict")
        given = refusals.reason(reason)
        self._desk.work.note("privacy.open", person_id, reason=given)
        memory = self._desk.work.store.memory
        if memory is not None:
            memory["opened"] = memory.get("opened", frozenset()) | {person_id}

    def erasure_plan(self, person_id: str) -> ErasurePlan:
        """Say what an erasure would clear, and what must be kept, why and until when."""
        self._desk.actor.require("privacy.erase")
        with self._desk.work.read() as db:
            person = refusals.anybody_in(db, person_id)
            return plan_of(db, self._desk, person)

    def erase(self, person_id: str, typed: str, reason: str) -> None:
        """Erase what the law does not demand to keep; `typed` is the file number, so that nobody does it by mistake.

        One transaction; what is left is a tombstone without a name. The next bundle tells the county.
        """
        self._desk.actor.require("privacy.erase")
        given, today = refusals.reason(reason), self._desk.clock.today()
        with self._desk.work.erase("privacy.erase", person_id, reason=given) as db:
            person = refusals.anybody_in(db, person_id)
            if typed.strip().upper() != person.file_no:
                message = tr("档案号不对，没有删除。")
                raise ValidationError("typed_wrong", message, tr("请照着屏幕上的档案号输入一遍。"), field="typed")
            kept = retaining.retention_of(db, [person_id])[person_id]
            subject = erasing.subject_of(db, person)
            standing = erasing.standing_of(db, subject, is_over=_is_over(kept.until, today))
            person.keep_until = kept.until
            _close_all(db, person_id, "erase", tr("已删除；依法留存的只存不用。"), today)
            held = pieces.needed(db)  # pages of scans, and of papers that are just being taken in
            erasing.erase(db, subject, standing, today)
            db.info["detail"]["cleared"] = sum(len(records) for records in standing.clears.values())
            db.info["detail"]["kept"] = sum(len(records) for records in standing.keeps.values())
        with self._desk.work.read() as db:
            needed = pieces.needed(db)
        self._desk.pieces.drop(needed, held)

    def archive(self, person_id: str, retention: str = "") -> None:
        """Put a finished file away (归档): read only, out of the lists; its time of keeping is written down."""
        self._desk.actor.require("privacy.archive")
        if retention and retention not in retaining.keeping_rules().years:
            raise ValidationError("unknown_code", tr("请从列表里选保管期限。"), field="retention")
        with self._desk.work.write("privacy.archive", person_id) as db:
            person = refusals.anybody_in(db, person_id)
            if not _is_finished(_state(db, person_id)):
                message = tr("个案还没有结束，不能归档。")
                raise ValidationError(
                    "not_finished", message, tr("结案、不予登记、撤回的档案才能归档。"), field="state"
                )
            person.retention_class = retention or person.retention_class
            db.flush()
            person.archived_on = self._desk.clock.today()
            person.keep_until = retaining.retention_of(db, [person_id])[person_id].until

    def reenter(self, person_id: str, reason: str) -> None:
        """Take an archived file out again: the person comes back, and a new case begins."""
        self._desk.actor.require("privacy.archive")
        with self._desk.work.write("privacy.reenter", person_id, reason=refusals.reason(reason)) as db:
            person = refusals.anybody_in(db, person_id)
            if person.archived_on is None:
                raise ValidationError("not_archived", tr("这份档案没有归档。"), field="person")
            person.archived_on = person.keep_until = None
            db.add(Episode(person_id=person.id, state="applied", opened_on=self._desk.clock.today()))

    def archived(self, which: str = "archived") -> tuple[ArchiveRow, ...]:
        """Return the archive: files in it ("archived"), finished ones not in it ("ready"), those overdue ("over")."""
        self._desk.actor.require("privacy.read")
        with self._desk.work.read() as db:
            rows = list(_archive(db, self._desk.clock.today()))
        tests: dict[str, Callable[[ArchiveRow], bool]] = {
            "archived": lambda row: row.archived_on is not None,
            "ready": lambda row: row.archived_on is None,
            "over": lambda row: row.is_over,
        }
        return tuple(row for row in rows if tests[which](row))

    def _asked(self, db: Session, request_id: str) -> tuple[PrivacyRequest, Person]:
        request = _stored(db, request_id)
        return request, db.get_one(Person, request.person_id)

    def _content(
        self, db: Session, kind: str, fields: dict[str, object], lines: dict[str, disclosing.Lines]
    ) -> dict[str, object]:
        today, facts = self._desk.clock.today(), self._desk.facts
        number = numbers.next_document_no(db, facts, papers.kind(kind).letters, today.year)
        return papers.resolve(kind, number, fields, is_practice=facts.is_practice, rows=lines)


@cache
def request_rules() -> RequestRules:
    """Return codes and days of requests."""
    lists = {"kind": "privacy_kind", "relation": "privacy_relation", "identity_check": "identity_check"}
    known = {name: frozenset(entry["code"] for entry in codes.entries(table)) for name, table in lists.items()}
    return RequestRules(known, erasing.rules()["days"], codes.rules("identity")["name_length"])


def _rows(db: Session, today: date, person_id: str = "", state: str = "") -> Iterable[RequestRow]:
    query = select(PrivacyRequest, Person.name, Person.file_no).join(Person, Person.id == PrivacyRequest.person_id)
    query = query.where(PrivacyRequest.is_deleted.is_(False))
    if person_id:
        query = query.where(PrivacyRequest.person_id == person_id)
    if state:
        query = query.where(PrivacyRequest.state == state)
    is_open = (PrivacyRequest.state != OPEN, func.coalesce(PrivacyRequest.due_on, PrivacyRequest.asked_on))
    for one, name, file_no in db.execute(query.order_by(*is_open, PrivacyRequest.id)):
        left = (one.due_on - today).days if one.state == OPEN and one.due_on else None
        yield RequestRow(
            one.id, one.revision, one.person_id, name, file_no, one.kind, one.asked_on, one.asked_by,
            one.relation or "", one.identity_check or "", one.words or "", one.state, one.due_on, left,
            one.answer or "", one.answered_on, one.document_id,
        )  # fmt: skip


def _stored(db: Session, request_id: str) -> PrivacyRequest:
    found = db.get(PrivacyRequest, request_id)
    if found is None or found.is_deleted:
        raise ValidationError("no_such_request", tr("没有这个请求。"), tr("请回到列表重新选择。"))
    return found


def _close(request: PrivacyRequest, state: str, words: str, today: date) -> None:
    request.state, request.answer, request.answered_on = state, words or None, today


def _close_all(db: Session, person_id: str, kind: str, words: str, today: date) -> None:
    """Close the open requests that an act fulfils."""
    wanted = select(PrivacyRequest).where(
        PrivacyRequest.person_id == person_id, PrivacyRequest.kind == kind, PrivacyRequest.state == OPEN,
        PrivacyRequest.is_deleted.is_(False),
    )  # fmt: skip
    for request in db.scalars(wanted):
        _close(request, DONE, words, today)


def _state(db: Session, person_id: str) -> str:
    newest = select(Episode.state).where(Episode.person_id == person_id, Episode.is_deleted.is_(False))
    return db.scalar(newest.order_by(Episode.opened_on.desc(), Episode.id.desc()).limit(1)) or ""


def _is_finished(state: str) -> bool:
    """Say whether a case goes on no more: away, and from there only a new one begins."""
    known = codes.lifecycle().states.get(state)
    return known is not None and known.is_away and state != "suspended"


def _is_over(until: date | None, today: date) -> bool:
    return until is not None and until < today


def _archive(db: Session, today: date) -> Iterable[ArchiveRow]:
    """Give archived files and those that are finished, by file number."""
    finished = [state.code for state in codes.lifecycle().states.values() if _is_finished(state.code)]
    cases = select(Episode.person_id).where(Episode.state.in_(finished), Episode.is_deleted.is_(False))
    people = db.scalars(
        select(Person)
        .where(Person.is_deleted.is_(False), Person.id.in_(cases) | Person.archived_on.is_not(None))
        .order_by(Person.file_no)
    ).all()
    ids = [person.id for person in people]
    kept, closed = retaining.retention_of(db, ids), lacking.closed(db, ids)
    for person in people:
        if person.archived_on is None and not _is_finished(_state(db, person.id)):
            continue
        until = person.keep_until or kept[person.id].until
        yield ArchiveRow(
            person.id, person.name, person.file_no, person.village, closed.get(person.id), person.archived_on,
            kept[person.id].words, until, _is_over(until, today),
        )  # fmt: skip
