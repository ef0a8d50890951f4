"""Unfinished forms, kept in the encrypted store while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.services.desk import Desk


@dataclass(frozen=True)
class DraftRow:
    """An unfinished form of this user."""

    id: str
    area: str
    subject: str
    title: str
    content: dict[str, object]
    saved_at: datetime


class Drafts:
    """Keeping and finding unfinished forms of the person at the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, area: str, subject: str, title: str, content: dict[str, object]) -> DraftRow:
        """Save or replace the unfinished form of (area, subject)."""
        raise NotImplementedError

    def find(self, area: str, subject: str) -> DraftRow | None:
        """Return the unfinished form of (area, subject), if any."""
        raise NotImplementedError

    def rows(self) -> tuple[DraftRow, ...]:
        """Return all unfinished forms of this user, newest first."""
        raise NotImplementedError

    def discard(self, area: str, subject: str) -> None:
        """Forget an unfinished form (it was finished, or the user said so)."""
        raise NotImplementedError
