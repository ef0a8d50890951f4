"""Two versions of a record meet at the hub: which columns are taken, which stay, which a person must decide.

Revisions are counted by the hub. A change says which revision it was made on (`base`); what other PCs wrote up to there
was seen. The record that comes out does not depend on the order in which the PCs hand over (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any

DELETED = "is_deleted"
NOBODY = ""  # wrote what a change found when the hub had not seen the record yet
Stamp = tuple[str, int, str]  # who wrote a column last, at which revision of the hub, at which reading of the clock


@dataclass(frozen=True)
class View:
    """What one PC had seen of a record, and how it left it."""

    horizon: int  # the revision of the hub it had seen
    revision: int  # of the hub, by its newest change
    is_deleted: bool
    readings: tuple[str, ...] = ()  # of its changes that came in


@dataclass(frozen=True)
class Origin:
    """Where the state of a record comes from: its maker, the last writer of each column, and the view of each PC."""

    maker: Stamp
    columns: Mapping[str, Stamp] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    newest: str = ""  # reading and writer of the newest change

    def stamp(self, column: str) -> Stamp:
        """Return who wrote a column last."""
        return self.columns.get(column, self.maker)

    def to_json(self) -> dict[str, object]:
        """Return the plain form that is stored."""
        return {
            "maker": list(self.maker),
            "columns": {name: list(stamp) for name, stamp in self.columns.items()},
            "views": {writer: list(astuple(view)) for writer, view in self.views.items()},
            "newest": self.newest,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Origin:
        """Read the plain form."""
        return cls(
            tuple(stored["maker"]),
            {name: tuple(stamp) for name, stamp in stored["columns"].items()},
            {
                writer: View(horizon, revision, is_deleted, tuple(readings))
                for writer, (horizon, revision, is_deleted, readings) in stored["views"].items()
            },
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

    `disputed`: a person decides, until then the later write stands. `beaten`: an earlier write lost to a later one.
    `losers` are the values that do not stand.
    """

    version: Version
    is_known: bool = False
    is_taken: bool = True
    disputed: tuple[str, ...] = ()
    beaten: tuple[str, ...] = ()
    losers: Mapping[str, Any] = field(default_factory=dict)


def first(offer: Offer) -> Version:
    """Return the version of a record the hub sees for the first time."""
    stamp = (offer.writer, offer.revision, offer.hlc)
    view = View(offer.base, offer.revision, offer.values[DELETED], (offer.hlc,))
    origin = Origin(stamp, {}, {offer.writer: view}, _newest(offer))
    if offer.base > 0:  # the rest of the record is older: whoever wrote it may still hand it over
        origin = replace(origin, maker=(NOBODY, 0, ""), columns=dict.fromkeys(offer.columns, stamp))
    return Version(offer.revision, offer.values, origin)


def judge(held: Version, offer: Offer, decided: frozenset[str], stamps: frozenset[str]) -> Judgement:
    """Weigh a change against the hub's version.

    Columns that the PC had seen, or that nobody else wrote since, are taken. Where two PCs wrote the same column
    without knowing of each other, the later reading of the clock wins (of equal ones, that of the PC with the greater
    id) - but in `decided` columns a person has the last word. `stamps` (who and when) follow the newest change.
    """
    before = held.origin.views.get(offer.writer)
    if before is not None and offer.hlc in before.readings:
        return Judgement(held, is_known=True)
    weighing = _Weighing(held, offer, decided, before)
    weighing.weigh()
    if _newest(offer) > held.origin.newest:
        weighing.values |= {name: offer.values[name] for name in stamps}
    origin = replace(
        held.origin,
        columns=weighing.stamps,
        views=weighing.views,
        newest=max(_newest(offer), held.origin.newest),
    )
    return Judgement(
        Version(weighing.revision, {**weighing.values, "revision": weighing.revision}, origin),
        is_taken=weighing.is_taken,
        disputed=tuple(weighing.disputed),
        beaten=tuple(name for name in weighing.losers if name not in weighing.disputed),
        losers=weighing.losers,
    )


def _newest(offer: Offer) -> str:
    return offer.hlc + offer.writer


class _Weighing:
    """One offer on the scales, column by column."""

    def __init__(self, held: Version, offer: Offer, decided: frozenset[str], before: View | None) -> None:
        self.held, self.offer, self.decided = held, offer, decided
        self.horizon = min(before.horizon, offer.base) if before else offer.base
        writes = (held.origin.maker, *held.origin.columns.values())
        self.has_seen_all = all(self._is_seen(stamp) for stamp in writes)
        # A PC that is alone with a record counts on; revisions it did not hand over (withheld columns) are left out.
        is_next = self.has_seen_all and offer.revision > held.revision
        self.revision = offer.revision if is_next else max(held.revision, offer.revision) + 1
        self.values: dict[str, Any] = dict(held.values)
        self.stamps: dict[str, Stamp] = dict(held.origin.columns)
        self.views = {**held.origin.views, offer.writer: self._view(before)}
        self.disputed: list[str] = []
        self.losers: dict[str, Any] = {}
        self.is_taken = not offer.columns

    def weigh(self) -> None:
        """Weigh every column of the offer; then a deletion against what others did meanwhile."""
        for name in self.offer.columns:
            if name != DELETED:
                self._weigh_column(name)
        self._weigh_deletion()

    def _view(self, before: View | None) -> View:
        """Return the view of the PC that offers; a record that was made at first is as old as its making."""
        readings = (*(before.readings if before else ()), self.offer.hlc)
        if before is not None and self.offer.hlc < max(before.readings):
            return replace(before, horizon=self.horizon, readings=readings)
        revision = self.revision if self.offer.base else self.offer.revision
        return View(self.horizon, revision, self.offer.values[DELETED], readings)

    def _is_seen(self, stamp: Stamp) -> bool:
        """Say whether the PC that offers had seen (or made) a write."""
        return stamp[0] in (self.offer.writer, NOBODY) or stamp[1] <= self.horizon

    def _is_overtaken(self, stamp: Stamp) -> bool:
        """Say whether the same PC wrote later (a stick from before a restore turns up late)."""
        return stamp[0] == self.offer.writer and stamp[2] > self.offer.hlc

    def _take(self, name: str) -> None:
        self.values[name] = self.offer.values[name]
        self.stamps[name] = (self.offer.writer, self.revision, self.offer.hlc)
        self.is_taken = True

    def _weigh_column(self, name: str) -> None:
        stamp = self.held.origin.stamp(name)
        ours, theirs = self.held.values[name], self.offer.values[name]
        if self._is_overtaken(stamp):
            return
        if self._is_seen(stamp):
            self._take(name)
        else:
            self._weigh_unseen(name, stamp, ours, theirs)

    def _weigh_unseen(self, name: str, stamp: Stamp, ours: object, theirs: object) -> None:
        """Weigh two writes that did not know of each other."""
        is_later = (self.offer.hlc, self.offer.writer) > (stamp[2], stamp[0])
        if ours == theirs:
            self.is_taken = True
        else:
            self.losers[name] = ours if is_later else theirs
            if name in self.decided:
                self.disputed.append(name)
        if is_later:
            self._take(name)

    def _weigh_deletion(self) -> None:
        """Where one PC deletes what another changes, the record stays and a person decides."""
        is_wanted = self.offer.values[DELETED] if DELETED in self.offer.columns else self.held.values[DELETED]
        self.values[DELETED] = any(self._is_deletion(view) for view in self.views.values())
        if is_wanted and not self.values[DELETED]:
            self.disputed.append(DELETED)
        elif DELETED in self.offer.columns:
            self.is_taken = True

    def _is_deletion(self, view: View) -> bool:
        """Say whether a PC deleted the record, and nobody changed it without knowing of that."""
        return view.is_deleted and all(
            other.is_deleted or other.revision <= view.horizon for other in self.views.values()
        )
