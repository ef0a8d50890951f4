"""The form of a client: checked on every key, kept as a draft, compared with the files there are, saved once."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.faults import Fault
from desktop.domain.identity import check_disability_no
from desktop.domain.people import is_draft, settle
from desktop.domain.versions import flat, with_values
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import label_of, people_rules
from desktop.services.drafts import DraftRow
from desktop.services.histories import draft_words
from desktop.services.people import CareLine, ContactLine, GuardianDraft, Lookalike, MedicationLine, PersonDraft
from desktop.ui.kit.drafting import DraftKeeper
from desktop.ui.kit.meeting import Meeting
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

NEW = "new"
_TABLES = ("person", "clinical_profile")  # where the fields of the form are stored, those of the guardian apart
_PAUSE = 350  # ms after the last key before the files are searched for the same person
_NAME_LENGTH, _ID_LENGTH, _PHONE_LENGTH = 2, 15, 7  # shorter ones are still being typed


class PersonFormViewModel(ViewModel):
    """One form: for a new client, or for one on file (`person_id`)."""

    filled = Signal()  # the draft was replaced: show it
    restored = Signal(object)  # datetime the unfinished form was kept at
    checked = Signal()
    id_read = Signal(object)  # fields read from the ID number: name -> value
    lookalikes_changed = Signal()
    villages_changed = Signal()
    clashed = Signal(object)  # Comparison: somebody saved meanwhile, and both changed the same fields
    merged = Signal()  # somebody saved meanwhile; the form holds the changes of both
    saved = Signal(str)
    removed = Signal(str)  # id of the draft file

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.keeper = DraftKeeper(bench, "people", self)
        self.meeting = Meeting(bench, _worded, self)
        self.meeting.clashed.connect(self.clashed)
        self.meeting.settled.connect(self._take_settled)
        self.person_id: str | None = None
        self.draft = PersonDraft()
        self.faults: tuple[Fault, ...] = ()
        self.gaps: tuple[Fault, ...] = ()  # what a registered file still lacks to be complete
        self.lookalikes: tuple[Lookalike, ...] = ()
        self.villages: tuple[str, ...] = ()
        self.is_saving = False
        self._base = self._newest = PersonDraft()
        self._revision = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look_for_alike)

    def start(self, person_id: str | None) -> None:
        """Open the form; an unfinished one of the same client is taken up again."""
        self.person_id = person_id
        people = self.bench.services.people
        self.ask(people.villages, self._take_villages, about="villages")
        # the list of townships takes 0.1 s to unpack: before somebody types, not while
        self.ask(lambda: self.bench.services.codes.divisions("0"), lambda _: None, about="divisions")
        if person_id is None:
            self._take_base((PersonDraft(filed_on=self.bench.today().isoformat()), 0))
        else:
            self.ask(lambda: people.draft(person_id), self._take_base, about="base")

    def change(self, draft: PersonDraft) -> None:
        """Take what was typed: read the ID, check, keep, and look for the same person."""
        self.draft = draft
        self._read_id()
        self.check()
        self.keeper.touch(self.draft.name or tr("新建档案"), self._content())
        self._pause.start()

    def check(self) -> None:
        """Check the form as it stands."""
        people = self.bench.services.people
        self.faults, self.gaps = people.check(self.draft), people.gaps(self.draft)
        self.checked.emit()

    def give_up(self) -> None:
        """Forget what was typed and show the form as it was at first."""
        self.keeper.forget()
        self.draft = self._base
        self.lookalikes = ()
        self.check()
        self.filled.emit()
        self.lookalikes_changed.emit()

    def save(self) -> None:
        """Register or change; with errors nothing is sent."""
        if self.errors() or self.is_saving:
            return
        self.is_saving = True
        people, draft, person_id, revision = self.bench.services.people, self.draft, self.person_id, self._revision

        def write() -> str:
            if person_id is None:
                return people.register(draft)
            people.amend(person_id, draft, revision)
            return person_id

        self.act(write, self._saved, self._refused)

    @property
    def can_remove(self) -> bool:
        """Whether this is the file of somebody that is a draft still; the service asks whether anything hangs on it."""
        is_stored = self.person_id is not None and self._revision > 0
        return is_stored and self.bench.may("people.remove") and is_draft(self.bench.services.people.check(self._base))

    def remove(self, reason: str) -> None:
        """Take the draft file away."""
        removals, person_id = self.bench.services.removals, self.person_id or ""
        self.act(lambda: removals.remove_person(person_id, reason), lambda _: self._removed(person_id))

    def disability_words(self) -> str:
        """Return what the number of the disability card says: kind and level."""
        facts = check_disability_no(self.draft.disability_no, "")[0]
        if facts is None:
            return ""
        kind, level = label_of("disability_type", facts.kind), label_of("disability_level", facts.level)
        return tr("{kind}残疾 {level}", kind=kind, level=level)

    def errors(self) -> tuple[Fault, ...]:
        """Return what keeps the form from being saved."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    def missing(self) -> tuple[Fault, ...]:
        """Return what keeps a saved file a draft."""
        return tuple(fault for fault in self.faults if fault.code == "missing")

    @property
    def stays_draft(self) -> bool:
        """Whether the file would be saved as a draft."""
        return is_draft(self.faults)

    @property
    def is_changed(self) -> bool:
        """Whether anything was typed since the form was opened."""
        return self.draft != self._base

    def _content(self) -> dict[str, object]:
        base, draft = dataclasses.asdict(self._base), dataclasses.asdict(self.draft)
        return {"revision": self._revision, "draft": draft, "stored": base}

    def _take_villages(self, villages: tuple[str, ...]) -> None:
        self.villages = villages
        self.villages_changed.emit()

    def _take_base(self, found: tuple[PersonDraft, int]) -> None:
        self._base, self._revision = found
        self.draft = self._base
        self.check()
        self.filled.emit()
        self.keeper.open(self.person_id or NEW, self._take_kept)

    def _take_kept(self, kept: DraftRow | None) -> None:
        """Go on with the unfinished form, unless somebody typed into the new one already."""
        if kept is None or self.is_changed:
            return
        draft = draft_from(kept.content.get("draft"))
        if draft == self._base:
            return
        if kept.content.get("revision") != self._revision and "stored" in kept.content:
            self._meet(draft_from(kept.content["stored"]), draft, self._base)
            return
        self.draft = draft
        self.check()
        self.filled.emit()
        self.restored.emit(kept.saved_at)
        self._pause.start()

    def _read_id(self) -> None:
        """Fill sex and birth date from a whole and right ID number where they are still empty."""
        settled = settle(self.draft, self.bench.today(), people_rules())
        found = {
            name: getattr(settled, name)
            for name in ("sex", "birth_on")
            if not getattr(self.draft, name) and getattr(settled, name)
        }
        if found:
            self.draft = dataclasses.replace(self.draft, **found)
            self.id_read.emit(found)

    def _look_for_alike(self) -> None:
        draft, people, person_id = self.draft, self.bench.services.people, self.person_id
        if len(draft.name) < _NAME_LENGTH and len(draft.id_no) < _ID_LENGTH and len(draft.phone) < _PHONE_LENGTH:
            self._take_alike(())
            return
        self.ask(lambda: people.lookalikes(draft, person_id), self._take_alike, about="alike")

    def _take_alike(self, rows: tuple[Lookalike, ...]) -> None:
        if rows != self.lookalikes:
            self.lookalikes = rows
            self.lookalikes_changed.emit()

    def _saved(self, person_id: str) -> None:
        self.is_saving = False
        self.keeper.forget()
        self._base = self.draft
        self.saved.emit(person_id)

    def _removed(self, person_id: str) -> None:
        self.keeper.forget()
        self._base = self.draft
        self.removed.emit(person_id)

    def _refused(self, trouble: KangyiError) -> None:
        self.is_saving = False
        if trouble.code == "stale" and self.person_id is not None:
            person_id, people = self.person_id, self.bench.services.people
            self.ask(lambda: people.draft(person_id), self._take_newer, about="base")
            return
        self.failed.emit(trouble)

    def _take_newer(self, found: tuple[PersonDraft, int]) -> None:
        """Put what was typed here on top of what somebody else saved meanwhile."""
        newest, self._revision = found
        self._meet(self._base, self.draft, newest)

    def _meet(self, base: PersonDraft, mine: PersonDraft, newest: PersonDraft) -> None:
        """Put what was typed beside what somebody else saved."""
        self._newest = newest
        self.meeting.meet("person", self.person_id or "", flat(base), flat(mine), flat(newest))

    def settle(self, kept: Collection[str]) -> None:
        """Go on with both versions in one; of the fields both changed, `kept` stay as typed here."""
        self.meeting.settle(kept)

    def _take_settled(self, values: Mapping[str, Any]) -> None:
        self.draft, self._base = with_values(self._newest, values), self._newest
        self.check()
        self.keeper.touch(self.draft.name, self._content())
        self.filled.emit()
        self.merged.emit()


def _worded(name: str, value: object) -> tuple[str, str]:
    return draft_words(_TABLES, name, value, {})


def draft_from(content: object) -> PersonDraft:
    """Return the form that was kept; fields of another version are passed over."""
    values = dict(content) if isinstance(content, Mapping) else {}
    guardian = values.pop("guardian", None)
    kept = _known(PersonDraft, values)
    if isinstance(guardian, Mapping):
        kept["guardian"] = GuardianDraft(**_known(GuardianDraft, guardian))
    for name, line in _LINES.items():
        rows = [row for row in kept.get(name, ()) if isinstance(row, Mapping)]
        kept[name] = tuple(line(**_known(line, row)) for row in rows)
    return PersonDraft(**kept)


_LINES: dict[str, type[ContactLine | MedicationLine | CareLine]] = {
    "contacts": ContactLine,
    "medications": MedicationLine,
    "care_team": CareLine,
}


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in dataclasses.fields(kind)}
    return {name: _frozen(value) for name, value in values.items() if name in names}


def _frozen(value: Any) -> Any:
    """Return lists, as which tuples were kept, as tuples again."""
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def local_time(at: datetime) -> str:
    """Return an instant as "11-23 09:42" in local time."""
    return at.astimezone().strftime("%m-%d %H:%M")
