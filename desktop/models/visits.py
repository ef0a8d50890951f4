"""Home visits and telephone contacts (入户与电话联系)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import HasOrigin, Record


class Visit(HasOrigin, Record):
    """One visit or contact; a telephone call is kept here but does not count as a home visit (DOMAIN 4.13)."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_person_id_visited_on", "person_id", "visited_on"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    visited_on: Mapped[date]
    starts: Mapped[str | None] = mapped_column(String(5))
    ends: Mapped[str | None] = mapped_column(String(5))
    method: Mapped[str] = mapped_column(String(12))
    visitor_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    companions: Mapped[str | None]
    met: Mapped[str] = mapped_column(String(12))
    not_met_reason: Mapped[str | None]
    purposes: Mapped[list[str]]
    mental_state: Mapped[str | None] = mapped_column(String(12))
    medication: Mapped[str | None] = mapped_column(String(12))
    is_medicine_counted: Mapped[bool | None]
    does_count_match: Mapped[bool | None]
    sleep: Mapped[str | None] = mapped_column(String(8))
    diet: Mapped[str | None] = mapped_column(String(8))
    self_care: Mapped[str | None] = mapped_column(String(8))
    social_function: Mapped[str | None] = mapped_column(String(8))
    danger_level: Mapped[int | None]
    lock_seen: Mapped[str | None] = mapped_column(String(12))
    lock_reported_to: Mapped[str | None]
    problems: Mapped[str | None]
    handling: Mapped[str | None]
    next_visit_on: Mapped[date | None]
    is_counted: Mapped[bool] = mapped_column(default=True)
