"""Files that must not be taken: each is refused with a code of its own, and nothing changes."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import func, select

from desktop import resources
from desktop.models.audit import AuditEntry
from desktop.models.exchange import BundleIn, EnrolledStation
from desktop.models.people import Person
from desktop.services.hub import Hub, Imported
from desktop.sync import archive, bundle, chain, container, incoming
from desktop.sync.refusals import RefusalError
from desktop.vault import seal, strictjson
from tests.sync.conftest import Pc, Ready, held_by, state_of

LINES, SNAPSHOTS = "changes-0001.ndjson.gz", "snapshots-0001.ndjson.gz"


@pytest.fixture
def file(pc: Pc, sqlite_hub: Hub) -> Path:
    """A bundle that would be taken."""
    pc.join(sqlite_hub)
    pc.add_person(1)
    pc.add_person(2)
    return pc.export().file


def take(hub: Hub, data: bytes, folder: Path, name: str = "x.kyb") -> Imported:
    (folder / name).write_bytes(data)
    (done,) = hub.import_bundles([folder / name], folder / "receipts")
    return done


def refused(hub: Hub, data: bytes, folder: Path) -> str | None:
    """Import bytes that must be refused, make sure that nothing changed, and return the code."""
    done = take(hub, data, folder)
    assert (done.status, done.receipt, done.taken) == ("refused", None, 0)
    assert done.message
    assert held_by(hub, "station") == {}
    with hub._work.read() as db:
        assert db.scalar(select(func.count()).select_from(BundleIn)) == 0
    return done.code


def rewrite(
    pc: Pc,
    hub: Hub,
    data: bytes,
    inner: Callable[[dict[str, Any]], None] = lambda _: None,
    manifest: Callable[[dict[str, Any]], None] = lambda _: None,
    members: Callable[[dict[str, bytes]], None] = lambda _: None,
    tar: Callable[[bytes], bytes] = lambda data: data,
    signing: seal.SigningKey | None = None,
    recipients: list[str] | None = None,
) -> bytes:
    """Open a bundle as the hub would, alter it, and seal it again with the station's own key."""
    envelope = bundle.read(data)
    opened = bundle.open_payload(envelope, hub._vault.age_identity)
    held = dict(opened.members)
    members(held)
    content = dict(opened.inner)
    content["members"] = [
        {
            "name": name,
            "sha256": bundle._sha256(packed),
            "len": len(packed),
            "rows": _rows(packed),
        }
        for name, packed in held.items()
    ]
    inner(content)
    inside = strictjson.dump(content)
    payload = seal.encrypt(tar(archive.pack({"inner.json": inside, **held})), recipients or [hub._vault.age_recipient])
    told = dict(envelope.manifest) | {
        "payload_sha256": bundle._sha256(payload),
        "payload_len": len(payload),
        "inner_sha256": bundle._sha256(inside),
    }
    manifest(told)
    text = strictjson.dump(told)
    key = signing or pc.desk.vault.signing
    return container.pack(text, key.sign(b"kangyi-bundle/0\0" + text), payload)


def _rows(packed: bytes) -> int:
    try:
        return gzip.decompress(packed).count(b"\n")
    except (OSError, EOFError):
        return 0


def with_lines(pc: Pc, hub: Hub, data: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """Alter the lines of a bundle, and everything that is counted and chained over them."""
    made: dict[str, Any] = {}

    def members(held: dict[str, bytes]) -> None:
        lines = change(archive.unpack_lines(held[LINES]))
        held[LINES] = archive.pack_lines(lines)
        made["lines"] = lines

    def inner(content: dict[str, Any]) -> None:
        lines = made["lines"]
        content["count"] = len(lines)
        content["last_seq"] = content["first_seq"] + len(lines) - 1
        links = [link.hex() for link in chain.links(content["chain_before"], lines)]
        content["chain_after"] = links[-1] if links else content["chain_before"]

    return rewrite(pc, hub, data, inner=inner, members=members)


# -- the outside ----------------------------------------------------------------------------------------------------


def test_every_sampled_flipped_bit_is_refused(ready: Ready, tmp_path: Path) -> None:
    data = ready.data
    places = {*range(120), *range(500, 800), *range(0, len(data), 37), *range(len(data) - 260, len(data))}
    for at in sorted(places):
        damaged = bytearray(data)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(RefusalError):
            _check_outside(ready.hub, bytes(damaged))
    damaged = bytearray(data)
    damaged[700] ^= 1
    assert refused(ready.hub, bytes(damaged), tmp_path) == "forged"


def _check_outside(hub: Hub, data: bytes) -> None:
    """Do what the hub does before it decrypts."""
    own = bundle.Sender(hub.facts.hub_id, hub.facts.replica_id, hub.facts.incarnation)
    envelope = bundle.read(data)
    with hub._work.read() as db:
        incoming.identify(db, envelope, incoming.Hub(own, hub._vault.signing, hub._vault.age_identity, True))
    bundle.check_payload(envelope)


def test_every_truncation_at_a_border_is_refused(ready: Ready, tmp_path: Path) -> None:
    data = ready.data
    borders = {0, 1, 4, 30, 43, len(data)}
    for name in (b"manifest.json", b"manifest.sig", b"payload.age", b"PK\1\2", b"PK\5\6"):
        at = -1
        while (at := data.find(name, at + 1)) >= 0:
            borders.add(at)
    held = container.unpack(data)
    for member in (held.manifest, held.signature, held.payload):
        borders |= {data.find(member), data.find(member) + len(member)}
    cuts = sorted({cut for border in borders for cut in (border - 1, border, border + 1) if 0 <= cut < len(data)})
    for cut in cuts:
        with pytest.raises(RefusalError) as trouble:
            bundle.read(data[:cut])
        assert trouble.value.code == "truncated", cut
    assert refused(ready.hub, data[:-1], tmp_path) == "truncated"
    assert refused(ready.hub, data[:2000], tmp_path) == "truncated"
    assert refused(ready.hub, b"", tmp_path) == "truncated"
    assert refused(ready.hub, b"PX", tmp_path) == "not_ours"


def _stock_zip(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as stock:
        for name, data in members:
            stock.writestr(name, data)
        stock.comment = comment
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_tricks_with_the_zip_are_refused(ready: Ready, tmp_path: Path) -> None:
    data = ready.data
    held = container.unpack(data)
    members = list(held.members())
    tricks = {
        "trailing byte": data + b"x",
        "comment": data[:-2] + b"\4\0abcd",
        "prepended": b"MZ" + data,
        "stock zip (other dates)": _stock_zip(members),
        "deflated": _stock_zip(members, zipfile.ZIP_DEFLATED),
        "fourth member": _stock_zip([*members, ("x", b"")]),
        "duplicate member": _stock_zip([*members, members[0]]),
        "other order": _stock_zip(members[::-1]),
        "two members": _stock_zip(members[:2]),
        "other zip": _stock_zip([("word/document.xml", b"<x/>")]),
        "two files": data + data,
        "million members": _stock_zip([(str(number), b"") for number in range(2000)]),
        "gzip": gzip.compress(data),
        "text": "康驿".encode(),
    }
    for name, trick in tricks.items():
        assert refused(ready.hub, trick, tmp_path) in ("forged", "not_ours"), name


def test_what_is_no_regular_file_is_refused(file: Path, sqlite_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "link.kyb").symlink_to(file)
    os.mkfifo(tmp_path / "pipe.kyb")
    for path in (tmp_path / "link.kyb", tmp_path / "pipe.kyb", tmp_path / "absent.kyb"):
        (done,) = sqlite_hub.import_bundles([path], tmp_path / "receipts")
        assert (done.status, done.code) == ("refused", "missing_file")


def test_a_file_beyond_the_limit_is_not_read(sqlite_hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "huge.kyb"
    with path.open("wb") as stream:
        stream.truncate(resources.table("exchange/limits.toml")["file_bytes"] + 1)
    (done,) = sqlite_hub.import_bundles([path], tmp_path / "receipts")
    assert done.code == "too_large"


# -- the manifest ---------------------------------------------------------------------------------------------------


def test_tricks_with_the_manifest_are_refused(ready: Ready, tmp_path: Path) -> None:
    held = container.unpack(ready.data)
    text = held.manifest
    told = json.loads(text)
    tricks: dict[str, tuple[bytes, str]] = {
        "blank": (text.replace(b":", b": ", 1), "forged"),
        "duplicate key": (text[:-1] + b',"v":0}', "forged"),
        "byte order mark": (b"\xef\xbb\xbf" + text, "forged"),
        "size": (strictjson.dump(told | {"x": "y" * 20_000}), "forged"),
        "deep": (b'{"a":' + b"[" * 50 + b"]" * 50 + b"}", "forged"),
        "list": (b"[]", "forged"),
        "surplus": (strictjson.dump(told | {"x": 1}), "forged"),
        "missing": (strictjson.dump({name: value for name, value in told.items() if name != "to"}), "forged"),
        "kind of value": (strictjson.dump(told | {"bundle_seq": "1"}), "forged"),
        "sender": (strictjson.dump(told | {"from": {"station": "x"}}), "forged"),
        "other format": (strictjson.dump(told | {"format": "other"}), "forged"),
        "version as truth": (strictjson.dump(told | {"v": False}), "forged"),
        "newer": (strictjson.dump(told | {"v": 1}), "newer_database"),
        "other suite": (strictjson.dump(told | {"suite": "G1"}), "newer_database"),
        "other kind": (strictjson.dump(told | {"kind": "transfer"}), "newer_database"),
    }
    for name, (manifest, code) in tricks.items():
        signature = ready.pc.desk.vault.signing.sign(b"kangyi-bundle/0\0" + manifest)
        assert refused(ready.hub, container.pack(manifest, signature, held.payload), tmp_path) == code, name


# -- who wrote it, and to whom --------------------------------------------------------------------------------------


def test_a_sender_nobody_enrolled_is_refused(other_pc: Pc, pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    _enrol_without_hub(other_pc, sqlite_hub)
    assert refused(sqlite_hub, other_pc.export().file.read_bytes(), tmp_path) == "unknown_sender"


def _enrol_without_hub(pc: Pc, hub: Hub) -> None:
    """Let a station believe it is enrolled."""
    request, _ = pc.sync.request_enrolment(pc.stick)
    certificate = hub.enrol(request, pc.stick / "certificate.kyc").certificate
    pc.sync.enrol(certificate)
    with hub._work.merge("test") as db:
        db.delete(
            db.scalars(select(EnrolledStation).where(EnrolledStation.replica_id == pc.desk.facts.replica_id)).one()
        )


def test_a_revoked_pc_is_refused(file: Path, pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    with sqlite_hub._work.merge("test") as db:
        db.scalars(select(EnrolledStation)).one().revoked_at = pc.desk.clock.now()
    assert refused(sqlite_hub, file.read_bytes(), tmp_path) == "revoked"


def test_signatures_of_others_and_missing_ones_are_refused(ready: Ready, tmp_path: Path) -> None:
    data = ready.data
    held = container.unpack(data)
    stranger = ready.other_pc.desk.vault.signing
    assert refused(ready.hub, container.pack(held.manifest, b"", held.payload), tmp_path) == "forged"
    assert refused(ready.hub, container.pack(held.manifest, bytes(64), held.payload), tmp_path) == "forged"
    assert refused(ready.hub, rewrite(ready.pc, ready.hub, data, signing=stranger), tmp_path) == "forged"
    claims = {"sign_key": seal.key_id(stranger.public_text)}
    forged = rewrite(ready.pc, ready.hub, data, signing=stranger, manifest=lambda told: told.update(claims))
    assert refused(ready.hub, forged, tmp_path) == "unknown_sender"


def test_a_bundle_stripped_and_signed_again_by_another_enrolled_station_is_refused(
    ready: Ready, tmp_path: Path
) -> None:
    held = container.unpack(ready.data)
    facts, signing = ready.other_pc.desk.facts, ready.other_pc.desk.vault.signing
    told = json.loads(held.manifest) | {
        "from": {"station": facts.station_id, "replica": facts.replica_id, "incarnation": 0},
        "sign_key": seal.key_id(signing.public_text),
    }
    manifest = strictjson.dump(told)
    data = container.pack(manifest, signing.sign(b"kangyi-bundle/0\0" + manifest), held.payload)
    assert refused(ready.hub, data, tmp_path) == "forged"


def test_a_bundle_for_another_hub_is_refused(
    pc: Pc, sqlite_hub: Hub, postgres_hub: Hub, file: Path, tmp_path: Path
) -> None:
    request, _ = pc.sync.request_enrolment(pc.stick)
    postgres_hub.enrol(request, tmp_path / "certificate.kyc")
    assert refused(postgres_hub, file.read_bytes(), tmp_path) == "other_hub"
    again = rewrite(pc, sqlite_hub, file.read_bytes(), recipients=[postgres_hub._vault.age_recipient])
    assert refused(sqlite_hub, again, tmp_path) == "other_hub"


def test_a_receipt_is_no_bundle(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    (done,) = sqlite_hub.import_bundles([pc.export().file], tmp_path / "receipts")
    assert done.receipt
    (again,) = sqlite_hub.import_bundles([done.receipt], tmp_path / "receipts")
    assert (again.status, again.code) == ("refused", "not_a_bundle")


# -- the payload ----------------------------------------------------------------------------------------------------


def test_a_payload_that_was_exchanged_is_refused_before_it_is_opened(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = container.unpack(ready.data)
    other = seal.encrypt(b"other", [ready.hub._vault.age_recipient])
    monkeypatch.setattr(pyrage, "decrypt", lambda *_: pytest.fail("it was decrypted"))
    data = container.pack(held.manifest, held.signature, other)
    assert refused(ready.hub, data, tmp_path) == "forged"


@pytest.mark.parametrize("count", [129, 500])
def test_many_age_stanzas_are_refused_before_any_key_work(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    data = rewrite(ready.pc, ready.hub, ready.data, recipients=[ready.hub._vault.age_recipient] * count)
    monkeypatch.setattr(pyrage, "decrypt", lambda *_: pytest.fail("key work was done"))
    assert refused(ready.hub, data, tmp_path) == "forged"


def _stock_tar(members: list[tarfile.TarInfo], content: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as stock:
        for facts in members:
            facts.size = len(content) if facts.isreg() else 0
            stock.addfile(facts, io.BytesIO(content))
    return stream.getvalue()


def _odd_member(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o644) -> tarfile.TarInfo:
    facts = tarfile.TarInfo(name)
    facts.type, facts.mode, facts.linkname = kind, mode, "/etc/passwd" if kind != tarfile.REGTYPE else ""
    return facts


@pytest.mark.parametrize(
    "trick",
    [
        lambda tar: _stock_tar([_odd_member("inner.json", tarfile.SYMTYPE)]),
        lambda tar: _stock_tar([_odd_member("inner.json", tarfile.LNKTYPE)]),
        lambda tar: _stock_tar([_odd_member("device", tarfile.CHRTYPE)]),
        lambda tar: _stock_tar([_odd_member("folder", tarfile.DIRTYPE)]),
        lambda tar: _stock_tar([_odd_member("inner.json", mode=0o777)]),
        lambda tar: tar + b"\0",
        lambda tar: tar + b"x" * 512,
        lambda tar: tar[:-512],
        lambda tar: tar[: 512 + 100],
        lambda tar: tar[:600],
        lambda tar: b"",
        lambda tar: tar[:124] + b"99999999999\0" + tar[136:],
        lambda tar: tar[:124] + b"-0000000001\0" + tar[136:],
        lambda tar: tar[:124] + b"nonsense\0\0\0\0" + tar[136:],
        lambda tar: b"\xff" + tar[1:],
        lambda tar: tar[:100],
        lambda tar: archive.pack({"inner.json": b"{}"})[:-1024] + tar,
    ],
)
def test_tricks_with_the_tar_are_refused(ready: Ready, tmp_path: Path, trick: Callable[[bytes], bytes]) -> None:
    data = rewrite(ready.pc, ready.hub, ready.data, tar=trick)
    assert refused(ready.hub, data, tmp_path) == "forged"


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "CON", "extra.txt", "inner.json2"])
def test_members_that_are_not_of_the_format_are_refused(ready: Ready, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    data = rewrite(ready.pc, ready.hub, ready.data, members=lambda held: held.update({name: archive.pack_lines([])}))
    assert refused(ready.hub, data, tmp_path) == "forged"
    assert {path.name for path in tmp_path.rglob("*")} - {path.name for path in before} <= {"x.kyb", "receipts"}


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"not gzip",
        gzip.compress(b"no end of line", mtime=0),
        gzip.compress(b"{}\n", mtime=0) + b"x",
        gzip.compress(b"{}\n", mtime=0) * 2,
        gzip.compress(b"{}\n", mtime=0)[:-4],
        gzip.compress(b"{}\n", mtime=0)[:-1] + b"\xff",
        gzip.compress(bytes(20 * 1024 * 1024), mtime=0),
    ],
)
def test_tricks_with_the_packing_are_refused(ready: Ready, tmp_path: Path, packed: bytes) -> None:
    data = rewrite(ready.pc, ready.hub, ready.data, members=lambda held: held.update({LINES: packed}))
    assert refused(ready.hub, data, tmp_path) == "forged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bundle_seq": 7}, "forged"),
        ({"to": ["hub:other"]}, "forged"),
        ({"from": {"station": "x", "replica": "y", "incarnation": 0}}, "forged"),
        ({"kind": "delta"}, "forged"),
        ({"bundle_id": "0" * 36}, "forged"),
        ({"count": 3}, "forged"),
        ({"first_seq": 0, "last_seq": 3}, "forged"),
        ({"last_seq": "4"}, "forged"),
        ({"chain_after": "0" * 64}, "forged"),
        ({"chain_before": "no hash"}, "forged"),
        ({"members": []}, "forged"),
        ({"members": None}, "forged"),
        ({"members": [{}]}, "forged"),
        ({"hlc_max": "nonsense"}, "forged"),
        ({"hlc_max": "0" * 16}, "forged"),
        ({"schema": 9999}, "newer_database"),
    ],
)
def test_an_inside_that_does_not_add_up_is_refused(
    ready: Ready, tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    data = rewrite(ready.pc, ready.hub, ready.data, inner=lambda content: content.update(change))
    assert refused(ready.hub, data, tmp_path) == code


def test_an_inside_that_was_not_signed_is_refused(ready: Ready, tmp_path: Path) -> None:
    data = ready.data
    other = rewrite(ready.pc, ready.hub, data, manifest=lambda told: told.update({"inner_sha256": "0" * 64}))
    assert refused(ready.hub, other, tmp_path) == "forged"


@pytest.mark.parametrize("inside", [b"[]", b'{"a":1,"a":1}', b"\xff", b"{"])
def test_an_inside_that_is_no_strict_json_is_refused(ready: Ready, tmp_path: Path, inside: bytes) -> None:
    data = rewrite(
        ready.pc, ready.hub, ready.data,
        tar=lambda _: archive.pack({"inner.json": inside}),
        manifest=lambda told: told.update({"inner_sha256": bundle._sha256(inside)}),
    )  # fmt: skip
    assert refused(ready.hub, data, tmp_path) == "forged"


# -- clocks and histories -------------------------------------------------------------------------------------------


def test_a_clock_far_ahead_is_refused_by_a_real_hub(
    pc: Pc, file: Path, sqlite_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(sqlite_hub, "facts", replace(sqlite_hub.facts, is_practice=False))
    data = file.read_bytes()
    far = rewrite(pc, sqlite_hub, data, inner=lambda content: content.update({"hlc_max": "7" + "f" * 15}))
    assert refused(sqlite_hub, far, tmp_path) == "clock"
    assert take(sqlite_hub, data, tmp_path).status == "applied"


def test_two_histories_under_the_same_numbers_are_a_fork(pc: Pc, file: Path, sqlite_hub: Hub, tmp_path: Path) -> None:
    """A copied data folder: both go on under one name. The second history is kept aside, nothing is mixed."""
    data = file.read_bytes()

    def other_history(lines: list[bytes]) -> list[bytes]:
        return [*lines[:-1], lines[-1].replace("测试2".encode(), "别人".encode())]

    clone = with_lines(pc, sqlite_hub, data, other_history)
    clone = rewrite(
        pc, sqlite_hub, clone,
        inner=lambda content: content.update({"bundle_id": "clone"}),
        manifest=lambda told: told.update({"bundle_id": "clone"}),
    )  # fmt: skip
    assert take(sqlite_hub, data, tmp_path).status == "applied"
    before = state_of(sqlite_hub)
    done = take(sqlite_hub, clone, tmp_path, "clone.kyb")
    assert (done.status, done.code, done.receipt) == ("fork", "fork", None)
    assert state_of(sqlite_hub) == before
    with sqlite_hub._work.read() as db:
        assert db.get_one(BundleIn, "clone").held_file == clone
    assert take(sqlite_hub, clone, tmp_path, "clone.kyb").status == "fork"


def test_a_history_that_goes_on_from_another_one_is_a_fork(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    person = pc.add_person(1)
    pc.hand_over(sqlite_hub)
    pc.amend(Person, person, phone="1")
    data = pc.export().file.read_bytes()

    def elsewhere(content: dict[str, Any]) -> None:
        content["chain_before"] = "5" * 64

    def lines(held: list[bytes]) -> list[bytes]:
        return held

    other = rewrite(pc, sqlite_hub, data, inner=elsewhere)
    assert take(sqlite_hub, other, tmp_path).code == "forged"  # the chain does not add up
    consistent = with_lines(pc, sqlite_hub, rewrite(pc, sqlite_hub, data, inner=elsewhere), lines)
    assert take(sqlite_hub, consistent, tmp_path, "y.kyb").status == "fork"


def test_a_history_that_does_not_begin_at_the_beginning_is_a_fork(
    pc: Pc, file: Path, sqlite_hub: Hub, tmp_path: Path
) -> None:
    other = rewrite(pc, sqlite_hub, file.read_bytes(), inner=lambda content: content.update({"chain_before": "5" * 64}))
    assert take(sqlite_hub, with_lines(pc, sqlite_hub, other, lambda held: held), tmp_path).status == "fork"


def test_a_bundle_that_names_another_predecessor_is_a_fork(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    pc.hand_over(sqlite_hub)
    data = pc.export().file.read_bytes()
    other = rewrite(pc, sqlite_hub, data, inner=lambda content: content.update({"prev_bundle_sha256": "5" * 64}))
    assert take(sqlite_hub, other, tmp_path).status == "fork"


def test_other_bytes_under_a_known_number_are_a_fork(pc: Pc, file: Path, sqlite_hub: Hub, tmp_path: Path) -> None:
    data = file.read_bytes()
    assert take(sqlite_hub, data, tmp_path).status == "applied"
    assert take(sqlite_hub, rewrite(pc, sqlite_hub, data), tmp_path, "y.kyb").status == "fork"


def test_an_older_overlapping_history_is_compared_where_it_ends(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    first = pc.export().file.read_bytes()
    pc.add_person(2)
    second = pc.export().file.read_bytes()
    assert take(sqlite_hub, second, tmp_path).status == "applied"
    other = with_lines(
        pc, sqlite_hub, first, lambda held: [*held[:-1], held[-1].replace("测试1".encode(), "别人".encode())]
    )
    assert take(sqlite_hub, other, tmp_path, "y.kyb").status == "fork"
    assert take(sqlite_hub, first, tmp_path, "z.kyb").code == "fork"  # its number now stands for the other bytes


def test_a_restored_station_goes_on_in_a_new_incarnation(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    from desktop.store import facts

    pc.join(sqlite_hub)
    person = pc.add_person(1)
    pc.hand_over(sqlite_hub)
    with pc.work.write("test.restored") as db:
        facts.begin_next_incarnation(db)
    pc.amend(Person, person, phone="later")
    done = pc.export()
    assert (done.kind, done.changes) == ("delta", 1)
    (taken,) = sqlite_hub.import_bundles([done.file], tmp_path)
    assert taken.status == "applied"
    assert taken.receipt
    assert pc.sync.receive(taken.receipt).acked_seq == done.last_seq
    assert held_by(sqlite_hub, "person")[person]["phone"] == "later"
    assert pc.hand_over(sqlite_hub).status == "applied"


# -- the lines ------------------------------------------------------------------------------------------------------


def test_a_station_may_not_change_another_stations_people(
    pc: Pc, other_pc: Pc, sqlite_hub: Hub, tmp_path: Path
) -> None:
    for one in (pc, other_pc):
        one.join(sqlite_hub)
    person = pc.add_person(1)
    pc.hand_over(sqlite_hub)
    other_pc.add_person(2)
    data = other_pc.export().file.read_bytes()

    def steal(lines: list[bytes]) -> list[bytes]:
        line = json.loads(lines[-1])
        line["pk"] = line["row"]["id"] = person
        return [*lines[:-1], strictjson.dump(line)]

    done = take(sqlite_hub, with_lines(other_pc, sqlite_hub, data, steal), tmp_path)
    assert (done.status, done.rejected) == ("applied", 1)
    assert held_by(sqlite_hub, "person")[person]["name"] == "测试1"


def test_a_file_number_that_another_person_has_is_told(pc: Pc, hub: Hub, second_pc: Callable[[], Pc]) -> None:
    """Two PCs of a station made the same number; the hub keeps the first and says so."""
    second = second_pc()
    for one in (pc, second):
        one.join(hub)
    pc.add_person(7)
    second.add_person(7)
    pc.hand_over(hub)
    done = second.hand_over(hub)
    assert (done.taken, done.rejected) == (0, 1)
    assert len(held_by(hub, "person")) == 1


def test_a_file_number_that_became_free_can_be_taken(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1)
    pc.hand_over(hub)
    pc.amend(Person, person, file_no="T-00009")
    pc.add_person(1)
    assert pc.hand_over(hub).rejected == 0
    assert len(held_by(hub, "person")) == 2


def test_refusals_are_noted_without_what_was_in_the_file(file: Path, sqlite_hub: Hub, tmp_path: Path) -> None:
    refused(sqlite_hub, file.read_bytes() + b"x", tmp_path)
    with sqlite_hub._work.read() as db:
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert (last.act, last.detail) == ("bundle.refuse", {"code": "forged"})
