"""Tries a freshly installed program out, in a temporary folder (`--smoke OUT.json`).

First the parts that packages lose, each by itself; then a practice day through every layer; then a window.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.cli.calls import Call
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.services.practice import PracticeDay
    from desktop.services.steps import Step

_DAY = date(2026, 3, 31)
_PEOPLE = 2


class Trial:
    """The checks done so far: name, whether it went well, how long it took, and what was seen; never a secret."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.checks: list[dict[str, object]] = []
        self.trouble: KangyiError | None = None

    def do(self, step: Step) -> bool:
        """Do one check and write down what became of it; say whether it went well."""
        self._call.say(tr("{title}……", title=step.title))
        start, trouble = time.perf_counter(), None
        try:
            detail = step.do()
        except Exception as error:  # noqa: BLE001 - whatever a package lacks shows as any error at all
            trouble = _in_words(error)
            detail = trouble.message
        ms = round((time.perf_counter() - start) * 1000)
        self.checks.append({"name": step.name, "ok": trouble is None, "ms": ms, "detail": detail})
        self._call.say(f"  {detail}")
        self.trouble = self.trouble or trouble
        return trouble is None

    def do_all(self, steps: Iterable[Step]) -> None:
        """Do checks that do not need one another."""
        for step in steps:
            self.do(step)

    def do_in_turn(self, steps: Iterable[Step]) -> None:
        """Do checks of which each stands on the one before."""
        all(self.do(step) for step in steps)


def run(call: Call, grab_window: Callable[[Path], str], out: Path) -> int:
    """Do the checks, write what became of them into `out`, and return the exit status."""
    trial = Trial(call)
    with tempfile.TemporaryDirectory(prefix="kangyi-smoke-") as folder:
        _try_out(trial, call, Path(folder), grab_window)
    facts = _facts(call, trial)
    _write(out, facts)
    if call.arguments.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    return 0 if trial.trouble is None else trial.trouble.exit_status


def _try_out(trial: Trial, call: Call, folder: Path, grab_window: Callable[[Path], str]) -> None:
    from desktop.services.parts import Parts
    from desktop.services.steps import Step

    trial.do_all(Parts(folder).steps())
    days: list[PracticeDay] = []
    if trial.do(Step("modules", tr("装入各部分"), lambda: _load(folder, days))):
        with closing(days[0]) as day:
            trial.do_in_turn(day.smoke_steps())
            call.schema = day.schema
    trial.do(Step("window", tr("画一个窗口"), lambda: grab_window(folder / "window.png")))


def _load(folder: Path, into: list[PracticeDay]) -> str:
    """Prepare the practice day; it imports nearly everything, which may fail."""
    from desktop.services.practice import PracticeDay

    into.append(PracticeDay(folder, _DAY, persons=_PEOPLE))
    return tr("都在")


def _in_words(error: Exception) -> KangyiError:
    """Return our own errors as they are, others by kind and place; their text may hold anything."""
    if isinstance(error, KangyiError):
        return error
    last = traceback.extract_tb(error.__traceback__)[-1]
    lacks = f" {error.name}" if isinstance(error, ImportError) else ""
    place = f"{type(error).__name__}{lacks} {Path(last.filename).name}:{last.lineno}"
    return OperationalError("bug", tr("程序内部出错（{place}）。", place=place), tr("请把这句话告诉维护人员。"))


def _facts(call: Call, trial: Trial) -> dict[str, object]:
    error = trial.trouble
    facts: dict[str, object] = {"ok": error is None, "verb": "smoke", "program": __version__, "schema": call.schema}
    if error is not None:
        facts["error"] = {"code": error.code, "message": error.message, "remedy": error.remedy, "field": error.field}
    return {**facts, "checks": trial.checks}


def _write(out: Path, facts: dict[str, object]) -> None:
    try:
        out.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError:
        raise OperationalError("io_error", tr("写不了文件 {file}。", file=out), tr("请检查磁盘和权限。")) from None
