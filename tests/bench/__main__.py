"""python -m tests.bench [name...]: prints the figures of the program beside floors measured in the same run."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench import attendance, boards, exporting, files, lists, rosters, searching, starting
from tests.bench.floor import HEAD

FIGURES = {
    "start": starting,
    "list": lists,
    "search": searching,
    "file": files,
    "attendance": attendance,
    "export": exporting,
    "board": boards,
    "roster": rosters,
}


def main(names: list[str]) -> int:
    """Measure one thing after the other in a folder that is gone afterwards; print a table for docs/figures.md."""
    unknown = set(names) - FIGURES.keys()
    if unknown:
        print(f"usage: ./dev bench [{'|'.join(FIGURES)}]...", file=sys.stderr)
        return 2
    print(f"{_machine()}\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kangyi-bench-") as folder:
        for name in names or FIGURES:
            for figure in FIGURES[name].measure(Path(folder)):
                print(figure.row(), flush=True)
    return 0


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores{load}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
