"""Pictures of every screen for review: sizes, light and dark, letter sizes; `python -m tests.screens DIR`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.ui.shell.screens import Scene

DAY = date(2026, 3, 31)
PERSON_TABS = ("facts", "illness", "papers", "services", "benefits", "scans")
FORM_STEPS = 11
COPIED = "姓名\t证件\t星座\n赵新一\t990127198001010018\t双鱼\n"
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
    make_screens(demo / "station", "head", password, DAY, to, size, dark, scale, scenes())


def scenes() -> list[Scene]:
    """Return the tabs and dialogs that no route alone shows: name, route, what is done there."""
    from desktop.ui.shell.screens import Scene

    person = {"person_id": "{person}"}
    return [
        *(Scene(f"person_{tab}", "person", rest, {**person, "tab": tab}) for tab in PERSON_TABS),
        *(Scene(f"person_form_{step}", "person_form", rest, {**person, "step": step}) for step in range(1, FORM_STEPS)),
        *(Scene(f"institution_{n}", "institution", lambda page, n=n: page.bar.setCurrentIndex(n)) for n in range(1, 7)),
        *(Scene(f"settings_{n}", "settings", lambda page, n=n: page.bar.setCurrentIndex(n)) for n in range(1, 3)),
        Scene("people_found", "people", lambda page: page.search.setText("zhang")),
        Scene("people_nobody", "people", lambda page: page.search.setText("没有这个人")),
        Scene("people_filters", "people", lambda page: (page.search.clear(), page._ask_filters())),
        Scene("people_columns", "people", lambda page: page._ask_columns()),
        Scene("people_views", "people", lambda page: page._ask_view()),
        Scene("people_names", "people", lambda page: page._ask_names()),
        Scene("people_export", "people", lambda page: page._ask_export()),
        Scene("person_history", "person", lambda page: page.show_history(), person),
        Scene("imports_columns", "imports", lambda page: page.model.paste(COPIED)),
        Scene("cover", "person", lambda page: page.window().cover.toggle(), person),
    ]


def rest(_page: object) -> None:
    """Do nothing more: the route shows all."""


if __name__ == "__main__":
    main()
