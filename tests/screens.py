"""Pictures of every screen for review: sizes, light and dark, letter sizes; `python -m tests.screens DIR`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

DAY = date(2026, 3, 31)
LOOKS = (
    ((1366, 768), False, 1.0), ((1366, 768), True, 1.0), ((1366, 768), False, 1.3), ((1920, 1080), False, 1.0),
)  # fmt: skip


def main() -> None:
    """Make a practice station, then one run of the camera for each look (a process each: Qt keeps its style)."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens").resolve()
    if len(sys.argv) > 2:
        _take(Path(sys.argv[2]), target, LOOKS[int(sys.argv[3])])
        return
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "practice"
        subprocess.run([sys.executable, "-m", "desktop", "demo", str(demo), "--data-only"], check=True)
        for place, (_, _, scale) in enumerate(LOOKS):
            to = target if scale == 1.0 else target / f"letters-{scale}"
            subprocess.run([sys.executable, "-m", "tests.screens", str(to), str(demo), str(place)], check=True)
    print(target)


def _take(demo: Path, to: Path, look: tuple[tuple[int, int], bool, float]) -> None:
    from desktop.main import make_screens

    to.mkdir(parents=True, exist_ok=True)
    password = (demo / "secrets" / "head.txt").read_text(encoding="utf-8").splitlines()[0]
    size, dark, scale = look
    make_screens(demo / "station", "head", password, DAY, to, size, dark, scale)


if __name__ == "__main__":
    main()
