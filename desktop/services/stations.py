"""The institution's own file (机构档案)."""

from __future__ import annotations

from desktop.domain.faults import Fault
from desktop.services.desk import Desk
from desktop.services.accounts import StationDraft


class Stations:
    """Reading and changing the institution file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def draft(self) -> tuple[StationDraft, int]:
        """Return the institution file as a form and its revision."""
        raise NotImplementedError

    @staticmethod
    def check(draft: StationDraft) -> tuple[Fault, ...]:
        """Return what is wrong in the form (division code, credit code check 6.3, missing name)."""
        raise NotImplementedError

    def amend(self, draft: StationDraft, revision: int) -> None:
        """Change the institution file."""
        raise NotImplementedError
