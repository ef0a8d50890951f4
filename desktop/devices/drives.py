"""USB sticks and folders: finding them, and writing a file so that it is there, whole, when the stick is pulled."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.devices import faults
from desktop.durable import sync_folder

BLOCK = 1024 * 1024
_ROOM_TO_SPARE = 256 * 1024
"""For the folder entry and the clusters of a stick; a stick with less is called full."""


@dataclass(frozen=True)
class Drive:
    """A stick that can take a file; state: ready, read_only, full."""

    path: Path
    label: str
    state: str
    free_bytes: int


def sticks(mounts: Path = Path("/proc/mounts"), blocks: Path = Path("/sys/class/block")) -> list[Drive]:
    """Return the removable drives that are plugged in; Windows calls a USB hard disk fixed, so it is missing there."""
    if sys.platform == "win32":
        from desktop.devices import windows

        found = [_drive(root, label, is_read_only) for root, label, is_read_only in windows.removable_drives()]
    else:
        found = [_drive(place, place.name, is_read_only) for place, is_read_only in _mounted(mounts, blocks)]
    return [drive for drive in found if drive is not None]


def _drive(place: Path, label: str, is_read_only: bool) -> Drive | None:
    try:
        free = shutil.disk_usage(place).free
    except OSError:  # pulled out at this moment, or a reader without a card
        return None
    if is_read_only or not os.access(place, os.W_OK):
        return Drive(place, label, "read_only", free)
    return Drive(place, label, "ready" if free > _ROOM_TO_SPARE else "full", free)


def _mounted(mounts: Path, blocks: Path) -> Iterator[tuple[Path, bool]]:
    """Give mount point and write protection of each mounted removable device, as the kernel tells them."""
    seen = set()
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        device, place, _kind, options = line.split(" ")[:4]
        if not device.startswith("/dev/") or place in seen or not _is_removable(blocks / Path(device).resolve().name):
            continue
        seen.add(place)
        yield Path(_unescaped(place)), "ro" in options.split(",")


def _is_removable(block: Path) -> bool:
    """Say whether a device can be carried away: marked so, on the USB bus (disks are not marked), or an SD card."""
    real = block.resolve()
    disk = real.parent if (real / "partition").exists() else real
    is_on_usb = any(part.startswith("usb") and part[3:].isdigit() for part in real.parts)
    return is_on_usb or _says(disk / "removable", "1") or _says(disk / "device" / "type", "SD")


def _says(file: Path, word: str) -> bool:
    try:
        return file.read_text(encoding="ascii").strip() == word
    except OSError:
        return False


def _unescaped(text: str) -> str:
    """Return a mount point with its \\040 and the like as characters."""
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def put(data: bytes, folder: Path, name: str) -> Path:
    """Write a file into a folder under a new name and return its path; an existing file is never touched.

    The file gets its name only after it was read back from the medium and compared. Whatever fails, nothing with a
    valid name is left behind. Raises OperationalError disk_full, read_only or io_error.
    """
    if Path(name).name != name:
        raise ValueError("a name, not a path")
    with faults.in_plain_words():
        _refuse_without_room(folder, len(data))
        part = folder / f"{name}.{secrets.token_hex(4)}.part"
        try:
            _write(part, data)
            if _digest(part) != hashlib.sha256(data).hexdigest():
                raise faults.not_the_same()
            final = _name_it(part, folder, name)
            sync_folder(folder)
            return final
        finally:
            with contextlib.suppress(OSError):  # the stick is gone: nothing to tidy up there
                part.unlink(missing_ok=True)


def _refuse_without_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + _ROOM_TO_SPARE:
        raise faults.disk_full()


def _write(part: Path, data: bytes) -> None:
    """Write in blocks, wait for the medium, and drop the copy in memory so that reading back reads the medium."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(part, flags, 0o666), "wb", buffering=0) as file:
        view = memoryview(data)
        for start in range(0, len(data), BLOCK):
            block = view[start : start + BLOCK]
            while block:
                block = block[file.write(block) or 0 :]
        os.fsync(file.fileno())
        if sys.platform != "win32":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _digest(part: Path) -> str:
    digest = hashlib.sha256()
    with part.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _name_it(part: Path, folder: Path, name: str) -> Path:
    """Give the finished file its name, or name-2, name-3 ... when that one exists."""
    stem, dot, suffix = name.rpartition(".")
    for number in range(1, 10_000):
        plain = name if number == 1 else f"{stem}-{number}.{suffix}" if dot else f"{name}-{number}"
        with contextlib.suppress(FileExistsError):
            _rename_new(part, folder / plain)
            return folder / plain
    raise faults.io_error()


def _rename_new(part: Path, final: Path) -> None:
    """Rename, but raise FileExistsError instead of replacing a file."""
    if sys.platform == "win32":
        part.rename(final)  # Windows itself refuses to replace
        return
    try:
        os.link(part, final)  # at one stroke where the file system knows links; the other name goes away afterwards
    except FileExistsError:
        raise
    except OSError:
        # Sticks (FAT, exFAT) know no links. One clerk writes to one stick: looking first is enough there.
        if os.path.lexists(final):
            raise FileExistsError(final.name) from None
        part.rename(final)
