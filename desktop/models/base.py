"""What every table shares: names of constraints, the record columns, times as UTC text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import ClassVar

from sqlalchemy import JSON, Boolean, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid6 import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


ENTERED, IMPORTED = "entered", "imported"


class UtcText(TypeDecorator[datetime]):
    """An instant, stored as text `YYYY-MM-DDTHH:MM:SS.ffffffZ` so that it sorts and never loses its zone."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Turn an aware instant into text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Turn the text back into an aware instant."""
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(4096)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class DayText(TypeDecorator[date]):
    """A calendar day, stored as text `YYYY-MM-DD`."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Turn the day into text."""
        return None if value is None else value.isoformat()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], date | None]:
        """Turn the text back into a day; the same few days come again and again."""
        return _day


def new_id() -> str:
    """Return a new time-ordered key (UUIDv7), which keeps the index of an encrypted table compact."""
    return str(uuid7())


class Base(DeclarativeBase):
    """All tables, station and hub, in one metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcText,
        date: DayText,
        str: Text,
        bool: Boolean,
        int: Integer,
        list[str]: JSON(none_as_null=True),
        dict[str, object]: JSON(none_as_null=True),
    }


class Record(Base):
    """A row that people make and change: captured for the hand-over, versioned, never physically deleted.

    `revision` counts from 1 and rises by one with each change (the unit of work and a trigger see to it).
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id, sort_order=-30)
    station_id: Mapped[str] = mapped_column(String(36), index=True, sort_order=-29)
    revision: Mapped[int] = mapped_column(sort_order=90)
    created_at: Mapped[datetime] = mapped_column(sort_order=91)
    created_by: Mapped[str] = mapped_column(String(36), sort_order=92)
    updated_at: Mapped[datetime] = mapped_column(sort_order=93)
    updated_by: Mapped[str] = mapped_column(String(36), sort_order=94)
    is_deleted: Mapped[bool] = mapped_column(default=False, sort_order=95)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        """Let SQLAlchemy refuse a save over a newer revision (second window, second person)."""
        return {"version_id_col": cls.revision}


class HasOrigin:
    """A column for what was done: "entered" in the program, or "imported" from a sheet of earlier years (补录)."""

    origin: Mapped[str] = mapped_column(String(8), default=ENTERED, server_default=ENTERED, sort_order=80)
