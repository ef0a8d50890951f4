"""Brings an older file forward: on a verified copy, swapped in at one stroke when everything was checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.durable import sync_folder
from desktop.store import audit, backup, capture, disk, faults
from desktop.store.connection import DatabaseKey, maintenance_engine, opened
from desktop.store.migrations import History
from desktop.store.schema import upgrade

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ACTOR = "program"


def bring_forward(path: Path, key: DatabaseKey, db_uuid: str, version: int, history: History) -> None:
    """Replace the file at `path` by a copy with the newest schema; the old file stays beside it as a verified backup.

    Whatever fails before the swap leaves the old file as it was. Nobody may have the file open.
    """
    part = path.with_name(path.name + ".migrating")
    with disk.in_plain_words():
        with disk.scratch(_free_name(path, version)) as keep, disk.scratch(part):
            before = backup.duplicate(path, key, keep)
            backup.verify(keep, key, db_uuid, history)
            disk.sync_file(keep)
            backup.duplicate(path, key, part)
            _migrate(part, key, version, history)
            _compare(part, key, before)
            disk.sync_file(part)
            _settle(path, key)
            part.replace(path)
        sync_folder(path.parent)


def _migrate(part: Path, key: DatabaseKey, version: int, history: History) -> None:
    """Run the revisions in one transaction, without our triggers: SQLite drops them anyway when it rebuilds a table."""
    engine = maintenance_engine(part, key)
    with faults.in_plain_words(part), engine.begin() as connection:
        for name in _trigger_names(connection):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        upgrade(connection, history)
        capture.install(connection.exec_driver_sql)
        connection.exec_driver_sql(f"PRAGMA user_version={int(history.head)}")
        detail: dict[str, object] = {"from": f"{version:04}", "to": history.head}
        audit.append(connection, datetime.now(UTC), _ACTOR, "store.migrated", None, detail)


def _trigger_names(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())


def _compare(part: Path, key: DatabaseKey, before: dict[str, int]) -> None:
    """Raise when a table lost or gained rows, a reference hangs in the air, or a page is damaged."""
    with opened(part, key) as connection:
        health = backup.examine_connection(connection)
    after: dict[str, Any] = health.counts | {"audit": health.counts["audit"] - 1}
    if not health.is_sound or any(after[name] != rows for name, rows in before.items() if name in after):
        raise faults.damaged(part.name)


def _settle(path: Path, key: DatabaseKey) -> None:
    """Fold the write-ahead log of the old file into it: a log left beside the new file would be played into it."""
    with opened(path, key, "rw") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if path.with_name(path.name + "-wal").exists():  # the last connection to close would have removed it
        raise faults.in_use()


def _free_name(path: Path, version: int) -> Path:
    """Return a name beside `path` that is not taken."""
    stem = f"{path.stem}.before-{version + 1:04}"
    names = (f"{stem}{path.suffix}", *(f"{stem}-{count}{path.suffix}" for count in range(2, 1000)))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())
