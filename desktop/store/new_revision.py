"""For developers: writes the next revision from the difference between the models and the history.

`python -m desktop.store.new_revision "what changes"`; read and correct what it wrote, then raise `PROGRAM.head`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from sqlalchemy import JSON, TypeDecorator, create_engine

from desktop.models import Base
from desktop.store.migrations import PROGRAM
from desktop.store.schema import upgrade

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

_FRAME = '''"""{message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    {body}
'''


def draft(message: str, from_nothing: bool = False) -> str:
    """Return the text of the next revision."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext
    from alembic.operations.ops import UpgradeOps

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        if not from_nothing:
            upgrade(connection)
        options = {"compare_type": True, "render_item": _render}
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, Base.metadata)
        operations = script.upgrade_ops or UpgradeOps(())
        # never in batches: they rebuild a table, and with it go its triggers and what refers to it
        body = render_python_code(operations, render_item=_render)
    revision, down = ("0001", None) if from_nothing else (f"{int(PROGRAM.head) + 1:04}", PROGRAM.head)
    return _FRAME.format(message=message, revision=revision, down=down, body=body)


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write the plain column type, so that a revision does not import the models."""
    if kind != "type":
        return False
    if isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return "sa.JSON(none_as_null=True)" if isinstance(item, JSON) else False


def main() -> None:
    """Write the draft beside the other revisions."""
    message = sys.argv[1]
    text = draft(message, from_nothing="--from-nothing" in sys.argv)
    number = text.split('revision = "')[1][:4]
    name = f"r{number}_{message.lower().replace(' ', '_')[:40]}.py"
    (PROGRAM.folder / "versions" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
