"""Opening and making the database: identity checks, two engines, the clock and the actor behind the triggers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.models.exchange import Change
from desktop.models.meta import Meta
from desktop.store import capture, disk, faults
from desktop.store.clock import HybridClock
from desktop.store.connection import APPLICATION_ID, DatabaseKey, connect, connect_to_work, opened, raw_errors
from desktop.store.migrations import HEAD
from desktop.store.schema import upgrade

__all__ = ["DatabaseKey", "Store", "create_database", "open_database"]

to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
_WAIT_SECONDS = 30


class WriteContext:
    """What the triggers ask: who is writing, and whether this is a merge. Outside a unit of work nobody is."""

    def __init__(self, hlc: HybridClock) -> None:
        self._hlc = hlc
        self.actor_id: str | None = None
        self.is_merging = False

    def install(self, connection: Any) -> None:
        """Give the functions of the triggers to a connection; without them every write fails."""
        connection.create_function("app_actor", 0, self._actor)
        connection.create_function("app_hlc", 0, self._hlc.tick)
        connection.create_function("app_merging", 0, lambda: int(self.is_merging))

    def _actor(self) -> str:
        if self.actor_id is None:
            raise RuntimeError("a write outside a unit of work")
        return self.actor_id


class Store:
    """An opened database: one writer at a time, a few readers, and the clock of its changes."""

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        hlc: HybridClock,
        context: WriteContext,
        path: Path | None = None,
        altered: tuple[str, ...] = (),
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self.writer = writer
        self.reader = reader
        self.hlc = hlc
        self.context = context
        self.path = path
        self.altered = altered  # triggers that are not as generated: reading is allowed, writing is not
        self._on_close = on_close
        self._turn = threading.Lock()
        self._writing_thread: int | None = None

    @contextmanager
    def turn_to_write(self, actor_id: str, is_merging: bool) -> Iterator[None]:
        """Wait for the one place of the writer and take it for `actor_id`; twice on one thread is a bug and raises."""
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a unit of work inside a unit of work")
        if not self._turn.acquire(timeout=_WAIT_SECONDS):
            raise faults.in_use()
        try:
            self._writing_thread = threading.get_ident()
            self.context.actor_id, self.context.is_merging = actor_id, is_merging
            yield
        finally:
            self.context.actor_id, self.context.is_merging = None, False
            self._writing_thread = None
            self._turn.release()

    def close(self) -> None:
        """Bring everything into the one file and let go of it."""
        self._on_close()
        self.reader.dispose()
        self.writer.dispose()


def create_database(path: Path, key: DatabaseKey, facts: dict[str, str]) -> None:
    """Make a new database at `path` with the newest schema and `facts` in `meta`.

    An existing path is refused; on failure nothing is left. Raises OperationalError disk_full, read_only, io_error.
    """
    assert_slow_work_allowed("create_database")
    key.hex96()
    if path.is_symlink() or path.exists():
        raise OperationalError(
            "not_ours",
            tr("“{name}”已经存在，没有覆盖它。", name=path.name),
            tr("请换一个空文件夹，或打开已有的数据。"),
        )
    part = path.with_name(path.name + ".new")
    with disk.in_plain_words():
        _remove(part)
        try:
            disk.make_private(part)
            _fill(part, key, facts)
            part.rename(path)
            disk.sync_folder(path.parent)
        finally:
            _remove(part)


def _fill(path: Path, key: DatabaseKey, facts: dict[str, str]) -> None:
    """Put schema, triggers and facts into the empty file, in one transaction."""
    engine = maintenance_engine(path, key)
    with faults.in_plain_words(path), engine.begin() as connection:
        upgrade(connection)
        connection.execute(insert(Meta), [{"key": name, "value": value} for name, value in facts.items()])
        capture.install(connection.exec_driver_sql)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={int(HEAD)}")


def _remove(part: Path) -> None:
    """Remove what an interrupted attempt of ours left beside the real file."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def maintenance_engine(path: Path, key: DatabaseKey) -> Engine:
    """Return an engine for schema work on a file nobody else has open: no pool, foreign keys off, no authorizer."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key),
        poolclass=NullPool,
        hide_parameters=True,
        json_serializer=to_json,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def open_database(path: Path, key: DatabaseKey, db_uuid: str) -> Store:
    """Open the database of this station after checking that it is ours, whole at the head, and not newer than us.

    Raises OperationalError not_ours, other_station, newer_database, in_use, disk_full, read_only, io_error; nothing is
    created or changed then. An older schema is brought forward on a verified copy first.
    """
    assert_slow_work_allowed("open_database")
    identify(path, key, db_uuid)
    return _store(path, key.copy())


def identify(path: Path, key: DatabaseKey, db_uuid: str) -> int:
    """Check that `path` is the database `db_uuid` and return the number of its schema; nothing is written."""
    with disk.in_plain_words():
        if not path.exists():
            raise faults.missing(path)
        if not path.is_file() or path.stat().st_size == 0:  # SQLCipher takes an empty file as an empty database of ours
            raise faults.not_ours(path)
    with opened(path, key) as connection:
        if _number(connection, "application_id") != APPLICATION_ID:
            raise faults.not_ours(path)
        version = _number(connection, "user_version")
        if version > int(HEAD):
            raise _newer(path)
        if connection.execute("SELECT value FROM meta WHERE key = 'db_uuid'").fetchone() != (db_uuid,):
            raise _other_station(path)
    return version


def _number(connection: Any, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _newer(path: Path) -> OperationalError:
    return OperationalError(
        "newer_database",
        tr("“{name}”是由更新版本的程序写成的，本版本不能打开。没有改动任何内容。", name=path.name),
        tr("请先更新程序，再打开这份数据。"),
    )


def _other_station(path: Path) -> OperationalError:
    return OperationalError(
        "other_station",
        tr("“{name}”是另一个站点（或另一台电脑）的数据库。没有改动任何内容。", name=path.name),
        tr("核对数据文件夹是否选对；不要把别处的数据库文件复制到这里。"),
    )


def _store(path: Path, key: DatabaseKey) -> Store:
    """Build the two engines and look at the triggers and the clock once."""
    hlc = HybridClock()
    context = WriteContext(hlc)
    writer = _pool(partial(_writer_connection, path, key, context), "BEGIN IMMEDIATE", size=1, overflow=0)
    reader = _pool(partial(connect_to_work, path, key, is_reader=True), "BEGIN", size=3, overflow=2)
    with faults.in_plain_words(path), writer.begin() as connection:
        altered = capture.check(connection.connection.dbapi_connection)
        newest = select(Change.hlc).order_by(Change.seq.desc()).limit(1)
        hlc.observe(connection.scalar(newest) or "0")
    return Store(writer, reader, hlc, context, path, altered, on_close=partial(_settle, writer, path, key))


def _writer_connection(path: Path, key: DatabaseKey, context: WriteContext) -> Any:
    connection = connect_to_work(path, key, is_reader=False)
    context.install(connection)
    return connection


def _pool(creator: Callable[[], Any], begin: str, size: int, overflow: int) -> Engine:
    """Return an engine with a named pool: the default one of SQLAlchemy for this driver crashes with threads."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=creator,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=_WAIT_SECONDS,
        hide_parameters=True,
        json_serializer=to_json,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _settle(writer: Engine, path: Path, key: DatabaseKey) -> None:
    """Fold the write-ahead log into the file, so that a copy of the one file would be complete; forget the key."""
    with raw_errors(path), suppress(OperationalError):
        connection = writer.raw_connection()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    key.wipe()
