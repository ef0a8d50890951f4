"""Names of files on a stick: letters and digits of ASCII, at most 60, never a name of a person."""

from __future__ import annotations

import re
from pathlib import Path

from desktop.sync.receipts import Receipt

SUFFIX = ".kyb"
REQUEST_SUFFIX = ".kyr"
CERTIFICATE_SUFFIX = ".kyc"
_LONGEST_CODE = 16


def bundle(code: str, letter: str, incarnation: int, bundle_seq: int, sha256: str) -> str:
    """Return the name of a bundle."""
    return f"{_pc(code, letter)}-i{incarnation:04}-{bundle_seq:06}-{sha256[:8]}{SUFFIX}"


def receipt(code: str, letter: str, what: Receipt, sha256: str) -> str:
    """Return the name of a receipt."""
    return f"{_pc(code, letter)}-i{what.incarnation:04}-receipt-{what.receipt_seq:06}-{sha256[:8]}{SUFFIX}"


def request(code: str, letter: str, fingerprint: str) -> str:
    """Return the name of an enrolment request."""
    return f"{_pc(code, letter)}-request-{_plain(fingerprint)[:8].lower()}{REQUEST_SUFFIX}"


def files_below(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a kind in a folder and its folders one level down, without links."""
    found = [file for pattern in ("*", "*/*") for file in folder.glob(pattern + suffix)]
    return sorted(file for file in found if file.is_file() and not file.is_symlink())


def _pc(code: str, letter: str) -> str:
    return f"{_plain(code)[:_LONGEST_CODE] or 'S'}-{_plain(letter)[:1] or 'A'}"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)
