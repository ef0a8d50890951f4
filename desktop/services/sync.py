"""Hand-over to the county (U盘交接): export, receipt, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.services.desk import Desk


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
        raise NotImplementedError

    def drives(self) -> tuple[Drive, ...]:
        """Return the sticks plugged in."""
        raise NotImplementedError

    def request_enrolment(self, to: Path) -> tuple[Path, str]:
        """Write the enrolment request (public keys only) into a folder; return file and fingerprint to read by telephone."""
        raise NotImplementedError

    def enrol(self, certificate: Path) -> str:
        """Take the county's certificate in; return the hub's name. Refuses a certificate for another PC."""
        raise NotImplementedError

    def preview(self) -> ExportPreview:
        """Say what the next bundle would hold."""
        raise NotImplementedError

    def export(self, to: Path) -> Exported:
        """Issue the next bundle and write it to a stick or folder, read back and compared."""
        raise NotImplementedError

    def write_again(self, bundle_id: str, to: Path) -> Path:
        """Write an issued bundle once more (stick lost or pulled)."""
        raise NotImplementedError

    def receive(self, receipt: Path) -> ReceiptResult:
        """Take a receipt of the hub in; raises ValidationError forged, other_hub, truncated."""
        raise NotImplementedError

    def find_receipts(self, folder: Path) -> tuple[Path, ...]:
        """Return the receipts for this station found on a stick."""
        raise NotImplementedError

    def history(self) -> tuple[BundleRow, ...]:
        """Return the bundles, newest first."""
        raise NotImplementedError
