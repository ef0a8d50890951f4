"""Sticks: found as the kernel tells them, written so that a file with a name is a whole file."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.devices import drives
from desktop.errors import OperationalError

BUNDLE = os.urandom(3 * drives.BLOCK + 17)


@contextmanager
def medium(options: str) -> Iterator[Path | None]:
    """Give a small file system of its own, or None when this user may not mount.

    It lies outside pytest's folders, whose cleaning up would stumble over one that a killed run left mounted.
    """
    folder = Path(tempfile.mkdtemp(prefix="kangyi-stick-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True)
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB when this user may mount one, else a folder in which no file may grow beyond 1 MiB."""
    with medium("size=1m") as folder:
        if folder is not None:
            yield folder
        else:
            with limited_files(1024 * 1024):
                yield tmp_path


class limited_files:  # noqa: N801 - reads as a context
    """Lets the system refuse to grow files beyond a size, as a full disk does in the middle of writing."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


def refused(folder: Path, data: bytes = BUNDLE) -> OperationalError:
    """Return the fault of a write that fails; whatever was there before is still there, and nothing else."""
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(OperationalError) as caught:
        drives.put(data, folder, "a.kyb")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("size", [0, 1, drives.BLOCK, drives.BLOCK + 1, len(BUNDLE)])
def test_what_was_put_is_there_under_its_name_alone(tmp_path: Path, size: int) -> None:
    written = drives.put(BUNDLE[:size], tmp_path, "站点-0001.kyb")
    assert written == tmp_path / "站点-0001.kyb"
    assert written.read_bytes() == BUNDLE[:size]
    assert list(tmp_path.iterdir()) == [written]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.kyb").write_bytes(b"older")
    first, second = drives.put(b"new", tmp_path, "a.kyb"), drives.put(b"newer", tmp_path, "a.kyb")
    assert (tmp_path / "a.kyb").read_bytes() == b"older"
    assert [first.name, second.name] == ["a-2.kyb", "a-3.kyb"]
    assert [first.read_bytes(), second.read_bytes()] == [b"new", b"newer"]


def test_a_medium_without_links_does_not_overwrite_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_from: Path, _to: Path) -> None:
        raise PermissionError(1, "FAT knows no links")

    monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "receipt").write_bytes(b"older")
    assert drives.put(b"new", tmp_path, "receipt").name == "receipt-2"
    assert drives.put(b"new", tmp_path, "other").name == "other"
    assert (tmp_path / "receipt").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_stick_keeps_what_it_had(tiny: Path) -> None:
    (tiny / "old.kyb").write_bytes(b"older")
    assert refused(tiny).code == "disk_full"


def test_a_full_stick_is_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(BUNDLE)))
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("written"))
    assert refused(tmp_path).code == "disk_full"


def test_a_stick_that_fills_while_writing_keeps_nothing(tmp_path: Path) -> None:
    with limited_files(2 * drives.BLOCK):
        assert refused(tmp_path).code == "disk_full"


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    with medium("ro,size=8m") as protected:
        folder = protected or tmp_path
        if protected is None:
            folder.chmod(0o500)
        try:
            assert refused(folder).code == "read_only"
        finally:
            if protected is None:
                folder.chmod(0o700)


def test_a_stick_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(OperationalError) as caught:
        drives.put(BUNDLE, tmp_path / "pulled", "a.kyb")
    assert caught.value.code == "io_error"


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:100] + b"?" + data[101:]])
def test_a_stick_that_gives_back_other_bytes_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]
) -> None:
    def spoil(descriptor: int, *_: object) -> None:
        part = Path(f"/proc/self/fd/{descriptor}").readlink()
        part.write_bytes(damage(part.read_bytes()))

    monkeypatch.setattr(os, "posix_fadvise", spoil)
    fault = refused(tmp_path)
    assert fault.code == "io_error"
    assert "核对不一致" in fault.message


def test_the_file_has_no_name_until_it_was_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append([file.name for file in tmp_path.iterdir()]))
    drives.put(BUNDLE, tmp_path, "a.kyb")
    assert len(seen) == 2
    assert [name.rpartition(".")[2] for name in seen[0]] == ["part"]
    assert "a.kyb" in seen[1]


def test_a_path_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a path"):
        drives.put(b"", tmp_path, "../a.kyb")


class Machine:
    """A made-up /proc/mounts and /sys with devices in it."""

    def __init__(self, root: Path) -> None:
        self.mounts, self.blocks, self._root = root / "mounts", root / "class", root
        self.mounts.write_text("proc /proc proc rw 0 0\n")
        self.blocks.mkdir()

    def plug(
        self, disk: str, place: str, bus: str = "pci0000:00/usb2/2-1", options: str = "rw", flags: str = "0"
    ) -> Path:
        """Plug a disk with one partition in and mount it."""
        folder = self._root / place
        folder.mkdir()
        real = self._root / "devices" / bus / "block" / disk
        (real / f"{disk}1").mkdir(parents=True)
        (real / f"{disk}1" / "partition").write_text("1\n")
        (real / "removable").write_text(f"{flags}\n")
        (self.blocks / f"{disk}1").symlink_to(real / f"{disk}1")
        escaped = str(folder).replace(" ", "\\040")
        with self.mounts.open("a") as mounts:
            mounts.write(f"/dev/{disk}1 {escaped} vfat {options},relatime 0 0\n")
        return folder

    def sticks(self) -> list[drives.Drive]:
        """Return what the program sees."""
        return drives.sticks(self.mounts, self.blocks)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_sticks_are_found_and_disks_are_not(machine: Machine) -> None:
    machine.plug("kya", "root", bus="pci0000:00/ata1/host0")
    stick = machine.plug("kyb", "交接 U盘")
    card = machine.plug("kyc", "card", bus="pci0000:00/mmc0", flags="1")
    found = machine.sticks()
    assert [drive.path for drive in found] == [stick, card]
    assert [drive.label for drive in found] == ["交接 U盘", "card"]
    assert all(drive.state == "ready" and drive.free_bytes > 0 for drive in found)


def test_an_sd_card_is_found(machine: Machine) -> None:
    card = machine.plug("kyd", "card", bus="pci0000:00/mmc0")
    kind = card.parent / "devices/pci0000:00/mmc0/block/kyd/device/type"
    kind.parent.mkdir()
    kind.write_text("SD\n")
    assert [drive.path for drive in machine.sticks()] == [card]


def test_write_protection_is_seen(machine: Machine) -> None:
    machine.plug("kyb", "stick", options="ro")
    assert machine.sticks()[0].state == "read_only"


def test_a_stick_pulled_out_at_this_moment_is_left_out(machine: Machine) -> None:
    machine.plug("kyb", "stick").rmdir()
    assert machine.sticks() == []


def test_a_full_stick_is_called_full(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.plug("kyb", "full")
    usage = shutil.disk_usage(machine.blocks)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4096))
    assert [(drive.state, drive.free_bytes) for drive in machine.sticks()] == [("full", 4096)]
