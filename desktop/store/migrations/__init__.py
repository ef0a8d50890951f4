"""The history of the schema (Alembic), as package data; revisions never import the live models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class History:
    """A folder of revisions and the number of the newest, known without loading Alembic."""

    folder: Path
    head: str


PROGRAM = History(Path(__file__).parent, "0002")
