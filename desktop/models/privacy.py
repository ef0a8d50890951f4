"""What a person or guardian asked about their data (PIPL 44-47)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class PrivacyRequest(Record):
    """One request: to see, to correct, to restrict or to erase; with who asked and what was answered."""

    __tablename__ = "privacy_request"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    asked_on: Mapped[date]
    asked_by: Mapped[str]
    relation: Mapped[str | None] = mapped_column(String(4))
    identity_check: Mapped[str | None] = mapped_column(String(12))
    words: Mapped[str | None]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
