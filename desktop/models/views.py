"""What a user arranged for themselves: saved views of lists, the columns of sheets they import."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base, new_id


class SavedView(Base):
    """One arrangement of a list: filters, columns, sorting, under a name ("" is how it was left)."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "screen", "name"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(String(36))
    screen: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    content: Mapped[dict[str, object]]
    saved_at: Mapped[datetime]


class ColumnMapping(Base):
    """Which heading of a sheet is which field, remembered for the next sheet with the same headings."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("kind", "headings_hash"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    headings_hash: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, object]]
    used_at: Mapped[datetime]
