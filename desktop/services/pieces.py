"""The encrypted pieces of papers and photos beside the database: put before the commit, checked when read, swept later.

Every column named `piece` of any table holds the name of one, and so does every name in an unfinished form.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import String, cast, func, inspect, select

from desktop.models.base import Base
from desktop.models.drafts import Draft
from desktop.models.exchange import Change
from desktop.store.pieces import PieceFolder
from desktop.vault import seal
from desktop.vault.pieces import PieceSeal, is_name

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from desktop.vault.keys import OpenVault

_IN_TEXT = re.compile(r"\b[0-9a-f]{64}\b")
_STRAY_SECONDS = 90 * 24 * 3600


class PieceLost(Exception):
    """A piece is not there (`is_missing`) or not as it was written; who asked says which page of which paper it is."""

    def __init__(self, name: str, is_missing: bool) -> None:
        super().__init__(name)
        self.name = name
        self.is_missing = is_missing


@dataclass(frozen=True)
class Copied:
    """What a copy of pieces came to: the names there now, how many of them were new and their bytes, the names lost."""

    there: frozenset[str]
    new: int
    new_bytes: int
    lost: frozenset[str]


class Pieces:
    """The pieces of one station; used from several threads."""

    def __init__(self, root: Path, vault: OpenVault) -> None:
        self.folder = PieceFolder(root)
        self._seal = PieceSeal(vault)
        self._lock = Lock()
        # Put since the unlock: a row that names it may be written any moment, so no sweep of this run touches it.
        self._fresh: set[str] = set()

    def put(self, data: bytes) -> str:
        """Keep a content and return its name; the same content twice is one piece. On the medium when this returns."""
        name = self._seal.name_of(data)
        with self._lock:
            if self.folder.size(name) is None or not self._is_sound(name):
                self.folder.put(name, self._seal.close(name, data))
            self._fresh.add(name)
        return name

    def read(self, name: str) -> bytes:
        """Return a content; raises PieceLost when it is not there or not exactly what was written."""
        piece = self.folder.read(name)
        if piece is None:
            raise PieceLost(name, is_missing=True)
        try:
            return self._seal.open(name, piece)
        except seal.SealError:
            raise PieceLost(name, is_missing=False) from None

    def damage(self, names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Read pieces through and return which are missing and which are damaged."""
        missing: set[str] = set()
        damaged: set[str] = set()
        for name in names:
            try:
                self.read(name)
            except PieceLost as lost:
                (missing if lost.is_missing else damaged).add(name)
        return frozenset(missing), frozenset(damaged)

    def copy_to(self, target: PieceFolder, names: Iterable[str]) -> Copied:
        """Copy the pieces that `target` has not got yet, each checked on the way; a lost one stops nothing."""
        there: set[str] = set()
        lost: set[str] = set()
        new = new_bytes = 0
        for name in names:
            have = target.size(name)
            if have is not None and have == self.folder.size(name):
                there.add(name)
                continue
            if not self._is_sound(name):
                (lost if have is None else there).add(name)  # an older copy may be the last whole one
                continue
            piece = self.folder.read(name) or b""
            target.put(name, piece)
            there.add(name)
            new, new_bytes = new + 1, new_bytes + len(piece)
        return Copied(frozenset(there), new, new_bytes, frozenset(lost))

    def take_back(self, names: Iterable[str], sources: Iterable[PieceFolder]) -> frozenset[str]:
        """Bring lost pieces back from the first folder that has each of them whole; return those that came back."""
        folders = tuple(sources)
        return frozenset(name for name in names if any(self._takes(name, folder) for folder in folders))

    def sweep(self, needed: Collection[str], was_named: Callable[[str], bool]) -> int:
        """Remove the pieces that nobody needs; return how many went.

        One that this database never named waits: the database may be an older one, put in the place of a newer.
        """
        gone = 0
        with self._lock:
            self.folder.clear_halves()
            for name in set(self.folder.names()) - set(needed) - self._fresh:
                if was_named(name) or self.folder.age(name, time.time()) > _STRAY_SECONDS:
                    self.folder.remove(name)
                    gone += 1
        return gone

    def drop(self, needed: Collection[str], names: Iterable[str]) -> None:
        """Remove pieces that were made for a form which is done or given up, unless something needs them."""
        with self._lock:
            for name in set(names) - set(needed):
                self.folder.remove(name)
                self._fresh.discard(name)

    def _is_sound(self, name: str) -> bool:
        return not any(self.damage([name]))

    def _takes(self, name: str, source: PieceFolder) -> bool:
        piece = source.read(name)
        try:
            if piece is None:
                return False
            self._seal.open(name, piece)
        except seal.SealError:
            return False
        self.folder.put(name, piece)
        return True


def needed(db: Session) -> set[str]:
    """Return the names of all pieces that a row, removed or not, or an unfinished form still needs."""
    found: set[str] = set()
    there = set(inspect(db.connection()).get_table_names())  # a backup may be of an older version
    for table in Base.metadata.sorted_tables:
        if "piece" in table.c and table.name in there:
            found.update(db.scalars(select(table.c.piece).where(table.c.piece != "").distinct()))
    for content in db.scalars(select(cast(Draft.content, String))):
        found.update(_IN_TEXT.findall(content))
    return found


def was_named(db: Session, name: str) -> bool:
    """Say whether a row of this database named a piece once."""
    if not is_name(name):
        return False
    tables = [table.name for table in Base.metadata.sorted_tables if "piece" in table.c]
    about = func.json_extract(Change.row_json, "$.piece")
    wanted = select(Change.seq).where(Change.table_name.in_(tables), about == name).limit(1)
    return db.scalar(wanted) is not None
