"""How somebody arranged a list: filters, sorting, columns; by name, and "" as it was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.views import SavedView
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_LONGEST_NAME = 30


@dataclass(frozen=True)
class ViewRow:
    """One arrangement of this user."""

    name: str
    content: dict[str, object]


class Views:
    """The arrangements of lists of the person at the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, screen: str) -> tuple[ViewRow, ...]:
        """Return the arrangements of a screen by name; the one without a name, as it was left, comes first."""
        self._desk.actor.require("views.use")
        own = select(SavedView).where(SavedView.user_id == self._desk.actor.user_id, SavedView.screen == screen)
        with self._desk.work.read() as db:
            return tuple(ViewRow(view.name, view.content) for view in db.scalars(own.order_by(SavedView.name)))

    def keep(self, screen: str, name: str, content: dict[str, object]) -> None:
        """Keep or replace an arrangement; raises ValidationError bad_value with the field `name`."""
        self._desk.actor.require("views.use")
        name = name.strip()
        if len(name) > _LONGEST_NAME or not name.isprintable():
            message = tr("视图名称太长或含有不能显示的字符。")
            raise ValidationError("bad_value", message, tr("请换一个不超过 {n} 个字的名称。", n=_LONGEST_NAME), "name")
        with self._desk.work.write("views.keep") as db:
            db.info["is_noted"] = False  # how a list looks is nobody's act on a client
            view = self._row(db, screen, name)
            if view is None:
                view = SavedView(user_id=self._desk.actor.user_id, screen=screen, name=name)
                db.add(view)
            view.content, view.saved_at = dict(content), self._desk.clock.now()

    def discard(self, screen: str, name: str) -> None:
        """Forget an arrangement."""
        self._desk.actor.require("views.use")
        with self._desk.work.write("views.discard") as db:
            db.info["is_noted"] = False
            view = self._row(db, screen, name)
            if view is not None:
                db.delete(view)

    def _row(self, db: Session, screen: str, name: str) -> SavedView | None:
        own = select(SavedView).where(SavedView.user_id == self._desk.actor.user_id)
        return db.scalar(own.where(SavedView.screen == screen, SavedView.name == name))
