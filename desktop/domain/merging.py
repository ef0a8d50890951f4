"""Two versions of a record meet at the hub: which columns are taken, which stay, which a person must decide.

Revisions are counted by the hub. A change says which revision it was made on (`base`); what other PCs wrote up to there
was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

DELETED = "is_deleted"
Stamp = tuple[str, int, str]  # who wrote a column last, at which revision of the hub, at which reading of the clock


@dataclass(frozen=True)
class Origin:
    """Where the state of a record comes from: its maker, the last writer of each column, and what each PC had seen."""

    maker: Stamp
    columns: Mapping[str, Stamp] = field(default_factory=dict)
    seen: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # PC -> revision seen, its newest reading
    newest: str = ""

    def stamp(self, column: str) -> Stamp:
        """Return who wrote a column last."""
        return self.columns.get(column, self.maker)

    def to_json(self) -> dict[str, object]:
        """Return the plain form that is stored."""
        return {
            "maker": list(self.maker),
            "columns": {name: list(stamp) for name, stamp in self.columns.items()},
            "seen": {writer: list(facts) for writer, facts in self.seen.items()},
            "newest": self.newest,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Origin:
        """Read the plain form."""
        return cls(
            tuple(stored["maker"]),
            {name: tuple(stamp) for name, stamp in stored["columns"].items()},
            {writer: tuple(facts) for writer, facts in stored["seen"].items()},
            stored["newest"],
        )


@dataclass(frozen=True)
class Version:
    """A record as the hub has it."""

    revision: int
    values: Mapping[str, Any]
    origin: Origin


@dataclass(frozen=True)
class Offer:
    """A change that a PC hands over: the columns it touched and the record after it."""

    writer: str
    base: int
    revision: int
    hlc: str
    columns: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Judgement:
    """What becomes of an offer: the record afterwards, and the columns in which it did not prevail.

    `kept`: the hub's value stays until a person decides. `beaten`: an earlier write lost to a later one (`losers`).
    """

    version: Version
    is_known: bool = False
    is_taken: bool = True
    kept: tuple[str, ...] = ()
    beaten: tuple[str, ...] = ()
    losers: Mapping[str, Any] = field(default_factory=dict)


def first(offer: Offer) -> Version:
    """Return the version of a record the hub sees for the first time."""
    maker = (offer.writer, offer.revision, offer.hlc)
    return Version(
        offer.revision,
        offer.values,
        Origin(maker, {}, {offer.writer: (offer.base, offer.hlc)}, offer.hlc),
    )


def judge(held: Version, offer: Offer, decided: frozenset[str], stamps: frozenset[str]) -> Judgement:
    """Weigh a change against the hub's version.

    Columns that the PC had seen, or that nobody else wrote since, are taken. Where two PCs wrote the same column
    without knowing of each other, the later reading of the clock wins - but in `decided` columns the hub keeps its
    value and a person decides. `stamps` (who and when) follow the newest change.
    """
    horizon, newest_known = held.origin.seen.get(offer.writer, (offer.base, ""))
    if offer.hlc <= newest_known:
        return Judgement(held, is_known=True)
    weighing = _Weighing(held, offer, decided, horizon)
    weighing.weigh()
    if offer.hlc > held.origin.newest:
        weighing.values |= {name: offer.values[name] for name in stamps}
    origin = replace(
        held.origin,
        columns=weighing.stamps,
        seen={**held.origin.seen, offer.writer: (horizon, offer.hlc)},
        newest=max(offer.hlc, held.origin.newest),
    )
    return Judgement(
        Version(weighing.revision, {**weighing.values, "revision": weighing.revision}, origin),
        is_taken=weighing.is_taken,
        kept=tuple(weighing.kept),
        beaten=tuple(weighing.losers),
        losers=weighing.losers,
    )


class _Weighing:
    """One offer on the scales, column by column."""

    def __init__(self, held: Version, offer: Offer, decided: frozenset[str], horizon: int) -> None:
        self.held, self.offer, self.decided, self.horizon = held, offer, decided, horizon
        writes = (held.origin.maker, *held.origin.columns.values())
        self.has_seen_all = all(self._is_seen(stamp) for stamp in writes)
        # A PC that is alone with a record counts on; revisions it did not hand over (withheld columns) are left out.
        is_next = self.has_seen_all and offer.revision > held.revision
        self.revision = offer.revision if is_next else max(held.revision, offer.revision) + 1
        self.values: dict[str, Any] = dict(held.values)
        self.stamps: dict[str, Stamp] = dict(held.origin.columns)
        self.kept: list[str] = []
        self.losers: dict[str, Any] = {}
        self.is_taken = not offer.columns

    def weigh(self) -> None:
        """Weigh every column of the offer; then a deletion against what others did meanwhile."""
        for name in self.offer.columns:
            if name != DELETED:
                self._weigh_column(name)
        self._weigh_deletion()

    def _is_seen(self, stamp: Stamp) -> bool:
        """Say whether the PC that offers had seen (or made) a write."""
        return stamp[0] == self.offer.writer or stamp[1] <= self.horizon

    def _take(self, name: str) -> None:
        self.values[name] = self.offer.values[name]
        self.stamps[name] = (self.offer.writer, self.revision, self.offer.hlc)
        self.is_taken = True

    def _weigh_column(self, name: str) -> None:
        stamp = self.held.origin.stamp(name)
        ours, theirs = self.held.values[name], self.offer.values[name]
        is_later = (self.offer.hlc, self.offer.writer) > (stamp[2], stamp[0])
        if self._is_seen(stamp):
            self._take(name)
        elif ours == theirs:
            self.is_taken = True
            if is_later:
                self._take(name)
        elif name in self.decided:
            self.kept.append(name)
        elif is_later:
            self.losers[name] = ours
            self._take(name)
        else:
            self.losers[name] = theirs

    def _weigh_deletion(self) -> None:
        """Where one PC deletes what another changes, the record stays and a person decides."""
        is_deleted, deletes = self.held.values[DELETED], self.offer.values[DELETED]
        if DELETED in self.offer.columns:
            if deletes and not is_deleted and not self.has_seen_all:
                self.kept.append(DELETED)
            else:
                self._take(DELETED)
        elif is_deleted and not self._is_seen(self.held.origin.stamp(DELETED)):
            self.kept.append(DELETED)
            self.values[DELETED] = False
            self.stamps[DELETED] = (self.offer.writer, self.revision, self.offer.hlc)
