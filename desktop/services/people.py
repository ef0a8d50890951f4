"""Clients (康复对象): list, file, registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.domain.people import CareLine, ContactLine, GuardianDraft, MedicationLine, PersonDraft, check, gaps, settle
from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.people import Guardian, Person
from desktop.services import codes, files, joined, likeness, listed, listing, refusals, standings, timelines
from desktop.services.desk import Desk
from desktop.services.enrolling import draft_of, enrol_person, revise_person
from desktop.services.files import Fact, FactGroup, GuardianCard, PersonCard, StateCard
from desktop.services.likeness import Lookalike
from desktop.services.listing import PeopleFilters, PeoplePage, PeopleQuery, PersonRow
from desktop.services.timelines import Timeline, TimelineItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

__all__ = [
    "CareLine", "ContactLine", "Fact", "FactGroup", "GuardianCard", "GuardianDraft", "Lookalike", "MedicationLine",
    "People", "PeopleFilters", "PeoplePage", "PeopleQuery", "PersonCard", "PersonDraft", "PersonRow", "StateCard",
    "Timeline", "TimelineItem", "enrol_person", "revise_person",
]  # fmt: skip


class People:
    """Everything the staff do with files of clients."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, query: PeopleQuery) -> PeoplePage:
        """Return one page of the list; the page behind a cursor never repeats a line nor leaves one out.

        The search knows name, pinyin, initials, any part of the ID number, telephone, village, guardian, diagnosis.
        """
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            return listing.page(db, query, self._desk.clock.today(), self._desk.actor.user_id)

    def counts(self) -> dict[str, int]:
        """Return how many clients each filter of PeopleQuery.only holds."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            return listing.counts(db, self._desk.clock.today())

    def prepare(self) -> None:
        """Work out every order, filter and text of the list ahead: the first click on each is answered at once."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            listing.prepare(db, self._desk.clock.today())

    def villages(self) -> tuple[str, ...]:
        """Return the villages typed so far, most used first."""
        self._desk.actor.require("people.read")
        query = select(Person.village).where(Person.village.is_not(None), Person.is_deleted.is_(False))
        with self._desk.work.read() as db:
            found = db.scalars(query.group_by(Person.village).order_by(func.count().desc(), Person.village))
            return tuple(village for village in found if village)

    def card(self, person_id: str, is_noted: bool = True) -> PersonCard:
        """Return the head of one file and note in the audit that it was looked at.

        A file that became part of another leads to that one. A screen that shows the file already asks again with
        `is_noted` False after somebody changed it.
        """
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            person = refusals.person_in(db, joined.kept_of(db, person_id))
            card = files.card(db, person, self._desk.clock.today())
        if is_noted:
            self._desk.work.note("people.view", person.id)
        return card

    def timeline(self, person_id: str, kind: str = "all", limit: int = 50) -> Timeline:
        """Return the events of one file, newest first."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            person = refusals.person_in(db, joined.kept_of(db, person_id))
            return timelines.timeline(db, person, self._desk.clock.today(), kind, limit)

    def draft(self, person_id: str) -> tuple[PersonDraft, int]:
        """Return the client as a form, with every number in full, and its revision; noted in the audit."""
        self._desk.actor.require("people.amend")
        with self._desk.work.read() as db:
            person = refusals.person_in(db, person_id)
            draft, revision = draft_of(db, person), person.revision
        self._desk.work.note("people.open_form", person_id)
        return draft, revision

    def check(self, draft: PersonDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful in the form; touches no database, safe on every key stroke."""
        self._desk.actor.require("people.read")
        return check(draft, self._desk.clock.today(), codes.people_rules())

    def gaps(self, draft: PersonDraft) -> tuple[Fault, ...]:
        """Return what the form still lacks to be a complete file; touches no database."""
        self._desk.actor.require("people.read")
        return gaps(draft, self._desk.clock.today(), codes.people_rules())

    def lookalikes(self, draft: PersonDraft, except_id: str | None = None) -> tuple[Lookalike, ...]:
        """Return clients who may be the same person, the surest first, and why; names masked for who may not see them.

        Same ID number (of 15 and 18 digits too), same-sounding name and birth date, same name and village, telephone.
        """
        self._desk.actor.require("people.read")
        today, may_see = self._desk.clock.today(), self._desk.actor.may("people.reveal")
        typed = settle(draft, today, codes.people_rules())
        with self._desk.work.read() as db:
            return likeness.shown(db, likeness.alike(db, typed, except_id), today, may_see)

    def register(self, draft: PersonDraft) -> str:
        """Register a client, or save a draft when not everything needed is known; return the id.

        Raises ValidationError with the field at fault; duplicate_id when the ID number is on file already.
        """
        self._desk.actor.require("people.register")
        settled = self._settled(draft)
        with self._desk.work.write("people.register") as db:
            person = enrol_person(db, self._desk, settled)
            db.info["subject"] = person.id
            db.info["detail"].update(file_no=person.file_no, is_draft=person.is_draft)
            return person.id

    def amend(self, person_id: str, draft: PersonDraft, revision: int) -> None:
        """Change a file; refuses when somebody saved a newer revision in between."""
        self._desk.actor.require("people.amend")
        settled = self._settled(draft)
        with self._desk.work.write("people.amend", person_id) as db:
            person = refusals.person_in(db, person_id)
            refusals.raise_if_stale(person, revision)
            revise_person(db, self._desk, person, settled)

    def reveal_names(self, reason: str) -> None:
        """Note in the audit that the names in the list were shown in full, and why (code reveal_reason)."""
        self._desk.actor.require("people.reveal")
        listed.check_reason(reason)
        self._desk.work.note("people.reveal_names", reason=reason)

    def export(
        self, query: PeopleQuery, columns: Sequence[str], target: Path, is_full: bool = False, reason: str = ""
    ) -> int:
        """Write whom a query finds to a workbook at the place chosen; return how many; noted before it leaves.

        Names and numbers are masked unless `is_full`, which needs people.reveal and a reason (code reveal_reason).
        Raises OperationalError when the folder is not there, disk_full, read_only, io_error.
        """
        self._desk.actor.require("people.export")
        from desktop.sheets.table import table_book
        from desktop.store.disk import write_safely

        if is_full:
            self._desk.actor.require("people.reveal")
            listed.check_reason(reason)
        if not target.parent.is_dir():
            message = tr("找不到要存的文件夹，U 盘可能已拔下，名单没有导出。")
            raise OperationalError("io_error", message, tr("请插好 U 盘，或另选一个文件夹再存。"))
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            lines = listed.lines(db, query, columns, is_full, today, self._desk.actor.user_id)
        number, told = len(lines) - 1, {"reason": reason} if is_full else {}
        self._desk.work.note("people.export", number=number, columns=list(columns), is_full=is_full, **told)
        write_safely(target, table_book(tr("服务对象"), lines))
        return number

    def reveal(self, person_id: str, field_name: str, reason: str) -> str:
        """Return one masked field in full and note it in the audit, with the reason (code reveal_reason).

        Fields: id_no, phone, disability_no, guardian.phone, guardian.id_no (the guardian in office), or with
        ":<guardian id>" behind it those of one guardian.
        """
        self._desk.actor.require("people.reveal")
        listed.check_reason(reason)
        with self._desk.work.read() as db:
            value = _hidden(db, refusals.person_in(db, person_id), field_name)
        self._desk.work.note("people.reveal", person_id, field=field_name, reason=reason)
        return value

    def id_of(self, file_no: str) -> str:
        """Return the id behind a file number, of a joined file that of the kept one; raises no_such_person."""
        self._desk.actor.require("people.read")
        query = select(Person).where(Person.file_no == fold(file_no).upper()).order_by(Person.is_deleted)
        with self._desk.work.read() as db:
            found = db.scalar(query.limit(1))
            if found is not None and found.is_deleted:
                found = joined.now_at(db, found.id)
        if found is None:
            raise refusals.no_such_person()
        return found.id

    def _settled(self, draft: PersonDraft) -> PersonDraft:
        """Return the form as it is stored, or raise its first error."""
        today, rules = self._desk.clock.today(), codes.people_rules()
        settled = settle(draft, today, rules)
        refusals.raise_first(check(settled, today, rules))
        return settled


_OWN_FIELDS = frozenset({"id_no", "phone", "disability_no"})
_GUARDIAN_FIELDS = frozenset({"guardian.phone", "guardian.id_no"})


def _hidden(db: Session, person: Person, field_name: str) -> str:
    """Return the value behind a mask."""
    name, _, guardian_id = field_name.partition(":")
    if name in _OWN_FIELDS:
        return getattr(person, name) or ""
    if name not in _GUARDIAN_FIELDS:
        raise ValidationError("unknown_field", tr("没有可以显示的“{name}”。", name=field_name))
    guardian = db.get(Guardian, guardian_id) if guardian_id else standings.current_guardian(db, person.id)
    if guardian is None or guardian.person_id != person.id:
        raise ValidationError("unknown_field", tr("这份档案里没有这位监护人。"))
    return getattr(guardian, name.removeprefix("guardian.")) or ""
