"""Lists that were taken in from spreadsheets, so that each can be undone as a whole."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Base, new_id


class ImportBatch(Base):
    """One import of one sheet: its kind, where it came from, counts, the hash of the file, whether it was undone."""

    __tablename__ = "import_batch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16), server_default="roster")
    source: Mapped[str | None]  # name of the file; None: pasted
    sheet_sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(36))
    undone_at: Mapped[datetime | None]
    counts: Mapped[dict[str, object]]


class ImportRow(Base):
    """What one row of a batch did: which record it made or changed, and how that record was before."""

    __tablename__ = "import_row"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batch.id"), index=True)
    excel_row: Mapped[int]
    table_name: Mapped[str]
    record_id: Mapped[str] = mapped_column(String(36))
    before: Mapped[dict[str, object] | None]
    revision_after: Mapped[int]
