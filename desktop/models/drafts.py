"""Forms that are not finished yet; kept in the encrypted store so that nothing typed is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base, new_id


class Draft(Base):
    """An unfinished form of one user: area (people, trainings, visits ...), subject, and what was typed."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "area", "subject"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(String(36))
    area: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str]
    title: Mapped[str]
    content: Mapped[dict[str, object]]
    saved_at: Mapped[datetime]
