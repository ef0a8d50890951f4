"""What is opened, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop.errors import OperationalError
from desktop.models.people import Person
from desktop.store import facts
from desktop.store.connection import DatabaseKey
from desktop.store.engine import Store, create_database, open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, FACTS, RAW_KEY, Ticking, bare, listing, person


@pytest.fixture
def path(path: Path, key: DatabaseKey) -> Path:
    """A database that was in use before: its log mode stands in the file."""
    open_database(path, key, DB_UUID).close()
    return path


def refused(path: Path, key: DatabaseKey, db_uuid: str = DB_UUID) -> OperationalError:
    """Open in vain and check that nothing around changed."""
    before = listing(path.parent)
    with pytest.raises(OperationalError) as caught:
        open_database(path, key, db_uuid)
    assert listing(path.parent) == before
    assert caught.value.remedy
    assert caught.value.exit_status == 3
    return caught.value


def test_a_new_database_holds_its_facts_and_is_private(path: Path, store: Store) -> None:
    with store.reader.connect() as db:
        assert facts.read(db) == FACTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_readable_stands_in_the_files(path: Path, work: Work) -> None:
    with work.write("person.registered") as db:
        db.add(person(name="张三丰"))
    names = {file.name for file in path.parent.iterdir()}
    assert {"station.db", "station.db-wal"} <= names
    code = "import sys, pathlib; print(b''.join(p.read_bytes() for p in pathlib.Path(sys.argv[1]).iterdir()).hex())"
    everything = bytes.fromhex(  # by another process: reading here would drop our locks
        subprocess.run(
            [sys.executable, "-c", code, str(path.parent)], capture_output=True, text=True, check=True
        ).stdout
    )
    for marker in ("张三丰", "SQLite format 3", "person", FACTS["station_id"]):
        assert marker.encode() not in everything


def test_closing_leaves_one_complete_file(path: Path, key: DatabaseKey) -> None:
    store = open_database(path, key, DB_UUID)
    Work(store, "actor-1", "station-1", Ticking()).note("looked")
    store.close()
    store.close()
    assert [file.name for file in path.parent.iterdir()] == ["station.db"]


PROFILE = """
import json, sys
from pathlib import Path
from desktop.store.engine import open_database
from tests.store.conftest import DB_UUID, RAW_KEY, DatabaseKey
store = open_database(Path(sys.argv[1]), DatabaseKey(RAW_KEY), DB_UUID)
for engine in (store.writer, store.reader):
    with engine.connect() as db:
        print(json.dumps({name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in sys.argv[2:]}))
store.close()
"""


def test_the_connections_have_the_measured_profile(path: Path) -> None:
    expected = {
        "cipher_page_size": 8192,
        "page_size": 8192,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "cipher_memory_security": 1,
        "secure_delete": 1,
        "cell_size_check": 1,
        "temp_store": 2,
        "cache_size": -32000,
        "busy_timeout": 10000,
    }
    command = [sys.executable, "-c", PROFILE, str(path), *expected, "query_only"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for line, query_only in zip(told, (0, 1), strict=True):
        numbers = {n: int(v) if str(v).lstrip("-").isdigit() else v for n, v in json.loads(line).items()}
        assert numbers == expected | {"query_only": query_only}


def test_wrong_key(path: Path) -> None:
    assert refused(path, DatabaseKey(bytes(48))).code == "other_station"


def test_a_damaged_first_page_behind_our_own_salt_is_not_taken_for_another_station(
    path: Path, key: DatabaseKey
) -> None:
    assert refused(path, DatabaseKey(bytes(32) + bytes.fromhex(key.hex96())[-16:])).code == "not_ours"


def test_empty_file(path: Path, key: DatabaseKey) -> None:
    path.write_bytes(b"")
    assert refused(path, key).code == "not_ours"


def test_missing_file(path: Path, key: DatabaseKey) -> None:
    path.unlink()
    assert refused(path, key).code == "io_error"


def test_directory_in_its_place(path: Path, key: DatabaseKey) -> None:
    path.unlink()
    path.mkdir()
    assert refused(path, key).code == "not_ours"


def test_plain_sqlite_file(path: Path, key: DatabaseKey) -> None:
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('create table t(a)'); c.commit(); c.close()"
    )
    path.unlink()
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert refused(path, key).code == "not_ours"


def test_a_database_of_another_program_with_our_key(path: Path, key: DatabaseKey) -> None:
    with bare(path, key) as db:
        db.execute("PRAGMA application_id=1")
    assert refused(path, key).code == "not_ours"


def test_truncated_to_half(path: Path, key: DatabaseKey) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 // 8192 * 8192])
    with pytest.raises(OperationalError) as caught:
        open_database(path, key, DB_UUID)
    assert caught.value.code == "io_error"
    assert "损坏" in caught.value.message


def test_other_stations_database(path: Path, key: DatabaseKey) -> None:
    assert refused(path, key, "0199c0de-0000-7000-8000-00000000ffff").code == "other_station"


def test_newer_database(path: Path, key: DatabaseKey) -> None:
    with bare(path, key) as db:
        db.execute("PRAGMA user_version=9999")
    assert refused(path, key).code == "newer_database"


def test_flipped_salt_is_harmless(path: Path, key: DatabaseKey) -> None:
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    open_database(path, key, DB_UUID).close()


@pytest.mark.parametrize("length", [0, 31, 47, 49, 96])
def test_malformed_key_creates_nothing(tmp_path: Path, length: int) -> None:
    with pytest.raises(ValueError, match="48 bytes"):
        create_database(tmp_path / "station.db", DatabaseKey(b"k" * length), FACTS)
    assert list(tmp_path.iterdir()) == []


def test_wiped_key_creates_and_opens_nothing(tmp_path: Path, path: Path, key: DatabaseKey) -> None:
    key.wipe()
    before = listing(tmp_path)
    with pytest.raises(ValueError, match="wiped"):
        create_database(tmp_path / "station.db", key, FACTS)
    with pytest.raises(ValueError, match="wiped"):
        open_database(path, key, DB_UUID)
    assert listing(tmp_path) == before


def test_key_is_in_no_repr_and_no_error(path: Path, key: DatabaseKey, store: Store) -> None:
    shown = repr(key) + repr(store) + repr(store.writer) + str(store.writer.url) + repr(vars(store))
    with pytest.raises(OperationalError) as caught:
        open_database(path, DatabaseKey(bytes(48)), DB_UUID)
    shown += repr(caught.value) + repr(caught.value.__cause__)
    assert RAW_KEY.hex() not in shown
    assert "00" * 40 not in shown


def test_callers_key_may_be_wiped_after_opening(path: Path, key: DatabaseKey) -> None:
    store = open_database(path, key, DB_UUID)
    key.wipe()
    with store.reader.connect() as one, store.reader.connect() as two:  # two new connections
        assert facts.read(one) == facts.read(two)
    store.close()


def test_existing_file_is_never_overwritten(path: Path, key: DatabaseKey) -> None:
    before = listing(path.parent)
    with pytest.raises(OperationalError) as caught:
        create_database(path, key, FACTS)
    assert caught.value.code == "not_ours"
    assert listing(path.parent) == before


def test_failed_creation_leaves_nothing(tmp_path: Path, key: DatabaseKey) -> None:
    with pytest.raises(DBAPIError):
        create_database(tmp_path / "station.db", key, {"db_uuid": None})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


def test_leftover_of_an_interrupted_creation_is_no_obstacle(tmp_path: Path, key: DatabaseKey) -> None:
    (tmp_path / "station.db.new").write_bytes(b"half")
    create_database(tmp_path / "station.db", key, FACTS)
    open_database(tmp_path / "station.db", key, DB_UUID).close()
    assert [file.name for file in tmp_path.iterdir()] == ["station.db"]


def test_creation_in_a_missing_folder(tmp_path: Path, key: DatabaseKey) -> None:
    with pytest.raises(OperationalError) as caught:
        create_database(tmp_path / "nowhere" / "station.db", key, FACTS)
    assert caught.value.code == "io_error"


def test_file_that_may_not_be_written(path: Path, key: DatabaseKey, tmp_path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555)
    before = listing(path.parent)
    code = f"""
import os
from pathlib import Path
from desktop.errors import OperationalError
from desktop.store.engine import DatabaseKey, create_database, open_database
key = DatabaseKey(bytes(range(48)))
warm = Path({str(tmp_path)!r}) / "warm.db"  # loads everything that nobody could not
create_database(warm, key, {FACTS!r})
open_database(warm, key, {DB_UUID!r}).close()
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    open_database(Path({str(path)!r}), key, {DB_UUID!r})
except OperationalError as fault:
    print(fault.code)
"""
    for folder in tmp_path.parents:
        if os.geteuid() == 0 and folder.stat().st_uid == 0 and folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "read_only\n", done.stderr
    path.parent.chmod(0o755)
    assert listing(path.parent) == before


def test_writer_of_another_process_is_waited_for_then_named(
    path: Path, key: DatabaseKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.store.connection.BUSY_MILLISECONDS", 50)
    monkeypatch.setattr("desktop.store.connection._WORKING", ("journal_mode=WAL", "busy_timeout=50"))
    code = f"""
import sys
from pathlib import Path
from desktop.store.connection import DatabaseKey, connect
db = connect(Path({str(path)!r}), DatabaseKey(bytes(range(48))))
db.execute("PRAGMA journal_mode=WAL").fetchall()
db.execute("BEGIN IMMEDIATE")
print("holding", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"holding\n"
        with pytest.raises(OperationalError) as caught:
            open_database(path, key, DB_UUID)
        assert caught.value.code == "in_use"
        other.communicate(b"")
    open_database(path, key, DB_UUID).close()


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE 'evil.db' AS e KEY ''",
        "PRAGMA rekey=\"x'00'\"",
        "PRAGMA writable_schema=ON",
        "PRAGMA recursive_triggers=OFF",
        "PRAGMA query_only=OFF",
        "DROP TRIGGER audit_guard_update",
        "CREATE TRIGGER t AFTER INSERT ON audit BEGIN SELECT 1; END",
        "DROP TABLE draft",
        "ALTER TABLE draft RENAME TO other",
        "SELECT sqlcipher_export('main')",
    ],
)
def test_statements_that_would_undo_the_protection_are_denied(store: Store, statement: str) -> None:
    for engine in (store.writer, store.reader):
        with pytest.raises(DBAPIError, match="not authorized"), engine.connect() as db:
            db.exec_driver_sql(statement)


def test_foreign_writer_with_the_right_key_fails_closed(path: Path, key: DatabaseKey, work: Work) -> None:
    with work.write("person.registered") as db:
        db.add(person())
    work.store.close()
    with bare(path, key) as db:
        for statement in (
            "UPDATE person SET name = 'x', revision = revision + 1",
            "INSERT INTO person SELECT * FROM person",
            "DELETE FROM person",
        ):
            with pytest.raises(Exception, match=r"no such function|records are never deleted"):
                db.execute(statement)
        assert db.execute("SELECT name, revision FROM person").fetchall() == [("测试1", 1)]


def test_write_around_the_unit_of_work_fails_closed(store: Store, work: Work) -> None:
    with work.write("person.registered") as db:
        db.add(person())
    with pytest.raises(DBAPIError), store.writer.begin() as connection:
        connection.execute(text("UPDATE person SET name = 'x', revision = revision + 1"))
    with work.read() as db:
        assert db.query(Person).one().name == "测试1"


def test_twelve_threads_lose_nothing(work: Work) -> None:
    errors: list[Exception] = []

    def busy(thread: int) -> None:
        try:
            for number in range(20):
                with work.write("person.registered") as db:
                    db.add(person(thread * 100 + number))
                with work.read() as db:
                    assert db.query(Person).count() > number
        except Exception as error:  # noqa: BLE001 - told to the main thread
            errors.append(error)

    threads = [threading.Thread(target=busy, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with work.read() as db:
        assert db.query(Person).count() == 240


def test_the_clock_goes_on_after_reopening_although_the_wall_clock_went_back(
    path: Path, key: DatabaseKey, work: Work
) -> None:
    with work.write("person.registered") as db:
        db.add(person())
    newest = work.store.hlc.last
    work.store.close()
    store = open_database(path, key, DB_UUID)
    assert store.hlc.last == newest
    store.hlc.show_wall(0)
    assert store.hlc.tick() > newest
    store.close()


def test_folder_can_move(path: Path, key: DatabaseKey, tmp_path: Path) -> None:
    moved = tmp_path / "别处"
    shutil.move(path.parent, moved)
    open_database(moved / "station.db", key, DB_UUID).close()
