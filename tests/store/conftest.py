"""A real encrypted store in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.models.people import Person
from desktop.store.connection import DatabaseKey, connect
from desktop.store.engine import Store, create_database, open_database
from desktop.store.unit_of_work import Work
from tests.store.postgres import postgres_cluster, postgres_database

__all__ = ["postgres_cluster", "postgres_database"]

RAW_KEY = bytes(range(48))
DB_UUID = "0199c0de-0000-7000-8000-000000000001"
FACTS = {
    "kind": "station",
    "db_uuid": DB_UUID,
    "station_id": "station-1",
    "replica_id": "replica-1",
    "pc_letter": "A",
    "incarnation": "0",
    "is_practice": "1",
}


class Ticking:
    """A clock that goes on by one second with each look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def key() -> DatabaseKey:
    return DatabaseKey(RAW_KEY)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, made once; nobody opens this file."""
    path = tmp_path_factory.mktemp("fresh") / "station.db"
    create_database(path, DatabaseKey(RAW_KEY), FACTS)
    return path


@pytest.fixture
def path(tmp_path: Path, fresh: Path) -> Path:
    """A new database, closed, at a path with everything that breaks careless quoting."""
    folder = tmp_path / "康益 #1 100%?"
    folder.mkdir()
    return Path(shutil.copy(fresh, folder))


@pytest.fixture
def store(path: Path, key: DatabaseKey) -> Iterator[Store]:
    opened = open_database(path, key, DB_UUID)
    yield opened
    opened.close()


@pytest.fixture
def now() -> Ticking:
    return Ticking()


@pytest.fixture
def work(store: Store, now: Ticking) -> Work:
    return Work(store, "actor-1", "station-1", now)


def person(number: int = 1, **values: object) -> Person:
    """A fictional client."""
    return Person(**{"file_no": f"T-{number:05}", "name": f"测试{number}", "search_text": "ceshi", **values})


def bare(path: Path, key: DatabaseKey) -> closing[Any]:
    """A connection as a foreign tool with the right key would make it."""
    return closing(connect(path, key))


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` with its content; only while no database there is open."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
