"""Medicines a client takes, and the people around a client (用药、四帮一)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Medication(Record):
    """One medicine as prescribed elsewhere (DOMAIN 4.15): the station records it, it never prescribes."""

    __tablename__ = "medication"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    drug: Mapped[str]
    dose: Mapped[str | None] = mapped_column(String(12))
    unit: Mapped[str | None] = mapped_column(String(2))
    times: Mapped[str | None]
    route: Mapped[str | None] = mapped_column(String(12))
    source: Mapped[str | None] = mapped_column(String(12))
    prescriber: Mapped[str | None]
    started_on: Mapped[str | None] = mapped_column(String(10))
    stopped_on: Mapped[str | None] = mapped_column(String(10))
    next_due_on: Mapped[date | None]
    note: Mapped[str | None]


class CareTeamMember(Record):
    """One of the people who watch over a client (关爱帮扶小组, 四帮一), with the time they did."""

    __tablename__ = "care_team_member"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    organisation: Mapped[str | None]
    phone: Mapped[str | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
