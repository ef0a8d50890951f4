"""The hand-over on the screen: joining, four steps to a bundle, and a receipt that makes it count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.services import hub as hubs
from desktop.services.accounts import AccountDraft
from desktop.services.catalogue import Services
from desktop.services.hub import Hub
from desktop.ui.kit.tasks import SyncTasks, Tasks
from desktop.ui.kit.workbench import Workbench
from desktop.ui.sync.screen import SyncScreen
from desktop.ui.sync.viewmodel import HandOverViewModel, SyncViewModel
from desktop.ui.sync.wizard import CONTENT, DONE, STICK
from desktop.vault.keys import FLOOR
from tests.conftest import PASSWORD
from tests.ui.conftest import is_at_rest


@pytest.fixture
def hub(tmp_path: Path, filled: Services) -> Iterator[Hub]:
    made = hubs.create_hub(
        tmp_path / "hub",
        "测试县民政局",
        AccountDraft("hub", "何佳", "operator", PASSWORD),
        filled.desk.clock,
        kdf=FLOOR,
        is_practice=True,
    )
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def join(services: Services, hub: Hub, stick: Path) -> None:
    request, _ = services.sync.request_enrolment(stick)
    services.sync.enrol(hub.enrol(request, stick / "certificate.kyc", "entrusted").certificate)


def opened(qtbot: QtBot, bench: Workbench, tasks: Tasks) -> SyncScreen:
    screen = SyncScreen(bench)
    screen.resize(1180, 700)
    qtbot.addWidget(screen)
    screen.show()
    screen.enter()
    qtbot.waitUntil(lambda: screen.model.board is not None and is_at_rest(tasks))
    return screen


def test_a_station_that_did_not_join_is_led_there(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services
) -> None:
    screen = opened(qtbot, bench, tasks)
    assert screen.pages.currentWidget() is screen.joining
    assert screen.joining.fingerprint.text() == filled.sync.standing().fingerprint
    assert not screen.start.isVisible()


def test_four_steps_write_a_bundle_and_the_receipt_counts(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, hub: Hub, stick: Path
) -> None:
    join(filled, hub, stick)
    screen = opened(qtbot, bench, tasks)
    screen.begin()
    assert screen.wizard.step == STICK
    screen.wizard.use(stick)
    qtbot.waitUntil(screen.wizard.next.isEnabled)
    screen.wizard.go_on()
    assert screen.wizard.step == CONTENT
    screen.wizard.go_on()
    qtbot.waitUntil(lambda: screen.wizard.step == DONE, timeout=20_000)
    exported = screen.hand_over.last
    assert exported is not None
    assert exported.file.parent == stick
    (done,) = hub.import_bundles([exported.file], stick / "receipts")
    assert done.status == "applied"
    screen.wizard.go_on()
    qtbot.waitUntil(lambda: screen.pages.currentWidget() is not screen.wizard and is_at_rest(tasks))
    assert screen.model.board is not None
    assert [bundle.state for bundle in screen.model.board.bundles] == ["written"]
    screen.model.find_receipts(stick)
    qtbot.waitUntil(lambda: screen.model.board.bundles[0].state == "returned", timeout=20_000)  # type: ignore[union-attr]
    assert "收到 1 份回执" in screen.banner.text()


def test_a_stick_that_is_gone_leaves_the_station_as_it_was(
    qapp: object, filled: Services, hub: Hub, stick: Path
) -> None:
    join(filled, hub, stick)
    model, troubles = HandOverViewModel(Workbench(filled, SyncTasks())), []
    model.refused.connect(troubles.append)
    model.folder = stick / "pulled"
    before = filled.sync.standing().waiting_changes
    model.export()
    assert troubles
    assert troubles[0].remedy
    assert model.last is None
    assert filled.sync.standing().waiting_changes == before


def test_a_certificate_that_is_none_is_refused_in_words(qapp: object, filled: Services, stick: Path) -> None:
    model, troubles = SyncViewModel(Workbench(filled, SyncTasks())), []
    model.refused.connect(troubles.append)
    (stick / "wrong.kyc").write_bytes(b"not a certificate")
    model.enrol(stick / "wrong.kyc")
    assert troubles[0].message
    assert not filled.sync.standing().is_enrolled


def test_no_receipt_on_the_stick_is_said(
    qtbot: QtBot, bench: Workbench, tasks: Tasks, filled: Services, hub: Hub, stick: Path
) -> None:
    join(filled, hub, stick)
    screen = opened(qtbot, bench, tasks)
    screen.model.find_receipts(stick)
    qtbot.waitUntil(lambda: "没有给本站的新回执" in screen.banner.text())
