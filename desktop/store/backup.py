"""Copies of the encrypted database: made while the program works, opened again and checked; and restoring from one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlcipher3 import dbapi2

from desktop.durable import sync_folder
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.models.exchange import Change
from desktop.models.people import Person
from desktop.store import audit, capture, disk, facts, faults
from desktop.store.connection import DatabaseKey, connect, maintenance_engine, opened, raw_errors
from desktop.store.identity import identify, refuse_existing
from desktop.store.migrations import PROGRAM, History

if TYPE_CHECKING:
    from desktop.store.store import Store

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Health:
    """What the checks of one database say; each list is empty when all is well."""

    cipher_faults: tuple[str, ...]
    page_faults: tuple[str, ...]
    foreign_key_faults: int
    altered_triggers: tuple[str, ...]
    counts: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Say whether no check found anything."""
        return not (self.cipher_faults or self.page_faults or self.foreign_key_faults or self.altered_triggers)


@dataclass(frozen=True)
class BackupFacts:
    """What stands in a backup that was opened and found whole."""

    file: Path
    size: int
    sha256: str
    persons: int
    changes: int  # number of the newest captured change
    incarnation: int
    audit_entries: int
    audit_head: str
    counts: dict[str, int]


def copy(store: Store, key: DatabaseKey, target: Path) -> BackupFacts:
    """Copy the running database to the new file `target`, open the copy, check it, and only then give it its name.

    Raises OperationalError disk_full, read_only, io_error; no unchecked file is left.
    """
    assert_slow_work_allowed("backup.copy")
    if store.path is None:
        raise _not_a_file()
    with _part(target) as part:
        counts = duplicate(store.path, key, part)
        found = verify(part, key, _db_uuid(store.path, key))
        if found.counts != counts:
            raise faults.damaged(target.name)
    return _renamed(found, target)


def duplicate(path: Path, key: DatabaseKey, target: Path) -> dict[str, int]:
    """Copy one consistent state of the database at `path` into the empty file `target`; return its rows per table.

    Never by copying the file: that would miss the write-ahead log and drop the locks of this process.
    """
    with raw_errors(target), closing(connect(path, key, "ro")) as source, closing(connect(target, key)) as copied:
        source.execute("BEGIN")
        counts = row_counts(source)
        source.backup(copied)
        source.execute("ROLLBACK")
        copied.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, to be opened from a protected stick too
    return counts


def verify(path: Path, key: DatabaseKey, db_uuid: str, history: History = PROGRAM) -> BackupFacts:
    """Open a backup read-only and check all of it; never the running database, its locks would be lost.

    Raises OperationalError not_ours, other_station, newer_database, or io_error when anything in it is damaged.
    """
    assert_slow_work_allowed("backup.verify")
    version = identify(path, key, db_uuid, history)
    with opened(path, key) as connection:
        health = examine_connection(connection, is_current=version == int(history.head))
    if not health.is_sound:
        raise faults.damaged(path.name)
    engine = maintenance_engine(path, key, mode="ro", begin="BEGIN")
    with faults.in_plain_words(path), engine.connect() as db:
        chain = audit.verify(db)
        if chain.first_bad is not None:
            raise faults.damaged(path.name)
        persons = db.scalar(select(func.count()).select_from(Person).where(~Person.is_deleted)) or 0
        changes = db.scalar(select(func.max(Change.seq))) or 0
        incarnation = facts.incarnation(db)
    with disk.in_plain_words():
        size, sha256 = path.stat().st_size, _sha256(path)
    return BackupFacts(path, size, sha256, persons, changes, incarnation, chain.entries, chain.head, health.counts)


def restore(source: Path, key: DatabaseKey, db_uuid: str, target: Path, actor_id: str, now: datetime) -> BackupFacts:
    """Make the new database `target` from a backup: checked before and after, one incarnation later.

    An existing file is refused; the running database is never touched. Raises OperationalError as `verify` and `copy`.
    """
    assert_slow_work_allowed("backup.restore")
    before = verify(source, key, db_uuid)
    with _part(target) as part:
        duplicate(source, key, part)
        with faults.in_plain_words(part), maintenance_engine(part, key).begin() as db:
            number = facts.begin_next_incarnation(db)
            detail: dict[str, object] = {"incarnation": number, "changes": before.changes, "sha256": before.sha256}
            audit.append(db, now, actor_id, "backup.restored", None, detail)
        found = verify(part, key, db_uuid)
    return _renamed(found, target)


def examine(store: Store) -> Health:
    """Run all checks on the running database."""
    assert_slow_work_allowed("backup.examine")
    if store.path is None:
        raise _not_a_file()
    with faults.in_plain_words(store.path), store.reader.connect() as db, raw_errors(store.path):
        return examine_connection(db.connection.dbapi_connection)


def examine_connection(connection: Any, is_current: bool = True) -> Health:
    """Ask SQLCipher, SQLite and our own triggers; those of an older schema were generated from older models."""
    cipher = _findings(connection, "cipher_integrity_check")
    pages = _findings(connection, "integrity_check")
    keys = _findings(connection, "foreign_key_check")
    altered = capture.check(connection) if is_current else ()
    return Health(cipher, () if pages == ("ok",) else pages, len(keys), altered, row_counts(connection))


def _findings(connection: Any, check: str) -> tuple[str, ...]:
    """Return what a check reports; a check that breaks off on a damaged page reports just that."""
    try:
        return tuple(str(row[0]) for row in connection.execute(f"PRAGMA {check}"))
    except dbapi2.DatabaseError as error:
        return (str(error),)


def row_counts(connection: Any) -> dict[str, int]:
    """Return the rows of every table that can be read, by name."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    ).fetchall()
    counts = {}
    for (name,) in names:
        with suppress(dbapi2.DatabaseError):  # its damage is among the findings
            # The names come from the schema that the program made.
            counts[name] = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
    return counts


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """Give an empty private file beside `target`; a clean exit brings it to the disk and to its name, else it goes."""
    refuse_existing(target)
    with disk.in_plain_words():
        target.parent.mkdir(parents=True, exist_ok=True)
        with disk.scratch(target.with_name(target.name + ".part")) as part:
            yield part
            disk.sync_file(part)
            part.rename(target)
            sync_folder(target.parent)


def _renamed(found: BackupFacts, target: Path) -> BackupFacts:
    return BackupFacts(**{**found.__dict__, "file": target})


def _db_uuid(path: Path, key: DatabaseKey) -> str:
    with opened(path, key) as connection:
        return str(connection.execute("SELECT value FROM meta WHERE key = 'db_uuid'").fetchone()[0])


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _not_a_file() -> OperationalError:
    return OperationalError(
        "io_error",
        tr("这个汇总库在 PostgreSQL 服务器上，本程序不为它做文件备份。"),
        tr("请由服务器管理员用 PostgreSQL 自带的备份。"),
    )
