"""What stays at the station: people without consent to the hand-over, columns off the county's list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from desktop import resources
from desktop.models.documents import Attachment, Consent
from desktop.models.exchange import Withheld
from desktop.models.people import Person
from desktop.services.hub import Hub
from desktop.store.capture import record_tables
from desktop.sync import archive, bundle, fields
from tests.conftest import DAY
from tests.sync.conftest import Pc, held_by, on_pc

CHANGES, SNAPSHOTS = "changes-0001.ndjson.gz", "snapshots-0001.ndjson.gz"
SECRETS = ("秘密姓名", "990101199001011234", "13912345678", "秘密村", "secret-spelling")


def opened(hub: Hub, data: bytes) -> bundle.Opened:
    return bundle.open_payload(bundle.read(data), hub._vault.age_identity)


def lines(hub: Hub, data: bytes, member: str = CHANGES) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.unpack_lines(opened(hub, data).members[member])]


@pytest.fixture
def gated(pc: Pc, sqlite_hub: Hub) -> Pc:
    """A station that needs each person's own consent."""
    pc.join(sqlite_hub, "consent")
    return pc


def add_secret_person(pc: Pc, number: int = 1) -> str:
    return pc.add_person(
        number, name=SECRETS[0], id_no=SECRETS[1], phone=SECRETS[2], village=SECRETS[3], search_text=SECRETS[4]
    )


def test_a_person_without_consent_leaves_nothing_but_numbers(gated: Pc, sqlite_hub: Hub) -> None:
    person = add_secret_person(gated)
    visit = gated.add_visit(person)
    done = gated.export()
    assert (done.changes, done.persons, done.withheld_persons, done.withheld_changes) == (2, 0, 1, 2)
    assert done.last_seq == 4
    found = lines(sqlite_hub, done.file.read_bytes())
    assert found[2:] == [{"s": 3, "withheld": True}, {"s": 4, "withheld": True}]
    inside = opened(sqlite_hub, done.file.read_bytes())
    everything = json.dumps(inside.inner, ensure_ascii=False) + "".join(
        line.decode() for data in inside.members.values() for line in archive.unpack_lines(data)
    )
    for secret in (*SECRETS, person, visit, "T-00001"):
        assert secret not in everything
    assert inside.inner["withheld"] == {"persons": 1, "changes": 2}
    assert gated.sync.preview().withheld_names == (SECRETS[0],)


def test_a_withheld_line_has_no_room_for_anything_about_the_person(gated: Pc, sqlite_hub: Hub) -> None:
    add_secret_person(gated)
    first = opened(sqlite_hub, gated.export().file.read_bytes())
    with gated.work.read() as db:
        assert db.scalars(select(Withheld.up_to_seq)).all() == [3]
    withheld = archive.unpack_lines(first.members[CHANGES])[2:]
    assert withheld == [b'{"s":3,"withheld":true}']


def test_consent_lets_only_that_person_travel(gated: Pc, sqlite_hub: Hub) -> None:
    hidden, shown = add_secret_person(gated, 1), gated.add_person(2)
    gated.consent(shown, "a", "b", "c")
    gated.consent(hidden, "a", "b")
    done = gated.hand_over(sqlite_hub)
    assert done.rejected == 0
    assert list(held_by(sqlite_hub, "person")) == [shown]
    assert {row["person_id"] for row in held_by(sqlite_hub, "consent").values()} == {shown}


def test_consent_given_later_sends_a_snapshot(gated: Pc, sqlite_hub: Hub) -> None:
    person = add_secret_person(gated)
    visit = gated.add_visit(person)
    gated.hand_over(sqlite_hub)
    assert held_by(sqlite_hub, "person") == {}
    gated.consent(person, "a", "b", "c")
    done = gated.export()
    assert [line["t"] for line in lines(sqlite_hub, done.file.read_bytes(), SNAPSHOTS)] == [
        "person", "consent", "consent_scope", "consent_scope", "consent_scope", "visit",
    ]  # fmt: skip
    (taken,) = sqlite_hub.import_bundles([done.file], gated.stick)
    assert (taken.rejected, taken.conflicts) == (0, 0)
    assert list(held_by(sqlite_hub, "visit")) == [visit]
    row = held_by(sqlite_hub, "person")[person]
    assert {name: row[name] for name in fields.field_list()["person"].columns} == on_pc(gated, "person")[person]
    assert taken.receipt
    gated.sync.receive(taken.receipt)
    assert lines(sqlite_hub, gated.export().file.read_bytes(), SNAPSHOTS) == []
    gated.amend(Person, person, phone="1")
    assert gated.hand_over(sqlite_hub).taken == 1
    assert held_by(sqlite_hub, "person")[person]["phone"] == "1"


def test_a_snapshot_is_sent_until_a_receipt_came(gated: Pc, sqlite_hub: Hub) -> None:
    person = add_secret_person(gated)
    gated.hand_over(sqlite_hub)
    gated.consent(person, "c")
    lost, again = gated.export(), gated.export()
    assert len(lines(sqlite_hub, lost.file.read_bytes(), SNAPSHOTS)) == 3
    assert len(lines(sqlite_hub, again.file.read_bytes(), SNAPSHOTS)) == 3
    for file in (again.file, lost.file):
        (done,) = sqlite_hub.import_bundles([file], gated.stick)
        assert (done.status, done.rejected, done.conflicts) == ("applied", 0, 0)
    assert list(held_by(sqlite_hub, "person")) == [person]


def test_a_bundle_written_before_consent_tells_the_same_history_afterwards(gated: Pc, sqlite_hub: Hub) -> None:
    """The old lines stay withheld (else the chain would differ and look like a second history)."""
    person = add_secret_person(gated)
    first = gated.export()
    gated.consent(person, "c")
    second = gated.export()
    inner = opened(sqlite_hub, second.file.read_bytes()).inner
    assert inner["from"] == opened(sqlite_hub, first.file.read_bytes()).inner["from"]
    assert lines(sqlite_hub, second.file.read_bytes())[2] == {"s": 3, "withheld": True}
    for file in (first.file, second.file):
        assert sqlite_hub.import_bundles([file], gated.stick)[0].status == "applied"
    assert list(held_by(sqlite_hub, "person")) == [person]


@pytest.mark.parametrize("lost", [True, False])
def test_consent_withdrawn_after_an_unconfirmed_bundle_begins_a_new_incarnation(
    gated: Pc, sqlite_hub: Hub, lost: bool
) -> None:
    person = add_secret_person(gated)
    paper = gated.consent(person, "c")
    first = gated.export()
    assert first.persons == 1
    gated.amend(Consent, paper, status="withdrawn", withdrawn_on=DAY)
    second = gated.export()
    assert (second.first_seq, second.persons, second.withheld_persons) == (1, 0, 1)
    inner = opened(sqlite_hub, second.file.read_bytes()).inner
    assert inner["from"]["incarnation"] == 1
    for secret in SECRETS:
        assert secret not in "".join(map(str, lines(sqlite_hub, second.file.read_bytes())))
    files = [second.file] if lost else [first.file, second.file]
    found = sqlite_hub.import_bundles(files, gated.stick / "receipts")
    assert {one.status for one in found} == {"applied"}
    for one in found:
        assert one.receipt
        gated.sync.receive(one.receipt)
    gated.add_person(2)
    assert gated.hand_over(sqlite_hub).status == "applied"
    assert (person in held_by(sqlite_hub, "person")) is not lost


def test_consent_given_and_withdrawn_again_sends_nothing(gated: Pc, sqlite_hub: Hub) -> None:
    person = add_secret_person(gated)
    gated.hand_over(sqlite_hub)
    paper = gated.consent(person, "c")
    gated.export()
    gated.amend(Consent, paper, status="withdrawn", withdrawn_on=DAY)
    done = gated.export()
    assert lines(sqlite_hub, done.file.read_bytes(), SNAPSHOTS) == []
    assert sqlite_hub.import_bundles([done.file], gated.stick)[0].status == "applied"
    assert held_by(sqlite_hub, "person") == {}


@pytest.mark.parametrize("basis", ["entrusted", "statutory"])
def test_under_another_legal_basis_no_consent_is_asked_for(pc: Pc, sqlite_hub: Hub, basis: str) -> None:
    pc.join(sqlite_hub, basis)
    pc.add_person(1)
    done = pc.export()
    assert (done.persons, done.withheld_changes) == (1, 0)


def test_columns_off_the_list_stay(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    person = pc.add_person(1, warning_note="绝不外传", search_text="绝不外传")
    pc.add_visit(person, problems="绝不外传", handling="绝不外传", companions="绝不外传", not_met_reason="绝不外传")
    data = pc.export().file.read_bytes()
    assert "绝不外传" not in "".join(map(str, lines(sqlite_hub, data)))


def test_a_change_of_hidden_columns_only_is_a_withheld_line(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    person = pc.add_person(1)
    pc.hand_over(sqlite_hub)
    pc.amend(Person, person, warning_note="只在站里看")
    pc.amend(Person, person, warning_note="改了", phone="139")
    done = pc.export()
    found = lines(sqlite_hub, done.file.read_bytes())
    assert found[0] == {"s": 4, "withheld": True}
    assert found[1]["cols"] == ["phone"]
    assert (done.changes, done.withheld_changes, done.withheld_persons) == (1, 1, 0)
    (taken,) = sqlite_hub.import_bundles([done.file], pc.stick)
    assert (taken.taken, taken.conflicts) == (1, 0)
    row = held_by(sqlite_hub, "person")[person]
    assert (row["phone"], row["revision"]) == ("139", 3)


def test_files_are_never_handed_over(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    with pc.work.write("test") as db:
        db.add(Attachment(kind="scan", media_type="image/png", sha256="0" * 64, content=b"picture"))
    done = pc.export()
    assert lines(sqlite_hub, done.file.read_bytes())[-1] == {"s": 3, "withheld": True}


def test_each_table_of_records_travels_or_stays_for_a_reason() -> None:
    listed = resources.table("exchange/fields.toml")
    travels, stays = set(listed["tables"]), listed["stay"]
    assert travels & set(stays) == set()
    assert travels | set(stays) == {table.name for table in record_tables()}
    assert all(reason.strip() for reason in stays.values())


def test_the_field_list_fits_the_tables() -> None:
    """Parents are listed before children, and what the hub must fill is filled."""
    from desktop.models import Base

    seen: set[str] = set()
    for name, listed in fields.field_list().items():
        assert set(listed.parents.values()) <= seen, name
        seen.add(name)
        model = Base.metadata.tables[name]
        empty = {c.name for c in model.columns if not c.nullable} - set(listed.columns) - set(listed.fill)
        assert empty == set(), name
        assert listed.decided <= set(listed.columns)
        assert "content" not in listed.columns
    narrative = {
        "problems",
        "handling",
        "note",
        "warning_note",
        "diagnosis_text",
        "signer_note",
        "companions",
        "content",
    }
    told = {
        column for table in resources.table("exchange/fields.toml")["tables"].values() for column in table["columns"]
    }
    assert narrative & told == set()


def test_local_codes_are_handed_over_as_the_standards(gated: Pc, sqlite_hub: Hub) -> None:
    """By a captured change, which is cut by a pattern, and by a snapshot, which is read from the table."""
    told = gated.add_person(1, education="91", id_type="01")
    gated.consent(told, "a", "b", "c")
    late = gated.add_person(2, education="20", id_type="L1")
    gated.hand_over(sqlite_hub)
    gated.consent(late, "a", "b", "c")
    gated.hand_over(sqlite_hub)
    held = held_by(sqlite_hub, "person")
    assert (held[told]["education"], held[told]["id_type"]) == ("90", "01")
    assert (held[late]["education"], held[late]["id_type"]) == ("20", "99")
    assert on_pc(gated, "person")[late]["id_type"] == "L1"
