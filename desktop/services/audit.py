"""The audit (操作记录): readable, checkable, never changeable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.services.desk import Desk


@dataclass(frozen=True)
class AuditRow:
    """One entry in words."""

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
        raise NotImplementedError

    def check(self) -> AuditCheck:
        """Recompute the chain."""
        raise NotImplementedError
