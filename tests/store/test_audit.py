"""The chain of the audit shows every kind of tampering by somebody who has the key."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.models.audit import AuditEntry
from desktop.store import audit
from desktop.store.connection import DatabaseKey, maintenance_engine
from desktop.store.unit_of_work import Work
from tests.store.conftest import bare


@pytest.fixture
def noted(work: Work, path: Path) -> Path:
    """Five entries in a closed database."""
    for number in range(5):
        work.note(
            "person.viewed", f"p{number}", text="汉字 𠮷 \u2028", number=number, share=0.1, nothing=None, parts=("a", 1)
        )
    work.store.close()
    return path


def check(path: Path, key: DatabaseKey) -> audit.ChainCheck:
    with maintenance_engine(path, key, mode="ro", begin="BEGIN").connect() as db:
        return audit.verify(db)


def test_an_empty_chain_holds(path: Path, key: DatabaseKey) -> None:
    assert check(path, key) == (0, "0" * 64, None)


def test_the_hash_is_as_documented(noted: Path, key: DatabaseKey) -> None:
    with maintenance_engine(noted, key, mode="ro", begin="BEGIN").connect() as db:
        first = db.execute(select(AuditEntry.__table__).order_by("seq")).first()
    assert first is not None
    assert first.prev == "0" * 64
    entry = {name: getattr(first, name) for name in ("seq", "actor_id", "act", "subject", "detail")}
    canonical = json.dumps(
        entry | {"at": first.at.isoformat()}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert first.hash == hashlib.sha256(("kangyi-audit/0" + "0" * 64 + canonical).encode()).hexdigest()


def test_an_untouched_chain_holds(noted: Path, key: DatabaseKey) -> None:
    entries, head, first_bad = check(noted, key)
    assert (entries, first_bad, len(head)) == (5, None, 64)


TAMPERING = {
    "changed text": ("UPDATE audit SET act = 'x' WHERE seq = 3", 3),
    "changed detail": ("UPDATE audit SET detail = '{}' WHERE seq = 2", 2),
    "changed time": ("UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 4", 4),
    "changed person": ("UPDATE audit SET actor_id = 'other' WHERE seq = 5", 5),
    "changed hash": ("UPDATE audit SET hash = printf('%064d', 7) WHERE seq = 3", 3),
    "changed prev": ("UPDATE audit SET prev = printf('%064d', 7) WHERE seq = 3", 3),
    "deleted": ("DELETE FROM audit WHERE seq = 2", 3),
    "deleted and closed up": ("DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2", 2),
    "first deleted": ("DELETE FROM audit WHERE seq = 1", 2),
    "swapped": (
        ";".join(f"UPDATE audit SET seq = {to} WHERE seq = {at}" for at, to in ((2, 9), (3, 2), (9, 3))),
        2,
    ),
    "inserted": (
        "INSERT INTO audit SELECT 6, at, actor_id, act, subject, detail, hash, hash FROM audit WHERE seq = 5",
        6,
    ),
}


@pytest.mark.parametrize(("statements", "first_bad"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_with_the_key_is_found(noted: Path, key: DatabaseKey, statements: str, first_bad: int) -> None:
    with bare(noted, key) as db:
        for name in ("insert", "update", "delete"):
            db.execute(f"DROP TRIGGER audit_guard_{name}")
        db.executescript(statements)
    assert check(noted, key).first_bad == first_bad


def test_cutting_the_end_needs_the_anchor(noted: Path, key: DatabaseKey) -> None:
    head = check(noted, key).head
    with bare(noted, key) as db:
        db.execute("DROP TRIGGER audit_guard_delete")
        db.execute("DELETE FROM audit WHERE seq = 5")
    cut = check(noted, key)
    assert (cut.entries, cut.first_bad) == (4, None)
    assert cut.head != head
