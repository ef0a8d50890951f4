"""Who may be on file already: the same search for the form, for imports and for the whole station."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from desktop.domain.calendar import read_day
from desktop.domain.identity import mask_name, old_id
from desktop.domain.joins import Crowd, Face, pair_of, signs
from desktop.i18n import tr
from desktop.models.joins import DistinctPair
from desktop.models.people import Person
from desktop.services import codes, listing, searching
from desktop.services.listing import PersonRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from desktop.domain.people import PersonDraft

_COLUMNS = (
    Person.id, Person.name, Person.birth_on, Person.id_no, Person.phone, Person.home_phone, Person.village,
    Person.file_no,
)  # fmt: skip
_NEW, _PHONE = "", "phone"
_SHOWN = 20


@dataclass(frozen=True)
class Alike:
    """A file that may be the same person, and why (codes alike_sign, the surest first)."""

    person_id: str
    file_no: str
    name: str
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Lookalike:
    """The same for a screen: a line of the list, with the name masked for whom may not see it."""

    row: PersonRow
    signs: tuple[str, ...]
    why: str


class Likeness:
    """Everybody on file, ready to be compared with many; built once for an import or a list."""

    def __init__(self, db: Session) -> None:
        rows = db.execute(select(*_COLUMNS).where(Person.is_deleted.is_(False))).all()
        self._file_no = {row.id: row.file_no for row in rows}
        self._crowd = Crowd((_face(row) for row in rows), searching.sounds_of, _most_sharing())

    def of(self, draft: PersonDraft, except_id: str | None = None) -> tuple[Alike, ...]:
        """Return who is like the person of a settled form, the surest first."""
        found = self._crowd.like(face_of(draft, except_id or _NEW))
        return tuple(_sorted(Alike(one.id, self._file_no[one.id], one.name, why) for one, why in found))

    def pairs(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return every two files that are alike, with the signs."""
        return self._crowd.pairs()


def alike(db: Session, draft: PersonDraft, except_id: str | None = None) -> tuple[Alike, ...]:
    """Return who is like the person of one settled form; asks the store for those near only."""
    typed = face_of(draft, except_id or _NEW)
    near = _near(typed)
    if not near:
        return ()
    rows = db.execute(select(*_COLUMNS).where(or_(*near), Person.is_deleted.is_(False), Person.id != typed.id)).all()
    told = [(row, signs(typed, _face(row), searching.sounds_of)) for row in rows]
    is_shared = sum(_PHONE in why for _, why in told) > _most_sharing()
    found = _sorted(
        Alike(row.id, row.file_no, row.name, why) for row, why in told if why and not (is_shared and why == (_PHONE,))
    )
    return tuple(found[:_SHOWN])


def shown(db: Session, found: Sequence[Alike], today: date, may_see_names: bool) -> tuple[Lookalike, ...]:
    """Return those found as lines of the list."""
    rows = {row.id: row for row in listing.rows_of(db, [one.person_id for one in found], today)}
    return tuple(
        Lookalike(masked(rows[one.person_id], may_see_names), one.signs, why(one.signs))
        for one in found
        if one.person_id in rows
    )


def why(found: Iterable[str]) -> str:
    """Return signs in words."""
    return tr("；").join(codes.label_of("alike_sign", sign) for sign in found)


def words(found: Sequence[Alike]) -> str:
    """Return one sentence about the surest of those found, for the remark on a line of a sheet."""
    first = found[0]
    return tr("与档案 {no} 像是同一个人（{why}），请核对。", no=first.file_no, why=why(first.signs))


def distinct(db: Session) -> frozenset[tuple[str, str]]:
    """Return the pairs somebody has looked at and called two people."""
    rows = select(DistinctPair.person_id, DistinctPair.other_id).where(DistinctPair.is_deleted.is_(False))
    return frozenset(pair_of(one, other) for one, other in db.execute(rows))


def face_of(draft: PersonDraft, person_id: str = _NEW) -> Face:
    """Return what the person of a settled form is compared by."""
    phones = phones_of(draft.phone, draft.home_phone)
    return Face(person_id, draft.name, read_day(draft.birth_on), draft.id_no, phones, draft.village)


def _face(row: Sequence[object]) -> Face:
    person_id, name, birth_on, id_no, phone, home_phone, village, _ = row
    return Face(person_id, name, birth_on, id_no or "", phones_of(phone, home_phone), village or "")  # type: ignore[arg-type]


def phones_of(*typed: object) -> frozenset[str]:
    """Return telephones as digits, without those too short to be one."""
    digits = (re.sub(r"\D", "", str(phone or "")) for phone in typed)
    return frozenset(phone for phone in digits if len(phone) >= _SHORTEST_PHONE)


_SHORTEST_PHONE, _OLD_LENGTH = 5, 15


def _near(face: Face) -> list[ColumnElement[bool]]:
    """Return what somebody must share to be looked at closer."""
    return [*_same_number(face.id_no), *_same_facts(face)]


def _same_number(id_no: str) -> Iterator[ColumnElement[bool]]:
    if not id_no:
        return
    old = old_id(id_no)
    yield Person.id_no.in_([id_no, old])
    if len(id_no) == _OLD_LENGTH:
        yield Person.id_no.like(f"{id_no[:6]}19{id_no[6:]}_")


def _same_facts(face: Face) -> Iterator[ColumnElement[bool]]:
    if face.birth_on is not None and face.name:
        yield Person.birth_on == face.birth_on
    if face.name and face.village:
        yield (Person.name == face.name) & (Person.village == face.village)
    for phone in sorted(face.phones):
        yield func.replace(Person.phone, "-", "") == phone
        yield func.replace(Person.home_phone, "-", "") == phone


def _sorted(found: Iterable[Alike]) -> list[Alike]:
    order = [entry["code"] for entry in codes.entries("alike_sign")]
    return sorted(found, key=lambda one: (order.index(one.signs[0]), -len(one.signs), one.file_no))


def masked(row: PersonRow, may_see_names: bool) -> PersonRow:
    """Return a line of the list as somebody may see it."""
    return row if may_see_names else replace(row, name=mask_name(row.name))


def _most_sharing() -> int:
    return int(codes.rules("joins")["most_sharing_a_phone"])
