"""Is the record of a signed paper right: days, signatures, tick-boxes (DOMAIN 7.1, 7.3, 7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.calendar import read_day
from desktop.domain.consents import ConsentRules, PersonFacts, who_must_sign
from desktop.domain.faults import Fault
from desktop.domain.texts import check_texts
from desktop.i18n import tr


@dataclass(frozen=True)
class ScopeAnswer:
    """The answer to one tick-box a-m."""

    scope: str
    is_agreed: bool


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


def check_paper(paper: SignedPaper, person: PersonFacts, today: date, rules: ConsentRules) -> tuple[Fault, ...]:
    """Return what is wrong with the record of a signed paper, by field of the form."""
    faults = [*check_texts(paper), *_check_dates(paper, today, rules), *_check_signatures(paper, person, today, rules)]
    if paper.kind == "consent":
        faults += _check_scopes(paper, rules)
    return tuple(faults)


def _check_dates(paper: SignedPaper, today: date, rules: ConsentRules) -> list[Fault]:
    signed = read_day(paper.signed_on)
    if signed is None:
        return [Fault("signed_on", "date_unreadable", tr("请填签字日期，如 2026-03-05。"))]
    if signed > today:
        return [Fault("signed_on", "date_in_future", tr("签字日期在今天之后，请核对。"))]
    faults: list[Fault] = []
    first = _typed_day(paper.valid_from, "valid_from", faults) or signed
    last = _typed_day(paper.valid_to, "valid_to", faults)
    if last is not None and last < first:
        faults.append(Fault("valid_to", "term_reversed", tr("截止日期早于起始日期，请核对。")))
    elif last is not None and (last - first).days > rules.usual_days_max:
        faults.append(Fault("valid_to", "term_long", tr("期限超过五年，请再看一眼。"), "warning"))
    if first < signed:
        faults.append(Fault("valid_from", "before_signing", tr("起始日期早于签字日期，请核对。"), "warning"))
    return faults


def _typed_day(text: str, field: str, faults: list[Fault]) -> date | None:
    """Return an optional day, noting a fault when something unreadable was typed."""
    day = read_day(text) if text.strip() else None
    if day is None and text.strip():
        faults.append(Fault(field, "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。")))
    return day


def _check_signatures(paper: SignedPaper, person: PersonFacts, today: date, rules: ConsentRules) -> list[Fault]:
    day = read_day(paper.signed_on) or today
    rule = who_must_sign(person.age_on(day), person.capacity, person.has_guardian, rules)
    if not paper.is_client_signed and not paper.is_guardian_signed:
        return [Fault("is_client_signed", "nobody_signed", tr("还没有人签字。{why}", why=rule.because))]
    excused = {"optional", "nobody"} | ({"unless_noted"} if paper.signer_note.strip() else set())
    faults = []
    if not paper.is_client_signed and rule.client not in excused:
        faults.append(_unsigned("is_client_signed", tr("本人"), rule.client, rule.because))
    if not paper.is_guardian_signed and rule.guardian not in excused:
        faults.append(_unsigned("is_guardian_signed", tr("监护人"), rule.guardian, rule.because))
    if paper.is_guardian_signed and not person.has_guardian:
        message = tr("档案里没有监护人。请先登记监护人，或去掉监护人签字。")
        faults.append(Fault("is_guardian_signed", "guardian_unknown", message))
    return faults


def _unsigned(field: str, who: str, level: str, because: str) -> Fault:
    """Return the fault for a missing signature, with what mends it."""
    message = tr("缺{who}签字。{why}", who=who, why=because)
    if level == "unless_noted":
        message += tr("签不了的，请在“签字说明”里写明原因和见证人。")
    return Fault(field, "signature_missing", message)


def _check_scopes(paper: SignedPaper, rules: ConsentRules) -> list[Fault]:
    answers = {answer.scope: answer.is_agreed for answer in paper.scopes}
    if not answers:
        return [Fault("scopes", "scopes_missing", tr("请按签字的同意书逐项勾选“同意”或“不同意”。"))]
    refused = [scope for scope in rules.needed_scopes if not answers.get(scope)]
    labels = "、".join(tr(rules.scope_labels[scope]) for scope in refused)
    if not refused:
        return []
    message = tr("没有同意“{scopes}”：可以保存，但不能开展服务。", scopes=labels)
    return [Fault("scopes", "scope_refused", message, "warning")]
