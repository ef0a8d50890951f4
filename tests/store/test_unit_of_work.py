"""The unit of work: all or nothing, one audit entry, stamps, and who is told afterwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desktop import mainthread
from desktop.errors import OperationalError, ValidationError
from desktop.models.audit import AuditEntry
from desktop.models.drafts import Draft
from desktop.models.exchange import Change
from desktop.models.people import Guardian, Person
from desktop.store import audit
from desktop.store.connection import DatabaseKey
from desktop.store.engine import Store, open_database
from desktop.store.unit_of_work import Work
from tests.store.conftest import DB_UUID, Ticking, bare, person

AT = datetime(2026, 1, 1, tzinfo=UTC)


def draft(**values: object) -> Draft:
    return Draft(
        **{"user_id": "u", "area": "people", "subject": "", "title": "", "content": {}, "saved_at": AT, **values}
    )


def entries(work: Work) -> list[AuditEntry]:
    with work.read() as db:
        return list(db.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def registered(work: Work) -> str:
    with work.write("person.registered") as db:
        one = person()
        db.add(one)
    return one.id


def test_a_record_is_stamped(work: Work) -> None:
    registered(work)
    with work.read() as db:
        one = db.scalars(select(Person)).one()
        assert (one.station_id, one.created_by, one.updated_by, one.revision) == ("station-1", "actor-1", "actor-1", 1)
        assert one.created_at == one.updated_at > AT


def test_a_station_that_is_given_stays(work: Work) -> None:
    with work.write("person.registered") as db:
        db.add(person(station_id="station-2"))
    with work.read() as db:
        assert db.scalars(select(Person.station_id)).one() == "station-2"


def test_a_change_raises_the_revision_and_names_the_second_person(work: Work, now: Ticking) -> None:
    known = registered(work)
    second = Work(work.store, "actor-2", "station-1", now)
    with second.write("person.amended", known) as db:
        db.get_one(Person, known).phone = "10086"
    with work.read() as db:
        one = db.get_one(Person, known)
        assert (one.revision, one.created_by, one.updated_by) == (2, "actor-1", "actor-2")
        assert one.created_at < one.updated_at


def test_an_object_that_did_not_change_is_not_stamped(work: Work) -> None:
    known = registered(work)
    with work.write("person.amended", known) as db:
        one = db.get_one(Person, known)
        one.phone = one.phone
        db.add(draft())
    with work.read() as db:
        assert db.get_one(Person, known).revision == 1


def test_one_entry_a_unit_of_work(work: Work) -> None:
    with work.write("people.imported", "batch-1", sheet="abc") as db:
        people = [person(number) for number in range(3)]
        db.add_all(people)
        db.flush()
        db.add(Guardian(person_id=people[0].id, name="监护人"))
        db.add(draft())
        db.info["detail"]["rows"] = 3
    (entry,) = entries(work)
    assert (entry.seq, entry.act, entry.subject, entry.actor_id) == (1, "people.imported", "batch-1", "actor-1")
    tables = {"draft": 1, "guardian": 1, "person": 3}
    assert entry.detail == {"sheet": "abc", "rows": 3, "tables": tables, "changes": [1, 4]}


def test_only_what_changes_no_record_may_go_unnoted(work: Work) -> None:
    heard: list[frozenset[str]] = []
    work.on_commit(heard.append)
    with work.write("draft.kept") as db:
        db.add(draft())
        db.info["is_noted"] = False
    assert entries(work) == []
    assert heard == [frozenset(("draft",))]
    with work.write("person.registered") as db:
        db.add(person())
        db.info["is_noted"] = False
    assert [entry.act for entry in entries(work)] == ["person.registered"]


def test_the_subject_may_be_known_late(work: Work) -> None:
    with work.write("person.registered") as db:
        one = person()
        db.add(one)
        db.flush()
        db.info["subject"] = one.id
    assert entries(work)[0].subject == one.id


def test_counts_include_bulk_statements(work: Work) -> None:
    with work.write("draft.kept") as db:
        rows = [
            {"id": str(n), "user_id": "u", "area": "a", "subject": str(n), "title": "", "content": {}, "saved_at": AT}
            for n in range(5)
        ]
        db.execute(insert(Draft), rows)
    with work.write("draft.discarded") as db:
        db.execute(delete(Draft).where(Draft.subject < "3"))
        db.execute(update(Draft).where(Draft.subject == "9").values(title="x"))
    kept, discarded = entries(work)
    assert kept.detail == {"tables": {"draft": 5}}
    assert discarded.detail == {"tables": {"draft": 3}}


def test_counts_include_statements_as_text(work: Work) -> None:
    registered(work)
    with work.write("people.mended") as db:
        db.execute(text("UPDATE person SET phone = '1', revision = revision + 1"))
    assert entries(work)[1].detail == {"tables": {"person": 1}, "changes": [2, 2]}


def test_a_note_is_an_entry_without_a_change(work: Work) -> None:
    work.note("person.viewed", "p1", fields=["id_no"])
    (entry,) = entries(work)
    assert (entry.act, entry.subject, entry.detail) == ("person.viewed", "p1", {"fields": ["id_no"]})


def test_listeners_hear_what_was_touched_after_the_commit(work: Work) -> None:
    heard: list[tuple[frozenset[str], int]] = []

    def listen(tables: frozenset[str]) -> None:
        with work.read() as db:
            heard.append((tables, db.scalar(select(func.count()).select_from(Person)) or 0))

    work.on_commit(listen)
    registered(work)
    with work.write("draft.kept") as db:
        db.add(draft())
        db.execute(text("UPDATE person SET phone = '1', revision = revision + 1"))
    with work.write("draft.discarded") as db:
        db.execute(delete(Guardian).where(Guardian.id == "nobody"))
    work.note("person.viewed")
    assert heard == [
        (frozenset(("person", "audit")), 1),
        (frozenset(("person", "draft", "audit")), 1),
        (frozenset(("audit",)), 1),
        (frozenset(("audit",)), 1),
    ]


@pytest.mark.parametrize("kind", ["write", "merge"])
def test_an_exception_leaves_nothing(work: Work, kind: str) -> None:
    work.on_commit(lambda _tables: pytest.fail("nothing was committed"))

    def fail() -> None:
        with getattr(work, kind)("person.registered") as db:
            db.add(draft())
            db.flush()
            raise ValidationError("bad", "no")

    with pytest.raises(ValidationError, match="no"):
        fail()
    with work.read() as db:
        assert [db.scalar(select(func.count()).select_from(table)) for table in (Draft, Change, AuditEntry)] == [
            0,
            0,
            0,
        ]


def test_a_failing_flush_leaves_nothing_and_the_store_goes_on(work: Work) -> None:
    with pytest.raises(IntegrityError), work.write("person.registered") as db:
        db.add_all((person(1), person(1)))
    registered(work)
    assert len(entries(work)) == 1


def test_an_error_shows_no_value(work: Work) -> None:
    with pytest.raises(IntegrityError) as caught, work.write("person.registered") as db:
        db.add_all((person(1, name="张三丰"), person(1, name="张三丰")))
    assert "张三丰" not in str(caught.value) + repr(caught.value)


def test_nesting_raises(work: Work, now: Ticking) -> None:
    with work.write("outer"):
        with pytest.raises(RuntimeError, match="inside"), work.write("inner"):
            pass
        with pytest.raises(RuntimeError, match="inside"):
            Work(work.store, "actor-2", "station-1", now).note("inner")
    assert [entry.act for entry in entries(work)] == ["outer"]


def test_another_thread_waits_for_its_turn(work: Work) -> None:
    other = threading.Thread(target=work.note, args=("second",))
    with work.write("first"):
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join()
    assert [entry.act for entry in entries(work)] == ["first", "second"]


def test_a_turn_that_never_comes_is_told(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.store.store.WAIT_SECONDS", 0.05)
    faults: list[str] = []

    def impatient() -> None:
        try:
            work.note("second")
        except OperationalError as fault:
            faults.append(fault.code)

    other = threading.Thread(target=impatient)
    with work.write("first"):
        other.start()
        other.join()
    assert faults == ["in_use"]


def test_more_readers_than_places_wait_then_are_told(store: Store, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.reader.pool, "_timeout", 0.05)
    sessions = [work.read() for _ in range(5)]
    opened = [session.__enter__() for session in sessions]
    for session in opened:
        session.connection()
    with pytest.raises(OperationalError) as caught, work.read() as db:
        db.connection()
    assert caught.value.code == "in_use"
    for session in sessions:
        session.__exit__(None, None, None)


def test_a_reader_sees_one_state(work: Work) -> None:
    with work.read() as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 0
        registered(work)
        assert db.scalar(select(func.count()).select_from(Person)) == 0
    with work.read() as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 1


def add_object(db: Session) -> None:
    db.add(draft())


def change_object(db: Session) -> None:
    db.scalars(select(Person)).one().name = "x"


def delete_object(db: Session) -> None:
    db.delete(db.scalars(select(Person)).one())


def insert_statement(db: Session) -> None:
    db.execute(insert(Draft).values(id="1", user_id="", area="", subject="", title="", content={}, saved_at=AT))


def text_statement(db: Session) -> None:
    db.execute(text("DELETE FROM draft"))


@pytest.mark.parametrize("change", [add_object, change_object, delete_object, insert_statement, text_statement])
def test_a_read_that_changes_something_is_a_bug(work: Work, change: object) -> None:
    registered(work)
    with pytest.raises(RuntimeError, match="inside Work"), work.read() as db:
        change(db)  # type: ignore[operator]
    with work.read() as db:
        assert db.scalar(select(func.count()).select_from(Draft)) == 0
        assert db.scalars(select(Person.name)).one() == "测试1"


def test_a_record_is_never_deleted(work: Work) -> None:
    known = registered(work)
    with pytest.raises(RuntimeError, match="never deleted"), work.write("person.removed") as db:
        db.delete(db.get_one(Person, known))


def test_other_rows_may_be_deleted(work: Work) -> None:
    with work.write("draft.kept") as db:
        db.add(draft())
    with work.write("draft.discarded") as db:
        one = db.scalars(select(Draft)).one()
        one.title = "x"
        db.flush()
        db.delete(one)
    with work.read() as db:
        assert db.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.parametrize("end", ["rollback", "commit"])
def test_ending_the_transaction_by_hand_is_a_bug(work: Work, end: str) -> None:
    with pytest.raises(RuntimeError, match="ends by itself"), work.write("draft.kept") as db:
        getattr(db, end)()


def test_a_save_over_a_newer_revision_is_refused(work: Work) -> None:
    known = registered(work)
    with work.read() as db:
        stale = db.get_one(Person, known)
    with work.write("person.amended") as db:
        db.get_one(Person, known).phone = "1"
    stale.phone = "2"
    with pytest.raises(ValidationError) as caught, work.write("person.amended") as db:
        db.add(stale)
    assert caught.value.code == "stale"
    with work.read() as db:
        assert db.get_one(Person, known).phone == "1"


def test_a_merge_keeps_the_stamps_it_brings_and_is_not_captured(work: Work) -> None:
    stamps = {"revision": 7, "created_at": AT, "created_by": "far", "updated_at": AT, "updated_by": "far"}
    facts = {
        "id": "p1",
        "station_id": "station-9",
        "file_no": "F-1",
        "name": "远",
        "search_text": "",
        "is_deleted": False,
    }
    heard: list[frozenset[str]] = []
    work.on_commit(heard.append)
    with work.merge("bundle.merged", "bundle-1") as db:
        db.execute(insert(Person).values(**facts, **stamps))
        db.execute(update(Person).values(revision=12))
    with work.read() as db:
        one = db.get_one(Person, "p1")
        assert (one.revision, one.created_by, one.updated_by, one.updated_at) == (12, "far", "far", AT)
        assert db.scalar(select(func.count()).select_from(Change)) == 0
    assert heard == [frozenset(("person", "audit"))]
    assert entries(work)[0].detail == {"tables": {"person": 2}}
    with work.write("person.amended") as db:  # and from here on it is captured again
        db.get_one(Person, "p1").name = "近"
    assert entries(work)[1].detail["changes"] == [1, 1]


def test_altered_triggers_stop_writing_but_not_reading(path: Path, key: DatabaseKey, now: Ticking) -> None:
    with bare(path, key) as db:
        db.execute("DROP TRIGGER person_capture_update")
    store = open_database(path, key, DB_UUID)
    work = Work(store, "actor-1", "station-1", now)
    assert store.altered == ("person_capture_update",)
    with pytest.raises(OperationalError) as caught:
        work.note("person.viewed")
    assert caught.value.remedy
    assert entries(work) == []
    store.close()


def test_the_window_thread_may_not_wait_for_the_disk(work: Work) -> None:
    mainthread.forbid_slow_work_here()
    try:
        for attempt in (work.read, lambda: work.write("x"), lambda: work.merge("x")):
            with pytest.raises(RuntimeError, match="window"), attempt():
                pass
    finally:
        mainthread.allow_slow_work_here()


def test_objects_stay_readable_after_the_commit(work: Work) -> None:
    with work.write("person.registered") as db:
        one = person()
        db.add(one)
    assert one.file_no == "T-00001"


def test_the_chain_holds_over_all_of_it(work: Work) -> None:
    for number in range(3):
        work.note("looked", str(number), text="汉字", number=number)
        registered_with(work, number)
    with work.read() as db:
        assert audit.verify(db)[::2] == (6, None)


def registered_with(work: Work, number: int) -> None:
    with work.write("person.registered") as db:
        db.add(person(number))
