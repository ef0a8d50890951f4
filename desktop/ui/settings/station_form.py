"""The institution file as a form, for the settings and for the wizard that makes a station."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop import resources
from desktop.domain.faults import Fault
from desktop.i18n import tr
from desktop.services.accounts import StationDraft
from desktop.services.stations import Stations
from desktop.ui.kit.form import Field, FormBinding, NumberField, choice_field, date_field, text_field
from desktop.ui.kit.theme import px

_NEEDED = ("name", "division_code")


def choices(table: str) -> list[tuple[str, str]]:
    """Return a code list for a choice field; the wizard has no services to ask yet."""
    return [(entry["code"], tr(entry["label"])) for entry in resources.table(f"codes/{table}.toml")["choices"]]


def _controls() -> tuple[tuple[str, str, QWidget, str, int], ...]:
    """Return name, label, control, hint and width in columns of every field, in reading order."""
    ask = tr("请选择")
    return (
        ("name", tr("机构名称"), text_field(max_length=60), "", 2),
        ("division_code", tr("行政区划代码"), text_field(max_length=12), tr("乡镇（街道）9 位，村（居）12 位"), 1),
        ("station_type", tr("机构类型"), choice_field(choices("station_type"), ask), "", 1),
        ("operation_mode", tr("运营方式"), choice_field(choices("operation_mode"), ask), "", 1),
        ("uscc", tr("统一社会信用代码"), text_field(max_length=18), "", 1),
        ("host_kind", tr("依托机构类别"), choice_field(choices("host_kind"), ask), "", 1),
        ("host_institution", tr("依托机构"), text_field(max_length=60), "", 2),
        ("manager", tr("站点负责人"), text_field(max_length=50), "", 1),
        ("legal_person", tr("法定代表人"), text_field(max_length=50), "", 1),
        ("opened_on", tr("开办日期"), date_field(), "", 1),
        ("phone", tr("站点电话"), text_field(max_length=20), "", 1),
        ("supervision_phone", tr("监督电话"), text_field(max_length=20), "", 1),
        ("capacity_day", tr("日承载人数"), NumberField(1, 1000), "", 1),
        ("green_channel_hospital", tr("绿色通道医院"), text_field(max_length=60), "", 2),
        ("green_channel_phone", tr("绿色通道电话"), text_field(max_length=20), "", 1),
        ("address", tr("地址"), text_field(max_length=120), "", 2),
        ("code", tr("站点代码"), text_field(max_length=12), tr("印在档案编号里；不填就按行政区划自动取"), 1),
    )


class StationForm(QWidget):
    """Seventeen fields in three columns. Signal `edited` by the person."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.binding = FormBinding(self)
        self._draft = StationDraft("", "")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(9))
        line = place = 0
        for name, words, control, hint, width in _controls():
            field = Field(words, control, hint, required=name in _NEEDED)
            self.binding.add(name, field)
            if place + width > 3:
                line, place = line + 1, 0
            grid.addWidget(field, line, place, 1, width, Qt.AlignmentFlag.AlignTop)
            place += width
        for place in range(3):
            grid.setColumnStretch(place, 1)
        self.binding.changed.connect(self._changed)

    def fill(self, draft: StationDraft, is_code_fixed: bool = False) -> None:
        """Show an institution file; the code cannot change once it stands in file numbers on paper."""
        self._draft = draft
        self.binding.fill_from(draft)
        self.binding.control("code").setEnabled(not is_code_fixed)
        self.binding.forget_visits()

    def draft(self) -> StationDraft:
        """Return what was typed; empty fields are unknown."""
        values: dict[str, Any] = {name: value or None for name, value in self.binding.values().items()}
        values |= {name: values[name] or "" for name in (*_NEEDED, "code")}
        if isinstance(values["capacity_day"], str):
            values["capacity_day"] = None
        return replace(self._draft, **values)

    def faults(self) -> tuple[Fault, ...]:
        """Return what is wrong in what was typed."""
        found = Stations.check(self.draft())
        if isinstance(self.binding.control("capacity_day").value(), str):
            found += (Fault("capacity_day", "range", tr("日承载人数应是 1 到 1000 的整数。")),)
        return found

    def show_faults(self, everywhere: bool = False) -> tuple[Fault, ...]:
        """Mark the faults at their fields and return the errors."""
        found = self.faults()
        self.binding.show_faults(found, everywhere)
        return tuple(fault for fault in found if fault.severity == "error")

    def _changed(self) -> None:
        self.show_faults()
        self.edited.emit()
