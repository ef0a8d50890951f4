"""What a client or guardian is entitled to, has applied for and receives (福利与补贴)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Benefit(Record):
    """One benefit of one client; `amount_fen` is what is paid each time, in fen (分)."""

    __tablename__ = "benefit"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    guardian_id: Mapped[str | None] = mapped_column(ForeignKey("guardian.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    entitled_on: Mapped[date | None]
    applied_on: Mapped[date | None]
    granted_on: Mapped[date | None]
    paid_until: Mapped[date | None]
    amount_fen: Mapped[int | None]
    paper_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))  # the agreement as it was printed
    agreed_on: Mapped[date | None]
    agreed_until: Mapped[date | None]
    note: Mapped[str | None]
