"""What must hold before a record that was taken away stands again, and what comes back with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.institution import OWNERS
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.base import Record
from desktop.models.benefits import Benefit
from desktop.models.exchange import Change
from desktop.models.institution import PriceItem
from desktop.models.people import Person
from desktop.models.trainings import Training
from desktop.services import benefits, institution, journal, refusals, trainings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def refuse_where_it_cannot_stand(db: Session, record: Record) -> None:
    """Raise ValidationError when a record cannot stand beside what came since it was taken away."""
    with db.no_autoflush:
        _refuse_without_owner(db, record)
        check: Callable[[Session, Any], None] = _CHECKS.get(type(record), _nothing_more)
        check(db, record)


def together(db: Session, record: Record) -> Iterable[Record]:
    """Give what was taken away in the same act below an entry of the institution file, and is still away."""
    act = select(AuditEntry).where(AuditEntry.act == "institution.remove", AuditEntry.subject == record.id)
    entry = db.scalar(act.order_by(AuditEntry.seq.desc()).limit(1))
    span: Any = entry.detail.get("changes") if entry is not None else None
    if span is None:
        return
    for change in db.scalars(select(Change).where(Change.seq.between(*span), Change.pk != record.id)):
        below = db.get(journal.record_type(change.table_name), change.pk)
        if below is not None and below.is_deleted:
            yield below


def _nothing_more(_db: Session, _record: Record) -> None:
    """Ask nothing of a kind that stands for itself."""


def _refuse_without_owner(db: Session, record: Record) -> None:
    """Refuse what belongs to a file or an entry that is gone itself."""
    if "person_id" in record.__table__.c and getattr(record, "person_id", None):
        refusals.person_in(db, record.person_id)  # type: ignore[attr-defined]  # asked the line before
    for name in OWNERS.values():
        column = record.__table__.c.get(name)
        owner_id = getattr(record, name, None)
        for key in column.foreign_keys if column is not None and owner_id else ():
            owner = db.get(journal.record_type(key.column.table.name), owner_id)
            if owner is None or owner.is_deleted:
                raise ValidationError("owner_removed", tr("它所属的那一条还在回收站里。"), tr("请先恢复那一条。"))


def _person(db: Session, person: Person) -> None:
    from desktop.services.enrolling import refuse_duplicate

    if person.id_no:
        refuse_duplicate(db, person.id_no, person.id)


def _training(db: Session, training: Training) -> None:
    """Nobody may sit in two sessions at one hour."""
    refusals.raise_first(trainings.collisions(db, training, trainings.lines_of(db, training.id)))


def _benefit(db: Session, benefit: Benefit) -> None:
    benefits.refuse_second(db, benefit.person_id, benefit.kind, benefit.id)


def _price(db: Session, price: PriceItem) -> None:
    """No two prices of one service may hold on one day."""
    if institution.meeting_prices(db, price):
        message = tr("同一项目这段时间已有另一个价格。")
        raise ValidationError("price_overlap", message, tr("请先改或删除那一条。"))


_CHECKS: dict[type[Record], Any] = {Person: _person, Training: _training, Benefit: _benefit, PriceItem: _price}
