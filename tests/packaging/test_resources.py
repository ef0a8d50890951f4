"""The program finds its resources wherever it runs from: a checkout, an installed wheel, a package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from installer import tree

ROOT = Path(__file__).resolve().parents[2]
ASK = (
    "from desktop import resources; print(resources.root()); "
    "assert resources.table('permissions/roles.toml')['station']; assert resources.path('fonts/small.ttf').is_file()"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project; the fonts, a hundred megabytes, are stood in for by one small file."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copytree(ROOT / "desktop", folder / "desktop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", folder / "resources", ignore=shutil.ignore_patterns("*.ttf"))
    (folder / "resources" / "fonts" / "small.ttf").write_bytes(b"font")
    return folder


def found_by(path: Path, elsewhere: Path) -> Path:
    """Return the folder that a program finds whose modules stand in `path`, started from `elsewhere`."""
    env = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-c", ASK]
    done = subprocess.run(command, cwd=elsewhere, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_checkout_finds_its_resources(project: Path, tmp_path: Path) -> None:
    assert found_by(project, tmp_path) == project / "resources"


def test_installed_wheel_finds_its_resources(project: Path, tmp_path: Path) -> None:
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(tmp_path)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    site = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    shutil.rmtree(project)
    assert found_by(site, tmp_path) == site / "desktop" / "_resources"


def test_packaged_tree_finds_its_resources(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "ROOT", project)
    tree.application(tmp_path / "app")
    shutil.rmtree(project)
    assert found_by(tmp_path / "app", tmp_path) == tmp_path / "app" / "resources"
