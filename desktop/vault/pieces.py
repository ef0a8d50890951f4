"""Names and seals the pieces that lie beside the database: pages of papers and photos (docs/formats/piece.md)."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from desktop.vault import seal

if TYPE_CHECKING:
    from desktop.vault.keys import OpenVault

_HEAD = b"kangyi-piece/1\n"
_NONCE = 12
_NAME = re.compile(r"[0-9a-f]{64}")


class PieceSeal:
    """Two keys of the volume key, derived at each use so that nothing of them outlives the lock."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def name_of(self, data: bytes) -> str:
        """Return the name of a content: a keyed hash, for a plain one would tell who holds a known form."""
        return hmac.new(self._vault.derive("piece-names"), data, hashlib.sha256).hexdigest()

    def close(self, name: str, data: bytes) -> bytes:
        """Encrypt a content, bound to its name: one piece cannot stand in the place of another."""
        nonce, sealed = seal.wrap(self._vault.derive("pieces"), data, _HEAD + name.encode())
        return _HEAD + nonce + sealed

    def open(self, name: str, piece: bytes) -> bytes:
        """Return the content; raises SealError when anything of the piece is not as it was written under this name."""
        body = len(_HEAD) + _NONCE
        if not piece.startswith(_HEAD) or len(piece) < body:
            raise seal.SealError("header")
        return seal.unwrap(self._vault.derive("pieces"), piece[len(_HEAD) : body], piece[body:], _HEAD + name.encode())


def is_name(text: object) -> bool:
    """Say whether a text has the form of the name of a piece."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None
