"""The folder of encrypted pieces beside the database; knows names and bytes, neither keys nor contents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from desktop.durable import sync_folder
from desktop.errors import OperationalError
from desktop.mainthread import assert_slow_work_allowed
from desktop.store import disk

_NAME = re.compile(r"[0-9a-f]{64}")
_PRIVATE = 0o700


class PieceFolder:
    """One file a piece, spread over 256 folders by the first two digits of its name."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Return where a piece lies."""
        return self.root / name[:2] / name

    def size(self, name: str) -> int | None:
        """Return the bytes of a piece on the disk; None when it is not there."""
        with disk.in_plain_words():
            path = self.path(name)
            return path.stat().st_size if path.is_file() else None

    def put(self, name: str, piece: bytes) -> None:
        """Write a piece, whole and on the medium with all the folders above it, or not at all.

        Raises OperationalError disk_full, read_only or io_error.
        """
        assert_slow_work_allowed("pieces.put")
        with disk.in_plain_words():
            for folder in (self.root, self.root / name[:2]):
                if not folder.is_dir():
                    folder.mkdir(_PRIVATE, parents=True, exist_ok=True)
                    sync_folder(folder.parent)
        try:
            disk.write_safely(self.path(name), piece)
        except OperationalError:
            with suppress(OSError):  # it may have its name already, and not be on the medium; what failed is told
                self.path(name).unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a piece as they lie on the disk, unchecked; None when it is not there."""
        assert_slow_work_allowed("pieces.read")
        with disk.in_plain_words():
            try:
                return self.path(name).read_bytes()
            except FileNotFoundError:
                return None

    def names(self) -> Iterator[str]:
        """Give the name of every piece; files that are none of ours are passed over."""
        with disk.in_plain_words():
            for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
                if _NAME.fullmatch(path.name):
                    yield path.name

    def age(self, name: str, now: float) -> float:
        """Return how many seconds ago a piece was written."""
        with disk.in_plain_words():
            return now - self.path(name).stat().st_mtime

    def remove(self, name: str) -> None:
        """Take a piece away; none there is no trouble."""
        with disk.in_plain_words():
            self.path(name).unlink(missing_ok=True)

    def clear_halves(self) -> None:
        """Remove what writes left that a power cut interrupted."""
        with disk.in_plain_words():
            for path in self.root.glob("[0-9a-f][0-9a-f]/*.part"):
                path.unlink(missing_ok=True)
