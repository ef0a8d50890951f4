"""Taking records away and bringing them back: nothing is ever deleted, each stays with its reason (回收站)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import exists, select

from desktop import resources
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.base import Base, Record
from desktop.models.benefits import Benefit
from desktop.models.people import Episode, Person
from desktop.models.scans import Scan
from desktop.models.surveys import SurveyEntry
from desktop.models.trainings import Training
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.services import codes, histories, joined, refusals, returning
from desktop.services.desk import Desk
from desktop.services.institution import TABLES

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RemovedRow:
    """One record in the bin: what it was, who took it away, when and why."""

    kind: str  # person, visit, training, scan, benefit, survey, or a kind of institution entry
    id: str
    title: str
    detail: str
    who: str
    at: datetime
    reason: str


class Removals:
    """Whatever should not have been recorded: drafts of files, visits, sessions, papers, entries of every list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def remove_person(self, person_id: str, reason: str) -> None:
        """Take away a draft file on which nothing was recorded; raises ValidationError for any other file."""
        self._desk.actor.require("people.remove")
        with self._desk.work.write("people.remove", person_id, reason=refusals.reason(reason)) as db:
            person = refusals.person_in(db, person_id)
            if not person.is_draft or _is_used(db, person_id):
                raise ValidationError(
                    "not_a_draft",
                    tr("只有没有任何服务记录和文书的草稿档案才能删除。"),
                    tr("不再服务的人请办理结案；重复建档请合并。"),
                )
            person.is_deleted = True

    def remove_visit(self, visit_id: str, reason: str) -> None:
        """Take a visit away; it counts no longer."""
        self._desk.actor.require("visits.remove")
        with self._desk.work.write("visits.remove", visit=visit_id, reason=refusals.reason(reason)) as db:
            visit = _there(db.get(Visit, visit_id))
            db.info["subject"] = visit.person_id
            visit.is_deleted = True

    def remove_training(self, training_id: str, reason: str) -> None:
        """Take a session away with its attendance; nobody's counts any longer."""
        self._desk.actor.require("trainings.remove")
        with self._desk.work.write("trainings.remove", training_id, reason=refusals.reason(reason)) as db:
            _there(db.get(Training, training_id)).is_deleted = True

    def remove_scan(self, scan_id: str, reason: str) -> None:
        """Take a paper or photo out of a file; its encrypted pages stay until an erasure."""
        self._desk.actor.require("scans.remove")
        with self._desk.work.write("scans.remove", scan=scan_id, reason=refusals.reason(reason)) as db:
            scan = _there(db.get(Scan, scan_id))
            db.info["subject"] = scan.person_id
            scan.is_deleted = True

    def restore(self, kind: str, record_id: str) -> None:
        """Bring a record back as it was; raises ValidationError where it cannot stand beside what came since."""
        self._desk.actor.require("removals.restore")
        if kind in _NEEDS:
            self._desk.actor.require(_NEEDS[kind])
        with self._desk.work.write(_RESTORES[kind], record_id) as db:
            record = db.get(_KINDS[kind], record_id)
            if record is None or not record.is_deleted or record.id in joined.gone(db):
                raise _not_there()
            if isinstance(record, Person) and record.erased_on is not None:
                raise _not_there()
            returning.refuse_where_it_cannot_stand(db, record)
            db.info["subject"] = getattr(record, "person_id", None) or record.id
            for each in (record, *returning.together(db, record)):
                each.is_deleted = False

    def rows(self) -> tuple[RemovedRow, ...]:
        """Return what was taken away, newest first."""
        self._desk.actor.require("removals.read")
        with self._desk.work.read() as db:
            names = {row[0]: row[1] for row in db.execute(select(User.id, User.name))}
            reasons = _reasons(db)
            found: list[RemovedRow] = []
            gone = joined.gone(db)  # files that became part of another are parted again, not restored
            for kind, table in _KINDS.items():
                for record in db.scalars(_in_the_bin(table).where(table.id.not_in(gone))).all():
                    who, why = names.get(record.updated_by, ""), reasons.get(record.id, "")
                    found.append(RemovedRow(kind, record.id, *_title(db, record), who, record.updated_at, why))
        return tuple(sorted(found, key=lambda row: row.at, reverse=True))


_KINDS: dict[str, type[Record]] = {
    "person": Person, "visit": Visit, "training": Training, "scan": Scan, "benefit": Benefit, "survey": SurveyEntry,
    **TABLES,
}  # fmt: skip
_RESTORES = {
    "person": "people.restore", "visit": "visits.restore", "training": "trainings.restore", "scan": "scans.restore",
    "benefit": "benefits.restore", "survey": "surveys.restore", **dict.fromkeys(TABLES, "institution.restore"),
}  # fmt: skip
_NEEDS = {
    "benefit": "benefits.record", "survey": "surveys.record", **dict.fromkeys(TABLES, "institution.amend"),
}  # fmt: skip
_REMOVES = ("people.remove", "visits.remove", "trainings.remove", "scans.remove")
_MADE_WITH_THE_FILE = ("guardian", "clinical_profile", Episode.__tablename__, "medication", "care_team_member")


def _in_the_bin(table: type[Record]) -> Select[Record]:
    """Return the records to show; a paper whose contents were erased is nothing that could come back."""
    wanted = select(table).where(table.is_deleted.is_(True))
    if table is Person:
        return wanted.where(Person.erased_on.is_(None))
    if table is Benefit:
        return wanted.where(Benefit.person_id.not_in(select(Person.id).where(Person.erased_on.is_not(None))))
    if table is SurveyEntry:
        return wanted.where(SurveyEntry.name != "")
    return wanted.where(Scan.title != "") if table is Scan else wanted


def _there(record: R | None) -> R:
    if record is None or record.is_deleted:
        raise _not_there()
    return record


def _not_there() -> ValidationError:
    return ValidationError("no_such_record", tr("没有这条记录，或已被别人处理。"), tr("请刷新列表再看。"))


def _is_used(db: Session, person_id: str) -> bool:
    """Say whether anything names the person beyond what the form itself stored."""
    for name in resources.table("people/tables.toml")["tables"]:
        table = Base.metadata.tables[name]
        naming = [column for column in table.c if any(key.column.table.name == "person" for key in column.foreign_keys)]
        if name not in _MADE_WITH_THE_FILE and any(
            db.scalar(select(exists().where(column == person_id, table.c.is_deleted.is_(False)))) for column in naming
        ):
            return True
    return False


def _reasons(db: Session) -> dict[str, str]:
    """Return the reason last given for each record that was taken away."""
    told = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.act.in_(_REMOVES)).order_by(AuditEntry.seq)
    return {
        str(detail.get("visit") or detail.get("scan") or subject): str(detail.get("reason", ""))
        for subject, detail in db.execute(told)
    }


def _title(db: Session, record: Record) -> tuple[str, str]:
    if isinstance(record, Person):
        return record.name, tr("草稿档案 {file_no}", file_no=record.file_no)
    if isinstance(record, Visit):
        person = db.get_one(Person, record.person_id)
        return person.name, tr(
            "{day} {method}", day=record.visited_on, method=codes.label_of("visit_method", record.method)
        )
    if isinstance(record, Scan):
        person = db.get_one(Person, record.person_id)
        return person.name, tr("{part}：{title}", part=codes.label_of("file_part", record.part), title=record.title)
    if isinstance(record, Benefit):
        person = db.get_one(Person, record.person_id)
        return person.name, tr("福利：{kind}", kind=codes.label_of("benefit_kind", record.kind))
    if isinstance(record, SurveyEntry):
        return record.name, tr("摸底：{name}", name=record.list_name)
    if not isinstance(record, Training):
        return _title_of_entry(record)
    words = [codes.label_of("training_type", record.training_type), record.theme or ""]
    return tr(" · ").join(word for word in words if word), tr(
        "{day} {starts} 的训练", day=record.held_on, starts=record.starts
    )


def _title_of_entry(record: Record) -> tuple[str, str]:
    """Return the words for an entry of the institution file: what tells it from its neighbours, and its kind."""
    described = resources.table("institution/labels.toml")["tables"][record.__tablename__]
    by = described["by"]
    named = histories.worded(record.__tablename__, by, getattr(record, by), {})
    return named or tr(described["label"]), tr("机构档案：{kind}", kind=tr(described["label"]))
