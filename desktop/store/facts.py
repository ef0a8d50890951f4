"""The facts of a file about itself: which store, which PC, which incarnation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from desktop.models.meta import Meta

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session


def read(db: Session | Connection) -> dict[str, str]:
    """Return all facts in `meta`."""
    return {row.key: row.value for row in db.execute(select(Meta.key, Meta.value))}


def incarnation(db: Session | Connection) -> int:
    """Return how often this store was restored from a backup."""
    return int(db.execute(select(Meta.value).where(Meta.key == "incarnation")).scalar() or 0)


def begin_next_incarnation(db: Session | Connection) -> int:
    """Count one more restore, so that the hub sees that the numbering of changes went back; return the new number."""
    number = incarnation(db) + 1
    db.execute(update(Meta).where(Meta.key == "incarnation").values(value=str(number)))
    return number
