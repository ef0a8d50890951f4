"""One part of a practice day or of a trial; light, so that it can be told which heavy part is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One part of the day: a name for scripts, words for people, and what is done."""

    name: str
    title: str
    do: Callable[[], str]
