"""Finds the files that travel with the program: fonts, icons, texts, codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def root() -> Path:
    """Return the folder of the resources, in a checkout or in an installed program."""
    here = Path(__file__).resolve().parent
    for folder in (here.parent / "resources", here / "_resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("resources")


def path(name: str) -> Path:
    """Return the path of one resource, named from the folder of the resources with forward slashes."""
    return root() / name


def text(name: str) -> str:
    """Return a resource as text (UTF-8)."""
    return path(name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """Return a TOML resource; treat the result as read-only, it is shared."""
    import tomllib  # not at the top: the login window shows before the first table is read

    return tomllib.loads(text(name))
