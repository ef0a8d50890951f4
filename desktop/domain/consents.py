"""Which consent and agreement are in force on a day, what that permits, and who must sign (DOMAIN 7.1-7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop.domain.episodes import Lifecycle
from desktop.domain.faults import Verdict
from desktop.domain.identity import age_on
from desktop.i18n import tr

SIGNED = frozenset({"in_force", "withdrawn", "ended", "expired"})
PAPER_BEFORE = "paper_before"  # evidence: signed before the program came, entered from a sheet


@dataclass(frozen=True)
class ScopeFacts:
    """The answer to one tick-box a-m."""

    scope: str
    is_agreed: bool
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class PaperFacts:
    """One consent or agreement as stored; `ended_on` is the day it was withdrawn or ended."""

    status: str  # draft, printed, in_force, withdrawn, expired, ended, void
    valid_from: date | None = None
    valid_to: date | None = None
    ended_on: date | None = None
    is_guardian_signed: bool = False
    scopes: tuple[ScopeFacts, ...] = ()

    def covers(self, day: date) -> bool:
        """Say whether the paper is in force on a day, whatever its stored status says of today."""
        if self.status not in SIGNED or self.valid_from is None or day < self.valid_from:
            return False
        return (self.valid_to is None or day <= self.valid_to) and (self.ended_on is None or day < self.ended_on)

    def agrees(self, scope: str, day: date) -> bool:
        """Say whether a tick-box was ticked and not withdrawn by that day."""
        return any(
            answer.is_agreed and (answer.withdrawn_on is None or day < answer.withdrawn_on)
            for answer in self.scopes
            if answer.scope == scope
        )


@dataclass(frozen=True)
class PaperStanding:
    """How a kind of paper stands on a day: the word, its last day, the first day.

    While papers follow each other without a gap, the last day is that of the last of them.
    """

    word: str  # in_force, expiring, expired, missing, printed, withdrawn
    until: date | None = None
    since: date | None = None
    paper: PaperFacts | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether it holds today, however soon it runs out."""
        return self.word in {"in_force", "expiring"}


def standing(papers: Sequence[PaperFacts], day: date, warn_days: int) -> PaperStanding:
    """Return how the papers of one kind stand on a day; "expiring" when none follows within `warn_days`."""
    covering = [paper for paper in papers if paper.covers(day)]
    if not covering:
        return _standing_without(papers, day)
    paper = max(covering, key=lambda one: (one.valid_to or date.max, one.valid_from or date.min))
    until = _unbroken_until(papers, day)
    word = "expiring" if until is not None and (until - day).days <= warn_days else "in_force"
    return PaperStanding(word, until, paper.valid_from, paper)


def _unbroken_until(papers: Sequence[PaperFacts], day: date) -> date | None:
    """Return the last day before the first gap after a day, None when the papers never end."""
    last_days = [_last_covered(paper) for paper in papers if paper.covers(day)]
    if not last_days:
        return day - timedelta(days=1)
    return None if date.max in last_days else _unbroken_until(papers, max(last_days) + timedelta(days=1))


def _last_covered(paper: PaperFacts) -> date:
    """Return the last day a paper covers: the day it is withdrawn is no more one of them."""
    before_end = paper.ended_on - timedelta(days=1) if paper.ended_on else date.max
    return min(before_end, paper.valid_to or date.max)


def _standing_without(papers: Sequence[PaperFacts], day: date) -> PaperStanding:
    """Return the word when no paper covers the day: what came last decides."""
    past = [paper for paper in papers if paper.status in SIGNED and paper.valid_from and paper.valid_from <= day]
    coming = [paper for paper in papers if paper.status in SIGNED and paper.valid_from and paper.valid_from > day]
    since = min((paper.valid_from for paper in coming if paper.valid_from), default=None)
    if any(paper.status == "printed" for paper in papers):
        return PaperStanding("printed", None, since)
    if not past:
        return PaperStanding("missing", None, since)
    last = max(past, key=_last_day)
    is_withdrawn = last.ended_on is not None and (last.valid_to is None or last.ended_on <= last.valid_to)
    return PaperStanding("withdrawn" if is_withdrawn else "expired", _last_day(last), since, last)


def _last_day(paper: PaperFacts) -> date:
    return min(paper.ended_on or date.max, paper.valid_to or date.max)


@dataclass(frozen=True)
class PersonFacts:
    """What `may` and `who_must_sign` need to know about a client."""

    birth_on: date | None = None
    capacity: str = "undetermined"
    has_guardian: bool = False
    state: str = "registered"
    consents: tuple[PaperFacts, ...] = ()
    agreements: tuple[PaperFacts, ...] = ()

    def age_on(self, day: date) -> int | None:
        """Return the age in whole years on a day, None when the birth date is unknown."""
        return None if self.birth_on is None else age_on(self.birth_on, day)


@dataclass(frozen=True)
class ActRule:
    """What one act needs (resources/codes/consents.toml)."""

    scopes: tuple[str, ...] = ()
    needs_agreement: bool = False
    needs_service: bool = False
    basis: str = ""  # the scopes are asked only under this legal basis; "" always
    article: str = ""


@dataclass(frozen=True)
class ConsentRules:
    """Everything in resources/codes that the rules of this module read, gathered by the service."""

    acts: Mapping[str, ActRule]
    scope_labels: Mapping[str, str]
    articles: Mapping[str, str]
    lifecycle: Lifecycle
    minor_age: int
    child_age: int
    usual_days_max: int
    needed_scopes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        table: Mapping[str, Any],
        scopes: Sequence[Mapping[str, Any]],
        lifecycle: Lifecycle,
        rules: Mapping[str, Any],
    ) -> ConsentRules:
        """Build them from consents.toml, the entries of consent_scope.toml, and rules.toml."""
        acts = {act: ActRule(**{**row, "scopes": tuple(row["scopes"])}) for act, row in table["acts"].items()}
        return cls(
            acts=acts,
            scope_labels={entry["code"]: entry["label"] for entry in scopes},
            articles=table["articles"],
            lifecycle=lifecycle,
            minor_age=rules["identity"]["minor_age"],
            child_age=rules["identity"]["child_age"],
            usual_days_max=rules["papers"]["usual_days_max"],
            needed_scopes=tuple(entry["code"] for entry in scopes if entry.get("is_needed")),
        )


def may(person: PersonFacts, act: str, day: date, rules: ConsentRules, basis: str = "consent") -> Verdict:
    """Say whether an act is permitted on a day, in a sentence for the staff, and by which article."""
    rule = rules.acts[act]
    if rule.basis and rule.basis != basis:
        return Verdict(True, tr("提供依据不是本人单独同意，不逐人要求。"), rule.article)
    because = _obstacle(person, rule, day, rules)
    return Verdict(because is None, because or tr("需要的同意和协议都有效。"), rule.article)


def _obstacle(person: PersonFacts, rule: ActRule, day: date, rules: ConsentRules) -> str | None:
    """Return the first thing that stands in the way, or None."""
    if rule.needs_service and rules.lifecycle.is_away(person.state):
        return tr("个案现在不在服务中（{state}）。", state=rules.lifecycle.label(person.state))
    if rule.scopes:
        consent = standing(person.consents, day, 0)
        because = _why_not(consent, tr("知情同意书")) or _unsigned_guardian(person, consent, day, rules)
        because = because or _refused_scope(consent, rule, day, rules)
        if because:
            return because
    if rule.needs_agreement:
        return _why_not(standing(person.agreements, day, 0), tr("服务协议"))
    return None


def _why_not(paper: PaperStanding, title: str) -> str | None:
    """Return why a paper does not hold on the day, or None when it does."""
    if paper.is_in_force:
        return None
    if paper.since is not None:
        return tr("{title}从 {day} 起才有效。", title=title, day=paper.since.isoformat())
    if paper.word == "printed":
        return tr("{title}已打印，还没有签回登记。", title=title)
    if paper.until is None:
        return tr("还没有签{title}。", title=title)
    if paper.word == "withdrawn":
        return tr("{title}已于 {day} 撤回或终止。", title=title, day=paper.until.isoformat())
    return tr("{title}已于 {day} 到期。", title=title, day=paper.until.isoformat())


def _unsigned_guardian(person: PersonFacts, consent: PaperStanding, day: date, rules: ConsentRules) -> str | None:
    """Return why the consent is void without the guardian, for those whom the law does not let sign alone."""
    rule = who_must_sign(person.age_on(day), person.capacity, person.has_guardian, rules)
    is_void = rule.guardian == "always" and consent.paper is not None and not consent.paper.is_guardian_signed
    return tr("知情同意书缺监护人签字。") if is_void else None


def _refused_scope(consent: PaperStanding, rule: ActRule, day: date, rules: ConsentRules) -> str | None:
    """Return which tick-box the person did not tick or took back."""
    for scope in rule.scopes:
        if consent.paper is None or not consent.paper.agrees(scope, day):
            return tr("没有同意“{scope}”，或已撤回。", scope=tr(rules.scope_labels[scope]))
    return None


@dataclass(frozen=True)
class SigningRule:
    """Who signs: "always" (the law), "unless_noted" (or a reason is written), "optional", "nobody" (there is none)."""

    client: str
    guardian: str
    because: str
    article: str


def who_must_sign(age: int | None, capacity: str, has_guardian: bool, rules: ConsentRules) -> SigningRule:
    """Return who signs a consent or agreement (DOMAIN 7.3-7.4); an unknown age counts as an adult's."""
    if age is not None and age < rules.child_age:
        because = tr("未满 {age} 周岁，监护人必须签字。", age=rules.child_age)
        return SigningRule("optional", "always", because, rules.articles["child"])
    if age is not None and age < rules.minor_age:
        because = tr("未满 {age} 周岁，本人和监护人都要签字。", age=rules.minor_age)
        return SigningRule("unless_noted", "always", because, rules.articles["minor"])
    return _adult_signs(capacity, has_guardian, rules)


def _adult_signs(capacity: str, has_guardian: bool, rules: ConsentRules) -> SigningRule:
    """Return who signs for an adult; a diagnosis alone takes no capacity away (民法典 24)."""
    article = rules.articles[capacity]
    if capacity == "none":
        return SigningRule("optional", "always", tr("法院认定无民事行为能力，由监护人签字。"), article)
    if capacity == "limited":
        return SigningRule("unless_noted", "always", tr("法院认定限制民事行为能力，本人和监护人都要签字。"), article)
    if capacity == "full":
        guardian = "unless_noted" if has_guardian else "nobody"
        return SigningRule("always", guardian, tr("本人有完全民事行为能力，应由本人签字。"), article)
    if has_guardian:
        return SigningRule("unless_noted", "always", tr("本人和监护人都要签字。"), article)
    return SigningRule("always", "unless_noted", tr("没有登记监护人：由本人签字，并写明原因和联系人。"), article)
