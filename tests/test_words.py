"""Words for people go through tr(): no Chinese word stands in the code beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_architecture import sources

WORD = re.compile("[\u3400-\u9fff]")
# Patterns and words of what people write in sheets, fictional people, letters to try a font with, what is said before
# i18n can be imported.
APART = {
    "desktop/__main__.py", "desktop/main.py", "desktop/documents/templates.py",
    "desktop/domain/benefits.py", "desktop/domain/calendar.py", "desktop/domain/institution.py",
    "desktop/domain/lists.py", "desktop/domain/past.py", "desktop/domain/rosters.py", "desktop/services/fiction.py",
    "desktop/services/history.py", "desktop/services/imported_papers.py", "desktop/services/parts.py",
    "desktop/sheets/opener.py", "desktop/ui/kit/fields.py", "desktop/ui/shell/screens.py",
}  # fmt: skip


def words(source: str) -> Iterator[tuple[int, str]]:
    """Give the texts with Chinese words that are neither docstrings nor inside tr(...)."""
    tree = ast.parse(source)
    told = {id(part) for call in ast.walk(tree) if _is_tr(call) for part in ast.walk(call)}
    told |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in told and WORD.search(node.value):
            yield node.lineno, node.value


def _is_tr(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"


def test_words_stand_inside_tr() -> None:
    found = [
        f"{path}:{line} {text}"
        for path, source in sources()
        if path.as_posix() not in APART
        for line, text in words(source)
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    held = {path.as_posix() for path, source in sources() if any(words(source))}
    assert held >= APART


@pytest.mark.parametrize("source", ["x = '人'", "f(tr('人'), '人')", "x = f'{n} 人'"])
def test_a_word_beside_tr_is_found(source: str) -> None:
    assert [text.strip() for _, text in words(source)] == ["人"]


@pytest.mark.parametrize("source", ["x = tr('人')", "def f():\n    '人'", "tr('{n} 人', n=f(3))", "x = '，'"])
def test_what_tr_holds_and_docstrings_are_let_through(source: str) -> None:
    assert list(words(source)) == []
