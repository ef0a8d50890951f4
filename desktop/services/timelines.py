"""What happened on one file, newest first: trainings, visits, calls, assessments, papers, registration; what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.consents import PAPER_BEFORE, SIGNED
from desktop.domain.reminders import due_words
from desktop.i18n import tr
from desktop.models.assessments import Assessment
from desktop.models.base import IMPORTED
from desktop.models.documents import Agreement, Consent, Document
from desktop.models.people import Person
from desktop.models.trainings import Attendance, Training
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.services import assessments, codes, counting, documents, duties, visits

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class TimelineItem:
    """One event of the file, newest first; kind: training, visit, call, assessment, document, registration, due."""

    id: str
    on: date
    kind: str
    title: str
    text: str
    tag: str
    tone: str
    author: str


@dataclass(frozen=True)
class Timeline:
    """A page of events and how many there are by kind."""

    total: int
    counts: dict[str, int]
    items: tuple[TimelineItem, ...]


def timeline(db: Session, person: Person, today: date, kind: str, limit: int) -> Timeline:
    """Return the newest events of one kind ("all" for every kind), and how many there are of each."""
    names = dict(db.execute(select(User.id, User.name)).all())
    events = [
        *_due(db, person.id, today),
        *_trainings(db, person.id, names),
        *_visits(db, person.id, names),
        *_assessments(db, person.id),
        *_papers(db, person.id, names),
        *_signed(db, person.id, names),
        _registration(person, names),
    ]
    found = Counter(event.kind for event in events)
    wanted = [event for event in events if kind in {"all", event.kind}]
    wanted.sort(key=lambda event: (event.on, event.id), reverse=True)
    return Timeline(len(wanted), {"all": len(events), **found}, tuple(wanted[:limit]))


def _due(db: Session, person_id: str, today: date) -> Iterable[TimelineItem]:
    client = duties.clients(db, today, [person_id])[person_id]
    parameters = duties.rules(db)
    due = client.visit_due
    if due is not None and duties.is_soon(due[0], today, parameters):
        tone = "bad" if due[0] < today else "warn"
        title, words = tr("应入户，尚未登记"), due_words(due[0], today)
        yield TimelineItem("due", due[0], "due", title, due[1], words, tone, tr("系统提醒"))


def _trainings(db: Session, person_id: str, names: dict[str, str]) -> Iterable[TimelineItem]:
    query = (
        select(*_SESSION)  # columns, not records: ten years are hundreds of sessions
        .join(Attendance, Attendance.training_id == Training.id)
        .where(Attendance.person_id == person_id, Attendance.is_deleted.is_(False), Training.is_deleted.is_(False))
    )
    for line in db.execute(query):
        kind = codes.label_of("training_type", line.training_type)
        title = tr(" · ").join(word for word in (kind, line.theme) if word)
        tag, tone = _attendance_tag(line)
        author = names.get(line.leader_id or "") or line.helpers or ""
        marked = _marked(tag, line.origin)
        yield TimelineItem(line.id, line.held_on, "training", title, _attendance(line), marked, tone, author)


_SESSION = (
    Training.id, Training.held_on, Training.training_type, Training.theme, Training.leader_id, Training.helpers,
    Attendance.state, Attendance.note, Attendance.participation, Attendance.mood_before, Attendance.mood_after,
    Attendance.is_counted, Attendance.origin,
)  # fmt: skip


def _marked(tag: str, origin: str) -> str:
    """Return the words of a pill, with the mark of what came from a sheet of earlier years."""
    mark = codes.label_of("record_origin", origin) if origin == IMPORTED else ""
    return tr(" · ").join(word for word in (tag, mark) if word)


def _attendance_tag(line: Any) -> tuple[str, str]:
    """Return the pill beside a session: absent, not recorded, or there but not counted."""
    if not line.state:
        return tr("未记出勤"), "off"
    if not counting.is_attended(line.state):
        return codes.label_of("attendance", line.state), "warn"
    return ("", "ok") if line.is_counted else (tr("不计入"), "warn")


def _attendance(line: Any) -> str:
    moods = "" if line.mood_before is None or line.mood_after is None else tr(
        "情绪 {before} → {after}", before=line.mood_before, after=line.mood_after
    )  # fmt: skip
    took_part = codes.label_of("participation", line.participation)
    words = [line.note or "", tr("参与：{how}", how=took_part) if took_part else "", moods]
    return "；".join(word for word in words if word)


def _visits(db: Session, person_id: str, names: dict[str, str]) -> Iterable[TimelineItem]:
    for visit in db.scalars(select(Visit).where(Visit.person_id == person_id, Visit.is_deleted.is_(False))):
        is_visit = bool(codes.entry("visit_method", visit.method).get("counts"))
        is_closed = is_visit and not counting.is_visit(visit.method, visit.met)
        tag = codes.label_of("visit_met", visit.met) if is_closed else tr("不计入") if is_visit else ""
        is_tagged = is_visit and not visit.is_counted
        yield TimelineItem(
            visit.id, visit.visited_on, "visit" if is_visit else "call", codes.label_of("visit_method", visit.method),
            visits.summary(visit), _marked(tag if is_tagged else "", visit.origin), "warn" if is_tagged else "ok",
            names.get(visit.visitor_id or "") or visit.companions or "",
        )  # fmt: skip


def _assessments(db: Session, person_id: str) -> Iterable[TimelineItem]:
    mine = (Assessment.person_id == person_id, Assessment.is_deleted.is_(False))
    for one in db.scalars(select(Assessment).where(*mine)):
        title = tr(" · ").join((codes.label_of("assessment_kind", one.kind), assessments.title_of(one)))
        yield TimelineItem(
            one.id, one.assessed_on, "assessment", title, assessments.summary(one), _marked("", one.origin), "ok",
            one.assessors or "",
        )  # fmt: skip


def _papers(db: Session, person_id: str, names: dict[str, str]) -> Iterable[TimelineItem]:
    columns = (Document.id, Document.made_at, Document.kind, Document.document_no, Document.created_by)
    for paper_id, made_at, kind, number, made_by in db.execute(
        select(*columns).where(Document.person_id == person_id, Document.is_deleted.is_(False))
    ):
        title = tr("打印{title}", title=_title(kind))
        on, author = made_at.astimezone().date(), names.get(made_by, "")
        yield TimelineItem(paper_id, on, "document", title, number, "", "info", author)


def _title(kind: str) -> str:
    """Return the short title of a paper."""
    return {"consent": tr("知情同意书"), "agreement": tr("服务协议")}.get(kind) or documents.title_of(kind)


def _signed(db: Session, person_id: str, names: dict[str, str]) -> Iterable[TimelineItem]:
    for consent in db.scalars(select(Consent).where(Consent.person_id == person_id, Consent.is_deleted.is_(False))):
        yield from _signing("consent", consent, names)
    agreed = (Agreement.person_id == person_id, Agreement.is_deleted.is_(False))
    for agreement in db.scalars(select(Agreement).where(*agreed)):
        yield from _signing("agreement", agreement, names)


def _signing(kind: str, paper: Consent | Agreement, names: dict[str, str]) -> Iterable[TimelineItem]:
    """Return that a paper was signed and, if so, that it was withdrawn or ended."""
    title, author = _title(kind), names.get(paper.updated_by, "")
    if paper.signed_on is not None:
        term = tr("有效期 {first} 至 {last}", first=paper.valid_from or "", last=paper.valid_to or "")
        words, (tag, tone) = tr("签{title}", title=title), _signing_tag(paper)
        yield TimelineItem(paper.id, paper.signed_on, "document", words, term, tag, tone, author)
    ended_on = paper.withdrawn_on if isinstance(paper, Consent) else paper.ended_on
    if ended_on is not None:
        words = tr("撤回{title}", title=title) if isinstance(paper, Consent) else tr("终止{title}", title=title)
        yield TimelineItem(f"{paper.id}-end", ended_on, "document", words, "", tr("已撤回"), "bad", author)


def _signing_tag(paper: Consent | Agreement) -> tuple[str, str]:
    """Return the pill beside a signed paper; one of before the program counts only when somebody saw the original."""
    if paper.status not in SIGNED:
        return tr("补录，原件未核对，不计入"), "warn"
    return (tr("已签 · 补录"), "ok") if paper.evidence == PAPER_BEFORE else (tr("已签"), "ok")


def _registration(person: Person, names: dict[str, str]) -> TimelineItem:
    on = person.filed_on or person.created_at.astimezone().date()
    text = tr("档案号 {file_no}", file_no=person.file_no)
    return TimelineItem(person.id, on, "registration", tr("建档"), text, "", "info", names.get(person.created_by, ""))
