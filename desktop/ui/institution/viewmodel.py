"""What the institution file shows, and the changes it makes. QtCore only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.institution import KINDS, OWNERS, Entry, shapes
from desktop.i18n import tr
from desktop.services.accounts import StationDraft
from desktop.services.institution import table_of
from desktop.ui.kit.drafting import draft_from
from desktop.ui.kit.recording import RecordModel
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

NEW = "new"  # begins the name of an unfinished new entry; what it stands below follows


def titles(kind: str) -> tuple[str, str]:
    """Return what a new entry of a kind is called, and one that stands already."""
    return {
        "price": (tr("新价格"), tr("价格")),
        "plan": (tr("新预案"), tr("应急预案")),
        "drill": (tr("新演练"), tr("应急演练")),
        "insurance": (tr("新保险"), tr("保险")),
        "contract": (tr("新合同"), tr("购买合同")),
        "contract_line": (tr("新约定"), tr("约定数量")),
        "inspection": (tr("新检查"), tr("监督检查")),
        "finding": (tr("新问题"), tr("发现的问题")),
        "staff_training": (tr("新培训"), tr("人员培训")),
    }[kind]


def section_of(kind: str) -> str:
    """Return the tab on which a kind of entry stands; the station itself when there is none."""
    return next((name for name, kinds in SECTIONS.items() if kind in kinds), "station")


class InstitutionModel(ViewModel):
    """Entries of all kinds; asks again when somebody changed them."""

    loaded = Signal()
    counted = Signal()
    station_known = Signal(object)  # StationVersion

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
        self.ask(
            services.stations.draft, lambda found: self.station_known.emit(StationVersion(*found)), about="station"
        )
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

    def _take(self, rows: dict[str, tuple[Entry, ...]]) -> None:
        self.rows = rows
        self.loaded.emit()


@dataclass(frozen=True)
class ShownEntry:
    """An entry as it is stored or begun."""

    draft: Entry


class EntryModel(RecordModel[Entry]):
    """One entry of the institution file being written, whatever its kind."""

    area, key = "institution", "id"

    def __init__(self, bench: Workbench, kind: str, parent: QObject | None = None) -> None:
        self.table = table_of(kind)
        super().__init__(bench, Entry(kind), parent)

    def put(self, entry: Entry) -> None:
        """Turn to an entry (a new one has no id), with what was left unfinished in it."""
        self.keeper.keep_now()
        self.table = table_of(entry.kind)
        self.begin(ShownEntry(entry), f"{entry.kind}/{entry.id or NEW + entry.owner_id}")

    def check(self, draft: Entry) -> tuple[Fault, ...]:
        return self.bench.services.institution.check(draft)

    def fetch(self, record_id: str) -> Entry:
        return self.bench.services.institution.entry(self.stored.kind, record_id)

    def write(self, draft: Entry, reason: str) -> str:
        return self.bench.services.institution.record(draft)

    def take_away(self, draft: Entry, reason: str) -> None:
        self.bench.services.institution.remove(draft)

    def title_of(self, draft: Entry) -> str:
        return titles(draft.kind)[1 if draft.id else 0]

    def values_of(self, draft: Entry) -> dict[str, Any]:
        return {shape.name: draft.value(shape.name) for shape in shapes(draft.kind)} | {"revision": draft.revision}

    def with_fields(self, draft: Entry, values: Mapping[str, Any]) -> Entry:
        own = {name: value for name, value in values.items() if name != "revision"}
        return replace(draft, values={**draft.values, **own}, revision=values["revision"])

    def read_kept(self, content: Mapping[str, object], base: Entry) -> Entry:
        kept = content.get("values")
        values = {name: str(value) for name, value in kept.items()} if isinstance(kept, dict) else {}
        revision = content.get("revision")
        number = revision if isinstance(revision, int) else base.revision
        return replace(base, values={**base.values, **values}, revision=number)

    def worded(self, name: str, value: object) -> tuple[str, str]:
        shape = next((each for each in shapes(self.stored.kind) if each.name == name), None)
        if shape is None:
            return name, str(value)
        codes = self.bench.services.codes
        return shape.label, codes.label(shape.table, str(value)) if shape.table and value else str(value)


@dataclass(frozen=True)
class StationVersion:
    """What the institution file says of the station itself, and its revision."""

    form: StationDraft
    revision: int = 0

    @property
    def draft(self) -> StationVersion:
        """The form that is shown: this one."""
        return self


class StationModel(RecordModel[StationVersion]):
    """The institution file itself being changed."""

    area, table = "stations", "station"

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(bench, StationVersion(StationDraft("", "")), parent)

    @property
    def record_id(self) -> str:
        """There is one institution here."""
        return self.bench.services.desk.facts.station_id

    def check(self, draft: StationVersion) -> tuple[Fault, ...]:
        return self.bench.services.stations.check(draft.form)

    def fetch(self, record_id: str) -> StationVersion:
        return StationVersion(*self.bench.services.stations.draft())

    def write(self, draft: StationVersion, reason: str) -> str:
        self.bench.services.stations.amend(draft.form, draft.revision)
        return self.record_id

    def title_of(self, draft: StationVersion) -> str:
        return tr("机构档案")

    def read_kept(self, content: Mapping[str, object], base: StationVersion) -> StationVersion:
        kept, revision = content.get("form"), content.get("revision")
        form = draft_from(kept, base.form) if isinstance(kept, dict) else base.form
        return StationVersion(form, revision if isinstance(revision, int) else base.revision)

    def worded(self, name: str, value: object) -> tuple[str, str]:
        return super().worded(name.removeprefix("form."), value)
