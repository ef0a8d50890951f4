"""Writes files so that a power cut leaves the old content or the new, never half."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.durable import sync_folder
from desktop.store import faults

_PRIVATE = 0o600


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn errors of the disk into faults with a remedy."""
    try:
        yield
    except OSError as error:
        raise faults.of_system(error) from error


def write_safely(path: Path, data: bytes) -> None:
    """Replace the content of `path` at one stroke; on failure the old content stands and nothing else is left.

    Raises OperationalError disk_full, read_only or io_error.
    """
    part = path.with_name(path.name + ".part")
    with in_plain_words():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), _PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            part.replace(path)
            sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """Give a new empty file that only this user may read; when the work on it fails, it goes with its side files.

    What an interrupted attempt left at `path` is removed first.
    """
    _remove(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
    try:
        yield path
    except BaseException:
        _remove(path)
        raise


def _remove(database: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Wait until the file is on the disk; never on a database that is open, its locks would be lost."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
