"""Backups (备份): made while the program runs, opened again and checked.

Pages of papers and photos are not in the copy of the database: they stand once in a folder `pieces` beside all backups,
where each backup adds only those that are new (docs/decisions/0017).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop import resources
from desktop.domain.retention import Retention
from desktop.errors import OperationalError
from desktop.i18n import tr
from desktop.models.audit import AuditEntry
from desktop.models.exchange import Change
from desktop.services import machine, pieces
from desktop.services.desk import Desk
from desktop.store.pieces import PieceFolder

if TYPE_CHECKING:
    from desktop.store.backup import BackupFacts

PIECES = "pieces"  # beside the backups
_ACT = "backups.make"
_HAND_MADE = 20  # so many backups back somebody looks for a lost page
_NAME = re.compile(r"kangyi-[0-9A-Z]+-[A-Z]-(\d{8}T\d{6})Z(?:-\d+)?\.db")
_TIME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class BackupDone:
    """A backup that was made and opened again; `lost_pieces` pages of papers could not be copied: they are damaged."""

    file: Path
    persons: int
    sha256: str
    is_verified: bool
    pieces: int = 0
    new_bytes: int = 0
    lost_pieces: int = 0


@dataclass(frozen=True)
class BackupRow:
    """A backup made earlier."""

    file: str
    at: datetime
    persons: int
    is_verified: bool


class Backups:
    """Backups of the unlocked station."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def make(self, to: Path | None = None) -> BackupDone:
        """Copy the running database with the key file into `to` (or the own folder), open the copy and check it."""
        self._desk.actor.require("backups.make")
        return self._make(to or self._desk.folder.backups)

    def make_if_due(self) -> BackupDone | None:
        """Make the backup of the evening: into the own folder and, when it is there, the second one; old ones go.

        Does nothing when nothing changed since the last backup.
        """
        self._desk.actor.require("backups.make")
        if not _has_changed(self._desk):
            return None
        done = self._make(self._desk.folder.backups)
        self._prune(keep=done.file)
        self._sweep()
        second = machine.read(self._desk.folder).get("backups.second_folder")
        if second and isinstance(second, str) and Path(second).is_dir():
            self._make(Path(second))
        return done

    def last(self) -> BackupRow | None:
        """Return the last backup that was checked."""
        self._desk.actor.require("backups.read")
        return last_backup(self._desk)

    def rows(self) -> tuple[BackupRow, ...]:
        """Return the backups known, newest first."""
        self._desk.actor.require("backups.read")
        return _rows(self._desk, 200)

    def _make(self, folder: Path) -> BackupDone:
        """Copy, check, put the key file beside, and only then note it in the audit."""
        from desktop.store import backup, disk
        from desktop.store.engine import DatabaseKey
        from desktop.vault import keys

        target, pool = self._free_name(folder), PieceFolder(folder / PIECES)
        # The pieces come first: a backup that has its name has its pages too.
        first = self._desk.pieces.copy_to(pool, self._needed())
        key = DatabaseKey(self._desk.vault.database_key())
        try:
            found = backup.copy(self._desk.work.store, key, target)
        finally:
            key.wipe()
        later = self._desk.pieces.copy_to(pool, self._needed() - first.there)
        there, lost = first.there | later.there, first.lost | later.lost
        disk.write_safely(piece_list_of(target), "".join(f"{name}\n" for name in sorted(there | lost)).encode())
        disk.write_safely(key_file_of(target), keys.read_copy(self._desk.folder.key_files))
        self._note(found, len(there), len(lost))
        return BackupDone(
            found.file, found.persons, found.sha256, is_verified=True,
            pieces=len(there), new_bytes=first.new_bytes + later.new_bytes, lost_pieces=len(lost),
        )  # fmt: skip

    def _needed(self) -> set[str]:
        with self._desk.work.read() as db:
            return pieces.needed(db)

    def _free_name(self, folder: Path) -> Path:
        facts = self._desk.facts
        stem = f"kangyi-{facts.station_code}-{facts.pc_letter}-{self._desk.clock.now():{_TIME}}Z"
        names = [folder / f"{stem}.db", *(folder / f"{stem}-{n}.db" for n in range(2, 100))]
        free = next((name for name in names if not name.exists() and not key_file_of(name).exists()), None)
        if free is None:
            raise OperationalError("io_error", tr("这个文件夹里同一时刻的备份太多。"), tr("请稍等一会儿再试。"))
        return free

    def _note(self, found: BackupFacts, kept: int, lost: int) -> None:
        self._desk.work.note(
            _ACT, None, file=str(found.file), persons=found.persons, sha256=found.sha256, last_change=found.changes,
            pieces=kept, lost_pieces=lost,
        )  # fmt: skip

    def _prune(self, keep: Path) -> None:
        """Remove the backups of the own folder that are not worth their room any more."""
        from desktop.store import disk

        own = {file: made for file in self._desk.folder.backups.glob("*.db") if (made := _made_at(file)) is not None}
        kept = Retention(**resources.table("codes/backups.toml")["keep"]).kept(own.values())
        with disk.in_plain_words():
            for file, made in own.items():
                if made not in kept and file != keep:
                    file.unlink()
                    key_file_of(file).unlink(missing_ok=True)
                    piece_list_of(file).unlink(missing_ok=True)
        _prune_pieces(self._desk.folder.backups)

    def _sweep(self) -> None:
        """Remove from the station's own folder the pieces that nothing needs any more."""
        with self._desk.work.read() as db:
            self._desk.pieces.sweep(pieces.needed(db), lambda name: pieces.was_named(db, name))


def key_file_of(backup: Path) -> Path:
    """Return where the copy of the key file stands that belongs to a backup."""
    return backup.with_suffix(".keys.json")


def piece_list_of(backup: Path) -> Path:
    """Return where the names of the pieces stand that belong to a backup."""
    return backup.with_suffix(".pieces.txt")


def piece_folders(desk: Desk) -> tuple[Path, ...]:
    """Return where copies of pieces may stand: beside the own backups, the second ones, and those made by hand."""
    second = machine.read(desk.folder).get("backups.second_folder")
    folders = [desk.folder.backups, *([Path(second)] if second and isinstance(second, str) else [])]
    folders += [Path(row.file).parent for row in _rows(desk, _HAND_MADE)]
    return tuple(dict.fromkeys(folder / PIECES for folder in folders))


def _prune_pieces(folder: Path) -> None:
    """Remove pieces that no backup of the folder names; while any of them has no list, none."""
    from desktop.store import disk

    with disk.in_plain_words():
        lists = [piece_list_of(file) for file in folder.glob("*.db")]
        if not all(file.is_file() for file in lists):
            return
        wanted = {name for file in lists for name in file.read_text(encoding="ascii").split()}
    pool = PieceFolder(folder / PIECES)
    pool.clear_halves()
    for name in set(pool.names()) - wanted:
        pool.remove(name)


def last_backup(desk: Desk) -> BackupRow | None:
    """Return the last backup, for services that speak of it to people who may not make one."""
    return next(iter(_rows(desk, 1)), None)


def _rows(desk: Desk, limit: int) -> tuple[BackupRow, ...]:
    wanted = select(AuditEntry).where(AuditEntry.act == _ACT).order_by(AuditEntry.seq.desc()).limit(limit)
    with desk.work.read() as db:
        return tuple(
            BackupRow(str(entry.detail["file"]), entry.at, int(str(entry.detail["persons"])), is_verified=True)
            for entry in db.scalars(wanted)
        )


def _has_changed(desk: Desk) -> bool:
    """Say whether any record changed since the last backup."""
    wanted = select(AuditEntry.detail).where(AuditEntry.act == _ACT).order_by(AuditEntry.seq.desc()).limit(1)
    with desk.work.read() as db:
        last = db.scalar(wanted)
        newest = db.scalar(select(func.max(Change.seq))) or 0
    return last is None or newest > int(str(last["last_change"]))


def _made_at(file: Path) -> datetime | None:
    """Return when a backup with a name of ours was made; None for every other file, which is left alone."""
    match = _NAME.fullmatch(file.name)
    return datetime.strptime(match[1], _TIME).replace(tzinfo=UTC) if match else None
