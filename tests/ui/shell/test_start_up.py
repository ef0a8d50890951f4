"""The login window waits for nothing heavy; what is heavy comes right after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROBE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
import desktop.main as root
from desktop.services import keys
from desktop.ui.shell.program import Program
HEAVY = ("sqlalchemy", "alembic", "reportlab", "openpyxl", "python_calamine",
         "pypinyin", "cryptography", "pyrage", "pypdfium2", "PIL")
folder = Path(sys.argv[1])
app = root.application()
program = Program(app, folder, root.clock_of(None))

class Watch(QObject):
    found = None
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and watched is program.window and self.found is None:
            self.found = [name for name in HEAVY if name in sys.modules]
        return False

watch = Watch()
app.installEventFilter(watch)
program.start(keys.is_station(folder))
at_show = [name for name in HEAVY if name in sys.modules] if watch.found is None else watch.found
for _ in range(4):
    app.processEvents()
    program.tasks.finish()
later = [name for name in HEAVY if name in sys.modules]
print(json.dumps({"window": type(program.window).__name__, "at_show": at_show, "later": later}))
program.tasks.close()
"""


def run(folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_login_shows_before_anything_heavy_is_imported(folder: Path) -> None:
    answer = run(folder)
    assert answer["window"] == "LoginWindow"
    assert answer["at_show"] == []
    assert "sqlalchemy" in answer["later"], "warmed up while somebody types"  # type: ignore[operator]


def test_wizard_shows_before_anything_heavy_is_imported_and_makes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    answer = run(folder)
    assert answer["window"] == "FirstRunWindow"
    assert answer["at_show"] == []
    assert not folder.exists()
