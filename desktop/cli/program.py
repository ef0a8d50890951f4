"""The terminal's front end: reads the command line, runs one verb, answers in words or as one JSON object."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn, cast

from desktop import __version__
from desktop.cli.calls import Answer, Call, UsageError, Verb, day
from desktop.cli.secrets import refuse_secrets
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr
from desktop.services.desk import usual_folder

# One module a verb (or family of verbs), in the order of the help text.
MODULES = (
    "init",
    "check",
    "import_roster",
    "people",
    "print",
    "backup",
    "restore",
    "enrol",
    "export",
    "receipt",
    "bundle",
    "hub",
    "demo",
)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese, guesses nothing and never ends the program by itself."""

    def __init__(self, **settings: object) -> None:
        super().__init__(allow_abbrev=False, add_help=False, **settings)  # type: ignore[arg-type]
        self.add_argument("-h", "--help", action="help", help=tr("显示这段说明"))

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into a sentence; values that were typed are not repeated."""
        raise UsageError(_in_chinese(message), self.format_usage().strip().replace("usage: ", tr("用法：")))

    def format_help(self) -> str:
        """Return the help with Chinese headings."""
        text = super().format_help()
        for english, chinese in (
            ("positional arguments:", tr("参数：")),
            ("options:", tr("选项：")),
            ("usage: ", tr("用法：")),
        ):
            text = text.replace(english, chinese)
        return text


def _in_chinese(message: str) -> str:
    named = ", ".join(re.findall(r"(?:^|[ /:])(--?[\w-]+|[A-Z_]+)\b", message))
    if message.startswith("unrecognized arguments"):
        return tr("有不认识的参数：{named}。", named=named or tr("多出来的词"))
    if "invalid choice" in message:
        return tr("没有这个命令。")
    if "are required" in message:
        return tr("缺少参数：{named}。", named=message.partition(": ")[2])
    if "expected" in message:
        return tr("参数 {named} 后面缺少内容。", named=named)
    return tr("命令写得不对：{named}。", named=named or tr("请看下面的用法"))


def _add_globals(parser: argparse.ArgumentParser, missing: object) -> None:
    """Add the options that every verb knows; they may stand before or after the verb."""
    parser.add_argument("--data", type=Path, metavar="DIR", default=missing, help=tr("站点的数据文件夹"))
    parser.add_argument("--user", metavar="NAME", default=missing, help=tr("使用者的登录名或姓名"))
    parser.add_argument("--password-file", type=Path, metavar="FILE", default=missing, help=tr("第一行是密码的文件"))
    parser.add_argument("--on", type=day, metavar="YYYY-MM-DD", default=missing, help=tr("练习站点里假定的今天"))
    parser.add_argument("--json", action="store_true", default=missing, help=tr("在标准输出上给出一个 JSON 对象"))


def make_parser() -> Parser:
    """Return the parser of all verbs."""
    parser = Parser(prog="kangyi", description=tr("康驿：精神障碍社区康复服务站的档案。不写命令时打开窗口。"))
    _add_globals(parser, None)
    parser.add_argument("--screens", type=Path, metavar="DIR", help=tr("把各个画面存成图片"))
    parser.add_argument("--smoke", type=Path, metavar="OUT.json", help=tr("在临时文件夹里把程序试一遍"))
    parser.add_argument("--version", action="version", version=f"kangyi {__version__}", help=tr("显示版本"))
    families = parser.add_subparsers(metavar=tr("命令"), parser_class=Parser)
    groups: dict[str, argparse._SubParsersAction[Parser]] = {}
    for verb in all_verbs():
        family, _, word = verb.words.partition(" ")
        if word and family not in groups:
            head = families.add_parser(family, help=verb.summary)
            groups[family] = head.add_subparsers(metavar=tr("命令"), parser_class=Parser, required=True, dest="word")
        leaf = (
            groups[family].add_parser(word, help=verb.summary)
            if word
            else families.add_parser(family, help=verb.summary)
        )
        _add_globals(leaf, argparse.SUPPRESS)
        verb.arguments(leaf)
        leaf.set_defaults(verb=verb)
    return parser


def all_verbs() -> tuple[Verb, ...]:
    """Return the verbs of all modules."""
    return tuple(verb for name in MODULES for verb in import_module(f"desktop.cli.{name}").VERBS)


def main(argv: list[str], window: Callable[[Call], int]) -> int:
    """Run one command line and return the exit status; without a verb `window` is opened."""
    _speak_utf8()
    call, answer = Call(usual_folder(), words=_words_typed(argv)), Answer({})
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
    _print_answer("--json" in argv, call, answer, error)
    return _exit_status(error)


def _speak_utf8() -> None:
    """Write UTF-8 whatever the system's own code page is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _read(argv: list[str], call: Call) -> Verb | None:
    """Read the command line into `call`; return the verb, None when none was typed."""
    parsed = make_parser().parse_args(argv)
    call.data = parsed.data or call.data
    call.user, call.password_file, call.on, call.arguments = parsed.user, parsed.password_file, parsed.on, parsed
    if "verb" in parsed:
        verb = cast(Verb, parsed.verb)
        call.words = verb.words
        return verb
    if parsed.json:
        raise UsageError(tr("没有写命令。"))
    return None


def _exit_status(error: KangyiError | None) -> int:
    if error is None:
        return 0
    return UsageError.exit_status if error.code == "not_practice" else error.exit_status


def _words_typed(argv: list[str]) -> str:
    """Guess the verb from a command line that cannot be parsed, for the answer."""
    known = {name.replace("_", "-") for name in MODULES}
    return next((argument for argument in argv if argument in known), "")


def _place(bug: BaseException) -> str:
    """Return kind and place of a bug; never its text, which may hold a client's data."""
    frames = traceback.extract_tb(bug.__traceback__)
    own = [frame for frame in frames if Path(__file__).parent.parent in Path(frame.filename).parents]
    last = (own or frames)[-1]
    return f"{type(bug).__name__} {Path(last.filename).name}:{last.lineno}"


def _print_answer(is_json: bool, call: Call, answer: Answer, error: KangyiError | None) -> None:
    if is_json:
        head: dict[str, object] = {
            "ok": error is None,
            "verb": call.words,
            "program": __version__,
            "schema": call.schema,
        }
        if error is not None:
            head["error"] = {"code": error.code, "message": error.message, "remedy": error.remedy, "field": error.field}
        sys.stdout.write(json.dumps({**head, **answer.facts}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in answer.lines)
    if error is not None:
        sys.stderr.writelines(f"{line}\n" for line in (error.message, error.remedy) if line)
