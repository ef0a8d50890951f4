"""Two lists of people laid beside each other (信息比对): who is on both, who on one only, what differs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.identity import old_id
from desktop.domain.joins import Face, Sounds

MATCHED, DIFFERENT, POSSIBLE = "matched", "different", "possible"
ONLY_HERE, ONLY_THERE = "only_here", "only_there"
VERDICTS = (DIFFERENT, POSSIBLE, ONLY_THERE, ONLY_HERE, MATCHED)
_WHOLE = 18  # signs of a number that is one person's for ever


@dataclass(frozen=True)
class Entry:
    """One person of a list: what they are recognised by, and what is compared, by name of the field."""

    face: Face
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pairing:
    """One line of the result; `theirs` or `ours` is None when the person is on one list only."""

    verdict: str
    theirs: Entry | None
    ours: Entry | None
    differences: tuple[str, ...] = ()


def compare(theirs: Sequence[Entry], ours: Sequence[Entry], sounds: Sounds) -> list[Pairing]:
    """Return what becomes of each person: those of their list in its order, then those who are on ours only.

    The ID number decides (of 15 and 18 digits alike), else name and birth date; a name that sounds the same in the same
    village is possible only. A file is taken once, by the line that is surest of it.
    """
    found: dict[str, tuple[Entry, bool]] = {}
    free = {entry.face.id: entry for entry in ours}
    _pair(theirs, free, found, _by_number, is_sure=True)
    _pair(theirs, free, found, _by_birth, is_sure=True)
    open_places = frozenset(entry.face.village for entry in theirs if entry.face.id not in found)
    _pair(theirs, free, found, _by_sound(sounds, open_places), is_sure=False)
    told = [_told(entry, found.get(entry.face.id)) for entry in theirs]
    return [*told, *(Pairing(ONLY_HERE, None, entry) for entry in free.values())]


def _pair(
    theirs: Sequence[Entry],
    free: dict[str, Entry],
    found: dict[str, tuple[Entry, bool]],
    keys: Callable[[Face], Iterable[object]],
    is_sure: bool,
) -> None:
    """Let each line that has nobody yet take the one free file with a common key; several of them are a doubt."""
    known: dict[object, list[Entry]] = defaultdict(list)
    for entry in free.values():
        for key in keys(entry.face):
            known[key].append(entry)
    for entry in theirs:
        if entry.face.id in found:
            continue
        near = {one.face.id: one for key in keys(entry.face) for one in known[key] if one.face.id in free}
        fitting = [one for one in near.values() if not _are_two(entry.face, one.face)]
        if fitting:
            found[entry.face.id] = fitting[0], is_sure and len(fitting) == 1
            del free[fitting[0].face.id]


def _by_number(face: Face) -> Iterator[object]:
    if face.id_no:
        yield old_id(face.id_no)


def _by_birth(face: Face) -> Iterator[object]:
    if face.name and face.birth_on is not None:
        yield face.name, face.birth_on


def _by_sound(sounds: Sounds, places: Collection[str]) -> Callable[[Face], Iterable[object]]:
    """Return what gives the keys of somebody from one of the places; reading a name takes time."""

    def keys(face: Face) -> Iterator[object]:
        if face.name and face.village and face.village in places:
            yield from ((sound, face.village) for sound in sounds(face.name))

    return keys


def _are_two(one: Face, other: Face) -> bool:
    """Say whether two whole ID numbers contradict each other."""
    return len(one.id_no) == len(other.id_no) == _WHOLE and one.id_no != other.id_no


def _told(theirs: Entry, found: tuple[Entry, bool] | None) -> Pairing:
    if found is None:
        return Pairing(ONLY_THERE, theirs, None)
    ours, is_sure = found
    differing = tuple(differences(theirs.values, ours.values))
    if not is_sure:
        return Pairing(POSSIBLE, theirs, ours, differing)
    return Pairing(DIFFERENT if differing else MATCHED, theirs, ours, differing)


def differences(theirs: Mapping[str, str], ours: Mapping[str, str]) -> Iterator[str]:
    """Give the fields in which their list says something else; what it leaves blank says nothing."""
    for name, value in theirs.items():
        if value and value != ours.get(name, ""):
            yield name


def match_key(face: Face) -> str:
    """Return by what a person is known again in the next list: ID number, else name and birth date, else village."""
    told = old_id(face.id_no) or "/".join((face.name, str(face.birth_on or ""), face.village))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
