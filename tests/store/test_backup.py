"""Backups are opened again before they count, and restoring never touches what is there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop import mainthread
from desktop.errors import OperationalError
from desktop.models.audit import AuditEntry
from desktop.models.people import Person
from desktop.store import backup
from desktop.store.connection import DatabaseKey, connect
from desktop.store.engine import Store, open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, Ticking, bare, listing, person

AT = datetime(2026, 4, 1, tzinfo=UTC)


def fill(work: Work, count: int = 30) -> None:
    with work.write("people.imported") as db:
        db.add_all(person(number, address="村" * 200) for number in range(count))
    with work.write("person.removed") as db:
        db.scalars(select(Person)).first().is_deleted = True  # type: ignore[union-attr]


def test_a_copy_holds_what_was_committed_and_only_that(
    store: Store, work: Work, key: DatabaseKey, tmp_path: Path
) -> None:
    fill(work)
    target = tmp_path / "stick" / "copy.db"
    with work.write("unfinished") as db:
        db.add(person(99))
        db.flush()
        found = backup.copy(store, key, target)
    assert (found.file, found.persons, found.changes, found.incarnation, found.audit_entries) == (target, 29, 31, 0, 2)
    assert found.counts["person"] == 30
    assert found.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert found.size == target.stat().st_size
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    assert backup.verify(target, key, DB_UUID) == found


def test_the_store_goes_on_during_a_copy(store: Store, work: Work, key: DatabaseKey, tmp_path: Path) -> None:
    fill(work)
    with work.read() as db:
        db.scalars(select(Person)).first()
        backup.copy(store, key, tmp_path / "one.db")
    work.note("looked")
    assert backup.copy(store, key, tmp_path / "two.db").audit_entries == 3


def test_a_copy_is_unreadable_without_the_key(store: Store, work: Work, key: DatabaseKey, tmp_path: Path) -> None:
    fill(work)
    backup.copy(store, key, tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    for marker in (b"SQLite format 3", b"person", "村村".encode()):
        assert marker not in content
    with pytest.raises(OperationalError) as caught:
        backup.verify(tmp_path / "copy.db", DatabaseKey(bytes(48)), DB_UUID)
    assert caught.value.code == "other_station"


def test_a_copy_opens_from_a_protected_stick(store: Store, work: Work, key: DatabaseKey, tmp_path: Path) -> None:
    fill(work)
    backup.copy(store, key, tmp_path / "copy.db")
    with bare(tmp_path / "copy.db", key) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_an_existing_file_is_not_overwritten(store: Store, key: DatabaseKey, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"something dear")
    with pytest.raises(OperationalError) as caught:
        backup.copy(store, key, tmp_path / "copy.db")
    assert caught.value.code == "not_ours"
    assert (tmp_path / "copy.db").read_bytes() == b"something dear"


def test_a_leftover_of_an_interrupted_copy_is_replaced(store: Store, key: DatabaseKey, tmp_path: Path) -> None:
    (tmp_path / "copy.db.part").write_bytes(b"half")
    backup.copy(store, key, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db.part").exists()


def test_a_copy_of_a_damaged_store_is_not_kept(path: Path, key: DatabaseKey, now: Ticking, tmp_path: Path) -> None:
    """A broken chain of the audit travels into the copy; such a copy must not pass for a backup."""
    store = open_database(path, key, DB_UUID)
    fill(Work(store, "a", "s", now))
    store.close()
    with bare(path, key) as db:
        (statement,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_guard_update'").fetchone()
        db.execute("DROP TRIGGER audit_guard_update")
        db.execute("UPDATE audit SET act = 'x' WHERE seq = 1")
        db.execute(statement)
    store = open_database(path, key, DB_UUID)
    with pytest.raises(OperationalError) as caught:
        backup.copy(store, key, tmp_path / "copies" / "copy.db")
    assert caught.value.code == "io_error"
    assert list((tmp_path / "copies").iterdir()) == []
    store.close()


@pytest.fixture
def copied(store: Store, work: Work, key: DatabaseKey, tmp_path: Path) -> Path:
    fill(work, 200)
    return backup.copy(store, key, tmp_path / "copy.db").file


def flip(position: Callable[[int], int]) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[position(len(content))] ^= 4
        file.write_bytes(content)

    return damage


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) - 8192])


def swap_pages(file: Path) -> None:
    content = file.read_bytes()
    pages = [content[at : at + 8192] for at in range(0, len(content), 8192)]
    pages[-1], pages[-2] = pages[-2], pages[-1]
    file.write_bytes(b"".join(pages))


@pytest.mark.parametrize(
    "damage",
    [
        flip(lambda size: 100),
        flip(lambda size: size // 2),
        flip(lambda size: size // 3),
        flip(lambda size: size - 1),
        cut,
        swap_pages,
    ],
)
def test_damage_is_found(copied: Path, key: DatabaseKey, damage: Callable[[Path], None]) -> None:
    damage(copied)
    with pytest.raises(OperationalError) as caught:
        backup.verify(copied, key, DB_UUID)
    assert caught.value.code in ("io_error", "not_ours")
    assert caught.value.remedy


def test_a_hanging_reference_is_found(copied: Path, key: DatabaseKey) -> None:
    with bare(copied, key) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute(
            "INSERT INTO import_row (id, batch_id, excel_row, table_name, record_id, revision_after) "
            "VALUES ('1', 'none', 1, '', '', 1)"
        )
    with pytest.raises(OperationalError, match="损坏"):
        backup.verify(copied, key, DB_UUID)


def test_missing_triggers_are_found(copied: Path, key: DatabaseKey) -> None:
    with bare(copied, key) as db:
        db.execute("DROP TRIGGER audit_guard_delete")
    with pytest.raises(OperationalError, match="损坏"):
        backup.verify(copied, key, DB_UUID)


def test_a_backup_of_another_station_is_refused(copied: Path, key: DatabaseKey) -> None:
    with pytest.raises(OperationalError) as caught:
        backup.verify(copied, key, "somebody else")
    assert caught.value.code == "other_station"


def test_restore_makes_a_new_incarnation_beside_what_is_there(
    copied: Path, key: DatabaseKey, work: Work, now: Ticking, tmp_path: Path
) -> None:
    work.note("after the backup")
    target = tmp_path / "new folder" / "station.db"
    found = backup.restore(copied, key, DB_UUID, target, "actor-9", AT)
    assert (found.file, found.persons, found.incarnation, found.changes) == (target, 199, 1, 201)
    store = open_database(target, key, DB_UUID)
    restored = Work(store, "actor-1", "station-1", now)
    with restored.read() as db:
        entry = db.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.act, entry.actor_id, entry.at, entry.detail["incarnation"]) == (
            "backup.restored",
            "actor-9",
            AT,
            1,
        )
    with restored.write("person.registered") as db:
        db.add(person(500))
    store.close()
    again = backup.restore(target, key, DB_UUID, tmp_path / "third.db", "actor-9", AT)
    assert again.incarnation == 2


def test_restore_refuses_an_existing_target(copied: Path, key: DatabaseKey, tmp_path: Path, store: Store) -> None:
    assert store.path is not None
    store.close()
    before = listing(tmp_path)
    for target in (store.path, copied):
        with pytest.raises(OperationalError) as caught:
            backup.restore(copied, key, DB_UUID, target, "actor", AT)
        assert caught.value.code == "not_ours"
    assert listing(tmp_path) == before


def test_restore_from_a_damaged_backup_makes_nothing(copied: Path, key: DatabaseKey, tmp_path: Path) -> None:
    swap_pages(copied)
    with pytest.raises(OperationalError):
        backup.restore(copied, key, DB_UUID, tmp_path / "new" / "station.db", "actor", AT)
    assert not (tmp_path / "new").exists()


def test_the_running_store_can_be_examined(store: Store, work: Work) -> None:
    fill(work)
    health = backup.examine(store)
    assert health.is_sound
    assert (health.counts["person"], health.counts["audit"]) == (30, 2)


def test_examining_names_what_is_wrong(path: Path, key: DatabaseKey, now: Ticking) -> None:
    store = open_database(path, key, DB_UUID)
    fill(Work(store, "a", "s", now), 300)
    store.close()
    with bare(path, key) as db:
        db.execute("DROP TRIGGER audit_guard_delete")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
    flip(lambda _size: page * 8192 - 4000)(path)
    store = open_database(path, key, DB_UUID)
    health = backup.examine(store)
    store.close()
    assert not health.is_sound
    assert health.altered_triggers == ("audit_guard_delete",)
    assert health.cipher_faults
    assert health.page_faults
    assert "person" not in health.counts
    assert health.counts["change"] == 301


def test_a_source_that_grew_old_in_the_hand_does_not_pass(
    store: Store, key: DatabaseKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is compared with the counts of the very state it was made from."""
    real = backup.duplicate
    monkeypatch.setattr(backup, "duplicate", lambda *arguments: real(*arguments) | {"person": 7})
    with pytest.raises(OperationalError, match="损坏"):
        backup.copy(store, key, tmp_path / "copy.db")


def test_the_window_thread_may_not_wait_for_it(store: Store, key: DatabaseKey, tmp_path: Path) -> None:
    mainthread.forbid_slow_work_here()
    try:
        for attempt in (
            lambda: backup.copy(store, key, tmp_path / "x"),
            lambda: backup.verify(tmp_path / "x", key, DB_UUID),
            lambda: backup.restore(tmp_path / "x", key, DB_UUID, tmp_path / "y", "a", AT),
            lambda: backup.examine(store),
        ):
            with pytest.raises(RuntimeError, match="window"):
                attempt()
    finally:
        mainthread.allow_slow_work_here()


def test_copy_of_the_files_alone_would_have_missed_the_log(
    store: Store, work: Work, key: DatabaseKey, tmp_path: Path
) -> None:
    """Why copies go through the backup interface: the plain file is old, without any error."""
    fill(work)
    backup.copy(store, key, tmp_path / "good.db")
    assert store.path is not None
    store.reader.dispose()
    shutil.copy(store.path, tmp_path / "bad.db")
    counts = []
    for name in ("good.db", "bad.db"):
        connection = connect(tmp_path / name, key)
        counts.append(connection.execute("SELECT count(*) FROM person").fetchone()[0])
        connection.close()
    assert counts == [30, 0]
