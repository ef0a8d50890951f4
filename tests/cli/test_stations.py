"""init, check, backup and restore, and what they say when the world is not as it should be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from desktop.services import keys
from desktop.services.clock import SystemClock
from desktop.store.connection import DatabaseKey, connect
from desktop.store.engine import create_database
from tests.cli.conftest import Kangyi
from tests.conftest import LOGIN, PASSWORD


def init(kangyi: Kangyi, *more: str | Path) -> tuple[str | Path, ...]:
    """Return the words that make a new station beside the one of the fixture."""
    return (
        *("--json", "init", "--station", "测试驿站", "--division", "990127003", "--user", "li"),
        *("--password-file", kangyi.password_file, *more),
    )


def test_init_makes_a_station_its_head_and_a_private_recovery_file(kangyi: Kangyi, tmp_path: Path) -> None:
    new, code = tmp_path / "new", tmp_path / "code.txt"
    said = kangyi.run(*init(kangyi, "--recovery-out", code, "--data", new))
    assert said.status == 0
    answer = said.answer
    assert answer["verb"] == "init"
    assert answer["pc"] == "A"
    assert answer["recovery_file"] == str(code)
    assert answer["schema"]
    if os.name == "posix":
        assert stat.S_IMODE(code.stat().st_mode) == 0o600
    services = keys.unlock(new, "li", PASSWORD, SystemClock())
    assert services.desk.facts.station_id == answer["station_id"]
    assert services.desk.facts.db_uuid == answer["db_uuid"]
    assert not services.desk.facts.is_practice
    assert services.actor.role == "head"
    services.close()
    typed = code.read_text(encoding="utf-8").strip()
    keys.reset_password(new, typed, "li", "海上生明月天涯共此时", keys.new_recovery_code(), SystemClock()).close()
    assert kangyi.run("--json", "people", "--data", new, "--password-file", kangyi.password_file).status == 1
    later = kangyi.run("--json", "check", "--data", new, "--password-file", kangyi.password_file, "--on", "2026-03-31")
    assert later.status in (1, 2)


def test_init_with_a_made_up_day_needs_a_practice_station(kangyi: Kangyi, tmp_path: Path) -> None:
    words = init(kangyi, "--recovery-out", tmp_path / "code.txt", "--data", tmp_path / "new", "--on", "2026-03-31")
    said = kangyi.run(*words)
    assert said.status == 2
    assert said.error["code"] == "not_practice"
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "code.txt").exists()


def test_made_up_day_in_a_real_station_is_exit_2(kangyi: Kangyi, tmp_path: Path) -> None:
    kangyi.run(*init(kangyi, "--recovery-out", tmp_path / "code.txt", "--data", tmp_path / "new"))
    words = ("--json", "people", "--data", tmp_path / "new", "--password-file", kangyi.password_file)
    assert kangyi.run(*words).status == 0
    assert kangyi.run(*words, "--on", "2026-03-31").status == 2


def test_init_over_a_station_changes_nothing(kangyi: Kangyi, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in kangyi.data.iterdir() if file.is_file()}
    said = kangyi.run(*init(kangyi, "--recovery-out", tmp_path / "code.txt", "--data", kangyi.data))
    assert (said.status, said.error["code"]) == (3, "in_use")
    assert {file.name: file.read_bytes() for file in kangyi.data.iterdir() if file.is_file()} == before
    assert not (tmp_path / "code.txt").exists()


def test_init_never_writes_over_a_file_with_a_code(kangyi: Kangyi, tmp_path: Path) -> None:
    (tmp_path / "code.txt").write_text("the only copy")
    said = kangyi.run(*init(kangyi, "--recovery-out", tmp_path / "code.txt", "--data", tmp_path / "new"))
    assert said.status == 2
    assert (tmp_path / "code.txt").read_text() == "the only copy"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [("--division", "12", "division_code"), ("--pc", "AB", "pc_letter"), ("--user", "李", "login")],
)
def test_init_names_the_bad_field(kangyi: Kangyi, tmp_path: Path, option: str, value: str, field: str) -> None:
    words = init(kangyi, "--recovery-out", tmp_path / "code.txt", "--data", tmp_path / "new", option, value)
    said = kangyi.run(*words)
    assert (said.status, said.error["field"]) == (1, field)
    assert not (tmp_path / "new").exists()


def test_check_tells_everything_of_the_contract(kangyi_filled: Kangyi) -> None:
    answer = kangyi_filled("check").answer
    assert answer["integrity"] == answer["cipher_integrity"] == answer["foreign_keys"] == answer["triggers"] == "ok"
    assert answer["audit"]["ok"] is True
    assert len(answer["audit"]["head"]) == 64
    assert answer["counts"]["person"] == 40
    assert answer["last_backup"] is None


def test_backup_is_remembered_and_restored_beside(kangyi_filled: Kangyi, tmp_path: Path) -> None:
    made = kangyi_filled("backup", "--to", tmp_path / "stick").answer
    assert (made["persons"], made["verified"], len(made["sha256"])) == (40, True, 64)
    last = kangyi_filled("check").answer["last_backup"]
    assert (last["persons"], last["verified"]) == (40, True)
    words = (
        "--json",
        "restore",
        made["file"],
        "--data",
        tmp_path / "new",
        "--password-file",
        kangyi_filled.password_file,
    )
    answer = kangyi_filled.run(*words).answer
    assert (answer["persons"], answer["incarnation"], answer["lost_changes"]) == (40, 1, 0)
    again = Kangyi(tmp_path / "new", kangyi_filled.password_file)
    assert again("people").answer["people"] == kangyi_filled("people").answer["people"]
    assert kangyi_filled.run(*words).error["code"] == "in_use"


def test_restore_by_the_code_of_the_envelope(kangyi: Kangyi, tmp_path: Path, recovery_code: str) -> None:
    made = kangyi("backup", "--to", tmp_path / "stick").answer
    (tmp_path / "code.txt").write_text(recovery_code + "\n")
    (tmp_path / "wrong.txt").write_text(keys.new_recovery_code() + "\n")
    words = ("--json", "restore", made["file"], "--data", tmp_path / "new", "--recovery-file")
    assert kangyi.run(*words, tmp_path / "wrong.txt").error["code"] == "wrong_password"
    assert not keys.is_station(tmp_path / "new")
    assert kangyi.run(*words, tmp_path / "code.txt").status == 0
    assert Kangyi(tmp_path / "new", kangyi.password_file)("people").status == 0


def spoil_no_key(folder: Path) -> None:
    for file in folder.glob("station.keys.*"):
        file.unlink()


def spoil_key(folder: Path) -> None:
    for file in folder.glob("station.keys.*"):
        file.write_bytes(file.read_bytes()[:-9])


def spoil_empty(folder: Path) -> None:
    (folder / "station.db").write_bytes(b"")


def spoil_no_database(folder: Path) -> None:
    (folder / "station.db").unlink()


def spoil_newer(folder: Path) -> None:
    alter(folder, "PRAGMA user_version=9999")


def spoil_other(folder: Path) -> None:
    alter(folder, "UPDATE meta SET value = 'another' WHERE key = 'db_uuid'")


def spoil_exchanged(folder: Path) -> None:
    """Put the database of another station in place of ours: our key does not open it, its salt is not ours."""
    key = DatabaseKey(bytes(range(48)))
    (folder / "station.db").unlink()
    create_database(folder / "station.db", key, {"kind": "station", "db_uuid": "another"})


def spoil_first_page(folder: Path) -> None:
    """Damage our own database behind its salt."""
    content = bytearray((folder / "station.db").read_bytes())
    content[20] ^= 1
    (folder / "station.db").write_bytes(content)


def alter(folder: Path, statement: str) -> None:
    """Change the closed database as a program of ours could."""
    services = keys.unlock(folder, LOGIN, PASSWORD, SystemClock())
    key = DatabaseKey(services.desk.vault.database_key())
    services.close()
    connection = connect(folder / "station.db", key)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_no_key, "missing_key"),
        (spoil_key, "damaged_key"),
        (spoil_empty, "not_ours"),
        (spoil_no_database, "io_error"),
        (spoil_newer, "newer_database"),
        (spoil_other, "other_station"),
        (spoil_exchanged, "other_station"),
        (spoil_first_page, "not_ours"),
    ],
)
def test_world_out_of_joint_is_exit_3_with_a_way_out_and_no_change(kangyi: Kangyi, spoil, code: str) -> None:  # type: ignore[no-untyped-def]
    spoil(kangyi.data)
    before = {file.name: file.read_bytes() for file in kangyi.data.iterdir() if file.is_file()}
    said = kangyi("check")
    assert (said.status, said.error["code"]) == (3, code)
    assert said.error["remedy"]
    assert {file.name: file.read_bytes() for file in kangyi.data.iterdir() if file.is_file()} == before


def test_station_that_is_open_elsewhere_is_in_use(kangyi: Kangyi) -> None:
    services = keys.unlock(kangyi.data, LOGIN, PASSWORD, SystemClock())
    said = kangyi("check")
    services.close()
    assert (said.status, said.error["code"]) == (3, "in_use")
    assert kangyi("check").status == 0


def test_folder_without_a_station_is_said_and_not_made(kangyi: Kangyi, tmp_path: Path) -> None:
    nowhere = Kangyi(tmp_path / "nowhere", kangyi.password_file)
    said = nowhere("people")
    assert (said.status, said.error["code"]) == (3, "missing_key")
    assert not nowhere.data.exists()


def test_wrong_password_is_exit_1(kangyi: Kangyi) -> None:
    kangyi.password_file.write_text("falsch falsch falsch\n")
    said = kangyi("people")
    assert (said.status, said.error["code"]) == (1, "wrong_password")


def test_damage_found_by_check_is_exit_3_with_all_the_findings(kangyi: Kangyi) -> None:
    alter(kangyi.data, "DROP TRIGGER person_guard_delete")
    said = kangyi("check")
    assert said.status == 3
    assert said.answer["triggers"] == "person_guard_delete"
