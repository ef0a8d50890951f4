"""The terminal's front end: runs one verb, answers in words or as one JSON object."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import cast

from desktop import __version__
from desktop.cli import parsing
from desktop.cli.calls import Answer, Call, UsageError, Verb
from desktop.cli.secrets import refuse_secrets
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr
from desktop.services.folders import usual_folder


def main(argv: list[str], window: Callable[[Call], int]) -> int:
    """Run one command line and return the exit status; without a verb `window` is opened."""
    _speak_utf8()
    call, answer = Call(usual_folder()), Answer({})
    try:
        refuse_secrets(argv)
        verb = _read(argv, call)
        if verb is None:
            return window(call)
        with contextlib.redirect_stdout(sys.stderr):  # whatever a library prints must not spoil the JSON object
            answer = verb.run(call)
        error = answer.error
    except KangyiError as caught:
        error = caught
    except KeyboardInterrupt:
        error = OperationalError("interrupted", tr("已中断。"), tr("没有完成的事请重做一次。"))
    except Exception as bug:  # noqa: BLE001 - the one place of the terminal where a bug becomes a sentence
        error = OperationalError(
            "bug", tr("程序内部出错（{place}）。", place=_place(bug)), tr("请把这句话告诉维护人员。")
        )
    call.words = call.words or _words_typed(argv)
    try:
        _print_answer("--json" in argv, call, answer, error)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`kangyi people | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _exit_status(error)


def _speak_utf8() -> None:
    """Write UTF-8 whatever the system's own code page is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _read(argv: list[str], call: Call) -> Verb | None:
    """Read the command line into `call`; return the verb, None when none was typed."""
    parsed = parsing.read(argv)
    call.data = parsed.data or call.data
    call.user, call.password_file, call.on, call.arguments = parsed.user, parsed.password_file, parsed.on, parsed
    if "verb" in parsed:
        verb = cast(Verb, parsed.verb)
        call.words = verb.words
        return verb
    if parsed.json and parsed.smoke is None:
        raise UsageError(tr("没有写命令。"), tr("用 kangyi --help 查看有哪些命令。"))
    return None


def _exit_status(error: KangyiError | None) -> int:
    if error is None:
        return 0
    return UsageError.exit_status if error.code == "not_practice" else error.exit_status


def _words_typed(argv: list[str]) -> str:
    """Guess the verb from a command line that cannot be parsed, for the answer."""
    known = {verb.words for verb in parsing.all_verbs()}
    pairs = (f"{first} {second}" for first, second in pairwise(argv))
    heads = {words.partition(" ")[0] for words in known}
    return next((words for words in (*pairs, *argv) if words in known | heads), "")


def _place(bug: BaseException) -> str:
    """Return kind and place of a bug; never its text, which may hold a client's data."""
    frames = traceback.extract_tb(bug.__traceback__)
    own = [frame for frame in frames if Path(__file__).parent.parent in Path(frame.filename).parents]
    last = (own or frames)[-1]
    return f"{type(bug).__name__} {Path(last.filename).name}:{last.lineno}"


def _print_answer(is_json: bool, call: Call, answer: Answer, error: KangyiError | None) -> None:
    remedy = error and (error.remedy or tr("请照这句话改正，再做一次。"))
    if is_json:
        head: dict[str, object] = {
            "ok": error is None,
            "verb": call.words,
            "program": __version__,
            "schema": call.schema,
        }
        if error is not None:
            head["error"] = {"code": error.code, "message": error.message, "remedy": remedy, "field": error.field}
        sys.stdout.write(json.dumps({**head, **answer.facts}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in answer.lines)
    if error is not None:
        sys.stderr.writelines(f"{line}\n" for line in (error.message, remedy))
