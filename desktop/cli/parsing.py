"""Reads the command line: one grammar for all verbs, complaints in Chinese."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from desktop import __version__
from desktop.cli.calls import UsageError, Verb, day
from desktop.i18n import tr

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

    def __init__(self, is_helpful: bool = True, **settings: object) -> None:
        super().__init__(allow_abbrev=False, add_help=False, **settings)  # type: ignore[arg-type]
        if is_helpful:
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


def _add_window_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked of the window, without a verb."""
    _add_globals(parser, None)
    parser.add_argument("--screens", type=Path, metavar="DIR", help=tr("把各个画面存成图片"))
    parser.add_argument("--smoke", type=Path, metavar="OUT.json", help=tr("在临时文件夹里把程序试一遍"))


def read(argv: list[str]) -> argparse.Namespace:
    """Read a command line; the verbs are only looked up when it may hold one, for the window should open at once."""
    quick = Parser(is_helpful=False, prog="kangyi")
    _add_window_options(quick)
    parsed, rest = quick.parse_known_args(argv)
    return make_parser().parse_args(argv) if rest else parsed


def make_parser() -> Parser:
    """Return the parser of all verbs."""
    parser = Parser(prog="kangyi", description=tr("康驿：精神障碍社区康复服务站的档案。不写命令时打开窗口。"))
    _add_window_options(parser)
    parser.add_argument("--version", action="version", version=f"kangyi {__version__}", help=tr("显示版本"))
    families = parser.add_subparsers(metavar=tr("命令"), parser_class=Parser)
    groups: dict[str, argparse._SubParsersAction[Parser]] = {}
    for verb in all_verbs():
        family, _, word = verb.words.partition(" ")
        if word and family not in groups:
            head = families.add_parser(family, help=verb.summary)
            groups[family] = head.add_subparsers(metavar=tr("命令"), parser_class=Parser, required=True, dest="word")
        leaf = (
            groups[family].add_parser(word, help=verb.summary, description=verb.summary)
            if word
            else families.add_parser(family, help=verb.summary, description=verb.summary)
        )
        _add_globals(leaf, argparse.SUPPRESS)
        verb.arguments(leaf)
        leaf.set_defaults(verb=verb)
    return parser


def all_verbs() -> tuple[Verb, ...]:
    """Return the verbs of all modules."""
    return tuple(verb for name in MODULES for verb in import_module(f"desktop.cli.{name}").VERBS)
