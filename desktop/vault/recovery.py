"""The recovery code: 128 random bits as 28 symbols a person can copy by hand, the last two of them a check."""

from __future__ import annotations

import secrets
import unicodedata

from desktop.errors import ValidationError
from desktop.i18n import tr

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("OIL", "011")
_DATA_BITS = 128
_LENGTH = 28
_GROUP = 4
# A prime just under 32 * 32: with the whole number divisible by it, any one wrong symbol and any two symbols
# exchanged leave a remainder (the powers of 32 repeat modulo 1021 only after 68 places).
_PRIME = 1021


def new_code() -> str:
    """Return a fresh code in seven groups of four."""
    return _code_of(secrets.randbits(_DATA_BITS))


def normal_code(typed: str) -> str:
    """Return the code as printed; case, blanks, hyphens and O/0, I/1/L are forgiven, a wrong symbol is not."""
    folded = unicodedata.normalize("NFKC", typed).upper().translate(_FORGIVEN)
    symbols = "".join(letter for letter in folded if not letter.isspace() and letter not in "-‐‑–—_·.")
    if len(symbols) != _LENGTH:
        raise _bad(tr("恢复码应为 28 个字符，您输入了 {n} 个。", n=len(symbols)))
    if any(letter not in _SYMBOLS for letter in symbols):
        raise _bad(tr("恢复码里有不会出现的字符。"))
    number = 0
    for letter in symbols:
        number = number * 32 + _SYMBOLS.index(letter)
    if number % _PRIME or number >> (_DATA_BITS + 10):
        raise _bad(tr("恢复码有误：至少有一个字符抄错，或两个字符颠倒。"))
    return _grouped(symbols)


def _code_of(secret: int) -> str:
    """Spell a secret and its check symbols."""
    number = secret * 1024 + -secret * 1024 % _PRIME
    return _grouped("".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(_LENGTH))))


def _grouped(symbols: str) -> str:
    """Set the symbols in groups of four."""
    return "-".join(symbols[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def _bad(message: str) -> ValidationError:
    """Say what is wrong with a typed code, and what to do."""
    return ValidationError("wrong_password", message, tr("请对照纸上的恢复码逐组核对后重新输入。"), "recovery_code")
