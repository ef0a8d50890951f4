"""Passwords: one form for every keyboard, long enough, and not one that everybody tries first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from desktop import resources
from desktop.errors import ValidationError
from desktop.i18n import tr

SHORTEST = 10
LONGEST = 128
_FEWEST_DIFFERENT = 5
_LONGEST_PERIOD = 6
_WORD_MATTERS_FROM = 2


def normal(password: str) -> bytes:
    """Return the bytes that are worked on: NFC, so that the same keys give the same bytes on every system."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def check(password: str, words: Iterable[str] = ()) -> None:
    """Raise ValidationError weak_password for a password that is short, plain, or made of `words` (login, names)."""
    text = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise _weak(tr("密码应为 {a} 至 {b} 个字符。", a=SHORTEST, b=LONGEST))
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise _weak(tr("密码里有无法输入的控制字符。"))
    if _is_plain(text):
        raise _weak(tr("这个密码太有规律，很容易被猜到。"))
    if _cores(text) & _refused(words):
        raise _weak(tr("这个密码很常见，或只由账号、姓名、站名加数字组成，很容易被猜到。"))


def _is_plain(text: str) -> bool:
    """Find few different characters, a short pattern repeated, or a run up or down."""
    if len(set(text)) < _FEWEST_DIFFERENT:
        return True
    if any(text == (text[:n] * len(text))[: len(text)] for n in range(1, _LONGEST_PERIOD + 1)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1}) or text in "12345678901234567890" or text in "09876543210987654321"


def _cores(text: str) -> set[str]:
    """Return the password in small letters, whole, and without digits and signs around it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return {folded, folded.strip("".join({letter for letter in folded if not letter.isalpha()}))} - {""}


def _refused(words: Iterable[str]) -> set[str]:
    """Return the list everybody tries first, with the words of this station."""
    own = {unicodedata.normalize("NFKC", word).casefold() for word in words if len(word) >= _WORD_MATTERS_FROM}
    listed = resources.table("vault/weak_passwords.toml")["passwords"]
    return own | set(listed)


def _weak(message: str) -> ValidationError:
    """Say why the password will not do, and what would."""
    return ValidationError(
        "weak_password", message, tr("可用四五个不相干的词连成一句，例如自己才懂的一句话。"), "password"
    )
