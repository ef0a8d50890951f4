"""Clients (康复对象): list, file, registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from desktop.domain.faults import Fault
from desktop.services.desk import Desk


@dataclass(frozen=True)
class PeopleQuery:
    """What the list asks for; `after` is the cursor of the last page, `only` a filter chip."""

    search: str = ""
    only: str = "all"  # all, in_service, paper_missing, paper_expiring, visit_due, drafts, mine
    limit: int = 200
    after: str | None = None


@dataclass(frozen=True)
class PersonRow:
    """One line of the list; ID and telephone are masked, states are codes (see Standing)."""

    id: str
    file_no: str
    name: str
    sex: str | None
    birth_on: date | None
    age: int | None
    id_masked: str
    phone_masked: str
    village: str | None
    diagnosis: str
    state: str
    service_class: str | None
    consent: str  # in_force, expiring, expired, missing, printed, withdrawn
    consent_until: date | None
    agreement: str  # same words
    agreement_until: date | None
    last_visit_on: date | None
    next_visit_on: date | None
    is_visit_overdue: bool
    is_draft: bool


@dataclass(frozen=True)
class PeoplePage:
    """A page of the list: `total` counts all matches, `next` is the cursor or None."""

    total: int
    rows: tuple[PersonRow, ...]
    next: str | None


@dataclass(frozen=True)
class StateCard:
    """One duty on the status strip of a file: consent, agreement, visit, training, danger."""

    key: str
    title: str
    tone: str  # ok, warn, bad, info, off
    state: str
    reason: str
    action: str  # navigation name the screen understands: "consent", "agreement", "visit", "training"
    action_label: str


@dataclass(frozen=True)
class GuardianCard:
    """A guardian on the file; the telephone is masked."""

    id: str
    name: str
    relation: str
    phone_masked: str
    address: str | None
    is_guardian: bool


@dataclass(frozen=True)
class Fact:
    """A label and its words on the file's side panel; `reveal` names the field the eye can show, `tone` "bad" warns."""

    label: str
    value: str
    reveal: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class FactGroup:
    """A titled group of facts; `key` is person, contact, guardian, illness or service."""

    title: str
    facts: tuple[Fact, ...]
    key: str = ""


@dataclass(frozen=True)
class PersonCard:
    """The head of one file (一人一档)."""

    row: PersonRow
    revision: int
    warning_note: str | None
    states: tuple[StateCard, ...]
    guardians: tuple[GuardianCard, ...]
    facts: tuple[FactGroup, ...]
    missing: tuple[Fault, ...]


@dataclass(frozen=True)
class TimelineItem:
    """One event of the file, newest first; kind: training, visit, call, document, registration, due."""

    id: str
    on: date
    kind: str
    title: str
    text: str
    tag: str
    tone: str
    author: str


@dataclass(frozen=True)
class Timeline:
    """A page of events and how many there are by kind."""

    total: int
    counts: dict[str, int]
    items: tuple[TimelineItem, ...]


@dataclass(frozen=True)
class GuardianDraft:
    """The guardian as typed."""

    name: str = ""
    relation: str = ""
    id_no: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class PersonDraft:
    """A client as typed; dates as text, empty text means unknown."""

    name: str = ""
    id_type: str = "01"
    id_no: str = ""
    id_missing_reason: str = ""
    sex: str = ""
    birth_on: str = ""
    ethnicity: str = "01"
    phone: str = ""
    township: str = ""
    village: str = ""
    address: str = ""
    disability_no: str = ""
    has_dibao: bool | None = None
    service_class: str = ""
    service_mode: str = ""
    capacity_status: str = "undetermined"
    filed_on: str = ""
    warning_note: str = ""
    diagnosis_category: str = ""
    icd_code: str = ""
    diagnosis_text: str = ""
    diagnosis_hospital: str = ""
    diagnosed_on: str = ""
    danger_level: str = ""
    medicines: str = ""
    allergy: str = ""
    guardian: GuardianDraft = field(default_factory=GuardianDraft)


class People:
    """Everything the staff do with files of clients."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, query: PeopleQuery) -> PeoplePage:
        """Return one page of the list, sorted by file number; search knows name, pinyin, initials, ID tail, telephone, village."""
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """Return how many clients each filter of PeopleQuery.only holds."""
        raise NotImplementedError

    def villages(self) -> tuple[str, ...]:
        """Return the villages typed so far, most used first."""
        raise NotImplementedError

    def card(self, person_id: str) -> PersonCard:
        """Return the head of one file and note in the audit that it was looked at."""
        raise NotImplementedError

    def timeline(self, person_id: str, kind: str = "all", limit: int = 50) -> Timeline:
        """Return the events of one file, newest first."""
        raise NotImplementedError

    def draft(self, person_id: str) -> tuple[PersonDraft, int]:
        """Return the client as a form and the revision it was read at."""
        raise NotImplementedError

    def check(self, draft: PersonDraft) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful in the form; touches no database, safe on every key stroke."""
        raise NotImplementedError

    def lookalikes(self, draft: PersonDraft) -> tuple[PersonRow, ...]:
        """Return clients who may be the same person (same ID number, or same name and birth date or village)."""
        raise NotImplementedError

    def register(self, draft: PersonDraft) -> str:
        """Register a client, or save a draft when only name and village are known; return the id."""
        raise NotImplementedError

    def amend(self, person_id: str, draft: PersonDraft, revision: int) -> None:
        """Change a file; refuses when somebody saved a newer revision in between."""
        raise NotImplementedError

    def reveal(self, person_id: str, field_name: str) -> str:
        """Return one masked field in full and note it in the audit."""
        raise NotImplementedError

    def id_of(self, file_no: str) -> str:
        """Return the id behind a file number; raises ValidationError no_such_person."""
        raise NotImplementedError
