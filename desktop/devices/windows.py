"""Removable drives as Windows names them (GetLogicalDrives, GetDriveTypeW)."""

from __future__ import annotations

import sys
from pathlib import Path

_REMOVABLE = 2
_READ_ONLY_VOLUME = 0x80000
_NO_ERROR_BOXES = 0x0001


def removable_drives() -> list[tuple[Path, str, bool]]:
    """Return root, label and write protection of each removable drive that holds a medium."""
    if sys.platform != "win32":
        return []
    import ctypes

    kernel = ctypes.windll.kernel32
    # A card reader without a card must not open a window of the system.
    kernel.SetThreadErrorMode(_NO_ERROR_BOXES, None)
    letters = kernel.GetLogicalDrives()
    found = []
    for number in range(26):
        root = f"{chr(ord('A') + number)}:\\"
        if not letters >> number & 1 or kernel.GetDriveTypeW(ctypes.c_wchar_p(root)) != _REMOVABLE:
            continue
        label = ctypes.create_unicode_buffer(261)
        flags = ctypes.c_ulong(0)
        if kernel.GetVolumeInformationW(ctypes.c_wchar_p(root), label, 261, None, None, ctypes.byref(flags), None, 0):
            found.append((Path(root), label.value or root[:2], bool(flags.value & _READ_ONLY_VOLUME)))
    return found
