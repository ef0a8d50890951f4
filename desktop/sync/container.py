"""The outer file: a stored ZIP of three members, each byte with one spelling only (docs/formats/bundle.md 1)."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from desktop.store.disk import in_plain_words
from desktop.sync.fields import limit
from desktop.sync.refusals import refusal

MEMBERS = ("manifest.json", "manifest.sig", "payload.age")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION = 20
_MADE_BY = 0x0314  # Unix, so that the permissions below count
_DAY = 0x0021  # 1980-01-01: the file says nothing about when it was made, the manifest does
_PERMISSIONS = 0o100600 << 16


@dataclass(frozen=True)
class Container:
    """The three members as they stand in a file."""

    manifest: bytes
    signature: bytes
    payload: bytes
    sha256: str

    def members(self) -> tuple[tuple[str, bytes], ...]:
        """Return names and bytes in order."""
        return tuple(zip(MEMBERS, (self.manifest, self.signature, self.payload), strict=True))


def pack(manifest: bytes, signature: bytes, payload: bytes) -> bytes:
    """Return the bytes of the file."""
    locals_, central, at = [], [], 0
    for name, data in zip(MEMBERS, (manifest, signature, payload), strict=True):
        label, check, size = name.encode(), zlib.crc32(data), len(data)
        head = _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, 0, _DAY, check, size, size, len(label), 0) + label
        central.append(
            _CENTRAL.pack(
                *(b"PK\1\2", _MADE_BY, _VERSION, 0, 0, 0, _DAY, check, size, size, len(label)),
                *(0, 0, 0, 0, _PERMISSIONS, at),
            )
            + label
        )
        locals_ += [head, data]
        at += len(head) + size
    index = b"".join(central)
    end = _END.pack(b"PK\5\6", 0, 0, len(MEMBERS), len(MEMBERS), len(index), at, 0)
    return b"".join((*locals_, index, end))


def unpack(data: bytes) -> Container:
    """Read the file back; raises RefusalError unless `pack` would write the very same bytes."""
    manifest, at = _member(data, 0, MEMBERS[0])
    signature, at = _member(data, at, MEMBERS[1])
    payload, at = _member(data, at, MEMBERS[2])
    expected = pack(manifest, signature, payload)
    if data != expected:
        raise refusal("truncated" if expected.startswith(data) else "forged")
    return Container(manifest, signature, payload, hashlib.sha256(data).hexdigest())


def read_file(path: Path) -> bytes:
    """Read a file from a stick once, into memory: a regular file, no link, not larger than a bundle may be."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink() or not path.exists():
        raise refusal("missing_file")
    with in_plain_words():
        descriptor = os.open(path, flags)
        try:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                raise refusal("missing_file")
            if facts.st_size > limit("file_bytes"):
                raise refusal("too_large")
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                return stream.read(limit("file_bytes"))
        finally:
            os.close(descriptor)


def _member(data: bytes, at: int, name: str) -> tuple[bytes, int]:
    """Return one member and where the next begins."""
    label = name.encode()
    start = at + _LOCAL.size + len(label)
    head = data[at:start]
    if len(head) < _LOCAL.size + len(label):
        is_ours = at > 0 or (b"PK\3\4".startswith(data[:4]) and label.startswith(head[_LOCAL.size :]))
        raise refusal("truncated" if is_ours else "not_ours")
    signature, *_, size, _unpacked, _label, _extra = _LOCAL.unpack(head[: _LOCAL.size])
    if signature != b"PK\3\4" or head[_LOCAL.size :] != label:
        raise refusal("forged" if at else "not_ours")
    if len(data) < start + size:
        raise refusal("truncated")
    return data[start : start + size], start + size
