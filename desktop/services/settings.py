"""Settings of the station (audited) and of this PC."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.desk import Desk


@dataclass(frozen=True)
class SettingRow:
    """One setting: scope machine or station, kind bool, int, choice or text."""

    key: str
    label: str
    scope: str
    kind: str
    value: object
    default: object
    choices: tuple[str, ...] = ()


class Settings:
    """Declared once (resources/codes/settings.toml): keys such as appearance.theme, appearance.letters, lock.idle_minutes,
    papers.consent_months, papers.agreement_months, papers.warn_days, visits.key_per_quarter, visits.general_per_quarter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self) -> tuple[SettingRow, ...]:
        """Return all settings with their values."""
        raise NotImplementedError

    def value(self, key: str) -> object:
        """Return one value (the default when nobody set it)."""
        raise NotImplementedError

    def change(self, key: str, value: object) -> None:
        """Change one setting; raises ValidationError for a value outside its range."""
        raise NotImplementedError
