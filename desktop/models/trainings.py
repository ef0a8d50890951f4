"""Training sessions (康复训练) and who took part."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import HasOrigin, Record


class Training(HasOrigin, Record):
    """One training session, individual or group; times are HH:MM of the station's clock."""

    __tablename__ = "training"
    __table_args__ = (Index("ix_training_held_on", "held_on"),)

    held_on: Mapped[date]
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    training_type: Mapped[str] = mapped_column(String(2))
    form: Mapped[str] = mapped_column(String(16))
    theme: Mapped[str | None]
    place: Mapped[str | None]
    leader_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    helpers: Mapped[str | None]
    content: Mapped[str | None]


class Attendance(HasOrigin, Record):
    """One client in one session: present, late, left_early, leave or absent, and how it went."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    training_id: Mapped[str] = mapped_column(ForeignKey("training.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    participation: Mapped[str | None] = mapped_column(String(8))
    mood_before: Mapped[int | None]
    mood_after: Mapped[int | None]
    note: Mapped[str | None]
    is_counted: Mapped[bool] = mapped_column(default=True)
