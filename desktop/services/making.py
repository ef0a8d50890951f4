"""Making a new station: keys, database and the first two records, complete or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.stations import check_account, check_pc_letter
from desktop.durable import sync_folder
from desktop.models.base import new_id
from desktop.models.stations import Station
from desktop.models.users import User
from desktop.services.accounts import AccountDraft, StationDraft, guessable_words
from desktop.services.folders import StationFolder
from desktop.services.opening import open_store
from desktop.services.stations import Stations, fill, refuse_faults
from desktop.services.users import station_roles
from desktop.store import disk
from desktop.store.engine import DatabaseKey, create_database
from desktop.store.unit_of_work import Work
from desktop.vault import keys, passwords

if TYPE_CHECKING:
    from desktop.services.clock import Clock
    from desktop.vault.keys import KdfParameters, OpenVault


def check(draft: StationDraft, account: AccountDraft, pc_letter: str, recovery_code: str) -> None:
    """Raise ValidationError for the first thing that would not do, before anything is made."""
    refuse_faults(Stations.check(draft))
    refuse_faults(check_pc_letter(pc_letter))
    refuse_faults(check_account(account.login, account.name, account.role, station_roles()))
    passwords.check(account.password, guessable_words(account.login, account.name, draft.name))
    keys.normal_recovery_code(recovery_code)


def make(
    place: StationFolder,
    draft: StationDraft,
    account: AccountDraft,
    pc_letter: str,
    recovery_code: str,
    clock: Clock,
    kdf: KdfParameters | None,
    is_practice: bool,
) -> OpenVault:
    """Make key files and database beside, and move them in when all are whole; a crash before leaves no station."""
    beside = StationFolder(place.root / ".new")
    identity = keys.KeyFileIdentity(station_id=new_id(), replica_id=new_id(), db_uuid=new_id())
    slot = keys.SlotFacts(new_id(), account.login, account.name.strip(), account.role)
    with disk.in_plain_words():
        shutil.rmtree(beside.root, ignore_errors=True)
        beside.root.mkdir(mode=0o700)
        try:
            cost = kdf or keys.calibrate()
            vault = keys.create(beside.key_files, identity, slot, account.password, recovery_code, cost)
            _make_database(beside.database, vault, pc_letter, is_practice)
            _enter(beside, vault, draft, account, clock)
            move_in(beside, place)
        finally:
            shutil.rmtree(beside.root, ignore_errors=True)
    return vault


def _enter(beside: StationFolder, vault: OpenVault, draft: StationDraft, account: AccountDraft, clock: Clock) -> None:
    """Enter the institution file and the first account."""
    store = open_store(beside, vault)
    try:
        work = Work(store, vault.user_id, vault.station_id, clock.now)
        with work.write("station.create", vault.station_id) as db:
            station = Station(id=vault.station_id)
            fill(station, draft)
            db.add(station)
            db.add(User(id=vault.user_id, login=account.login, name=account.name.strip(), role=account.role))
    finally:
        store.close()


def _make_database(path: Path, vault: OpenVault, pc_letter: str, is_practice: bool) -> None:
    key = DatabaseKey(vault.database_key())
    try:
        create_database(
            path,
            key,
            {
                "kind": "station",
                "db_uuid": vault.db_uuid,
                "station_id": vault.station_id,
                "replica_id": vault.replica_id,
                "pc_letter": pc_letter,
                "incarnation": "0",
                "is_practice": "1" if is_practice else "0",
            },
        )
    finally:
        key.wipe()


@contextmanager
def new_folder(folder: Path, lock: Path) -> Iterator[None]:
    """Make the folder of a new store, for this user only (one that is there keeps its rights), unless all fails."""
    was_there = [path for path in (folder, lock) if path.exists()]
    with disk.in_plain_words():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # what went wrong is told, not that the empty folder stayed
            if lock not in was_there:
                lock.unlink(missing_ok=True)
            if folder not in was_there:
                folder.rmdir()
        raise


def _move(source: str, target: str) -> str:
    return str(Path(source).replace(target))


def move_in(beside: StationFolder, place: StationFolder) -> None:
    """Move the whole files to their names, the pieces of papers first and the keys last.

    A database without its key says what is missing; pieces alone are no station.
    """
    if beside.pieces.is_dir():
        shutil.copytree(beside.pieces, place.pieces, dirs_exist_ok=True, copy_function=_move)
    for source, target in zip((beside.database, *beside.key_files), (place.database, *place.key_files), strict=True):
        source.rename(target)
    sync_folder(place.root)
