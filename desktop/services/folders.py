"""Where the files of a station stand on this PC."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


def usual_folder() -> Path:
    """Return where a station stands when nobody names a folder: the user's own data folder of the system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Kangyi" / "station"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kangyi" / "station"


@dataclass(frozen=True)
class StationFolder:
    """Where the files of one station stand on this PC (all below one folder)."""

    root: Path

    @property
    def holds_anything(self) -> bool:
        """Whether a station, or anything of one, stands here (then the wizard must not run)."""
        return any(file.exists() for file in (self.database, *self.key_files))

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.root / "station.db"

    @property
    def key_files(self) -> tuple[Path, Path]:
        """The key file and its twin."""
        return self.root / "station.keys.A.json", self.root / "station.keys.B.json"

    @property
    def anchor(self) -> Path:
        """The high-water mark outside the database (SECURITY_SYNC 0.4); not part of a backup."""
        return self.root / "anchor" / "anchor.json"

    @property
    def attempts(self) -> Path:
        """Wrong passwords since the last unlock, by account; told to the audit at the next unlock."""
        return self.root / "anchor" / "attempts.json"

    @property
    def pieces(self) -> Path:
        """Pages of papers and photos, each encrypted."""
        return self.root / "pieces"

    @property
    def backups(self) -> Path:
        """Automatic backups."""
        return self.root / "backups"

    @property
    def lock(self) -> Path:
        """Held by the one running program."""
        return self.root / "in-use.lock"

    @property
    def machine_settings(self) -> Path:
        """Settings of this PC only (appearance, letter size)."""
        return self.root / "machine.toml"
