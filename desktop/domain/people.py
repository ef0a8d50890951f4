"""What the form of a client must say, what may wait, and what is doubtful (DOMAIN 4.4-4.6, 6)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from desktop.domain.calendar import first_day, read_day, read_partial
from desktop.domain.faults import Fault
from desktop.domain.folding import clean_name, clean_text, fold
from desktop.domain.identity import IdFacts, age_on, check_disability_no, check_id_no, check_phone, clean_number
from desktop.i18n import tr

CITIZEN_ID = "01"


@dataclass(frozen=True)
class GuardianDraft:
    """The guardian as typed."""

    name: str = ""
    relation: str = ""
    id_no: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class PersonDraft:
    """A client as typed; dates as text, empty text means unknown."""

    name: str = ""
    id_type: str = CITIZEN_ID
    id_no: str = ""
    id_missing_reason: str = ""
    sex: str = ""
    birth_on: str = ""
    ethnicity: str = "01"
    phone: str = ""
    township: str = ""
    village: str = ""
    address: str = ""
    disability_no: str = ""
    has_dibao: bool | None = None
    service_class: str = ""
    service_mode: str = ""
    capacity_status: str = "undetermined"
    filed_on: str = ""
    warning_note: str = ""
    diagnosis_category: str = ""
    icd_code: str = ""
    diagnosis_text: str = ""
    diagnosis_hospital: str = ""
    diagnosed_on: str = ""
    danger_level: str = ""
    medicines: str = ""
    allergy: str = ""
    guardian: GuardianDraft = field(default_factory=GuardianDraft)


@dataclass(frozen=True)
class PeopleRules:
    """Limits and codes of the form, read from data: the code lists by the name of the field."""

    codes: Mapping[str, Container[str]]
    max_age: int
    minor_age: int
    name_length: int


def settle(draft: PersonDraft, today: date, rules: PeopleRules) -> PersonDraft:
    """Return the form as it is stored: digits half-width, days in ISO form, sex and birth date from the ID."""
    texts = {key: clean_text(value) for key, value in vars(draft).items() if isinstance(value, str)}
    days = {key: read_partial(texts[key]) or texts[key] for key in ("birth_on", "filed_on", "diagnosed_on")}
    numbers = {key: clean_number(texts[key]) for key in ("id_no", "disability_no", "icd_code")}
    names = {"name": clean_name(draft.name), "phone": fold(draft.phone), "guardian": _settle_guardian(draft.guardian)}
    clean = replace(draft, **{**texts, **days, **numbers, **names})  # type: ignore[arg-type]  # keys are the field names
    facts = _id_facts(clean, today, rules)[0]
    if facts is None:
        return clean
    return replace(clean, sex=clean.sex or facts.sex, birth_on=clean.birth_on or facts.birth_on.isoformat())


def _settle_guardian(guardian: GuardianDraft) -> GuardianDraft:
    return GuardianDraft(
        name=clean_name(guardian.name),
        relation=clean_text(guardian.relation),
        id_no=clean_number(guardian.id_no),
        phone=fold(guardian.phone),
        address=clean_text(guardian.address),
    )


def check(draft: PersonDraft, today: date, rules: PeopleRules) -> tuple[Fault, ...]:
    """Return what is wrong, missing or doubtful, by field ("guardian.phone" for the guardian's).

    Faults with the code "missing" leave the file a draft; other warnings are only to be looked at again.
    """
    clean = settle(draft, today, rules)
    return (
        *_name(clean, rules),
        *_identity(clean, today, rules),
        *_codes(clean, rules),
        *_days(clean, today, rules),
        *check_phone(clean.phone),
        *_guardian(clean, today, rules),
        *_missing(clean),
    )


def is_draft(faults: Iterable[Fault]) -> bool:
    """Say whether something is missing without which a client is not registered (DOMAIN 4.4)."""
    return any(fault.code == "missing" for fault in faults)


def _name(draft: PersonDraft, rules: PeopleRules) -> Iterable[Fault]:
    if not draft.name:
        yield Fault("name", "name_missing", tr("没有姓名，不能保存。请填写姓名。"))
    elif len(draft.name) > rules.name_length:
        yield Fault("name", "name_long", tr("姓名超过 {n} 个字，请核对。", n=rules.name_length))


def _id_facts(draft: PersonDraft, today: date, rules: PeopleRules) -> tuple[IdFacts | None, tuple[Fault, ...]]:
    """Return what the ID number tells, when it is a citizen's."""
    if draft.id_type != CITIZEN_ID or not draft.id_no:
        return None, ()
    return check_id_no(draft.id_no, today, rules.max_age)


def _identity(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    facts, faults = _id_facts(draft, today, rules)
    yield from faults
    if facts is not None and draft.sex in {"1", "2"} and draft.sex != facts.sex:
        yield Fault("sex", "sex_differs", tr("性别与身份证号不一致，请对照证件核对。"), "warning")
    if facts is not None and read_day(draft.birth_on) not in {None, facts.birth_on}:
        message = tr("出生日期与身份证号（{day}）不一致，请对照证件核对。", day=facts.birth_on.isoformat())
        yield Fault("birth_on", "birth_differs", message, "warning")
    if draft.disability_no:
        yield from check_disability_no(draft.disability_no, facts.number if facts else "")[1]


def _codes(draft: PersonDraft, rules: PeopleRules) -> Iterable[Fault]:
    for name, known in rules.codes.items():
        code = draft.guardian.relation if name == "guardian.relation" else getattr(draft, name)
        if code and code not in known:
            yield Fault(name, "unknown_code", tr("没有“{code}”这个选项，请从列表里选。", code=code))


def _days(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    birth, filed = read_day(draft.birth_on), read_day(draft.filed_on)
    for name, day in (("birth_on", birth), ("filed_on", filed)):
        if getattr(draft, name) and day is None:
            yield Fault(name, "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))
        elif day is not None and day > today:
            yield Fault(name, "date_in_future", tr("日期在今天之后，请核对。"))
    if birth is not None and age_on(birth, today) > rules.max_age:
        yield Fault("birth_on", "age_high", tr("年龄超过 {n} 岁，请核对出生日期。", n=rules.max_age))
    yield from _diagnosed(draft, birth, filed, today)


def _diagnosed(draft: PersonDraft, birth: date | None, filed: date | None, today: date) -> Iterable[Fault]:
    """Check the day of the diagnosis, of which a year or a month is enough, against the other days."""
    if not draft.diagnosed_on:
        return
    diagnosed = read_partial(draft.diagnosed_on)
    if diagnosed is None:
        yield Fault("diagnosed_on", "date_unreadable", tr("日期看不懂，请写成 2009-07-06、2009-07 或 2009。"))
    elif first_day(diagnosed) > today:
        yield Fault("diagnosed_on", "date_in_future", tr("日期在今天之后，请核对。"))
    elif filed is not None and first_day(diagnosed) > filed:
        yield Fault("diagnosed_on", "date_order", tr("确诊日期晚于建档日期，请再看一眼。"), "warning")
    elif birth is not None and diagnosed < birth.isoformat()[: len(diagnosed)]:
        yield Fault("diagnosed_on", "date_order", tr("确诊日期早于出生日期，请再看一眼。"), "warning")


def _guardian(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    guardian = draft.guardian
    yield from check_phone(guardian.phone, "guardian.phone")
    if guardian.name:
        yield from _guardian_id(draft, today, rules)
    elif guardian != GuardianDraft():
        yield Fault("guardian.name", "name_missing", tr("填了监护人的信息，还缺监护人姓名。"))
    elif draft.capacity_status != "full":
        birth = read_day(draft.birth_on)
        is_minor = birth is not None and age_on(birth, today) < rules.minor_age
        message = tr("未成年人必须登记监护人。") if is_minor else tr("还没有监护人或联系人，签同意书和协议时要用。")
        yield Fault("guardian.name", "guardian_missing", message, "warning")


def _guardian_id(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    number = draft.guardian.id_no
    if number and number == draft.id_no:
        yield Fault("guardian.id_no", "guardian_is_client", tr("监护人的证件号码与本人相同，请核对。"))
    elif number:
        yield from check_id_no(number, today, rules.max_age, "guardian.id_no")[1]


def _missing(draft: PersonDraft) -> Iterable[Fault]:
    if not draft.id_no and not draft.id_missing_reason:
        message = tr("没有证件号码，先存为草稿；确实没有证件的，请写明原因。")
        yield Fault("id_no", "missing", message, "warning")
    is_told_by_number = draft.id_type == CITIZEN_ID and draft.id_no != ""
    if not draft.sex and not is_told_by_number:
        yield Fault("sex", "missing", tr("还缺性别。"), "warning")
    if not draft.birth_on and draft.id_type != CITIZEN_ID:
        yield Fault("birth_on", "missing", tr("还缺出生日期。"), "warning")
    if not draft.village and not draft.address:
        yield Fault("village", "missing", tr("还缺村（居）或现住址。"), "warning")
    if not draft.diagnosis_category and not draft.diagnosis_text:
        yield Fault("diagnosis_category", "missing", tr("还缺诊断。"), "warning")
