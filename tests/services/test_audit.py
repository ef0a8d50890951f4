"""The audit as the staff see it."""

from __future__ import annotations

from desktop.services.catalogue import Services
from desktop.store.connection import DatabaseKey, connect


def test_entries_name_who_did_what_newest_first(services: Services) -> None:
    services.settings.change("papers.warn_days", 20)
    newest, unlock = services.audit.rows(limit=2)
    assert (newest.actor, newest.act, unlock.act) == ("林晓岚", "settings.change", "station.unlock")
    assert newest.seq == unlock.seq + 1
    assert newest.detail["tables"] == {"setting": 1}


def test_entries_about_one_subject_alone(services: Services) -> None:
    user_id = services.actor.user_id
    services.desk.work.note("people.view", user_id)
    services.desk.work.note("people.view", "somebody else")
    services.desk.work.note("consents.sign_many", None, persons=["somebody else", user_id])
    services.desk.work.note("consents.sign_many", None, persons=["somebody else"])
    assert [row.act for row in services.audit.rows(person_id=user_id)] == ["consents.sign_many", "people.view"]


def test_chain_holds_and_a_changed_past_shows(services: Services) -> None:
    services.settings.change("papers.warn_days", 20)
    found = services.audit.check()
    assert found.is_ok
    assert found.entries == services.audit.rows()[0].seq
    _falsify(services, seq=2)
    found = services.audit.check()
    assert (found.is_ok, found.first_bad) == (False, 2)
    assert not services.integrity.check().is_ok


def _falsify(services: Services, seq: int) -> None:
    """Change one entry as somebody with the key and a foreign tool could."""
    key = DatabaseKey(services.desk.vault.database_key())
    connection = connect(services.desk.folder.database, key)
    guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_guard_update'").fetchone()[0]
    connection.execute("DROP TRIGGER audit_guard_update")
    connection.execute("UPDATE audit SET act = 'nothing' WHERE seq = ?", (seq,))
    connection.execute(guard)
    connection.close()
