"""Reads what compiled files ask of the system, so that a missing library is found when building, not at a station."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

_SYMBOL = re.compile(r"GLIBC_(\d+)\.(\d+)")
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_DLL = re.compile(r"^\s*DLL Name: (\S+)", re.MULTILINE)


def binaries(tree: Path) -> list[Path]:
    """Return all compiled files below a folder: ELF by their first bytes, PE by their names."""
    return sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink() and is_binary(path))


def is_binary(path: Path) -> bool:
    """Say whether a file is a program or library of Linux or Windows."""
    if path.suffix.lower() in {".dll", ".pyd", ".exe"}:
        return True
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def newest_glibc(elf: Path) -> tuple[int, int]:
    """Return the newest version of glibc whose symbols a file asks for."""
    told = subprocess.run(["readelf", "-W", "--version-info", elf], capture_output=True, text=True, check=True).stdout
    return max((int(major), int(minor)) for major, minor in [*_SYMBOL.findall(told), ("0", "0")])


def needed(path: Path) -> list[str]:
    """Return the names of the libraries a file loads when it is loaded."""
    if path.suffix.lower() in {".dll", ".pyd", ".exe"}:
        told = _told(["x86_64-w64-mingw32-objdump", "-p", path])
        return [name.lower() for name in _DLL.findall(told)]
    return _NEEDED.findall(_told(["readelf", "-W", "-d", path]))


def _told(command: Sequence[str | Path]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def missing(tree: Path, of_the_system: list[str]) -> dict[str, list[str]]:
    """Return, by file, the libraries that neither travel nor belong to the system."""
    found = binaries(tree)
    travelling = {path.name for path in found} | {path.name.lower() for path in found}

    def is_brought(name: str) -> bool:
        return name in travelling or any(fnmatchcase(name, pattern) for pattern in of_the_system)

    lacks = {path: [name for name in needed(path) if not is_brought(name)] for path in found}
    return {path.relative_to(tree).as_posix(): names for path, names in lacks.items() if names}


def asked_of_the_system(tree: Path, of_the_system: list[str]) -> list[str]:
    """Return which libraries of the system the tree asks for."""
    asked = {name for path in binaries(tree) for name in needed(path)}
    return sorted(name for name in of_the_system if name in asked)
