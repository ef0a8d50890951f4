"""Who belongs to which filter of the list: worked out when asked for, kept with the roll, mended as people change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.services import duties

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.reminders import Duty
    from desktop.services.roll import Page

CHIPS = ("in_service", "paper_missing", "paper_expiring", "visit_due", "drafts", "archived")
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Groups:
    """Ids by value; `again` are to be put where they belong now."""

    ids: Mapping[str, set[str]]
    again: frozenset[str] = field(default_factory=frozenset)

    def without(self, changed: Collection[str]) -> Groups:
        """Return groups in which these are to be looked at again."""
        return Groups(self.ids, self.again | frozenset(changed))

    def those(self, values: Iterable[str]) -> set[str]:
        """Return everybody who has one of the values."""
        return set().union(*(self.ids.get(value, _NOBODY) for value in values))


def groups_of(db: Session, page: Page, kind: str, on: date) -> Groups:
    """Return who has which value of one kind (see `_VALUES`)."""
    groups = page.groups.get(kind)
    if groups is None or groups.again:
        owed = duties.owed_in(page, on, duties.rules(db)) if kind in _FROM_DUTIES else {}
        groups = _sorted_in(page, kind, groups, owed)
        page.groups[kind] = groups
    return groups


def _sorted_in(page: Page, kind: str, before: Groups | None, owed: Mapping[str, tuple[Duty, ...]]) -> Groups:
    """Put everybody, or those who changed, into their groups; other workers keep the sets they have."""
    again = page.clients.keys() if before is None else before.again & page.clients.keys()
    ids: defaultdict[str, set[str]] = defaultdict(set)
    if before is not None:
        ids.update({value: some - before.again for value, some in before.ids.items()})
    values = _VALUES[kind]
    for one in again:
        for value in values(page.clients[one], owed.get(one, ())):
            ids[value].add(one)
    return Groups(ids)


def _chips(client: duties.Client, owed: Iterable[Duty]) -> Iterable[str]:
    """Give the filter chips that hold a client."""
    facts = client.facts
    if client.is_archived or facts.is_draft or client.is_away:
        yield from ("archived",) if client.is_archived else ("drafts",) if facts.is_draft else ()
        return
    if client.is_in_service:
        yield "in_service"
    if not (facts.consent.is_in_force and facts.agreement.is_in_force):
        yield "paper_missing"
    if "expiring" in (facts.consent.word, facts.agreement.word):
        yield "paper_expiring"
    if any(duty.kind == "visit" and duty.group != "later" for duty in owed):
        yield "visit_due"


def _missing(client: duties.Client, _owed: object) -> Iterable[str]:
    papers = {"consent": client.facts.consent, "agreement": client.facts.agreement}
    return (*client.entry.missing, *(name for name, paper in papers.items() if not paper.is_in_force))


_FROM_DUTIES = frozenset({"chip", "overdue"})
_VALUES: dict[str, Callable[[duties.Client, Iterable[Duty]], Iterable[str]]] = {
    "chip": _chips,
    "overdue": lambda _, owed: {duty.kind for duty in owed if duty.group == "overdue"},
    "archived": lambda client, _: ("archived",) if client.is_archived else (),
    "who": lambda client, _: (client.who_id or "",),
    "state": lambda client, _: (client.state,),
    "risk": lambda client, _: (client.entry.danger,),
    "service_class": lambda client, _: (client.facts.service_class,),
    "service_mode": lambda client, _: (client.entry.mode,),
    "village": lambda client, _: (client.village or "",),
    "missing": _missing,
}
KINDS = tuple(_VALUES)
