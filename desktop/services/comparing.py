"""What a comparison with another side's list reads and stores: their lines, our files, what was decided before."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop import resources
from desktop.domain.comparisons import ONLY_HERE, Entry, Pairing, compare, match_key
from desktop.domain.folding import fold
from desktop.domain.joins import Face
from desktop.domain.people import PersonDraft, value_of
from desktop.domain.versions import flat
from desktop.models.comparisons import ComparisonLine
from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.services import likeness, searching, standings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.services.imports import ImportRequest

IGNORE = "ignore"
_GUARDIAN = "guardian."
_PHONES = ("phone", "guardian.phone")


@dataclass(frozen=True)
class TheirLine:
    """One line of their list as a form of ours."""

    excel_row: int
    draft: PersonDraft


@dataclass(frozen=True)
class TheirList:
    """Their list as read, and the hash of the file it came in."""

    lines: tuple[TheirLine, ...]
    sha256: str


def fields() -> tuple[str, ...]:
    """Return the fields that are compared (resources/people/comparisons.toml)."""
    return tuple(resources.table("people/comparisons.toml")["fields"])


def with_partners(names: Iterable[str]) -> tuple[str, ...]:
    """Return fields with those that are taken together with them."""
    together = resources.table("people/comparisons.toml")["together"]
    groups = {group[0]: tuple(group) for group in together}
    return tuple(dict.fromkeys(each for name in names for each in groups.get(name, (name,))))


def read(request: ImportRequest, today: date) -> TheirList:
    """Read their list as a roster is read, without what cannot be used; raises ValidationError bad_roster."""
    from desktop.domain.rosters import read_line
    from desktop.services.codes import people_rules
    from desktop.services.imports import opened
    from desktop.services.rosters import circumstances, roster_words
    from desktop.services.takers import kind_of
    from desktop.sheets.reader import Choice, read_list

    book, data = opened(request)
    choice = Choice(request.sheet, request.header_row, request.mapping)
    sheet, _ = read_list(book, kind_of("roster"), choice)
    around = circumstances(sheet, today)
    drafts = ((line, read_line(line.cells, roster_words(), people_rules(), around).draft) for line in sheet.lines)
    lines = tuple(TheirLine(line.excel_row, draft) for line, draft in drafts if draft.name or draft.id_no)
    return TheirList(lines, hashlib.sha256(data).hexdigest())


def pairings(db: Session, their: TheirList) -> list[Pairing]:
    """Return what becomes of each person; of our files that are on our list only those of people who are served."""
    ours = _ours(db)
    served = frozenset(db.scalars(select(Person.id).where(Person.is_deleted.is_(False), standings.is_served())))
    told = compare([_entry(line) for line in their.lines], ours, searching.sounds_of)
    return [one for one in told if one.verdict != ONLY_HERE or (one.ours and one.ours.face.id in served)]


def _entry(line: TheirLine) -> Entry:
    values = {name: plain(name, value_of(line.draft, name)) for name in fields()}
    return Entry(likeness.face_of(line.draft, str(line.excel_row)), values)


def _ours(db: Session) -> list[Entry]:
    """Return our files, everybody's in three questions."""
    ill, guarded = _newest_profiles(db), _guardians(db)
    people = db.scalars(select(Person).where(Person.is_deleted.is_(False), Person.archived_on.is_(None)))
    return [_our_entry(person, ill.get(person.id), guarded.get(person.id)) for person in people]


def _our_entry(person: Person, profile: ClinicalProfile | None, guardian: Guardian | None) -> Entry:
    phones = likeness.phones_of(person.phone, person.home_phone)
    face = Face(person.id, person.name, person.birth_on, person.id_no or "", phones, person.village or "")
    values = {name: plain(name, _our_value(name, person, profile, guardian)) for name in fields()}
    return Entry(face, values)


def _our_value(name: str, person: Person, profile: ClinicalProfile | None, guardian: Guardian | None) -> object:
    if name.startswith(_GUARDIAN):
        return getattr(guardian, name.removeprefix(_GUARDIAN), None)
    return getattr(person, name) if hasattr(person, name) else getattr(profile, name, None)


def _newest_profiles(db: Session) -> dict[str, ClinicalProfile]:
    query = select(ClinicalProfile).where(ClinicalProfile.is_deleted.is_(False))
    found = db.scalars(query.order_by(ClinicalProfile.noted_on, ClinicalProfile.id))
    return {profile.person_id: profile for profile in found}  # the last one of a client wins


def _guardians(db: Session) -> dict[str, Guardian]:
    found = db.scalars(select(Guardian).where(standings.is_guardian_now()).order_by(Guardian.id))
    return {guardian.person_id: guardian for guardian in found}


def plain(name: str, value: object) -> str:
    """Return a value so that spellings of the same compare equal."""
    if value is None:
        return ""
    text = fold(value.isoformat() if isinstance(value, date) else str(value))
    return re.sub(r"\D", "", text) if name in _PHONES else text.upper() if name.endswith("_no") else text


def stored(
    comparison_id: str, told: Sequence[Pairing], their: TheirList, before: Mapping[str, ComparisonLine]
) -> list[ComparisonLine]:
    """Return the lines to store; what was set aside before and says the same is set aside again."""
    drafts = {str(line.excel_row): line for line in their.lines}
    return [_line(comparison_id, one, drafts, before) for one in told]


def _line(
    comparison_id: str, one: Pairing, drafts: Mapping[str, TheirLine], before: Mapping[str, ComparisonLine]
) -> ComparisonLine:
    theirs = drafts[one.theirs.face.id] if one.theirs else None
    face = (one.theirs or one.ours or Entry(Face("", ""))).face
    line = ComparisonLine(
        comparison_id=comparison_id,
        person_id=one.ours.face.id if one.ours else None,
        match_key=match_key(face),
        verdict=one.verdict,
        theirs=_kept(theirs) if theirs else {},
        differences=list(one.differences),
    )
    earlier = before.get(line.match_key)
    if earlier is not None and _is_the_same(earlier, line):
        line.decision, line.reason = earlier.decision, earlier.reason
    return line


def _kept(line: TheirLine) -> dict[str, object]:
    """Return what their list says of somebody, as it is stored."""
    values = {name: value for name, value in flat(line.draft).items() if isinstance(value, str | bool) and value != ""}
    return {"row": line.excel_row, "values": values}


def values_of(line: ComparisonLine) -> dict[str, Any]:
    """Return what their list says, by name of the field."""
    values: Any = line.theirs.get("values", {})
    return dict(values)


def _is_the_same(earlier: ComparisonLine, line: ComparisonLine) -> bool:
    said = [values_of(one).get(name) for one in (earlier, line) for name in line.differences]
    half = len(said) // 2
    is_same = (earlier.verdict, earlier.differences) == (line.verdict, line.differences)
    return earlier.decision == IGNORE and is_same and said[:half] == said[half:]


def decided_before(db: Session, keys: Iterable[str] | None = None, until: str = "~") -> dict[str, ComparisonLine]:
    """Return the newest decided line of earlier comparisons (before the one with this id) for each match key."""
    query = select(ComparisonLine).where(
        ComparisonLine.decision.is_not(None), ComparisonLine.is_deleted.is_(False), ComparisonLine.comparison_id < until
    )
    if keys is not None:
        query = query.where(ComparisonLine.match_key.in_(list(keys)))
    return {line.match_key: line for line in db.scalars(query.order_by(ComparisonLine.id))}


def counts_of(told: Iterable[Pairing]) -> dict[str, object]:
    """Return how many lines have each verdict."""
    return dict(Counter(one.verdict for one in told))
