"""Consents (知情同意书) and agreements (服务协议): in force or not, and what that permits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from desktop.domain.faults import Fault, Verdict
from desktop.services.desk import Desk


@dataclass(frozen=True)
class ScopeAnswer:
    """The answer to one tick-box a-m."""

    scope: str
    is_agreed: bool


@dataclass(frozen=True)
class Standing:
    """Consent and agreement of one person on one day, in the words of PersonRow."""

    consent: str
    consent_until: date | None
    consent_scopes: tuple[ScopeAnswer, ...]
    agreement: str
    agreement_until: date | None


@dataclass(frozen=True)
class SignedPaper:
    """A paper that came back signed, or that was signed before the program came; dates as text.

    `kind` is consent or agreement; `document_id` None means the paper was not printed by this program.
    """

    person_id: str
    kind: str
    signed_on: str
    valid_from: str = ""
    valid_to: str = ""
    is_client_signed: bool = True
    is_guardian_signed: bool = True
    signer_note: str = ""
    scopes: tuple[ScopeAnswer, ...] = ()
    document_id: str | None = None


@dataclass(frozen=True)
class PaperGridRow:
    """One line of the grid for papers signed before the program came."""

    person_id: str
    file_no: str
    name: str
    village: str | None
    consent: str
    agreement: str
    guardian_name: str


@dataclass(frozen=True)
class GridResult:
    """What became of each line of the grid: the faults by person id; saved lines have none."""

    saved: int
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)


class Consents:
    """Signing, withdrawing, and the one question `may`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def standing(self, person_id: str, on: date) -> Standing:
        """Return what is in force on a day."""
        raise NotImplementedError

    def may(self, person_id: str, act: str, on: date) -> Verdict:
        """Say whether an act is permitted on a day and because of what; acts: serve, visit, print, export, photograph, publish."""
        raise NotImplementedError

    def may_many(self, person_ids: tuple[str, ...], act: str, on: date) -> dict[str, Verdict]:
        """Answer `may` for many persons in one look (attendance sheet, export)."""
        raise NotImplementedError

    def suggest_term(self, kind: str, signed_on: date) -> tuple[date, date]:
        """Return first and last day of the usual term of a consent or agreement (settings; default 12 months)."""
        raise NotImplementedError

    def check(self, paper: SignedPaper) -> tuple[Fault, ...]:
        """Return what is wrong with the record of a signed paper (who must sign: DOMAIN 7.3-7.4)."""
        raise NotImplementedError

    def sign(self, paper: SignedPaper) -> str:
        """Bring a signed paper into force; return the id of the consent or agreement."""
        raise NotImplementedError

    def grid(self, only_missing: bool = True, limit: int = 500) -> tuple[PaperGridRow, ...]:
        """Return the clients whose papers can be entered in the grid."""
        raise NotImplementedError

    def sign_many(self, papers: tuple[SignedPaper, ...]) -> GridResult:
        """Enter many papers at once; good lines are saved, faulty ones are told and stay."""
        raise NotImplementedError

    def withdraw(self, person_id: str, scopes: tuple[str, ...], on: date, reason: str) -> None:
        """Record that the person withdrew some scopes (all scopes: the whole consent)."""
        raise NotImplementedError
