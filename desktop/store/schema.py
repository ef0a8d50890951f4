"""Brings the schema of a database forward, through the history of revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.store.migrations import PROGRAM, History

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def upgrade(connection: Connection, history: History = PROGRAM) -> None:
    """Bring the schema behind `connection` to the newest revision, inside the transaction that the caller opened."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(history.folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
