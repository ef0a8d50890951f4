"""Two files that turned out to be one person (并档)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class PersonJoin(Record):
    """One file joined into another: `person_id` is kept, `gone_id` leads to it; `undone_on` once parted again.

    `moved` counts by table what went over, `before` holds what each record said before, so that all of it can go back.
    """

    __tablename__ = "person_join"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    gone_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    gone_file_no: Mapped[str]
    joined_on: Mapped[date]
    reason: Mapped[str]
    moved: Mapped[dict[str, object]]
    before: Mapped[dict[str, object]]
    undone_on: Mapped[date | None]


class DistinctPair(Record):
    """Two files that look alike and are two people: somebody looked and said so. The smaller id stands first."""

    __tablename__ = "distinct_pair"
    __table_args__ = (UniqueConstraint("person_id", "other_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str | None]
