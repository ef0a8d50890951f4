"""The station's side: from which change the next bundle goes on, issuing it, and what a receipt moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.exchange import BundleOut, Enrolment, ReceiptIn, Withheld
from desktop.store import audit, facts
from desktop.store.migrations import PROGRAM
from desktop.sync import bundle, chain, changes, fields
from desktop.sync.bundle import Address, Sealed, Sender
from desktop.sync.changes import Collected, May
from desktop.sync.receipts import Receipt
from desktop.sync.refusals import receipt_missing, refusal
from desktop.vault.seal import SigningKey

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LINES = "changes-0001.ndjson.gz"
SNAPSHOTS = "snapshots-0001.ndjson.gz"


@dataclass(frozen=True)
class Pending:
    """The next bundle before it is sealed; `incarnation` is a new one when the history could not be told again."""

    incarnation: int
    bundle_seq: int
    prev_sha256: str
    chain_before: str
    chain_after: str
    collected: Collected
    receipt_seq: int
    audit_head: tuple[int, str]

    @property
    def kind(self) -> str:
        """`full` needs no earlier bundle at the hub."""
        return "full" if self.collected.after == 0 else "delta"


@dataclass(frozen=True)
class Origin:
    """What a bundle says about the PC it comes from."""

    station_id: str
    replica_id: str
    letter: str
    code: str


def enrolment(db: Session) -> Enrolment | None:
    """Return the hub this station hands over to."""
    return db.scalar(select(Enrolment).order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc()).limit(1))


def mark(db: Session, incarnation: int) -> int:
    """Return the number of the last change the hub has confirmed, as far as this incarnation counts."""
    acked = select(func.max(ReceiptIn.acked_seq))
    own = db.scalar(acked.where(ReceiptIn.incarnation == incarnation))
    if own is not None:
        return own
    first = db.scalar(select(func.min(BundleOut.first_seq)).where(BundleOut.incarnation == incarnation))
    return first - 1 if first is not None else db.scalar(acked) or 0


def prepare(db: Session, origin: Origin, may: May, from_start: bool = False) -> Pending:
    """Collect the next bundle: everything behind the mark, or everything there is.

    The history under one incarnation is told the same way each time. Where consent or the field list changed what was
    issued before and never confirmed, a new incarnation begins instead - as it does for everything once more: a hub
    that was set back numbers its receipts anew.
    """
    incarnation = facts.incarnation(db) + int(from_start)
    while True:
        after = 0 if from_start else mark(db, incarnation)
        before = _chain_at(db, origin, incarnation, after)
        if before is not None:
            collected = changes.collect(db, after, may)
            links = [bytes.fromhex(before), *chain.links(before, collected.lines)]
            if _is_told_again(db, incarnation, after, links):
                return _pending(db, incarnation, collected, links)
        incarnation += 1


def seal(pending: Pending, origin: Origin, hub: Enrolment, at: datetime, signing: SigningKey) -> Sealed:
    """Make the file."""
    sender = Sender(origin.station_id, origin.replica_id, pending.incarnation)
    address = Address(pending.kind, sender, bundle.to_hub(hub.hub_id), pending.bundle_seq, at)
    collected = pending.collected
    told = {
        "schema": int(PROGRAM.head),
        "fields": fields.version(),
        "legal_basis": hub.legal_basis,
        "pc": origin.letter,
        "code": origin.code,
        "first_seq": collected.first_seq,
        "last_seq": collected.last_seq,
        "count": len(collected.lines),
        "prev_bundle_sha256": pending.prev_sha256,
        "chain_before": pending.chain_before,
        "chain_after": pending.chain_after,
        "audit_head": {"seq": pending.audit_head[0], "hash": pending.audit_head[1]},
        "acked_receipt_seq": pending.receipt_seq,
        "tables": dict(collected.tables),
        "persons": len(collected.persons),
        "withheld": {"persons": len(collected.withheld), "changes": collected.withheld_changes},
        "hlc_max": collected.hlc,
    }
    lines = {SNAPSHOTS: collected.snapshots, LINES: collected.lines}
    return bundle.close(address, told, lines, signing, hub.hub_recipient)


def record(db: Session, pending: Pending, sealed: Sealed, file_name: str, at: datetime) -> BundleOut:
    """Note the bundle as issued, with the file itself, before any stick is written."""
    if _last_seq(db) != pending.bundle_seq - 1:
        raise ValidationError("stale", tr("另一个窗口刚刚导出过。"), tr("请看交接记录，需要时再导出一次。"))
    while facts.incarnation(db) < pending.incarnation:
        facts.begin_next_incarnation(db)
    collected = pending.collected
    _keep_withheld(db, collected, pending.bundle_seq)
    issued = BundleOut(
        bundle_id=sealed.bundle_id,
        kind=pending.kind,
        bundle_seq=pending.bundle_seq,
        incarnation=pending.incarnation,
        first_seq=collected.first_seq,
        last_seq=collected.last_seq,
        changes=collected.changes,
        persons=len(collected.persons),
        withheld_persons=len(collected.withheld),
        withheld_changes=collected.withheld_changes,
        file_name=file_name,
        sha256=sealed.sha256,
        prev_sha256=pending.prev_sha256,
        chain_after=pending.chain_after,
        issued_at=at,
        content=sealed.data,
    )
    db.add(issued)
    return issued


def check_receipt(db: Session, receipt: Receipt) -> BundleOut | None:
    """Return the bundle a receipt is for, or None when a later incarnation has overtaken it.

    Raises RefusalError when the receipt does not fit what this PC has sent.
    """
    issued = db.get(BundleOut, receipt.for_bundle)
    if issued is None or issued.incarnation != receipt.incarnation:
        raise refusal("unknown_receipt")
    if issued.receipted_at is not None and receipt.incarnation < facts.incarnation(db):
        return None
    last = db.scalar(
        select(ReceiptIn)
        .where(ReceiptIn.incarnation == receipt.incarnation)
        .order_by(ReceiptIn.receipt_seq.desc())
        .limit(1)
    )
    expected = last.receipt_seq + 1 if last else 1
    if receipt.receipt_seq > expected:
        raise receipt_missing(expected)
    if receipt.receipt_seq < expected or receipt.prev_sha256 != (last.sha256 if last else chain.NOTHING):
        raise refusal("fork")
    own = db.scalar(
        select(BundleOut.chain_after)
        .where(BundleOut.incarnation == receipt.incarnation, BundleOut.last_seq == receipt.acked_seq)
        .limit(1)
    )
    if own != receipt.chain:
        raise refusal("fork")
    return issued


def take_receipt(db: Session, receipt: Receipt, issued: BundleOut, sha256: str, at: datetime) -> None:
    """Move the mark: what the hub has confirmed needs no second file, and snapshots that arrived are done with."""
    db.add(
        ReceiptIn(
            incarnation=receipt.incarnation,
            receipt_seq=receipt.receipt_seq,
            bundle_id=receipt.for_bundle,
            acked_seq=receipt.acked_seq,
            sha256=sha256,
            content=receipt.to_json(),
            imported_at=at,
        )
    )
    confirmed = (BundleOut.incarnation <= receipt.incarnation) & (BundleOut.last_seq <= receipt.acked_seq)
    waiting = BundleOut.receipted_at.is_(None) & (confirmed | (BundleOut.bundle_id == receipt.for_bundle))
    db.execute(update(BundleOut).where(waiting).values(receipted_at=at, content=None))
    db.execute(delete(Withheld).where(Withheld.snapshot_seq <= issued.bundle_seq))


def _pending(db: Session, incarnation: int, collected: Collected, links: list[bytes]) -> Pending:
    last = db.execute(select(BundleOut.sha256).order_by(BundleOut.bundle_seq.desc()).limit(1)).scalar()
    receipts = select(func.max(ReceiptIn.receipt_seq)).where(ReceiptIn.incarnation == incarnation)
    return Pending(
        incarnation,
        _last_seq(db) + 1,
        last or chain.NOTHING,
        links[0].hex(),
        links[-1].hex(),
        collected,
        db.scalar(receipts) or 0,
        audit.head(db),
    )


def _last_seq(db: Session) -> int:
    return db.scalar(select(func.max(BundleOut.bundle_seq))) or 0


def _chain_at(db: Session, origin: Origin, incarnation: int, after: int) -> str | None:
    """Return the chain after change `after`: where the incarnation begins, or where a bundle of it ended."""
    first = db.scalar(select(func.min(BundleOut.first_seq)).where(BundleOut.incarnation == incarnation))
    if first is None or first == after + 1:
        return chain.genesis(origin.station_id, origin.replica_id, incarnation)
    return db.scalar(
        select(BundleOut.chain_after).where(BundleOut.incarnation == incarnation, BundleOut.last_seq == after).limit(1)
    )


def _is_told_again(db: Session, incarnation: int, after: int, links: list[bytes]) -> bool:
    """Say whether the lines give the same chain as the bundles issued over them before."""
    ends = select(BundleOut.last_seq, BundleOut.chain_after).where(
        BundleOut.incarnation == incarnation, BundleOut.last_seq.between(after, after + len(links) - 1)
    )
    return all(links[last - after].hex() == told for last, told in db.execute(ends))


def _keep_withheld(db: Session, collected: Collected, bundle_seq: int) -> None:
    """Remember who was withheld up to which change, and who travels as a snapshot from which bundle on."""
    known = {row.person_id: row for row in db.scalars(select(Withheld))}
    for person_id, seq in collected.withheld.items():
        row = known.get(person_id)
        if row is None:
            db.add(Withheld(person_id=person_id, up_to_seq=seq, snapshot_seq=None))
        else:
            row.up_to_seq, row.snapshot_seq = max(row.up_to_seq, seq), None
    for person_id in collected.snapshot_persons:
        row = known[person_id]
        row.snapshot_seq = row.snapshot_seq or bundle_seq
