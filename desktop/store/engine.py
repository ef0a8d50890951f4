"""Opening and making the database: two engines, and the clock and the actor that the triggers ask for."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from desktop.durable import sync_folder
from desktop.errors import OperationalError
from desktop.mainthread import assert_slow_work_allowed
from desktop.models.exchange import Change
from desktop.models.meta import Meta
from desktop.store import capture, disk, faults
from desktop.store.clock import HybridClock
from desktop.store.connection import DatabaseKey, connect_to_work, maintenance_engine, opened, pool
from desktop.store.identity import APPLICATION_ID, identify, refuse_existing
from desktop.store.migrations import PROGRAM, History
from desktop.store.schema import upgrade
from desktop.store.store import Store, WriteContext

__all__ = ["DatabaseKey", "Store", "create_database", "create_postgres", "open_database", "open_postgres"]


def create_database(path: Path, key: DatabaseKey, facts: dict[str, str], history: History = PROGRAM) -> None:
    """Make a new database at `path` with the newest schema and `facts` in `meta`.

    An existing path is refused; on failure nothing is left. Raises OperationalError disk_full, read_only, io_error.
    """
    assert_slow_work_allowed("create_database")
    key.hex96()  # a malformed key must not leave even an empty file
    refuse_existing(path)
    with disk.in_plain_words(), disk.scratch(path.with_name(path.name + ".new")) as part:
        _fill(part, key, facts, history)
        part.rename(path)
        sync_folder(path.parent)


def _fill(path: Path, key: DatabaseKey, facts: dict[str, str], history: History) -> None:
    """Put schema, triggers and facts into the empty file, in one transaction."""
    with faults.in_plain_words(path), maintenance_engine(path, key).begin() as connection:
        upgrade(connection, history)
        connection.execute(insert(Meta), [{"key": name, "value": value} for name, value in facts.items()])
        capture.install(connection.exec_driver_sql)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={int(history.head)}")


def open_database(path: Path, key: DatabaseKey, db_uuid: str, history: History = PROGRAM) -> Store:
    """Open the database of this station after checking that it is ours, and not newer than the program.

    Raises OperationalError not_ours, other_station, newer_database, in_use, disk_full, read_only, io_error; nothing is
    created or changed then. An older schema is brought forward on a verified copy first.
    """
    assert_slow_work_allowed("open_database")
    version = identify(path, key, db_uuid, history)
    if version < int(history.head):
        from desktop.store.migrating import bring_forward

        bring_forward(path, key, db_uuid, version, history)
    own_key = key.copy()
    hlc = HybridClock()
    context = WriteContext(hlc)
    writer = pool(partial(_writer_connection, path, own_key, context), "BEGIN IMMEDIATE", size=1, overflow=0)
    reader = pool(partial(connect_to_work, path, own_key, is_reader=True), "BEGIN", size=3, overflow=2)
    try:
        altered = _look(path, writer, hlc)
    except BaseException:
        writer.dispose()
        own_key.wipe()
        raise
    return Store(writer, reader, context, hlc, path, altered, partial(_settle, path, own_key))


def _look(path: Path, writer: Engine, hlc: HybridClock) -> tuple[str, ...]:
    """Set the clock behind the newest change, and return the triggers that are not as generated."""
    with faults.in_plain_words(path), writer.begin() as connection:
        newest = select(Change.hlc).order_by(Change.seq.desc()).limit(1)
        hlc.observe(connection.scalar(newest) or "0")
        return capture.check(connection.connection.dbapi_connection)


def _writer_connection(path: Path, key: DatabaseKey, context: WriteContext) -> Any:
    connection = connect_to_work(path, key, is_reader=False)
    context.install(connection)
    return connection


def _settle(path: Path, key: DatabaseKey) -> None:
    """Fold the write-ahead log into the file, so that the one file is complete; forget the key."""
    # On a full or failing disk the log stays beside the file, with everything in it, for the next start.
    with suppress(OperationalError), opened(path, key, "rw") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    key.wipe()


def open_postgres(url: str, password: str | None) -> Store:
    """Open the hub on PostgreSQL; see `desktop.store.postgres`."""
    from desktop.store import postgres

    return postgres.open_hub(url, password)


def create_postgres(url: str, password: str | None, facts: dict[str, str]) -> None:
    """Make the tables of a hub in an empty PostgreSQL database; see `desktop.store.postgres`."""
    from desktop.store import postgres

    postgres.create_hub(url, password, facts)
