"""Who did what and when, append-only and chained by hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base


class AuditEntry(Base):
    """One entry: hash = SHA-256("kangyi-audit/0" + prev + canonical entry); triggers refuse change and gaps."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(36))
    act: Mapped[str]
    subject: Mapped[str | None]
    detail: Mapped[dict[str, object]]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
