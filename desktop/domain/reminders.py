"""What is to be done: facts and parameters in, duties out (DOMAIN 3.4, 3.5, 12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from desktop.domain.calendar import Period, quarter_of
from desktop.domain.consents import PaperStanding
from desktop.i18n import tr


@dataclass(frozen=True)
class ReminderRules:
    """Parameters of the board: days of warning, visits a quarter by class, how long things may stay open."""

    warn_days: int
    visits_per_quarter: Mapping[str, int]  # by service_class; "" for those without a class
    soon_days: int
    backup_days: int
    receipt_days: int
    draft_days: int


@dataclass(frozen=True)
class ClientFacts:
    """What the board knows about a client who is served."""

    person_id: str
    name: str
    consent: PaperStanding
    agreement: PaperStanding
    service_class: str = ""
    served_since: date | None = None
    counted_visits: tuple[date, ...] = ()  # visits that count, in this quarter up to the day
    next_visit_on: date | None = None  # agreed at the last contact, whenever that was
    is_draft: bool = False


@dataclass(frozen=True)
class BundleFacts:
    """A bundle that was handed over and has no receipt."""

    bundle_id: str
    file_name: str
    issued_on: date


@dataclass(frozen=True)
class FindingFacts:
    """What a supervision visit found, still to be mended, or mended and still to be looked at again."""

    finding_id: str
    authority: str
    is_mended: bool
    due_on: date


@dataclass(frozen=True)
class DraftFacts:
    """A form that somebody left unfinished."""

    area: str
    subject: str
    title: str
    saved_on: date


@dataclass(frozen=True)
class Duty:
    """One thing to do; `group` overdue, today, week (within `soon_days`) or later; `due_on` None: at once."""

    kind: str  # consent, agreement, visit, bundle, backup, draft, finding
    group: str
    subject: str
    title: str
    what: str
    reason: str
    due_on: date | None
    due_text: str
    area: str = ""


def group_of(due_on: date | None, day: date, soon_days: int) -> str:
    """Return overdue, today, week or later; a duty without a day is overdue."""
    if due_on is None or due_on < day:
        return "overdue"
    if due_on == day:
        return "today"
    return "week" if (due_on - day).days <= soon_days else "later"


def due_words(due_on: date | None, day: date) -> str:
    """Return how far off a duty is, in words."""
    if due_on is None:
        return tr("现在")
    days = (due_on - day).days
    if days < 0:
        return tr("超期 {n} 天", n=-days)
    return tr("今天") if days == 0 else tr("还有 {n} 天", n=days)


def of_client(client: ClientFacts, day: date, rules: ReminderRules) -> tuple[Duty, ...]:
    """Return the duties for one client."""
    papers = (
        _of_paper(client, "consent", tr("知情同意书"), client.consent, day, rules),
        _of_paper(client, "agreement", tr("服务协议"), client.agreement, day, rules),
    )
    unfinished = _of_file(client) if client.is_draft else None
    duties = (*papers, _of_visit(client, day, rules), unfinished)
    return tuple(duty for duty in duties if duty is not None)


def _of_file(client: ClientFacts) -> Duty:
    """Return the duty to complete a file that was saved as a draft."""
    what, reason = tr("补全档案"), tr("档案还缺必填的内容，只存为草稿。")
    return Duty(
        "draft", "overdue", client.person_id, client.name, what, reason, None, due_words(None, date.min), "people"
    )


def _of_paper(
    client: ClientFacts, kind: str, title: str, paper: PaperStanding, day: date, rules: ReminderRules
) -> Duty | None:
    """Return the duty about a paper that is missing, unsigned, over or running out."""
    if paper.word == "in_force":
        return None
    what, reason = _paper_words(title, paper, rules)
    due_on = paper.until if paper.word in {"expiring", "expired"} else None
    group = group_of(due_on, day, rules.soon_days)
    return Duty(kind, group, client.person_id, client.name, what, reason, due_on, due_words(due_on, day))


def _paper_words(title: str, paper: PaperStanding, rules: ReminderRules) -> tuple[str, str]:
    """Return what to do about a paper, and why."""
    if paper.word == "expiring":
        reason = tr("{title}快到期，提前 {n} 天提醒。", title=title, n=rules.warn_days)
        return tr("续签{title}", title=title), reason
    if paper.word == "expired":
        return tr("续签{title}", title=title), tr("{title}已到期，期间的服务不能计数。", title=title)
    if paper.word == "withdrawn":
        return tr("重新签{title}", title=title), tr("{title}已撤回或终止。", title=title)
    if paper.word == "printed":
        return tr("登记签回的{title}", title=title), tr("{title}已打印，还没有签回登记。", title=title)
    return tr("签{title}", title=title), tr("开展服务前应先签{title}。", title=title)


def _of_visit(client: ClientFacts, day: date, rules: ReminderRules) -> Duty | None:
    """Return the duty to visit, if it falls within the warning days."""
    due = visit_due(client, day, rules)
    if due is None or group_of(due[0], day, rules.soon_days) == "later":
        return None
    group, words = group_of(due[0], day, rules.soon_days), due_words(due[0], day)
    return Duty("visit", group, client.person_id, client.name, tr("入户走访"), due[1], due[0], words)


def visit_due(client: ClientFacts, day: date, rules: ReminderRules) -> tuple[date, str] | None:
    """Return the day of the next visit and why: the day agreed or the standard of the class, whichever is first."""
    found = []
    if client.next_visit_on is not None and not any(one >= client.next_visit_on for one in client.counted_visits):
        found.append((client.next_visit_on, tr("上次约定的日期。")))
    span = _span(client, day)
    standard = rules.visits_per_quarter.get(client.service_class, rules.visits_per_quarter.get("", 0))
    owed = ceil(standard * span.days / quarter_of(day).days)  # less for who came late in the quarter
    done = len(client.counted_visits)
    if done < owed:
        reason = tr("本季度应走访 {n} 次，已走访 {done} 次。", n=owed, done=done)
        found.append((span.first + timedelta(days=round(span.days * (done + 1) / owed) - 1), reason))
    return min(found, default=None)


def _span(client: ClientFacts, day: date) -> Period:
    """Return the part of the quarter in which the client is served; the visits owed are spread evenly over it."""
    quarter, since = quarter_of(day), client.served_since
    return Period(since, quarter.last) if since is not None and quarter.has(since) else quarter


def of_bundles(bundles: Iterable[BundleFacts], day: date, rules: ReminderRules) -> tuple[Duty, ...]:
    """Return a duty for each bundle whose receipt has not come back."""
    duties = []
    for bundle in bundles:
        due_on = bundle.issued_on + timedelta(days=rules.receipt_days)
        reason = tr("{day} 交出的数据包还没有回执。", day=bundle.issued_on.isoformat())
        group = group_of(due_on, day, rules.soon_days)
        words = due_words(due_on, day)
        duties.append(Duty("bundle", group, bundle.bundle_id, bundle.file_name, tr("取回执"), reason, due_on, words))
    return tuple(duties)


def of_findings(findings: Iterable[FindingFacts], day: date, rules: ReminderRules) -> tuple[Duty, ...]:
    """Return a duty for each finding of a supervision visit that is open and due within the warning days."""
    duties = []
    for finding in findings:
        if (finding.due_on - day).days > rules.warn_days:
            continue
        what = tr("请检查单位复查") if finding.is_mended else tr("整改检查发现的问题")
        reason = tr("整改期限 {day}，复查通过才算完。", day=finding.due_on.isoformat())
        group, words = group_of(finding.due_on, day, rules.soon_days), due_words(finding.due_on, day)
        duties.append(
            Duty("finding", group, finding.finding_id, finding.authority, what, reason, finding.due_on, words)
        )
    return tuple(duties)


def of_backup(verified_on: date | None, day: date, rules: ReminderRules) -> tuple[Duty, ...]:
    """Return the duty to back up when the last verified backup is too old, or there is none."""
    due_on = None if verified_on is None else verified_on + timedelta(days=rules.backup_days)
    if due_on is not None and due_on > day:
        return ()
    if verified_on is None:
        reason = tr("还没有一份核验过的备份。")
    else:
        reason = tr("最近一次核验过的备份是 {day}。", day=verified_on.isoformat())
    group, words = group_of(due_on, day, rules.soon_days), due_words(due_on, day)
    return (Duty("backup", group, "", tr("备份"), tr("做一份备份"), reason, due_on, words),)


def of_drafts(drafts: Iterable[DraftFacts], day: date, rules: ReminderRules) -> tuple[Duty, ...]:
    """Return a duty for each form that was left unfinished."""
    duties = []
    for draft in drafts:
        due_on = draft.saved_on + timedelta(days=rules.draft_days)
        group, words = group_of(due_on, day, rules.soon_days), due_words(due_on, day)
        reason = tr("{day} 没有写完，已自动保存。", day=draft.saved_on.isoformat())
        duties.append(
            Duty("draft", group, draft.subject, draft.title, tr("写完表单"), reason, due_on, words, draft.area)
        )
    return tuple(duties)
