"""The head of one file (一人一档): where its duties stand, guardians, facts, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select, union_all

from desktop.domain.calendar import add_months
from desktop.domain.consents import PaperStanding, standing
from desktop.domain.faults import Fault
from desktop.domain.forms import FormField
from desktop.domain.identity import mask_id, mask_phone
from desktop.domain.people import CareLine, ContactLine, MedicationLine, PersonDraft, check, gaps, value_of
from desktop.i18n import tr
from desktop.models.people import ClinicalProfile, Guardian, Person
from desktop.models.trainings import Attendance, Training
from desktop.models.visits import Visit
from desktop.services import codes, counting, duties, enrolling, listing, standings
from desktop.services.listing import PersonRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class StateCard:
    """One duty on the status strip of a file: consent, agreement, visit, training, danger."""

    key: str
    title: str
    tone: str  # ok, warn, bad, info, off
    state: str
    reason: str
    action: str  # navigation name the screen understands: "consent", "agreement", "visit", "training"
    action_label: str


@dataclass(frozen=True)
class GuardianCard:
    """A guardian on the file; the telephone is masked (People.reveal knows "guardian.phone:<id>")."""

    id: str
    name: str
    relation: str
    phone_masked: str
    address: str | None
    is_guardian: bool


@dataclass(frozen=True)
class Fact:
    """A label and its words on the file's side panel; `reveal` names the field the eye can show, `tone` "bad" warns."""

    label: str
    value: str
    reveal: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class FactGroup:
    """A titled group of facts; `key` is person, contact, guardian, illness or service."""

    title: str
    facts: tuple[Fact, ...]
    key: str = ""


@dataclass(frozen=True)
class PersonCard:
    """The head of one file (一人一档)."""

    row: PersonRow
    revision: int
    warning_note: str | None
    states: tuple[StateCard, ...]
    guardians: tuple[GuardianCard, ...]
    facts: tuple[FactGroup, ...]
    missing: tuple[Fault, ...]
    incomplete: tuple[Fault, ...] = ()  # what a registered file still lacks to be complete
    restricted_on: date | None = None
    archived_on: date | None = None


_PAPER_TONES = {"in_force": "ok", "expiring": "warn", "printed": "warn"}
_DANGER_TONES = ("ok", "info", "info")  # levels 0-2; above, the card is red


def card(db: Session, person: Person, today: date) -> PersonCard:
    """Return the head of a file as it stands on a day."""
    draft = enrolling.draft_of(db, person)
    (row,) = listing.rows_of(db, [person.id], today)
    in_office = (Guardian.person_id == person.id, Guardian.is_deleted.is_(False), Guardian.to_on.is_(None))
    guardians = db.scalars(select(Guardian).where(*in_office).order_by(Guardian.id.desc()))
    faults = check(draft, today, codes.people_rules())
    return PersonCard(
        row,
        person.revision,
        person.warning_note,
        _states(db, row, today),
        tuple(_guardian(guardian) for guardian in guardians),
        _groups(draft, person, row),
        tuple(fault for fault in faults if fault.code == "missing"),
        gaps(draft, today, codes.people_rules()),
        person.restricted_on,
        person.archived_on,
    )


def _states(db: Session, row: PersonRow, today: date) -> tuple[StateCard, ...]:
    return (*_papers(db, row.id, today), _visit(db, row.id, today), _training(db, row, today), _danger(db, row.id))


def _papers(db: Session, person_id: str, today: date) -> tuple[StateCard, StateCard]:
    facts = standings.facts_of(db, [person_id])[person_id]
    warn_days = duties.rules(db).warn_days
    consent = standing(facts.consents, today, warn_days)
    agreement = standing(facts.agreements, today, warn_days)
    return (
        _paper("consent", tr("知情同意"), consent, today, _answered(consent, today)),
        _paper("agreement", tr("服务协议"), agreement, today, ""),
    )


def _answered(consent: PaperStanding, today: date) -> str:
    """Return how many tick-boxes of the consent in force were agreed to."""
    if consent.paper is None or not consent.is_in_force:
        return ""
    agreed = sum(consent.paper.agrees(answer.scope, today) for answer in consent.paper.scopes)
    return tr("同意 {yes}，不同意 {no}", yes=agreed, no=len(consent.paper.scopes) - agreed)


def _paper(key: str, title: str, paper: PaperStanding, today: date, answered: str) -> StateCard:
    until = paper.until.isoformat() if paper.until else ""
    days = (paper.until - today).days if paper.until else 0
    words = {"expiring": tr("{n} 天后到期", n=days), "expired": tr("已过期 {n} 天", n=-days)}
    if until:
        words["in_force"] = tr("有效至 {day}", day=until)
    labels = {"in_force": tr("查看"), "printed": tr("登记签回"), "missing": tr("去签")}
    state = words.get(paper.word) or codes.label_of("standing", paper.word)
    return StateCard(
        key, title, _PAPER_TONES.get(paper.word, "bad"), state,
        _reason(paper, until, answered), key, labels.get(paper.word, tr("续签")),
    )  # fmt: skip


def _reason(paper: PaperStanding, until: str, answered: str) -> str:
    """Return one short thing beside the state: the card has room for a dozen characters."""
    since = tr("从 {day} 起有效", day=paper.since.isoformat()) if paper.since else ""
    if paper.word == "in_force":
        return answered or (tr("{day} 起", day=paper.since.isoformat()) if paper.since else "")
    if not paper.is_in_force and since:
        return since
    return tr("至 {day}", day=until) if until else tr("开展服务前先签")


def _visit(db: Session, person_id: str, today: date) -> StateCard:
    client = duties.clients(db, today, [person_id])[person_id]
    due = client.visit_due
    if due is None:
        is_idle = client.is_away or not client.is_in_service
        state = tr("未开始服务") if is_idle else tr("本季度已完成")
        reason = tr("上次 {day}", day=client.last_visit_on.isoformat()) if client.last_visit_on else tr("还没有入户")
        return StateCard("visit", tr("下次入户"), "off" if is_idle else "ok", state, reason, "visit", tr("登记"))
    days = (due[0] - today).days
    state = tr("超期 {n} 天", n=-days) if days < 0 else tr("今天") if days == 0 else tr("还有 {n} 天", n=days)
    tone = "bad" if days < 0 else "warn" if duties.is_soon(due[0], today, duties.rules(db)) else "ok"
    reason = tr("应于 {day} · {who}", day=due[0].isoformat(), who=client.who)
    return StateCard("visit", tr("下次入户"), tone, state, reason, "visit", tr("登记"))


def _training(db: Session, row: PersonRow, today: date) -> StateCard:
    there = [entry["code"] for entry in codes.entries("attendance") if counting.is_attended(entry["code"])]
    attended = (
        select(Training.held_on)
        .join(Attendance, Attendance.training_id == Training.id)
        .where(Attendance.person_id == row.id, Attendance.is_deleted.is_(False), Attendance.state.in_(there))
        .where(Training.is_deleted.is_(False), Training.held_on <= today)
    ).subquery()
    month = today.replace(day=1)
    times = db.scalar(select(func.count()).select_from(attended).where(attended.c.held_on >= month)) or 0
    last = db.scalar(select(func.max(attended.c.held_on)))
    reason = tr("最近 {day}", day=last.isoformat()) if last else tr("还没有参加过")
    is_recent = last is not None and last >= add_months(today, -1)
    tone = "ok" if is_recent else "warn" if codes.lifecycle().in_service(row.state) else "off"
    return StateCard("training", tr("训练"), tone, tr("本月 {n} 次", n=times), reason, "training", tr("记录"))


def _danger(db: Session, person_id: str) -> StateCard:
    """Return the newest danger level, seen on a visit or written on the file."""
    seen = select(Visit.visited_on.label("on"), Visit.danger_level.label("level"), Visit.id).where(
        Visit.person_id == person_id, Visit.danger_level.is_not(None), Visit.is_deleted.is_(False)
    )
    noted = (
        select(ClinicalProfile.noted_on, ClinicalProfile.danger_level, ClinicalProfile.id)
        .where(ClinicalProfile.person_id == person_id, ClinicalProfile.danger_level.is_not(None))
        .where(ClinicalProfile.is_deleted.is_(False))
    )
    both = union_all(seen, noted).subquery()
    found = db.execute(select(both.c.on, both.c.level).order_by(both.c.on.desc(), both.c.id.desc()).limit(1)).first()
    if found is None:
        return StateCard("danger", tr("危险性"), "off", tr("未评"), tr("还没有评过"), "visit", tr("去评"))
    on, level = found
    tone = _DANGER_TONES[level] if level < len(_DANGER_TONES) else "bad"
    reason = tr("{day} 评", day=on.isoformat())
    return StateCard("danger", tr("危险性"), tone, tr("{n} 级", n=level), reason, "visit", tr("重评"))


def _guardian(guardian: Guardian) -> GuardianCard:
    return GuardianCard(
        guardian.id, guardian.name, codes.label_of("relation", guardian.relation), mask_phone(guardian.phone),
        guardian.address, guardian.is_guardian,
    )  # fmt: skip


def _groups(draft: PersonDraft, person: Person, row: PersonRow) -> tuple[FactGroup, ...]:
    return (
        FactGroup(tr("基本情况"), _person(draft, row), "person"),
        FactGroup(tr("联系方式"), _contact(draft), "contact"),
        FactGroup(tr("监护人"), _guardian_facts(draft), "guardian"),
        FactGroup(tr("疾病"), _illness(draft, row), "illness"),
        FactGroup(tr("服务"), _service(draft, person, row), "service"),
        *_further(draft),
    )


def _further(draft: PersonDraft) -> Iterator[FactGroup]:
    """Return what was filled in of the sections that are not asked of a new client."""
    for section in codes.person_form().steps:
        facts = () if section.is_first else tuple(_filled(draft, section.shown))
        if facts:
            yield FactGroup(tr(section.title), facts, section.key)


def _filled(draft: PersonDraft, fields: tuple[FormField, ...]) -> Iterator[Fact]:
    for field in fields:
        value = value_of(draft, field.name)
        if field.kind == "medications":
            yield from (Fact(line.drug, _dose(line)) for line in draft.medications)
        elif field.kind == "contacts":
            yield from (fact for line in draft.contacts for fact in _contact_facts(line))
        elif field.kind == "care_team":
            yield from (Fact(codes.label_of("care_role", line.role), _carer(line)) for line in draft.care_team)
        elif value not in ("", None, ()):
            yield Fact(tr(field.label), mask_phone(value) if field.name == "home_phone" else _words(field, value))


def _words(field: FormField, value: str | tuple[str | tuple[str, str], ...]) -> str:
    if isinstance(value, str):
        return codes.label_of(field.codes, value) if field.codes else value
    return tr("、").join(
        codes.label_of(field.codes, each)
        if isinstance(each, str)
        else tr("{what} {n} 次", what=codes.label_of(field.codes, each[0]), n=each[1])
        for each in value
    )


def _contact_facts(line: ContactLine) -> Iterator[Fact]:
    """Return who is to be called, and how: the eye shows the number of those who still are."""
    relation = codes.label_of("relation", line.relation)
    name = tr("{name}（{relation}）", name=line.name, relation=relation) if relation else line.name
    ended = tr("到 {day} 止", day=line.to_on) if line.to_on else ""
    kind = codes.label_of("guardian_kind", line.kind) or tr("联系人")
    yield Fact(kind, tr(" · ").join(part for part in (name, line.address, ended) if part))
    if line.phone and not line.to_on:
        yield Fact(tr("{name}的电话", name=line.name), mask_phone(line.phone), f"guardian.phone:{line.id}")


def _dose(line: MedicationLine) -> str:
    dose = f"{line.dose}{codes.label_of('medicine_unit', line.unit)}"
    ended = tr("{day} 停用", day=line.stopped_on) if line.stopped_on else ""
    return tr(" · ").join(part for part in (dose, line.times, line.started_on, ended) if part)


def _carer(line: CareLine) -> str:
    ended = tr("到 {day} 止", day=line.to_on) if line.to_on else ""
    return tr(" · ").join(part for part in (line.name, line.organisation, mask_phone(line.phone), ended) if part)


def _person(draft: PersonDraft, row: PersonRow) -> tuple[Fact, ...]:
    age = tr("{n} 岁", n=row.age) if row.age is not None else ""
    dibao = {True: tr("是"), False: tr("否"), None: ""}[draft.has_dibao]
    return (
        Fact(tr("姓名"), draft.name),
        Fact(tr("性别"), codes.label_of("sex", draft.sex)),
        Fact(tr("出生日期"), tr(" · ").join(part for part in (draft.birth_on, age) if part)),
        Fact(codes.label_of("id_type", draft.id_type), mask_id(draft.id_no) or draft.id_missing_reason,
             "id_no" if draft.id_no else None),
        Fact(tr("民族"), codes.label_of("ethnicity", draft.ethnicity)),
        Fact(tr("残疾人证"),
             mask_id(draft.disability_no) or codes.label_of("disability_card", draft.disability_card),
             "disability_no" if draft.disability_no else None),
        Fact(tr("低保"), dibao),
    )  # fmt: skip


def _contact(draft: PersonDraft) -> tuple[Fact, ...]:
    return (
        Fact(tr("电话"), mask_phone(draft.phone), "phone" if draft.phone else None),
        Fact(tr("乡镇（街道）"), draft.township),
        Fact(tr("村（居）"), draft.village),
        Fact(tr("现住址"), draft.address),
    )


def _guardian_facts(draft: PersonDraft) -> tuple[Fact, ...]:
    guardian = draft.guardian
    relation = codes.label_of("relation", guardian.relation)
    name = tr("{name}（{relation}）", name=guardian.name, relation=relation) if relation else guardian.name
    return (
        Fact(tr("姓名"), name),
        Fact(tr("电话"), mask_phone(guardian.phone), "guardian.phone" if guardian.phone else None),
        Fact(tr("证件号码"), mask_id(guardian.id_no), "guardian.id_no" if guardian.id_no else None),
        Fact(tr("住址"), guardian.address),
    )


def _illness(draft: PersonDraft, row: PersonRow) -> tuple[Fact, ...]:
    diagnosis = tr("{text}（{code}）", text=row.diagnosis, code=draft.icd_code) if draft.icd_code else row.diagnosis
    return (
        Fact(tr("诊断"), diagnosis),
        Fact(tr("用药"), draft.medicines),
        Fact(tr("过敏"), draft.allergy, tone="bad" if draft.allergy else ""),
        Fact(tr("确诊医院"), draft.diagnosis_hospital),
        Fact(tr("确诊日期"), draft.diagnosed_on),
    )


def _service(draft: PersonDraft, person: Person, row: PersonRow) -> tuple[Fact, ...]:
    return (
        Fact(tr("档案号"), person.file_no),
        Fact(tr("建档日期"), draft.filed_on),
        Fact(tr("状态"), codes.label_of("episode_state", row.state)),
        Fact(tr("帮扶类别"), codes.label_of("service_class", draft.service_class)),
        Fact(tr("服务方式"), codes.label_of("service_mode", draft.service_mode)),
        Fact(tr("民事行为能力"), codes.label_of("capacity_status", draft.capacity_status)),
    )
