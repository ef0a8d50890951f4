"""The opened database as the unit of work sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from desktop.store import faults
from desktop.store.clock import HybridClock
from desktop.store.connection import WAIT_SECONDS


def _nothing() -> None:
    return


class WriteContext:
    """What the triggers ask: who is writing, and is this a merge or an erasure. Outside a unit of work nobody is."""

    def __init__(self, hlc: HybridClock) -> None:
        self._hlc = hlc
        self.actor_id: str | None = None
        self.is_merging = False
        self.is_erasing = False

    def install(self, connection: Any) -> None:
        """Give the functions of the triggers to a connection; without them every write fails."""
        connection.create_function("app_actor", 0, self._actor)
        connection.create_function("app_hlc", 0, self._hlc.tick)
        connection.create_function("app_merging", 0, lambda: int(self.is_merging))
        connection.create_function("app_erasing", 0, lambda: int(self.is_erasing))

    def _actor(self) -> str:
        if self.actor_id is None:
            raise RuntimeError("a write outside a unit of work")
        return self.actor_id


class Store:
    """An opened database: one writer at a time, a few readers, and the clock of its changes.

    `altered` names triggers that are not as the program made them: reading is allowed then, writing is not.
    `path` is None on PostgreSQL. `memory` is for what services keep of the data to be quick: gone at the lock, begun
    anew after a merge (which leaves no captured changes), and None where other programs write too.
    """

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        context: WriteContext,
        hlc: HybridClock,
        path: Path | None = None,
        altered: tuple[str, ...] = (),
        settle: Callable[[], None] = _nothing,
    ) -> None:
        self.writer = writer
        self.reader = reader
        self.hlc = hlc
        self.path = path
        self.altered = altered
        self.memory: dict[str, Any] | None = None if path is None else {}
        self._context = context
        self._settle = settle
        self._turn = threading.Lock()
        self._writing_thread: int | None = None

    @contextmanager
    def turn_to_write(self, actor_id: str, is_merging: bool, is_erasing: bool = False) -> Iterator[None]:
        """Wait for the one place of the writer and take it for `actor_id`; twice on one thread is a bug and raises."""
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a unit of work inside a unit of work")
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise faults.in_use()
        try:
            self._writing_thread = threading.get_ident()
            self._context.actor_id, self._context.is_merging = actor_id, is_merging
            self._context.is_erasing = is_erasing
            yield
        finally:
            self._context.actor_id, self._context.is_merging, self._context.is_erasing = None, False, False
            self._writing_thread = None
            self._turn.release()

    def fold(self) -> None:
        """Bring the write-ahead log into the file, so that old pages stand nowhere; a reader may put it off."""
        if self.path is not None:
            with self.writer.connect() as connection:
                bare: Any = connection.connection.dbapi_connection
                bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def forget(self) -> None:
        """Begin the memory anew; who still reads older data keeps the old one for itself."""
        self.memory = None if self.memory is None else {}

    def close(self) -> None:
        """Let go of the database, with everything in the one file and the key forgotten; twice does no harm."""
        self.forget()
        self.reader.dispose()
        self.writer.dispose()
        settle, self._settle = self._settle, _nothing
        settle()
