"""python -m tests.bench: prints the figures of the program beside floors measured in the same run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import starting


def main() -> None:
    """Measure one thing after the other in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kangyi-bench-") as folder:
        starting.measure(Path(folder) / "station")


if __name__ == "__main__":
    main()
