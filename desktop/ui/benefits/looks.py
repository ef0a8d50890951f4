"""How benefits look in lists: words, tones, icons."""

from __future__ import annotations

from desktop.i18n import tr
from desktop.services.benefits import BenefitRow, ClaimRow
from desktop.services.codes import Codes

_STATES = {
    "entitled": ("warn", "hand"), "applied": ("info", "clock"), "receiving": ("ok", "check"), "stopped": ("bad", "ban"),
}  # fmt: skip


def state_look(codes: Codes, benefit: BenefitRow) -> tuple[str, str, str]:
    """Return words, tone and icon of the state of one benefit."""
    return codes.label("benefit_state", benefit.state), *_STATES.get(benefit.state, ("off", ""))


def claim_look(codes: Codes, claim: ClaimRow) -> tuple[str, str, str]:
    """Return words, tone and icon of why a line is on the list of 应享未享."""
    if claim.why == "rule":
        return tr("符合条件，未登记"), "warn", "circle-alert"
    if claim.why == "ended":
        return tr("已到期"), "bad", "calendar-clock"
    if claim.why == "ending":
        return tr("快到期"), "warn", "calendar-clock"
    return codes.label("benefit_state", claim.state), *_STATES.get(claim.state, ("warn", ""))


def claim_reason(claim: ClaimRow) -> str:
    """Return why somebody is entitled, or when the term ends."""
    return claim.because or (tr("享受到 {day}", day=claim.until.isoformat()) if claim.until else "")


def agreement_words(benefit: BenefitRow) -> str:
    """Return how far the agreement with the guardian is, or nothing."""
    until = benefit.agreed_until
    if benefit.agreement == "in_force":
        return tr("协议有效期到 {day}", day=until.isoformat()) if until else tr("协议已签")
    return {"made": tr("协议已打印，待签"), "expired": tr("协议已到期")}.get(benefit.agreement, "")
