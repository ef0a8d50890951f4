"""Unfinished forms, kept in the encrypted store while somebody types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.models.drafts import Draft
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


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
        self._desk.actor.require("drafts.use")
        with self._desk.work.write("drafts.keep") as db:
            _keep_quiet(db)
            draft = self._row(db, area, subject)
            if draft is None:
                draft = Draft(user_id=self._desk.actor.user_id, area=area, subject=subject)
                db.add(draft)
            draft.title, draft.saved_at = _whole(title), self._desk.clock.now()
            draft.content = json.loads(_whole(json.dumps(content, ensure_ascii=False)))
            db.flush()
            return _shown(draft)

    def find(self, area: str, subject: str) -> DraftRow | None:
        """Return the unfinished form of (area, subject), if any."""
        self._desk.actor.require("drafts.use")
        with self._desk.work.read() as db:
            draft = self._row(db, area, subject)
            return None if draft is None else _shown(draft)

    def rows(self) -> tuple[DraftRow, ...]:
        """Return all unfinished forms of this user, newest first."""
        self._desk.actor.require("drafts.use")
        with self._desk.work.read() as db:
            own = select(Draft).where(Draft.user_id == self._desk.actor.user_id)
            return tuple(_shown(draft) for draft in db.scalars(own.order_by(Draft.saved_at.desc(), Draft.id.desc())))

    def discard(self, area: str, subject: str) -> None:
        """Forget an unfinished form (it was finished, or the user said so)."""
        self._desk.actor.require("drafts.use")
        with self._desk.work.write("drafts.discard") as db:
            _keep_quiet(db)
            draft = self._row(db, area, subject)
            if draft is not None:
                db.delete(draft)

    def _row(self, db: Session, area: str, subject: str) -> Draft | None:
        own = select(Draft).where(Draft.user_id == self._desk.actor.user_id)
        return db.scalar(own.where(Draft.area == area, Draft.subject == subject))


def _whole(text: str) -> str:
    """Return a text with "?" for half characters, which no file takes; a form refuses them when it is saved."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _keep_quiet(db: Session) -> None:
    """Leave no audit entry: forms are saved every few seconds; the audit tells of the finished one."""
    db.info["is_noted"] = False


def _shown(draft: Draft) -> DraftRow:
    return DraftRow(draft.id, draft.area, draft.subject, draft.title, draft.content, draft.saved_at)
