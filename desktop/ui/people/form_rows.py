"""Small lists on the form of a client: contacts, medicines and the people around; ended, never deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QFrame, QPushButton, QWidget

from desktop.i18n import tr
from desktop.services.people import CareLine, ContactLine, MedicationLine
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.fields import choice_field, date_field, text_field
from desktop.ui.kit.labelled import Field
from desktop.ui.kit.layouts import card, column, keep_order, row
from desktop.ui.people.form_controls import Options

Line = ContactLine | MedicationLine | CareLine


@dataclass(frozen=True)
class Cell:
    """One answer of a line: column of the line, words, code list or kind, share of the width."""

    name: str
    label: str
    codes: str = ""
    share: int = 2
    placeholder: str = ""
    is_day: bool = False
    offers: str = ""  # code list whose words are offered while typing


@dataclass(frozen=True)
class LineKind:
    """What a list is made of."""

    make: type[Line]
    rows: tuple[tuple[Cell, ...], ...]
    ended: str  # column with the day on which it ended
    words: Callable[[Any], str]
    add: str
    end: str
    resume: str
    empty: str


def contacts() -> LineKind:
    """Return the list of who is to be called besides the guardian."""
    return LineKind(
        ContactLine,
        (
            (
                Cell("name", tr("姓名"), share=3),
                Cell("relation", tr("与本人关系"), "relation", 3),
                Cell("phone", tr("电话"), share=3, placeholder=tr("手机或座机")),
            ),
            (
                Cell("kind", tr("身份"), "guardian_kind", 3),
                Cell("sex", tr("性别"), "sex", 3),
                Cell("from_on", tr("从"), share=3, is_day=True),
            ),
            (Cell("address", tr("住址")),),
        ),
        "to_on",
        _contact_words,
        tr("添加一位联系人"),
        tr("不再联系"),
        tr("恢复"),
        tr("还没有登记其他联系人。"),
    )


def medicines() -> LineKind:
    """Return the list of medicines."""
    return LineKind(
        MedicationLine,
        (
            (
                Cell("drug", tr("药名"), share=4, offers="drug"),
                Cell("dose", tr("每次剂量"), share=2),
                Cell("unit", tr("单位"), "medicine_unit"),
                Cell("times", tr("用法"), share=4, placeholder=tr("如：每晚一次")),
            ),
            (
                Cell("route", tr("途径"), "medicine_route", 3),
                Cell("source", tr("谁说的"), "medicine_source", 3),
                Cell("started_on", tr("开始"), share=3, placeholder=tr("年或年-月")),
                Cell("next_due_on", tr("下次注射"), share=3, is_day=True),
            ),
            (Cell("prescriber", tr("开药医院或医生"), share=3), Cell("note", tr("备注"), share=3)),
        ),
        "stopped_on",
        _medicine_words,
        tr("添加一种药"),
        tr("停用"),
        tr("恢复使用"),
        tr("还没有登记用药。"),
    )


def carers() -> LineKind:
    """Return the list of the people around."""
    return LineKind(
        CareLine,
        (
            (
                Cell("role", tr("身份"), "care_role", 3),
                Cell("name", tr("姓名"), share=3),
                Cell("phone", tr("电话"), share=3),
            ),
            (Cell("organisation", tr("单位"), share=6), Cell("from_on", tr("从"), share=3, is_day=True)),
        ),
        "to_on",
        _carer_words,
        tr("添加一位成员"),
        tr("不再担任"),
        tr("恢复"),
        tr("还没有登记帮扶小组成员。"),
    )


class LineCard(QFrame):
    """One line: its answers, and a way to end it. Signals `edited`, `ended`, `dropped`."""

    edited = Signal()
    ended = Signal()
    dropped = Signal()

    def __init__(self, kind: LineKind, line: Any, options: Options) -> None:
        super().__init__()
        self.setProperty("role", "tile")
        self.line, self._kind = line, kind
        self._controls: dict[str, Any] = {}
        rows = [row(*((self._cell(cell, options), cell.share) for cell in cells), spacing=10) for cells in kind.rows]
        words = kind.end if line.id else tr("去掉这一行")
        end = button(words, "ban" if line.id else "x", "ghost", small=True)
        end.clicked.connect(self.ended if line.id else self.dropped)
        self.setLayout(column(*rows, row(None, end), spacing=6, margins=(14, 10, 14, 8)))

    def value(self) -> Any:
        """Return the line as it stands."""
        return replace(self.line, **{name: control.value() for name, control in self._controls.items()})

    def first(self) -> QWidget:
        """Return the first control."""
        found: QWidget = next(iter(self._controls.values()))
        return found

    def _cell(self, cell: Cell, options: Options) -> Field:
        control: Any
        if cell.codes:
            control = choice_field(options(cell.codes), tr("未填"))
        elif cell.is_day:
            control = date_field()
        else:
            control = text_field(cell.placeholder)
        if cell.offers:
            offer = QCompleter([words for _, words in options(cell.offers)], control)
            offer.setFilterMode(Qt.MatchFlag.MatchContains)
            control.setCompleter(offer)
        control.set_value(getattr(self.line, cell.name))
        control.edited.connect(self.edited)
        self._controls[cell.name] = control
        return Field(cell.label, control)


class LinesField(QWidget):
    """The lines of a list: those of today to be changed, those that ended as words. A control of a form."""

    edited = Signal()

    def __init__(self, kind: LineKind, options: Options, today: date) -> None:
        super().__init__()
        self._kind, self._options, self._today = kind, options, today
        self._lines: list[Line | LineCard] = []
        self._body = column(spacing=10)
        self.add = button(kind.add, "plus", on_click=self._add)
        self.setLayout(column(self._body, row(self.add, None), spacing=10))
        self.set_value(())
        self._show()

    def value(self) -> tuple[Line, ...]:
        """Return the lines."""
        return tuple(line.value() if isinstance(line, LineCard) else line for line in self._lines)

    def set_value(self, value: object) -> None:
        """Show lines."""
        lines = value if isinstance(value, tuple) else ()
        if lines != self.value():
            self._lines = list(lines)
            self._show()

    def _show(self) -> None:
        """Build everything anew: a list is short, and changes of its length are rare."""
        lines = self.value()
        while (item := self._body.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._lines = [self._made(place, line) for place, line in enumerate(lines)]
        if not lines:
            self._body.addWidget(label(self._kind.empty, "note"))
        # the lines that ended stand below
        buttons = [each for each in self.findChildren(QPushButton) if each is not self.add]
        keep_order(self, *buttons, self.add)

    def _made(self, place: int, line: Line) -> Line | LineCard:
        if getattr(line, self._kind.ended):
            self._body.addWidget(self._past(place, line))
            return line
        made = LineCard(self._kind, line, self._options)
        made.edited.connect(self.edited)
        made.ended.connect(lambda: self._set(place, self._today.isoformat()))
        made.dropped.connect(lambda: self._drop(place))
        self._body.addWidget(made)
        made.show()  # at once, so that it can take the focus
        return made

    def _past(self, place: int, line: Line) -> QFrame:
        words = tr("{what}，到 {day} 止", what=self._kind.words(line), day=getattr(line, self._kind.ended))
        back = button(self._kind.resume, "rotate-ccw", "ghost", small=True, name=f"{self._kind.resume} {words}")
        back.clicked.connect(lambda: self._set(place, ""))
        return card(row((label(words, "note", wrapped=True), 1), back), margins=(14, 6, 10, 6), role="tile")

    def _add(self) -> None:
        self._lines = [*self.value(), self._kind.make()]
        self._show()
        last = self._lines[-1]
        if isinstance(last, LineCard):
            last.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, place: int) -> None:
        lines = list(self.value())
        del lines[place]
        self._put(lines)

    def _set(self, place: int, day: str) -> None:
        lines: list[Any] = list(self.value())
        lines[place] = replace(lines[place], **{self._kind.ended: day})
        self._put(lines)

    def _put(self, lines: Sequence[Line]) -> None:
        self._lines = list(lines)
        self._show()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


def _contact_words(line: ContactLine) -> str:
    return tr(" · ").join(part for part in (line.name, line.phone) if part)


def _medicine_words(line: MedicationLine) -> str:
    return tr(" · ").join(part for part in (line.drug, line.times, line.started_on) if part)


def _carer_words(line: CareLine) -> str:
    return tr(" · ").join(part for part in (line.name, line.organisation, line.phone) if part)


# by the kind of field in people/form.toml
LINES: dict[str, Callable[[], LineKind]] = {"contacts": contacts, "medications": medicines, "care_team": carers}
