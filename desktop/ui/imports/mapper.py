"""The part of the import screen where somebody says what the columns of a list are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.i18n import tr
from desktop.services.imports import ColumnRow, FieldRow, OpenedList
from desktop.ui.kit.basics import ElidedLabel, IconLabel, Pill, button, label
from desktop.ui.kit.fields import ChoiceField, NumberField
from desktop.ui.kit.labelled import Field
from desktop.ui.kit.layouts import column, frame, row, scroll, separator
from desktop.ui.kit.theme import px

_LETTERS = 26


def column_letters(number: int) -> str:
    """Return what a spreadsheet calls a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


class ColumnLine(QFrame):
    """One column of the list: its words, what stands in it, and which field it is. Signal `picked(int, str)`."""

    picked = Signal(int, str)

    def __init__(self, shown: ColumnRow, fields: Sequence[FieldRow]) -> None:
        super().__init__()
        self.number = shown.number
        self._tone = "warn" if shown.samples and not shown.is_left_out else "off"
        self.is_open = self._tone == "warn" and not shown.key
        options = [(field.key, f"{field.label} *" if field.is_needed else field.label) for field in fields]
        self.choice = ChoiceField(options, tr("不导入"), width=190, small=True)
        self.choice.setAccessibleName(tr("“{words}”这一列是", words=shown.words))
        self.choice.edited.connect(lambda: self.picked.emit(self.number, self.choice.value()))
        words = ElidedLabel(shown.words, "h3")
        place = label(tr("{letters} 列", letters=column_letters(shown.number)), "note")
        samples = ElidedLabel(tr("、").join(shown.samples) or tr("（这一列是空的）"), "note")
        self.state = Pill("", "off")
        self.state.setFixedWidth(px(74))
        left = frame(column(row((words, 1), place, spacing=6), samples, spacing=1))
        arrow = IconLabel("arrow-right", "muted_text", 15)
        self.setLayout(row((left, 1), arrow, self.choice, self.state, spacing=10, margins=(14, 5, 12, 5)))

    def show_key(self, key: str) -> None:
        """Show which field the column is."""
        self.choice.set_value(key)
        if key:
            self.state.set_state(tr("已对上"), "ok", "check")
        else:
            self.state.set_state(tr("不导入"), self._tone, "minus")


class ColumnCard(QFrame):
    """All columns of the list, one below the other. Signal `picked(int, str)`."""

    picked = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.lines: list[ColumnLine] = []
        self._shown: OpenedList | None = None
        self._title = label("", "h3")
        self._body = column(spacing=0)
        self._area = scroll(frame(self._body))
        self.setLayout(column(row(self._title, None, margins=(14, 10, 14, 4)), separator(), (self._area, 1), spacing=0))

    def show_columns(self, opened: OpenedList, mapping: Mapping[int, str]) -> None:
        """Show the columns of a list and which field each is."""
        if opened is not self._shown:
            self._shown = opened
            self._fill(opened)
        for line in self.lines:
            line.show_key(mapping.get(line.number, ""))
        known = sum(1 for key in mapping.values() if key)
        self._title.setText(tr("表里的 {n} 列，已对上 {known} 列", n=len(self.lines), known=known))

    def _fill(self, opened: OpenedList) -> None:
        self.lines = []
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for shown in opened.columns:
            line = ColumnLine(shown, opened.fields)
            line.picked.connect(self.picked)
            self._body.addWidget(line)
            self._body.addWidget(separator())
            self.lines.append(line)
        self._body.addStretch(1)
        for before, after in zip(self.lines, self.lines[1:], strict=False):
            QWidget.setTabOrder(before.choice, after.choice)


class MapPanel(QFrame):
    """Which sheet and which row, what is still lacking, and the way on. Signals for its buttons and fields."""

    try_wanted = Signal()
    other_wanted = Signal()
    place_wanted = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFixedWidth(px(318))
        self._name = ElidedLabel("", "note")
        self.sheet = ChoiceField([])
        self.header_row = NumberField(1, 20000)
        self._sheet_field = Field(tr("工作表"), self.sheet)
        self._row_field = Field(tr("列名在第几行"), self.header_row, tr("改好后按回车"))
        self._lacking = label("", "small", wrapped=True, tone="bad")
        self._note = label(tr("没有对上的列不导入。对好以后会记住，下次同样的表不用再对。"), "note", wrapped=True)
        self.go = button(tr("试读"), kind="primary", on_click=self.try_wanted.emit)
        self.other = button(tr("换一个文件"), on_click=self.other_wanted.emit)
        self.sheet.edited.connect(lambda: self.place_wanted.emit(self.sheet.value(), 0))
        self.header_row.returnPressed.connect(self._move)
        self.setLayout(
            column(
                label(tr("每一列是什么"), "h3"),
                self._name,
                self._sheet_field,
                self._row_field,
                self._lacking,
                self._note,
                None,
                self.go,
                self.other,
                spacing=9,
                margins=(16, 14, 16, 16),
            )
        )

    def show_place(self, opened: OpenedList, source: str, missing: Sequence[str], doubled: Sequence[str]) -> None:
        """Show sheet, row and what is still lacking."""
        self._name.set_full_text(source)
        self.sheet.set_options([(name, name) for name in opened.sheets])
        self.sheet.set_value(opened.sheet)
        self._sheet_field.setVisible(len(opened.sheets) > 1)
        self.header_row.set_value(opened.header_row)
        self._row_field.clear()
        lacking = tr("还缺必需的列：{names}。请在左边给它们找到对应的列。", names=tr("、").join(missing))
        twice = tr("“{names}”对上了不止一列，请只留一列。", names=tr("、").join(doubled))
        wrong = lacking if missing else twice if doubled else ""
        self._lacking.setText(wrong)
        self._lacking.setVisible(bool(wrong))
        self.go.setEnabled(not wrong)

    def _move(self) -> None:
        number = self.header_row.value()
        if isinstance(number, int):
            self.place_wanted.emit(self.sheet.value(), number)
        else:
            self._row_field.set_fault(tr("请填行号，比如 3。"))


def focus_column(card: ColumnCard) -> QWidget | None:
    """Return the first column of which nobody knows what it is, else the first of all."""
    undecided = [line for line in card.lines if line.is_open]
    return next((line.choice for line in undecided or card.lines), None)
