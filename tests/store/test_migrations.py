"""The history of the schema: equal to the models, run on a copy, and never at the cost of the old file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from desktop.errors import OperationalError
from desktop.models import Base
from desktop.models.audit import AuditEntry
from desktop.models.people import Person
from desktop.store import backup, capture, new_revision
from desktop.store.connection import DatabaseKey, maintenance_engine
from desktop.store.engine import open_database
from desktop.store.migrations import PROGRAM, History
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, Ticking, bare, listing, person

FORMATS = Path(__file__).parent / "formats"
HEAD = int(PROGRAM.head)
NEXT = f"{HEAD + 1:04}"
REVISION = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{PROGRAM.head}"
branch_labels = None
depends_on = None


def upgrade():
    {{body}}
"""
REBUILD = """with op.batch_alter_table("person") as batch:
        batch.alter_column("file_no", existing_type=sa.Text(), type_=sa.String(40))
        batch.create_index("ix_person_village", ["village"])
    op.create_table("extra", sa.Column("id", sa.String(36), primary_key=True))"""
FAILING = """op.create_table("extra", sa.Column("id", sa.String(36), primary_key=True))
    op.execute("UPDATE person SET name = 'half'")
    op.execute("INSERT INTO nowhere VALUES (1)")"""
LOSING = """op.execute("DELETE FROM guardian")"""
HANGING = """op.execute("UPDATE guardian SET person_id = 'nobody'")"""


@pytest.fixture
def old(path: Path, key: DatabaseKey, now: Ticking) -> Path:
    """A closed database of today's schema with people and guardians, about to become an old one."""
    store = open_database(path, key, DB_UUID)
    with Work(store, "actor-1", "station-1", now).write("person.registered") as db:
        from desktop.models.people import Guardian

        people = [person(number) for number in range(20)]
        db.add_all(people)
        db.flush()
        db.add_all(Guardian(person_id=one.id, name="监护人") for one in people)
    store.close()
    return path


def future(tmp_path: Path, body: str) -> History:
    """The program's history and one revision more."""
    folder = tmp_path / "future"
    shutil.copytree(PROGRAM.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"r{NEXT}_test.py").write_text(REVISION.format(body=body))
    return History(folder, NEXT)


def test_the_history_leads_to_the_models(path: Path, key: DatabaseKey) -> None:
    with maintenance_engine(path, key).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_details_that_the_comparison_does_not_see(path: Path, key: DatabaseKey) -> None:
    with bare(path, key) as db:
        (change,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'change'").fetchone()
        everything = " ".join(row[0] or "" for row in db.execute("SELECT sql FROM sqlite_master"))
        made = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql NOTNULL")}
    assert "AUTOINCREMENT" in change
    assert "CASCADE" not in everything.upper()
    assert made == {index.name for table in Base.metadata.tables.values() for index in table.indexes}


def test_constraints_are_those_of_the_models(path: Path, key: DatabaseKey) -> None:
    with maintenance_engine(path, key).connect() as connection:
        found = inspect(connection)
        for table in Base.metadata.tables.values():
            assert {column.name for column in table.primary_key} == set(
                found.get_pk_constraint(table.name)["constrained_columns"]
            )
            assert {
                (next(iter(key.columns)).name, key.elements[0].target_fullname) for key in table.foreign_key_constraints
            } == {
                (key["constrained_columns"][0], f"{key['referred_table']}.{key['referred_columns'][0]}")
                for key in found.get_foreign_keys(table.name)
            }


def test_the_head_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(PROGRAM.folder))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == PROGRAM.head
    code = "import sys, desktop.store.engine, desktop.store.unit_of_work; print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_revisions_do_not_import_the_models() -> None:
    for file in (PROGRAM.folder / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) desktop", file.read_text(), re.MULTILINE)


def test_the_next_revision_can_be_drafted(tmp_path: Path) -> None:
    text = new_revision.draft("nothing changes")
    assert f'revision = "{NEXT}"' in text
    assert f"down_revision = '{PROGRAM.head}'" in text
    assert "op." not in text.split("def upgrade")[1]
    first = new_revision.draft("all", from_nothing=True)
    assert first.count("op.create_table") == len(Base.metadata.tables)


def test_an_older_file_is_brought_forward_with_everything_in_it(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    history = future(tmp_path, REBUILD)
    store = open_database(old, key, DB_UUID, history)
    assert store.altered == ()
    work = Work(store, "actor-1", "station-1", Ticking())
    with work.read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "store.migrated")).one()
        assert entry.detail == {"from": PROGRAM.head, "to": NEXT}
        assert inspect(db.connection()).has_table("extra")
        assert "ix_person_village" in {index["name"] for index in inspect(db.connection()).get_indexes("person")}
    with work.write("person.amended") as db:  # the rebuilt table is captured again
        db.scalars(select(Person)).first().name = "后"  # type: ignore[union-attr]
    health = backup.examine(store)
    assert health.is_sound
    assert (health.counts["person"], health.counts["guardian"], health.counts["change"]) == (20, 20, 41)
    store.close()
    open_database(old, key, DB_UUID, history).close()


@pytest.mark.parametrize("released", sorted(FORMATS.glob("station-*.db")), ids=lambda file: str(file.stem))
def test_files_of_every_format_so_far_keep_opening(released: Path, path: Path, key: DatabaseKey) -> None:
    """Each was made by the program of its day: 20 clients, a guardian each."""
    shutil.copy(released, path)
    store = open_database(path, key, DB_UUID)
    assert store.altered == ()
    health = backup.examine(store)
    assert health.is_sound
    assert (health.counts["person"], health.counts["guardian"], health.counts["change"]) == (20, 20, 40)
    store.close()
    with bare(path, key) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (HEAD,)
        found = "SELECT count(*) FROM person p JOIN guardian g ON g.person_id = p.id WHERE instr(p.search_text, g.name)"
        assert db.execute(found).fetchone() == (20,), "the search box finds the guardians of older files too"


def test_the_old_file_stays_as_a_verified_backup(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    history = future(tmp_path, REBUILD)
    (old.parent / f"station.before-{NEXT}.db").write_bytes(b"of an earlier try")
    open_database(old, key, DB_UUID, history).close()
    assert sorted(file.name for file in old.parent.iterdir()) == [
        f"station.before-{NEXT}-2.db",
        f"station.before-{NEXT}.db",
        "station.db",
    ]
    assert (old.parent / f"station.before-{NEXT}.db").read_bytes() == b"of an earlier try"
    assert backup.verify(old.parent / f"station.before-{NEXT}-2.db", key, DB_UUID).counts["guardian"] == 20


@pytest.mark.parametrize("body", [FAILING, LOSING, HANGING], ids=["failing", "losing rows", "hanging references"])
def test_a_migration_that_fails_leaves_the_old_file_intact(
    old: Path, key: DatabaseKey, tmp_path: Path, body: str
) -> None:
    before = old.read_bytes()
    with pytest.raises(Exception, match=r"nowhere|损坏"):
        open_database(old, key, DB_UUID, future(tmp_path, body))
    assert old.read_bytes() == before
    assert [file.name for file in old.parent.iterdir()] == ["station.db"]
    store = open_database(old, key, DB_UUID)
    assert backup.examine(store).is_sound
    store.close()


def test_a_damaged_file_is_not_migrated(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    content = bytearray(old.read_bytes())
    content[-5000] ^= 1
    old.write_bytes(content)
    before = listing(old.parent)
    with pytest.raises(OperationalError):
        open_database(old, key, DB_UUID, future(tmp_path, REBUILD))
    assert listing(old.parent) == before


def test_a_file_that_somebody_else_has_open_is_not_swapped(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    """He would go on writing into the file that is no longer there."""
    with bare(old, key) as other:
        other.execute("PRAGMA journal_mode=WAL").fetchall()
        other.execute("SELECT count(*) FROM person").fetchall()
        with pytest.raises(OperationalError) as caught:
            open_database(old, key, DB_UUID, future(tmp_path, REBUILD))
        assert caught.value.code == "in_use"
        assert other.execute("PRAGMA user_version").fetchone() == (HEAD,)
    assert [file.name for file in old.parent.iterdir()] == ["station.db"]


def test_the_draft_is_written_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = future(tmp_path, "pass")
    monkeypatch.setattr(new_revision, "PROGRAM", History(history.folder, PROGRAM.head))
    monkeypatch.setattr(sys, "argv", ["new_revision", "Two more columns"])
    (history.folder / "versions" / f"r{NEXT}_test.py").unlink()
    new_revision.main()
    assert "Two more columns" in (history.folder / "versions" / f"r{NEXT}_two_more_columns.py").read_text()


def test_a_file_with_a_broken_audit_is_not_migrated(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    with bare(old, key) as db:
        (guard,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_guard_update'").fetchone()
        db.execute("DROP TRIGGER audit_guard_update")
        db.execute("UPDATE audit SET act = 'x'")
        db.execute(guard)
    before = listing(old.parent)
    with pytest.raises(OperationalError, match="损坏"):
        open_database(old, key, DB_UUID, future(tmp_path, REBUILD))
    assert listing(old.parent) == before


def test_what_a_crash_left_in_the_log_is_brought_forward_too(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    store = open_database(old, key, DB_UUID)
    with Work(store, "actor-1", "station-1", Ticking()).write("person.registered") as db:
        db.add(person(77))
    crashed = tmp_path / "crashed"
    shutil.copytree(old.parent, crashed)  # as a power cut leaves it; our locks no longer matter
    store.close()
    store = open_database(crashed / "station.db", key, DB_UUID, future(tmp_path, REBUILD))
    assert backup.examine(store).counts["person"] == 21
    store.close()


def test_an_older_program_refuses_the_newer_file(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    open_database(old, key, DB_UUID, future(tmp_path, REBUILD)).close()
    before = listing(old.parent)
    with pytest.raises(OperationalError) as caught:
        open_database(old, key, DB_UUID)
    assert caught.value.code == "newer_database"
    assert listing(old.parent) == before


def test_kill_during_a_migration_leaves_old_or_new(old: Path, key: DatabaseKey, tmp_path: Path) -> None:
    history = future(tmp_path, REBUILD)
    code = f"""
import sys
from pathlib import Path
from desktop.store.connection import DatabaseKey
from desktop.store.engine import open_database
from desktop.store.migrations import History
import alembic.command
print("ready", flush=True)
history = History(Path({str(history.folder)!r}), {NEXT!r})
open_database(Path({str(old)!r}), DatabaseKey(bytes(range(48))), {DB_UUID!r}, history)
"""
    seen = set()
    for delay in (0.01, 0.06, 0.12, 0.2):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(delay)
            child.kill()
        with bare(old, key) as db:
            seen.add(db.execute("PRAGMA user_version").fetchone()[0])
            assert db.execute("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM guardian)").fetchone() == (
                20,
                20,
            )
            assert capture.check(db) == ()
    assert HEAD in seen
    open_database(old, key, DB_UUID, history).close()
    assert not list(old.parent.glob("*.migrating*"))
