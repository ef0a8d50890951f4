"""The institution file as a form, for the settings and for the wizard that makes a station."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.faults import Fault
from desktop.domain.stations import NUMBERS, number_words
from desktop.i18n import tr
from desktop.services.accounts import StationDraft
from desktop.services.stations import Stations
from desktop.ui.kit.choices import SeveralChips, code_options
from desktop.ui.kit.form import Field, FormBinding, NumberField, choice_field, date_field, text_field
from desktop.ui.kit.theme import px

_NEEDED = ("name", "division_code")


def _controls() -> tuple[tuple[str, str, QWidget, str, int], ...]:
    """Return name, label, control, hint and width in columns of every field, in reading order."""
    ask = tr("请选择")
    return (
        ("name", tr("机构名称"), text_field(max_length=60), "", 2),
        ("division_code", tr("行政区划代码"), text_field(max_length=12), tr("乡镇（街道）9 位，村（居）12 位"), 1),
        ("station_type", tr("机构类型"), choice_field(code_options("station_type"), ask), "", 1),
        ("operation_mode", tr("运营方式"), choice_field(code_options("operation_mode"), ask), "", 1),
        ("uscc", tr("统一社会信用代码"), text_field(max_length=18), "", 1),
        ("host_kind", tr("依托机构类别"), choice_field(code_options("host_kind"), ask), "", 1),
        ("host_institution", tr("依托机构"), text_field(max_length=60), "", 2),
        ("manager", tr("站点负责人"), text_field(max_length=50), "", 1),
        ("legal_person", tr("法定代表人"), text_field(max_length=50), "", 1),
        ("opened_on", tr("开办日期"), date_field(), "", 1),
        ("phone", tr("站点电话"), text_field(max_length=20), "", 1),
        ("supervision_phone", tr("监督电话"), text_field(max_length=20), "", 1),
        ("capacity_day", tr("日承载人数"), NumberField(*NUMBERS["capacity_day"]), "", 1),
        ("green_channel_hospital", tr("绿色通道医院"), text_field(max_length=60), "", 2),
        ("green_channel_phone", tr("绿色通道电话"), text_field(max_length=20), "", 1),
        ("address", tr("地址"), text_field(max_length=120), "", 2),
        ("code", tr("站点代码"), text_field(max_length=12), tr("印在档案编号里；不填就按行政区划自动取"), 1),
    )


def _more_controls() -> tuple[tuple[str, str, QWidget, str, int], ...]:
    """Return the fields that the wizard does not ask for."""
    ask = tr("请选择")
    return (
        ("status", tr("机构状态"), choice_field(code_options("station_status"), ask), "", 1),
        ("capacity_home", tr("居家服务承载人数"), NumberField(*NUMBERS["capacity_home"]), "", 1),
        ("area_m2", tr("使用面积（平方米）"), NumberField(*NUMBERS["area_m2"]), "", 1),
        ("technical_hospital", tr("技术指导机构"), text_field(max_length=60), "", 1),
        ("technical_contact", tr("技术指导联系人"), text_field(max_length=50), "", 1),
        ("technical_phone", tr("技术指导电话"), text_field(max_length=20), "", 1),
        ("direct_staff", tr("直接服务人员"), NumberField(*NUMBERS["direct_staff"]), "", 1),
        ("rating", tr("机构等级"), choice_field(code_options("station_rating"), ask), tr("没有评过就不选"), 1),
        ("rated_on", tr("评定日期"), date_field(), "", 1),
        ("rooms", tr("功能室（可多选）"), SeveralChips(code_options("room")), "", 3),
        ("service_forms", tr("服务形式（可多选）"), SeveralChips(code_options("service_form")), "", 3),
    )


class StationForm(QWidget):
    """The fields in three columns, `is_whole` with those that the wizard leaves for later. Signal `edited`."""

    edited = Signal()

    def __init__(self, is_whole: bool = False) -> None:
        super().__init__()
        self.binding = FormBinding(self)
        self._draft = StationDraft("", "")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(9))
        line = place = 0
        for name, words, control, hint, width in (*_controls(), *(_more_controls() if is_whole else ())):
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
        typed = self.binding.values()
        values: dict[str, Any] = {name: None if value == "" else value for name, value in typed.items()}
        values |= {name: values[name] or "" for name in (*_NEEDED, "code")}
        values |= dict.fromkeys(self._misread())
        return replace(self._draft, **values)

    def faults(self) -> tuple[Fault, ...]:
        """Return what is wrong in what was typed."""
        found = Stations.check(self.draft())
        return found + tuple(Fault(name, "range", number_words(name)) for name in self._misread())

    def _misread(self) -> list[str]:
        """Return the fields whose number is none."""
        shown = [name for name in NUMBERS if name in self.binding.names()]
        return [name for name in shown if isinstance(self.binding.control(name).value(), str)]

    def show_faults(self, everywhere: bool = False) -> tuple[Fault, ...]:
        """Mark the faults at their fields and return the errors."""
        found = self.faults()
        self.binding.show_faults(found, everywhere)
        return tuple(fault for fault in found if fault.severity == "error")

    def _changed(self) -> None:
        self.show_faults()
        self.edited.emit()
