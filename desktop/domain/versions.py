"""Two versions of one form: which fields both changed since they parted, and how the two become one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

D = TypeVar("D")
Worded = Callable[[str, Any], tuple[str, str]]  # name of a field and its value -> label and words


@dataclass(frozen=True)
class Clash:
    """One field that both changed, and differently, in words."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Comparison:
    """What was typed here beside what `who` saved meanwhile; only the clashes need a person."""

    clashes: tuple[Clash, ...]
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]  # of all fields that were changed here
    who: str = ""
    at: datetime | None = None

    def settled(self, keep: Collection[str]) -> dict[str, Any]:
        """Return the values of both: theirs, what only was changed here, and of the clashes those to keep."""
        clashing = {clash.name for clash in self.clashes}
        own = {name: value for name, value in self.mine.items() if name not in clashing or name in keep}
        return {**self.theirs, **own}


def compare(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], worded: Worded) -> Comparison:
    """Compare two versions with the one they both began with; a name one of them lacks counts as nothing there."""
    names = list(dict.fromkeys((*theirs, *mine)))
    own = {name: mine.get(name) for name in names if mine.get(name) != base.get(name)}
    clashes = []
    for name, value in own.items():
        other = theirs.get(name)
        if other != base.get(name) and other != value:
            label, words = worded(name, other)
            named, mine_in_words = worded(name, value)
            clashes.append(Clash(name, label or named, words, mine_in_words))
    return Comparison(tuple(clashes), dict(theirs), own)


def flat(draft: Any, prefix: str = "") -> dict[str, Any]:
    """Return the fields of a form by name; those of a form inside it as "guardian.name"."""
    return dict(_flat(draft, prefix))


def _flat(draft: Any, prefix: str) -> Iterable[tuple[str, Any]]:
    for each in dataclasses.fields(draft):
        value = getattr(draft, each.name)
        if dataclasses.is_dataclass(value):
            yield from _flat(value, f"{prefix}{each.name}.")
        else:
            yield prefix + each.name, value


def with_values(draft: D, values: Mapping[str, Any]) -> D:
    """Return a form with other values, named as by `flat`; names it does not know are passed over."""
    changes: dict[str, Any] = {}
    for each in dataclasses.fields(draft):  # type: ignore[arg-type]
        below = {
            name[len(each.name) + 1 :]: value for name, value in values.items() if name.startswith(each.name + ".")
        }
        if below:
            changes[each.name] = with_values(getattr(draft, each.name), below)
        elif each.name in values:
            changes[each.name] = values[each.name]
    return dataclasses.replace(draft, **changes)  # type: ignore[type-var]
