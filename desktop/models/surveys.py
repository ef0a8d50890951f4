"""People of the area's list who are not clients yet (摸底)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class SurveyEntry(Record):
    """One person of a list of the area: contacted or not, wish, needs; `person_id` once a client was made of it."""

    __tablename__ = "survey_entry"

    list_name: Mapped[str]
    name: Mapped[str]
    search_text: Mapped[str]
    sex: Mapped[str | None] = mapped_column(String(1))
    birth_on: Mapped[date | None]
    id_no: Mapped[str | None] = mapped_column(String(32), index=True)
    phone: Mapped[str | None]
    township: Mapped[str | None]
    village: Mapped[str | None]
    address: Mapped[str | None]
    diagnosis_category: Mapped[str | None] = mapped_column(String(2))
    result: Mapped[str] = mapped_column(String(12), default="planned")
    contacted_on: Mapped[date | None]
    contacted_by: Mapped[str | None]
    needs: Mapped[list[str] | None]
    note: Mapped[str | None]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
