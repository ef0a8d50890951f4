"""The audit chain: each entry carries the hash of the one before, so a changed past shows."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from desktop.models.audit import AuditEntry

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session

_DOMAIN = "kangyi-audit/0"
START = "0" * 64
_BATCH = 1000
_ENTRY = insert(AuditEntry.__table__)  # type: ignore[arg-type] # plain table: the mapper has nothing to add
_NEWEST = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)


class ChainCheck(NamedTuple):
    """How many entries there are, the hash of the newest (64 hex digits), and the first that does not fit, if any."""

    entries: int
    head: str
    first_bad: int | None


def head(db: Session | Connection) -> tuple[int, str]:
    """Return number and hash of the newest entry, (0, 64 zeros) for an empty chain."""
    row = db.execute(_NEWEST).first()
    return (row.seq, row.hash) if row else (0, START)


def append(
    db: Session | Connection, at: datetime, actor_id: str, act: str, subject: str | None, detail: dict[str, object]
) -> int:
    """Add one entry at the end of the chain, inside the caller's transaction; return its number."""
    seq, prev = head(db)
    kept = json.loads(json.dumps(detail))  # what will be read back is what is hashed
    digest = _digest(prev, seq + 1, at, actor_id, act, subject, kept)
    entry = {"seq": seq + 1, "at": at, "actor_id": actor_id, "act": act, "subject": subject, "detail": kept}
    db.execute(_ENTRY, {**entry, "prev": prev, "hash": digest})
    return seq + 1


def verify(db: Session | Connection) -> ChainCheck:
    """Recompute the whole chain from the first entry."""
    table = AuditEntry.__table__
    seq, prev, first_bad = 0, START, None
    for row in db.execute(select(table).order_by(table.c.seq), execution_options={"yield_per": _BATCH}):
        seq += 1
        digest = _digest(prev, seq, row.at, row.actor_id, row.act, row.subject, row.detail)
        if first_bad is None and (row.seq, row.prev, row.hash) != (seq, prev, digest):
            first_bad = row.seq
        prev = row.hash
    return ChainCheck(seq, prev, first_bad)


def _digest(
    prev: str, seq: int, at: datetime, actor_id: str, act: str, subject: str | None, detail: dict[str, object]
) -> str:
    """Return SHA-256 over the domain text, the hash before and the entry as canonical JSON."""
    entry = {"seq": seq, "at": at.isoformat(), "actor_id": actor_id, "act": act, "subject": subject, "detail": detail}
    canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((_DOMAIN + prev + canonical).encode("utf-8", "surrogatepass")).hexdigest()
