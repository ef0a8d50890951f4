"""What a person or guardian is told about their information: all of it in plain words, and who saw or got it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, or_, select

from desktop import resources
from desktop.domain.privacy import SELF
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.base import Base, Record
from desktop.models.documents import Document
from desktop.models.exchange import BundleOut, Change, Enrolment
from desktop.models.people import Person
from desktop.models.privacy import PrivacyRequest
from desktop.models.trainings import Attendance, Training
from desktop.models.users import User
from desktop.services import codes, erasing, joined, paperwork, standings
from desktop.services.histories import worded
from desktop.services.journal import record_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Lines = list[Mapping[str, object]]


def pack(
    db: Session, person: Person, request: PrivacyRequest, today: date, actor: str
) -> tuple[dict[str, object], dict[str, Lines]]:
    """Return head and rows of the access pack; what is about other people is left out (people/privacy.toml)."""
    names = dict(db.execute(select(User.id, User.name)).all())
    ids = joined.family(db, person.id)
    lines: dict[str, Lines] = {
        "records": list(_records(db, ids, names)),
        "papers": list(_papers(db, ids)),
        "access": list(_accesses(db, ids, names)),
        "handed": list(_handed(db, ids)),
    }
    numbers = {f"pack.{name}": str(len(found)) for name, found in lines.items()}
    for name, column in (("papers", "title"), ("access", "what"), ("handed", "what")):
        lines[name] = lines[name] or [{column: tr("没有")}]
    return {**_head(db, person, request, today, actor), **numbers}, lines


def answer(db: Session, person: Person, request: PrivacyRequest, today: date, actor: str) -> dict[str, object]:
    """Return what the written answer to a request prints."""
    agreed = {"done": tr("同意"), "refused": tr("不同意")}[request.state]
    article = codes.entry("privacy_kind", request.kind)["article"]
    return {
        **_head(db, person, request, today, actor),
        "answer.verdict": agreed,
        "answer.words": request.answer,
        "answer.on": request.answered_on,
        "answer.article": tr("《中华人民共和国个人信息保护法》{article}", article=tr(article)),
    }


def _head(db: Session, person: Person, request: PrivacyRequest, today: date, actor: str) -> dict[str, object]:
    return {
        **paperwork.station(db),
        "person.name": person.name,
        "person.file_no": person.file_no,
        "request.kind": codes.label_of("privacy_kind", request.kind),
        "request.by": person.name if request.relation == SELF else request.asked_by,
        "request.relation": codes.label_of("privacy_relation", request.relation),
        "request.identity": codes.label_of("identity_check", request.identity_check),
        "request.on": request.asked_on,
        "request.words": request.words,
        "pack.on": today,
        "pack.by": actor,
    }


def _records(db: Session, ids: Sequence[str], names: Mapping[str, str]) -> Iterable[dict[str, object]]:
    """Give one row for each record of the file, section by section; what was taken back is told too."""
    left_out = erasing.rules()["access"]
    tables = ["person", *resources.table("people/tables.toml")["tables"]]
    for name in tables:
        if name in left_out["tables_left_out"]:
            continue
        described = resources.table("people/labels.toml")["tables"][name]
        hidden = left_out["columns_left_out"].get(name, ())
        columns = {key: facts for key, facts in described["columns"].items() if key not in hidden}
        place = tr(described["label"])
        for record in _of(db, name, ids):
            words = _told(db, name, record, columns, names)
            if words:
                yield {"section": place, "text": words + (tr("（已撤销的记录）") if record.is_deleted else "")}
                place = ""


def _of(db: Session, name: str, ids: Sequence[str]) -> Iterable[Record]:
    model: Any = record_type(name)
    columns = [model.__table__.c.id] if name == "person" else [
        column
        for column in model.__table__.c
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    ]  # fmt: skip
    found: Iterable[Record] = db.scalars(
        select(model).where(or_(*[column.in_(ids) for column in columns])).order_by(model.__table__.c.id)
    )
    return found


def _told(db: Session, name: str, record: Any, columns: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a record as words, every number in full: it is the person's own."""
    values = {key: worded(name, key, getattr(record, key), names, is_masked=False) for key in columns}
    words = [
        tr("{label}：{value}", label=tr(columns[key]["label"]), value=value) for key, value in values.items() if value
    ]
    if isinstance(record, Attendance):
        training = db.get_one(Training, record.training_id)
        kind = codes.label_of("training_type", training.training_type)
        words.insert(0, tr("{day} {kind} {theme}", day=training.held_on, kind=kind, theme=training.theme or "").strip())
    return tr("；").join(words)


def _papers(db: Session, ids: Sequence[str]) -> Iterable[dict[str, object]]:
    title = Document.content["title"].as_string()
    query = select(Document.document_no, title, Document.made_at, Document.pages)
    query = query.where(Document.person_id.in_(ids), Document.is_deleted.is_(False)).order_by(Document.made_at)
    for number, words, made_at, pages in db.execute(query):
        yield {"mark": number, "title": words or "", "day": _day(made_at), "pages": str(pages)}


def _accesses(db: Session, ids: Sequence[str], names: Mapping[str, str]) -> Iterable[dict[str, object]]:
    """Give who looked at the file, printed or took something, a line a day, person and act; with the reasons given."""
    acts = erasing.rules()["access"]["acts"]
    about = [AuditEntry.subject == one for one in ids]
    about += [cast(AuditEntry.detail, Text).contains(f'"{one}"') for one in ids]
    query = select(AuditEntry).where(AuditEntry.act.in_(acts), or_(*about)).order_by(AuditEntry.seq)
    found: Counter[tuple[str, str, str, str]] = Counter()
    for entry in db.scalars(query):
        why = codes.label_of("reveal_reason", str(entry.detail.get("reason", "")))
        found[_day(entry.at), names.get(entry.actor_id, ""), tr(acts[entry.act]), why] += 1
    for (day, who, act, why), number in found.items():
        what = act if number == 1 else tr("{act}，{n} 次", act=act, n=number)
        yield {"day": day, "who": who, "what": what, "why": why}


def _handed(db: Session, ids: Sequence[str]) -> Iterable[dict[str, object]]:
    """Give the bundles that went to the county with changes of the file while that was allowed."""
    told = resources.table("exchange/fields.toml")["tables"]
    hub = db.scalar(select(Enrolment.hub_name).order_by(Enrolment.enrolled_at.desc()).limit(1)) or ""
    pks = [one for name in told if name in _tables() for one in _pks(db, name, ids)]
    seqs = sorted(db.scalars(select(Change.seq).where(Change.pk.in_(pks)))) if pks else []
    for bundle in db.scalars(select(BundleOut).where(BundleOut.written_at.is_not(None)).order_by(BundleOut.bundle_seq)):
        number = sum(bundle.first_seq <= seq <= bundle.last_seq for seq in seqs)
        on = bundle.issued_at.astimezone().date()
        if number and standings.verdicts(db, [ids[0]], "export", on)[ids[0]].yes:
            why = codes.label_of("legal_basis", standings.legal_basis(db))
            what = tr("交接包第 {n} 号，{m} 条变动", n=bundle.bundle_seq, m=number)
            yield {"day": on.isoformat(), "who": hub, "what": what, "why": why}


def _tables() -> frozenset[str]:
    return frozenset({"person", *resources.table("people/tables.toml")["tables"]})


def _pks(db: Session, name: str, ids: Sequence[str]) -> list[str]:
    table = Base.metadata.tables[name]
    column = table.c.id if name == "person" else table.c.person_id
    return list(db.scalars(select(table.c.id).where(column.in_(ids))))


def _day(at: Any) -> str:
    return str(at.astimezone().date().isoformat())
