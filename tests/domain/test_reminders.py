from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.calendar import quarter_of
from desktop.domain.consents import PaperStanding
from desktop.domain.reminders import (
    BundleFacts,
    ClientFacts,
    DraftFacts,
    ReminderRules,
    due_words,
    group_of,
    of_backup,
    of_bundles,
    of_client,
    of_drafts,
    visit_due,
)

DAY = date(2026, 2, 10)
RULES = ReminderRules(30, {"key": 2, "general": 1, "": 1}, soon_days=7, backup_days=7, receipt_days=30, draft_days=1)
HOLDS = PaperStanding("in_force", date(2026, 12, 31))
VISITED = (date(2026, 1, 5),)
CLIENT = ClientFacts("p", "张三", HOLDS, HOLDS, "general", None, VISITED)


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def told(client: ClientFacts) -> list[tuple[str, str, str, str]]:
    return [(duty.kind, duty.group, duty.what, duty.due_text) for duty in of_client(client, DAY, RULES)]


def test_who_has_everything_needs_nothing() -> None:
    assert told(CLIENT) == []


def test_papers_that_do_not_hold_are_duties_at_once_and_those_running_out_in_their_time() -> None:
    assert told(replace(CLIENT, consent=PaperStanding("missing"))) == [("consent", "overdue", "签知情同意书", "现在")]
    assert told(replace(CLIENT, consent=PaperStanding("printed"))) == [
        ("consent", "overdue", "登记签回的知情同意书", "现在")
    ]
    assert told(replace(CLIENT, agreement=PaperStanding("withdrawn", days(-3)))) == [
        ("agreement", "overdue", "重新签服务协议", "现在")
    ]
    for offset, group, words in (
        (-2, "overdue", "超期 2 天"),
        (0, "today", "今天"),
        (7, "week", "还有 7 天"),
        (8, "later", "还有 8 天"),
    ):
        word = "expired" if offset < 0 else "expiring"
        found = told(replace(CLIENT, agreement=PaperStanding(word, days(offset))))
        assert found == [("agreement", group, "续签服务协议", words)]


def test_a_visit_is_due_on_the_day_agreed() -> None:
    assert told(replace(CLIENT, next_visit_on=days(3))) == [("visit", "week", "入户走访", "还有 3 天")]
    assert told(replace(CLIENT, next_visit_on=days(8))) == []
    kept = replace(CLIENT, next_visit_on=days(-1), counted_visits=(days(-1),))
    assert told(kept) == []
    assert told(replace(CLIENT, next_visit_on=days(-1))) == [("visit", "overdue", "入户走访", "超期 1 天")]


def test_the_standard_of_the_class_spreads_visits_over_the_quarter() -> None:
    none = replace(CLIENT, counted_visits=())
    assert visit_due(none, DAY, RULES) == (date(2026, 3, 31), "本季度应走访 1 次，已走访 0 次。")
    key = replace(none, service_class="key")
    assert visit_due(key, DAY, RULES) == (date(2026, 2, 14), "本季度应走访 2 次，已走访 0 次。")
    once = replace(key, counted_visits=VISITED)
    assert visit_due(once, DAY, RULES) == (date(2026, 3, 31), "本季度应走访 2 次，已走访 1 次。")
    assert visit_due(replace(key, counted_visits=VISITED * 2), DAY, RULES) is None
    both = replace(once, next_visit_on=days(1))
    assert visit_due(both, DAY, RULES) == (days(1), "上次约定的日期。")
    assert visit_due(replace(none, service_class="other"), DAY, RULES) is not None


def test_who_came_late_in_the_quarter_owes_less_and_has_what_is_left_of_it() -> None:
    late = replace(CLIENT, service_class="key", counted_visits=(), served_since=date(2026, 3, 22))
    assert visit_due(late, DAY, RULES) == (date(2026, 3, 31), "本季度应走访 1 次，已走访 0 次。")
    assert visit_due(replace(late, counted_visits=(date(2026, 3, 23),)), DAY, RULES) is None
    soon = replace(late, served_since=date(2026, 1, 11))
    assert visit_due(soon, DAY, RULES) == (date(2026, 2, 19), "本季度应走访 2 次，已走访 0 次。")
    early = replace(late, served_since=date(2020, 1, 1))
    assert visit_due(early, DAY, RULES) == visit_due(replace(late, served_since=None), DAY, RULES)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 3), st.integers(1, 4))
def test_the_standard_never_asks_beyond_the_quarter(day: date, done: int, standard: int) -> None:
    rules = replace(RULES, visits_per_quarter={"": standard})
    quarter = quarter_of(day)
    client = replace(CLIENT, service_class="", counted_visits=(quarter.first,) * done)
    due = visit_due(client, day, rules)
    assert (due is None) is (done >= standard)
    if due is not None:
        assert quarter.has(due[0])


def test_a_draft_file_is_a_duty() -> None:
    duties = of_client(replace(CLIENT, is_draft=True), DAY, RULES)
    assert [(duty.kind, duty.area, duty.subject, duty.group) for duty in duties] == [
        ("draft", "people", "p", "overdue")
    ]


def test_bundles_without_receipt() -> None:
    old, fresh = BundleFacts("b", "b.kyb", days(-31)), BundleFacts("c", "c.kyb", DAY)
    duties = of_bundles([old, fresh], DAY, RULES)
    assert [(duty.subject, duty.group, duty.due_on) for duty in duties] == [
        ("b", "overdue", days(-1)),
        ("c", "later", days(30)),
    ]
    assert "2026-02-10" in duties[1].reason


def test_backups_that_were_never_made_or_are_old() -> None:
    assert of_backup(DAY, DAY, RULES) == ()
    assert of_backup(days(-6), DAY, RULES) == ()
    assert [(duty.group, duty.reason) for duty in of_backup(days(-7), DAY, RULES)] == [
        ("today", "最近一次核验过的备份是 2026-02-03。")
    ]
    assert [(duty.group, duty.due_text) for duty in of_backup(None, DAY, RULES)] == [("overdue", "现在")]


def test_forms_left_unfinished() -> None:
    duties = of_drafts(
        [DraftFacts("visits", "p", "入户记录", days(-3)), DraftFacts("people", "new", "张三", DAY)], DAY, RULES
    )
    assert [(duty.area, duty.group) for duty in duties] == [("visits", "overdue"), ("people", "week")]


@given(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))))
def test_groups_and_words_agree(due_on: date | None) -> None:
    group, words = group_of(due_on, DAY, 7), due_words(due_on, DAY)
    assert (group == "overdue") is (words == "现在" or words.startswith("超期"))
    assert (group == "today") is (words == "今天")
