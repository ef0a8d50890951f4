"""Receipts at the station: which are taken, which are refused, and that nothing moves without one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop.errors import KangyiError
from desktop.models.exchange import ReceiptIn, ReplicaState
from desktop.services.hub import Hub
from desktop.sync import bundle, container, receipts
from desktop.sync.bundle import Address, Sender
from desktop.vault import strictjson
from tests.conftest import Template
from tests.sync.conftest import Pc, Ready, held_by, open_hub_copy


def receipt_for(pc: Pc, hub: Hub) -> Path:
    """Export and import; return the receipt, not yet taken."""
    (done,) = hub.import_bundles([pc.export().file], pc.stick / "receipts")
    assert done.receipt is not None
    return done.receipt


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KangyiError) as trouble:
        work()
    assert trouble.value.remedy
    return trouble.value.code


def refused(pc: Pc, data: bytes) -> str:
    """Offer a receipt that must be refused; nothing may move."""
    file = pc.stick / "offered.kyb"
    file.write_bytes(data)
    before = pc.sync.standing().waiting_changes
    code = code_of(lambda: pc.sync.receive(file))
    with pc.work.read() as db:
        assert db.scalar(select(func.count()).select_from(ReceiptIn)) == 0
    assert pc.sync.standing().waiting_changes == before
    return code


def altered(pc: Pc, hub: Hub, data: bytes, **facts: Any) -> bytes:
    """Let the hub sign a receipt that says something else."""
    envelope = bundle.read(data)
    told = receipts.read(bundle.open_payload(envelope, pc.desk.vault.age_identity))
    address = Address(bundle.RECEIPT, envelope.sender, bundle.to_pc(pc.desk.facts.replica_id), 1, pc.desk.clock.now())
    return receipts.issue(replace(told, **facts), address, hub._vault.signing, pc.desk.vault.age_recipient).data


@pytest.fixture
def waiting(ready: Ready) -> bytes:
    """A receipt that the station of `ready` would take."""
    (done,) = ready.hub.import_bundles([_bundle(ready)], ready.pc.stick / "receipts")
    assert done.receipt is not None
    return done.receipt.read_bytes()


def _bundle(ready: Ready) -> Path:
    file = ready.pc.stick / "ready.kyb"
    file.write_bytes(ready.data)
    return file


def test_a_receipt_says_what_the_hub_did(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    file = receipt_for(pc, sqlite_hub)
    told = pc.sync.receive(file)
    assert (told.acked_seq, told.taken, told.rejected, told.conflicts, told.came_down) == (3, 3, (), (), 0)
    assert told.for_bundle == pc.sync.history()[0].bundle_id
    assert pc.sync.receive(file) == told
    assert pc.sync.standing().waiting_changes == 0


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"receipt_seq": 2}, "held"),
        ({"receipt_seq": 0}, "fork"),
        ({"prev_sha256": "5" * 64}, "fork"),
        ({"acked_seq": 99}, "fork"),
        ({"acked_seq": 1}, "fork"),
        ({"chain": "5" * 64}, "fork"),
        ({"for_bundle": "unknown"}, "unknown_receipt"),
        ({"incarnation": 5}, "unknown_receipt"),
        ({"rejected": ("text",)}, "forged"),
        ({"audit_head": ()}, "forged"),
    ],
)
def test_a_receipt_that_does_not_fit_is_refused(ready: Ready, waiting: bytes, facts: dict[str, Any], code: str) -> None:
    if facts.get("audit_head") == ():
        data = _resealed(ready.pc, ready.hub, waiting, {"audit_head": []})
    else:
        data = altered(ready.pc, ready.hub, waiting, **facts)
    assert refused(ready.pc, data) == code


def _resealed(pc: Pc, hub: Hub, data: bytes, change: dict[str, Any]) -> bytes:
    envelope = bundle.read(data)
    inner = bundle.open_payload(envelope, pc.desk.vault.age_identity).inner
    address = Address(bundle.RECEIPT, envelope.sender, bundle.to_pc(pc.desk.facts.replica_id), 1, pc.desk.clock.now())
    return bundle.close(address, inner | change, {}, hub._vault.signing, pc.desk.vault.age_recipient).data


@pytest.mark.parametrize(
    "change", [{"ack": {}}, {"ack": 1}, {"taken": "1"}, {"conflicts": None}, {"receipt_seq": True}]
)
def test_a_receipt_of_another_form_is_refused(ready: Ready, waiting: bytes, change: dict[str, Any]) -> None:
    assert refused(ready.pc, _resealed(ready.pc, ready.hub, waiting, change)) == "forged"


def test_a_receipt_of_someone_else_is_refused(ready: Ready, waiting: bytes) -> None:
    envelope = bundle.read(waiting)
    stranger = ready.other_pc.desk.vault.signing
    told = strictjson.dump(envelope.manifest)
    assert refused(ready.pc, container.pack(told, stranger.sign(b"kangyi-bundle/0\0" + told), b"x")) == "forged"
    address = Address(
        bundle.RECEIPT, Sender("other hub", "r", 0), bundle.to_pc(ready.pc.desk.facts.replica_id), 1,
        ready.pc.desk.clock.now(),
    )  # fmt: skip
    other = bundle.close(address, {}, {}, stranger, ready.pc.desk.vault.age_recipient)
    assert refused(ready.pc, other.data) == "other_hub"


def test_a_receipt_for_another_pc_is_refused(ready: Ready, waiting: bytes) -> None:
    assert refused(ready.other_pc, waiting) == "not_for_us"


def test_a_bundle_is_no_receipt(ready: Ready) -> None:
    assert refused(ready.pc, ready.data) == "not_a_receipt"


@pytest.mark.parametrize("cut", [10, 700, -1])
def test_a_truncated_receipt_is_refused(ready: Ready, waiting: bytes, cut: int) -> None:
    assert refused(ready.pc, waiting[:cut]) == "truncated"


def test_every_sampled_flipped_bit_of_a_receipt_is_refused(ready: Ready, waiting: bytes) -> None:
    for at in range(0, len(waiting), 61):
        damaged = bytearray(waiting)
        damaged[at] ^= 1 << at % 8
        assert refused(ready.pc, bytes(damaged)) in ("forged", "truncated", "not_ours", "newer_database", "other_hub")


def test_receipts_are_taken_in_their_order(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    first = receipt_for(pc, sqlite_hub)
    pc.add_person(1)
    second = receipt_for(pc, sqlite_hub)
    assert code_of(lambda: pc.sync.receive(second)) == "held"
    pc.sync.receive(first)
    pc.sync.receive(second)
    assert pc.sync.standing().waiting_changes == 0


def test_a_station_can_take_the_receipt_again_after_a_hub_lost_it(pc: Pc, sqlite_hub: Hub) -> None:
    """The hub committed, and the stick was pulled before the receipt was on it: the same bundle brings it."""
    pc.join(sqlite_hub)
    file = receipt_for(pc, sqlite_hub)
    data = file.read_bytes()
    file.unlink()
    (done,) = sqlite_hub.import_bundles(sorted(pc.stick.glob("*.kyb")), pc.stick / "receipts")
    assert done.status == "repeated"
    assert done.receipt
    assert done.receipt.read_bytes() == data
    pc.sync.receive(done.receipt)


def test_a_hub_set_back_to_an_older_day_is_fed_again(pc: Pc, hub_template: Template, tmp_path: Path) -> None:
    """It holds the next bundle; everything sent once more brings it up to date, and its receipts are taken again."""
    pc.add_person(1)
    old = open_hub_copy(hub_template, tmp_path / "old", pc.desk.clock)
    pc.join(old)
    old.close()
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    hub = open_hub_copy(hub_template, tmp_path / "new", pc.desk.clock)
    pc.hand_over(hub)
    set_back = open_hub_copy(hub_template, tmp_path / "old", pc.desk.clock)
    pc.add_person(2)
    late = pc.export()
    assert set_back.import_bundles([late.file], tmp_path / "r")[0].status == "held"
    again = pc.export(from_start=True)
    assert (again.kind, again.first_seq) == ("full", 1)
    done, waited = set_back.import_bundles([again.file], tmp_path / "r")
    assert (done.status, waited.bundle_id, waited.status) == ("applied", late.bundle_id, "applied")
    assert done.receipt
    assert waited.receipt
    pc.sync.receive(done.receipt)
    assert {row.state for row in pc.sync.history()} == {"returned"}
    assert pc.sync.receive(waited.receipt).for_bundle == late.bundle_id
    pc.add_person(3)
    pc.hand_over(set_back)
    hub.import_bundles([late.file], tmp_path / "r")
    assert set_back.import_bundles([again.file], tmp_path / "r")[0].status == "repeated"
    assert len(held_by(set_back, "person")) == 3
    for one in (hub, set_back):
        one.close()


def test_receipts_count_for_each_pc_alone(pc: Pc, other_pc: Pc, sqlite_hub: Hub) -> None:
    for one in (pc, other_pc):
        one.join(sqlite_hub)
        one.hand_over(sqlite_hub)
    with sqlite_hub._work.read() as db:
        assert db.scalars(select(ReplicaState.receipt_seq)).all() == [1, 1]
