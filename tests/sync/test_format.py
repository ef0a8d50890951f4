"""Reads a bundle, a receipt and enrolment papers by docs/formats/bundle.md alone: stock age, no code of ours."""

from __future__ import annotations

import gzip
import json
import struct
import subprocess
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.models.people import Person
from desktop.services.hub import Hub
from tests.sync.conftest import Pc

NAMES = (b"manifest.json", b"manifest.sig", b"payload.age")


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(public: str, message: bytes, signature: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)


def members_of(data: bytes) -> list[bytes]:
    """Section 1: take the three members out, write the file again, compare."""
    found, at = [], 0
    for name in NAMES:
        (size,) = struct.unpack_from("<I", data, at + 18)
        at += 30 + len(name)
        found.append(data[at : at + size])
        at += size
    locals_, central = b"", b""
    for name, member in zip(NAMES, found, strict=True):
        common = struct.pack("<HHHHIIIHH", 0, 0, 0, 0x21, zlib.crc32(member), len(member), len(member), len(name), 0)
        offset = len(locals_)
        locals_ += b"PK\x03\x04" + struct.pack("<H", 20) + common + name + member
        central += b"PK\x01\x02" + struct.pack("<HH", 0x0314, 20) + common
        central += struct.pack("<HHHII", 0, 0, 0, 0x81800000, offset) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 3, 3, len(central), len(locals_), 0)
    assert locals_ + central + end == data
    return found


def inside_of(payload: bytes, identity: Path, folder: Path) -> dict[str, bytes]:
    """Section 3: decrypt with stock age, take the tar apart, write it again, compare."""
    (folder / "payload.age").write_bytes(payload)
    command = ["age", "-d", "-i", str(identity), str(folder / "payload.age")]
    plain = subprocess.run(command, capture_output=True, check=True).stdout
    found: dict[str, bytes] = {}
    at, again = 0, b""
    while plain[at]:
        name = plain[at : at + 100].rstrip(b"\0")
        size = int(plain[at + 124 : at + 135], 8)
        member = found[name.decode()] = plain[at + 512 : at + 512 + size]
        head = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"00000000000\0"
        rest = b"0" + bytes(100) + b"ustar\x0000" + bytes(247)
        check = sum(head) + 8 * 32 + sum(rest)
        again += head + b"%06o\0 " % check + rest + member + bytes(-size % 512)
        at += 512 + size + -size % 512
    assert again + bytes(1024) == plain
    return found


def opened(
    data: bytes, public: str, identity: Path, folder: Path
) -> tuple[dict[str, Any], dict[str, Any], list[bytes]]:
    """Sections 2 and 3: check signature, hashes and the repetition inside; return manifest, inner and the members."""
    raw, signature, payload = members_of(data)
    manifest = json.loads(raw)
    assert canonical(manifest) == raw
    signed(public, b"kangyi-bundle/0\0" + raw, signature)
    assert manifest["sign_key"] == sha256(public.encode()).hexdigest()[:16]
    assert (manifest["payload_sha256"], manifest["payload_len"]) == (sha256(payload).hexdigest(), len(payload))
    members = inside_of(payload, identity, folder)
    raw_inner = members.pop("inner.json")
    inner = json.loads(raw_inner)
    assert canonical(inner) == raw_inner
    assert sha256(raw_inner).hexdigest() == manifest["inner_sha256"]
    for name in ("format", "v", "kind", "bundle_id", "from", "to", "bundle_seq", "created"):
        assert inner[name] == manifest[name]
    told = [(one["name"], one["sha256"], one["len"]) for one in inner["members"]]
    assert told == [(name, sha256(member).hexdigest(), len(member)) for name, member in members.items()]
    return manifest, inner, list(members.values())


def checked_paper(file: Path, key_of: str) -> dict[str, Any]:
    """Section 7: a request or certificate, signed by the key it names."""
    content: dict[str, Any] = json.loads(file.read_bytes())
    assert canonical(content) == file.read_bytes()
    signature = bytes.fromhex(content.pop("signature"))
    signed(content[key_of]["sign_key"], f"{content['format']}/0".encode() + b"\0" + canonical(content), signature)
    return content


def test_bundle_and_receipt_are_what_the_document_says(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    person = pc.add_person(1, phone="1")
    pc.amend(Person, person, phone="2")
    issued = pc.export()
    (request,) = pc.stick.glob("*.kyr")
    named = checked_paper(request, "pc")["pc"]
    certificate = checked_paper(pc.stick / "certificate.kyc", "hub")
    assert certificate["pc"] == named
    parts = [named[name].encode() for name in ("station", "replica", "sign_key", "recipient")]
    digest = sha256(b"kangyi-fingerprint/0" + b"".join(struct.pack(">I", len(part)) + part for part in parts))
    spoken = pc.sync.standing().fingerprint
    assert spoken.replace(" ", "") == digest.hexdigest()[:32].upper()

    identity = sqlite_hub.export_identity(tmp_path / "hub.txt")
    data = issued.file.read_bytes()
    manifest, inner, (snapshots, changes) = opened(data, named["sign_key"], identity, tmp_path)
    assert manifest["to"] == ["hub:" + certificate["hub"]["id"]]
    assert gzip.decompress(snapshots) == b""
    lines = gzip.decompress(changes).split(b"\n")[:-1]
    assert all(canonical(json.loads(line)) == line for line in lines)
    assert [json.loads(line)["s"] for line in lines] == list(range(inner["first_seq"], inner["last_seq"] + 1))
    assert len(lines) == inner["count"]
    sender = manifest["from"]
    start = canonical([sender["station"], sender["replica"], sender["incarnation"]])
    link = sha256(b"kangyi-chain/0" + start).digest()
    assert inner["chain_before"] == link.hex()
    for line in lines:
        link = sha256(b"kangyi-chain/0" + link + line).digest()
    assert inner["chain_after"] == link.hex()
    assert inner["prev_bundle_sha256"] == "0" * 64
    change = json.loads(lines[-1])
    assert (change["t"], change["op"], change["cols"], change["row"]["phone"]) == ("person", "U", ["phone"], "2")

    (done,) = sqlite_hub.import_bundles([issued.file], tmp_path / "receipts")
    assert done.receipt
    (tmp_path / "pc.txt").write_text(pc.desk.vault.age_identity + "\n")
    answer = done.receipt.read_bytes()
    outside, told, members = opened(answer, certificate["hub"]["sign_key"], tmp_path / "pc.txt", tmp_path)
    assert (outside["kind"], outside["to"], members) == ("receipt", ["pc:" + sender["replica"]], [])
    assert told["for_bundle"] == manifest["bundle_id"]
    assert told["ack"] == {"incarnation": 0, "seq": inner["last_seq"], "chain": inner["chain_after"]}
    assert (told["receipt_seq"], told["prev_receipt_sha256"]) == (1, "0" * 64)
    assert told["audit_head"] == inner["audit_head"]
