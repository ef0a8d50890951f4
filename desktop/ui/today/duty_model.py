"""The duties as a list model: headings of groups and the duties below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.i18n import tr
from desktop.services.today import DutyRow
from desktop.ui.kit.groups import GroupedModel

_TONES = {"overdue": "bad", "today": "warn"}


def tone_of(group: str) -> str:
    """Return the tone of a group of duties."""
    return _TONES.get(group, "info")


@dataclass(frozen=True)
class Heading:
    """The line above a group: its words, how many, its tone."""

    words: str
    count: int
    tone: str


Entry = Heading | DutyRow


class DutyModel(GroupedModel[Heading, DutyRow]):
    """Headings and duties in one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(DutyRow, spoken, lambda duty: duty.reason, parent)

    def show(self, duties: Sequence[DutyRow], label: Callable[[str], str]) -> None:
        """Show other duties, under the headings of their groups."""
        entries: list[Entry] = []
        for place, duty in enumerate(duties):
            if not place or duties[place - 1].group != duty.group:
                count = sum(each.group == duty.group for each in duties)
                entries.append(Heading(label(duty.group), count, tone_of(duty.group)))
            entries.append(duty)
        self.show_entries(entries)

    def place_of(self, subject: tuple[str, str]) -> int:
        """Return the row of a duty by kind and subject, or of the first duty; -1 when there is none."""
        same = self.first(lambda duty: (duty.kind, duty.subject) == subject)
        return same if same >= 0 else self.first()


def spoken(entry: Entry) -> str:
    """Return a row as a sentence, for screen readers."""
    if isinstance(entry, Heading):
        return tr("{group}，{n} 件", group=entry.words, n=entry.count)
    who = tr("负责人{who}", who=entry.who) if entry.who else ""
    parts = (entry.title, entry.what, entry.reason, entry.due_text, who, entry.action_label)
    return "，".join(part for part in parts if part)
