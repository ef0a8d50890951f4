"""What really stands in an encrypted file: every page decrypted, free ones and the log beside it included."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 8192
_RESERVE, _IV, _SALT = 80, 16, 16
_LOG_HEAD, _FRAME_HEAD = 32, 24


def plain_bytes(path: Path, raw_key: bytes) -> bytes:
    """Return the plain bytes of a database and of the log beside it, page by page, whatever they belong to."""
    found = [_plain(page, raw_key, number == 0) for number, page in enumerate(_pages(path.read_bytes()))]
    log = path.with_name(path.name + "-wal")
    if log.exists():
        frames = log.read_bytes()[_LOG_HEAD:]
        size = _FRAME_HEAD + PAGE
        for at in range(0, len(frames) - size + 1, size):
            page = frames[at + _FRAME_HEAD : at + size]
            is_first = frames[at : at + 4] == (1).to_bytes(4, "big")
            found.append(_plain(page, raw_key, is_first))
    return b"".join(found)


def _pages(content: bytes) -> list[bytes]:
    return [content[at : at + PAGE] for at in range(0, len(content), PAGE)]


def _plain(page: bytes, raw_key: bytes, is_first: bool) -> bytes:
    """Decrypt one page as SQLCipher writes it: AES-256-CBC, the IV in the reserved bytes at its end."""
    begin = _SALT if is_first else 0
    iv = page[PAGE - _RESERVE : PAGE - _RESERVE + _IV]
    reader = Cipher(algorithms.AES(raw_key[:32]), modes.CBC(iv)).decryptor()
    return reader.update(page[begin : PAGE - _RESERVE]) + reader.finalize()
