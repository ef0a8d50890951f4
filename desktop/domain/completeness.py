"""Which of the parts of a file (一人一档) are there, are lacking, or are not needed yet; the parts are data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from desktop.i18n import tr

THERE, LACKING, NOT_NEEDED = "there", "lacking", "not_needed"
_SCAN = "scan"


@dataclass(frozen=True)
class Part:
    """One part of a file: when it is needed, what fills it, where it is mended."""

    code: str
    needed: tuple[str, ...] = ()
    after_days: int = 0
    filled: tuple[str, ...] = ()
    route: Mapping[str, Any] = field(default_factory=dict)
    action: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # state -> why

    @classmethod
    def of(cls, code: str, entry: Mapping[str, Any]) -> Part:
        """Build it from its entry; `scan` stands for a scan of this very part."""
        filled = tuple(f"{_SCAN}.{code}" if each == _SCAN else each for each in entry["filled"])
        words = {state: entry[state] for state in (THERE, LACKING, NOT_NEEDED)}
        return cls(
            code, tuple(entry["needed"]), entry.get("after_days", 0), filled, entry["route"], entry["action"], words
        )


@dataclass(frozen=True)
class FileFacts:
    """What is known of one file: since when a condition holds, and what is in it."""

    since: Mapping[str, date] = field(default_factory=dict)
    has: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PartState:
    """One part of one file: there, lacking or not_needed, and why."""

    part: Part
    state: str

    @property
    def reason(self) -> str:
        """Return the words for the state."""
        return tr(self.part.words[self.state])


def states(parts: Iterable[Part], facts: FileFacts, on: date) -> tuple[PartState, ...]:
    """Return the state of every part on a day."""
    return tuple(PartState(part, state_of(part, facts, on)) for part in parts)


def state_of(part: Part, facts: FileFacts, on: date) -> str:
    """Return the state of one part: what is there counts even when nobody needs it yet."""
    if not facts.has.isdisjoint(part.filled):
        return THERE
    return LACKING if _is_needed(part, facts, on) else NOT_NEEDED


def lacking(parts: Iterable[Part], facts: FileFacts, on: date) -> frozenset[str]:
    """Return the codes of the parts a file lacks."""
    return frozenset(part.code for part in parts if state_of(part, facts, on) == LACKING)


def _is_needed(part: Part, facts: FileFacts, on: date) -> bool:
    if not all(condition in facts.since for condition in part.needed):
        return False
    begun = max((facts.since[condition] for condition in part.needed), default=date.min)
    return begun + timedelta(days=part.after_days) <= on if begun > date.min else True
