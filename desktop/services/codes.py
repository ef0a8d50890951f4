"""Code lists as the staff see them (resources/codes)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.desk import Desk


@dataclass(frozen=True)
class Choice:
    """One entry of a code list."""

    code: str
    label: str


class Codes:
    """Labels and choices; tables: sex, ethnicity, relation, id_type, diagnosis_category, training_type, service_class,
    service_mode, station_type, host_kind, operation_mode, role, episode_state, consent_scope, capacity_status,
    attendance, participation, training_form, training_place, visit_method, visit_met, visit_purpose, mental_state,
    medication, grade3 (sleep, diet, self-care, social function), lock_seen, danger_level, legal_basis."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def choices(self, table: str) -> tuple[Choice, ...]:
        """Return the entries of one list in their order."""
        raise NotImplementedError

    def label(self, table: str, code: str | None) -> str:
        """Return the words for a code; the code itself when it is unknown, "" for None."""
        raise NotImplementedError
