"""The audit (操作记录): readable, checkable, never changeable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, or_, select

from desktop.models.audit import AuditEntry
from desktop.models.users import User
from desktop.services.desk import Desk


@dataclass(frozen=True)
class AuditRow:
    """One entry: when, the name of who, what (name of the action), on whom or what, and the particulars."""

    seq: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: dict[str, object]


@dataclass(frozen=True)
class AuditCheck:
    """Whether the chain holds: number of entries, head (hex), first bad entry or None."""

    entries: int
    head: str
    is_ok: bool
    first_bad: int | None


class Audit:
    """Looking at the audit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, person_id: str | None = None, limit: int = 200) -> tuple[AuditRow, ...]:
        """Return entries, newest first, all or about one person."""
        self._desk.actor.require("audit.read")
        wanted = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
        if person_id is not None:
            named_among_many = cast(AuditEntry.detail, Text).contains(f'"{person_id}"')
            wanted = wanted.where(or_(AuditEntry.subject == person_id, named_among_many))
        with self._desk.work.read() as db:
            names = {user.id: user.name for user in db.scalars(select(User))}
            return tuple(
                AuditRow(
                    entry.seq,
                    entry.at,
                    names.get(entry.actor_id, entry.actor_id),
                    entry.act,
                    entry.subject or "",
                    entry.detail,
                )
                for entry in db.scalars(wanted)
            )

    def check(self) -> AuditCheck:
        """Recompute the chain."""
        self._desk.actor.require("audit.read")
        return chain(self._desk)


def chain(desk: Desk) -> AuditCheck:
    """Recompute the chain for another service that already asked for its own permission."""
    from desktop.store import audit

    with desk.work.read() as db:
        found = audit.verify(db)
    return AuditCheck(found.entries, found.head, found.first_bad is None, found.first_bad)
