"""What the screens about the parts of files show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.i18n import tr
from desktop.services.completeness import Gaps, PersonParts
from desktop.ui.kit.papers import PaperDesk
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

WATCHED = ("person", "episode", "consent", "agreement", "document", "scan", "attendance", "visit", "assessment")


class FilePartsViewModel(ViewModel):
    """The fourteen parts of one file."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.person_id = ""
        self.file: PersonParts | None = None
        self.watch(*WATCHED)

    def open(self, person_id: str) -> None:
        """Turn to one client; nothing of the one before stays."""
        if person_id != self.person_id:
            self.person_id, self.file = person_id, None
            self.loaded.emit()
        self.reload()

    def reload(self) -> None:
        """Ask again for what is shown."""
        completeness, person_id = self.bench.services.completeness, self.person_id
        if person_id:
            self.ask(lambda: completeness.of(person_id), self._take)

    def _take(self, file: PersonParts) -> None:
        self.file = file
        self.loaded.emit()


class GapsViewModel(ViewModel):
    """Who lacks what, narrowed down to one part or not."""

    loaded = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.part = ""
        self.gaps: Gaps | None = None
        self.watch(*WATCHED)

    def pick(self, part: str) -> None:
        """Show whose files lack one part, or any."""
        self.part = part
        self.reload()

    def reload(self) -> None:
        """Ask again for what is shown."""
        completeness, part = self.bench.services.completeness, self.part
        self.ask(lambda: completeness.gaps(part), self._take)

    def filters(self) -> list[tuple[str, str]]:
        """Return the chips: parts that nobody lacks are left out."""
        counts = self.gaps.by_part if self.gaps else {}
        chips = [("", tr("全部 {n}", n=counts.get("", 0)))]
        return chips + [
            (each.code, f"{each.label} {counts[each.code]}")
            for each in self.bench.services.codes.choices("file_part")
            if counts.get(each.code) or each.code == self.part
            if each.code in counts
        ]

    def export(self, target: Path, done: Callable[[int], object]) -> None:
        """Write the list shown to a sheet."""
        completeness, part = self.bench.services.completeness, self.part
        self.act(lambda: completeness.export(part, target), done, lane="files")

    def _take(self, gaps: Gaps) -> None:
        self.gaps = gaps
        self.loaded.emit()


class FilePaperViewModel(ViewModel):
    """Cover or catalogue of one file on the desk."""

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.desk = PaperDesk(bench, self)
        self._person_id = ""

    def open(self, person_id: str, kind: str) -> None:
        """Make the paper and find the printers."""
        self._person_id = person_id
        self.desk.find_printers()
        self.make(kind)

    def make(self, kind: str) -> None:
        """Make one of the two papers."""
        completeness, person_id = self.bench.services.completeness, self._person_id
        self.desk.prepare(lambda: completeness.prepare(person_id, kind))
