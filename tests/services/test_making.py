"""A new station is made whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.errors import OperationalError, ValidationError
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock, SystemClock
from desktop.services.fiction import practice_station
from desktop.vault.keys import FLOOR

STATION = practice_station()
HEAD = keys.AccountDraft("head", "林晓岚", "head", "青山依旧在几度夕阳红")


def make(
    folder: Path, station: keys.StationDraft = STATION, head: keys.AccountDraft = HEAD, **more: object
) -> Services:
    """Make a station at the floor of the password cost."""
    settings: dict[str, object] = {"pc_letter": "A", "recovery_code": keys.new_recovery_code(), "is_practice": True}
    settings |= {"clock": PracticeClock(date(2026, 3, 31)), "kdf": FLOOR} | more
    return keys.create_station(folder, station, head, **settings)  # type: ignore[arg-type]


def test_new_station_holds_its_file_and_first_account(tmp_path: Path) -> None:
    services = make(tmp_path / "deep" / "down", pc_letter="C")
    assert services.stations.draft() == (practice_station(), 1)
    assert [user.login for user in services.users.rows()] == ["head"]
    assert services.desk.facts.pc_letter == "C"
    assert services.notices == ()
    services.close()
    names = {file.name for file in (tmp_path / "deep" / "down").iterdir()}
    assert names == {"station.db", "station.keys.A.json", "station.keys.B.json", "in-use.lock", "anchor"}
    if os.name == "posix":
        assert (tmp_path / "deep" / "down").stat().st_mode & 0o077 == 0


def test_code_of_the_station_comes_from_its_division_when_nobody_gave_one(tmp_path: Path) -> None:
    services = make(tmp_path / "s", replace(practice_station(), code=""))
    assert services.desk.facts.station_code == "S127001"
    services.close()


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda: {"station": replace(practice_station(), name=" ")}, "name"),
        (lambda: {"station": replace(practice_station(), division_code="99012")}, "division_code"),
        (lambda: {"station": replace(practice_station(), uscc="91350100M000100Y44")}, "uscc"),
        (lambda: {"station": replace(practice_station(), host_kind="circus")}, "host_kind"),
        (lambda: {"station": replace(practice_station(), opened_on="昨天")}, "opened_on"),
        (lambda: {"station": replace(practice_station(), capacity_day=0)}, "capacity_day"),
        (lambda: {"station": replace(practice_station(), code="QS 01")}, "code"),
        (lambda: {"head": replace(HEAD, login="林")}, "login"),
        (lambda: {"head": replace(HEAD, role="operator")}, "role"),
        (lambda: {"head": replace(HEAD, password="1234567890")}, "password"),
        (lambda: {"head": replace(HEAD, password="青山镇社区康复站2026")}, "password"),
        (lambda: {"pc_letter": "AB"}, "pc_letter"),
        (lambda: {"recovery_code": "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"}, "recovery_code"),
    ],
)
def test_bad_field_is_named_and_nothing_is_made(
    tmp_path: Path, spoil: Callable[[], dict[str, object]], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        make(tmp_path / "s", **spoil())  # type: ignore[arg-type]
    assert caught.value.field == field
    assert caught.value.message
    assert not (tmp_path / "s").exists()


def test_made_up_day_needs_a_practice_station(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        make(tmp_path / "s", is_practice=False)
    assert caught.value.code == "not_practice"
    assert not (tmp_path / "s").exists()


def test_real_station_refuses_a_made_up_day_later_too(tmp_path: Path) -> None:
    make(tmp_path / "s", is_practice=False, clock=SystemClock()).close()
    with pytest.raises(ValidationError) as caught:
        keys.unlock(tmp_path / "s", HEAD.login, HEAD.password, PracticeClock(date(2026, 3, 31)))
    assert caught.value.code == "not_practice"
    services = keys.unlock(tmp_path / "s", HEAD.login, HEAD.password, SystemClock())
    assert all(row.at.date() != date(2026, 3, 31) for row in services.audit.rows())
    services.close()


@pytest.mark.parametrize("name", ["station.db", "station.keys.A.json", "station.keys.B.json"])
def test_folder_with_anything_of_a_station_is_refused_untouched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"precious")
    assert keys.is_station(tmp_path)
    with pytest.raises(OperationalError) as caught:
        make(tmp_path)
    assert caught.value.code == "in_use"
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"precious"


def test_crash_on_the_way_leaves_no_half_station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.services import making

    def crash(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(making, "move_in", crash)
        with pytest.raises(OperationalError) as caught:
            make(tmp_path / "s")
    assert caught.value.code == "disk_full"
    assert not keys.is_station(tmp_path / "s")
    make(tmp_path / "s").close()


def test_leftovers_of_a_killed_attempt_do_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "s" / ".new").mkdir(parents=True)
    (tmp_path / "s" / ".new" / "station.db").write_bytes(b"half")
    assert not keys.is_station(tmp_path / "s")
    make(tmp_path / "s").close()
    assert not (tmp_path / "s" / ".new").exists()
