"""Papers and photos in the file (扫描件与照片); the bytes lie beside the database as encrypted pieces."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Scan(Record):
    """One paper or photo of a file, of one or more pages; `part` is a part of the file (DOMAIN 7.5).

    `kind` is "paper" or "photo" (a picture of people, which only consent g allows), `origin` where the pages came from.
    """

    __tablename__ = "scan"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    part: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    made_on: Mapped[date | None]
    origin: Mapped[str] = mapped_column(String(12))


class ScanPage(Record):
    """One page; `piece` names the encrypted file with its bytes: a keyed hash of them, "" once they were erased."""

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
