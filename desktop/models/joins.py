"""Two files that turned out to be one person (并档)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class PersonJoin(Record):
    """One file joined into another: what moved, what the kept file said before; `undone_on` once parted again.

    The old file number and the codes on old papers keep leading to the kept file through this row.
    """

    __tablename__ = "person_join"

    kept_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    gone_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    gone_file_no: Mapped[str]
    joined_on: Mapped[date]
    reason: Mapped[str]
    moved: Mapped[dict[str, object]]
    before: Mapped[dict[str, object]]
    undone_on: Mapped[date | None]
