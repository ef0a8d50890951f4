"""Which way is chosen for which desktop, and what the question to the bus may cost when nobody answers it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.ui.input import choosing, owners, report
from desktop.ui.input.names import FCITX, FCITX5, IBUS, OLD_IBUS
from tests.input.peer import Peer

FCITX5_ALONE = {IBUS: 5, FCITX: 5, FCITX5: 5}
HOSTILE = {"QT_IM_MODULES": "wayland;fcitx", "QT_IM_MODULE": "fcitx", "QT_QPA_PLATFORM": "wayland"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "chosen", choosing.Chosen())
    monkeypatch.setattr(report, "chosen", choosing.chosen)


@pytest.mark.parametrize(
    ("found", "wish", "way"),
    [
        ({IBUS: 1, OLD_IBUS: 1}, "", choosing.PORTAL),
        (FCITX5_ALONE, "@im=fcitx fcitx", choosing.PORTAL),
        ({FCITX: 4}, "@im=fcitx", choosing.BRIDGE),
        ({FCITX: 4}, "", choosing.BRIDGE),
        ({IBUS: 1, FCITX: 4}, "@im=fcitx", choosing.BRIDGE),
        ({IBUS: 1, FCITX: 4}, "@im=ibus", choosing.PORTAL),
        ({OLD_IBUS: 1}, "", choosing.DIRECT),
        ({}, "", choosing.BRIDGE),
        ({}, "@im=ibus", choosing.PORTAL),
    ],
)
def test_way_for_each_desktop(found: dict[str, int], wish: str, way: str) -> None:
    assert choosing.way(found, wish) == way


@pytest.mark.parametrize(
    ("way", "is_fcitx5", "left"),
    [
        (choosing.PORTAL, False, {"QT_IM_MODULES", "QT_IM_MODULE", "IBUS_USE_PORTAL", "IBUS_ENABLE_SYNC_MODE"}),
        (choosing.PORTAL, True, {"QT_IM_MODULES", "QT_IM_MODULE", "IBUS_USE_PORTAL"}),
        (choosing.DIRECT, False, {"QT_IM_MODULES", "QT_IM_MODULE", "IBUS_ENABLE_SYNC_MODE"}),
        (choosing.BRIDGE, False, {"QT_IM_MODULE"}),
    ],
)
def test_what_the_desktop_left_is_overwritten(way: str, is_fcitx5: bool, left: set[str]) -> None:
    environment = {**HOSTILE, "IBUS_USE_PORTAL": "0", "IBUS_ENABLE_SYNC_MODE": "1"}
    choosing.put(environment, way, is_fcitx5)
    assert set(environment) == left | {"QT_QPA_PLATFORM"}
    assert environment["QT_QPA_PLATFORM"] == "xcb"
    assert "fcitx" not in "".join(environment.values())


@pytest.mark.parametrize(
    ("environment", "wanted", "platform"),
    [
        ({**HOSTILE, "DISPLAY": ":1"}, "desktop", "linux"),
        ({**HOSTILE, "DISPLAY": ":1"}, "", "win32"),
        ({**HOSTILE, "WAYLAND_DISPLAY": "wayland-0"}, "", "linux"),
        ({"DISPLAY": ":1", "QT_QPA_PLATFORM": "offscreen"}, "", "linux"),
    ],
)
def test_nothing_is_touched_where_it_is_not_ours_to_decide(
    environment: dict[str, str], wanted: str, platform: str
) -> None:
    before = dict(environment)
    choosing.prepare(environment, wanted, platform)
    assert environment == before
    assert choosing.chosen.way == choosing.DESKTOP


@pytest.mark.parametrize(("wanted", "way"), [("ibus", "ibus"), ("fcitx", "fcitx"), ("auto", "fcitx"), ("", "fcitx")])
def test_persons_own_choice_wins(bus: str, wanted: str, way: str) -> None:
    peer = Peer(bus)
    try:
        choosing.prepare({"DISPLAY": ":1", "DBUS_SESSION_BUS_ADDRESS": bus}, wanted, "linux")
    finally:
        peer.close()
    assert choosing.chosen == choosing.Chosen(way, {FCITX: os.getpid()})


def test_owners_are_told_with_their_process(bus: str) -> None:
    assert owners.owners({"DBUS_SESSION_BUS_ADDRESS": bus}) == {}
    peer = Peer(bus)
    try:
        assert owners.owners({"DBUS_SESSION_BUS_ADDRESS": f"tcp:host=x;{bus}"}) == {FCITX: os.getpid()}
    finally:
        peer.close()


def test_bus_without_a_variable_is_where_systems_put_it(bus: str, tmp_path: Path) -> None:
    path = bus.removeprefix("unix:path=").split(",")[0]
    (tmp_path / "bus").symlink_to(path)
    assert owners.address({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path}/bus"
    assert owners.owners({"XDG_RUNTIME_DIR": str(tmp_path)}) == {}


@pytest.fixture
def dumb(tmp_path: Path) -> Iterator[str]:
    """A socket behind which nobody listens to what is said."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "dumb %"))
        listening.listen()
        yield f"unix:path={tmp_path}/dumb%20%25"


@pytest.mark.parametrize(
    "given", ["", "unix:path=/nowhere", "tcp:host=localhost,port=1", "unix:tmpdir=/tmp", "rubbish"]
)
def test_no_bus_is_told_apart_from_no_input_method(given: str) -> None:
    with pytest.raises(owners.NoBus):
        owners.owners({"DBUS_SESSION_BUS_ADDRESS": given})


def test_bus_that_hangs_is_given_up_and_the_desktops_word_decides(dumb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []
    real = socket.socket.settimeout
    monkeypatch.setattr(socket.socket, "settimeout", lambda self, left: (asked.append(left), real(self, left)))
    environment = {"DISPLAY": ":1", "DBUS_SESSION_BUS_ADDRESS": dumb, "GTK_IM_MODULE": "ibus"}
    choosing.prepare(environment, "", "linux")
    assert choosing.chosen.way == choosing.PORTAL
    assert asked
    assert all(left is not None and left <= 0.1 for left in asked)


def test_question_at_the_start_loads_no_library_for_the_bus() -> None:
    script = "import os, sys; from desktop.ui.input import choosing; choosing.prepare({'DISPLAY': ':1'}, ''); "
    tell = "print(choosing.chosen.way, [name for name in ('jeepney', 'PySide6', 'asyncio') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script + tell], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "fcitx []"


def test_advice_only_where_nothing_runs(bus: str) -> None:
    environment = {"DBUS_SESSION_BUS_ADDRESS": bus}
    assert "没有检测到正在运行的输入法" in report.advice(environment)
    assert "没有检测到正在运行的输入法" in report.advice({})
    peer = Peer(bus)
    try:
        assert report.advice(environment) == ""
    finally:
        peer.close()


def test_facts_for_whoever_helps(bus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ibus-daemon").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    environment = {"DISPLAY": ":1", "DBUS_SESSION_BUS_ADDRESS": bus}
    choosing.prepare(environment, "", "linux")
    peer = Peer(bus)
    try:
        facts = dict(report.facts(environment, "xcb"))
    finally:
        peer.close()
    assert facts["输入法接口"] == "本程序自带的 fcitx 接口（fcitx4、fcitx5）"
    assert facts[FCITX] == f"进程 {os.getpid()}（本程序启动时：没有运行）"
    assert facts[IBUS] == "没有运行"
    assert (facts["QT_IM_MODULE"], facts["QT_IM_MODULES"]) == ("compose", "未设置")
    assert (facts["窗口平台"], facts["ibus-daemon 程序"]) == ("xcb", "有")
