"""The list of the area (摸底名单), taken over from a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain import surveys as rules_of
from desktop.domain.past import parts_of
from desktop.domain.surveys import SurveyDraft
from desktop.models.people import Person
from desktop.models.surveys import SurveyEntry
from desktop.services.imported import PastLine, say_again
from desktop.services.surveys import draft_of, fill, survey_rules
from desktop.services.takers import Taker, words_of_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import Line, ListSheet
    from desktop.services.journal import Journal
    from desktop.services.takers import PlannedLine

_TEXTS = (
    "list_name", "name", "sex", "birth_on", "id_no", "phone", "township", "village", "address", "diagnosis_category",
    "contacted_on", "contacted_by", "note",
)  # fmt: skip
_TITLE = 0  # the first text above the header is what the list is called


@dataclass
class PastEntry(PastLine):
    """A line as the form of the survey, the entry known already, and the client who has that ID number."""

    draft: SurveyDraft = field(default_factory=SurveyDraft)
    entry_id: str = ""


class SurveyTaker(Taker):
    """Takes over a list; somebody who stands in it already is not written twice."""

    permission = "surveys.record"

    def plan(self, db: Session, sheet: ListSheet, today: date) -> Sequence[PastEntry]:
        """Return what becomes of each line, given what the store holds; changes nothing."""
        clients = dict(db.execute(_numbered()).all())
        known, seen = _Known(db), dict[Any, int]()
        lines = [self._begin(sheet, line) for line in sheet.lines]
        for planned in lines:
            if planned.fate != "reject":
                _judge(planned, sheet, today)
                planned.person_id = clients.get(planned.draft.id_no, "")
            if planned.fate != "reject" and not say_again(planned, seen, _what(planned.draft), "name"):
                known.settle(planned)
        return lines

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the new entries, and fill the gaps of known ones."""
        for planned in lines:
            if isinstance(planned, PastEntry) and planned.is_stored:
                with journal.row(planned.line.excel_row):
                    entry = db.get(SurveyEntry, planned.entry_id) if planned.entry_id else None
                    if entry is None:
                        entry = SurveyEntry(person_id=planned.person_id or None)
                        db.add(entry)
                    fill(entry, planned.draft)

    def _begin(self, sheet: ListSheet, line: Line) -> PastEntry:
        read = self.read(sheet, line)
        return PastEntry(line, list(read.remarks), "reject" if read.is_faulty else "new", read=read)


def _numbered() -> Any:
    return select(Person.id_no, Person.id).where(Person.is_deleted.is_(False), Person.id_no.is_not(None))


def _judge(planned: PastEntry, sheet: ListSheet, today: date) -> None:
    """Read a line as the form and judge it as one that was typed."""
    texts: dict[str, Any] = {name: planned.read.text(name) for name in _TEXTS}
    texts["list_name"] = texts["list_name"] or (sheet.heading[_TITLE] if sheet.heading else "")
    needs, rest = _needs(planned.read.text("needs"))
    texts["note"] = "；".join(part for part in (texts["note"], rest) if part)
    result = planned.read.text("result") or SurveyDraft().result
    planned.draft = rules_of.settle(SurveyDraft(**texts, result=result, needs=needs), today, survey_rules())
    for fault in rules_of.check(planned.draft, today, survey_rules()):
        planned.note(fault.field or "name", fault.severity, fault.code, fault.message)


def _needs(typed: str) -> tuple[tuple[str, ...], str]:
    """Return the needs named in a cell, and what is none as words."""
    words = words_of_kind("survey").codes["needs"]
    parts = parts_of(typed)
    return tuple(dict.fromkeys(words[part] for part in parts if part in words)), "；".join(
        part for part in parts if part not in words
    )


def _what(draft: SurveyDraft) -> tuple[str, ...]:
    """Return by what two lines are told to be the same person."""
    return (draft.id_no,) if draft.id_no else (draft.name, draft.birth_on, draft.phone, draft.village)


class _Known:
    """The entries that stand already."""

    def __init__(self, db: Session) -> None:
        self._entries = {
            entry.id: entry for entry in db.scalars(select(SurveyEntry).where(SurveyEntry.is_deleted.is_(False)))
        }
        drafts = {key: draft_of(entry) for key, entry in self._entries.items()}
        self._drafts: Mapping[str, SurveyDraft] = drafts
        self._by_what = {_what(draft): key for key, draft in drafts.items()}

    def settle(self, planned: PastEntry) -> None:
        """Settle the fate: what people wrote since stays, gaps are filled."""
        entry_id = self._by_what.get(_what(planned.draft))
        if entry_id is None:
            return
        stored = self._drafts[entry_id]
        merged = _filled(stored, planned.draft)
        planned.entry_id, planned.draft = entry_id, merged
        planned.fate = "same" if merged == stored else "change"


def _filled(stored: SurveyDraft, typed: SurveyDraft) -> SurveyDraft:
    """Return the stored form with its gaps filled from another; "not asked yet" is a gap."""
    blank = SurveyDraft()
    gaps = [one.name for one in fields(stored) if getattr(stored, one.name) in (getattr(blank, one.name), "")]
    return replace(stored, **{name: getattr(typed, name) for name in gaps if name not in ("entry_id", "revision")})
