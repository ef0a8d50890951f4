"""What every verb of the terminal is given and what it gives back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.clock import Clock, PracticeClock, SystemClock

if TYPE_CHECKING:
    from desktop.services.catalogue import Services


class UsageError(KangyiError):
    """The command line itself is wrong; nothing was tried."""

    exit_status = 2

    def __init__(self, message: str, remedy: str = "", field: str | None = None) -> None:
        super().__init__("usage", message, remedy, field)


@dataclass(frozen=True)
class Answer:
    """What a verb found or did: `facts` are the keys of the contract, `lines` the same for people to read.

    An `error` beside facts means: done in part (rows rejected), the exit status is the error's.
    """

    facts: dict[str, object]
    lines: tuple[str, ...] = ()
    error: KangyiError | None = None


@dataclass(frozen=True)
class Verb:
    """One verb: its words ("people", or "hub import"), a line of help, its arguments and what it does."""

    words: str
    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call], Answer]


@dataclass
class Call:
    """One run of the program from the terminal: the global options and the verb's own arguments."""

    data: Path
    user: str | None = None
    password_file: Path | None = None
    on: date | None = None
    arguments: argparse.Namespace = field(default_factory=argparse.Namespace)
    words: str = ""  # the verb, for the answer
    schema: str | None = None  # of the database that was opened, for the answer

    @property
    def clock(self) -> Clock:
        """The clock of this PC, or the practice day of `--on`."""
        return SystemClock() if self.on is None else PracticeClock(self.on)

    def say(self, sentence: str) -> None:
        """Tell the person at the terminal something on the way (never on stdout)."""
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()

    def password(self) -> str:
        """Return the password of `--password-file`."""
        if self.password_file is None:
            raise UsageError(tr("这个命令需要密码。"), tr("请用 --password-file 指明写有密码的文件。"), "password_file")
        return secret_in(self.password_file, "password_file")

    def login(self) -> str:
        """Return the login of `--user`, or of the only account there is."""
        from desktop.services import keys

        names = keys.accounts(self.data)
        if self.user is None and len(names) == 1:
            return names[0].login
        if self.user is None:
            raise user_missing(name.login for name in names)
        return next((name.login for name in names if self.user in (name.login, name.name)), self.user)

    @contextmanager
    def station(self) -> Iterator[Services]:
        """Unlock the station of `--data` for the length of a `with`, and lock it again whatever happens."""
        from desktop.services import keys

        password = self.password()  # a wrong command line is told before anything of the world
        login = self.login()
        services = keys.unlock(self.data, login, password, self.clock)
        self.schema = services.desk.facts.schema
        try:
            for sentence in services.notices:
                self.say(sentence)
            yield services
        finally:
            services.close()


def user_missing(logins: Iterable[str]) -> UsageError:
    """Return the complaint that several accounts could be meant."""
    named = tr("、").join(logins)
    return UsageError(tr("这里有几个账号，不知道由谁来做。"), tr("请用 --user 指明：{logins}。", logins=named), "user")


def secret_in(file: Path, option: str) -> str:
    """Return the first line of a secret file (UTF-8, one LF removed)."""
    try:
        with file.open("rb") as stream:
            line = stream.readline(4096)
        secret = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            tr("读不出文件 {file}。", file=file), tr("请检查文件是否存在、是否为 UTF-8 文本。"), option
        ) from None
    if not secret:
        raise UsageError(tr("文件 {file} 的第一行是空的。", file=file), tr("请把密码（或恢复码）写在第一行。"), option)
    return secret


def day(text: str) -> date:
    """Read a day typed as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(tr("日期写得不对：{text}。", text=text), tr("请写成 2026-03-31 这样。")) from None


def count(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UsageError(tr("数目写得不对：{text}。", text=text), tr("请写一个大于零的整数。"))
    return int(text)
