"""Settings of the station (audited) and of this PC."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop import resources
from desktop.domain.settings import Declaration, declarations
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.stations import Setting
from desktop.services import machine
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SettingRow:
    """One setting: scope machine or station, kind bool, int, choice or text; `group` is its heading on the screen."""

    key: str
    label: str
    scope: str
    kind: str
    value: object
    default: object
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    group: str = ""


class Settings:
    """Declared once, with label, scope, default and range, in resources/codes/settings.toml."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self) -> tuple[SettingRow, ...]:
        """Return all settings with their values."""
        self._desk.actor.require("settings.read")
        with self._desk.work.read() as db:
            stored = {row.key: row.value.get("value") for row in db.scalars(select(Setting))}
        stored |= machine.read(self._desk.folder)
        groups = resources.table("codes/settings.toml")["groups"]
        return tuple(
            SettingRow(
                entry.key, entry.label, entry.scope, entry.kind, _sound(entry, stored.get(entry.key)), entry.default,
                entry.choices, entry.choice_labels, entry.minimum, entry.maximum, entry.unit, groups[entry.group],
            )
            for entry in declared().values()
        )  # fmt: skip

    def value(self, key: str) -> object:
        """Return one value (the default when nobody set it)."""
        self._desk.actor.require("settings.read")
        entry = _declaration(key)
        if entry.scope == "machine":
            return _sound(entry, machine.read(self._desk.folder).get(key))
        with self._desk.work.read() as db:
            return value_in(db, key)

    def change(self, key: str, value: object) -> None:
        """Change one setting; raises ValidationError for a value outside its range."""
        self._desk.actor.require("settings.change")
        entry = _declaration(key)
        if entry.scope == "machine":
            machine.write(self._desk.folder, key, entry.checked(value))
            return
        self._desk.actor.require("settings.change_station")
        new = entry.checked(value)
        with self._desk.work.write("settings.change", key=key, value=new) as db:
            row = db.scalar(select(Setting).where(Setting.key == key))
            if row is None:
                db.add(Setting(key=key, value={"value": new}))
            else:
                row.value = {"value": new}


@cache
def declared() -> dict[str, Declaration]:
    """Return the declarations of all settings, by key."""
    return declarations(resources.table("codes/settings.toml"))


def value_in(db: Session, key: str) -> bool | int | str:
    """Return a station-wide setting inside an open transaction, for the rules of other areas."""
    row = db.scalar(select(Setting).where(Setting.key == key))
    return _sound(_declaration(key), None if row is None else row.value.get("value"))


def values_in(db: Session) -> dict[str, bool | int | str]:
    """Return all station-wide settings inside an open transaction, in one question."""
    stored = {row.key: row.value.get("value") for row in db.scalars(select(Setting))}
    return {key: _sound(entry, stored.get(key)) for key, entry in declared().items() if entry.scope == "station"}


def _declaration(key: str) -> Declaration:
    entry = declared().get(key)
    if entry is None:
        raise ValidationError("bad_setting", tr("没有“{key}”这项设置。", key=key), field=key)
    return entry


def _sound(entry: Declaration, stored: object) -> bool | int | str:
    """Return a stored value, or the default when nothing sound is stored (a file edited by hand, an older program)."""
    if stored is None:
        return entry.default
    try:
        return entry.checked(stored)
    except ValidationError:
        return entry.default
