"""Bringing a backup back to life in a new folder; the present data, if any, stays where it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.services import pieces
from desktop.services.backups import PIECES, key_file_of
from desktop.services.clock import Clock
from desktop.services.folders import StationFolder, usual_folder
from desktop.services.keys import is_station
from desktop.services.making import move_in, new_folder
from desktop.services.opening import MAC_LABEL
from desktop.services.pieces import Copied, Pieces
from desktop.store import anchor, backup, disk, faults
from desktop.store.connection import maintenance_engine
from desktop.store.engine import DatabaseKey
from desktop.store.lock import SingleInstance
from desktop.store.migrations import PROGRAM
from desktop.store.pieces import PieceFolder
from desktop.vault import keys

if TYPE_CHECKING:
    from desktop.store.backup import BackupFacts
    from desktop.vault.keys import Files, OpenVault

_BY_RECOVERY = "recovery"


@dataclass(frozen=True)
class Restored:
    """A station that works again: files of clients, number of restores so far, and how many changes are lost.

    `lost_changes` is None when nothing near tells how far the station had come; `lost_pieces` counts pages of papers
    that do not stand whole in the folder `pieces` beside the backup.
    """

    persons: int
    incarnation: int
    lost_changes: int | None
    pieces: int = 0
    lost_pieces: int = 0
    schema: str = PROGRAM.head


def restore(file: Path, folder: Path, login: str, password: str, clock: Clock) -> Restored:
    """Make a station in the new `folder` from a backup, opened with an account's password.

    Raises ValidationError wrong_password; OperationalError missing_key, damaged_key, not_ours, other_station,
    newer_database, in_use, disk_full, read_only, io_error. Neither the backup nor any other folder is changed.
    """
    return _restore(file, folder, clock, lambda files: keys.unlock(files, login, password))


def restore_by_code(
    file: Path, folder: Path, recovery_code: str, clock: Clock, login: str = "", password: str = ""
) -> Restored:
    """Make a station from a backup with the code of the envelope; `login` gets the new `password`, when given."""

    def open_keys(files: Files) -> OpenVault:
        return keys.unlock_with_recovery_code(files, recovery_code)

    def give_password(place: StationFolder, vault: OpenVault) -> None:
        slot = next((slot for slot in keys.slots(place.key_files) if slot.login == login), None)
        if slot is None:
            raise ValidationError("wrong_password", tr("备份里没有这个账号。"), tr("请用备份里已有的登录名。"), "login")
        keys.set_password(place.key_files, vault, slot, password, vault.cost)

    return _restore(file, folder, clock, open_keys, give_password if login else None)


def accounts_of(file: Path) -> tuple[str, ...]:
    """Return the logins of a backup, read from the key file beside it."""
    _refuse_missing(file)
    return tuple(slot.login for slot in keys.slots(_key_files(file)))


def _restore(
    file: Path,
    folder: Path,
    clock: Clock,
    open_keys: Callable[[Files], OpenVault],
    then: Callable[[StationFolder, OpenVault], None] | None = None,
) -> Restored:
    _refuse_station(folder)
    _refuse_missing(file)
    vault = open_keys(_key_files(file))
    place = StationFolder(folder)
    try:
        with new_folder(folder, place.lock), SingleInstance(place.lock):
            found, copied = _make(file, place, vault, clock, then)
            lost = _lost_changes(file, folder, vault, found.changes)
            mark = anchor.Mark(found.incarnation, found.changes, found.audit_entries, found.audit_head, vault.version)
            anchor.write(place.anchor, mark, vault.derive(MAC_LABEL))
    finally:
        vault.wipe()
    return Restored(found.persons, found.incarnation, lost, len(copied.there), len(copied.lost))


def _refuse_station(folder: Path) -> None:
    if is_station(folder):
        raise OperationalError(
            "in_use",
            tr("文件夹“{folder}”里已经有站点的数据，没有做任何改动。", folder=folder),
            tr("请恢复到一个新的文件夹，核对无误后再决定如何处理旧的。"),
        )


def _refuse_missing(file: Path) -> None:
    if not file.is_file():
        raise OperationalError(
            "io_error",
            tr("找不到备份文件“{file}”，没有恢复任何内容。", file=file),
            tr("请核对文件名，检查存放备份的U盘或磁盘是否接好。"),
            "file",
        )


def _key_files(file: Path) -> Files:
    beside = key_file_of(file)
    return beside, beside


def _make(
    file: Path,
    place: StationFolder,
    vault: OpenVault,
    clock: Clock,
    then: Callable[[StationFolder, OpenVault], None] | None,
) -> tuple[BackupFacts, Copied]:
    """Put database, pieces and key files together beside, and move them in when all are whole."""
    beside = StationFolder(place.root / ".new")
    key = DatabaseKey(vault.database_key())
    with disk.in_plain_words():
        shutil.rmtree(beside.root, ignore_errors=True)
        beside.root.mkdir(mode=0o700)
        try:
            actor = vault.user_id or _BY_RECOVERY
            found = backup.restore(file, key, vault.db_uuid, beside.database, actor, clock.now())
            copied = _bring_pieces(file, beside, vault, key)
            keys.install(beside.key_files, keys.read_copy(_key_files(file)))
            if then is not None:
                then(beside, vault)
            move_in(beside, place)
        finally:
            key.wipe()
            shutil.rmtree(beside.root, ignore_errors=True)
    return found, copied


def _bring_pieces(file: Path, beside: StationFolder, vault: OpenVault, key: DatabaseKey) -> Copied:
    """Copy the pages that the restored database names; a page that is not there keeps nobody from the rest."""
    engine = maintenance_engine(beside.database, key, mode="ro", begin="BEGIN")
    with faults.in_plain_words(beside.database), engine.connect() as connection, Session(connection) as db:
        names = pieces.needed(db)
    return Pieces(file.parent / PIECES, vault).copy_to(PieceFolder(beside.pieces), sorted(names))


def _lost_changes(file: Path, folder: Path, vault: OpenVault, restored: int) -> int | None:
    """Look in the folders near the backup and the new place for the mark of the station as it was last."""
    near = {file.absolute().parent.parent, usual_folder()}
    for parent in (file.absolute().parent.parent, folder.absolute().parent):
        near.update(entry for entry in parent.iterdir() if entry.is_dir())
    mac_key = vault.derive(MAC_LABEL)
    marks = [mark for entry in near if (mark := anchor.read(StationFolder(entry).anchor, mac_key)) is not None]
    return max((max(mark.change_seq - restored, 0) for mark in marks), default=None)
