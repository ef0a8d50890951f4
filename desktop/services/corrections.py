"""When a record is final, and what may still be done to it: corrected with a reason that stands in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.domain.texts import check_values
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.exchange import BundleOut, Change
from desktop.services import codes, refusals

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.models.base import Record


def explain(db: Session, record: Record, reason: str, today: date) -> None:
    """Note the reason of a correction in the audit entry; refuse the correction of a final record without one."""
    given = reason.strip()
    if given:
        refusals.raise_first(check_values({"reason": given}))
        db.info["detail"]["reason"] = given
        return
    with db.no_autoflush:  # the change and its reason are one revision
        is_too_late = is_final(db, record, today)
    if is_too_late:
        raise ValidationError(
            "reason_needed",
            tr("这份记录已经定稿（登记已久，或已交给县里），更正要写明理由。"),
            tr("请写一句为什么改；原来的内容会留在修改记录里。"),
            field="reason",
        )


def is_final(db: Session, record: Record, today: date) -> bool:
    """Say whether a record was handed over, or recorded more days ago than a slip of the pen is noticed in."""
    age = (today - record.created_at.astimezone().date()).days
    return age > codes.rules("corrections")["free_days"] or is_handed_over(db, record.id)


def is_handed_over(db: Session, record_id: str) -> bool:
    """Say whether the county has a record, in whatever version."""
    first = db.scalar(select(func.min(Change.seq)).where(Change.pk == record_id))
    last = db.scalar(select(func.max(BundleOut.last_seq)).where(BundleOut.written_at.is_not(None)))
    return first is not None and last is not None and first <= last
