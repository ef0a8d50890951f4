"""The institution file of a station (机构档案)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Station(Record):
    """A rehabilitation station (精神障碍社区康复服务站); its id equals its station_id."""

    __tablename__ = "station"

    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(12))
    division_code: Mapped[str] = mapped_column(String(12))
    station_type: Mapped[str | None] = mapped_column(String(8))
    host_kind: Mapped[str | None] = mapped_column(String(8))
    host_institution: Mapped[str | None]
    operation_mode: Mapped[str | None] = mapped_column(String(8))
    uscc: Mapped[str | None] = mapped_column(String(18))
    legal_person: Mapped[str | None]
    manager: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    supervision_phone: Mapped[str | None]
    green_channel_hospital: Mapped[str | None]
    green_channel_phone: Mapped[str | None]
    opened_on: Mapped[date | None]
    capacity_day: Mapped[int | None]
    capacity_home: Mapped[int | None]
    status: Mapped[str | None] = mapped_column(String(12))
    area_m2: Mapped[int | None]
    rooms: Mapped[list[str] | None]
    service_forms: Mapped[list[str] | None]
    direct_staff: Mapped[int | None]
    technical_hospital: Mapped[str | None]
    technical_contact: Mapped[str | None]
    technical_phone: Mapped[str | None]
    rating: Mapped[str | None]
    rated_on: Mapped[date | None]


class Setting(Record):
    """A setting of the whole station (key and JSON value), audited and handed over with the data."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("station_id", "key"),)

    key: Mapped[str]
    value: Mapped[dict[str, object]]
