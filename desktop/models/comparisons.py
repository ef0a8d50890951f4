"""Our clients beside the list of the health side (信息比对)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Comparison(Record):
    """One list that was held against our files."""

    __tablename__ = "comparison"

    list_name: Mapped[str]
    sheet_sha256: Mapped[str] = mapped_column(String(64))
    compared_at: Mapped[datetime]
    counts: Mapped[dict[str, object]]


class ComparisonLine(Record):
    """One person of a comparison: on both lists, only here, only there; which fields differ, and what was decided."""

    __tablename__ = "comparison_line"

    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparison.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    match_key: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[str] = mapped_column(String(12))
    theirs: Mapped[dict[str, object]]
    differences: Mapped[list[str]]
    decision: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str | None]
