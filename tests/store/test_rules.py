"""Things that must not be written in the program, because each of them has already lost data somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import desktop

SOURCES = sorted(Path(desktop.__file__).parent.rglob("*.py"))


def test_nobody_opens_databases_with_the_library_of_python() -> None:
    """A second SQLite in the process drops the locks of the first: rows of both sides are lost, integrity stays ok."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"sqlite3", "_sqlite3", "aiosqlite"} & {name.partition(".")[0] for name in names}, source


def test_nobody_replaces_rows() -> None:
    """REPLACE deletes and inserts: captured as an insert only, and past the delete guards without our pragma."""
    for source in SOURCES:
        text = source.read_text(encoding="utf-8")
        assert not re.search(r"REPLACE\s+INTO|prefix_with\(.OR REPLACE", text), source


def test_no_table_deletes_with_its_parent() -> None:
    for source in SOURCES:
        assert not re.search(r"ondelete\s*=|ON DELETE", source.read_text(encoding="utf-8")), source
