"""Two versions of one record: who saved last is asked for, a person decides field by field. QtCore only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.versions import Comparison, Worded, compare
from desktop.ui.kit.viewmodel import ViewModel
from desktop.ui.kit.workbench import Workbench

if TYPE_CHECKING:
    from desktop.services.histories import LastChange


class Meeting(ViewModel):
    """What was typed here beside what somebody else saved meanwhile; never "last one wins"."""

    clashed = Signal(object)  # Comparison: both changed the same fields, and differently
    settled = Signal(object)  # the values of both in one, by name

    def __init__(self, bench: Workbench, worded: Worded, parent: QObject | None = None) -> None:
        super().__init__(bench, parent)
        self.comparison: Comparison | None = None
        self._worded = worded

    def meet(
        self, table: str, record_id: str, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> None:
        """Compare both versions with what they began with; a field both changed waits for a person."""
        histories = self.bench.services.histories

        def compared(last: LastChange | None) -> None:
            found = compare(base, mine, theirs, self._worded)
            self.comparison = replace(found, who=last.who, at=last.at) if last else found
            if found.clashes:
                self.clashed.emit(self.comparison)
            else:
                self.settle(frozenset())

        self.ask(lambda: histories.last(table, record_id), compared, about="last")

    def settle(self, kept: Collection[str]) -> None:
        """Go on with both versions in one; of the fields both changed, `kept` stay as typed here."""
        if self.comparison is not None:
            found, self.comparison = self.comparison, None
            self.settled.emit(found.settled(kept))
