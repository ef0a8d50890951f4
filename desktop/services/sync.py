"""Hand-over to the county (U盘交接): export, receipt, history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.exchange import BundleOut, Enrolment, ReceiptIn
from desktop.models.people import Person
from desktop.services import joined, standings
from desktop.services.desk import Desk
from desktop.store import facts
from desktop.sync import bundle, changes, container, enrolment, fields, names, outgoing, receipts
from desktop.sync.refusals import RefusalError, refusal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Drive:
    """A stick or folder that can take a bundle; state: ready, read_only, full."""

    path: Path
    label: str
    state: str
    free_bytes: int


@dataclass(frozen=True)
class Exported:
    """A bundle on its way."""

    file: Path
    bundle_id: str
    kind: str
    seq: int
    first_seq: int
    last_seq: int
    changes: int
    persons: int
    withheld_persons: int
    withheld_changes: int
    sha256: str
    prev_sha256: str


@dataclass(frozen=True)
class ExportPreview:
    """What would leave the building: numbers and kinds of data, in words for the clerk."""

    changes: int
    persons: int
    withheld_persons: int
    withheld_changes: int
    withheld_names: tuple[str, ...]
    kinds: tuple[str, ...]
    hub_name: str
    legal_basis: str


@dataclass(frozen=True)
class BundleRow:
    """One bundle in the history; state: issued (not on a stick), written, received, returned."""

    bundle_id: str
    seq: int
    changes: int
    persons: int
    withheld_persons: int
    file_name: str
    state: str
    issued_at: datetime
    receipted_at: datetime | None


@dataclass(frozen=True)
class ReceiptResult:
    """What a receipt said."""

    for_bundle: str
    acked_seq: int
    taken: int
    rejected: tuple[dict[str, object], ...]
    conflicts: tuple[dict[str, object], ...]
    came_down: int


@dataclass(frozen=True)
class SyncStanding:
    """Whether the station is enrolled, and what waits."""

    is_enrolled: bool
    hub_name: str
    fingerprint: str
    waiting_changes: int
    last_issued_at: datetime | None
    without_receipt: int


class Sync:
    """The station's side of the exchange."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def standing(self) -> SyncStanding:
        """Return how the exchange stands."""
        self._desk.actor.require("sync.read")
        with self._desk.work.read() as db:
            hub = outgoing.enrolment(db)
            open_bundles = select(func.count()).where(BundleOut.receipted_at.is_(None))
            return SyncStanding(
                is_enrolled=hub is not None,
                hub_name=hub.hub_name if hub else "",
                fingerprint=self._pc().fingerprint,
                waiting_changes=changes.newest(db) - outgoing.mark(db, facts.incarnation(db)),
                last_issued_at=db.scalar(select(func.max(BundleOut.issued_at))),
                without_receipt=db.scalar(open_bundles.select_from(BundleOut)) or 0,
            )

    def drives(self) -> tuple[Drive, ...]:
        """Return the sticks plugged in."""
        self._desk.actor.require("sync.read")
        from desktop.devices import drives

        return tuple(Drive(one.path, one.label, one.state, one.free_bytes) for one in drives.sticks())

    def request_enrolment(self, to: Path) -> tuple[Path, str]:
        """Write the enrolment request (public keys only) into a folder; return file and fingerprint to read out."""
        self._desk.actor.require("sync.enrol")
        pc = self._pc()
        data = enrolment.write_request(pc, self._desk.vault.signing)
        file = _put(data, to, names.request(pc.code, pc.letter, pc.fingerprint))
        self._desk.work.note("sync.request", fingerprint=pc.fingerprint)
        return file, pc.fingerprint

    def enrol(self, certificate: Path) -> str:
        """Take the county's certificate in; return the hub's name. Refuses a certificate for another PC."""
        self._desk.actor.require("sync.enrol")
        told = enrolment.read_certificate(container.read_file(certificate))
        own = self._pc()
        if (told.pc.replica_id, told.pc.sign_key, told.pc.recipient) != (own.replica_id, own.sign_key, own.recipient):
            raise refusal("not_for_us")
        with self._desk.work.write("sync.enrol", told.hub.hub_id, legal_basis=told.legal_basis) as db:
            before = outgoing.enrolment(db)
            if before is not None and (before.hub_id, before.hub_sign_key) != (told.hub.hub_id, told.hub.sign_key):
                raise refusal("other_hub")
            db.add(
                Enrolment(
                    hub_id=told.hub.hub_id,
                    hub_name=told.hub.name,
                    hub_sign_key=told.hub.sign_key,
                    hub_recipient=told.hub.recipient,
                    legal_basis=told.legal_basis,
                    certificate=dict(told.content),
                    enrolled_at=self._desk.clock.now(),
                )
            )
        return told.hub.name

    def preview(self) -> ExportPreview:
        """Say what the next bundle would hold."""
        self._desk.actor.require("sync.read")
        with self._desk.work.read() as db:
            hub = _hub(db)
            found = outgoing.prepare(db, self._origin(), partial(self._may, db)).collected
            withheld = select(Person.name).where(Person.id.in_(found.withheld)).order_by(Person.file_no)
            return ExportPreview(
                changes=found.changes,
                persons=len(found.persons),
                withheld_persons=len(found.withheld),
                withheld_changes=found.withheld_changes,
                withheld_names=tuple(db.scalars(withheld)),
                kinds=tuple(
                    tr("{label} {n} 条", label=tr(one.label), n=found.tables[name])
                    for name, one in fields.field_list().items()
                    if found.tables[name]
                ),
                hub_name=hub.hub_name,
                legal_basis=hub.legal_basis,
            )

    def export(self, to: Path, from_start: bool = False) -> Exported:
        """Issue the next bundle and write it to a stick or folder, read back and compared.

        It goes on from the last receipt, whatever was issued since; `from_start` sends everything once more (a hub that
        lost data). Raises ValidationError not_enrolled, OperationalError disk_full, read_only, io_error; a bundle that
        could not be written stays issued (`write_again`).
        """
        self._desk.actor.require("sync.export")
        _refuse_missing(to)
        issued, data = self._issue(from_start)
        file = self._write(issued.bundle_id, data, to, issued.file_name)
        return Exported(
            file=file,
            bundle_id=issued.bundle_id,
            kind=issued.kind,
            seq=issued.bundle_seq,
            first_seq=issued.first_seq,
            last_seq=issued.last_seq,
            changes=issued.changes,
            persons=issued.persons,
            withheld_persons=issued.withheld_persons,
            withheld_changes=issued.withheld_changes,
            sha256=issued.sha256,
            prev_sha256=issued.prev_sha256,
        )

    def write_again(self, bundle_id: str, to: Path) -> Path:
        """Write an issued bundle once more (stick lost or pulled)."""
        self._desk.actor.require("sync.export")
        with self._desk.work.read() as db:
            issued = db.get(BundleOut, bundle_id)
            data = issued.content if issued else None
        if issued is None or data is None:
            raise ValidationError(
                "no_such_bundle",
                tr("这个交接包已经不在本机：回执收到了，或者里面有依法删除的内容。"),
                tr("需要时请导出新的交接包。"),
            )
        return self._write(bundle_id, data, to, issued.file_name)

    def receive(self, receipt: Path) -> ReceiptResult:
        """Take a receipt of the hub in; raises ValidationError forged, other_hub, truncated, not_for_us, held, fork.

        The same receipt again changes nothing and says the same.
        """
        self._desk.actor.require("sync.receive")
        envelope = bundle.read(container.read_file(receipt))
        with self._desk.work.read() as db:
            hub = _hub(db)
            known = db.scalar(select(ReceiptIn.content).where(ReceiptIn.sha256 == envelope.container.sha256))
        _check_sender(envelope, hub, self._desk.facts.replica_id)
        if known is not None:
            return _result(known)
        bundle.check_payload(envelope)
        told = receipts.read(bundle.open_payload(envelope, self._desk.vault.age_identity))
        with self._desk.work.write("sync.receive", told.for_bundle, receipt_seq=told.receipt_seq) as db:
            issued = outgoing.check_receipt(db, told)
            if issued is not None:
                outgoing.take_receipt(db, told, issued, envelope.container.sha256, self._desk.clock.now())
        return _result(told.to_json())

    def find_receipts(self, folder: Path) -> tuple[Path, ...]:
        """Return the receipts for this PC found on a stick that are not in yet, oldest first."""
        self._desk.actor.require("sync.read")
        with self._desk.work.read() as db:
            known = set(db.scalars(select(ReceiptIn.sha256)))
        found = []
        for file in names.files_below(folder, names.SUFFIX):
            try:
                envelope = bundle.read(container.read_file(file))
            except RefusalError:
                continue
            is_ours = envelope.kind == bundle.RECEIPT and envelope.is_to(bundle.to_pc(self._desk.facts.replica_id))
            if is_ours and envelope.container.sha256 not in known:
                found.append((envelope.manifest["created"], envelope.bundle_seq, file))
        return tuple(file for *_, file in sorted(found))

    def history(self) -> tuple[BundleRow, ...]:
        """Return the bundles, newest first."""
        self._desk.actor.require("sync.read")
        with self._desk.work.read() as db:
            issued = db.scalars(select(BundleOut).order_by(BundleOut.bundle_seq.desc())).all()
        return tuple(
            BundleRow(
                one.bundle_id,
                one.bundle_seq,
                one.changes,
                one.persons,
                one.withheld_persons,
                one.file_name,
                _state(one),
                one.issued_at,
                one.receipted_at,
            )
            for one in issued
        )

    def _issue(self, from_start: bool) -> tuple[BundleOut, bytes]:
        """Make the next bundle and record it as issued."""
        desk, origin = self._desk, self._origin()
        with desk.work.read() as db:
            hub = _hub(db)
            pending = outgoing.prepare(db, origin, partial(self._may, db), from_start)
        now = desk.clock.now()
        sealed = outgoing.seal(pending, origin, hub, now, desk.vault.signing)
        name = names.bundle(origin.code, origin.letter, pending.incarnation, pending.bundle_seq, sealed.sha256)
        with desk.work.write("sync.export", sealed.bundle_id, sha256=sealed.sha256, seq=pending.bundle_seq) as db:
            issued = outgoing.record(db, pending, sealed, name, now)
        return issued, sealed.data

    def _write(self, bundle_id: str, data: bytes, to: Path, name: str) -> Path:
        file = _put(data, to, name)
        with self._desk.work.write("sync.written", bundle_id) as db:
            this = update(BundleOut).where(BundleOut.bundle_id == bundle_id)  # loading it would read the whole file
            db.execute(this.values(written_at=self._desk.clock.now()))
        return file

    def _may(self, db: Session, person_ids: Collection[str]) -> list[str]:
        """Return the clients whose data may go to the county today; a file that became part of another goes with it."""
        kept = joined.kept_of_all(db, person_ids)
        answers = standings.verdicts(db, set(kept.values()), "export", self._desk.clock.today())
        closed = set() if standings.legal_basis(db) == _BY_LAW else standings.restricted(db, set(kept.values()))
        return [person_id for person_id, kept_id in kept.items() if answers[kept_id].yes and kept_id not in closed]

    def _origin(self) -> outgoing.Origin:
        facts_here = self._desk.facts
        return outgoing.Origin(
            facts_here.station_id, facts_here.replica_id, facts_here.pc_letter, facts_here.station_code
        )

    def _pc(self) -> enrolment.Pc:
        here, vault = self._desk.facts, self._desk.vault
        return enrolment.Pc(
            here.station_id,
            here.replica_id,
            here.station_name,
            here.station_code,
            here.pc_letter,
            vault.signing.public_text,
            vault.age_recipient,
        )


_BY_LAW = "statutory"  # what the law demands is told of restricted files, too


def _hub(db: Session) -> Enrolment:
    """Return the hub, or say that there is none yet."""
    hub = outgoing.enrolment(db)
    if hub is None:
        raise ValidationError(
            "not_enrolled",
            tr("本机还没有接入区县，不能交接。"),
            tr("请先写出接入申请交给区县，取得登记文件后再导出。"),
        )
    return hub


def _check_sender(envelope: bundle.Envelope, hub: Enrolment, replica_id: str) -> None:
    """Refuse what is no receipt, not of our hub, forged, or for somebody else."""
    if envelope.kind != bundle.RECEIPT:
        raise refusal("not_a_receipt")
    if envelope.sender.station_id != hub.hub_id:
        raise refusal("other_hub")
    bundle.check_signature(envelope, hub.hub_sign_key)
    if not envelope.is_to(bundle.to_pc(replica_id)):
        raise refusal("not_for_us")


def _put(data: bytes, to: Path, name: str) -> Path:
    from desktop.devices import drives

    return drives.put(data, to, name)


def _refuse_missing(folder: Path) -> None:
    """Refuse a folder that is not there before a bundle is issued for it."""
    if not folder.is_dir():
        raise OperationalError(
            "io_error",
            tr("找不到文件夹“{folder}”，没有导出。", folder=folder.name),
            tr("请检查 U 盘是否插好，或换一个文件夹。"),
        )


def _state(issued: BundleOut) -> str:
    if issued.receipted_at is not None:
        return "returned"
    return "issued" if issued.written_at is None else "written"


def _result(told: dict[str, Any]) -> ReceiptResult:
    return ReceiptResult(
        told["for_bundle"],
        told["ack"]["seq"],
        told["taken"],
        tuple(told["rejected"]),
        tuple(told["conflicts"]),
        told["came_down"],
    )
