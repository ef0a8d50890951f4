"""What the list of clients searches, filters and sorts by beside the facts of the board, for many people at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.services import codes, standings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from typing import Any

    from sqlalchemy.orm import Session

_COLUMNS = (
    Person.id, Person.search_text, Person.birth_on, Person.service_mode, Person.id_no, Person.phone, Person.address,
    Person.village, Person.restricted_on,
)  # fmt: skip
_PINYIN = re.compile(r" ([a-z]+) ")
_WANTED = ("id_no", "birth_on", "phone", "address", "village")


@dataclass(frozen=True)
class Entry:
    """One client in the list; `missing` names what the file lacks (codes people_missing)."""

    sound: str = ""  # the name in pinyin
    birth_on: date | None = None
    mode: str = ""
    danger: str = ""
    illness: str = ""
    missing: tuple[str, ...] = ()


def of(db: Session, person_ids: Collection[str] | None) -> dict[str, Entry]:
    """Return the entries of clients; None means everybody."""
    ill, guarded = _profiles(db, person_ids), _guarded(db, person_ids)
    query = select(*_COLUMNS).where(standings.among(Person.id, person_ids), Person.is_deleted.is_(False))
    return {
        one.id: Entry(
            _sound(one.search_text), one.birth_on, one.service_mode or "",
            *(("", "") if one.restricted_on else ill.get(one.id, ("", ""))),
            tuple(_missing(one, one.id in guarded, one.id in ill)),
        )
        for one in db.execute(query)
    }  # fmt: skip


def _sound(text: str) -> str:
    found = _PINYIN.search(text)
    return found[1] if found else ""


def _missing(person: Any, is_guarded: bool, is_ill: bool) -> Iterator[str]:
    yield from (name for name in _WANTED if not getattr(person, name))
    if not is_guarded:
        yield "guardian"
    if not is_ill:
        yield "diagnosis"


def _profiles(db: Session, person_ids: Collection[str] | None) -> dict[str, tuple[str, str]]:
    """Return danger level and diagnosis in words of each client, from the newest version."""
    table = ClinicalProfile
    query = select(table.person_id, table.diagnosis_text, table.diagnosis_category, table.danger_level)
    query = query.where(standings.among(table.person_id, person_ids), table.is_deleted.is_(False))
    return {
        person_id: ("" if level is None else str(level), text or codes.label_of("diagnosis_category", category))
        for person_id, text, category, level in db.execute(query.order_by(table.noted_on, table.id))
    }


def _guarded(db: Session, person_ids: Collection[str] | None) -> frozenset[str]:
    query = select(Guardian.person_id).where(
        standings.among(Guardian.person_id, person_ids), standings.is_guardian_now()
    )
    return frozenset(db.scalars(query))
