"""Papers and photos in the file (扫描件与照片); the bytes lie beside the database as encrypted pieces."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Scan(Record):
    """One paper or photo of a file, of one or more pages; `part` is a part of the file (DOMAIN 7.5)."""

    __tablename__ = "scan"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), index=True)
    part: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    made_on: Mapped[date | None]
    origin: Mapped[str] = mapped_column(String(12))


class ScanPage(Record):
    """One page; `piece` is the SHA-256 of its bytes and the name under which the encrypted piece is found."""

    __tablename__ = "scan_page"
    __table_args__ = (UniqueConstraint("scan_id", "number"),)

    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(32))
    piece: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
