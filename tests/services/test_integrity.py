"""Looking through the whole store."""

from __future__ import annotations

from desktop.services.catalogue import Services
from desktop.store.connection import DatabaseKey, connect


def test_sound_station_is_ok_and_counted(filled: Services) -> None:
    found = filled.integrity.check()
    assert found.is_ok
    assert (found.integrity, found.cipher_integrity, found.foreign_keys, found.triggers) == ("ok", "ok", "ok", "ok")
    assert found.counts["person"] == 40
    assert found.audit == filled.audit.check()


def test_missing_guard_and_broken_reference_are_found(services: Services) -> None:
    key = DatabaseKey(services.desk.vault.database_key())
    connection = connect(services.desk.folder.database, key)
    for name in ("guardian_guard_insert", "guardian_capture_insert"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(
        "INSERT INTO guardian (id, station_id, person_id, name, is_guardian, revision, created_at, created_by,"
        " updated_at, updated_by, is_deleted) VALUES ('g', 's', 'nobody', 'x', 1, 1, '', '', '', '', 0)"
    )
    connection.close()
    found = services.integrity.check()
    assert not found.is_ok
    assert found.triggers == "guardian_capture_insert"
    assert found.foreign_keys == "1"
