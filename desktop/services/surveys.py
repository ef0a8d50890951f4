"""The need survey (摸底): people of the area's list, contacted or not, who become clients by one click."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from desktop.domain import people as people_rules
from desktop.domain import surveys as rules_of
from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.identity import age_on, mask_id, mask_phone
from desktop.domain.people import PersonDraft
from desktop.domain.surveys import PLANNED, Denominator, EntryFacts, SurveyDraft, SurveyRules
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.people import Person
from desktop.models.surveys import SurveyEntry
from desktop.services import codes, likeness, listing, refusals, searching, standings
from desktop.services.desk import Desk
from desktop.services.enrolling import enrol_person
from desktop.services.listing import PersonRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

__all__ = ["Denominator", "SurveyDraft", "SurveyPage", "SurveyQuery", "SurveyRow", "SurveySums", "Surveys"]


@dataclass(frozen=True)
class SurveyQuery:
    """What the list asks for; `result` is a code of survey_result, "" for all; `after` the last line known."""

    search: str = ""
    result: str = ""
    limit: int = 200
    after: str | None = None


@dataclass(frozen=True)
class SurveyRow:
    """One line of the list; ID and telephone are masked."""

    id: str
    revision: int
    list_name: str
    name: str
    sex: str | None
    age: int | None
    id_masked: str
    phone_masked: str
    village: str | None
    diagnosis: str
    result: str
    contacted_on: date | None
    contacted_by: str
    needs: tuple[str, ...]
    person_id: str | None


@dataclass(frozen=True)
class SurveyPage:
    """A page of the list: `total` counts all matches, `next` is the cursor or None."""

    total: int
    rows: tuple[SurveyRow, ...]
    next: str | None


@dataclass(frozen=True)
class SurveySums:
    """How many lines have each result ("" = all), how many became clients, how many patients live at home."""

    by_result: dict[str, int]
    clients: int
    at_home: Denominator


class Surveys:
    """The list of the area, who was asked, and who came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, query: SurveyQuery) -> SurveyPage:
        """Return one page of the list, in the order it was written."""
        self._desk.actor.require("surveys.read")
        with self._desk.work.read() as db:
            return _page(db, query, self._desk.clock.today())

    def sums(self) -> SurveySums:
        """Return the numbers by result and the denominator: patients who live at home, each counted once.

        The rule: everybody on the list whose result says "at home", and besides every client not closed or suspended
        who is on no list. Who is on two lists counts by the later line.
        """
        self._desk.actor.require("surveys.read")
        with self._desk.work.read() as db:
            return _sums(db)

    def lists(self) -> tuple[str, ...]:
        """Return the names of the lists, the newest first."""
        self._desk.actor.require("surveys.read")
        query = select(SurveyEntry.list_name).where(SurveyEntry.is_deleted.is_(False)).group_by(SurveyEntry.list_name)
        with self._desk.work.read() as db:
            return tuple(db.scalars(query.order_by(func.max(SurveyEntry.id).desc())))

    def draft(self, entry_id: str) -> SurveyDraft:
        """Return a line as a form, with every number in full; noted in the audit."""
        self._desk.actor.require("surveys.record")
        with self._desk.work.read() as db:
            draft = draft_of(_stored(db, entry_id))
        self._desk.work.note("surveys.open_form", entry_id)
        return draft

    def check(self, draft: SurveyDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful, by field; touches no database."""
        self._desk.actor.require("surveys.read")
        return rules_of.check(draft, self._desk.clock.today(), survey_rules())

    def record(self, draft: SurveyDraft) -> str:
        """Save a line, new or changed; return its id. Who was contacted today by whom is filled in."""
        self._desk.actor.require("surveys.record")
        today = self._desk.clock.today()
        settled = rules_of.settle(draft, today, survey_rules())
        refusals.raise_first(rules_of.check(settled, today, survey_rules()))
        entry_id = draft.entry_id or new_id()
        with self._desk.work.write("surveys.amend" if draft.entry_id else "surveys.record", entry_id) as db:
            entry = _opened(db, settled, entry_id)
            fill(entry, _contacted(settled, today, self._desk.actor.name))
        return entry_id

    def contact(self, entry_id: str, revision: int, result: str) -> None:
        """Note what came of asking somebody, today, by the person at the desk."""
        self._desk.actor.require("surveys.record")
        if result not in survey_rules().codes["result"]:
            raise ValidationError("unknown_code", tr("请选择摸底结果。"), field="result")
        with self._desk.work.write("surveys.contact", entry_id, result=result) as db:
            entry = _stored(db, entry_id)
            refusals.raise_if_stale(entry, revision)
            entry.result = result
            is_asked = result != PLANNED
            entry.contacted_on = self._desk.clock.today() if is_asked else None
            entry.contacted_by = self._desk.actor.name if is_asked else None

    def lookalikes(self, entry_id: str) -> tuple[PersonRow, ...]:
        """Return clients who may be the person of a line: look before making a file of it."""
        self._desk.actor.require("surveys.record")
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            typed = people_rules.settle(_intake(_stored(db, entry_id)), today, codes.people_rules())
            return listing.rows_in(db, [one.person_id for one in likeness.alike(db, typed)], today)

    def intake(self, entry_id: str, revision: int) -> str:
        """Make a client of somebody who wishes it; return the id of the new file, which the line keeps.

        File and line are one write. Raises duplicate_id when the ID number is on file already (then `link`).
        """
        self._desk.actor.require("surveys.record")
        self._desk.actor.require("people.register")
        today, rules = self._desk.clock.today(), codes.people_rules()
        with self._desk.work.write("surveys.intake", entry_id) as db:
            entry = _unlinked(db, entry_id, revision)
            if entry.result not in survey_rules().becomes_intake:
                raise _not_willing()
            settled = people_rules.settle(_intake(entry), today, rules)
            refusals.raise_first(people_rules.check(settled, today, rules))
            person = enrol_person(db, self._desk, settled)
            entry.person_id = person.id
            db.info["subject"] = person.id
            db.info["detail"].update(file_no=person.file_no, entry=entry_id)
            return person.id

    def link(self, entry_id: str, revision: int, person_id: str) -> None:
        """Say that a line is a client who has a file already."""
        self._desk.actor.require("surveys.record")
        with self._desk.work.write("surveys.link", person_id, entry=entry_id) as db:
            refusals.person_in(db, person_id)
            _unlinked(db, entry_id, revision).person_id = person_id

    def remove(self, entry_id: str, revision: int) -> None:
        """Take back a line written by mistake; it stays in the history."""
        self._desk.actor.require("surveys.record")
        with self._desk.work.write("surveys.remove", entry_id) as db:
            entry = _stored(db, entry_id)
            refusals.raise_if_stale(entry, revision)
            entry.is_deleted = True


_LISTS = {"result": "survey_result", "needs": "survey_need", "sex": "sex", "diagnosis_category": "diagnosis_category"}


@cache
def survey_rules() -> SurveyRules:
    """Return codes and limits of the form."""
    results = codes.entries("survey_result")
    identity = codes.rules("identity")
    return SurveyRules(
        {name: frozenset(entry["code"] for entry in codes.entries(table)) for name, table in _LISTS.items()},
        frozenset(entry["code"] for entry in results if entry["is_home"]),
        frozenset(entry["code"] for entry in results if entry.get("becomes_intake")),
        identity["max_age"], identity["name_length"],
    )  # fmt: skip


def _page(db: Session, query: SurveyQuery, today: date) -> SurveyPage:
    wanted = [SurveyEntry.is_deleted.is_(False), *_found(query.search)]
    if query.result:
        wanted.append(SurveyEntry.result == query.result)
    total = db.scalar(select(func.count()).select_from(SurveyEntry).where(*wanted)) or 0
    if query.after is not None:
        wanted.append(SurveyEntry.id > query.after)
    found = db.scalars(select(SurveyEntry).where(*wanted).order_by(SurveyEntry.id).limit(query.limit + 1)).all()
    shown = found[: query.limit]
    return SurveyPage(
        total, tuple(_row(entry, today) for entry in shown), shown[-1].id if len(found) > len(shown) else None
    )


def _found(typed: str) -> list[ColumnElement[bool]]:
    """Return the conditions of the search box, read as the one of the clients reads it."""
    text = SurveyEntry.search_text
    return [
        or_(*[text.contains(part, autoescape=True) for part in searching.parts_of(word)])
        for word in searching.words_of(typed)
    ]


def _sums(db: Session) -> SurveySums:
    columns = (SurveyEntry.id, SurveyEntry.person_id, SurveyEntry.id_no, SurveyEntry.result)
    entries = db.execute(select(*columns).where(SurveyEntry.is_deleted.is_(False)).order_by(SurveyEntry.id)).all()
    by_result = {code: sum(entry.result == code for entry in entries) for code in survey_rules().codes["result"]}
    served = select(Person.id, Person.id_no).where(Person.is_deleted.is_(False), standings.is_served())
    at_home = survey_rules().at_home
    facts = (EntryFacts(entry.id, entry.person_id, entry.id_no, entry.result in at_home) for entry in entries)
    return SurveySums(
        {"": len(entries), **by_result},
        sum(entry.person_id is not None for entry in entries),
        rules_of.living_at_home(facts, dict(db.execute(served).all())),
    )


def _row(entry: SurveyEntry, today: date) -> SurveyRow:
    return SurveyRow(
        entry.id, entry.revision, entry.list_name, entry.name, entry.sex,
        age_on(entry.birth_on, today) if entry.birth_on else None, mask_id(entry.id_no), mask_phone(entry.phone),
        entry.village, codes.label_of("diagnosis_category", entry.diagnosis_category), entry.result,
        entry.contacted_on, entry.contacted_by or "", tuple(entry.needs or ()), entry.person_id,
    )  # fmt: skip


def _stored(db: Session, entry_id: str) -> SurveyEntry:
    entry = db.get(SurveyEntry, entry_id)
    if entry is None or entry.is_deleted:
        raise ValidationError("no_such_entry", tr("名单里没有这个人。"), tr("请回到列表重新选择。"))
    return entry


def _unlinked(db: Session, entry_id: str, revision: int) -> SurveyEntry:
    """Return a line that is nobody's file yet, as the person at the desk saw it."""
    entry = _stored(db, entry_id)
    refusals.raise_if_stale(entry, revision)
    if entry.person_id is not None:
        raise ValidationError("already_client", tr("这个人已经建档，不用再建。"), tr("请打开他的档案。"))
    return entry


def _not_willing() -> ValidationError:
    message = tr("本人还没有表示愿意，不能建档。")
    return ValidationError("not_willing", message, tr("请先登记摸底结果“愿意参加”。"), field="result")


def _opened(db: Session, draft: SurveyDraft, entry_id: str) -> SurveyEntry:
    if draft.entry_id is None:
        entry = SurveyEntry(id=entry_id)
        db.add(entry)
        return entry
    entry = _stored(db, entry_id)
    refusals.raise_if_stale(entry, draft.revision)
    return entry


def _contacted(draft: SurveyDraft, today: date, actor: str) -> SurveyDraft:
    """Return the form with the day and the person of the contact where they were left out."""
    if draft.result == PLANNED:
        return draft
    return replace(
        draft, contacted_on=draft.contacted_on or today.isoformat(), contacted_by=draft.contacted_by or actor
    )


_TEXTS = ("sex", "id_no", "phone", "township", "village", "address", "diagnosis_category", "contacted_by", "note")


def fill(entry: SurveyEntry, draft: SurveyDraft) -> None:
    """Put a settled form into a line of the list."""
    """Put what stands in a form into an entry."""
    entry.name, entry.result = draft.name, draft.result
    entry.list_name = draft.list_name or tr("摸底名单")
    entry.birth_on, entry.contacted_on = read_day(draft.birth_on), read_day(draft.contacted_on)
    entry.needs = list(draft.needs) or None
    for name in _TEXTS:
        setattr(entry, name, getattr(draft, name) or None)
    known = (draft.id_no, draft.phone, draft.village, draft.township, draft.list_name)
    entry.search_text = searching.text_of((searching.spelled(draft.name), *known))


def draft_of(entry: SurveyEntry) -> SurveyDraft:
    """Return an entry as a form."""
    return SurveyDraft(
        entry.id, entry.revision, entry.list_name, entry.name, result=entry.result, needs=tuple(entry.needs or ()),
        birth_on=entry.birth_on.isoformat() if entry.birth_on else "",
        contacted_on=entry.contacted_on.isoformat() if entry.contacted_on else "",
        **{name: getattr(entry, name) or "" for name in _TEXTS},
    )  # fmt: skip


_KNOWN = ("sex", "id_no", "phone", "township", "village", "address", "diagnosis_category")


def _intake(entry: SurveyEntry) -> PersonDraft:
    """Return what the list knows as the form of a client; notes of the survey stay where they are."""
    known: dict[str, Any] = {name: getattr(entry, name) or "" for name in _KNOWN}
    birth_on = entry.birth_on.isoformat() if entry.birth_on else ""
    return PersonDraft(name=entry.name, birth_on=birth_on, **known)
