"""The hub's side: the checks on a bundle in their order, its place in the history of its PC, and the receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from desktop.models.exchange import BundleIn, EnrolledStation, ReplicaState
from desktop.store.migrations import PROGRAM
from desktop.sync import archive, bundle, chain, lines, merge, names, receipts
from desktop.sync.bundle import Address, Envelope, Opened, Sender
from desktop.sync.fields import instant, limit
from desktop.sync.merge import Finish, Merged, Source
from desktop.sync.outgoing import LINES, SNAPSHOTS
from desktop.sync.receipts import Receipt
from desktop.sync.refusals import refusal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.vault.seal import SigningKey

_FORM: dict[str, type] = {
    "schema": int, "first_seq": int, "last_seq": int, "count": int, "prev_bundle_sha256": str, "chain_before": str,
    "chain_after": str, "audit_head": dict, "hlc_max": str, "pc": str, "code": str,
}  # fmt: skip
APPLIED, REPEATED, HELD, FORK = "applied", "repeated", "held", "fork"


@dataclass(frozen=True)
class Hub:
    """The hub as receiver: its address and keys. A practice hub does not look at clocks."""

    sender: Sender
    signing: SigningKey
    age_identity: str
    is_practice: bool


@dataclass(frozen=True)
class Taken:
    """What became of a bundle; `needs` is the change a held one waits for."""

    status: str
    row: BundleIn
    needs: int = 0


@dataclass(frozen=True)
class _Content:
    """The changes of an opened bundle with the chain they make."""

    inner: dict[str, Any]
    lines: list[bytes]
    snapshots: list[bytes]
    links: list[str]  # before the first line, then after each

    @property
    def first_seq(self) -> int:
        """The number of the first change."""
        return int(self.inner["first_seq"])

    @property
    def last_seq(self) -> int:
        """The number of the last change."""
        return int(self.inner["last_seq"])

    def is_told_at(self, seq: int) -> bool:
        """Say whether the chain after change `seq` stands here."""
        return self.first_seq - 1 <= seq <= self.last_seq

    def link_at(self, seq: int) -> str:
        """Return the chain after change `seq`."""
        return self.links[seq - self.first_seq + 1]


def identify(db: Session, envelope: Envelope, hub: Hub) -> EnrolledStation:
    """Steps 5 to 7: an enrolled sender, its signature, and us as receiver."""
    if envelope.kind not in bundle.CHANGES:
        raise refusal("not_a_bundle")
    sender = envelope.sender
    enrolled = db.scalar(
        select(EnrolledStation).where(
            EnrolledStation.station_id == sender.station_id, EnrolledStation.replica_id == sender.replica_id
        )
    )
    if enrolled is None:
        raise refusal("unknown_sender")
    if enrolled.revoked_at is not None:
        raise refusal("revoked")
    bundle.check_signature(envelope, enrolled.sign_key)
    if not envelope.is_to(bundle.to_hub(hub.sender.station_id)):
        raise refusal("other_hub")
    return enrolled


def take(db: Session, data: bytes, hub: Hub, at: datetime, finish: Finish) -> Taken:
    """Take one bundle in, within the caller's transaction; raises RefusalError when nothing of it may be kept."""
    envelope = bundle.read(data)
    enrolled = identify(db, envelope, hub)
    known = db.get(BundleIn, envelope.bundle_id)
    if known is not None and known.status != HELD:
        if known.sha256 != envelope.container.sha256:
            raise refusal("fork")
        return Taken(FORK if known.status == FORK else REPEATED, known)
    bundle.check_payload(envelope)
    content = _read(bundle.open_payload(envelope, hub.age_identity))
    _check_age(content.inner, hub, at)
    state = db.get(ReplicaState, (envelope.sender.replica_id, envelope.sender.incarnation))
    needs = _gap(db, envelope.sender, state, content)
    if needs:
        return Taken(HELD, _keep(db, known, envelope, content, HELD, data, at), needs)
    if not _fits(db, envelope, state, content):
        return Taken(FORK, _keep(db, known, envelope, content, FORK, data, at))
    return Taken(APPLIED, _apply(db, known, envelope, enrolled, state, content, hub, at, finish))


def held(db: Session, replica_id: str) -> list[BundleIn]:
    """Return the bundles of a PC that wait for earlier ones, in the order in which they could follow."""
    waiting = select(BundleIn).where(BundleIn.replica_id == replica_id, BundleIn.status == HELD)
    return list(db.scalars(waiting.order_by(BundleIn.incarnation, BundleIn.first_seq, BundleIn.bundle_seq)))


def _read(opened: Opened) -> _Content:
    """Read the inside of a bundle of changes, and check that it adds up."""
    inner = opened.inner
    bundle.check_form(inner, _FORM)
    if inner["schema"] > int(PROGRAM.head):
        raise refusal("newer_database")
    if opened.members.keys() != {LINES, SNAPSHOTS}:
        raise refusal("forged")
    found = archive.unpack_lines(opened.members[LINES])
    snapshots = archive.unpack_lines(opened.members[SNAPSHOTS])
    rows = {one["name"]: one.get("rows") for one in inner["members"]}
    counted = inner["last_seq"] - inner["first_seq"] + 1
    if inner["first_seq"] < 1 or not len(found) == inner["count"] == counted == rows[LINES]:
        raise refusal("forged")
    try:
        links = [inner["chain_before"], *(link.hex() for link in chain.links(inner["chain_before"], found))]
    except ValueError:
        raise refusal("forged") from None
    if links[-1] != inner["chain_after"] or rows[SNAPSHOTS] != len(snapshots):
        raise refusal("forged")
    return _Content(inner, found, snapshots, links)


def _check_age(inner: Mapping[str, Any], hub: Hub, at: datetime) -> None:
    """Refuse a clock that runs far ahead: its readings would win over everybody else's for ever."""
    latest = int((at + timedelta(hours=limit("hours_ahead"))).timestamp() * 1000)
    try:
        is_ahead = int(inner["hlc_max"], 16) >> 16 > latest
    except ValueError:
        raise refusal("forged") from None
    if is_ahead and not hub.is_practice:
        raise refusal("clock")


def _gap(db: Session, sender: Sender, state: ReplicaState | None, content: _Content) -> int:
    """Return the change that is missing before this bundle, 0 when none is.

    A history that a later incarnation has overtaken needs nothing that the later one has told. A new incarnation may
    begin behind what the ones before it told, but its own beginning must have come.
    """
    is_overtaken = _is_overtaken(db, sender)
    if state is None and not is_overtaken and content.first_seq > 1 and content.links[0] != _genesis(sender):
        return content.first_seq - 1
    if state is None or is_overtaken:
        acked = select(func.max(ReplicaState.acked_seq)).where(ReplicaState.replica_id == sender.replica_id)
        known = db.scalar(acked) or 0
    else:
        known = state.acked_seq
    return known + 1 if content.first_seq > known + 1 else 0


def _fits(db: Session, envelope: Envelope, state: ReplicaState | None, content: _Content) -> bool:
    """Say whether the bundle tells the history the hub knows, wherever both speak of the same changes."""
    sender = envelope.sender
    if state is None:
        return content.links[0] == _genesis(sender) or _is_overtaken(db, sender)
    if state.bundle_seq == envelope.bundle_seq - 1 and state.bundle_sha256 != content.inner["prev_bundle_sha256"]:
        return False
    known = list(_known_links(db, sender, state, content))
    return all(content.link_at(seq).startswith(link) for seq, link in known) and (
        bool(known) or _is_overtaken(db, sender)
    )


def _genesis(sender: Sender) -> str:
    return chain.genesis(sender.station_id, sender.replica_id, sender.incarnation)


def _is_overtaken(db: Session, sender: Sender) -> bool:
    """Say whether a later incarnation of the PC is known: then an older history may come in piece by piece.

    Its records are merged by their clock readings; nothing that was handed over is thrown away.
    """
    later = select(ReplicaState.incarnation).where(
        ReplicaState.replica_id == sender.replica_id, ReplicaState.incarnation > sender.incarnation
    )
    return db.scalar(later.limit(1)) is not None


def _known_links(db: Session, sender: Sender, state: ReplicaState, content: _Content) -> Iterator[tuple[int, str]]:
    """Give the last change that the bundle shares with each bundle taken before, and the chain there.

    Equal there means equal in all that both tell; the place before its first change counts as shared.
    """
    if content.is_told_at(state.acked_seq):
        yield state.acked_seq, state.chain
    query = select(BundleIn.last_seq, BundleIn.chain_marks).where(
        BundleIn.replica_id == sender.replica_id,
        BundleIn.incarnation == sender.incarnation,
        BundleIn.status == APPLIED,
        BundleIn.first_seq - 1 <= content.last_seq,
        BundleIn.last_seq >= content.first_seq - 1,
    )
    for last_seq, marks in db.execute(query):
        seq = min(content.last_seq, last_seq)
        mark = chain.mark_before_end(marks or b"", last_seq - seq)
        if mark:
            yield seq, mark.hex()


def _keep(
    db: Session, known: BundleIn | None, envelope: Envelope, content: _Content, status: str, data: bytes, at: datetime
) -> BundleIn:
    """Keep a bundle as it came: until the gap before it closes, or in quarantine."""
    row = known or _new_row(envelope, content, at)
    row.status, row.held_file = status, data
    db.add(row)
    return row


def _apply(
    db: Session,
    known: BundleIn | None,
    envelope: Envelope,
    enrolled: EnrolledStation,
    state: ReplicaState | None,
    content: _Content,
    hub: Hub,
    at: datetime,
    finish: Finish,
) -> BundleIn:
    """Take the lines, move the state of the PC on, and issue the receipt."""
    sender = envelope.sender
    merged = _merge(db, envelope, state, content, at, finish)
    if state is None:
        state = ReplicaState(
            replica_id=sender.replica_id, incarnation=sender.incarnation, station_id=sender.station_id,
            acked_seq=0, bundle_seq=0, bundle_sha256=chain.NOTHING, chain="",
            receipt_seq=0, receipt_sha256=chain.NOTHING,
        )  # fmt: skip
        db.add(state)
    if content.last_seq >= state.acked_seq:
        state.acked_seq, state.chain = content.last_seq, content.links[-1]
    if envelope.bundle_seq > state.bundle_seq:
        state.bundle_seq, state.bundle_sha256 = envelope.bundle_seq, envelope.container.sha256
    row = known or _new_row(envelope, content, at)
    row.status, row.held_file, row.imported_at = APPLIED, None, at
    row.taken, row.kept = merged.taken, merged.kept
    row.rejected, row.conflicts = len(merged.rejected), len(merged.conflicts)
    row.chain_marks = chain.marks(bytes.fromhex(link) for link in content.links)
    _issue_receipt(row, state, merged, content, enrolled, hub, at)
    db.add(row)
    return row


def _merge(
    db: Session, envelope: Envelope, state: ReplicaState | None, content: _Content, at: datetime, finish: Finish
) -> Merged:
    """Take snapshots first (they hold the parents), then the changes the hub does not know yet."""
    is_in_order = not _is_overtaken(db, envelope.sender)  # else there may be gaps below
    known = max(0, state.acked_seq - content.first_seq + 1) if state and is_in_order else 0
    source = Source(envelope.bundle_id, envelope.sender.station_id, envelope.sender.replica_id, at)
    found = [
        *lines.read_snapshots(content.snapshots),
        *lines.read(content.first_seq + known, content.lines[known:]),
    ]
    newest = max((line.hlc for line in found if isinstance(line, lines.Line)), default="")
    if newest > content.inner["hlc_max"]:
        raise refusal("forged")
    return merge.apply(db, source, found, finish)


def _issue_receipt(
    row: BundleIn,
    state: ReplicaState,
    merged: Merged,
    content: _Content,
    enrolled: EnrolledStation,
    hub: Hub,
    at: datetime,
) -> None:
    """Write the receipt and chain it to the one before; the bytes are kept, a repeated bundle gets them again."""
    receipt = Receipt(
        receipt_seq=state.receipt_seq + 1,
        prev_sha256=state.receipt_sha256,
        for_bundle=row.bundle_id,
        incarnation=state.incarnation,
        acked_seq=state.acked_seq,
        chain=state.chain,
        taken=merged.taken,
        kept=merged.kept,
        rejected=tuple(merged.rejected),
        conflicts=tuple(merged.conflicts),
        audit_head=content.inner["audit_head"],
        hub_time=instant(at),
    )
    address = Address(bundle.RECEIPT, hub.sender, bundle.to_pc(state.replica_id), receipt.receipt_seq, at)
    sealed = receipts.issue(receipt, address, hub.signing, enrolled.recipient)
    state.receipt_seq, state.receipt_sha256 = receipt.receipt_seq, sealed.sha256
    row.receipt_name = names.receipt(enrolled.station_code, content.inner["pc"], receipt, sealed.sha256)
    row.receipt_file = sealed.data


def _new_row(envelope: Envelope, content: _Content, at: datetime) -> BundleIn:
    sender = envelope.sender
    return BundleIn(
        bundle_id=envelope.bundle_id,
        station_id=sender.station_id,
        replica_id=sender.replica_id,
        incarnation=sender.incarnation,
        bundle_seq=envelope.bundle_seq,
        first_seq=content.first_seq,
        last_seq=content.last_seq,
        sha256=envelope.container.sha256,
        taken=0,
        kept=0,
        rejected=0,
        conflicts=0,
        imported_at=at,
    )
