"""Tries a freshly installed program out, through every layer, in a temporary folder (`--smoke OUT.json`)."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from desktop import __version__
from desktop.cli.calls import Call
from desktop.cli.demo import Diary
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

_DAY = date(2026, 3, 31)
_PEOPLE = 2


def run(call: Call, grab_window: Callable[[Path], None], out: Path) -> int:
    """Do the steps, write what became of them into `out`, and return the exit status."""
    diary = Diary(call)
    # What stands when something unforeseen ends the steps.
    outcome: KangyiError | None = OperationalError("bug", tr("程序内部出错。"), tr("请把屏幕上的话告诉维护人员。"))
    try:
        with tempfile.TemporaryDirectory(prefix="kangyi-smoke-") as folder:
            _live(diary, Path(folder), grab_window)
        outcome = None
    except KangyiError as caught:
        outcome = caught
        call.say(caught.message)
    finally:
        _write(out, call, diary, outcome)
    if call.arguments.json:
        sys.stdout.write(json.dumps(_facts(call, diary, outcome), ensure_ascii=False) + "\n")
    return 0 if outcome is None else outcome.exit_status


def _facts(call: Call, diary: Diary, error: KangyiError | None) -> dict[str, object]:
    facts: dict[str, object] = {"ok": error is None, "verb": "smoke", "program": __version__, "schema": call.schema}
    if error is not None:
        facts["error"] = {"code": error.code, "message": error.message, "remedy": error.remedy, "field": error.field}
    return {**facts, "steps": diary.steps}


def _write(out: Path, call: Call, diary: Diary, error: KangyiError | None) -> None:
    try:
        out.write_text(json.dumps(_facts(call, diary, error), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError:
        raise OperationalError("io_error", tr("写不了文件 {file}。", file=out), tr("请检查磁盘和权限。")) from None


def _live(diary: Diary, folder: Path, grab_window: Callable[[Path], None]) -> None:
    from desktop.services.practice import PracticeDay, Step

    day = PracticeDay(folder, _DAY, persons=_PEOPLE)
    try:
        for step in day.smoke_steps():
            diary.do(step)
        diary.call.schema = day.schema
    finally:
        day.close()

    def grab() -> str:
        picture = folder / "window.png"
        grab_window(picture)
        if not picture.is_file() or not picture.read_bytes().startswith(b"\x89PNG"):
            raise OperationalError("io_error", tr("窗口没有画出来。"), tr("请检查 Qt 和系统图形库是否装好。"))
        return tr("{n} 字节", n=picture.stat().st_size)

    diary.do(Step("window", tr("画一个窗口"), grab))
