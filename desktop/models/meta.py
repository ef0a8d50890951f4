"""Facts about the file itself, not about people."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base


class Meta(Base):
    """One fact of the file: kind (station, hub), db_uuid, station_id, replica_id, pc_letter ...."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
