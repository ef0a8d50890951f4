"""What the institution file shows, and the changes it makes. QtCore only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.institution import KINDS, OWNERS, Entry
from desktop.services.accounts import StationDraft
from desktop.ui.kit.tasks import Failed
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.domain.faults import Fault
    from desktop.services.histories import FieldChange

SECTIONS = {
    "price": ("price",),
    "plan": ("plan", "drill"),
    "insurance": ("insurance",),
    "contract": ("contract", "contract_line"),
    "inspection": ("inspection", "finding"),
    "staff_training": ("staff_training",),
}
"""Tabs beside the station itself: the kinds of entries of each, what stands below another one last."""


def section_of(kind: str) -> str:
    """Return the tab on which a kind of entry stands; the station itself when there is none."""
    return next((name for name, kinds in SECTIONS.items() if kind in kinds), "station")


class InstitutionModel(ViewModel):
    """Entries of all kinds; asks again when somebody changed them."""

    loaded = Signal()
    counted = Signal()
    station_known = Signal(object, int)  # StationDraft, revision
    station_saved = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.rows: dict[str, tuple[Entry, ...]] = dict.fromkeys(KINDS, ())
        self.delivered: dict[str, int] = {}
        self.may_amend = bench.may("institution.amend")
        self.watch(
            "station", "price_item", "emergency_plan", "emergency_drill", "insurance_policy", "purchase_contract",
            "contract_line", "supervision_visit", "supervision_finding", "staff_training",
        )  # fmt: skip

    def reload(self) -> None:
        """Ask for everything shown."""
        services = self.bench.services
        self.ask(services.stations.draft, lambda found: self.station_known.emit(*found), about="station")
        self.ask(lambda: {kind: services.institution.rows(kind) for kind in KINDS}, self._take, about="rows")

    def below(self, kind: str, owner_id: str) -> tuple[Entry, ...]:
        """Return the entries of a kind below one entry; a drill of no plan stands below every one."""
        if kind not in OWNERS:
            return self.rows[kind]
        return tuple(row for row in self.rows[kind] if row.value(OWNERS[kind]) in ("", owner_id))

    def load_history(self, done: Callable[[tuple[FieldChange, ...]], object]) -> None:
        """Ask who changed what in the institution file."""
        self.ask(self.bench.services.histories.institution, done, about="history")

    def count(self, contract_id: str) -> None:
        """Ask what was delivered for the lines of a contract."""

        def take(found: dict[str, int]) -> None:
            self.delivered = found
            self.counted.emit()

        self.ask(lambda: self.bench.services.institution.delivered(contract_id), take, about="delivered")

    def check(self, entry: Entry) -> tuple[Fault, ...]:
        """Return what is wrong in an entry."""
        return self.bench.services.institution.check(entry)

    def record(self, entry: Entry, done: Callable[[str], object], failed: Failed) -> None:
        """Keep an entry."""
        self.act(lambda: self.bench.services.institution.record(entry), done, failed)

    def remove(self, entry: Entry, done: Callable[[None], object], failed: Failed) -> None:
        """Take an entry off the file."""
        self.act(lambda: self.bench.services.institution.remove(entry), done, failed)

    def save_station(self, draft: StationDraft, revision: int, failed: Failed) -> None:
        """Change what is said about the station itself."""
        amend = self.bench.services.stations.amend
        self.act(lambda: amend(draft, revision), lambda _: self.station_saved.emit(), failed)

    def _take(self, rows: dict[str, tuple[Entry, ...]]) -> None:
        self.rows = rows
        self.loaded.emit()
