"""The layout of a form, read from data: sections, their fields, and the bar each field belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

DRAFT, REGISTERED, COMPLETE = "draft", "registered", "complete"
BARS = (DRAFT, REGISTERED, COMPLETE)


@dataclass(frozen=True)
class FormField:
    """One field: where its value is kept, how it is asked for, and from which bar on it is needed."""

    name: str  # of the draft; "guardian.phone" is the guardian's
    label: str
    kind: str = "text"
    codes: str = ""
    look: str = "list"
    placeholder: str = ""
    hint: str = ""
    width: int = 1
    limit: int = 0
    bar: str = ""
    instead: tuple[str, ...] = ()  # fields that do as well
    missing: str = ""  # what to say when it is missing
    is_always: bool = False  # a choice that cannot be left open
    is_hidden: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> FormField:
        """Read one field."""
        facts = {key: value for key, value in row.items() if key not in ("or", "hidden")}
        return cls(**facts, instead=tuple(row.get("or", ())), is_hidden=bool(row.get("hidden", False)))


@dataclass(frozen=True)
class FormSection:
    """One step of the form; only `is_first` ones are asked of a new client."""

    key: str
    title: str
    tip_title: str
    tip: str
    fields: tuple[FormField, ...]
    is_first: bool = False

    @property
    def shown(self) -> tuple[FormField, ...]:
        """Return the fields that stand on the form here."""
        return tuple(field for field in self.fields if not field.is_hidden)


@dataclass(frozen=True)
class FormLayout:
    """The whole form."""

    version: str
    sections: tuple[FormSection, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> FormLayout:
        """Read the layout; a section of which nothing is shown has no step, those of a new client come first."""
        sections = [
            FormSection(**(dict(row) | {"fields": tuple(FormField.of(field) for field in row["fields"])}))
            for row in table["sections"]
        ]
        return cls(str(table["version"]), tuple(sorted(sections, key=lambda section: not section.is_first)))

    @cached_property
    def fields(self) -> dict[str, FormField]:
        """Return every field by its name, hidden ones too: their codes are still checked."""
        return {field.name: field for section in self.sections for field in section.fields}

    @cached_property
    def steps(self) -> tuple[FormSection, ...]:
        """Return the sections of which something is shown."""
        return tuple(section for section in self.sections if section.shown)

    @cached_property
    def first_steps(self) -> tuple[FormSection, ...]:
        """Return the sections asked of a new client."""
        return tuple(section for section in self.steps if section.is_first)

    def step_of(self, name: str) -> int:
        """Return the step on which a field stands; 0 when it stands on none."""
        for place, section in enumerate(self.steps):
            if any(field.name == name for field in section.shown):
                return place
        return 0

    def step_keyed(self, key: str) -> int:
        """Return the step of a section; 0 when it is not shown."""
        return next((place for place, section in enumerate(self.steps) if section.key == key), 0)

    def needed(self, bar: str) -> tuple[FormField, ...]:
        """Return the fields of one bar; what a county hides is not asked for."""
        return tuple(field for field in self.fields.values() if field.bar == bar and not field.is_hidden)
