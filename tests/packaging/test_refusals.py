"""What the .deb says, in one sentence and before a file is touched, where it could not work."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from installer import tree


def told(tmp_path: Path, tool: str, answer: str) -> tuple[int, str]:
    """Run preinst on a system one of whose tools answers otherwise; return the status and what was said."""
    stand_in = tmp_path / tool
    stand_in.write_text(f"#!/bin/sh\necho {answer}\n")
    stand_in.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", str(tree.HERE / "linux" / "preinst"), "install"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("machine", ["aarch64", "loongarch64", "mips64", "i686"])
def test_other_processors_are_refused_by_name(tmp_path: Path, machine: str) -> None:
    status, sentence = told(tmp_path, "uname", machine)
    assert status == 1
    assert sentence.count("\n") == 1
    assert "x86_64" in sentence
    assert machine in sentence


def test_older_glibc_is_refused(tmp_path: Path) -> None:
    status, sentence = told(tmp_path, "getconf", "glibc 2.24")
    assert status == 1
    assert "glibc 2.28" in sentence
    assert "2.24" in sentence


def test_oldest_served_system_is_welcome(tmp_path: Path) -> None:
    assert told(tmp_path, "getconf", "glibc 2.28") == (0, "")
