"""The county's side of the exchange (汇总端): who may hand over, bundles in, receipts out, and the people received."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.permissions import Actor, permissions_of
from desktop.errors import KangyiError, OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.exchange import BundleIn, EnrolledStation
from desktop.models.people import Person
from desktop.services import listing, searching
from desktop.services.accounts import AccountDraft, AccountName, guessable_words
from desktop.services.clock import Clock, PracticeClock
from desktop.services.listing import PeoplePage, PeopleQuery
from desktop.services.making import new_folder
from desktop.store import disk, facts
from desktop.store.engine import DatabaseKey, create_database, create_postgres, open_database, open_postgres
from desktop.store.lock import SingleInstance
from desktop.store.migrations import PROGRAM
from desktop.store.unit_of_work import Work
from desktop.sync import bundle, container, enrolment, incoming, names
from desktop.sync.bundle import Sender
from desktop.sync.fields import instant
from desktop.sync.refusals import RefusalError, held_before, refusal
from desktop.vault import keys, passwords

if TYPE_CHECKING:
    from desktop.store.store import Store
    from desktop.vault.keys import KdfParameters, OpenVault

OPERATOR = "operator"
_REFUSED = "refused"


@dataclass(frozen=True)
class HubFolder:
    """Where a hub stands: its keys, and its database unless that is on a server."""

    root: Path

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.root / "hub.db"

    @property
    def key_files(self) -> tuple[Path, Path]:
        """The key file and its twin."""
        return self.root / "hub.keys.A.json", self.root / "hub.keys.B.json"

    @property
    def lock(self) -> Path:
        """Held by the one running program."""
        return self.root / "in-use.lock"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL database: an address without a password, and the password."""

    url: str
    password: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.url})"


@dataclass(frozen=True)
class HubFacts:
    """The identity of a hub."""

    hub_id: str
    replica_id: str
    incarnation: int
    name: str
    is_practice: bool
    schema: str


@dataclass(frozen=True)
class Enrolled:
    """A PC that may hand over from now on; the fingerprint is compared by telephone."""

    station_name: str
    fingerprint: str
    certificate: Path


@dataclass(frozen=True)
class Imported:
    """What became of one file: applied, repeated, held, refused or fork; `code` says why."""

    file: str
    bundle_id: str | None
    status: str
    trouble: KangyiError | None = None
    taken: int = 0
    kept: int = 0
    rejected: int = 0
    conflicts: int = 0
    receipt: Path | None = None

    @property
    def code(self) -> str | None:
        """The code of what was wrong."""
        return self.trouble.code if self.trouble else None

    @property
    def message(self) -> str:
        """The sentence about what was wrong."""
        return self.trouble.message if self.trouble else ""


class Hub:
    """An opened hub; `close` locks it."""

    def __init__(
        self, work: Work, actor: Actor, clock: Clock, known: HubFacts, vault: OpenVault, close: Callable[[], None]
    ) -> None:
        self._work = work
        self._actor = actor
        self._clock = clock
        self._vault = vault
        self.facts = known
        self.close = close

    def people(self, query: PeopleQuery) -> PeoplePage:
        """Return a page of the people of all stations, as far as they were handed over."""
        self._actor.require("hub.read")
        with self._work.read() as db:
            return listing.page(db, query, self._clock.today(), self._vault.user_id)

    def enrol(self, request: Path, out: Path, legal_basis: str = "consent") -> Enrolled:
        """Enrol a PC by its request and write its certificate; the same request again gives the same answer.

        Raises ValidationError for a request that is damaged, or of a PC that is enrolled with other keys.
        """
        self._actor.require("hub.enrol")
        if legal_basis not in enrolment.LEGAL_BASES:
            raise ValidationError(
                "bad_legal_basis", tr("提供依据只能是单独同意、委托处理或法定职责之一。"), field="legal_basis"
            )
        pc = enrolment.read_request(container.read_file(request))
        own = enrolment.HubKeys(
            self.facts.hub_id, self.facts.name, self._vault.signing.public_text, self._vault.age_recipient
        )
        now = self._clock.now()
        certificate = enrolment.write_certificate(own, pc, legal_basis, instant(now), self._vault.signing)
        with self._work.write("hub.enrol", pc.station_id, fingerprint=pc.fingerprint, legal_basis=legal_basis) as db:
            known = db.scalar(select(EnrolledStation).where(EnrolledStation.replica_id == pc.replica_id))
            if known is not None and (known.station_id, known.sign_key) != (pc.station_id, pc.sign_key):
                raise refusal("forged")
            row = known or EnrolledStation(station_id=pc.station_id, replica_id=pc.replica_id, enrolled_at=now)
            row.station_name, row.station_code, row.legal_basis = pc.name, pc.code, legal_basis
            row.sign_key, row.recipient, row.revoked_at = pc.sign_key, pc.recipient, None
            db.add(row)
        disk.write_safely(out, certificate)
        return Enrolled(pc.name, pc.fingerprint, out)

    def import_bundles(self, paths: Iterable[Path], receipts: Path) -> tuple[Imported, ...]:
        """Take files (or folders of them) in, in their order, and write the receipts into a folder.

        A file that is refused changes nothing and does not keep the others out. A bundle that was in already gets its
        old receipt again. A held bundle is taken as soon as the one before it has come.
        """
        self._actor.require("hub.receive")
        with disk.in_plain_words():
            receipts.mkdir(parents=True, exist_ok=True)
        found: dict[str, Imported] = {}
        for path in paths:
            is_folder = path.is_dir()
            for file in names.files_below(path, names.SUFFIX) if is_folder else [path]:
                for one in self._import(file, receipts):
                    if is_folder and one.code == "not_a_bundle":  # receipts lie beside the bundles
                        continue
                    before = found.get(one.bundle_id or one.file)
                    found[one.bundle_id or one.file] = replace(one, file=before.file) if before else one
        return tuple(found.values())

    def export_identity(self, to: Path) -> Path:
        """Write the secret age identity of a practice hub (never of a real one) for a stock `age`."""
        self._actor.require("hub.receive")
        if not self.facts.is_practice:
            raise ValidationError(
                "not_practice", tr("真实的汇总端不能导出密钥。"), tr("只有练习用的汇总端可以导出。"), "out"
            )
        disk.write_safely(to, (self._vault.age_identity + "\n").encode())
        self._work.note("hub.identity_exported")
        return to

    def _import(self, file: Path, receipts: Path) -> list[Imported]:
        """Take one file in, and then whatever waited for it."""
        try:
            data = container.read_file(file)
            first = self._take(data, str(file), receipts)
        except RefusalError as refused:
            self._work.note("bundle.refuse", code=refused.code)
            status = refused.code if refused.code == incoming.FORK else _REFUSED
            return [Imported(str(file), None, status, refused)]
        return [first, *self._take_held(data, receipts)] if first.status == incoming.APPLIED else [first]

    def _take_held(self, data: bytes, receipts: Path) -> list[Imported]:
        """Take the bundles of the same PC that waited, as long as another one fits."""
        replica_id = bundle.read(data).sender.replica_id
        taken: list[Imported] = []
        while True:
            with self._work.read() as db:
                waiting = [(row.held_file, _held_name(row)) for row in incoming.held(db, replica_id)]
            before = len(taken)
            for content, name in waiting:
                try:
                    one = self._take(content or b"", name, receipts)
                except RefusalError as refused:  # revoked meanwhile: it stays where it is
                    self._work.note("bundle.refuse", code=refused.code)
                    continue
                if one.status != incoming.HELD:
                    taken.append(one)
            if len(taken) == before:
                return taken

    def _take(self, data: bytes, name: str, receipts: Path) -> Imported:
        """Take one bundle in, in one transaction; the receipt is written after it."""
        own = Sender(self.facts.hub_id, self.facts.replica_id, self.facts.incarnation)
        hub = incoming.Hub(own, self._vault.signing, self._vault.age_identity, self.facts.is_practice)
        with self._work.merge("bundle.take") as db:
            taken = incoming.take(db, data, hub, self._clock.now(), _finish)
            row = taken.row
            db.info["subject"] = row.bundle_id
            db.info["detail"] |= {"status": taken.status, "seq": row.bundle_seq, "sha256": row.sha256}
            receipt = (row.receipt_name or "", row.receipt_file or b"")
        reason = _reason(taken)
        return Imported(
            name,
            row.bundle_id,
            taken.status,
            reason,
            row.taken,
            row.kept,
            row.rejected,
            row.conflicts,
            _write_receipt(receipts, *receipt) if reason is None else None,
        )


def create_hub(
    folder: Path,
    name: str,
    account: AccountDraft,
    clock: Clock,
    server: Server | None = None,
    recovery_code: str | None = None,
    kdf: KdfParameters | None = None,
    is_practice: bool = False,
) -> Hub:
    """Make a hub in a folder (its keys always stand there; its database too, unless a server is named), and open it.

    Raises ValidationError weak_password, OperationalError in_use, not_ours, disk_full, read_only, io_error.
    """
    place = HubFolder(folder)
    if any(file.exists() for file in (place.database, *place.key_files)):
        raise OperationalError(
            "in_use", tr("文件夹“{folder}”里已经有汇总端的数据。", folder=folder), tr("请换一个空文件夹。")
        )
    _refuse_practice_day(clock, is_practice)
    passwords.check(account.password, guessable_words(account.login, account.name, name))
    with ExitStack() as opened:
        opened.enter_context(new_folder(folder, place.lock))
        opened.callback(SingleInstance(place.lock).release)
        vault = _make(place, name, account, server, recovery_code, kdf, is_practice)
        opened.callback(vault.wipe)
        return _open(place, vault, account.name, clock, server, opened)


def open_hub(folder: Path, login: str, password: str, clock: Clock, server: Server | None = None) -> Hub:
    """Unlock a hub; raises what unlocking a station raises."""
    place = HubFolder(folder)
    with ExitStack() as opened:
        found = {slot.login: slot.name for slot in keys.slots(place.key_files)}
        opened.callback(SingleInstance(place.lock).release)
        vault = keys.unlock(place.key_files, login, password)
        opened.callback(vault.wipe)
        return _open(place, vault, found[login], clock, server, opened)


def accounts(folder: Path) -> tuple[AccountName, ...]:
    """Return the accounts of a hub, read from its key file alone."""
    return tuple(AccountName(slot.login, slot.name, slot.role) for slot in keys.slots(HubFolder(folder).key_files))


def _make(
    place: HubFolder,
    name: str,
    account: AccountDraft,
    server: Server | None,
    recovery_code: str | None,
    kdf: KdfParameters | None,
    is_practice: bool,
) -> OpenVault:
    """Make keys and database; without the database the new keys go too (nothing is encrypted with them)."""
    identity = keys.KeyFileIdentity(station_id=new_id(), replica_id=new_id(), db_uuid=new_id())
    slot = keys.SlotFacts(new_id(), account.login, account.name.strip(), OPERATOR)
    cost = kdf or keys.calibrate()
    vault = keys.create(place.key_files, identity, slot, account.password, recovery_code, cost)
    told = {
        "kind": "hub",
        "db_uuid": identity.db_uuid,
        "station_id": identity.station_id,
        "replica_id": identity.replica_id,
        "pc_letter": "H",
        "incarnation": "0",
        "is_practice": "1" if is_practice else "0",
        "name": name,
    }
    try:
        if server is None:
            create_database(place.database, DatabaseKey(vault.database_key()), told)
        else:
            create_postgres(server.url, server.password, told)
    except (OperationalError, ValidationError):
        for file in place.key_files:
            file.unlink(missing_ok=True)
        raise
    return vault


def _open(place: HubFolder, vault: OpenVault, name: str, clock: Clock, server: Server | None, opened: ExitStack) -> Hub:
    """Open the database with unlocked keys."""
    store = _open_store(place, vault, server)
    opened.callback(store.close)
    work = Work(store, vault.user_id, vault.station_id, clock.now)
    with work.read() as db:
        meta = facts.read(db)
    if meta["db_uuid"] != vault.db_uuid:
        raise OperationalError(
            "other_station",
            tr("这个数据库是另一个汇总端的，与这里的密钥不配套。"),
            tr("请核对数据库地址和密钥文件夹。"),
        )
    _refuse_practice_day(clock, meta["is_practice"] == "1")
    keys.mend(place.key_files, vault)
    known = HubFacts(
        vault.station_id, vault.replica_id, int(meta["incarnation"]), meta["name"], meta["is_practice"] == "1",
        PROGRAM.head,
    )  # fmt: skip
    actor = Actor(vault.user_id, name, vault.role, permissions_of(vault.role, _role_table()))
    work.note("hub.unlock")
    return Hub(work, actor, clock, known, vault, opened.pop_all().close)


def _open_store(place: HubFolder, vault: OpenVault, server: Server | None) -> Store:
    if server is not None:
        return open_postgres(server.url, server.password)
    key = DatabaseKey(vault.database_key())
    try:
        return open_database(place.database, key, vault.db_uuid)
    finally:
        key.wipe()


def _refuse_practice_day(clock: Clock, is_practice: bool) -> None:
    if isinstance(clock, PracticeClock) and not is_practice:
        raise ValidationError(
            "not_practice", tr("假定的日期只能用在练习用的汇总端里。"), tr("请去掉 --on，或换成练习用的汇总端。"), "on"
        )


def _role_table() -> dict[str, list[str]]:
    from desktop import resources

    return dict(resources.table("permissions/roles.toml")["actions"])


def _finish(table: str, row: dict[str, Any]) -> None:
    """Derive what the hub needs beside the record itself: how the search box spells a client."""
    if table == Person.__tablename__:
        named = {name: row[name] for name in ("name", "file_no", "id_no", "village", "township")}
        row["search_text"] = searching.spellings(Person(**named), [row["phone"]])


def _reason(taken: incoming.Taken) -> RefusalError | None:
    """Return why a bundle was not taken in."""
    if taken.status == incoming.HELD:
        return held_before(taken.needs)
    return refusal("fork") if taken.status == incoming.FORK else None


def _held_name(row: BundleIn) -> str:
    return f"{row.bundle_id}{names.SUFFIX}"


def _write_receipt(folder: Path, name: str, data: bytes) -> Path:
    """Write a receipt unless the very same one is there."""
    from desktop.devices import drives

    there = folder / name
    if there.is_file() and there.read_bytes() == data:
        return there
    return drives.put(data, folder, name)
