"""Making, opening, changing keys; damage, forgery, and old copies."""

from __future__ import annotations

import errno
import os
import traceback
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import KangyiError, ValidationError
from desktop.vault import keyfile, keys, strictjson
from tests.vault.conftest import HEAD, IDENTITY, OTHER_PASSWORD, PASSWORD, WORKER, Made

Files = tuple[Path, Path]


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KangyiError) as trouble:
        work()
    assert trouble.value.remedy
    shown = "".join(traceback.format_exception(trouble.value)) + repr(trouble.value)
    assert PASSWORD not in shown.split("Traceback")[0]
    return trouble.value.code


def forge(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Alter a key file as someone without the key can: the check sum is made right again, the MAC is not."""
    content = strictjson.load_object(file.read_bytes(), keyfile.MAX_BYTES)
    change(content)
    content["check"] = keyfile._check(content)
    file.write_bytes(strictjson.dump(content))


# -- opening ------------------------------------------------------------------------------------------------------


def test_the_right_password_opens_the_same_keys(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    assert vault.database_key() == made.database_key
    assert len(vault.database_key()) == 48
    assert vault.signing.public_text == made.sign_key
    assert (vault.version, vault.user_id, vault.login, vault.role) == (1, "u-head", "li", "head")
    assert (vault.station_id, vault.replica_id, vault.db_uuid) == ("s-1", "r-1", "d-1")
    assert (vault.page_size, vault.cost, vault.is_recovery) == (8192, keys.FLOOR, False)
    assert vault.age_identity.startswith("AGE-SECRET-KEY-1")
    content = strictjson.load_object(made.data, keyfile.MAX_BYTES)
    assert content["replica_keys"]["recipient"] == vault.age_recipient
    assert vault.derive("attach") != vault.derive("db")


def test_the_recovery_code_opens_the_same_keys(files: Files, made: Made) -> None:
    vault = keys.unlock_with_recovery_code(files, made.code.lower().replace("-", " "))
    assert vault.database_key() == made.database_key
    assert (vault.is_recovery, vault.login, vault.cost) == (True, "", keys.FLOOR)


def test_another_stations_recovery_code_opens_nothing(files: Files) -> None:
    assert code_of(lambda: keys.unlock_with_recovery_code(files, keys.new_recovery_code())) == "wrong_password"


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD[:-1], "\ud800", "x" * 1000])
def test_a_wrong_password_opens_nothing(files: Files, password: str) -> None:
    assert code_of(lambda: keys.unlock(files, "li", password)) == "wrong_password"


def test_an_unknown_account_opens_nothing(files: Files) -> None:
    assert code_of(lambda: keys.unlock(files, "nobody", PASSWORD)) == "wrong_password"
    assert code_of(lambda: keys.unlock(files, "", PASSWORD)) == "wrong_password"


def test_both_forms_of_accents_open(tmp_path: Path) -> None:
    files = (tmp_path / "A", tmp_path / "B")
    text = "Ünïcødé-pásswörd-é"
    keys.create(files, IDENTITY, HEAD, unicodedata.normalize("NFD", text), keys.new_recovery_code(), keys.FLOOR)
    assert keys.unlock(files, "li", unicodedata.normalize("NFC", text)).login == "li"
    assert keys.unlock(files, "li", unicodedata.normalize("NFD", text)).login == "li"


def test_the_login_window_needs_no_secret(files: Files) -> None:
    assert keys.slots(files) == (HEAD,)


def test_a_wiped_vault_gives_nothing_away(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    assert made.database_key.hex() not in repr(vault)
    vault.wipe()
    for ask in (vault.database_key, lambda: vault.signing, lambda: vault.age_identity, lambda: vault.age_recipient):
        with pytest.raises(RuntimeError, match="locked"):
            ask()


# -- making -------------------------------------------------------------------------------------------------------


def test_existing_keys_are_never_written_over(files: Files, made: Made) -> None:
    files[1].unlink()
    again = lambda: keys.create(files, IDENTITY, HEAD, PASSWORD, made.code, keys.FLOOR)  # noqa: E731
    assert code_of(again) == "in_use"
    assert files[0].read_bytes() == made.data
    assert not files[1].exists()


def test_keys_without_a_recovery_code_open_by_password_only(tmp_path: Path) -> None:
    files = (tmp_path / "A", tmp_path / "B")
    keys.create(files, IDENTITY, HEAD, PASSWORD, None, keys.FLOOR)
    assert keys.unlock(files, "li", PASSWORD).login == "li"
    assert code_of(lambda: keys.unlock_with_recovery_code(files, keys.new_recovery_code())) == "wrong_password"


def test_a_weak_password_makes_no_keys(tmp_path: Path) -> None:
    files = (tmp_path / "A", tmp_path / "B")
    with pytest.raises(ValidationError, match="密码") as trouble:
        keys.create(files, IDENTITY, HEAD, "李站长12345678", keys.new_recovery_code(), keys.FLOOR)
    assert trouble.value.code == "weak_password"
    assert list(tmp_path.iterdir()) == []


def test_a_cost_below_the_floor_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="floor"):
        keys.create(
            (tmp_path / "A", tmp_path / "B"),
            IDENTITY,
            HEAD,
            PASSWORD,
            keys.new_recovery_code(),
            keys.KdfParameters(8192, 1, 1),
        )


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    files = (tmp_path / "A", tmp_path / "B")
    keys.create(files, IDENTITY, HEAD, PASSWORD, keys.new_recovery_code(), keys.FLOOR)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["A", "B"]


def test_no_secret_stands_in_the_file(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    for secret in (
        vault.volume_key(),
        vault.derive("db"),
        vault.signing.seed,
        vault.signing.seed.hex().encode(),
        vault.age_identity.encode(),
        PASSWORD.encode(),
        made.code.encode(),
        keyfile.text(vault.volume_key()).encode(),
    ):
        assert secret not in made.data


# -- changing -----------------------------------------------------------------------------------------------------


def test_a_second_account_opens_the_same_database(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)
    assert vault.version == 2
    assert keys.slots(files) == (HEAD, WORKER)
    opened = keys.unlock(files, "wang", OTHER_PASSWORD)
    assert (opened.database_key(), opened.version) == (made.database_key, 2)
    assert code_of(lambda: keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)) == "taken"
    keys.remove_account(files, vault, "wang")
    assert keys.slots(files) == (HEAD,)
    assert code_of(lambda: keys.remove_account(files, vault, "li")) == "last_account"
    assert code_of(lambda: keys.remove_account(files, vault, "wang")) == "wrong_password"
    assert keys.unlock(files, "li", PASSWORD).version == 3


def test_a_changed_password_replaces_the_old_one(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    wrong = lambda: keys.change_password(files, vault, "li", "wrong", OTHER_PASSWORD, keys.FLOOR)  # noqa: E731
    assert code_of(wrong) == "wrong_password"
    assert files[0].read_bytes() == made.data
    keys.change_password(files, vault, "li", PASSWORD, OTHER_PASSWORD, keys.FLOOR)
    assert keys.unlock(files, "li", OTHER_PASSWORD).database_key() == made.database_key
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "wrong_password"


def test_a_changed_password_is_checked_as_a_new_one(files: Files) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    weak = lambda: keys.change_password(files, vault, "li", PASSWORD, "李站长12345678", keys.FLOOR)  # noqa: E731
    assert code_of(weak) == "weak_password"


def test_a_forgotten_password_is_set_anew_with_the_recovery_code(files: Files, made: Made) -> None:
    vault = keys.unlock_with_recovery_code(files, made.code)
    keys.set_password(files, vault, HEAD, OTHER_PASSWORD, keys.FLOOR)
    assert keys.unlock(files, "li", OTHER_PASSWORD).database_key() == made.database_key
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "wrong_password"
    new = keys.new_recovery_code()
    keys.replace_recovery_code(files, vault, new)
    assert code_of(lambda: keys.unlock_with_recovery_code(files, made.code)) == "wrong_password"
    assert keys.unlock_with_recovery_code(files, new).database_key() == made.database_key


# -- damage -------------------------------------------------------------------------------------------------------


def test_every_flipped_byte_in_one_copy_leaves_the_other(files: Files, made: Made) -> None:
    for at in range(len(made.data)):
        damaged = bytearray(made.data)
        damaged[at] ^= 1 << at % 8
        files[0].write_bytes(damaged)
        assert [document.to_bytes() for document in keyfile.read_best(files)] == [made.data]
    assert keys.unlock(files, "li", PASSWORD).database_key() == made.database_key


def test_damage_in_both_copies_is_said_and_nothing_is_touched(files: Files, made: Made) -> None:
    for file in files:
        file.write_bytes(made.data[:-40])
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "damaged_key"
    assert code_of(lambda: keys.slots(files)) == "damaged_key"
    assert files[0].read_bytes() == made.data[:-40]


def test_missing_keys_are_said(tmp_path: Path) -> None:
    assert code_of(lambda: keys.slots((tmp_path / "A", tmp_path / "B"))) == "missing_key"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_a_copy_counts_as_damage(files: Files, made: Made) -> None:
    files[0].unlink()
    files[0].mkdir()
    assert keys.unlock(files, "li", PASSWORD).version == 1
    files[1].unlink()
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "damaged_key"


def test_a_later_format_is_not_touched(files: Files) -> None:
    forge(files[0], lambda content: content.update(v=1))
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "newer_database"


def test_the_twin_is_mended(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    assert not keys.mend(files, vault)
    files[0].write_bytes(b"damaged")
    assert keys.mend(files, vault)
    assert files[0].read_bytes() == files[1].read_bytes() == made.data
    files[1].unlink()
    assert keys.mend(files, vault)


def test_a_copy_travels_with_a_backup(files: Files, made: Made, tmp_path: Path) -> None:
    there = (tmp_path / "new.A", tmp_path / "new.B")
    keys.install(there, keys.read_copy(files))
    assert keys.unlock(there, "li", PASSWORD).database_key() == made.database_key
    assert code_of(lambda: keys.install(there, made.data)) == "in_use"
    assert code_of(lambda: keys.install((tmp_path / "x", tmp_path / "y"), made.data[1:])) == "damaged_key"


# -- crash between the copies, and old copies -----------------------------------------------------------------------


def test_after_a_crash_between_the_copies_the_newer_one_counts(files: Files, made: Made) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    keys.change_password(files, vault, "li", PASSWORD, OTHER_PASSWORD, keys.FLOOR)
    files[1].write_bytes(made.data)
    assert keys.unlock(files, "li", OTHER_PASSWORD).version == 2
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "wrong_password"


def test_an_older_copy_opens_when_the_newer_one_is_a_forgery(files: Files) -> None:
    def raise_version(content: dict[str, Any]) -> None:
        content["version"] = 99
        content["slots"][0]["role"] = "admin"

    forge(files[0], raise_version)
    assert keys.unlock(files, "li", PASSWORD).version == 1


# -- forgery --------------------------------------------------------------------------------------------------------


def slot_change(**facts: object) -> Callable[[dict[str, Any]], None]:
    return lambda content: content["slots"][0].update(facts)


def kdf_change(**facts: int) -> Callable[[dict[str, Any]], None]:
    return lambda content: content["slots"][0]["kdf"].update(facts)


@pytest.mark.parametrize(
    "change",
    [slot_change(user="u-other"), slot_change(role="admin"), slot_change(name="王"), kdf_change(t=4), kdf_change(v=16)],
)
def test_a_slot_given_to_someone_else_opens_nothing(files: Files, change: Callable[[dict[str, Any]], None]) -> None:
    for file in files:
        forge(file, change)
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "wrong_password"


@pytest.mark.parametrize(
    "change", [kdf_change(m=8192), kdf_change(t=1), kdf_change(t=21), kdf_change(p=17), kdf_change(m=2**30)]
)
def test_a_changed_cost_is_refused_before_the_work(
    files: Files, change: Callable[[dict[str, Any]], None], no_work: Callable[[], int]
) -> None:
    for file in files:
        forge(file, change)
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "damaged_key"
    assert no_work() == 0


def test_a_forged_slot_list_is_found_by_the_whole_file_seal(files: Files) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)
    for file in files:
        forge(file, lambda content: content["slots"].pop(1))
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "damaged_key"
    assert code_of(lambda: keys.mend(files, vault)) == "damaged_key"


def test_a_removed_account_cannot_be_put_back(files: Files) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)
    slot = strictjson.load_object(files[0].read_bytes(), keyfile.MAX_BYTES)["slots"][-1]
    keys.remove_account(files, vault, "wang")
    for file in files:
        forge(file, lambda content: content["slots"].append(slot))
    assert code_of(lambda: keys.unlock(files, "wang", OTHER_PASSWORD)) == "damaged_key"


def test_a_swapped_sealed_volume_key_is_found(files: Files) -> None:
    vault = keys.unlock(files, "li", PASSWORD)
    keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)

    def swap(content: dict[str, Any]) -> None:
        content["slots"][0]["volume"] = content["slots"][-1]["volume"]

    for file in files:
        forge(file, swap)
    assert code_of(lambda: keys.unlock(files, "li", PASSWORD)) == "damaged_key"


def break_form(content: dict[str, Any], path: tuple[object, ...], value: object) -> None:
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "other"),
        (("v",), True),
        (("suite",), "G1"),
        (("version",), 0),
        (("version",), "1"),
        (("slots",), []),
        (("slots",), {}),
        (("slots", 0), 1),
        (("slots", 0, "kind"), "county"),
        (("slots", 0, "device"), True),
        (("slots", 0, "kdf", "alg"), "scrypt"),
        (("slots", 0, "kdf", "m"), 1.5),
        (("slots", 0, "extra"), 1),
        (("slots", 0, "salt"), "AAAA"),
        (("slots", 0, "nonce"), "!"),
        (("slots", 0, "identity"), 7),
        (("slots", 0, "identity"), "密"),
        (("device",), {}),
        (("db_salt",), "AAAA"),
        (("extra",), 1),
        (("replica_keys",), None),
    ],
)
def test_a_wrong_form_is_damage(files: Files, path: tuple[object, ...], value: object) -> None:
    for file in files:
        forge(file, lambda content: break_form(content, path, value))
    assert code_of(lambda: keys.slots(files)) == "damaged_key"


def test_the_same_content_in_another_spelling_is_damage(files: Files, made: Made) -> None:
    for file in files:
        file.write_bytes(made.data.replace(b":", b": ", 1))
    assert code_of(lambda: keys.slots(files)) == "damaged_key"


def test_an_endless_file_is_not_read(files: Files, made: Made) -> None:
    files[0].write_bytes(made.data + b" " * keyfile.MAX_BYTES)
    files[1].unlink()
    assert code_of(lambda: keys.slots(files)) == "damaged_key"


# -- the disk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EROFS, "read_only"), (errno.EIO, "io_error")]
)
def test_a_disk_that_fails_leaves_the_old_keys(
    files: Files, made: Made, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    vault = keys.unlock(files, "li", PASSWORD)

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(keyfile.os, "fsync", fail)
        assert code_of(lambda: keys.add_account(files, vault, WORKER, OTHER_PASSWORD, keys.FLOOR)) == code
    assert files[0].read_bytes() == files[1].read_bytes() == made.data
    assert len(list(files[0].parent.iterdir())) == 2
    assert vault.version == 1
