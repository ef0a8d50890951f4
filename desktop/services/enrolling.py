"""Putting a client into the files and changing a file, for the form and for the roster alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from desktop.domain.people import GuardianDraft, PersonDraft, check_settled, is_draft
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.people import ClinicalProfile, Episode, Guardian, Person
from desktop.services import codes, filling, joined, numbers, searching, standings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.models import Record
    from desktop.services.desk import Desk

_APPLIED, _ASSIGNED = "applied", "assigned"


def enrol_person(db: Session, desk: Desk, draft: PersonDraft, *, state: str = _ASSIGNED) -> Person:
    """Open a file for a checked and settled form inside a write; incomplete forms become drafts.

    `state` is the state of the case for a complete file. Raises ValidationError duplicate_id.
    """
    refuse_duplicate(db, draft.id_no)
    ((person, _),) = enrol_people(db, desk, [draft], state=state)
    return person


def enrol_people(
    db: Session,
    desk: Desk,
    drafts: Sequence[PersonDraft],
    *,
    state: str = _ASSIGNED,
    incomplete: Sequence[bool] | None = None,
) -> list[tuple[Person, list[Record]]]:
    """Open files for forms that nobody has one of yet, as `enrol_person` does, a table at a time; return the records.

    A roster of 2 000 lines takes seconds this way: row by row, statements cost more than what is stored.
    `incomplete` says which of them are, where somebody checked them before.
    """
    if incomplete is None:
        incomplete = [_is_incomplete(draft, desk.clock.today()) for draft in drafts]
    files = [_file(db, desk, draft, state, lacks) for draft, lacks in zip(drafts, incomplete, strict=True)]
    db.add_all([person for person, _ in files])
    db.flush()
    db.add_all([record for _, records in files for record in records])
    db.flush()
    return files


def _file(db: Session, desk: Desk, draft: PersonDraft, state: str, is_incomplete: bool) -> tuple[Person, list[Record]]:
    """Return a person, and what hangs on it: guardian, illness, case."""
    today = desk.clock.today()
    person = Person(id=new_id(), file_no=numbers.next_file_no(db, desk.facts, today.year))
    person.is_draft = is_incomplete
    filling.fill_person(person, draft, today)
    person.search_text = _spellings(person, draft)
    state = _APPLIED if person.is_draft else state
    records: list[Record] = [Episode(person_id=person.id, state=state, opened_on=person.filed_on or today)]
    if draft.guardian.name:
        records.append(_guardian(person.id, draft.guardian, today))
    if _has_illness(draft):
        records.append(_profile(person.id, draft, today))
    return person, [*records, *filling.new_rows(person.id, draft)]


def revise_person(db: Session, desk: Desk, person: Person, draft: PersonDraft, is_forced: bool = False) -> bool:
    """Bring a file to what a checked and settled form says; False when nothing differs and nothing is forced.

    A new guardian ends the old one, changed illness becomes a new version: what was true then stays to be seen.
    """
    stored = draft_of(db, person)
    draft = replace(draft, guardian=_since(draft.guardian, stored.guardian))
    if stored == draft and not is_forced:
        return False
    refuse_duplicate(db, draft.id_no, person.id)
    today = desk.clock.today()
    was_draft = person.is_draft
    with db.no_autoflush:  # one UPDATE, so that the revision of the file rises by one
        _revise_guardian(db, person.id, draft.guardian, today)
        _revise_illness(db, person.id, draft, today)
        filling.revise_rows(db, person.id, draft)
        aliases = joined.aliases(db, person.id)
    person.is_draft = _is_incomplete(draft, today)
    filling.fill_person(person, draft, today)
    person.search_text = _spellings(person, draft, aliases)
    flag_modified(person, "search_text")  # a new guardian or illness must raise the revision of the file too
    if was_draft and not person.is_draft:
        _complete(db, person.id)
    db.flush()
    return True


def draft_of(db: Session, person: Person) -> PersonDraft:
    """Return a file as a form."""
    return PersonDraft(
        **filling.person_part(person),
        **filling.illness_part(newest_profile(db, person.id)),
        **filling.rows_part(db, person.id),
        guardian=filling.guardian_part(standings.current_guardian(db, person.id)),
    )


def newest_profile(db: Session, person_id: str) -> ClinicalProfile | None:
    """Return the version of illness and history that is in force."""
    query = select(ClinicalProfile).where(ClinicalProfile.person_id == person_id, ClinicalProfile.is_deleted.is_(False))
    return db.scalar(query.order_by(ClinicalProfile.noted_on.desc(), ClinicalProfile.id.desc()).limit(1))


def refuse_duplicate(db: Session, id_no: str, person_id: str | None = None) -> None:
    """Refuse an ID number that stands on another file of this station (DOMAIN 6.1)."""
    if not id_no:
        return
    query = select(Person.file_no).where(Person.id_no == id_no, Person.is_deleted.is_(False), Person.id != person_id)
    file_no = db.scalar(query.limit(1))
    if file_no is not None:
        message = tr("这个证件号码已有档案：{file_no}。", file_no=file_no)
        raise ValidationError("duplicate_id", message, tr("请打开那份档案继续，不要重复建档。"), field="id_no")


def _is_incomplete(draft: PersonDraft, today: date) -> bool:
    return is_draft(check_settled(draft, today, codes.people_rules()))


def _spellings(person: Person, draft: PersonDraft, aliases: Sequence[str] = ()) -> str:
    """Return the text behind the search box; numbers and names of files that became part of this one find it too."""
    illness = draft.diagnosis_text or codes.label_of("diagnosis_category", draft.diagnosis_category)
    called = [one for one in draft.contacts if not one.to_on]
    telephones = (draft.phone, draft.guardian.phone, *(one.phone for one in called))
    text = searching.spellings(person, telephones, draft.guardian.name, illness)
    more = (*(searching.spelled(one.name) for one in called), *aliases)
    return searching.text_of((text, *more)) if more else text


def _guardian(person_id: str, draft: GuardianDraft, today: date) -> Guardian:
    guardian = Guardian(person_id=person_id, is_guardian=True)
    filling.fill_guardian(guardian, draft)
    guardian.from_on = guardian.from_on or today
    return guardian


def _since(typed: GuardianDraft, known: GuardianDraft) -> GuardianDraft:
    """Return the guardian with the day of the beginning: a new one does not begin when the one before did."""
    if typed.name == known.name:
        return replace(typed, from_on=typed.from_on or known.from_on)
    return replace(typed, from_on="") if typed.from_on == known.from_on else typed


def _revise_guardian(db: Session, person_id: str, draft: GuardianDraft, today: date) -> None:
    guardian = standings.current_guardian(db, person_id)
    if guardian is not None and guardian.name == draft.name:
        filling.fill_guardian(guardian, draft)
        return
    if guardian is not None:
        guardian.to_on = today
    if draft.name:
        db.add(_guardian(person_id, draft, today))


def _has_illness(draft: PersonDraft) -> bool:
    return any(value is not None for value in filling.illness_of(draft).values())


def _profile(person_id: str, draft: PersonDraft, today: date) -> ClinicalProfile:
    profile = ClinicalProfile(person_id=person_id, noted_on=today)
    filling.fill_profile(profile, draft)
    return profile


def _revise_illness(db: Session, person_id: str, draft: PersonDraft, today: date) -> None:
    """Write illness and history as a new version; a second change on one day corrects that day's version."""
    newest = newest_profile(db, person_id)
    if newest is None:
        if _has_illness(draft):
            db.add(_profile(person_id, draft, today))
        return
    if all(getattr(newest, name) == value for name, value in filling.illness_of(draft).items()):
        return
    if newest.noted_on == today:
        filling.fill_profile(newest, draft)
    else:
        db.add(_profile(person_id, draft, today))


def _complete(db: Session, person_id: str) -> None:
    """Move the case on when a draft became a registered file."""
    for episode in db.scalars(select(Episode).where(Episode.person_id == person_id, Episode.state == _APPLIED)):
        episode.state = _ASSIGNED
