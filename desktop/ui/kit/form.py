"""Everything a form is made of, and the binding of a form to a dataclass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.faults import Fault
from desktop.domain.versions import flat, with_values
from desktop.i18n import tr
from desktop.ui.kit.fields import (
    AreaField,
    ChoiceField,
    Control,
    DateField,
    NumberField,
    SecretField,
    TextField,
    Tick,
    TimeField,
    area_field,
    choice_field,
    date_field,
    number_field,
    text_field,
    time_field,
    trailing_action,
)
from desktop.ui.kit.labelled import Field

__all__ = [
    "AreaField",
    "ChoiceField",
    "Control",
    "DateField",
    "Field",
    "FormBinding",
    "NumberField",
    "SecretField",
    "TextField",
    "Tick",
    "TimeField",
    "area_field",
    "choice_field",
    "date_field",
    "number_field",
    "text_field",
    "time_field",
    "trailing_action",
]

D = TypeVar("D")


class FormBinding(QObject):
    """Ties named controls to the fields of a draft; "guardian.name" is the field `name` of the nested `guardian`."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controls: dict[str, Any] = {}
        self._fields: dict[str, Field] = {}
        self._visited: set[str] = set()

    def add(self, name: str, field: Field | QWidget) -> None:
        """Bind one control (in its `Field`, or bare) to a name of the draft."""
        control: Any = field.control if isinstance(field, Field) else field
        self._controls[name] = control
        if isinstance(field, Field):
            self._fields[name] = field
        control.setProperty("bound", name)
        control.edited.connect(lambda: self.changed.emit(name))
        control.installEventFilter(self)

    def control(self, name: str) -> Any:
        """Return the control bound to a name."""
        return self._controls[name]

    def field(self, name: str) -> Field:
        """Return the field around the control bound to a name."""
        return self._fields[name]

    def visit(self, names: Iterable[str]) -> None:
        """Treat these fields as left: their faults show (a step of a wizard that is done)."""
        self._visited.update(names)

    def names(self) -> tuple[str, ...]:
        """Return the names bound, in the order of binding."""
        return tuple(self._controls)

    def values(self) -> dict[str, Any]:
        """Return every value by its dotted name."""
        return {name: control.value() for name, control in self._controls.items()}

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show the values given by dotted name; names not bound are passed over. No signal."""
        for name, value in values.items():
            if name in self._controls:
                self._controls[name].set_value(value)

    def fill_from(self, draft: Any) -> None:
        """Show the values of a draft (a dataclass, nested ones included). No signal."""
        self.fill(flat(draft))

    def into(self, base: D) -> D:
        """Return a copy of a draft with the values of the form put in."""
        return with_values(base, self.values())

    def show_faults(self, faults: Iterable[Fault], everywhere: bool = False) -> tuple[Fault, ...]:
        """Put the faults next to their fields and take old ones away; return those that belong to no field here.

        While somebody is typing only fields already left are marked; `everywhere` marks all (on saving).
        """
        by_field: dict[str, Fault] = {}
        elsewhere = []
        for fault in faults:
            if fault.field not in self._fields:
                elsewhere.append(fault)
            elif fault.field not in by_field or by_field[fault.field].severity == "warning":
                by_field[fault.field] = fault
        if everywhere:
            self._visited.update(self._fields)
        for name, field in self._fields.items():
            found = by_field.get(name)
            if found and name in self._visited:
                field.set_fault(found.message, found.severity)
            else:
                field.clear()
        return tuple(elsewhere)

    def focus_first_fault(self) -> bool:
        """Put the focus on the first field with an error; say whether there is one."""
        for field in self._fields.values():
            if field.has_fault:
                field.control.setFocus()
                return True
        return False

    def forget_visits(self) -> None:
        """Start afresh: nothing has been looked at, no fault is shown."""
        self._visited.clear()
        for field in self._fields.values():
            field.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            name = watched.property("bound")
            if name and name not in self._visited:
                self._visited.add(name)
                self.changed.emit(name)
        return False


def fault_count_text(faults: Sequence[Fault]) -> str:
    """Return the sentence of a save bar: how many faults keep the form from being finished."""
    errors = [fault for fault in faults if fault.severity == "error"]
    return tr("有 {n} 处需要更正", n=len(errors)) if errors else ""
