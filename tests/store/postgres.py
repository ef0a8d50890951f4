"""A real PostgreSQL for the tests: a cluster of its own in a temporary folder, reached by a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

PASSWORD = "nur-zum-Testen %:/@"
_USER = "kangyi"
_numbers = count(1)


@dataclass
class Cluster:
    """A running server; `new_database` gives addresses without a password."""

    socket: Path
    password: str = field(default=PASSWORD, repr=False)

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"hub{next(_numbers)}"
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{_USER}@/{name}?host={self.socket}"

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket), user=_USER, password=self.password, dbname=database, autocommit=True
        )


def _programs() -> Path:
    """Return the folder of initdb and pg_ctl, or stop the run with the line that installs them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.fail("PostgreSQL is missing: sudo apt-get install -y postgresql", pytrace=False)
    return found[-1].parent if found else Path(str(on_path)).parent


def _run(*arguments: str | Path) -> None:
    """Run a program of PostgreSQL, which refuses to work as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # The server inherits the pipes of pg_ctl: capturing them would wait for the end of the server.
    subprocess.run([*prefix, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A server for this run of the tests."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="kypg"))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            for place in (folder, secret):
                os.chown(place, account.pw_uid, account.pw_gid)
        data, log = folder / "data", folder / "log"
        _run(
            *(programs / "initdb", "-D", data, "-U", _USER, f"--pwfile={secret}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--no-sync"),
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _run(programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "60", "start")
        try:
            yield Cluster(folder)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgres_database(postgres_cluster: Cluster) -> str:
    """The address of an empty database; its password is `PASSWORD`."""
    return postgres_cluster.new_database()
