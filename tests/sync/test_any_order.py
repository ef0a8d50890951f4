"""Whatever the order in which bundles come, and however often: the hub ends in the same state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.models.people import Person
from desktop.services.clock import PracticeClock
from desktop.services.hub import Hub
from desktop.store import facts
from tests.conftest import DAY, Template, open_copy
from tests.sync.conftest import Pc, held_by, open_hub_copy, state_of
from tests.sync.test_refusals import with_lines

ACTS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which station
        st.sampled_from(["add", "phone", "village", "visit", "export", "export", "full", "receipt"]),
        st.integers(0, 3),  # which person
    ),
    min_size=4,
    max_size=24,
)
_numbers = count(1)


class Scene:
    """Two stations, and hubs that see the same bundles in different orders."""

    def __init__(self, template: Template, other: Template, hub_template: Template, folder: Path) -> None:
        self._folder, self._hub_template = folder, hub_template
        self._clock = PracticeClock(DAY)
        self._opened = ExitStack()
        self.pcs = [self._station(made, f"station{at}") for at, made in enumerate((template, other))]
        self.people: list[list[str]] = [[], []]
        self.bundles: list[Path] = []
        self.receipts: dict[Path, Path] = {}
        self.hub = self.new_hub()
        for pc in self.pcs:
            pc.join(self.hub)
        self.hub.close()
        self.joined = folder / self._last

    def _station(self, made: Template, name: str) -> Pc:
        shutil.copytree(made.folder, self._folder / name)
        services = open_copy(made, self._folder / name, self._clock)
        self._opened.callback(services.close)
        stick = self._folder / f"usb-{name}"
        stick.mkdir()
        return Pc(services.desk, stick)

    def new_hub(self, source: Path | None = None) -> Hub:
        """Open one more copy of the hub."""
        self._last = f"hub{next(_numbers)}"
        if source is not None:
            shutil.copytree(source, self._folder / self._last)
        return open_hub_copy(self._hub_template, self._folder / self._last, self._clock)

    def live(self, acts: list[tuple[int, str, int]]) -> Hub:
        """Let the stations work and a first hub take every bundle at once, in order."""
        hub = self.new_hub(self.joined)
        for station, act, which in acts:
            self._act(hub, station, act, which)
        for station in (0, 1):
            self._act(hub, station, "export", 0)
        return hub

    def _act(self, hub: Hub, station: int, act: str, which: int) -> None:
        pc, people = self.pcs[station], self.people[station]
        number = next(_numbers)
        if act == "add" or (not people and act in ("phone", "village", "visit")):
            people.append(pc.add_person(number))
        elif act in ("phone", "village"):
            pc.amend(Person, people[which % len(people)], **{act: str(number)})
        elif act == "visit":
            pc.add_visit(people[which % len(people)])
        elif act in ("export", "full"):
            file = pc.export(from_start=act == "full").file
            self.bundles.append(file)
            (done, *_) = hub.import_bundles([file], pc.stick / "receipts")
            assert done.receipt is not None, done
            self.receipts[file] = done.receipt
        else:
            for file in pc.sync.find_receipts(pc.stick):
                pc.sync.receive(file)

    def close(self) -> None:
        """Close the stations."""
        self._opened.close()


@pytest.fixture
def templates(template: Template, other_template: Template, hub_template: Template) -> tuple[Template, ...]:
    """What a scene is made of."""
    return template, other_template, hub_template


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(ACTS, st.randoms(use_true_random=False), st.integers(0, 3))
def test_random_order_and_repetition_end_in_the_same_state(
    templates: tuple[Template, Template, Template],
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[int, str, int]],
    chance: object,
    repeated: int,
) -> None:
    scene = Scene(*templates, tmp_path_factory.mktemp("scene"))
    try:
        in_order = scene.live(acts)
        files = [*scene.bundles, *scene.bundles[:repeated]]
        chance.shuffle(files)  # type: ignore[attr-defined]
        mixed = scene.new_hub(scene.joined)
        for at in range(0, len(files), 2):
            mixed.import_bundles(files[at : at + 2], tmp_path_factory.mktemp("r"))
        assert state_of(mixed) == state_of(in_order)
        again = mixed.import_bundles(files, tmp_path_factory.mktemp("r"))
        assert _standing(mixed) == _standing(in_order)
        assert all(one.status == "repeated" for one in again)
        for pc, people in zip(scene.pcs, scene.people, strict=True):
            assert set(people) <= set(held_by(mixed, "person")), pc.desk.facts.station_name
        in_order.close()
        mixed.close()
    finally:
        scene.close()


@pytest.mark.parametrize("order", [(2, 1, 0, 3), (3, 2, 1, 0), (1, 2, 0, 3), (2, 0, 3, 1)], ids=str)
def test_an_overtaken_history_may_come_in_any_order(
    pc: Pc, hub_template: Template, clock: PracticeClock, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Two bundles of a history, everything once more under a new incarnation, and one that goes on from there."""
    sent = open_hub_copy(hub_template, tmp_path / "sent", clock)
    pc.join(sent)
    sent.close()
    told, mixed = (open_hub_copy(hub_template, _copy(tmp_path / "sent", tmp_path / name), clock) for name in "ab")
    person, files = pc.add_person(1), []
    for phone, from_start in (("1", False), ("2", False), ("3", True), ("4", False)):
        pc.amend(Person, person, phone=phone)
        files.append(pc.export(from_start=from_start).file)
        (done,) = told.import_bundles([files[-1]], pc.stick / "receipts")
        assert done.receipt
        pc.sync.receive(done.receipt)
    for at in order:
        mixed.import_bundles([files[at]], tmp_path / "r")
    assert (state_of(mixed), _standing(mixed)) == (state_of(told), _standing(told))
    assert {one.status for one in mixed.import_bundles(files, tmp_path / "r")} == {"repeated"}
    for hub in (told, mixed):
        hub.close()


def test_a_new_incarnation_waits_for_its_own_beginning(
    pc: Pc, hub_template: Template, clock: PracticeClock, tmp_path: Path
) -> None:
    """Its second bundle would follow what the old one told by its numbers, yet it is no fork of that."""
    sent = open_hub_copy(hub_template, tmp_path / "sent", clock)
    pc.join(sent)
    sent.close()
    told, mixed = (open_hub_copy(hub_template, _copy(tmp_path / "sent", tmp_path / name), clock) for name in "ab")
    pc.add_person(1)
    files = [pc.export().file, pc.export(from_start=True).file]
    for done in told.import_bundles(files, pc.stick / "receipts"):
        assert done.receipt
        pc.sync.receive(done.receipt)
    pc.add_person(2)
    files.append(pc.export().file)
    told.import_bundles(files[2:], tmp_path / "r")
    words = [mixed.import_bundles([files[at]], tmp_path / "r")[0].status for at in (0, 2, 1)]
    assert words == ["applied", "held", "applied"]
    assert (state_of(mixed), _standing(mixed)) == (state_of(told), _standing(told))
    for hub in (told, mixed):
        hub.close()


def test_a_late_piece_of_an_overtaken_history_must_still_agree_with_what_is_known_of_it(
    pc: Pc, hub_template: Template, clock: PracticeClock, tmp_path: Path
) -> None:
    sent = open_hub_copy(hub_template, tmp_path / "sent", clock)
    pc.join(sent)
    sent.close()
    told, mixed = (open_hub_copy(hub_template, _copy(tmp_path / "sent", tmp_path / name), clock) for name in "ab")
    pc.add_person(1)
    first = pc.export().file
    (done,) = told.import_bundles([first], pc.stick / "receipts")
    assert done.receipt
    pc.sync.receive(done.receipt)
    pc.add_person(2)
    later, everything = pc.export().file, pc.export(from_start=True).file
    assert {one.status for one in mixed.import_bundles([everything, later], tmp_path / "r")} == {"applied"}
    other = with_lines(
        pc, mixed, first.read_bytes(), lambda held: [*held[:-1], held[-1].replace("测试1".encode(), "别人".encode())]
    )
    (tmp_path / "other.kyb").write_bytes(other)
    (done,) = mixed.import_bundles([tmp_path / "other.kyb"], tmp_path / "r")
    assert (done.status, done.code) == ("fork", "fork")
    for hub in (told, mixed):
        hub.close()


@pytest.mark.parametrize("is_late", [False, True])
def test_a_stick_from_before_a_restore_is_taken_whenever_it_turns_up(
    template: Template, sqlite_hub: Hub, tmp_path: Path, is_late: bool
) -> None:
    """What the station had lost with its PC comes back, and undoes nothing that was written since."""
    (tmp_path / "usb").mkdir()
    with _opened(template, template.folder, tmp_path / "one", DAY) as pc:
        pc.join(sqlite_hub)
        person = pc.add_person(1, phone="1", village="1")
        pc.hand_over(sqlite_hub)
    with _opened(template, tmp_path / "one", tmp_path / "lost", DAY) as pc:
        pc.amend(Person, person, phone="lost", village="lost")
        stick = pc.export().file
    with _opened(template, tmp_path / "one", tmp_path / "restored", DAY + timedelta(days=1)) as pc:
        with pc.work.write("test.restored") as db:
            facts.begin_next_incarnation(db)
        pc.amend(Person, person, village="since")
        since = pc.export().file
    for file in (since, stick) if is_late else (stick, since):
        (done,) = sqlite_hub.import_bundles([file], tmp_path / "r")
        assert (done.status, done.conflicts) == ("applied", 0)
    row = held_by(sqlite_hub, "person")[person]
    assert (row["phone"], row["village"], row["revision"]) == ("lost", "since", 3)


@contextmanager
def _opened(template: Template, source: Path, folder: Path, day: date) -> Iterator[Pc]:
    """Open a copy of a closed station on some day."""
    services = open_copy(template, _copy(source, folder), PracticeClock(day))
    try:
        yield Pc(services.desk, folder.parent / "usb")
    finally:
        services.close()


def _copy(source: Path, target: Path) -> Path:
    return Path(shutil.copytree(source, target))


def _standing(hub: Hub) -> Iterator[object] | list[object]:
    """How far each PC has come."""
    from sqlalchemy import select

    from desktop.models.exchange import BundleIn, ReplicaState

    with hub._work.read() as db:
        states = select(ReplicaState.replica_id, ReplicaState.incarnation, ReplicaState.acked_seq, ReplicaState.chain)
        found = select(BundleIn.bundle_id, BundleIn.status).order_by(BundleIn.bundle_id)
        return [sorted(map(tuple, db.execute(states))), list(map(tuple, db.execute(found)))]
