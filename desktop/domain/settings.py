"""What a setting may be: declared once as data, checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.errors import ValidationError
from desktop.i18n import tr

_LONGEST_TEXT = 260


@dataclass(frozen=True)
class Declaration:
    """One setting as declared in resources/codes/settings.toml."""

    key: str
    label: str
    group: str
    scope: str
    kind: str
    default: bool | int | str
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""

    def checked(self, value: object) -> bool | int | str:
        """Return the value when it is allowed; raise ValidationError that says what is."""
        if self.kind == "bool" and isinstance(value, bool):
            return value
        if self.kind == "int" and isinstance(value, int) and not isinstance(value, bool) and self._is_in_range(value):
            return value
        if self.kind == "choice" and value in self.choices:
            return str(value)
        if self.kind == "text" and isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable():
            return value
        raise ValidationError("bad_setting", self._complaint(), field=self.key)

    def _is_in_range(self, value: int) -> bool:
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def _complaint(self) -> str:
        if self.kind == "int":
            return tr(
                "“{label}”应为 {low} 到 {high} 之间的整数。", label=self.label, low=self.minimum, high=self.maximum
            )
        if self.kind == "choice":
            return tr("“{label}”只能是：{choices}。", label=self.label, choices="、".join(self.choice_labels))
        return tr("“{label}”的内容不合适。", label=self.label)


def declarations(table: Mapping[str, Any]) -> dict[str, Declaration]:
    """Return the settings declared in a table, by key, in the order of the file."""
    return {
        key: _declaration(key, entry) for key, entry in table.items() if isinstance(entry, dict) and "kind" in entry
    }


def _declaration(key: str, entry: Mapping[str, Any]) -> Declaration:
    facts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return Declaration(key=key, **facts)
