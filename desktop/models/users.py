"""Who may work with the program."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class User(Record):
    """A member of staff with an account; the secrets stand in the key file, never here."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("station_id", "login"),)

    login: Mapped[str]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    is_active: Mapped[bool] = mapped_column(default=True)
