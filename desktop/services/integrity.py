"""Looking through the whole store for damage (数据检查)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services import pieces
from desktop.services.audit import AuditCheck, chain
from desktop.services.desk import Desk


@dataclass(frozen=True)
class PieceCheck:
    """The pages of papers and photos: how many there should be, how many are missing, how many are damaged."""

    total: int
    missing: int
    damaged: int

    @property
    def is_ok(self) -> bool:
        """Say whether every page is there and whole."""
        return not (self.missing or self.damaged)


@dataclass(frozen=True)
class StoreCheck:
    """What the checks say: "ok", or the first thing found; rows of each table; the chain of the audit; the pages."""

    integrity: str
    cipher_integrity: str
    foreign_keys: str
    triggers: str
    counts: dict[str, int]
    audit: AuditCheck
    pieces: PieceCheck

    @property
    def is_ok(self) -> bool:
        """Say whether nothing was found."""
        found = (self.integrity, self.cipher_integrity, self.foreign_keys, self.triggers)
        return self.audit.is_ok and self.pieces.is_ok and all(word == "ok" for word in found)


class Integrity:
    """Checking the unlocked station."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def check(self) -> StoreCheck:
        """Run all checks of the database, the triggers and the audit; takes seconds for a large station."""
        self._desk.actor.require("integrity.check")
        from desktop.store import backup

        health = backup.examine(self._desk.work.store)
        return StoreCheck(
            integrity=_first(health.page_faults),
            cipher_integrity=_first(health.cipher_faults),
            foreign_keys=_first((str(health.foreign_key_faults),) if health.foreign_key_faults else ()),
            triggers=_first(health.altered_triggers),
            counts=health.counts,
            audit=chain(self._desk),
            pieces=self._pieces(),
        )

    def _pieces(self) -> PieceCheck:
        with self._desk.work.read() as db:
            names = pieces.needed(db)
        missing, damaged = self._desk.pieces.damage(names)
        return PieceCheck(len(names), len(missing), len(damaged))


def _first(faults: tuple[str, ...]) -> str:
    return faults[0] if faults else "ok"
