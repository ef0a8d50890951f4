"""Making and opening a hub; what it refuses, and that nothing is left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.errors import KangyiError, ValidationError
from desktop.models.exchange import BundleIn, ReceiptIn
from desktop.models.people import Person
from desktop.services import hub as hubs
from desktop.services.accounts import AccountDraft
from desktop.services.clock import PracticeClock, SystemClock
from desktop.services.hub import Hub, HubFolder, Server
from desktop.services.people import PeopleQuery
from desktop.sync import outgoing
from desktop.vault.keys import FLOOR
from tests.conftest import DAY, Template
from tests.store.postgres import PASSWORD as SERVER_PASSWORD
from tests.store.postgres import Cluster
from tests.sync.conftest import OPERATOR, OPERATOR_PASSWORD, Pc, held_by
from tests.sync.test_exchange import _pretend_receipt
from tests.sync.test_refusals import rewrite, with_lines


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KangyiError) as trouble:
        work()
    assert trouble.value.remedy
    return trouble.value.code


@pytest.fixture
def place(hub_template: Template, tmp_path: Path) -> Path:
    """A closed hub of this test's own."""
    shutil.copytree(hub_template.folder, tmp_path / "hub")
    return tmp_path / "hub"


def test_a_hub_opens_with_its_password_only(place: Path) -> None:
    assert [(one.login, one.role) for one in hubs.accounts(place)] == [("op", "operator")]
    clock = PracticeClock(DAY)
    opened = hubs.open_hub(place, "op", OPERATOR_PASSWORD, clock)
    assert (opened.facts.name, opened.facts.is_practice) == ("测试县民政局", True)
    assert code_of(lambda: hubs.open_hub(place, "op", OPERATOR_PASSWORD, clock)) == "in_use"
    opened.close()
    assert code_of(lambda: hubs.open_hub(place, "op", "wrong", clock)) == "wrong_password"
    assert code_of(lambda: hubs.open_hub(place, "nobody", OPERATOR_PASSWORD, clock)) == "wrong_password"
    hubs.open_hub(place, "op", OPERATOR_PASSWORD, clock).close()


def test_a_hub_is_never_made_over_another(place: Path) -> None:
    before = {file.name: file.read_bytes() for file in place.iterdir()}
    made = lambda: hubs.create_hub(place, "县", OPERATOR, PracticeClock(DAY), kdf=FLOOR, is_practice=True)  # noqa: E731
    assert code_of(made) == "in_use"
    assert {file.name: file.read_bytes() for file in place.iterdir()} == before


def test_a_weak_password_makes_no_hub(tmp_path: Path) -> None:
    account = AccountDraft("op", "县级汇总员", "operator", "县级汇总员2026")
    assert code_of(lambda: hubs.create_hub(tmp_path / "h", "县", account, SystemClock(), kdf=FLOOR)) == "weak_password"
    assert not (tmp_path / "h").exists()


def test_a_made_up_day_is_for_practice_only(tmp_path: Path, place: Path) -> None:
    clock = PracticeClock(DAY)
    assert code_of(lambda: hubs.create_hub(tmp_path / "h", "县", OPERATOR, clock, kdf=FLOOR)) == "not_practice"
    assert not (tmp_path / "h").exists()
    hubs.create_hub(tmp_path / "real", "县", OPERATOR, SystemClock(), kdf=FLOOR).close()
    assert code_of(lambda: hubs.open_hub(tmp_path / "real", "op", OPERATOR_PASSWORD, clock)) == "not_practice"


def test_a_server_that_cannot_take_it_leaves_no_keys(tmp_path: Path) -> None:
    for url, code in (("postgresql://nobody@/none?host=/nowhere", "io_error"), ("mysql://x/y", "bad_address")):
        made = lambda url=url: hubs.create_hub(tmp_path / "h", "县", OPERATOR, SystemClock(), Server(url), kdf=FLOOR)  # noqa: E731
        assert code_of(made) == code
        assert not any(file.exists() for file in HubFolder(tmp_path / "h").key_files)


def test_keys_of_one_hub_do_not_open_the_server_of_another(
    postgres_cluster: Cluster, tmp_path: Path, place: Path
) -> None:
    server, clock = Server(postgres_cluster.new_database(), SERVER_PASSWORD), PracticeClock(DAY)
    hubs.create_hub(tmp_path / "pg", "县", OPERATOR, clock, server, kdf=FLOOR, is_practice=True).close()
    assert code_of(lambda: hubs.open_hub(place, "op", OPERATOR_PASSWORD, clock, server)) == "other_station"
    opened = hubs.open_hub(tmp_path / "pg", "op", OPERATOR_PASSWORD, clock, server)
    assert opened.people(PeopleQuery()).total == 0
    opened.close()


def test_a_servers_password_is_not_shown() -> None:
    assert "secret" not in repr(Server("postgresql://u@h/d", "secret"))


# -- bundles that wait ----------------------------------------------------------------------------------------------


def test_only_what_fits_is_taken_from_the_waiting_ones(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    files = []
    for number in range(1, 5):
        pc.add_person(number)
        done = pc.export()
        files.append(done.file)
        _pretend_receipt(pc, done.bundle_id)
    assert {one.status for one in sqlite_hub.import_bundles([files[3], files[1]], tmp_path)} == {"held"}
    found = sqlite_hub.import_bundles([files[0]], tmp_path)
    assert [(one.file == str(files[0]), one.status) for one in found] == [(True, "applied"), (False, "applied")]
    assert len(held_by(sqlite_hub, "person")) == 2
    assert len(sqlite_hub.import_bundles([files[2]], tmp_path)) == 2
    assert len(held_by(sqlite_hub, "person")) == 4


def test_a_waiting_bundle_that_turns_out_forged_stays_aside(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    first = pc.export()
    _pretend_receipt(pc, first.bundle_id)
    pc.add_person(1)
    late = tmp_path / "late.kyb"
    low = rewrite(pc, sqlite_hub, pc.export().file.read_bytes(), inner=lambda told: told.update({"hlc_max": "0" * 16}))
    late.write_bytes(low)
    assert sqlite_hub.import_bundles([late], tmp_path)[0].status == "held"
    (done,) = sqlite_hub.import_bundles([first.file], tmp_path)
    assert done.status == "applied"
    assert held_by(sqlite_hub, "person") == {}
    with sqlite_hub._work.read() as db:
        assert [one.held_file for one in db.query(BundleIn) if one.status == "held"] == [low]


# -- the station's own books ----------------------------------------------------------------------------------------


def test_two_windows_cannot_issue_the_same_number(pc: Pc, sqlite_hub: Hub) -> None:
    pc.join(sqlite_hub)
    with pc.work.read() as db:
        pending = outgoing.prepare(db, pc.sync._origin(), lambda people: people)
        hub = outgoing.enrolment(db)
    assert hub is not None
    sealed = outgoing.seal(pending, pc.sync._origin(), hub, pc.desk.clock.now(), pc.desk.vault.signing)
    pc.export()
    with pytest.raises(ValidationError) as trouble, pc.work.write("test") as db:
        outgoing.record(db, pending, sealed, "x.kyb", pc.desk.clock.now())
    assert trouble.value.code == "stale"
    assert len(pc.sync.history()) == 1


def test_books_that_do_not_add_up_begin_a_new_incarnation(pc: Pc, sqlite_hub: Hub) -> None:
    """A confirmed number at which no bundle of ours ended: the chain there is not known."""
    pc.join(sqlite_hub)
    first = pc.export()
    with pc.work.write("test") as db:
        db.add(
            ReceiptIn(
                incarnation=0, receipt_seq=1, bundle_id=first.bundle_id, acked_seq=1, sha256="1" * 64, content={},
                imported_at=pc.desk.clock.now(),
            )
        )  # fmt: skip
    assert pc.export().file.name.split("-")[2] == "i0001"


def test_a_row_that_names_another_station_is_not_taken(pc: Pc, sqlite_hub: Hub, tmp_path: Path) -> None:
    pc.join(sqlite_hub)
    pc.add_person(1)
    station = pc.desk.facts.station_id.encode()
    data = with_lines(
        pc, sqlite_hub, pc.export().file.read_bytes(), lambda held: [*held[:-1], held[-1].replace(station, b"another")]
    )
    (tmp_path / "x.kyb").write_bytes(data)
    (done,) = sqlite_hub.import_bundles([tmp_path / "x.kyb"], tmp_path)
    assert (done.status, done.taken, done.rejected) == ("applied", 2, 1)
    assert held_by(sqlite_hub, Person.__tablename__) == {}


def test_sticks_are_listed(pc: Pc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from desktop.devices import drives

    found = drives.Drive(tmp_path, "U盘", "ready", 5)
    monkeypatch.setattr(drives, "sticks", lambda: [found])
    (stick,) = pc.sync.drives()
    assert (stick.path, stick.label, stick.state, stick.free_bytes) == (tmp_path, "U盘", "ready", 5)
