"""The mark outside the database shows an older copy, which no integrity check can."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.models.people import Person
from desktop.store import anchor, facts
from desktop.store.anchor import Comparison, Mark, Verdict
from desktop.store.connection import DatabaseKey
from desktop.store.engine import open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, Ticking, bare, person

MAC_KEY = b"m" * 32


def written(work: Work, file: Path, key_version: int = 3) -> Mark:
    with work.read() as db:
        mark = anchor.measure(db, key_version)
    anchor.write(file, mark, MAC_KEY)
    return mark


def compared(work: Work, file: Path, key_version: int = 3) -> Comparison:
    with work.read() as db:
        return anchor.compare(file, db, MAC_KEY, key_version)


def add(work: Work, number: int) -> None:
    with work.write("person.registered") as db:
        db.add(person(number))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "anchor" / "anchor.json"


def test_it_measures_how_far_the_store_has_come(work: Work, file: Path) -> None:
    add(work, 1)
    work.note("looked")
    mark = written(work, file)
    assert (mark.incarnation, mark.change_seq, mark.audit_seq, mark.key_version) == (0, 1, 2, 3)
    assert anchor.read(file, MAC_KEY) == mark


def test_the_same_store_and_a_store_that_went_on_are_ok(work: Work, file: Path) -> None:
    written(work, file)
    assert compared(work, file) == Comparison(Verdict.OK)
    add(work, 1)
    assert compared(work, file).verdict == Verdict.OK
    written(work, file)
    assert compared(work, file, key_version=4).verdict == Verdict.OK


def test_an_older_copy_put_back_is_behind(
    path: Path, key: DatabaseKey, now: Ticking, tmp_path: Path, file: Path
) -> None:
    store = open_database(path, key, DB_UUID)
    add(Work(store, "a", "s", now), 1)
    store.close()
    shutil.copy(path, tmp_path / "old.db")
    store = open_database(path, key, DB_UUID)
    for number in range(2, 5):
        add(Work(store, "a", "s", now), number)
    written(Work(store, "a", "s", now), file)
    store.close()
    shutil.copy(tmp_path / "old.db", path)
    store = open_database(path, key, DB_UUID)
    assert compared(Work(store, "a", "s", now), file) == Comparison(Verdict.BEHIND, ("changes", "audit"), 3)
    store.close()


def test_other_history_of_the_same_length_is_behind(work: Work, file: Path) -> None:
    work.note("looked")
    mark = written(work, file)
    anchor.write(file, replace(mark, audit_head="f" * 64), MAC_KEY)
    assert compared(work, file).behind == ("audit",)


def test_a_log_with_a_flipped_bit_is_behind(
    path: Path, key: DatabaseKey, now: Ticking, tmp_path: Path, file: Path
) -> None:
    """Committed rows vanish without any error: only the mark tells."""
    store = open_database(path, key, DB_UUID)
    work = Work(store, "a", "s", now)
    for number in range(30):
        add(work, number)
    written(work, file)
    crashed = tmp_path / "crashed"
    shutil.copytree(path.parent, crashed)  # as a power cut leaves it; our locks no longer matter
    store.close()
    log = crashed / "station.db-wal"
    damaged = bytearray(log.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    log.write_bytes(damaged)
    store = open_database(crashed / "station.db", key, DB_UUID)
    work = Work(store, "a", "s", now)
    with work.read() as db:
        left = len(db.scalars(select(Person.id)).all())
    comparison = compared(work, file)
    store.close()
    assert 0 < left < 30
    assert comparison == Comparison(Verdict.BEHIND, ("changes", "audit"), 30 - left)


def test_an_older_key_file_is_behind(work: Work, file: Path) -> None:
    written(work, file, key_version=3)
    assert compared(work, file, key_version=2).behind == ("key_file",)


def test_a_restored_store_may_lie_behind(work: Work, file: Path) -> None:
    add(work, 1)
    mark = written(work, file)
    anchor.write(file, replace(mark, change_seq=99, audit_seq=99), MAC_KEY)
    assert compared(work, file) == Comparison(Verdict.BEHIND, ("changes", "audit"), 98)
    with work.write("backup.restored") as db:
        assert facts.begin_next_incarnation(db) == 1
    assert compared(work, file).verdict == Verdict.OK


def test_the_store_before_the_restore_is_behind(work: Work, file: Path) -> None:
    mark = written(work, file)
    anchor.write(file, replace(mark, incarnation=1), MAC_KEY)
    assert compared(work, file).behind == ("incarnation",)


def test_no_mark_is_missing(work: Work, file: Path) -> None:
    assert compared(work, file) == Comparison(Verdict.MISSING)


def test_a_mark_under_another_key_is_missing(work: Work, file: Path) -> None:
    with work.read() as db:
        anchor.write(file, anchor.measure(db, 3), b"x" * 32)
    assert compared(work, file).verdict == Verdict.MISSING


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"mac": 7}', b'{"mac": ""}', b"\xff\xfe"])
def test_rubbish_is_missing(work: Work, file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert compared(work, file).verdict == Verdict.MISSING


def test_every_flipped_bit_is_noticed(work: Work, file: Path) -> None:
    written(work, file)
    good = file.read_bytes()
    for position in range(len(good)):
        file.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        assert compared(work, file).verdict == Verdict.MISSING


def test_nothing_readable_about_people_stands_in_it(work: Work, file: Path, key: DatabaseKey, path: Path) -> None:
    add(work, 1)
    written(work, file)
    work.store.close()
    with bare(path, key) as db:
        (known,) = db.execute("SELECT id FROM person").fetchone()
    assert known not in file.read_text()
    assert "测试" not in file.read_text()
