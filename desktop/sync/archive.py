"""The inside of the payload: a plain tar of regular files, packed lines in it (docs/formats/bundle.md 3)."""

from __future__ import annotations

import zlib
from tarfile import BLOCKSIZE, USTAR_FORMAT, TarInfo

from desktop.sync.fields import limit
from desktop.sync.refusals import refusal

_GZIP = 31
_LEVEL = 3  # three times as fast as 6 for a sixth more bytes; the stick does not mind
_SOME = 256  # lines joined at a time: all of them at once would crowd the memory
_NAME = slice(0, 100)
_SIZE = slice(124, 136)


def pack(members: dict[str, bytes]) -> bytes:
    """Return the tar."""
    parts = []
    for name, data in members.items():
        parts += [_header(name, len(data)), data, bytes(-len(data) % BLOCKSIZE)]
    return b"".join((*parts, bytes(2 * BLOCKSIZE)))


def unpack(data: bytes) -> dict[str, bytes]:
    """Read the tar back; raises RefusalError forged unless `pack` would write the very same bytes."""
    members: dict[str, bytes] = {}
    at = 0
    while data[at : at + 1] not in (b"", b"\0"):
        head = data[at : at + BLOCKSIZE]
        name, size = _named(head)
        if name in members or head != _header(name, size):
            raise refusal("forged")
        at += BLOCKSIZE
        members[name] = data[at : at + size]
        at += size + -size % BLOCKSIZE
    if data != pack(members):
        raise refusal("forged")
    return members


def pack_lines(lines: list[bytes]) -> bytes:
    """Return lines joined and packed; equal lines give equal bytes."""
    machine = zlib.compressobj(_LEVEL, wbits=_GZIP)
    parts = [machine.compress(b"\n".join((*lines[at : at + _SOME], b""))) for at in range(0, len(lines), _SOME)]
    return b"".join((*parts, machine.flush()))


def unpack_lines(data: bytes) -> list[bytes]:
    """Unpack lines; raises RefusalError forged for a bomb, anything behind the end, or an open last line."""
    cap = min(limit("plain_bytes"), max(limit("unpack_free_bytes"), limit("unpack_ratio") * len(data)))
    machine = zlib.decompressobj(_GZIP)
    try:
        plain = machine.decompress(data, cap)
    except zlib.error:
        raise refusal("forged") from None
    if not machine.eof or machine.unused_data or (plain and not plain.endswith(b"\n")):
        raise refusal("forged")
    return plain.split(b"\n")[:-1]


def _header(name: str, size: int) -> bytes:
    """Return the one header of a member: mode 0644, owner 0, time 0."""
    facts = TarInfo(name)
    facts.size = size
    return facts.tobuf(USTAR_FORMAT, "ascii", "strict")


def _named(head: bytes) -> tuple[str, int]:
    """Return name and size of a header."""
    try:
        name = head[_NAME].rstrip(b"\0").decode("ascii")
        size = int(head[_SIZE].rstrip(b"\0 "), 8)
        _header(name, max(size, 0))
    except ValueError:
        raise refusal("forged") from None
    if size < 0 or len(head) < BLOCKSIZE:
        raise refusal("forged")
    return name, size
