"""Decides by keep.toml which files of wheels and interpreters travel in a package."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

RULES = Path(__file__).with_name("keep.toml")


@dataclass(frozen=True)
class Rules:
    """What to keep of the named folders, and what to drop of all the rest."""

    folders: tuple[str, ...]
    keep: tuple[str, ...]
    drop: tuple[str, ...]

    def is_kept(self, name: str) -> bool:
        """Say whether a file (relative, forward slashes) travels."""
        if any(name.startswith(folder) for folder in self.folders):
            return any(fnmatchcase(name, pattern) for pattern in self.keep)
        return not any(fnmatchcase(name, pattern) for pattern in self.drop)

    def idle(self, names: Iterable[str]) -> list[str]:
        """Return the patterns that match none of the names: what they stood for is gone or was renamed."""
        known = list(names)
        return [
            pattern for pattern in (*self.keep, *self.drop) if not any(fnmatchcase(name, pattern) for name in known)
        ]


def rules(section: str) -> Rules:
    """Return the rules of one section of keep.toml."""
    table = tomllib.loads(RULES.read_text(encoding="utf-8"))[section]
    return Rules(tuple(table["folders"]), tuple(table["keep"]), tuple(table["drop"]))


def names_below(folder: Path) -> list[str]:
    """Return all files below a folder, relative, with forward slashes."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def prune(folder: Path, section: str) -> None:
    """Delete what does not travel; stop when a rule matches nothing."""
    law = rules(section)
    names = names_below(folder)
    idle = law.idle(names)
    if idle:
        raise SystemExit(f"keep.toml [{section}] names what is not there (any more): {', '.join(idle)}")
    for name in names:
        if not law.is_kept(name):
            (folder / name).unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
