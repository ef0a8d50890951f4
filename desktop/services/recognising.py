"""Which client a line of a list speaks of: by ID number, else by name with telephone or village."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from desktop.i18n import tr
from desktop.models.people import Person
from desktop.services import joined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session


_MOST_NAMED = 3


class Known(NamedTuple):
    """What is needed of a stored client to recognise them in a sheet."""

    id: str
    file_no: str
    name: str
    id_no: str | None
    phone: str | None
    village: str | None
    birth_on: date | None

    def is_like(self, phone: str, village: str) -> bool:
        """Say whether a line without a common ID number means this person."""
        return (bool(phone) and phone == (self.phone or "")) or (bool(village) and village == (self.village or ""))


class Who(NamedTuple):
    """What a line about somebody known says of them; "" for nothing."""

    name: str = ""
    id_no: str = ""
    file_no: str = ""
    birth_on: date | None = None
    phone: str = ""
    village: str = ""


class Found(NamedTuple):
    """The client a line speaks of (None: nobody known), and why that is not sure: key of the cell, code, sentence."""

    known: Known | None = None
    key: str = ""
    code: str = ""
    message: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must look first."""
        return bool(self.code)


class Recogniser:
    """Knows the clients of the store, asked for once."""

    def __init__(self, db: Session) -> None:
        columns = (Person.id, Person.file_no, Person.name, Person.id_no, Person.phone, Person.village, Person.birth_on)
        people = [Known(*row) for row in db.execute(select(*columns).where(Person.is_deleted.is_(False)))]
        self._by_id_no = {one.id_no: one for one in people if one.id_no}
        self._by_file_no = {one.file_no: one for one in people}
        self._by_name: defaultdict[str, list[Known]] = defaultdict(list)
        for one in people:
            self._by_name[one.name].append(one)
        self._former = _former(db, {one.id: one for one in people})

    def find(self, name: str, id_no: str = "", phone: str = "", village: str = "") -> Found:
        """Return the client a line of a roster means: a name alone is not enough, it may be somebody new."""
        known = self._by_id_no.get(id_no) if id_no else None
        if known is not None:
            return _same_number(known, name)
        alike = [one for one in self._by_name.get(name, ()) if one.is_like(phone, village)]
        return _only([one for one in alike if not one.id_no] if id_no else alike)

    def find_known(self, who: Who) -> Found:
        """Return the client a line about somebody known means: by ID number, else file number, else by the name.

        Between several of one name the birth date decides, then telephone or village; who is still not sure is named.
        """
        known = self._by_id_no.get(who.id_no) or self._by_file_no.get(who.file_no) or self._former.get(who.file_no)
        if known is not None:
            return _same_number(known, who.name) if who.name else Found(known)
        named = self._by_name.get(who.name, [])
        if who.id_no:  # another number stands in the file: somebody else of that name
            named = [one for one in named if not one.id_no]
        if who.birth_on:
            named = [one for one in named if one.birth_on in (None, who.birth_on)]
        if not named:
            return Found(None, "name", "person_unknown", tr("档案里没有“{name}”，请先建档或核对。", name=who.name))
        alike = [one for one in named if who.birth_on and one.birth_on == who.birth_on] or named
        alike = [one for one in alike if one.is_like(who.phone, who.village)] or alike
        return Found(alike[0]) if len(alike) == 1 else _several(alike)


def _former(db: Session, known: Mapping[str, Known]) -> dict[str, Known]:
    """Return by the numbers of files that became part of another the one that is kept."""
    gone = select(Person.id, Person.file_no).where(Person.id.in_(joined.gone(db)))
    numbers = dict(db.execute(gone).all())
    return {numbers[one]: known[kept] for one, kept in joined.kept_of_all(db, numbers).items() if kept in known}


def _same_number(known: Known, name: str) -> Found:
    if known.name == name:
        return Found(known)
    message = tr("这个身份证号已在档案 {no} 里，姓名不同，请核对。", no=known.file_no)
    return Found(known, "name", "name_differs", message)


def _only(alike: list[Known]) -> Found:
    if len(alike) > 1:
        message = tr("有 {n} 份档案同名同村，分不清是谁。请在表里填写身份证号。", n=len(alike))
        return Found(alike[0], "name", "several_alike", message)
    return Found(alike[0] if alike else None)


def _several(alike: list[Known]) -> Found:
    """Say who it could be, by file number and village."""
    told = tr("、").join(f"{one.file_no} {one.village or ''}".strip() for one in alike[:_MOST_NAMED])
    message = tr("有 {n} 份同名的档案（{told}），请在表里填写身份证号或档案号。", n=len(alike), told=told)
    return Found(None, "name", "several_alike", message)
