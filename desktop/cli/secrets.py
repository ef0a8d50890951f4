"""Refuses secrets on the command line: anybody on the PC can read it in the list of processes."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from desktop.cli.calls import UsageError
from desktop.i18n import tr

_OPTIONS = re.compile(
    r"--(?:db-)?(?:password|passwd|pass|passphrase|pw|pin|secret|key|token|identity|recovery|recovery-code)|-[pP].*"
)
_LOOKS_SECRET = (
    re.compile(r"AGE-SECRET-KEY-1.*", re.IGNORECASE),
    re.compile(r"(?:[0-9A-Za-z]{4}[- ]){6}[0-9A-Za-z]{4}"),  # a recovery code
    re.compile(r"(?:x')?[0-9A-Fa-f]{96}'?"),  # the key of a database
)


def refuse_secrets(argv: list[str]) -> None:
    """Raise UsageError when an argument names or looks like a secret; the sentence does not repeat it."""
    for argument in argv:
        if _OPTIONS.fullmatch(argument.partition("=")[0]) or _is_secret(argument):
            raise UsageError(
                tr("密码、恢复码和密钥不能写在命令行里，别人能在进程列表中看到。"),
                tr("请写进只有您能读的文件，再用 --password-file、--db-password-file 或 --recovery-file 指明。"),
            )


def _is_secret(argument: str) -> bool:
    value = argument.partition("=")[2] if argument.startswith("-") else argument
    return _has_password(value) or any(pattern.fullmatch(value) for pattern in _LOOKS_SECRET)


def _has_password(value: str) -> bool:
    """Say whether a value is an address with a password in it (also as a query parameter)."""
    if "://" not in value:
        return False
    try:
        address = urlsplit(value)
        return address.password is not None or "password=" in address.query.lower()
    except ValueError:
        return "@" in value
