"""Layer 2: tables only, dialect-neutral (SQLCipher, SQLite, PostgreSQL)."""

from desktop.models import audit, documents, drafts, exchange, imports, meta, people, stations, trainings, users, visits
from desktop.models.base import Base, Record

__all__ = [
    "Base",
    "Record",
    "audit",
    "documents",
    "drafts",
    "exchange",
    "imports",
    "meta",
    "people",
    "stations",
    "trainings",
    "users",
    "visits",
]
