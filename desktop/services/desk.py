"""What every service stands on: the opened store, the actor, the clock, the facts of this PC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.domain.permissions import Actor
from desktop.services.clock import Clock
from desktop.services.folders import StationFolder

if TYPE_CHECKING:
    from desktop.services.pieces import Pieces
    from desktop.store.unit_of_work import Work
    from desktop.vault.keys import OpenVault


@dataclass(frozen=True)
class StationFacts:
    """The identity of this store and PC, read from `meta` and `station` at unlock."""

    kind: str  # "station" or "hub"
    db_uuid: str
    station_id: str
    replica_id: str
    incarnation: int
    pc_letter: str
    station_code: str
    station_name: str
    is_practice: bool
    schema: str = ""  # version of the tables


@dataclass(frozen=True)
class Desk:
    """Handed to every service; dropped when the program locks."""

    work: Work
    actor: Actor
    clock: Clock
    folder: StationFolder
    facts: StationFacts
    vault: OpenVault = field(repr=False)
    pieces: Pieces = field(repr=False)
