"""One connection to an encrypted file, in the profile that was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from desktop.store import faults

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGE_SIZE = 8192
BUSY_MILLISECONDS = 10_000
WAIT_SECONDS = 30
to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
_RAW_KEY = re.compile(r"[0-9a-f]{96}")
_KEY_BYTES = 48
_STATEMENTS = 500  # as good as all of the program: preparing one anew costs more than most answers

# cipher_log_level comes first: SQLCipher writes to stderr otherwise. Without cipher_page_size the file looks foreign.
_OPENING = ("cipher_log_level=NONE", "key", f"cipher_page_size={PAGE_SIZE}", "cipher_memory_security=ON")
_CACHE, _CACHE_TO_READ_ONCE = -32_000, -2_000  # KiB
_WORKING = (
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE walks past the delete guards
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    f"cache_size={_CACHE}",
    "cell_size_check=ON",
    "secure_delete=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
)
# A working connection never needs these; each would undo a protection of this file or let plain text out.
_FORBIDDEN_ACTIONS = frozenset(
    (
        dbapi2.SQLITE_ATTACH,
        dbapi2.SQLITE_DETACH,
        dbapi2.SQLITE_CREATE_TRIGGER,
        dbapi2.SQLITE_DROP_TRIGGER,
        dbapi2.SQLITE_DROP_TABLE,
        dbapi2.SQLITE_ALTER_TABLE,
    )
)
_FORBIDDEN_FUNCTIONS = frozenset(("sqlcipher_export", "load_extension"))
_FORBIDDEN_PRAGMAS = frozenset(
    (
        "foreign_keys",
        "journal_mode",
        "key",
        "query_only",
        "recursive_triggers",
        "rekey",
        "trusted_schema",
        "writable_schema",
    )
)


class DatabaseKey:
    """The raw SQLCipher key: 32 bytes of key, 16 bytes of salt."""

    def __init__(self, raw: bytes | bytearray) -> None:
        if len(raw) != _KEY_BYTES:
            raise ValueError(f"a database key has {_KEY_BYTES} bytes")
        self._raw = bytearray(raw)

    def hex96(self) -> str:
        """Return the 96 hex digits for the PRAGMA; anything else SQLCipher would silently take as a passphrase."""
        text = self._raw.hex()
        if not _RAW_KEY.fullmatch(text):
            raise ValueError("the database key was wiped")
        return text

    def copy(self) -> DatabaseKey:
        """Return a key of its own with the same bytes, to be wiped on its own."""
        return DatabaseKey(self._raw)

    def wipe(self) -> None:
        """Overwrite the bytes and forget them."""
        self._raw[:] = bytes(len(self._raw))
        self._raw.clear()

    def __repr__(self) -> str:
        return "DatabaseKey(...)"


def connect(path: Path, key: DatabaseKey, mode: str = "rw") -> Any:
    """Open `path` with its key and nothing else set; mode "rw" or "ro" never creates a file."""
    raw_key = key.hex96()
    if mode == "ro" and not any(path.with_name(path.name + log).exists() for log in ("-wal", "-journal")):
        mode = "ro&immutable=1"  # else looking at a file leaves side files beside it
    uri = f"file:///{quote(path.resolve().as_posix().removeprefix('/'), safe='/:')}?mode={mode}"
    connection = dbapi2.connect(
        uri,
        uri=True,
        timeout=BUSY_MILLISECONDS / 1000,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    connection.isolation_level = None  # the driver would commit DDL on its own; every BEGIN is ours
    for pragma in _OPENING:
        connection.execute(f"PRAGMA key=\"x'{raw_key}'\"" if pragma == "key" else f"PRAGMA {pragma}").fetchall()
    return connection


def connect_to_work(path: Path, key: DatabaseKey, is_reader: bool) -> Any:
    """Open `path` in the full profile for a pool; a reader cannot write."""
    connection = connect(path, key)
    for pragma in _WORKING:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    if is_reader:
        connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(_authorize)
    return connection


@contextmanager
def reading_once(db: Session) -> Iterator[None]:
    """Keep few pages while a long table is read from one end to the other: a fifth less work than keeping them all.

    Each page kept is locked into memory and wiped with the next commit (decision 11), and nobody asks for it twice.
    """
    connection = db.connection()
    connection.exec_driver_sql(f"PRAGMA cache_size={_CACHE_TO_READ_ONCE}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={_CACHE}")


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    is_denied = (
        action in _FORBIDDEN_ACTIONS
        or (action == dbapi2.SQLITE_PRAGMA and second is not None and (first or "").lower() in _FORBIDDEN_PRAGMAS)
        or (action == dbapi2.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN_FUNCTIONS)
    )
    return int(dbapi2.SQLITE_DENY if is_denied else dbapi2.SQLITE_OK)


def pool(creator: Callable[[], Any], begin: str, size: int, overflow: int) -> Engine:
    """Return an engine with a named pool: the default one of SQLAlchemy for this driver crashes with threads."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=creator,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=WAIT_SECONDS,
        pool_use_lifo=True,  # one connection keeps its pages and statements warm instead of three half
        hide_parameters=True,
        json_serializer=to_json,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def maintenance_engine(path: Path, key: DatabaseKey, mode: str = "rw", begin: str = "BEGIN IMMEDIATE") -> Engine:
    """Return an engine for work on a file that nobody else has open: no pool, foreign keys off, no authorizer."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key, mode),
        poolclass=NullPool,
        hide_parameters=True,
        json_serializer=to_json,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


@contextmanager
def opened(path: Path, key: DatabaseKey, mode: str = "ro") -> Iterator[Any]:
    """Give a connection of its own for looking at or looking after a file; driver errors become sentences."""
    with raw_errors(path), closing(connect(path, key, mode)) as connection:
        yield connection


@contextmanager
def raw_errors(path: Path) -> Iterator[None]:
    """Turn errors of the bare driver into faults with a remedy; let bugs pass."""
    try:
        yield
    except dbapi2.Error as error:
        fault = faults.of_driver(error, path)
        if fault is None:
            raise
        raise fault from error
    except OSError as error:
        raise faults.of_system(error) from error
