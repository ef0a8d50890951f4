"""Each part is used for real, and the loss of a library, a font or a resource is noticed by the check it belongs to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.documents import papers
from desktop.errors import OperationalError
from desktop.services.parts import Parts
from desktop.services.steps import Step

ALL = ("migrate", "kdf", "keyring", "pdf", "preview", "picture", "qr", "sheet", "bundle")
LOST = {
    "zxingcpp": {"qr"},
    "openpyxl": {"sheet"},
    "pyrage": {"bundle"},
    "sqlcipher3": {"migrate"},
    "keyring": {"keyring"},
}


def step(name: str, folder: Path) -> Step:
    return {each.name: each for each in Parts(folder).steps()}[name]


def test_whole_program_passes_every_check(tmp_path: Path) -> None:
    told = {each.name: each.do() for each in Parts(tmp_path).steps()}
    assert tuple(told) == ALL
    assert all(told.values())
    assert "SQLCipher 4" in told["migrate"]
    assert told["keyring"].endswith("Keyring")


@pytest.mark.parametrize("library", LOST)
def test_lost_library_fails_the_checks_that_need_it(tmp_path: Path, library: str) -> None:
    assert failing(tmp_path, f"sys.modules[{library!r}] = None") == LOST[library]


def test_lost_resources_are_noticed(tmp_path: Path) -> None:
    lost = f"resources.root = lambda: pathlib.Path({str(tmp_path)!r})"
    assert failing(tmp_path, lost) >= {"pdf", "preview", "qr", "sheet"}


def failing(folder: Path, harm: str) -> set[str]:
    """Do harm to a fresh process and return the checks that fail there."""
    lines = [
        "import pathlib, sys",
        "from desktop import resources",
        harm,
        "from desktop.services.parts import Parts",
        f"for step in Parts(pathlib.Path({str(folder)!r})).steps():",
        "    try:",
        "        step.do()",
        "    except Exception:",
        "        print(step.name)",
    ]
    said = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


@pytest.mark.parametrize(("name", "says"), [("pdf", "生僻字"), ("qr", "二维码"), ("preview", "空的")])
def test_paper_that_is_not_what_it_should_be_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    empty = papers.render_content(papers.resolve("consent", "", {}))
    blank = b"\xff" * 3 * 100 * 100
    monkeypatch.setattr(papers, "render_content", lambda _: empty)
    monkeypatch.setattr("desktop.documents.pages.page_images", lambda *_: [(100, 100, blank)])
    with pytest.raises(OperationalError, match=says):
        step(name, tmp_path).do()
