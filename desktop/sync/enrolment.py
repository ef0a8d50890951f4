"""Who may hand over to whom: a PC's request, and the hub's certificate (docs/formats/bundle.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.sync.fields import limit
from desktop.sync.refusals import RefusalError, refusal
from desktop.vault import seal, strictjson

LEGAL_BASES = ("consent", "entrusted", "statutory")
_REQUEST = "kangyi-enrolment-request"
_CERTIFICATE = "kangyi-certificate"
_PC: dict[str, type] = {
    "station": str, "replica": str, "name": str, "code": str, "pc": str, "sign_key": str, "recipient": str,
}  # fmt: skip
_HUB: dict[str, type] = {"id": str, "name": str, "sign_key": str, "recipient": str}


@dataclass(frozen=True)
class Pc:
    """A PC of a station with its public keys."""

    station_id: str
    replica_id: str
    name: str
    code: str
    letter: str
    sign_key: str
    recipient: str

    @property
    def fingerprint(self) -> str:
        """What both sides compare by telephone."""
        return seal.fingerprint(self.station_id, self.replica_id, self.sign_key, self.recipient)

    def to_json(self) -> dict[str, object]:
        """Return the plain form."""
        return {
            "station": self.station_id,
            "replica": self.replica_id,
            "name": self.name,
            "code": self.code,
            "pc": self.letter,
            "sign_key": self.sign_key,
            "recipient": self.recipient,
        }


@dataclass(frozen=True)
class HubKeys:
    """A hub with its public keys."""

    hub_id: str
    name: str
    sign_key: str
    recipient: str

    def to_json(self) -> dict[str, object]:
        """Return the plain form."""
        return {"id": self.hub_id, "name": self.name, "sign_key": self.sign_key, "recipient": self.recipient}


@dataclass(frozen=True)
class Certificate:
    """The hub says: this PC may hand over to me, on this legal basis."""

    hub: HubKeys
    pc: Pc
    legal_basis: str
    content: Mapping[str, Any]


def write_request(pc: Pc, signing: seal.SigningKey) -> bytes:
    """Return a request; its own signature shows that the PC has the key it names."""
    return _signed({"format": _REQUEST, "v": 0, "pc": pc.to_json()}, signing)


def read_request(data: bytes) -> Pc:
    """Read a request; raises RefusalError bad_certificate, newer_database."""
    content = _content(data, _REQUEST)
    pc = _pc(content.get("pc"))
    _verify(content, pc.sign_key)
    return pc


def write_certificate(hub: HubKeys, pc: Pc, legal_basis: str, issued: str, signing: seal.SigningKey) -> bytes:
    """Return the certificate of a PC."""
    content = {"format": _CERTIFICATE, "v": 0, "hub": hub.to_json(), "pc": pc.to_json(), "issued": issued}
    return _signed(content | {"legal_basis": legal_basis}, signing)


def read_certificate(data: bytes) -> Certificate:
    """Read a certificate; raises RefusalError bad_certificate, newer_database."""
    content = _content(data, _CERTIFICATE)
    facts: dict[str, Any] = content.get("hub", {})
    _check(facts, _HUB)
    hub = HubKeys(facts["id"], facts["name"], facts["sign_key"], facts["recipient"])
    _check_keys(hub.sign_key, hub.recipient)
    _verify(content, hub.sign_key)
    if content.get("legal_basis") not in LEGAL_BASES:
        raise refusal("bad_certificate")
    return Certificate(hub, _pc(content.get("pc")), content["legal_basis"], content)


def trusted_keys(data: bytes) -> dict[str, str]:
    """Return the signing keys a request or certificate names, by the id of their replica or hub."""
    try:
        pc = read_request(data)
    except RefusalError:
        certificate = read_certificate(data)
        return {certificate.pc.replica_id: certificate.pc.sign_key, certificate.hub.hub_id: certificate.hub.sign_key}
    return {pc.replica_id: pc.sign_key}


def _signed(content: dict[str, object], signing: seal.SigningKey) -> bytes:
    signature = signing.sign(_message(content)).hex()
    return strictjson.dump(content | {"signature": signature})


def _message(content: Mapping[str, object]) -> bytes:
    rest = {name: value for name, value in content.items() if name != "signature"}
    return f"{content['format']}/0\0".encode() + strictjson.dump(rest)


def _content(data: bytes, form: str) -> dict[str, Any]:
    try:
        content = strictjson.load_object(data, limit("enrolment_bytes"))
    except strictjson.NotStrictError:
        raise refusal("bad_certificate") from None
    if content.get("format") != form or type(content.get("v")) is not int:
        raise refusal("bad_certificate")
    if content["v"] > 0:
        raise refusal("newer_database")
    return content


def _verify(content: Mapping[str, Any], sign_key: str) -> None:
    try:
        signature = bytes.fromhex(content["signature"])
    except (KeyError, TypeError, ValueError):
        raise refusal("bad_certificate") from None
    if not seal.verify(sign_key, _message(content), signature):
        raise refusal("bad_certificate")


def _pc(facts: Any) -> Pc:
    _check(facts, _PC)
    _check_keys(facts["sign_key"], facts["recipient"])
    names = ("station", "replica", "name", "code", "pc", "sign_key", "recipient")
    return Pc(*(facts[name] for name in names))


def _check(facts: Any, form: Mapping[str, type]) -> None:
    if not isinstance(facts, dict) or {name: type(value) for name, value in facts.items()} != form:
        raise refusal("bad_certificate")


def _check_keys(sign_key: str, recipient: str) -> None:
    if not seal.is_public_key(sign_key) or not seal.is_recipient(recipient):
        raise refusal("bad_certificate")
