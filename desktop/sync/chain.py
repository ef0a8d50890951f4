"""The chain over the lines of one PC: two histories under the same numbers cannot have the same end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from desktop.vault import strictjson

_DOMAIN = b"kangyi-chain/0"
MARK_BYTES = 16
NOTHING = "0" * 64


def genesis(station_id: str, replica_id: str, incarnation: int) -> str:
    """Return where the chain of one PC and incarnation begins."""
    return hashlib.sha256(_DOMAIN + strictjson.dump([station_id, replica_id, incarnation])).hexdigest()


def links(before: str, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Return the chain after each line."""
    link = bytes.fromhex(before)
    for line in lines:
        link = hashlib.sha256(_DOMAIN + link + line).digest()
        yield link


def marks(chain: Iterable[bytes]) -> bytes:
    """Return what the hub keeps of a chain: the beginning of each link."""
    return b"".join(link[:MARK_BYTES] for link in chain)


def mark_before_end(kept: bytes, count: int) -> bytes:
    """Return the mark that stands `count` links before the last one; empty when none was kept there."""
    at = len(kept) - (count + 1) * MARK_BYTES
    return kept[at : at + MARK_BYTES] if at >= 0 else b""
