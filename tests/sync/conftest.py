"""Stations, a second PC of a station, and hubs on SQLCipher and on PostgreSQL; all real, no slow passwords."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from desktop.models.base import new_id
from desktop.models.documents import Consent, ConsentScope
from desktop.models.people import Person
from desktop.models.visits import Visit
from desktop.services import hub as hubs
from desktop.services import keys
from desktop.services.accounts import AccountDraft
from desktop.services.catalogue import Services
from desktop.services.clock import Clock, PracticeClock
from desktop.services.desk import Desk
from desktop.services.fiction import practice_station
from desktop.services.folders import StationFolder
from desktop.services.hub import Hub, HubFolder, Imported, Server
from desktop.services.opening import open_store
from desktop.services.pieces import Pieces
from desktop.services.sync import Exported, Sync
from desktop.store.engine import DatabaseKey, create_database
from desktop.store.lock import SingleInstance
from desktop.store.unit_of_work import Work
from desktop.sync.fields import field_list
from desktop.vault import keyfile
from desktop.vault import keys as vault_keys
from desktop.vault.keys import FLOOR, OpenVault
from tests.conftest import DAY, Template, open_copy
from tests.store.postgres import PASSWORD as SERVER_PASSWORD
from tests.store.postgres import Cluster, postgres_cluster

__all__ = ["postgres_cluster"]

OPERATOR_PASSWORD = "县里的人才懂的一句话"
OPERATOR = AccountDraft("op", "县级汇总员", "operator", OPERATOR_PASSWORD)


@dataclass
class Pc:
    """A PC of a station with a stick of its own."""

    desk: Desk
    stick: Path

    @property
    def sync(self) -> Sync:
        """The exchange of this PC."""
        return Sync(self.desk)

    @property
    def work(self) -> Work:
        """The store of this PC."""
        return self.desk.work

    def add_person(self, number: int, **facts: Any) -> str:
        """File a fictional client, straight into the store."""
        with self.work.write("test.add") as db:
            person = Person(
                **{"file_no": f"T-{number:05}", "name": f"测试{number}", "search_text": f" ceshi{number} ", **facts}
            )
            db.add(person)
        return person.id

    def add_visit(self, person_id: str, **facts: Any) -> str:
        """Record a visit."""
        with self.work.write("test.visit") as db:
            visit = Visit(
                **{
                    "person_id": person_id,
                    "visited_on": DAY,
                    "method": "home",
                    "met": "client",
                    "purposes": ["1"],
                    **facts,
                }
            )
            db.add(visit)
        return visit.id

    def consent(self, person_id: str, *scopes: str) -> str:
        """Sign a consent that holds today for some scopes."""
        with self.work.write("test.consent") as db:
            paper = Consent(
                person_id=person_id, status="in_force", signed_on=DAY, valid_from=DAY, is_client_signed=True,
                is_guardian_signed=True,
            )  # fmt: skip
            db.add(paper)
            db.flush()
            for scope in scopes:
                db.add(ConsentScope(consent_id=paper.id, person_id=person_id, scope=scope, is_agreed=True))
        return paper.id

    def amend(self, kind: type[Any], record_id: str, **facts: Any) -> None:
        """Change a record."""
        with self.work.write("test.amend") as db:
            row = db.get_one(kind, record_id)
            for name, value in facts.items():
                setattr(row, name, value)

    def join(self, hub: Hub, legal_basis: str = "entrusted") -> None:
        """Enrol at a hub."""
        request, _ = self.sync.request_enrolment(self.stick)
        done = hub.enrol(request, self.stick / "certificate.kyc", legal_basis)
        self.sync.enrol(done.certificate)

    def export(self, **options: Any) -> Exported:
        """Issue the next bundle."""
        return self.sync.export(self.stick, **options)

    def hand_over(self, hub: Hub) -> Imported:
        """Export, import, take the receipt back."""
        (done,) = hub.import_bundles([self.export().file], self.stick / "receipts")
        assert done.receipt is not None, done
        self.sync.receive(done.receipt)
        return done


@pytest.fixture
def pc(services: Services, tmp_path: Path) -> Pc:
    """The first PC of the practice station."""
    return Pc(services.desk, _stick(tmp_path, "usb1"))


@pytest.fixture(scope="session")
def other_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Another station, made once."""
    folder = tmp_path_factory.mktemp("other") / "station"
    code = keys.new_recovery_code()
    draft = replace(practice_station(), name="绿水镇社区康复站（练习）", code="LS02")
    account = AccountDraft("head", "赵", "head", "绿水本无忧愁因风皱面")
    made = keys.create_station(folder, draft, account, "A", code, PracticeClock(DAY), FLOOR, is_practice=True)
    volume_key = bytes(made.desk.vault.volume_key())
    made.close()
    return Template(folder, code, volume_key)


@pytest.fixture
def other_pc(other_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Pc]:
    """The PC of another station."""
    folder = tmp_path / "other"
    shutil.copytree(other_template.folder, folder)
    opened = open_copy(other_template, folder, clock)
    yield Pc(opened.desk, _stick(tmp_path, "usb3"))
    opened.close()


@pytest.fixture
def second_pc(pc: Pc, tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Pc]]:
    """Make the second PC of the practice station, with everything that is on the first one now."""
    with ExitStack() as opened:
        yield lambda: _second(pc, tmp_path, clock, opened)


def _second(first: Pc, tmp_path: Path, clock: Clock, opened: ExitStack) -> Pc:
    here = first.desk.facts
    place = StationFolder(tmp_path / "second")
    place.root.mkdir()
    identity = vault_keys.KeyFileIdentity(here.station_id, new_id(), new_id())
    slot = vault_keys.SlotFacts(first.desk.actor.user_id, "head", "林晓岚", "head")
    vault = vault_keys.create(place.key_files, identity, slot, "第二台电脑也要长密码", None, FLOOR)
    told = {
        "kind": "station", "db_uuid": identity.db_uuid, "station_id": here.station_id,
        "replica_id": identity.replica_id, "pc_letter": "B", "incarnation": "0", "is_practice": "1",
    }  # fmt: skip
    create_database(place.database, DatabaseKey(vault.database_key()), told)
    store = open_store(place, vault)
    opened.callback(store.close)
    work = Work(store, first.desk.actor.user_id, here.station_id, clock.now)
    with first.work.read() as there, work.merge("test.seed") as db:
        for fields in field_list().values():
            rows = [{**fields.fill, **row} for row in there.execute(select(fields.plain)).mappings()]
            if rows:
                db.execute(insert(fields.plain), rows)
    facts = replace(here, db_uuid=identity.db_uuid, replica_id=identity.replica_id, pc_letter="B")
    desk = Desk(work, first.desk.actor, clock, place, facts, vault, Pieces(place.pieces, vault))
    return Pc(desk, _stick(tmp_path, "usb2"))


def _stick(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


@dataclass(frozen=True)
class Ready:
    """An enrolled station, another one, their hub, and a bundle that would be taken; for tests that change nothing."""

    pc: Pc
    other_pc: Pc
    hub: Hub
    data: bytes


@pytest.fixture(scope="module")
def ready(
    template: Template, other_template: Template, hub_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready]:
    """Made once for all tests of a file that only look on."""
    place, clock = tmp_path_factory.mktemp("ready"), PracticeClock(DAY)
    with ExitStack() as opened:
        pcs = []
        for number, made in enumerate((template, other_template)):
            shutil.copytree(made.folder, place / f"station{number}")
            services = open_copy(made, place / f"station{number}", clock)
            opened.callback(services.close)
            pcs.append(Pc(services.desk, _stick(place, f"usb{number}")))
        hub = open_hub_copy(hub_template, place / "hub", clock)
        opened.callback(hub.close)
        for pc in pcs:
            pc.join(hub)
        pcs[0].add_person(1)
        pcs[0].add_person(2)
        yield Ready(*pcs, hub, pcs[0].export().file.read_bytes())


# -- hubs


@pytest.fixture(scope="session")
def hub_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A closed hub on SQLCipher, made once."""
    folder = tmp_path_factory.mktemp("hubs") / "hub"
    made = hubs.create_hub(folder, "测试县民政局", OPERATOR, PracticeClock(DAY), kdf=FLOOR, is_practice=True)
    volume_key = bytes(made._vault.volume_key())
    made.close()
    return Template(folder, "", volume_key)


def open_hub_copy(template: Template, folder: Path, clock: Clock, server: Server | None = None) -> Hub:
    """Open a copy of a hub without the slow password work."""
    if not folder.exists():
        shutil.copytree(template.folder, folder)
    place = HubFolder(folder)
    with ExitStack() as opened:
        opened.callback(SingleInstance(place.lock).release)
        document = keyfile.read_best(place.key_files)[0]
        vault = OpenVault(document, document.slots[0], template.volume_key)
        return hubs._open(place, vault, "县级汇总员", clock, server, opened)


@pytest.fixture
def sqlite_hub(hub_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    """A practice hub on SQLCipher."""
    opened = open_hub_copy(hub_template, tmp_path / "hub", clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_template(
    postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Template, Callable[[], Server]]:
    """A closed hub on PostgreSQL, made once, and what makes copies of its database."""
    folder, url = tmp_path_factory.mktemp("hubs") / "pghub", postgres_cluster.new_database()
    server, clock = Server(url, SERVER_PASSWORD), PracticeClock(DAY)
    made = hubs.create_hub(folder, "测试县民政局", OPERATOR, clock, server, kdf=FLOOR, is_practice=True)
    volume_key = bytes(made._vault.volume_key())
    made.close()
    source, numbers = url.partition("@/")[2].partition("?")[0], count(1)

    def copy() -> Server:
        name = f"copy{next(numbers)}"
        with postgres_cluster._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        return Server(url.replace(f"/{source}?", f"/{name}?"), SERVER_PASSWORD)

    return Template(folder, "", volume_key), copy


@pytest.fixture
def postgres_hub(
    postgres_template: tuple[Template, Callable[[], Server]], tmp_path: Path, clock: Clock
) -> Iterator[Hub]:
    """A practice hub on PostgreSQL."""
    template, copy = postgres_template
    opened = open_hub_copy(template, tmp_path / "pghub", clock, copy())
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def hub(request: pytest.FixtureRequest) -> Hub:
    """A practice hub, on each of the two databases."""
    opened: Hub = request.getfixturevalue(f"{request.param}_hub")
    return opened


def held_by(hub: Hub, table: str) -> dict[str, dict[str, Any]]:
    """Return what a hub holds of one table, as handed over."""
    fields = field_list()[table]
    with hub._work.read() as db:
        return {row["id"]: dict(row) for row in db.execute(select(fields.plain)).mappings()}


def on_pc(pc: Pc, table: str) -> dict[str, dict[str, Any]]:
    """Return what would be handed over of one table."""
    fields = field_list()[table]
    columns = [fields.plain.c[name] for name in fields.columns]
    with pc.work.read() as db:
        return {row["id"]: dict(row) for row in db.execute(select(*columns)).mappings()}


def state_of(hub: Hub) -> dict[str, Any]:
    """Return everything a hub holds of records, to compare two hubs."""
    return {table: held_by(hub, table) for table in field_list()}


def day(text: str) -> date:
    """Return a day."""
    return date.fromisoformat(text)
