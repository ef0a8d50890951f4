"""Who may be one person: the signs by which two files are alike, and which of two values a joined file takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from desktop.domain.identity import old_id

Sounds = Callable[[str], frozenset[str]]  # of a name: every way to read it
WEAK = frozenset({"name_village", "phone"})  # by themselves often a family
_WHOLE = 18  # signs of a number that is one person's for ever


@dataclass(frozen=True)
class Face:
    """What two files are compared by; telephones are digits only."""

    id: str
    name: str
    birth_on: date | None = None
    id_no: str = ""
    phones: frozenset[str] = frozenset()
    village: str = ""


def signs(one: Face, other: Face, sounds: Sounds) -> tuple[str, ...]:
    """Return why two files may be one person (codes alike_sign), the surest sign first; () when nothing speaks for it.

    Two whole and different ID numbers are two people: then a common telephone or village is a family's.
    """
    found = []
    if one.id_no and one.id_no == other.id_no:
        found.append("id_no")
    elif one.id_no and other.id_no and old_id(one.id_no) == old_id(other.id_no):
        found.append("id_old_new")
    is_born_alike = one.birth_on is not None and one.birth_on == other.birth_on
    if is_born_alike and one.name and other.name and sounds(one.name) & sounds(other.name):
        found.append("sound_birth")
    if one.name and one.name == other.name and one.village and one.village == other.village:
        found.append("name_village")
    if one.phones & other.phones:
        found.append("phone")
    if _are_two(one, other):
        found = [sign for sign in found if sign not in WEAK]
    return tuple(found)


def _are_two(one: Face, other: Face) -> bool:
    return len(one.id_no) == len(other.id_no) == _WHOLE and one.id_no != other.id_no


class Crowd:
    """Many files, grouped so that each is compared with those only that have something in common with it."""

    def __init__(self, faces: Iterable[Face], sounds: Sounds, most_sharing: int) -> None:
        self._read = sounds
        self._known: dict[str, frozenset[str]] = {}
        self._most = most_sharing  # a telephone of more people than these is nobody's own
        self._groups: dict[tuple[str, object], list[Face]] = {}
        for face in faces:
            for key in _keys(face):
                self._groups.setdefault(key, []).append(face)

    def _sounds(self, name: str) -> frozenset[str]:
        """Read each name once: that is what takes time."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def like(self, face: Face) -> list[tuple[Face, tuple[str, ...]]]:
        """Return who is like somebody, each with its signs."""
        near = {each.id: each for key in _keys(face) for each in self._group(key) if each.id != face.id}
        told = [(each, signs(face, each, self._sounds)) for each in near.values()]
        return [(each, found) for each, found in told if found]

    def pairs(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return every two files that are alike, the smaller id first, with the signs."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for key in self._groups:
            for one, other in combinations(self._group(key), 2):
                pair = pair_of(one.id, other.id)
                if pair not in found:
                    found[pair] = signs(one, other, self._sounds)
        return {pair: told for pair, told in found.items() if told}

    def _group(self, key: tuple[str, object]) -> Sequence[Face]:
        group = self._groups.get(key, [])
        return [] if key[0] == "phone" and len(group) > self._most else group


def _keys(face: Face) -> Iterable[tuple[str, object]]:
    if face.id_no:
        yield "id", old_id(face.id_no)
    if face.birth_on is not None:
        yield "birth", face.birth_on
    if face.village:
        yield "place", (face.name, face.village)
    for phone in face.phones:
        yield "phone", phone


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Return two ids in the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)


KEPT, GONE = "kept", "gone"


def preferred(kept: object, gone: object, is_gone_newer: bool, by: str = "") -> str:
    """Return which of two values a joined file takes unless somebody says otherwise: the filled one, else the newer.

    `by` "earlier": of days like the one of filing the earlier holds, it is when the person came; "longer": of numbers
    the longer says more.
    """
    if _is_empty(kept) or _is_empty(gone):
        return KEPT if _is_empty(gone) else GONE
    if by == "earlier":
        return GONE if str(gone) < str(kept) else KEPT
    if by == "longer" and len(str(kept)) != len(str(gone)):
        return GONE if len(str(gone)) > len(str(kept)) else KEPT
    return GONE if is_gone_newer else KEPT


def _is_empty(value: object) -> bool:
    return value in (None, "", (), [], {})


@dataclass(frozen=True)
class Stay:
    """One stay in the service as the joining sees it; `rank` grows with how far it came."""

    id: str
    opened_on: date
    is_open: bool
    rank: int


def leading_stay(stays: Collection[Stay]) -> tuple[str | None, frozenset[str], date | None]:
    """Return of the stays of two files the one that goes on, those that are the same one told twice, and its first day.

    A client is served once: of open stays the one that came furthest goes on from the earliest day, and what else was
    open, or began while it lasted, is the same stay. Without an open one all stand as they are.
    """
    open_ = [stay for stay in stays if stay.is_open]
    if not open_:
        return None, frozenset(), None
    leading = max(open_, key=lambda stay: (stay.rank, -stay.opened_on.toordinal(), stay.id))
    first = min(stay.opened_on for stay in open_)
    twice = {stay.id for stay in stays if stay.id != leading.id and (stay.is_open or stay.opened_on >= first)}
    return leading.id, frozenset(twice), first


def better(kept: str, gone: str, order: Sequence[str]) -> bool:
    """Say whether of two rows that cannot both stand the one of the gone file tells more, by a value of each."""
    rank = {value: place for place, value in enumerate(order)}
    return rank.get(gone, len(order)) < rank.get(kept, len(order))
