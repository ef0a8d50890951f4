"""The shape of the code, checked: who may import whom, where commits stand, what never appears."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "desktop"


def sources(folder: Path = CODE) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def imports(source: str) -> set[str]:
    """Return the names of all modules a source imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_view_models_know_no_widgets() -> None:
    bad = [
        str(path)
        for path, source in sources(CODE / "ui")
        if path.name == "viewmodel.py"
        for module in imports(source)
        if module.startswith(("PySide6.QtWidgets", "PySide6.QtGui"))
    ]
    assert bad == []


def test_commits_stand_in_the_store_only() -> None:
    bad = [
        str(path)
        for path, source in sources()
        if path.parts[1] != "store" and re.search(r"\.commit\(|sessionmaker\(", source)
    ]
    assert bad == []


def test_live_database_is_never_opened_by_the_standard_library() -> None:
    bad = [str(path) for path, source in sources() if "sqlite3" in imports(source)]
    assert bad == []


def test_replace_into_is_never_written() -> None:
    bad = [
        str(path)
        for path, source in sources()
        if re.search(r"(insert or replace|replace into)", source, re.IGNORECASE)
        and path.name not in {"capture.py", "connection.py"}
    ]
    assert bad == []


def test_broad_excepts_stand_where_errors_are_shown() -> None:
    allowed = {Path("desktop/ui/kit/tasks.py"), Path("desktop/__main__.py"), Path("desktop/main.py")}
    bad = [
        str(path)
        for path, source in sources()
        if path not in allowed
        and path.parts[1] != "cli"
        and re.search(r"except (Exception|BaseException)\b(?!.*\braise\b)", source)
        and "except BaseException:" not in source
    ]
    assert bad == []


def test_nothing_speaks_to_a_network() -> None:
    banned = {"socket", "http.client", "urllib.request", "requests", "httpx", "ftplib", "smtplib", "PySide6.QtNetwork"}
    found = {(path.as_posix(), module) for path, source in sources() for module in imports(source) if module in banned}
    # one socket, to the session bus of this PC: it must never be one that leaves the PC
    bus = "desktop/ui/input/owners.py"
    assert found == {(bus, "socket")}
    assert re.findall(r"socket\.AF_\w+", (ROOT / bus).read_text(encoding="utf-8")) == ["socket.AF_UNIX"]


def test_no_file_names_a_package_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    parts = (("python", "hosted"), ("py", "pi.org"), ("registry.np", "mjs"), ("deb.deb", "ian"))
    hosts = re.compile("|".join(re.escape("".join(pair)) for pair in parts), re.IGNORECASE)
    texts = [name for name in tracked if name and Path(name).suffix not in {".ttf", ".png", ".xlsx", ".ico"}]
    bad = [
        name
        for name in texts
        if (ROOT / name).is_file() and hosts.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert bad == []


AREAS = sorted(
    set(re.findall(r"self\.(\w+) = [A-Z]\w+\(desk\)", (CODE / "services/catalogue.py").read_text())) | {"keys", "hub"}
)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_tests(area: str) -> None:
    asked = re.compile(rf"services\.{area}\b|\b{area}\.|services import {area}\b")
    found = [path for path in (ROOT / "tests").rglob("test_*.py") if asked.search(path.read_text(encoding="utf-8"))]
    assert found, f"no test speaks of {area}"


UI_AREAS = sorted(
    path.name
    for path in (CODE / "ui").iterdir()
    if path.is_dir() and path.name not in {"kit", "shell", "input", "__pycache__"}
)


@pytest.mark.parametrize("area", UI_AREAS)
def test_every_screen_has_a_view_model_and_tests(area: str) -> None:
    assert (CODE / "ui" / area / "viewmodel.py").is_file()
    assert list((ROOT / "tests" / "ui" / area).glob("test_*.py"))


def test_every_public_thing_has_a_docstring() -> None:
    missing = []
    for path, source in sources():
        tree = ast.parse(source)
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        owners = [tree, *[node for node in nodes if not node.name.startswith("_")]]
        if path.parts[1] == "ui":
            owners = [node for node in owners if not isinstance(node, ast.FunctionDef)]
        missing += [
            f"{path}:{getattr(node, 'lineno', 1)}"
            for node in owners
            if not ast.get_docstring(node) and not is_inner(node, tree)
        ]
    assert missing == []


def is_inner(node: ast.AST, tree: ast.Module) -> bool:
    """Say whether a function stands inside another function (those need no docstring)."""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef) and outer is not node and any(inner is node for inner in ast.walk(outer)):
            return True
    return False
