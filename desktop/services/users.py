"""Accounts of the staff."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from desktop import resources
from desktop.domain.stations import check_account
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.users import User
from desktop.services.accounts import AccountDraft, guessable_words
from desktop.services.desk import Desk
from desktop.services.stations import refuse_faults


@dataclass(frozen=True)
class UserRow:
    """One account."""

    id: str
    login: str
    name: str
    role: str
    is_active: bool


class Users:
    """Who works here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self) -> tuple[UserRow, ...]:
        """Return the accounts, active ones first."""
        self._desk.actor.require("users.read")
        with self._desk.work.read() as db:
            found = db.scalars(select(User).order_by(User.is_active.desc(), User.login))
            return tuple(UserRow(user.id, user.login, user.name, user.role, user.is_active) for user in found)

    def add(self, draft: AccountDraft) -> str:
        """Make an account with its own key slot; return the id."""
        self._desk.actor.require("users.add")
        from desktop.vault import keys, passwords

        refuse_faults(check_account(draft.login, draft.name, draft.role, station_roles()))
        passwords.check(draft.password, guessable_words(draft.login, draft.name, self._desk.facts.station_name))
        files, vault, user_id = self._desk.folder.key_files, self._desk.vault, new_id()
        with self._desk.work.write("users.add", user_id, login=draft.login, role=draft.role) as db:
            if db.scalar(select(User.id).where(User.login == draft.login)) is not None:
                raise ValidationError("taken", tr("登录名 {login} 已经有人用。", login=draft.login), field="login")
            db.add(User(id=user_id, login=draft.login, name=draft.name.strip(), role=draft.role))
            db.flush()
            # The slot comes last before the commit: a slot without its row opens nothing (the unlock asks for the row).
            slot = keys.SlotFacts(user_id, draft.login, draft.name.strip(), draft.role)
            keys.add_account(files, vault, slot, draft.password, vault.cost)
        return user_id

    def change_password(self, old: str, new: str) -> None:
        """Change the password of the person at the desk; raises ValidationError wrong_password or weak_password."""
        self._desk.actor.require("users.change_password")
        from desktop.vault import keys, passwords

        vault = self._desk.vault
        passwords.check(new, guessable_words(vault.login, self._desk.actor.name, self._desk.facts.station_name))
        keys.change_password(self._desk.folder.key_files, vault, vault.login, old, new, vault.cost)
        self._desk.work.note("users.change_password", self._desk.actor.user_id)


def station_roles() -> tuple[str, ...]:
    """Return the roles an account of a station can have."""
    return tuple(resources.table("permissions/roles.toml")["station"]["roles"])
