"""Typing that means the same made the same: full-width digits, blanks, dots in names."""

from __future__ import annotations

import re

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u3000\u3164]+")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]+")
_IDEOGRAPH = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_DOTS = re.compile(rf"\s*[·•・‧･⋅∙]\s*|(?<={_IDEOGRAPH})\s*\.\s*(?={_IDEOGRAPH})")
_BLANK_BESIDE_IDEOGRAPH = re.compile(rf"(?<={_IDEOGRAPH})\s+|\s+(?={_IDEOGRAPH})")


def fold(text: str) -> str:
    """Return digits, letters and punctuation half-width and without any blanks."""
    return _BLANKS.sub("", text.translate(_FULL_WIDTH)) if text else ""


def clean_text(text: str) -> str:
    """Return a text without blanks at its ends and without invisible marks; what stands inside stays as typed."""
    return _INVISIBLE.sub("", text).strip() if text else ""


def clean_name(text: str) -> str:
    """Return a name without stray blanks and with one kind of dot (·); rare characters stay as they are."""
    dotted = _DOTS.sub("·", _BLANKS.sub(" ", clean_text(text)).translate(_FULL_WIDTH))
    return _BLANK_BESIDE_IDEOGRAPH.sub("", dotted).strip("·")
