"""kangyi demo: a practice station with made-up people lives one day, and every file of it can be looked at."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.calls import Answer, Call, UsageError, Verb, count
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.services.practice import PracticeDay
    from desktop.services.steps import Step

_DAY = date(2026, 3, 31)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("dir", metavar="DIR", type=Path, help=tr("放演示文件的文件夹，须不存在或为空"))
    parser.add_argument("--persons", type=count, metavar="N", default=40, help=tr("虚构多少人"))
    parser.add_argument("--years", type=count, metavar="N", default=1, help=tr("过去多少年的记录"))
    parser.add_argument("--seed", type=int, metavar="N", default=1, help=tr("相同的数字得到相同的人"))
    parser.add_argument("--data-only", action="store_true", help=tr("只建站点和记录，不演示一天"))
    parser.add_argument("--no-screens", action="store_true", help=tr("不做画面图片"))


@dataclass
class Diary:
    """What became of each step, written down even when a step fails."""

    call: Call
    steps: list[dict[str, object]] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """Do one step and write down how long it took."""
        self.call.say(tr("{title}……", title=step.title))
        start = time.perf_counter()
        is_ok = False
        try:
            told = step.do()
            is_ok = True
        finally:
            ms = round((time.perf_counter() - start) * 1000)
            self.steps.append({"name": step.name, "ok": is_ok, "ms": ms})
        self.steps[-1]["told"] = told
        self.call.say(tr("  {told}（{seconds} 秒）", told=told, seconds=f"{ms / 1000:.1f}"))


def run(call: Call) -> Answer:
    """Live the day below the folder; what was done up to a failure stays to be looked at."""
    from desktop.services.practice import PracticeDay, make_folder
    from desktop.services.steps import Step

    root: Path = call.arguments.dir.absolute()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(tr("{folder} 不是空文件夹。", folder=root), tr("请换一个不存在或空的文件夹。"), "dir")
    make_folder(root)
    named = call.arguments
    day = PracticeDay(root, call.on or _DAY, named.seed, named.persons, named.years, named.data_only)
    diary, error = Diary(call), None
    try:
        for step in day.steps():
            diary.do(step)
        day.close()
        if not (named.data_only or named.no_screens):
            diary.do(Step("screens", tr("画面图片"), lambda: _make_screens(day)))
    except KangyiError as caught:
        error = caught
    finally:
        day.close()
        call.schema = day.schema
        facts = _facts(day, diary)
        _write(root / "demo.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
        _write(root / "summary.txt", "\n".join(_summary(day, diary)) + "\n")
    return Answer(facts, tuple(_summary(day, diary)), error)


def _make_screens(day: PracticeDay) -> str:
    """Let a child process draw the screens: the terminal's side knows nothing of windows."""
    folder, head = day.root / "screens", day.users[0]
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop"]
    options = ["--data", day.station_folder, "--user", head.name, "--password-file", head.password_file]
    done = subprocess.run(
        [*program, *map(str, options), "--on", day.on.isoformat(), "--screens", str(folder)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    pictures = sorted(folder.glob("*.png"))
    if done.returncode != 0 or not pictures:
        raise OperationalError(
            "io_error", tr("画面图片没有做成。"), tr("可加 --no-screens 再试，并把上面的话告诉维护人员。")
        )
    day.files["screens"] = folder
    return tr("{n} 张", n=len(pictures))


def _facts(day: PracticeDay, diary: Diary) -> dict[str, object]:
    return {
        "seed": day.seed,
        "on": day.on.isoformat(),
        "persons": day.persons,
        "years": day.years,
        "users": [
            {"name": user.name, "role": user.role, "password_file": str(user.password_file)} for user in day.users
        ],
        "files": {name: str(path) for name, path in day.files.items()},
        "steps": diary.steps,
    }


def _summary(day: PracticeDay, diary: Diary) -> list[str]:
    """Return the day in words, with the path of every file."""
    words = {step.name: step.title for step in day.steps()} | {"screens": tr("画面图片")}
    steps = [
        f"{words[str(step['name'])]}：{step.get('told', tr('没有做完'))}（{step['ms']} ms）" for step in diary.steps
    ]
    users = [f"{user.name}（{user.role}）：{user.password_file}" for user in day.users]
    files = [str(path) for path in sorted(file for file in day.root.rglob("*") if file.is_file())]
    title = tr("练习日 {day}，种子 {seed}。所有人物均为虚构。", day=day.on.isoformat(), seed=day.seed)
    return [title, "", *steps, "", tr("账号和密码文件："), *users, "", tr("全部文件："), *files]


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError:
        raise OperationalError("io_error", tr("写不了文件 {file}。", file=file), tr("请检查磁盘和权限。")) from None


VERBS = (Verb("demo", tr("演示：练习站点过一天"), arguments, run),)
