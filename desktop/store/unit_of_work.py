"""The unit of work: the only place of the program that commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import TableClause, bindparam, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert, UpdateBase

from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.models import Record
from desktop.models.exchange import Change
from desktop.store import audit, faults

if TYPE_CHECKING:
    from desktop.store.store import Store

Listener = Callable[[frozenset[str]], None]

# Built once: every unit of work asks them.
_NEWEST = select(func.max(Change.seq))
_SINCE = (
    select(Change.table_name, func.count(), func.max(Change.seq))
    .where(Change.seq > bindparam("before"))
    .group_by(Change.table_name)
)


class Work:
    """Units of work of one person on one store; may be used from several threads."""

    def __init__(self, store: Store, actor_id: str, station_id: str, now: Callable[[], datetime]) -> None:
        self.store = store
        self._actor_id = actor_id
        self._station_id = station_id
        self._now = now
        self._listeners: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` with the names of the touched tables after each commit, on the thread that committed."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give one consistent view of the data; an attempt to change anything is a bug and raises RuntimeError."""
        assert_slow_work_allowed("Work.read")
        known = {"memory": self.store.memory}  # taken before the first question, which fixes what this view sees
        with faults.in_plain_words(self.store.path, is_reading=True), Session(self.store.reader, info=known) as session:
            event.listen(session, "before_flush", _refuse_flush)
            yield session
            session.flush()

    @contextmanager
    def write(self, act: str, subject: str | None = None, **detail: object) -> Iterator[Session]:
        """Give a session whose changes become permanent together with one audit entry, or not at all.

        `session.info["subject"]` and `session.info["detail"]` may be set inside, while the work goes on; where no
        record changed, `session.info["is_noted"] = False` leaves the entry out (a draft, saved every few seconds).
        Raises ValidationError stale, OperationalError in_use, disk_full, read_only, io_error.
        """
        with self._transaction(act, subject, detail, is_merging=False) as session:
            event.listen(session, "before_flush", self._stamp)
            yield session

    @contextmanager
    def merge(self, act: str, subject: str | None = None, **detail: object) -> Iterator[Session]:
        """Like `write`, for records that come from another store: they keep their stamps and revisions.

        What a merge changes is not captured as a change of this PC, so it does not travel back.
        """
        with self._transaction(act, subject, detail, is_merging=True) as session:
            yield session

    @contextmanager
    def erase(self, act: str, subject: str | None = None, **detail: object) -> Iterator[Session]:
        """Like `write`, for an erasure the law demands: inside it the content of captured changes may be emptied.

        Afterwards no old page stays in the log beside the file.
        """
        with self._transaction(act, subject, detail, is_merging=False, is_erasing=True) as session:
            event.listen(session, "before_flush", self._stamp)
            yield session
        with faults.in_plain_words(self.store.path):
            self.store.fold()

    def note(self, act: str, subject: str | None = None, **detail: object) -> None:
        """Record in the audit what changes no data: a view, a print, an export, a failed login."""
        with self._transaction(act, subject, detail, is_merging=False):
            pass

    @contextmanager
    def _transaction(
        self, act: str, subject: str | None, detail: dict[str, object], is_merging: bool, is_erasing: bool = False
    ) -> Iterator[Session]:
        assert_slow_work_allowed("Work.write")
        if self.store.altered:
            raise _altered(self.store.altered)
        with self.store.turn_to_write(self._actor_id, is_merging, is_erasing):
            self.store.hlc.show_wall(int(self._now().timestamp() * 1000))
            with (
                faults.in_plain_words(self.store.path),
                Session(self.store.writer, expire_on_commit=False) as session,
            ):
                session.info.update(subject=subject, detail=dict(detail))
                touched = _count_rows(session)
                before = _newest_change(session)
                transaction = session.get_transaction()
                yield session
                session.flush()
                if session.get_transaction() is not transaction:
                    raise RuntimeError("a unit of work ends by itself; leave commit and rollback to it")
                touched |= self._conclude(session, act, before, touched)
                session.commit()
                if is_merging:
                    self.store.forget()
        names = frozenset(+touched)
        for listener in self._listeners:
            listener(names)

    def _conclude(self, session: Session, act: str, before: int, touched: Counter[str]) -> Counter[str]:
        """Write the audit entry: what was asked, and how many rows of which tables it changed; return the captured."""
        captured, newest = _captured(session, before)
        detail: dict[str, object] = dict(session.info["detail"])
        counts = touched | captured
        if counts:
            detail["tables"] = dict(sorted(counts.items()))
        if captured:
            detail["changes"] = [before + 1, newest]
        if captured or session.info.get("is_noted", True):  # a change of records is always told
            audit.append(session, self._now(), self._actor_id, act, session.info["subject"], detail)
        return captured

    def _stamp(self, session: Session, _context: object, _instances: object) -> None:
        """Fill in who and when, and the station, before records go to the database."""
        now = self._now()
        for row in session.new:
            if isinstance(row, Record):
                row.station_id = row.station_id or self._station_id
                row.created_at = row.updated_at = now
                row.created_by = row.updated_by = self._actor_id
        for row in session.dirty:
            if isinstance(row, Record) and session.is_modified(row):
                row.updated_at, row.updated_by = now, self._actor_id
        if any(isinstance(row, Record) for row in session.deleted):
            raise RuntimeError("records are never deleted; set is_deleted")


def _refuse_flush(_session: Session, _context: object, _instances: object) -> None:
    raise RuntimeError("a change inside Work.read()")


def _altered(names: tuple[str, ...]) -> OperationalError:
    return OperationalError(
        "io_error",
        tr("数据库的记录装置被改动过（{n} 处），为免记录不全，暂停写入。", n=len(names)),
        tr("已有内容可以查看。请不要自行修复，联系技术支持，或用最近一次备份恢复到新文件夹。"),
    )


def _newest_change(session: Session) -> int:
    return session.scalar(_NEWEST) or 0


def _captured(session: Session, before: int) -> tuple[Counter[str], int]:
    """Return rows per table that the triggers saw since change `before`, and the newest change."""
    rows = session.execute(_SINCE, {"before": before}).all()
    return Counter({row[0]: row[1] for row in rows}), max((row[2] for row in rows), default=before)


def _count_rows(session: Session) -> Counter[str]:
    """Begin the transaction; return a count, kept up to date, of the rows that its statements touch per table.

    The triggers know record tables on SQLCipher only, statements given as text are known to the triggers only.
    """
    touched: Counter[str] = Counter()

    def count(_connection: object, clause: object, several: Any, _one: object, _options: object, result: Any) -> None:
        if isinstance(clause, UpdateBase) and isinstance(clause.table, TableClause):
            least = 1 if isinstance(clause, Insert) else 0  # not every driver counts what it inserted
            touched[clause.table.name] += len(several) if len(several) > 1 else max(result.rowcount, least)

    event.listen(session.connection(), "after_execute", count)
    return touched
