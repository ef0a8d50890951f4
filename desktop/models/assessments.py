"""Assessments (评估): what an instrument gave on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import HasOrigin, Record


class Assessment(HasOrigin, Record):
    """One instrument filled in for one client: total and sub-scores by name, never a diagnosis.

    `kind` is baseline, stage, closing or ad_hoc; `band` is the reading of the score in the words of the assessor.
    """

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_person_id_assessed_on", "person_id", "assessed_on"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    assessed_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(12))
    instrument: Mapped[str] = mapped_column(String(24))
    instrument_version: Mapped[str | None] = mapped_column(String(16))
    assessors: Mapped[str | None]
    total: Mapped[float | None]
    subscores: Mapped[dict[str, object] | None]
    band: Mapped[str | None]
    note: Mapped[str | None]
