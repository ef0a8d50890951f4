"""The hub's answer to a bundle: how far it has come, what it did not take, and what people must decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.sync import bundle
from desktop.sync.bundle import Address, Opened, Sealed
from desktop.sync.refusals import refusal
from desktop.vault.seal import SigningKey

_FORM: dict[str, type] = {
    "receipt_seq": int, "prev_receipt_sha256": str, "for_bundle": str, "ack": dict, "taken": int, "kept": int,
    "rejected": list, "conflicts": list, "came_down": int, "hub_time": str,
}  # fmt: skip
_ACK: dict[str, type] = {"incarnation": int, "seq": int, "chain": str}


@dataclass(frozen=True)
class Receipt:
    """What a receipt says; it counts within one PC and incarnation."""

    receipt_seq: int
    prev_sha256: str
    for_bundle: str
    incarnation: int
    acked_seq: int
    chain: str
    taken: int
    kept: int
    rejected: tuple[dict[str, Any], ...]
    conflicts: tuple[dict[str, Any], ...]
    audit_head: Mapping[str, Any]
    hub_time: str
    came_down: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the plain form, as it stands inside the file and in the station's history."""
        return {
            "receipt_seq": self.receipt_seq,
            "prev_receipt_sha256": self.prev_sha256,
            "for_bundle": self.for_bundle,
            "ack": {"incarnation": self.incarnation, "seq": self.acked_seq, "chain": self.chain},
            "taken": self.taken,
            "kept": self.kept,
            "rejected": list(self.rejected),
            "conflicts": list(self.conflicts),
            "came_down": self.came_down,
            "audit_head": dict(self.audit_head),
            "hub_time": self.hub_time,
        }


def issue(receipt: Receipt, address: Address, signing: SigningKey, recipient: str) -> Sealed:
    """Seal a receipt for the PC it is for."""
    return bundle.close(address, receipt.to_json(), {}, signing, recipient)


def read(opened: Opened) -> Receipt:
    """Return what an opened receipt says; raises RefusalError forged when it is not of the form."""
    inner = opened.inner
    bundle.check_form(inner, _FORM)
    bundle.check_form(inner["ack"], _ACK)
    if not isinstance(inner.get("audit_head"), dict) or not _are_objects(inner["rejected"], inner["conflicts"]):
        raise refusal("forged")
    return Receipt(
        receipt_seq=inner["receipt_seq"],
        prev_sha256=inner["prev_receipt_sha256"],
        for_bundle=inner["for_bundle"],
        incarnation=inner["ack"]["incarnation"],
        acked_seq=inner["ack"]["seq"],
        chain=inner["ack"]["chain"],
        taken=inner["taken"],
        kept=inner["kept"],
        rejected=tuple(inner["rejected"]),
        conflicts=tuple(inner["conflicts"]),
        audit_head=inner["audit_head"],
        hub_time=inner["hub_time"],
        came_down=inner["came_down"],
    )


def _are_objects(*lists: list[object]) -> bool:
    return all(isinstance(one, dict) for some in lists for one in some)
