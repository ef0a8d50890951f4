"""Accounts of the staff."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.desk import Desk
from desktop.services.accounts import AccountDraft


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
        raise NotImplementedError

    def add(self, draft: AccountDraft) -> str:
        """Make an account with its own key slot; return the id."""
        raise NotImplementedError

    def change_password(self, old: str, new: str) -> None:
        """Change the password of the person at the desk; raises ValidationError wrong_password or weak_password."""
        raise NotImplementedError
