"""Forms that are right as they stand: a test changes the one thing it is about. Nobody in here exists (99xxxx)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from desktop import resources
from desktop.domain.identity import id_check_digit
from desktop.domain.permissions import permissions_of
from desktop.services.catalogue import Services
from desktop.services.clock import PracticeClock
from desktop.services.consents import ScopeAnswer, SignedPaper
from desktop.services.people import GuardianDraft, PersonDraft
from desktop.services.trainings import AttendanceLine, TrainingDraft
from desktop.services.visits import VisitDraft
from tests.conftest import DAY

_serial = count(1)
ALL_SCOPES = "abcdefghijklm"


def id_no(born: date = date(1983, 5, 17), sex: str = "1", division: str = "990101") -> str:
    """A number that passes every check and belongs to nobody; a new one each time."""
    serial = next(_serial) % 500 * 2 + (1 if sex == "1" else 0)
    body = f"{division}{born:%Y%m%d}{serial:03d}"
    return body + id_check_digit(body)


def guardian(**changes: Any) -> GuardianDraft:
    return replace(GuardianDraft("刘桂兰", "52", "", "13800130074", "东街社区3组17号"), **changes)


def person(**changes: Any) -> PersonDraft:
    usual = PersonDraft(
        name="张晓东",
        sex="1",
        birth_on="1983-05-17",
        phone="13900135511",
        township="青山镇",
        village="东街社区",
        address="3组17号",
        service_class="key",
        service_mode="both",
        filed_on="2026-01-05",
        diagnosis_category="2",
        icd_code="F25",
        medicines="利培酮 3mg 每晚一次",
        guardian=guardian(),
    )
    changed = replace(usual, **changes)
    if "id_no" in changes or "id_type" in changes:
        return changed
    return replace(changed, id_no=id_no(date.fromisoformat(changed.birth_on or "1983-05-17"), changed.sex or "1"))


def scopes(agreed: str = ALL_SCOPES) -> tuple[ScopeAnswer, ...]:
    return tuple(ScopeAnswer(letter, letter in agreed) for letter in ALL_SCOPES)


def paper(person_id: str, kind: str = "consent", **changes: Any) -> SignedPaper:
    """A paper signed ten days ago by client and guardian, everything agreed."""
    answers = scopes() if kind == "consent" else ()
    usual = SignedPaper(person_id, kind, (DAY - timedelta(days=10)).isoformat(), scopes=answers)
    return replace(usual, **changes)


def line(person_id: str, **changes: Any) -> AttendanceLine:
    usual = AttendanceLine(person_id, "张晓东", state="present", participation="active", mood_before=6, mood_after=8)
    return replace(usual, **changes)


def training(leader_id: str, *lines: AttendanceLine, **changes: Any) -> TrainingDraft:
    usual = TrainingDraft(
        held_on=DAY.isoformat(),
        starts="09:00",
        ends="10:30",
        training_type="04",
        theme="家务料理",
        place="skills",
        leader_id=leader_id,
        content="整理床铺、洗碗",
        lines=lines,
    )
    return replace(usual, **changes)


def visit(person_id: str, visitor_id: str, **changes: Any) -> VisitDraft:
    usual = VisitDraft(
        person_id,
        visited_on=DAY.isoformat(),
        starts="14:10",
        ends="14:50",
        visitor_id=visitor_id,
        companions="陈立",
        met="client",
        purposes=("followup", "medicine"),
        mental_state="stable",
        medication="regular",
        is_medicine_counted=True,
        does_count_match=True,
        sleep="good",
        diet="good",
        self_care="fair",
        social_function="fair",
        danger_level="0",
        lock_seen="none",
        problems="近来睡眠浅",
        handling="约下周同去门诊",
        next_visit_on=(DAY + timedelta(days=30)).isoformat(),
    )
    return replace(usual, **changes)


def client(services: Services, **changes: Any) -> str:
    """Somebody on file."""
    return services.people.register(person(**changes))


def served(services: Services, **changes: Any) -> str:
    """Somebody on file whose consent and agreement are in force."""
    person_id = client(services, **changes)
    sign(services, person_id)
    return person_id


def sign(services: Services, person_id: str, **changes: Any) -> None:
    """Sign consent and agreement of a client."""
    services.consents.sign(paper(person_id, "consent", **changes))
    services.consents.sign(paper(person_id, "agreement", **changes))


def on_day(services: Services, day: date) -> Services:
    """The same station on another day; close the first one only."""
    return Services(replace(services.desk, clock=PracticeClock(day)), lambda: None)


def as_role(services: Services, role: str) -> Services:
    """The same station with somebody of another role at the desk; close the first one only."""
    actions = resources.table("permissions/roles.toml")["actions"]
    actor = replace(services.actor, role=role, permissions=permissions_of(role, actions))
    return Services(replace(services.desk, actor=actor), lambda: None)


def acts(services: Services, count_of: int = 1) -> list[tuple[str, str, dict[str, object]]]:
    """The newest audit entries, newest first: act, subject, detail."""
    return [(row.act, row.subject, row.detail) for row in services.audit.rows(limit=count_of)]
