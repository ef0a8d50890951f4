"""Accounts: a row, a slot in the key file, and a role."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import ValidationError
from desktop.services import keys
from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from tests.conftest import LOGIN, PASSWORD

WORKER = keys.AccountDraft("worker", "陈一帆", "worker", "春眠不觉晓处处闻啼鸟")


def test_new_account_opens_the_station_with_its_own_role(services: Services, folder: Path, clock: Clock) -> None:
    user_id = services.users.add(WORKER)
    assert [(row.login, row.role) for row in services.users.rows()] == [(LOGIN, "head"), ("worker", "worker")]
    services.close()
    mine = keys.unlock(folder, "worker", WORKER.password, clock)
    assert (mine.actor.user_id, mine.actor.role) == (user_id, "worker")
    assert not mine.actor.may("users.add")
    mine.close()


def test_same_login_twice_is_refused_and_changes_nothing(services: Services, folder: Path) -> None:
    services.users.add(WORKER)
    before = (folder / "station.keys.A.json").read_bytes()
    with pytest.raises(ValidationError) as caught:
        services.users.add(WORKER)
    assert caught.value.field == "login"
    assert (folder / "station.keys.A.json").read_bytes() == before
    assert len(services.users.rows()) == 2


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (keys.AccountDraft("W", "陈一帆", "worker", WORKER.password), "login"),
        (keys.AccountDraft("worker", " ", "worker", WORKER.password), "name"),
        (keys.AccountDraft("worker", "陈一帆", "king", WORKER.password), "role"),
        (keys.AccountDraft("worker", "陈一帆", "worker", "short"), "password"),
        (keys.AccountDraft("worker", "陈一帆", "worker", "青山镇社区康复站2026"), "password"),
    ],
)
def test_bad_account_is_refused(services: Services, draft: keys.AccountDraft, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        services.users.add(draft)
    assert caught.value.field == field
    assert len(keys.accounts(services.desk.folder.root)) == 1


def test_changed_password_is_the_only_one_that_opens(services: Services, folder: Path, clock: Clock) -> None:
    services.users.change_password(PASSWORD, "海上生明月天涯共此时")
    assert services.audit.rows()[0].act == "users.change_password"
    services.close()
    with pytest.raises(ValidationError):
        keys.unlock(folder, LOGIN, PASSWORD, clock)
    keys.unlock(folder, LOGIN, "海上生明月天涯共此时", clock).close()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("falsch falsch", "海上生明月天涯共此时", "wrong_password"), (PASSWORD, "1234567890", "weak_password")],
)
def test_password_stays_when_the_change_is_refused(
    services: Services, folder: Path, old: str, new: str, code: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        services.users.change_password(old, new)
    assert caught.value.code == code
    assert keys.is_password_right(folder, LOGIN, PASSWORD)
