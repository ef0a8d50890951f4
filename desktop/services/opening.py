"""From open keys to the services of a station: database, high-water mark, role, audit; and back again at the lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop import resources
from desktop.domain.permissions import Actor, permissions_of
from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.stations import Station
from desktop.models.users import User
from desktop.services import attempts
from desktop.services.catalogue import Services
from desktop.services.clock import Clock, PracticeClock
from desktop.services.desk import Desk, StationFacts
from desktop.services.folders import StationFolder
from desktop.services.pieces import Pieces
from desktop.store import anchor, facts
from desktop.store.engine import DatabaseKey, Store, open_database
from desktop.store.migrations import PROGRAM
from desktop.store.unit_of_work import Work
from desktop.vault import keys as vault_keys

if TYPE_CHECKING:
    from desktop.vault.keys import OpenVault

MAC_LABEL = "sidecar-mac"
_SECONDS_BETWEEN_MARKS = 5.0


def open_desk(
    place: StationFolder,
    vault: OpenVault,
    clock: Clock,
    opened: ExitStack,
    first: Callable[[Work], None] | None = None,
) -> Services:
    """Open the database with unlocked keys and build the services; `opened` holds what the lock has to undo.

    `first` is told to the audit before the unlock: what brought the keys to open.
    """
    store = open_store(place, vault)
    opened.callback(store.close)
    work = Work(store, vault.user_id, vault.station_id, clock.now)
    with work.read() as db:
        refuse_practice_day(clock, facts.read(db).get("is_practice") == "1")
    if first is not None:
        first(work)
    desk = _desk(place, vault, clock, work)
    notices = _compare_with_mark(desk)
    with work.read() as db:  # the comparison may have begun the next incarnation
        desk = replace(desk, facts=replace(desk.facts, incarnation=facts.incarnation(db)))
    _tell_of_unlock(desk)
    mark = _Marker(desk)
    mark.write()
    opened.callback(mark.write)
    work.on_commit(mark.write_sometimes)
    closing = opened.pop_all()
    return Services(desk, closing.close, notices)


def open_store(place: StationFolder, vault: OpenVault) -> Store:
    """Open the database with unlocked keys."""
    key = DatabaseKey(vault.database_key())
    try:
        return open_database(place.database, key, vault.db_uuid)
    finally:
        key.wipe()


def refuse_practice_day(clock: Clock, is_practice: bool) -> None:
    """Refuse a made-up day in a station with real people: dates on their papers must be true."""
    if isinstance(clock, PracticeClock) and not is_practice:
        raise ValidationError(
            "not_practice", tr("假定的日期只能用在练习站点里。"), tr("请去掉 --on，或换成练习站点。"), "on"
        )


def _desk(place: StationFolder, vault: OpenVault, clock: Clock, work: Work) -> Desk:
    """Read who is at the desk and which station this is."""
    with work.read() as db:
        meta = facts.read(db)
        station = db.get_one(Station, meta["station_id"])
        user = db.get(User, vault.user_id)
        if user is None or not user.is_active:
            raise ValidationError("wrong_password", tr("这个账号已经停用。"), tr("请由站长重新开通账号。"), "login")
        actor = Actor(user.id, user.name, user.role, permissions_of(user.role, _role_table()))
        known = StationFacts(
            kind=meta["kind"],
            db_uuid=meta["db_uuid"],
            station_id=meta["station_id"],
            replica_id=meta["replica_id"],
            incarnation=int(meta["incarnation"]),
            pc_letter=meta["pc_letter"],
            station_code=station.code,
            station_name=station.name,
            is_practice=meta["is_practice"] == "1",
            schema=PROGRAM.head,
        )
    return Desk(work, actor, clock, place, known, vault, Pieces(place.pieces, vault))


def _role_table() -> dict[str, list[str]]:
    return dict(resources.table("permissions/roles.toml")["actions"])


def _compare_with_mark(desk: Desk) -> tuple[str, ...]:
    """Compare the store with its mark outside, mend the twin of the key file, and say what the staff must know."""
    with desk.work.read() as db:
        found = anchor.compare(desk.folder.anchor, db, desk.vault.derive(MAC_LABEL), desk.vault.version)
    store = desk.work.store
    if store.altered:
        return (tr("数据库的记录装置被改动过，现在只能查看，不能保存。请联系技术支持，或用最近的备份恢复。"),)
    if "key_file" in found.behind and not desk.actor.may("users.add"):
        raise OperationalError(
            "damaged_key",
            tr("密钥文件比上次使用时的旧，可能被换过。"),
            tr("请由站长或管理员登录一次，核对账号后再使用。"),
        )
    vault_keys.mend(desk.folder.key_files, desk.vault)
    if found.verdict is anchor.Verdict.OK:
        return ()
    if found.verdict is anchor.Verdict.MISSING:
        return _when_mark_is_missing(desk)
    with desk.work.write("station.behind", behind=list(found.behind), lost_changes=found.lost_changes) as db:
        facts.begin_next_incarnation(db)
    return (
        tr(
            "数据比上次关闭时旧（少了 {n} 处修改），可能被换成了旧文件或磁盘出过错。"
            "请先不要继续录入，联系技术支持，或用最近的备份恢复。",
            n=found.lost_changes,
        ),
    )


def _when_mark_is_missing(desk: Desk) -> tuple[str, ...]:
    """A brand-new store has no mark yet; any other one lost it."""
    with desk.work.read() as db:
        is_new = anchor.measure(db, desk.vault.version).audit_seq <= 1
    if is_new:
        return ()
    desk.work.note("station.mark_missing")
    return (tr("找不到本机的进度记录，无法核对数据是否为最新。若数据文件夹刚从别处复制过来，请告诉站长。"),)


def _tell_of_unlock(desk: Desk) -> None:
    """Note the unlock, and the wrong passwords since the last one."""
    if desk.work.store.altered:
        return
    failed = {login: tried.count for login, tried in attempts.read(desk.folder).items()}
    for login, count in failed.items():
        desk.work.note("station.unlock_failed", login=login, count=count)
    attempts.clear(desk.folder)
    desk.work.note("station.unlock")


class _Marker:
    """Keeps the mark outside the database up to date, so that an older file in its place is noticed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._mac_key = desk.vault.derive(MAC_LABEL)
        self._next = 0.0

    def write(self) -> None:
        """Write the mark as things stand; a disk that cannot take it must not keep anybody from working or locking."""
        self._next = time.monotonic() + _SECONDS_BETWEEN_MARKS
        with suppress(KangyiError):
            with self._desk.work.read() as db:
                mark = anchor.measure(db, self._desk.vault.version)
            anchor.write(self._desk.folder.anchor, mark, self._mac_key)

    def write_sometimes(self, _tables: frozenset[str]) -> None:
        """Write the mark after a commit, at most every few seconds (each costs a flush of the disk)."""
        if time.monotonic() >= self._next:
            self.write()
