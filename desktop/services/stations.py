"""The institution's own file (机构档案)."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.domain.identity import clean_number
from desktop.domain.stations import DAYS, NUMBERS, PHONES, check_station, usual_code
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services.accounts import StationDraft
from desktop.services.codes import entry
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from desktop.models.stations import Station

_LISTS = {  # fields that hold a code, or several, and their lists
    "station_type": "station_type", "host_kind": "host_kind", "operation_mode": "operation_mode",
    "status": "station_status", "rooms": "room", "service_forms": "service_form",
    "rating": "station_rating",
}  # fmt: skip
_SEVERAL = ("rooms", "service_forms")


class Stations:
    """Reading and changing the institution file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def draft(self) -> tuple[StationDraft, int]:
        """Return the institution file as a form and its revision."""
        self._desk.actor.require("stations.read")
        from desktop.models.stations import Station

        with self._desk.work.read() as db:
            station = db.get_one(Station, self._desk.facts.station_id)
            values = {field.name: getattr(station, field.name) for field in fields(StationDraft)}
            revision = station.revision
        days = {name: values[name] and values[name].isoformat() for name in DAYS}
        several = {name: tuple(values[name] or ()) for name in _SEVERAL}
        return StationDraft(**values | days | several), revision

    @staticmethod
    def check(draft: StationDraft) -> tuple[Fault, ...]:
        """Return what is wrong in the form (division code, credit code check 6.3, missing name)."""
        values = asdict(draft)
        texts = {name: value or "" for name, value in values.items() if name not in (*NUMBERS, *_SEVERAL)}
        unknown = tuple(
            Fault(name, "unknown_code", tr("没有这个选项，请从列表里选。"))
            for name, table in _LISTS.items()
            if not all(entry(table, code) for code in _codes(values[name]))
        )
        return check_station(texts, {name: values[name] for name in NUMBERS}) + unknown

    def amend(self, draft: StationDraft, revision: int) -> None:
        """Change the institution file; the code stays as it is, it stands in file numbers on paper."""
        self._desk.actor.require("stations.amend")
        from desktop.models.stations import Station

        refuse_faults(self.check(draft))
        with self._desk.work.write("stations.amend", self._desk.facts.station_id) as db:
            station = db.get_one(Station, self._desk.facts.station_id)
            if station.revision != revision:
                raise ValidationError(
                    "stale", tr("机构档案刚被别人改过，您的修改没有保存。"), tr("请重新打开，核对后再改一次。")
                )
            if draft.code and draft.code != station.code:
                raise ValidationError(
                    "code_fixed",
                    tr("站点代码已印在档案编号里，不能更改。"),
                    tr("请保留代码 {code}。", code=station.code),
                    "code",
                )
            fill(station, draft)


def _codes(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value or ())


def fill(station: Station, draft: StationDraft) -> None:
    """Put a checked form into the row: numbers in their stored form, empty fields as unknown."""
    for field in fields(StationDraft):
        if field.name not in ("code", *DAYS, *NUMBERS, *_SEVERAL):
            setattr(station, field.name, (getattr(draft, field.name) or "").strip() or None)
    for name in ("division_code", *PHONES):
        setattr(station, name, fold(getattr(draft, name) or "") or None)
    station.uscc = clean_number(draft.uscc or "") or None
    station.code = station.code or draft.code or usual_code(draft.division_code)
    for name in DAYS:
        setattr(station, name, read_day(getattr(draft, name) or ""))
    for name in NUMBERS:
        setattr(station, name, getattr(draft, name))
    for name in _SEVERAL:
        setattr(station, name, list(getattr(draft, name)) or None)


def refuse_faults(faults: tuple[Fault, ...]) -> None:
    """Raise ValidationError with the first fault that forbids saving; warnings pass."""
    for fault in faults:
        if fault.severity == "error":
            raise ValidationError(fault.code, fault.message, field=fault.field)
