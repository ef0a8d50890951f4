"""What an erasure would do, said before it is done: what goes, what stays and why, where copies are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop import resources
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.exchange import Enrolment
from desktop.models.people import Person
from desktop.services import erasing, retaining

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.models.base import Record
    from desktop.services.desk import Desk

_BACKUP = "backups.make"


@dataclass(frozen=True)
class ErasureLine:
    """One kind of records: how many; for what is kept, why and by which article."""

    label: str
    number: int
    because: str = ""
    article: str = ""


@dataclass(frozen=True)
class ErasurePlan:
    """What goes, what stays until when, and where copies are left: unfinished forms, backups, the county."""

    person_id: str
    name: str
    file_no: str
    clears: tuple[ErasureLine, ...]
    keeps: tuple[ErasureLine, ...]
    keep_until: date | None
    keep_words: str
    is_over: bool
    forms: int
    backups: int
    backups_gone_on: date | None
    county: str


def plan_of(db: Session, desk: Desk, person: Person) -> ErasurePlan:
    """Return the plan for a file."""
    kept, today = retaining.retention_of(db, [person.id])[person.id], desk.clock.today()
    is_over = kept.until is not None and kept.until < today
    subject = erasing.subject_of(db, person)
    standing = erasing.standing_of(db, subject, is_over)
    ids = {person.id, *(one.id for records in standing.clears.values() for one in records)}
    forms = sum(len(found) for found in erasing.loose_forms(db, subject, ids))
    copies = db.scalars(select(AuditEntry.at).where(AuditEntry.act == _BACKUP)).all()
    return ErasurePlan(
        person.id, person.name, person.file_no,
        (ErasureLine(_label("person"), len(subject.ids)), *_lines(standing.clears)),
        _lines(standing.keeps), kept.until, kept.words, is_over, forms, len(copies),
        max(copies).astimezone().date() + timedelta(days=_longest()) if copies else None,
        db.scalar(select(Enrolment.hub_name).order_by(Enrolment.enrolled_at.desc()).limit(1)) or "",
    )  # fmt: skip


def _lines(found: dict[str, list[Record]]) -> tuple[ErasureLine, ...]:
    kept = erasing.rules()["kept"]
    whys = {name: kept.get(name, {}) for name in found}
    return tuple(
        ErasureLine(_label(name), len(records), whys[name].get("because", ""), whys[name].get("article", ""))
        for name, records in found.items()
    )


def _label(table: str) -> str:
    return tr(resources.table("people/labels.toml")["tables"][table]["label"])


def _longest() -> int:
    """Return after how many days the last of the own backups is gone: one a month is kept longest."""
    return int(resources.table("codes/backups.toml")["keep"]["monthly"]) * 31
