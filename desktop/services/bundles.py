"""Looking at a file of the exchange without any secret: its envelope, and whether the signature holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import KangyiError
from desktop.sync import bundle, container, enrolment
from desktop.sync.refusals import RefusalError, refusal


@dataclass(frozen=True)
class Member:
    """One member of the container."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Inspected:
    """The envelope of a file; nothing in it is about a client."""

    manifest: dict[str, Any]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Verified:
    """Whether a file is whole and signed by somebody the trust file names; `refused` says why not."""

    is_valid: bool
    sender: dict[str, Any] | None
    refused: KangyiError | None


def inspect(file: Path) -> Inspected:
    """Read the envelope; raises ValidationError truncated, forged, not_ours."""
    envelope = bundle.read(container.read_file(file))
    members = (Member(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in envelope.container.members())
    return Inspected(envelope.manifest, tuple(members))


def verify(file: Path, trust: Path) -> Verified:
    """Check signature and payload against the keys of an enrolment request or certificate."""
    keys = enrolment.trusted_keys(container.read_file(trust))
    sender = None
    try:
        envelope = bundle.read(container.read_file(file))
        sender = envelope.manifest["from"]
        key = keys.get(sender["replica"]) or keys.get(sender["station"])
        if key is None:
            raise refusal("unknown_sender")
        bundle.check_signature(envelope, key)
        bundle.check_payload(envelope)
    except RefusalError as refused:
        return Verified(False, sender, refused)
    return Verified(True, sender, None)
