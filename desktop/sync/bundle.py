"""Sealing a bundle or receipt, and opening one step by step: nothing is decrypted before the signature was right.

The order of the checks is that of docs/formats/bundle.md 5; each failure is a RefusalError with a code of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.models.base import new_id
from desktop.sync import archive, container
from desktop.sync.container import Container
from desktop.sync.fields import instant, limit
from desktop.sync.refusals import refusal
from desktop.vault import seal, strictjson

FORMAT = "kangyi-bundle"
VERSION = 0
SUITE = "A1"
CHANGES = ("delta", "full")
RECEIPT = "receipt"
INNER = "inner.json"
_SIGNED = b"kangyi-bundle/0\0"
_ADDRESS = ("format", "v", "kind", "bundle_id", "from", "to", "bundle_seq", "created")
_MANIFEST: dict[str, type] = {
    "format": str, "v": int, "suite": str, "kind": str, "bundle_id": str, "from": dict, "to": list, "bundle_seq": int,
    "created": str, "payload_sha256": str, "payload_len": int, "inner_sha256": str, "sign_key": str,
}  # fmt: skip
_SENDER: dict[str, type] = {"station": str, "replica": str, "incarnation": int}


@dataclass(frozen=True)
class Sender:
    """One PC in one incarnation; numbers of changes and receipts count within it."""

    station_id: str
    replica_id: str
    incarnation: int

    def to_json(self) -> dict[str, object]:
        """Return the plain form."""
        return {"station": self.station_id, "replica": self.replica_id, "incarnation": self.incarnation}


@dataclass(frozen=True)
class Address:
    """What stands on the envelope and, again, inside it."""

    kind: str
    sender: Sender
    to: str
    bundle_seq: int
    created: datetime

    def to_json(self, bundle_id: str) -> dict[str, object]:
        """Return the plain form."""
        return {
            "format": FORMAT,
            "v": VERSION,
            "kind": self.kind,
            "bundle_id": bundle_id,
            "from": self.sender.to_json(),
            "to": [self.to],
            "bundle_seq": self.bundle_seq,
            "created": instant(self.created),
        }


@dataclass(frozen=True)
class Sealed:
    """A finished file."""

    bundle_id: str
    data: bytes
    sha256: str


@dataclass(frozen=True)
class Envelope:
    """A file whose outside is well formed; nothing is known yet about who wrote it."""

    container: Container
    manifest: dict[str, Any]

    @property
    def kind(self) -> str:
        """One of CHANGES, or RECEIPT."""
        return str(self.manifest["kind"])

    @property
    def bundle_id(self) -> str:
        """The id of the bundle."""
        return str(self.manifest["bundle_id"])

    @property
    def bundle_seq(self) -> int:
        """The number of the bundle among those of its sender."""
        return int(self.manifest["bundle_seq"])

    @property
    def sender(self) -> Sender:
        """Who claims to have written it."""
        facts = self.manifest["from"]
        return Sender(facts["station"], facts["replica"], facts["incarnation"])

    def is_to(self, receiver: str) -> bool:
        """Say whether it is addressed to `receiver`."""
        return receiver in self.manifest["to"]


@dataclass(frozen=True)
class Opened:
    """The inside of an envelope, checked against the outside."""

    inner: dict[str, Any]
    members: dict[str, bytes]


def to_hub(hub_id: str) -> str:
    """Return the address of a hub."""
    return f"hub:{hub_id}"


def to_pc(replica_id: str) -> str:
    """Return the address of one PC."""
    return f"pc:{replica_id}"


def close(
    address: Address,
    facts: Mapping[str, object],
    lines: Mapping[str, list[bytes]],
    signing: seal.SigningKey,
    recipient: str,
) -> Sealed:
    """Pack `facts` and members of lines, encrypt them for the recipient, sign the envelope."""
    bundle_id = new_id()
    packed = {name: archive.pack_lines(content) for name, content in lines.items()}
    described = [
        {"name": name, "sha256": _sha256(data), "len": len(data), "rows": len(lines[name])}
        for name, data in packed.items()
    ]
    inner = strictjson.dump({**facts, **address.to_json(bundle_id), "members": described})
    payload = seal.encrypt(archive.pack({INNER: inner, **packed}), [recipient])
    manifest = strictjson.dump(
        {
            **address.to_json(bundle_id),
            "suite": SUITE,
            "payload_sha256": _sha256(payload),
            "payload_len": len(payload),
            "inner_sha256": _sha256(inner),
            "sign_key": seal.key_id(signing.public_text),
        }
    )
    data = container.pack(manifest, signing.sign(_SIGNED + manifest), payload)
    return Sealed(bundle_id, data, _sha256(data))


def read(data: bytes) -> Envelope:
    """Steps 2 to 4: the ZIP, the manifest, and whether this program knows the format."""
    held = container.unpack(data)
    try:
        manifest = strictjson.load_object(held.manifest, limit("manifest_bytes"))
        is_canonical = strictjson.dump(manifest) == held.manifest
    except strictjson.NotStrictError:
        raise refusal("forged") from None
    if not is_canonical or manifest.get("format") != FORMAT or type(manifest.get("v")) is not int:
        raise refusal("forged")
    if manifest["v"] > VERSION:
        raise refusal("newer_database")
    _check_form(manifest, _MANIFEST)
    _check_form(manifest["from"], _SENDER)
    if manifest["suite"] != SUITE or manifest["kind"] not in (*CHANGES, RECEIPT):
        raise refusal("newer_database")
    return Envelope(held, manifest)


def check_signature(envelope: Envelope, sign_key: str) -> None:
    """Step 6: the manifest was signed with this key."""
    if envelope.manifest["sign_key"] != seal.key_id(sign_key):
        raise refusal("unknown_sender")
    if not seal.verify(sign_key, _SIGNED + envelope.container.manifest, envelope.container.signature):
        raise refusal("forged")


def check_payload(envelope: Envelope) -> None:
    """Step 9: the payload is the one that was signed."""
    payload = envelope.container.payload
    if (len(payload), _sha256(payload)) != (envelope.manifest["payload_len"], envelope.manifest["payload_sha256"]):
        raise refusal("forged")


def open_payload(envelope: Envelope, identity: str) -> Opened:
    """Steps 10 to 13: decrypt whole or not at all, unpack, and compare inside and outside."""
    try:
        plain = seal.decrypt(envelope.container.payload, identity)
    except seal.SealError as trouble:
        raise refusal("other_hub" if trouble.reason == "no_match" else "forged") from None
    members = archive.unpack(plain)
    inside = members.pop(INNER, b"")
    if _sha256(inside) != envelope.manifest["inner_sha256"]:
        raise refusal("forged")
    try:
        inner = strictjson.load_object(inside, limit("inner_bytes"))
    except strictjson.NotStrictError:
        raise refusal("forged") from None
    if any(inner.get(name) != envelope.manifest[name] for name in _ADDRESS):
        raise refusal("forged")
    _check_members(inner.get("members"), members)
    return Opened(inner, members)


def check_form(facts: Mapping[str, Any], form: Mapping[str, type]) -> None:
    """Refuse facts that are missing or not of their kind."""
    if any(type(facts.get(name)) is not kind for name, kind in form.items()):
        raise refusal("forged")


def _check_form(facts: Mapping[str, Any], form: Mapping[str, type]) -> None:
    """Refuse missing, surplus and mistyped facts."""
    check_form(facts, form)
    if facts.keys() != form.keys():
        raise refusal("forged")


def _check_members(described: object, members: Mapping[str, bytes]) -> None:
    """Refuse members that are not the described ones."""
    actual = [(name, _sha256(data), len(data)) for name, data in members.items()]
    try:
        told = [(one["name"], one["sha256"], one["len"]) for one in described]  # type: ignore[attr-defined]
    except (TypeError, KeyError):
        raise refusal("forged") from None
    if told != actual:
        raise refusal("forged")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
