"""The high-water mark outside the database: shows when an older copy was put in its place.

Neither SQLCipher nor the integrity checks can tell: an old file is a perfectly good file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.models.audit import AuditEntry
from desktop.models.exchange import Change
from desktop.store import audit, disk, facts

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session

_FORMAT = 0


@dataclass(frozen=True)
class Mark:
    """How far the store had come: restores, last change, number and hash of the last audit entry, key-file version."""

    incarnation: int
    change_seq: int
    audit_seq: int
    audit_head: str
    key_version: int


class Verdict(StrEnum):
    """What the comparison says; MISSING also stands for a mark that is damaged or was forged."""

    OK = "ok"
    BEHIND = "behind"
    MISSING = "missing"


@dataclass(frozen=True)
class Comparison:
    """The verdict, what lies behind (incarnation, changes, audit, key_file), and how many changes are lost."""

    verdict: Verdict
    behind: tuple[str, ...] = ()
    lost_changes: int = 0


def measure(db: Session | Connection, key_version: int) -> Mark:
    """Return the mark of the store as it is now."""
    seq, head = audit.head(db)
    newest = db.execute(select(func.max(Change.seq))).scalar() or 0
    return Mark(facts.incarnation(db), newest, seq, head, key_version)


def write(path: Path, mark: Mark, mac_key: bytes) -> None:
    """Keep the mark at `path`, authenticated with `mac_key`."""
    body = {"format": _FORMAT, **asdict(mark)}
    disk.write_safely(path, json.dumps(body | {"mac": _mac(body, mac_key)}).encode())


def read(path: Path, mac_key: bytes) -> Mark | None:
    """Return the mark at `path`, or None when it is not there or is not ours as we wrote it."""
    try:
        body = json.loads(path.read_bytes())
        mac = body.pop("mac")
        if not hmac.compare_digest(mac, _mac(body, mac_key)) or body.pop("format") != _FORMAT:
            return None
        return Mark(**body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def compare(path: Path, db: Session | Connection, mac_key: bytes, key_version: int) -> Comparison:
    """Compare the store with the mark at `path`.

    A store of a later incarnation was restored on purpose: its numbers may lie behind.
    """
    mark = read(path, mac_key)
    if mark is None:
        return Comparison(Verdict.MISSING)
    now = measure(db, key_version)
    behind = _behind(mark, now, db)
    if not behind:
        return Comparison(Verdict.OK)
    return Comparison(Verdict.BEHIND, behind, max(mark.change_seq - now.change_seq, 0))


def _behind(mark: Mark, now: Mark, db: Session | Connection) -> tuple[str, ...]:
    is_restored = now.incarnation > mark.incarnation
    found = {
        "incarnation": now.incarnation < mark.incarnation,
        "changes": not is_restored and now.change_seq < mark.change_seq,
        "audit": not is_restored and _hash_of(db, mark.audit_seq) != mark.audit_head,
        "key_file": now.key_version < mark.key_version,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _hash_of(db: Session | Connection, seq: int) -> str | None:
    """Return the hash of one audit entry; before the first stands the start of the chain."""
    return db.execute(select(AuditEntry.hash).where(AuditEntry.seq == seq)).scalar() if seq else audit.START


def _mac(body: dict[str, object], mac_key: bytes) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(mac_key, canonical, hashlib.sha256).hexdigest()
