"""Changes waiting for the hub, bundles handed over, receipts that came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base, new_id


class Change(Base):
    """One captured change (written by triggers): full row after it, and which columns it touched."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_pk", "pk"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    table_name: Mapped[str]
    op: Mapped[str] = mapped_column(String(1))
    pk: Mapped[str] = mapped_column(String(36))
    base_revision: Mapped[int]
    revision: Mapped[int]
    hlc: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(36))
    columns: Mapped[str]
    row_json: Mapped[str]


class Enrolment(Base):
    """The hub this station hands its data to: its keys, and the legal basis agreed at enrolment."""

    __tablename__ = "enrolment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    hub_id: Mapped[str] = mapped_column(String(36))
    hub_name: Mapped[str]
    hub_sign_key: Mapped[str]
    hub_recipient: Mapped[str]
    legal_basis: Mapped[str] = mapped_column(String(16))
    certificate: Mapped[dict[str, object]]
    enrolled_at: Mapped[datetime]


class BundleOut(Base):
    """A bundle issued by this PC; recorded before the stick is written, done only when a receipt came back.

    `content` is the file itself, to be written again when a stick is lost; it is dropped with the receipt.
    """

    __tablename__ = "bundle_out"

    bundle_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    bundle_seq: Mapped[int] = mapped_column(unique=True)
    incarnation: Mapped[int]
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    changes: Mapped[int]
    persons: Mapped[int]
    withheld_persons: Mapped[int]
    withheld_changes: Mapped[int]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    prev_sha256: Mapped[str] = mapped_column(String(64))
    chain_after: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    receipted_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Withheld(Base):
    """A client whose changes up to `up_to_seq` did not travel; consent given later sends a snapshot instead of them."""

    __tablename__ = "withheld"

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    up_to_seq: Mapped[int]
    snapshot_seq: Mapped[int | None]


class ReceiptIn(Base):
    """A receipt of the hub as it came back."""

    __tablename__ = "receipt_in"

    incarnation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    receipt_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bundle_id: Mapped[str] = mapped_column(String(36))
    acked_seq: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, object]]
    imported_at: Mapped[datetime]


class EnrolledStation(Base):
    """Hub side: a PC of a station that may hand over data, with the keys it signs with."""

    __tablename__ = "enrolled_station"
    __table_args__ = (UniqueConstraint("station_id", "replica_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    station_id: Mapped[str] = mapped_column(String(36))
    replica_id: Mapped[str] = mapped_column(String(36))
    station_name: Mapped[str]
    station_code: Mapped[str]
    sign_key: Mapped[str]
    recipient: Mapped[str]
    legal_basis: Mapped[str] = mapped_column(String(16))
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ReplicaState(Base):
    """Hub side: how far the changes of one PC (and incarnation) were taken in."""

    __tablename__ = "replica_state"

    replica_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    incarnation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    station_id: Mapped[str] = mapped_column(String(36))
    acked_seq: Mapped[int]
    bundle_seq: Mapped[int]
    bundle_sha256: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))
    receipt_seq: Mapped[int]
    receipt_sha256: Mapped[str] = mapped_column(String(64))


class BundleIn(Base):
    """Hub side: a bundle that came in, what became of it, and the receipt that was issued for it.

    `chain_marks` holds 16 bytes of the chain before its first and after each change, so that a second history under the
    same numbers shows.
    """

    __tablename__ = "bundle_in"

    bundle_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    station_id: Mapped[str] = mapped_column(String(36))
    replica_id: Mapped[str] = mapped_column(String(36))
    incarnation: Mapped[int]
    bundle_seq: Mapped[int]
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    taken: Mapped[int]
    kept: Mapped[int]
    rejected: Mapped[int]
    conflicts: Mapped[int]
    imported_at: Mapped[datetime]
    chain_marks: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    held_file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    receipt_name: Mapped[str | None]
    receipt_file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Conflict(Base):
    """Hub side: two versions of a record that a person must decide between; the hub keeps its own until then."""

    __tablename__ = "conflict"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    bundle_id: Mapped[str] = mapped_column(String(36))
    table_name: Mapped[str]
    record_id: Mapped[str] = mapped_column(String(36))
    columns: Mapped[list[str]]
    kept: Mapped[dict[str, object]]
    offered: Mapped[dict[str, object]]
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Origin(Base):
    """Hub side: who wrote which column of a record last, and what each PC had seen then (domain.merging.Origin)."""

    __tablename__ = "origin"

    table_name: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[dict[str, object]]
