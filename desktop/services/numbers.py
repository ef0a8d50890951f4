"""Numbers on files and papers: station, (kind,) year, letter of this PC and a running number that is never reused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, func, select
from sqlalchemy import cast as as_type

from desktop.models.documents import Document
from desktop.models.people import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from desktop.services.desk import StationFacts

_DIGITS = 4


def next_file_no(db: Session, facts: StationFacts, year: int) -> str:
    """Return the next file number (站点码-年-A0001)."""
    return _next(db, Person.file_no, f"{facts.station_code}-{year}-{facts.pc_letter}")


def next_document_no(db: Session, facts: StationFacts, letters: str, year: int) -> str:
    """Return the next number of a kind of paper (站点码-ZQ-年-A0001)."""
    return _next(db, Document.document_no, f"{facts.station_code}-{letters}-{year}-{facts.pc_letter}")


def _next(db: Session, column: InstrumentedAttribute[str], prefix: str) -> str:
    """Count on from the highest number that ever was (rows are never deleted), asked once a transaction."""
    minted: dict[str, int] = db.info.setdefault("minted", {})
    if prefix not in minted:
        number = as_type(func.substr(column, len(prefix) + 1), Integer)
        highest = db.scalar(select(func.max(number)).where(column >= prefix, column < prefix + ":"))
        minted[prefix] = highest or 0
    minted[prefix] += 1
    return f"{prefix}{minted[prefix]:0{_DIGITS}d}"
