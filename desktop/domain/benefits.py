"""Who is entitled to which benefit, and what the form of one benefit must say (DOMAIN 4.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.domain.identity import check_disability_no
from desktop.domain.texts import check_texts
from desktop.i18n import tr


@dataclass(frozen=True)
class BenefitDraft:
    """One benefit as typed; dates as text, the amount in yuan, empty text means unknown."""

    person_id: str
    benefit_id: str | None = None
    revision: int = 0
    kind: str = ""
    state: str = ""
    guardian_id: str = ""
    entitled_on: str = ""
    applied_on: str = ""
    granted_on: str = ""
    paid_until: str = ""
    amount: str = ""
    paper_id: str = ""  # the agreement with the guardian as it was printed
    agreed_on: str = ""
    agreed_until: str = ""
    note: str = ""


@dataclass(frozen=True)
class ClientFacts:
    """What the rules ask about one client."""

    disability_level: str = ""  # "1" to "4", "" without a certificate
    has_dibao: bool = False
    is_severe: bool = False
    has_guardian: bool = False


@dataclass(frozen=True)
class EntitlementRule:
    """One rule of the county: all conditions that are not None (or empty) must hold."""

    kind: str
    because: str
    disability_levels: tuple[str, ...] = ()
    is_disabled: bool | None = None
    has_dibao: bool | None = None
    is_severe: bool | None = None
    has_guardian: bool | None = None

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> EntitlementRule:
        """Read a rule; a condition nobody knows is refused, it would otherwise entitle everybody."""
        return cls(**{**line, "disability_levels": tuple(line.get("disability_levels", ()))})

    def holds(self, facts: ClientFacts) -> bool:
        """Say whether a client with these facts is entitled."""
        if self.disability_levels and facts.disability_level not in self.disability_levels:
            return False
        asked = (
            (self.is_disabled, bool(facts.disability_level)),
            (self.has_dibao, facts.has_dibao),
            (self.is_severe, facts.is_severe),
            (self.has_guardian, facts.has_guardian),
        )
        return all(wanted in (None, found) for wanted, found in asked)


@dataclass(frozen=True)
class BenefitRules:
    """Codes and limits of the form, and the rules of the county, read from data."""

    kinds: Collection[str]
    of_guardians: Collection[str]
    states: Collection[str]
    warn_days: int
    most_fen: int
    entitlements: tuple[EntitlementRule, ...]

    def entitled(self, facts: ClientFacts) -> dict[str, str]:
        """Return the benefits a client is entitled to, each with the rule in words; the first rule speaks."""
        found: dict[str, str] = {}
        for rule in self.entitlements:
            if rule.holds(facts):
                found.setdefault(rule.kind, rule.because)
        return found


def level_of(disability_no: str | None) -> str:
    """Return the level on a disability certificate, or "" when there is none that can be read."""
    facts = check_disability_no(disability_no or "", "")[0]
    return facts.level if facts else ""


def fen_of(yuan: str) -> int | None:
    """Return an amount typed in yuan as fen; None when it is no amount of money."""
    typed = fold(yuan).replace(",", "").removeprefix("¥").removeprefix("￥").removesuffix("元")
    if not typed.isascii():
        return None
    try:
        fen = Decimal(typed) * 100
    except DecimalException:
        return None
    # a number of a billion digits is no amount, and would take all memory as an int
    return int(fen) if fen.is_finite() and 0 <= fen < 10**11 and fen == fen.to_integral_value() else None


def yuan_of(fen: int | None) -> str:
    """Return fen as yuan with two places, or "" for None."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


_DAYS = ("entitled_on", "applied_on", "granted_on", "paid_until", "agreed_on", "agreed_until")
_PAST = ("applied_on", "granted_on", "agreed_on")


def check(draft: BenefitDraft, today: date, rules: BenefitRules) -> tuple[Fault, ...]:
    """Return what is wrong or doubtful, by field of the draft."""
    return (*check_texts(draft), *_codes(draft, rules), *_days(draft, today), *_amount(draft, rules))


def _codes(draft: BenefitDraft, rules: BenefitRules) -> Iterable[Fault]:
    if draft.kind not in rules.kinds:
        yield Fault("kind", "unknown_code", tr("请选择是哪一种福利。"))
    if draft.state not in rules.states:
        yield Fault("state", "unknown_code", tr("请选择办理情况。"))
    if draft.kind in rules.of_guardians and not draft.guardian_id:
        yield Fault("guardian_id", "guardian_missing", tr("这是给监护人的，请选是哪一位。"), "warning")


def _days(draft: BenefitDraft, today: date) -> Iterable[Fault]:
    days = {name: read_day(getattr(draft, name)) for name in _DAYS}
    for name, day in days.items():
        if day is None and getattr(draft, name).strip():
            yield Fault(name, "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))
        elif day is not None and name in _PAST and day > today:
            yield Fault(name, "date_in_future", tr("这一天还没有到，请核对。"))
    applied, granted, until = days["applied_on"], days["granted_on"], days["paid_until"]
    if applied and granted and granted < applied:
        yield Fault("granted_on", "granted_before_applied", tr("批准早于申请，请核对两个日期。"), "warning")
    if granted and until and until < granted:
        yield Fault("paid_until", "term_reversed", tr("享受到期早于批准，请核对。"))
    yield from _agreement(days["agreed_on"], days["agreed_until"])


def _agreement(signed: date | None, until: date | None) -> Iterable[Fault]:
    """Check the term of the agreement with the guardian."""
    if until and not signed:
        yield Fault("agreed_on", "required", tr("填了协议有效期，还缺签订日期。"))
    elif signed and until and until < signed:
        yield Fault("agreed_until", "term_reversed", tr("协议到期早于签订，请核对。"))


def _amount(draft: BenefitDraft, rules: BenefitRules) -> Iterable[Fault]:
    if not draft.amount.strip():
        return
    fen = fen_of(draft.amount)
    if fen is None:
        yield Fault("amount", "amount_unreadable", tr("金额看不懂，请写元，最多两位小数，如 110 或 87.50。"))
    elif fen > rules.most_fen:
        yield Fault("amount", "amount_large", tr("金额很大（{yuan} 元），请再看一眼。", yuan=yuan_of(fen)), "warning")
