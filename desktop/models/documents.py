"""Papers: what was printed stays what was printed (文书)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Document(Record):
    """One printed paper with the frozen text and fields it was made from, and the hash of its PDF."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("station_id", "document_no"),)

    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    document_no: Mapped[str]
    template: Mapped[str]
    template_version: Mapped[str]
    content: Mapped[dict[str, object]]
    content_hash: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    made_at: Mapped[datetime]


class Attachment(Record):
    """A file kept inside the encrypted store: the PDF as printed. Papers and photos taken in are scans."""

    __tablename__ = "attachment"

    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PaperRecord(Record):
    """What a consent and an agreement share: the paper, its term, and who signed it."""

    __abstract__ = True

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    status: Mapped[str] = mapped_column(String(16))
    signed_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    is_client_signed: Mapped[bool] = mapped_column(default=False)
    is_guardian_signed: Mapped[bool] = mapped_column(default=False)
    guardian_id: Mapped[str | None] = mapped_column(ForeignKey("guardian.id"))
    signer_note: Mapped[str | None]
    evidence: Mapped[str] = mapped_column(String(16), default="paper")


class Consent(PaperRecord):
    """One signed (or still unsigned) informed consent (知情同意书); its scopes are rows of their own."""

    __tablename__ = "consent"

    withdrawn_on: Mapped[date | None]


class ConsentScope(Record):
    """The answer to one tick-box a-m of a consent (DOMAIN 7.1): agreed or refused, and when withdrawn."""

    __tablename__ = "consent_scope"
    __table_args__ = (UniqueConstraint("consent_id", "scope"),)

    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    scope: Mapped[str] = mapped_column(String(1))
    is_agreed: Mapped[bool]
    withdrawn_on: Mapped[date | None]


class Agreement(PaperRecord):
    """One service agreement (服务协议) with its term and signatures."""

    __tablename__ = "agreement"

    ended_on: Mapped[date | None]
