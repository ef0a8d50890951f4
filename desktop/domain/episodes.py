"""The case state machine of DOMAIN 3.2; the states and their order are data (resources/codes/episode_state.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.domain.faults import Fault
from desktop.i18n import tr


@dataclass(frozen=True)
class State:
    """One state of a case."""

    code: str
    label: str
    next: tuple[str, ...] = ()
    in_service: bool = False
    is_away: bool = False
    needs_reason: bool = False


@dataclass(frozen=True)
class Lifecycle:
    """All states of a case and the steps between them."""

    states: Mapping[str, State] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Sequence[Mapping[str, Any]]) -> Lifecycle:
        """Build it from the entries of the code list."""
        known = State.__dataclass_fields__
        rows = [{key: value for key, value in entry.items() if key in known} for entry in entries]
        return cls({row["code"]: State(**{**row, "next": tuple(row.get("next", ()))}) for row in rows})

    def label(self, state: str) -> str:
        """Return the words for a state."""
        return tr(self.states[state].label)

    def in_service(self, state: str) -> bool:
        """Say whether services of a case in this state may be counted."""
        return self.states[state].in_service

    def is_away(self, state: str) -> bool:
        """Say whether the person is not (any longer) served: suspended, closed, rejected, withdrawn."""
        return self.states[state].is_away

    def check_move(self, state: str, to: str, reason: str = "") -> tuple[Fault, ...]:
        """Return why a case may not go from one state to another, or ()."""
        if to not in self.states[state].next:
            message = tr("个案现在是“{state}”，不能直接改为“{to}”。", state=self.label(state), to=self.label(to))
            return (Fault("state", "step_not_allowed", message),)
        if self.states[to].needs_reason and not reason.strip():
            return (Fault("reason", "reason_missing", tr("改为“{to}”须写明原因。", to=self.label(to))),)
        return ()

    def after_signing(self, state: str) -> str:
        """Return the state of a case once consent and agreement hold: "signed", unless it is past that already.

        The steps between (referral, assessment) have forms of their own; a paper case may have gone through them.
        """
        current = self.states[state]
        return state if current.in_service or current.is_away else "signed"
