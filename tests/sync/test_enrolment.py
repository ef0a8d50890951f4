"""Requests and certificates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.errors import KangyiError
from desktop.models.exchange import EnrolledStation, Enrolment
from desktop.services import bundles
from desktop.services.hub import Hub
from desktop.sync import enrolment
from desktop.sync.refusals import RefusalError
from desktop.vault import seal, strictjson
from tests.sync.conftest import Pc, Ready


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KangyiError) as trouble:
        work()
    assert trouble.value.message
    return trouble.value.code


def test_both_sides_read_the_same_fingerprint(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    file, fingerprint = pc.sync.request_enrolment(pc.stick)
    assert file.suffix == ".kyr"
    assert fingerprint == pc.sync.standing().fingerprint
    done = sqlite_hub.enrol(file, tmp_path / "c.kyc")
    assert (done.fingerprint, done.station_name) == (fingerprint, pc.desk.facts.station_name)
    assert pc.sync.enrol(done.certificate) == "测试县民政局"
    assert pc.sync.standing().is_enrolled


def test_a_request_holds_no_secret(pc: Pc) -> None:
    file, _ = pc.sync.request_enrolment(pc.stick)
    data = file.read_bytes()
    vault = pc.desk.vault
    for secret in (vault.age_identity.encode(), vault.signing.seed.hex().encode(), vault.volume_key()):
        assert secret not in data


def test_enrolling_again_changes_the_basis_and_nothing_else(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub, "consent")
    pc.join(sqlite_hub, "statutory")
    with sqlite_hub._work.read() as db:
        assert db.scalars(select(EnrolledStation.legal_basis)).all() == ["statutory"]
    assert pc.sync.preview().legal_basis == "statutory"


def test_another_hub_or_another_pcs_certificate_is_refused(
    pc: Pc, other_pc: Pc, sqlite_hub: Hub, postgres_hub: Hub
) -> None:
    other_pc.join(sqlite_hub)
    assert code_of(lambda: pc.sync.enrol(other_pc.stick / "certificate.kyc")) == "not_for_us"
    pc.join(sqlite_hub)
    request, _ = pc.sync.request_enrolment(pc.stick)
    there = postgres_hub.enrol(request, pc.stick / "other.kyc").certificate
    assert code_of(lambda: pc.sync.enrol(there)) == "other_hub"
    with pc.work.read() as db:
        assert len(db.scalars(select(Enrolment)).all()) == 1


def test_a_pc_cannot_be_enrolled_again_with_other_keys(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    here, key = pc.desk.facts, seal.SigningKey.generate()
    impostor = enrolment.Pc(
        here.station_id, here.replica_id, "冒名", "X", "A", key.public_text, seal.recipient_of(seal.new_age_identity())
    )
    (tmp_path / "r.kyr").write_bytes(enrolment.write_request(impostor, key))
    assert code_of(lambda: sqlite_hub.enrol(tmp_path / "r.kyr", tmp_path / "c.kyc")) == "forged"
    assert not (tmp_path / "c.kyc").exists()


def test_only_known_legal_bases_are_taken(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    request, _ = pc.sync.request_enrolment(pc.stick)
    assert code_of(lambda: sqlite_hub.enrol(request, tmp_path / "c", "because")) == "bad_legal_basis"


def test_real_hubs_keep_their_identity(sqlite_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(sqlite_hub, "facts", replace(sqlite_hub.facts, is_practice=False))
    assert code_of(lambda: sqlite_hub.export_identity(tmp_path / "x")) == "not_practice"
    assert not (tmp_path / "x").exists()


KEY = seal.SigningKey.from_seed(bytes(range(32)))
RECIPIENT = seal.recipient_of(seal.new_age_identity())
PC = enrolment.Pc("s", "r", "站", "S01", "A", KEY.public_text, RECIPIENT)
HUB = enrolment.HubKeys("h", "县", KEY.public_text, RECIPIENT)


def _signed(content: dict[str, Any]) -> bytes:
    return enrolment._signed({name: value for name, value in content.items() if name != "signature"}, KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"v": True},
        {"pc": None},
        {"pc": {"station": "s"}},
        {"pc": PC.to_json() | {"sign_key": "zz"}},
        {"pc": PC.to_json() | {"recipient": "age1zz"}},
        {"pc": PC.to_json() | {"name": 5}},
        {"pc": PC.to_json() | {"surplus": "x"}},
    ],
)
def test_a_request_of_another_form_is_refused(change: dict[str, Any]) -> None:
    good = json.loads(enrolment.write_request(PC, KEY))
    assert enrolment.read_request(_signed(good)) == PC
    with pytest.raises(RefusalError) as trouble:
        enrolment.read_request(_signed(good | change))
    assert trouble.value.code == "bad_certificate"


@pytest.mark.parametrize(
    "change",
    [{"hub": {}}, {"hub": None}, {"hub": HUB.to_json() | {"sign_key": "x"}}, {"legal_basis": "because"}, {"pc": {}}],
)
def test_a_certificate_of_another_form_is_refused(change: dict[str, Any]) -> None:
    good = json.loads(enrolment.write_certificate(HUB, PC, "consent", "2026-03-31T00:00:00.000000Z", KEY))
    assert enrolment.read_certificate(_signed(good)).pc == PC
    with pytest.raises(RefusalError) as trouble:
        enrolment.read_certificate(_signed(good | change))
    assert trouble.value.code == "bad_certificate"


@pytest.mark.parametrize("signature", [None, 5, "zz", "00" * 64])
def test_a_request_with_another_signature_is_refused(signature: object) -> None:
    good = json.loads(enrolment.write_request(PC, KEY))
    with pytest.raises(RefusalError):
        enrolment.read_request(strictjson.dump(good | {"signature": signature}))


def test_damage_and_later_formats_are_told_apart() -> None:
    data = enrolment.write_request(PC, KEY)
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 1
        with pytest.raises(RefusalError):
            enrolment.read_request(bytes(damaged))
    with pytest.raises(RefusalError) as trouble:
        enrolment.read_request(_signed(json.loads(data) | {"v": 1}))
    assert trouble.value.code == "newer_database"
    with pytest.raises(RefusalError):
        enrolment.read_request(b"{" + b" " * 20_000)


def test_anybody_can_inspect_and_verify_without_a_secret(ready: Ready, tmp_path: Path) -> None:
    file = tmp_path / "x.kyb"
    file.write_bytes(ready.data)
    found = bundles.inspect(file)
    assert [member.name for member in found.members] == ["manifest.json", "manifest.sig", "payload.age"]
    assert found.manifest["from"]["replica"] == ready.pc.desk.facts.replica_id
    request, _ = ready.pc.sync.request_enrolment(ready.pc.stick)
    for trust in (request, ready.pc.stick / "certificate.kyc"):
        told = bundles.verify(file, trust)
        assert (told.is_valid, told.refused) == (True, None)
        assert told.sender == found.manifest["from"]
    told = bundles.verify(file, ready.other_pc.stick / "certificate.kyc")
    assert told.refused
    assert (told.is_valid, told.refused.code) == (False, "unknown_sender")
    file.write_bytes(ready.data[:-1])
    told = bundles.verify(file, request)
    assert told.refused
    assert (told.is_valid, told.refused.code, told.sender) == (False, "truncated", None)
    (done,) = ready.hub.import_bundles([_write(tmp_path / "y.kyb", ready.data)], tmp_path / "r")
    assert done.receipt
    assert bundles.verify(done.receipt, ready.pc.stick / "certificate.kyc").is_valid


def _write(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file
