"""The hub on a real PostgreSQL: the same unit of work, the same history of the schema."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from desktop.errors import OperationalError, ValidationError
from desktop.models import Base
from desktop.models.audit import AuditEntry
from desktop.models.drafts import Draft
from desktop.models.people import Person
from desktop.store import anchor, audit, backup, facts
from desktop.store.connection import DatabaseKey
from desktop.store.engine import Store, create_postgres, open_postgres
from desktop.store.postgres import create_hub, open_hub
from desktop.store.unit_of_work import Work
from tests.store.conftest import FACTS, Ticking, person
from tests.store.postgres import PASSWORD, Cluster
from tests.store.test_migrations import NEXT, REVISION, future

HUB = FACTS | {"kind": "hub"}
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def hub(postgres_database: str) -> Iterator[Store]:
    create_postgres(postgres_database, PASSWORD, HUB)
    store = open_postgres(postgres_database, PASSWORD)
    yield store
    store.close()


@pytest.fixture
def hub_work(hub: Store, now: Ticking) -> Work:
    return Work(hub, "operator-1", "hub-1", now)


def test_the_schema_is_that_of_the_models(hub: Store) -> None:
    with hub.reader.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert facts.read(connection) == HUB


def test_hub_opens_where_python_has_no_ssl(postgres_database: str) -> None:
    open_and_close = (
        "import sys; sys.modules['_ssl'] = None; from desktop.store.engine import create_postgres, open_postgres; "
        "create_postgres(*sys.argv[1:], {'kind': 'hub'}); open_postgres(*sys.argv[1:]).close(); "
        "assert 'ssl' not in sys.modules"
    )
    command = [sys.executable, "-c", open_and_close, postgres_database, PASSWORD]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_unit_of_work_works_there_too(hub_work: Work) -> None:
    heard: list[frozenset[str]] = []
    hub_work.on_commit(heard.append)
    with hub_work.write("person.registered", "p", source="汉字 𠮷") as db:
        one = person(1)
        db.add(one)
        db.add(Draft(user_id="u", area="a", subject="", title="", content={"列表": [1, "二"]}, saved_at=AT))
    with hub_work.write("person.amended") as db:
        db.get_one(Person, one.id).has_dibao = True
    hub_work.note("looked")
    with hub_work.read() as db:
        again = db.get_one(Person, one.id)
        assert (again.revision, again.has_dibao, again.created_by) == (2, True, "operator-1")
        assert db.scalars(select(Draft)).one().content == {"列表": [1, "二"]}
        details = list(db.scalars(select(AuditEntry.detail).order_by(AuditEntry.seq)))
        assert audit.verify(db)[::2] == (3, None)
        assert anchor.measure(db, 1).audit_seq == 3
    assert details == [{"source": "汉字 𠮷", "tables": {"draft": 1, "person": 1}}, {"tables": {"person": 1}}, {}]
    assert heard == [frozenset(("person", "draft", "audit")), frozenset(("person", "audit")), frozenset(("audit",))]


def test_a_merge_keeps_revisions(hub_work: Work) -> None:
    stamps = {
        "revision": 7,
        "created_at": AT,
        "created_by": "far",
        "updated_at": AT,
        "updated_by": "far",
        "is_deleted": False,
    }
    with hub_work.merge("bundle.merged", "b") as db:
        rows = [
            {"id": str(n), "station_id": "s", "file_no": str(n), "name": "远", "search_text": "", **stamps}
            for n in range(3)
        ]
        db.execute(insert(Person), rows)
        db.execute(update(Person).values(revision=9))
    with hub_work.read() as db:
        assert set(db.scalars(select(Person.revision))) == {9}


def test_an_exception_leaves_nothing(hub_work: Work) -> None:
    with pytest.raises(DBAPIError), hub_work.write("person.registered") as db:
        db.add_all((person(1), person(1)))
    with hub_work.read() as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 0
        assert audit.verify(db).entries == 0


def test_a_read_that_writes_is_a_bug(hub_work: Work) -> None:
    with pytest.raises(RuntimeError, match="inside Work"), hub_work.read() as db:
        db.execute(text("DELETE FROM draft"))


def test_a_reader_sees_one_state(hub_work: Work) -> None:
    with hub_work.read() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == 0
        hub_work.note("looked")
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_audit_is_append_only(hub_work: Work, statement: str) -> None:
    hub_work.note("looked")
    with pytest.raises(DBAPIError, match="append-only"), hub_work.write("attempt") as db:
        db.execute(text(statement))


def test_two_programs_append_to_one_chain(hub: Store, postgres_database: str, now: Ticking) -> None:
    other = open_postgres(postgres_database, PASSWORD)
    works = [Work(store, f"operator-{number}", "hub-1", now) for number, store in enumerate((hub, other, hub, other))]

    def busy(work: Work) -> None:
        for _ in range(15):
            work.note("looked")

    threads = [threading.Thread(target=busy, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    with works[0].read() as db:
        assert audit.verify(db)[::2] == (60, None)


def test_a_writer_elsewhere_is_waited_for_then_named(
    hub: Store, postgres_database: str, now: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.store.postgres.BUSY_MILLISECONDS", 50)
    other = open_postgres(postgres_database, PASSWORD)
    with Work(hub, "a", "s", now).write("long import"):
        with pytest.raises(OperationalError) as caught:
            Work(other, "b", "s", now).note("looked")
        assert caught.value.code == "in_use"
    other.close()


def test_a_database_with_tables_is_not_touched(hub: Store, postgres_database: str) -> None:
    with pytest.raises(OperationalError) as caught:
        create_postgres(postgres_database, PASSWORD, HUB)
    assert caught.value.code == "not_ours"
    with hub.reader.connect() as connection:
        assert facts.read(connection) == HUB


def test_an_empty_database_is_not_ours(postgres_database: str, postgres_cluster: Cluster) -> None:
    with pytest.raises(OperationalError) as caught:
        open_postgres(postgres_database, PASSWORD)
    assert caught.value.code == "not_ours"
    assert tables(postgres_database) == []


def test_a_stations_tables_are_not_a_hub(postgres_database: str) -> None:
    create_postgres(postgres_database, PASSWORD, FACTS)
    with pytest.raises(OperationalError) as caught:
        open_postgres(postgres_database, PASSWORD)
    assert caught.value.code == "not_ours"


def tables(url: str) -> list[object]:
    with psycopg.connect(url, password=PASSWORD) as connection:
        return connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()


def test_a_failed_creation_leaves_nothing(postgres_database: str) -> None:
    with pytest.raises(DBAPIError):
        create_postgres(postgres_database, PASSWORD, {"kind": None})  # type: ignore[dict-item]
    assert tables(postgres_database) == []


def test_an_older_hub_is_brought_forward_and_a_newer_refused(postgres_database: str, tmp_path: Path) -> None:
    create_hub(postgres_database, PASSWORD, HUB)
    history = future(tmp_path, 'op.create_table("extra", sa.Column("id", sa.String(36), primary_key=True))')
    store = open_hub(postgres_database, PASSWORD, history)
    with store.reader.connect() as connection:
        assert inspect(connection).has_table("extra")
    store.close()
    with pytest.raises(OperationalError) as caught:
        open_hub(postgres_database, PASSWORD)
    assert caught.value.code == "newer_database"


def test_a_migration_that_fails_leaves_the_hub_as_it_was(postgres_database: str, tmp_path: Path) -> None:
    create_hub(postgres_database, PASSWORD, HUB)
    before = tables(postgres_database)
    history = future(
        tmp_path, 'op.create_table("extra", sa.Column("id", sa.Text()))\n    op.execute("DELETE FROM nowhere")'
    )
    assert "nowhere" in REVISION.format(body=(history.folder / "versions" / f"r{NEXT}_test.py").read_text())
    with pytest.raises(DBAPIError):
        open_hub(postgres_database, PASSWORD, history)
    assert tables(postgres_database) == before
    open_hub(postgres_database, PASSWORD).close()


@pytest.mark.parametrize("password", ["wrong", None])
def test_wrong_password_and_no_server_are_told(postgres_database: str, tmp_path: Path, password: str | None) -> None:
    for url in (postgres_database, f"postgresql://kangyi@/hub?host={tmp_path}"):
        with pytest.raises(OperationalError) as caught:
            open_postgres(url, password)
        assert caught.value.code == "io_error"
        assert caught.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kangyi:geheim@server/hub",
        "postgresql://kangyi@server/hub?password=geheim",
        "sqlite:///geheim.db",
        "mysql://server/geheim",
        "geheim",
        "",
    ],
)
def test_a_bad_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        open_postgres(url, None)
    assert caught.value.field == "db"
    shown = str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)
    assert "geheim" not in shown


def test_the_password_is_in_no_repr(hub: Store) -> None:
    shown = [repr(part) + str(part) for part in (hub, hub.writer, hub.reader, hub.writer.url, hub.writer.pool)]
    assert PASSWORD not in "".join(shown)
    assert PASSWORD.replace("%", "%25") not in "".join(shown)


def test_a_lost_server_connection_is_told(hub: Store, hub_work: Work, postgres_database: str) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    cut = f"SELECT pg_terminate_backend(pid) {others}"

    def lose() -> None:
        with hub_work.write("long import") as db:
            db.connection()
            with psycopg.connect(postgres_database, password=PASSWORD) as connection:
                connection.execute(cut)
            db.execute(text("SELECT 1"))

    with pytest.raises(OperationalError) as caught:
        lose()
    assert caught.value.code == "io_error"
    hub_work.note("looked")
    with hub_work.read() as db:
        assert audit.verify(db)[::2] == (1, None)


def test_files_are_not_backed_up_here(hub: Store, tmp_path: Path) -> None:
    for attempt in (lambda: backup.copy(hub, DatabaseKey(bytes(48)), tmp_path / "x"), lambda: backup.examine(hub)):
        with pytest.raises(OperationalError, match="PostgreSQL"):
            attempt()


def test_psycopg_is_not_loaded_for_a_station() -> None:
    code = "import sys, desktop.store.engine, desktop.store.unit_of_work; print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
