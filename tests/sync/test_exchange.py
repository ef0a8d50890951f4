"""A station and a hub, there and back: the whole way of a bundle, on both databases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.errors import KangyiError, NotAllowed, OperationalError, ValidationError
from desktop.models.audit import AuditEntry
from desktop.models.exchange import BundleIn, BundleOut, ReceiptIn
from desktop.models.people import Person
from desktop.models.visits import Visit
from desktop.services.hub import Hub
from desktop.services.people import PeopleQuery
from desktop.sync import archive, bundle, container
from desktop.sync.fields import field_list
from tests.sync.conftest import Pc, held_by, on_pc


def inside(hub: Hub, file: Path) -> bundle.Opened:
    return bundle.open_payload(bundle.read(file.read_bytes()), hub._vault.age_identity)


def lines_of(hub: Hub, file: Path, member: str = "changes-0001.ndjson.gz") -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.unpack_lines(inside(hub, file).members[member])]


def test_what_a_station_has_is_what_the_hub_holds(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1, id_no="990101199001011234", warning_note="机密备注", is_draft=False, has_dibao=True)
    pc.add_visit(person, problems="叙述不外传", purposes=["1", "3"], does_count_match=False)
    done = pc.hand_over(hub)
    assert (done.status, done.code, done.kept, done.rejected, done.conflicts) == ("applied", None, 0, 0, 0)
    assert done.taken == 4
    for table in ("station", "user_account", "person", "visit"):
        there = {
            pk: {name: row[name] for name in field_list()[table].columns} for pk, row in held_by(hub, table).items()
        }
        assert there == on_pc(pc, table)
        assert there


def test_changes_follow_their_record(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1)
    pc.hand_over(hub)
    pc.amend(Person, person, phone="13900000000")
    pc.amend(Person, person, village="上村", is_deleted=True)
    done = pc.hand_over(hub)
    assert done.taken == 2
    row = held_by(hub, "person")[person]
    assert (row["phone"], row["village"], row["is_deleted"], row["revision"]) == ("13900000000", "上村", True, 3)


def test_the_same_bundle_again_changes_nothing_and_gives_the_same_receipt(pc: Pc, hub: Hub, tmp_path: Path) -> None:
    pc.join(hub)
    pc.add_person(1)
    file = pc.export().file
    (first,) = hub.import_bundles([file], tmp_path / "r1")
    before = held_by(hub, "person")
    (again,) = hub.import_bundles([file], tmp_path / "r2")
    assert (again.status, again.taken) == ("repeated", first.taken)
    assert first.receipt
    assert again.receipt
    assert first.receipt.read_bytes() == again.receipt.read_bytes()
    assert held_by(hub, "person") == before
    (third,) = hub.import_bundles([file], tmp_path / "r2")
    assert third.receipt == again.receipt


def test_an_export_goes_on_from_the_last_receipt(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    pc.add_person(1)
    first = pc.export()
    pc.add_person(2)
    second = pc.export()
    assert (first.kind, first.seq, first.first_seq, second.seq, second.first_seq) == ("full", 1, 1, 2, 1)
    assert (second.last_seq, second.prev_sha256) == (first.last_seq + 1, first.sha256)
    (done,) = hub.import_bundles([second.file], pc.stick)
    assert done.receipt
    pc.sync.receive(done.receipt)
    third = pc.export()
    assert (third.kind, third.first_seq, third.last_seq, third.changes) == (
        "delta",
        second.last_seq + 1,
        second.last_seq,
        0,
    )
    assert {row.seq: row.state for row in pc.sync.history()} == {1: "returned", 2: "returned", 3: "written"}
    assert pc.sync.standing().without_receipt == 1


def test_an_empty_bundle_is_a_sign_of_life(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    pc.hand_over(hub)
    done = pc.hand_over(hub)
    assert (done.status, done.taken) == ("applied", 0)
    done = pc.hand_over(hub)
    assert done.status == "applied"


def test_overlapping_bundles_in_any_order(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1)
    first = pc.export()
    pc.amend(Person, person, phone="1")
    second = pc.export()
    pc.amend(Person, person, phone="2")
    third = pc.export()
    found = hub.import_bundles([second.file, third.file, first.file], pc.stick / "receipts")
    assert [one.status for one in found] == ["applied"] * 3
    assert [one.taken for one in found] == [second.changes, 1, 0]
    assert held_by(hub, "person")[person]["phone"] == "2"
    for one in found:
        assert one.receipt
        pc.sync.receive(one.receipt)
    assert pc.sync.standing().waiting_changes == 0


def test_a_bundle_before_its_predecessor_waits_and_is_taken_when_that_comes(pc: Pc, hub: Hub, tmp_path: Path) -> None:
    pc.join(hub)
    pc.add_person(1)
    first = pc.export()
    _pretend_receipt(pc, first.bundle_id)
    pc.add_person(2)
    second = pc.export()
    _pretend_receipt(pc, second.bundle_id)
    pc.add_person(3)
    third = pc.export()
    waiting = hub.import_bundles([third.file, second.file], tmp_path / "r")
    assert [(one.status, one.code, one.receipt) for one in waiting] == [("held", "held", None)] * 2
    assert held_by(hub, "person") == {}
    assert hub.import_bundles([third.file], tmp_path / "r")[0].status == "held"
    found = hub.import_bundles([first.file], tmp_path / "r")
    assert [(one.status, one.bundle_id) for one in found] == [
        ("applied", first.bundle_id),
        ("applied", second.bundle_id),
        ("applied", third.bundle_id),
    ]
    assert len(held_by(hub, "person")) == 3
    with hub._work.read() as db:
        assert db.scalar(select(func.count()).where(BundleIn.held_file.is_not(None))) == 0


def test_held_and_closed_in_one_call_are_told_once(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    first = pc.export()
    _pretend_receipt(pc, first.bundle_id)
    second = pc.export()
    found = sqlite_hub.import_bundles([second.file, first.file], tmp_path / "r")
    assert {one.file: one.status for one in found} == {str(first.file): "applied", str(second.file): "applied"}


def test_a_full_bundle_helps_a_hub_that_lost_data(pc: Pc, hub: Hub, sqlite_hub: Hub) -> None:
    pc.join(hub)
    pc.add_person(1)
    first = pc.export()
    _pretend_receipt(pc, first.bundle_id)
    pc.add_person(2)
    assert hub.import_bundles([pc.export().file], pc.stick)[0].status == "held"
    again = pc.export(from_start=True)
    assert again.kind == "full"
    found = hub.import_bundles([again.file], pc.stick)
    assert [one.status for one in found] == ["applied", "applied"]
    assert len(held_by(hub, "person")) == 2


def _pretend_receipt(pc: Pc, bundle_id: str) -> None:
    """Move the mark as if the hub had confirmed (the hub was set back since)."""
    with pc.work.write("test") as db:
        issued = db.get_one(BundleOut, bundle_id)
        number = (db.scalar(select(func.max(ReceiptIn.receipt_seq))) or 0) + 1
        db.add(
            ReceiptIn(
                incarnation=issued.incarnation,
                receipt_seq=number,
                bundle_id=bundle_id,
                acked_seq=issued.last_seq,
                sha256=str(number) * 64,
                content={},
                imported_at=issued.issued_at,
            )
        )


def test_a_folder_is_searched_for_bundles_and_receipts_are_passed_over(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    pc.hand_over(sqlite_hub)
    pc.export()
    (pc.stick / "link.kyb").symlink_to(pc.stick / "certificate.kyc")
    (pc.stick / "x.kyb.part").write_bytes(b"half")
    found = sqlite_hub.import_bundles([pc.stick], pc.stick / "receipts")
    assert sorted(one.status for one in found) == ["applied", "repeated"]


def test_stock_age_opens_the_payload_with_the_identity_file(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    held = container.unpack(pc.export().file.read_bytes())
    identity = sqlite_hub.export_identity(tmp_path / "identity.txt")
    assert identity.stat().st_mode & 0o777 == 0o600
    payload = tmp_path / "payload.age"
    payload.write_bytes(held.payload)
    opened = subprocess.run(["age", "-d", "-i", identity, payload], capture_output=True, check=True).stdout
    (tmp_path / "inside.tar").write_bytes(opened)
    names = subprocess.run(["tar", "-tf", tmp_path / "inside.tar"], capture_output=True, check=True, text=True).stdout
    assert names.split() == ["inner.json", "snapshots-0001.ndjson.gz", "changes-0001.ndjson.gz"]
    listed = subprocess.run(
        ["tar", "-xOf", tmp_path / "inside.tar", "changes-0001.ndjson.gz"], capture_output=True, check=True
    ).stdout
    lines = subprocess.run(["gzip", "-dc"], input=listed, capture_output=True, check=True).stdout
    assert "测试1" in lines.decode()


def test_stock_tools_read_the_container_and_check_the_signature(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    file = pc.export().file
    import zipfile

    with zipfile.ZipFile(file) as stock:
        assert stock.testzip() is None
        assert [(one.filename, one.compress_type) for one in stock.infolist()] == [
            ("manifest.json", 0),
            ("manifest.sig", 0),
            ("payload.age", 0),
        ]
        (tmp_path / "message").write_bytes(b"kangyi-bundle/0\0" + stock.read("manifest.json"))
        (tmp_path / "signature").write_bytes(stock.read("manifest.sig"))
    der = bytes.fromhex("302a300506032b6570032100" + pc.desk.vault.signing.public_text)
    (tmp_path / "key.der").write_bytes(der)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "key.der", "-rawin"]
    done = subprocess.run(
        [*command, "-in", tmp_path / "message", "-sigfile", tmp_path / "signature"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_nothing_of_a_client_stands_outside_the_payload(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1, id_no="990101199001011234", phone="13912345678")
    data = pc.export().file
    for secret in ("测试1", "990101199001011234", "13912345678", "T-00001"):
        assert secret.encode() not in data.read_bytes()
        assert secret not in data.name
    assert data.name.isascii()
    assert len(data.name) <= 60


def test_nothing_is_exported_before_enrolment(pc: Pc, tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as trouble:
        pc.export()
    assert trouble.value.code == "not_enrolled"
    with pytest.raises(ValidationError):
        pc.sync.preview()
    standing = pc.sync.standing()
    assert (standing.is_enrolled, standing.hub_name, standing.waiting_changes) == (False, "", 2)
    assert list(pc.stick.iterdir()) == []


def test_a_missing_folder_issues_no_bundle(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    with pytest.raises(OperationalError) as trouble:
        pc.sync.export(pc.stick / "gone")
    assert trouble.value.code == "io_error"
    assert pc.sync.history() == ()


def test_a_stick_that_fails_leaves_the_bundle_issued_and_it_can_be_written_again(
    pc: Pc, sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from desktop.devices import drives

    pc.join(sqlite_hub)

    def pulled(data: bytes, folder: Path, name: str) -> Path:
        raise OperationalError("io_error", "pulled")

    with monkeypatch.context() as broken:
        broken.setattr(drives, "put", pulled)
        with pytest.raises(OperationalError):
            pc.export()
    (row,) = pc.sync.history()
    assert row.state == "issued"
    file = pc.sync.write_again(row.bundle_id, pc.stick)
    assert pc.sync.history()[0].state == "written"
    (done,) = sqlite_hub.import_bundles([file], pc.stick)
    assert done.status == "applied"
    again = pc.sync.write_again(row.bundle_id, tmp_path)
    assert again.read_bytes() == file.read_bytes()
    assert done.receipt
    pc.sync.receive(done.receipt)
    with pytest.raises(ValidationError) as trouble:
        pc.sync.write_again(row.bundle_id, pc.stick)
    assert trouble.value.code == "no_such_bundle"
    with pytest.raises(ValidationError):
        pc.sync.write_again("nonsense", pc.stick)


def test_the_preview_tells_what_the_bundle_will_hold(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    told = pc.sync.preview()
    done = pc.export()
    assert (told.changes, told.persons, told.withheld_changes) == (done.changes, done.persons, done.withheld_changes)
    assert (told.hub_name, told.legal_basis) == ("测试县民政局", "entrusted")
    assert told.kinds == ("机构档案 1 条", "工作人员名单 1 条", "康复对象基本情况 1 条")


def test_the_audit_tells_both_sides_without_names(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    pc.add_person(1, name="欧阳测试")
    pc.hand_over(hub)
    hub.import_bundles([pc.stick / "certificate.kyc"], pc.stick)
    with hub._work.read() as db:
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)))
        assert [act for act in acts if act != "hub.unlock"] == ["hub.enrol", "bundle.take", "bundle.refuse"]
        assert not any("欧阳" in json.dumps(one, ensure_ascii=False) for one in db.scalars(select(AuditEntry.detail)))
    with pc.work.read() as db:
        acts = list(db.scalars(select(AuditEntry.act)))
        assert {"sync.request", "sync.enrol", "sync.export", "sync.written", "sync.receive"} <= set(acts)


def test_the_people_of_all_stations_are_listed_masked(pc: Pc, other_pc: Pc, hub: Hub) -> None:
    for one in (pc, other_pc):
        one.join(hub)
    pc.add_person(1, name="李小红", id_no="990101199001011234")
    other_pc.add_person(2, name="王大明")
    pc.hand_over(hub)
    other_pc.hand_over(hub)
    page = hub.people(PeopleQuery())
    assert [row.name for row in page.rows] == ["李小红", "王大明"]
    assert "199001011234" not in page.rows[0].id_masked
    assert [row.name for row in hub.people(PeopleQuery(search="lxh")).rows] == ["李小红"]


def test_every_method_of_the_hub_asks_for_its_permission(sqlite_hub: Hub, tmp_path: Path) -> None:
    sqlite_hub._actor = type(sqlite_hub._actor)("u", "n", "worker", frozenset())
    for ask in (
        lambda: sqlite_hub.people(PeopleQuery()),
        lambda: sqlite_hub.enrol(tmp_path, tmp_path),
        lambda: sqlite_hub.import_bundles([], tmp_path / "r"),
        lambda: sqlite_hub.export_identity(tmp_path / "x"),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert not (tmp_path / "r").exists()


def test_receipts_on_a_stick_are_found_oldest_first(pc: Pc, other_pc: Pc, sqlite_hub: Hub) -> None:
    for one in (pc, other_pc):
        one.join(sqlite_hub)
    mine = [pc.export().file, pc.export().file]
    done = sqlite_hub.import_bundles([*mine, other_pc.export().file], pc.stick / "receipts")
    (pc.stick / "receipts" / "junk.kyb").write_bytes(b"junk")
    found = pc.sync.find_receipts(pc.stick)
    assert list(found) == [done[0].receipt, done[1].receipt]
    for file in found:
        pc.sync.receive(file)
    assert pc.sync.find_receipts(pc.stick) == ()


def test_rows_a_hub_cannot_hold_are_told_in_the_receipt(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1)
    pc.add_visit(person, met="much longer than the column")
    assert isinstance(pc.add_visit(person), str)
    file = pc.export().file
    (done,) = hub.import_bundles([file], pc.stick)
    assert (done.taken, done.rejected) == (4, 1)
    assert done.receipt
    told = pc.sync.receive(done.receipt)
    assert told.rejected == ({"seq": 4, "code": "bad_value"},)
    assert len(held_by(hub, "visit")) == 1
    assert pc.sync.receive(done.receipt) == told


def test_deferred_columns_of_issued_bundles_stay_out_of_lists(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    pc.export()
    with pc.work.read() as db:
        issued = db.scalars(select(BundleOut)).one()
        assert "content" not in issued.__dict__
        assert isinstance(issued.content, bytes)


def test_visits_of_an_unknown_person_cannot_come_in(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1, sex="not a letter")
    pc.add_visit(person)
    (done,) = hub.import_bundles([pc.export().file], pc.stick)
    assert done.receipt
    assert [one["code"] for one in pc.sync.receive(done.receipt).rejected] == ["bad_value", "missing_parent"]
    assert held_by(hub, "visit") == {}


def test_no_error_of_the_exchange_lacks_a_next_step() -> None:
    from desktop.sync import refusals

    for code in refusals._SENTENCES:
        found = refusals.refusal(code)
        assert isinstance(found, KangyiError)
        assert found.message
        assert found.remedy
        assert found.exit_status == (3 if code in ("not_ours", "newer_database") else 1)


def test_a_visit_can_be_changed_after_hand_over(pc: Pc, hub: Hub) -> None:
    pc.join(hub)
    person = pc.add_person(1)
    visit = pc.add_visit(person)
    pc.hand_over(hub)
    pc.amend(Visit, visit, danger_level=3, purposes=["2", "3"])
    pc.hand_over(hub)
    row = held_by(hub, "visit")[visit]
    assert (row["danger_level"], row["purposes"]) == (3, ["2", "3"])
