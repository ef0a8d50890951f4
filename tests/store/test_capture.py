"""What the triggers see and what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import dbapi2

from desktop.models.documents import Attachment
from desktop.models.exchange import Change
from desktop.models.people import Person
from desktop.models.users import User
from desktop.models.visits import Visit
from desktop.store import capture
from desktop.store.connection import DatabaseKey
from desktop.store.engine import open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, bare, person


def changes(work: Work) -> list[Change]:
    with work.read() as db:
        return list(db.scalars(select(Change).order_by(Change.seq)))


def registered(work: Work, count: int = 1) -> list[str]:
    with work.write("person.registered") as db:
        people = [person(number) for number in range(count)]
        db.add_all(people)
    return [one.id for one in people]


def test_every_record_table_is_captured_and_guarded() -> None:
    names = capture.triggers().keys()
    tables = {table.name for table in capture.record_tables()}
    assert {"person", "guardian", "consent", "visit", "training", "attendance", "attachment", "setting"} <= tables
    kinds = ("guard_insert", "guard_update", "guard_delete", "capture_insert", "capture_update")
    assert {f"{table}_{kind}" for table in tables for kind in kinds} <= names


def test_an_insert_carries_the_whole_row(work: Work) -> None:
    (known,) = registered(work)
    (change,) = changes(work)
    assert (change.table_name, change.op, change.pk, change.base_revision, change.revision) == (
        "person",
        "I",
        known,
        0,
        1,
    )
    assert (change.actor_id, len(change.hlc)) == ("actor-1", 16)
    row = json.loads(change.row_json)
    assert row.keys() == {column.name for column in Person.__table__.columns}
    assert (row["name"], row["is_draft"], row["has_dibao"], row["revision"]) == ("测试0", False, None, 1)
    assert change.columns.split(",") == [name for name in row if name not in capture.STAMPS]


def test_an_update_names_what_changed(work: Work) -> None:
    (known,) = registered(work)
    with work.write("person.amended") as db:
        one = db.get_one(Person, known)
        one.phone, one.has_dibao = "10086", True
    change = changes(work)[1]
    assert (change.op, change.base_revision, change.revision) == ("U", 1, 2)
    assert change.columns == "phone,has_dibao"
    assert json.loads(change.row_json)["has_dibao"] is True


def test_lists_are_json_and_files_stay_out(work: Work) -> None:
    (known,) = registered(work)
    with work.write("visit.recorded") as db:
        user = User(login="li", name="李", role="worker")
        db.add(user)
        db.flush()
        day = {"visited_on": db.get_one(Person, known).created_at.date(), "method": "home", "met": "client"}
        db.add(Visit(person_id=known, visitor_id=user.id, purposes=["服药督导", "b"], **day))
        db.add(Attachment(kind="scan", media_type="image/png", sha256="0" * 64, content=b"\0PNG"))
    rows = {change.table_name: json.loads(change.row_json) for change in changes(work)}
    assert rows["visit"]["purposes"] == ["服药督导", "b"]
    assert "content" not in rows["attachment"]
    attachment = next(change for change in changes(work) if change.table_name == "attachment")
    assert "content" in attachment.columns.split(",")


def test_no_path_into_the_table_is_missed(work: Work) -> None:
    first, second, _ = registered(work, 3)
    with work.write("several.ways") as db:
        stamped = {"revision": Person.revision + 1}
        db.execute(update(Person).where(Person.id == first).values(name="core", **stamped))
        db.execute(update(Person).values(village="bulk", **stamped).execution_options(synchronize_session=False))
        db.execute(text("UPDATE person SET phone = 'text', revision = revision + 1 WHERE id = :id"), {"id": second})
        mappings = {
            **dict.fromkeys(("created_by", "updated_by"), "x"),
            "station_id": "s",
            "revision": 1,
            "search_text": "",
        }
        at = db.get_one(Person, first).created_at
        rows = [{**mappings, "created_at": at, "updated_at": at, "file_no": f"B{n}", "name": "n"} for n in range(4)]
        db.execute(insert(Person), rows)
        db.connection().exec_driver_sql(
            "UPDATE person SET address = 'driver', revision = revision + 1 WHERE file_no = 'B1'"
        )
    seen = [(change.op, change.columns if change.op == "U" else "") for change in changes(work)[3:]]
    assert seen == [
        ("U", "name"),
        *[("U", "village")] * 3,
        ("U", "phone"),
        *[("I", "")] * 4,
        ("U", "address"),
    ]


def test_changes_are_numbered_and_timed_in_order(work: Work) -> None:
    registered(work, 5)
    numbers = [(change.seq, change.hlc) for change in changes(work)]
    assert [seq for seq, _ in numbers] == [1, 2, 3, 4, 5]
    assert [hlc for _, hlc in numbers] == sorted({hlc for _, hlc in numbers})


def test_a_rolled_back_change_leaves_no_trace(work: Work) -> None:
    with pytest.raises(IntegrityError), work.write("person.registered") as db:
        db.add_all((person(1), person(1)))
    registered(work)
    assert [change.seq for change in changes(work)] == [1]


_KEPT = "name, search_text, capacity_status, is_draft, created_at, created_by, updated_at, updated_by, is_deleted"
REVISIONS = {  # a merge brings revisions of its own
    "same revision": "UPDATE person SET name = 'x'",
    "revision skipped": "UPDATE person SET name = 'x', revision = revision + 2",
    "revision back": "UPDATE person SET revision = revision - 1",
    "inserted late": f"INSERT INTO person (id, station_id, file_no, revision, {_KEPT}) "
    f"SELECT 'y', station_id, 'y', 2, {_KEPT} FROM person",
}
ALWAYS = {
    "revision gone": "UPDATE person SET revision = NULL",
    "other id": "UPDATE person SET id = 'y', revision = revision + 1",
    "deleted": "DELETE FROM person",
    "replaced": "INSERT OR REPLACE INTO person SELECT * FROM person",
    "change edited": "UPDATE change SET row_json = '{}'",
    "change deleted": "DELETE FROM change",
    "change replaced": "INSERT OR REPLACE INTO change SELECT * FROM change",
    "audit edited": "UPDATE audit SET act = 'x'",
    "audit deleted": "DELETE FROM audit",
    "audit replaced": "INSERT OR REPLACE INTO audit SELECT * FROM audit",
    "audit gap": "INSERT INTO audit SELECT seq + 2, at, actor_id, act, subject, detail, hash, hash FROM audit",
    "audit wrong prev": "INSERT INTO audit SELECT seq + 1, at, actor_id, act, subject, detail, prev, hash FROM audit",
}


def everything(db: Any) -> list[Any]:
    return [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("person", "change", "audit")]


@pytest.mark.parametrize(
    ("kind", "statement"),
    [("write", text) for text in (REVISIONS | ALWAYS).values()] + [("merge", text) for text in ALWAYS.values()],
    ids=[*(REVISIONS | ALWAYS), *(f"merge {name}" for name in ALWAYS)],
)
def test_what_the_guards_refuse(path: Path, key: DatabaseKey, work: Work, kind: str, statement: str) -> None:
    registered(work)
    with pytest.raises(IntegrityError), getattr(work, kind)("attempt") as session:
        session.connection().exec_driver_sql(statement)
    work.store.close()
    with bare(path, key) as db:
        people, changed, audited = everything(db)
    assert (len(people), len(changed), len(audited)) == (1, 1, 1)
    assert "测试0" in people[0]


@pytest.mark.parametrize("table", ["person", "change", "audit"])
def test_replace_is_refused_even_without_recursive_triggers(
    path: Path, key: DatabaseKey, work: Work, table: str
) -> None:
    (known,) = registered(work)
    with work.write("person.amended") as session:
        session.get_one(Person, known).phone = "1"
    work.store.close()
    with bare(path, key) as db:
        for name in ("app_merging", "app_actor", "app_hlc"):
            db.create_function(name, 0, lambda: 0)
        db.execute("PRAGMA recursive_triggers=OFF")
        before = everything(db)
        with pytest.raises(dbapi2.IntegrityError, match=r"append-only|revision"):
            db.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        assert everything(db) == before


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER {name}",
        "DROP TRIGGER {name}; CREATE TRIGGER {name} AFTER INSERT ON draft BEGIN SELECT 1; END",
        "CREATE TRIGGER foreign_one AFTER INSERT ON person BEGIN DELETE FROM draft; END",
    ],
)
def test_altered_triggers_are_noticed_at_start(path: Path, key: DatabaseKey, damage: str) -> None:
    name = "consent_guard_delete"
    with bare(path, key) as db:
        db.executescript(damage.format(name=name))
    store = open_database(path, key, DB_UUID)
    assert store.altered == (("foreign_one",) if "foreign_one" in damage else (name,))
    store.close()


def test_generated_text_is_stable() -> None:
    """The text in the file is compared with the text generated later, by another process."""
    assert capture.triggers() == capture.triggers()
    assert not any(re.search(r"0x[0-9a-f]{6}", statement) for statement in capture.triggers().values())
