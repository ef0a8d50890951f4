"""The real program as a child process, with its answer taken apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """What one run said: exit status, standard output and error, and the JSON object when one was asked for."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object on standard output; anything beside it fails."""
        found: dict[str, Any] = json.loads(self.out)
        assert self.out.count("\n") == 1
        assert {"ok", "verb", "program", "schema"} <= found.keys()
        assert found["ok"] == (self.status == 0)
        return found

    @property
    def error(self) -> dict[str, str]:
        """The error of the answer, whose sentence also stands on standard error."""
        found: dict[str, str] = self.answer["error"]
        assert found.keys() == {"code", "message", "remedy", "field"}
        assert found["message"] in self.err
        return found


@dataclass(frozen=True)
class Kangyi:
    """The program on one station, as its head."""

    data: Path
    password_file: Path

    def run(self, *words: str | Path, **environment: str) -> Said:
        """Run the program with exactly these words."""
        done = subprocess.run(
            [sys.executable, "-m", "desktop", *map(str, words)],
            cwd=self.password_file.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            check=False,
            timeout=300,
        )
        said = Said(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        assert "Traceback" not in said.out + said.err, said.err
        return said

    def __call__(self, *words: str | Path) -> Said:
        """Run a verb on this station and ask for JSON."""
        return self.run("--json", *words, "--data", self.data, "--user", "head", "--password-file", self.password_file)


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """A file with the password of the practice station in its first line."""
    file = tmp_path / "password.txt"
    file.write_text(PASSWORD + "\nnot this line\n", encoding="utf-8")
    return file


@pytest.fixture
def kangyi(folder: Path, password_file: Path) -> Kangyi:
    """The program on an empty practice station."""
    return Kangyi(folder, password_file)


@pytest.fixture
def kangyi_filled(filled: Any, tmp_path: Path, password_file: Path) -> Kangyi:
    """The program on the practice station with 40 people in it."""
    filled.close()
    return Kangyi(tmp_path / "filled", password_file)
