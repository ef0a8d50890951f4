"""What the form of a client must say, what may wait, and what is doubtful (DOMAIN 4.4-4.6, 6)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from desktop.domain.calendar import first_day, read_day, read_partial
from desktop.domain.faults import Fault
from desktop.domain.folding import clean_name, clean_text, fold
from desktop.domain.forms import COMPLETE, REGISTERED, FormField
from desktop.domain.identity import (
    IdFacts,
    IdKind,
    age_on,
    check_disability_no,
    check_division_code,
    check_id_no,
    check_papers,
    check_phone,
    clean_number,
)
from desktop.domain.texts import check_texts
from desktop.i18n import tr

CITIZEN_ID = "01"
_DAYS = ("birth_on", "filed_on", "filled_on")
_PARTIAL_DAYS = ("diagnosed_on", "first_onset_on", "first_drug_on")
_NUMBERS = ("id_no", "disability_no", "icd_code", "ehr_no", "platform_no")
_FOLDED = ("phone", "home_phone", "division_code", "hospital_times")


@dataclass(frozen=True)
class GuardianDraft:
    """The guardian as typed."""

    name: str = ""
    relation: str = ""
    id_no: str = ""
    phone: str = ""
    address: str = ""
    kind: str = ""
    sex: str = ""
    basis: str = ""
    is_able: bool | None = None
    weakness: str = ""
    from_on: str = ""
    to_on: str = ""


@dataclass(frozen=True)
class ContactLine:
    """Somebody besides the guardian to be called (联系人、紧急联系人) as typed; ended, never deleted."""

    id: str = ""
    name: str = ""
    relation: str = ""
    kind: str = ""
    sex: str = ""
    phone: str = ""
    address: str = ""
    from_on: str = ""
    to_on: str = ""


@dataclass(frozen=True)
class MedicationLine:
    """One medicine as typed; `id` is empty until it is stored. Stopped, never deleted."""

    id: str = ""
    drug: str = ""
    dose: str = ""
    unit: str = ""
    times: str = ""
    route: str = ""
    source: str = ""
    prescriber: str = ""
    started_on: str = ""
    stopped_on: str = ""
    next_due_on: str = ""
    note: str = ""


@dataclass(frozen=True)
class CareLine:
    """One of the people who watch over a client (四帮一) as typed; ended, never deleted."""

    id: str = ""
    role: str = ""
    name: str = ""
    organisation: str = ""
    phone: str = ""
    from_on: str = ""
    to_on: str = ""


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
    disability_card: str = ""
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
    platform_no: str = ""
    ehr_no: str = ""
    marital: str = ""
    education: str = ""
    employment: str = ""
    hukou_type: str = ""
    residence_type: str = ""
    division_code: str = ""
    hukou_address: str = ""
    grid: str = ""
    home_phone: str = ""
    living_situation: str = ""
    co_residents: tuple[str, ...] = ()
    co_resident_relation: str = ""
    living_environment: str = ""
    economic_status: str = ""
    income_sources: tuple[str, ...] = ()
    money_management: str = ""
    relief_category: str = ""
    medical_insurance: str = ""
    service_standard: str = ""
    first_onset_on: str = ""
    symptoms: tuple[str, ...] = ()
    symptoms_other: str = ""
    past_lock: str = ""
    past_outpatient: str = ""
    first_drug_on: str = ""
    hospital_times: str = ""
    last_effect: str = ""
    danger_acts: tuple[tuple[str, str], ...] = ()  # code and how often, as typed; what is not known is not in it
    health_consent: str = ""
    in_smd_system: str = ""
    specialist_opinion: str = ""
    past_behaviour: tuple[str, ...] = ()
    current_risk: str = ""
    somatic_disease: str = ""
    family_history: str = ""
    doctor_name: str = ""
    filled_on: str = ""
    contacts: tuple[ContactLine, ...] = ()
    medications: tuple[MedicationLine, ...] = ()
    care_team: tuple[CareLine, ...] = ()


@dataclass(frozen=True)
class PeopleRules:
    """Limits, codes and needed fields of the form, read from data."""

    codes: Mapping[str, Container[str]]  # by the name of the field, "guardian.relation" and "medications.unit" too
    max_age: int
    minor_age: int
    name_length: int
    id_kinds: Mapping[str, IdKind]
    needed: Mapping[str, tuple[FormField, ...]]  # by bar


def value_of(draft: PersonDraft, name: str) -> Any:
    """Return what a draft holds under the name of a field of the form."""
    if name.startswith("guardian."):
        return getattr(draft.guardian, name.removeprefix("guardian."))
    return getattr(draft, name)


def settle(draft: PersonDraft, today: date, rules: PeopleRules) -> PersonDraft:
    """Return the form as it is stored: digits half-width, days in ISO form, sex and birth date from the ID."""
    texts = {key: clean_text(value) for key, value in vars(draft).items() if isinstance(value, str)}
    days = {key: read_partial(texts[key]) or texts[key] for key in (*_DAYS, *_PARTIAL_DAYS)}
    numbers = {key: clean_number(texts[key]) for key in _NUMBERS} | {key: fold(texts[key]) for key in _FOLDED}
    rows = {
        "name": clean_name(draft.name),
        "guardian": _settle_guardian(draft.guardian),
        "contacts": tuple(person for one in draft.contacts if not is_blank(person := _settle_contact(one))),
        "medications": tuple(line for one in draft.medications if not is_blank(line := _settle_medication(one))),
        "care_team": tuple(carer for one in draft.care_team if not is_blank(carer := _settle_carer(one))),
        "danger_acts": tuple((code, fold(times)) for code, times in draft.danger_acts if fold(times)),
    }
    clean = replace(draft, **{**texts, **days, **numbers, **rows})  # type: ignore[arg-type]  # keys are the field names
    facts = _id_facts(clean, today, rules)[0]
    if facts is None:
        return clean
    return replace(clean, sex=clean.sex or facts.sex, birth_on=clean.birth_on or facts.birth_on.isoformat())


def is_blank(line: ContactLine | MedicationLine | CareLine) -> bool:
    """Say whether nothing was typed into a new line."""
    return not any(vars(line).values())


def _settle_guardian(guardian: GuardianDraft) -> GuardianDraft:
    texts = {key: clean_text(value) for key, value in vars(guardian).items() if isinstance(value, str)}
    own = {"name": clean_name(guardian.name), "id_no": clean_number(guardian.id_no), "phone": fold(guardian.phone)}
    days = {key: read_partial(texts[key]) or texts[key] for key in ("from_on", "to_on")}
    return replace(guardian, **(texts | days | own))  # type: ignore[arg-type]  # the texts among the fields


def _settle_contact(line: ContactLine) -> ContactLine:
    texts = {key: clean_text(value) for key, value in vars(line).items()}
    days = {key: read_partial(texts[key]) or texts[key] for key in ("from_on", "to_on")}
    return ContactLine(**(texts | days | {"name": clean_name(line.name), "phone": fold(line.phone)}))


def _settle_medication(line: MedicationLine) -> MedicationLine:
    texts = {key: clean_text(value) for key, value in vars(line).items()}
    days = {key: read_partial(texts[key]) or texts[key] for key in ("started_on", "stopped_on", "next_due_on")}
    return MedicationLine(**(texts | days | {"dose": fold(line.dose)}))


def _settle_carer(line: CareLine) -> CareLine:
    texts = {key: clean_text(value) for key, value in vars(line).items()}
    days = {key: read_partial(texts[key]) or texts[key] for key in ("from_on", "to_on")}
    return CareLine(**(texts | days | {"name": clean_name(line.name), "phone": fold(line.phone)}))


def check(draft: PersonDraft, today: date, rules: PeopleRules) -> tuple[Fault, ...]:
    """Return what is wrong, missing or doubtful, by field ("guardian.phone" for the guardian's).

    Faults with the code "missing" leave the file a draft; other warnings are only to be looked at again.
    """
    return check_settled(settle(draft, today, rules), today, rules)


def check_settled(clean: PersonDraft, today: date, rules: PeopleRules) -> tuple[Fault, ...]:
    """Return the same of a form that was settled already; lists of thousands are."""
    return (
        *check_texts(clean),
        *_name(clean, rules),
        *_identity(clean, today, rules),
        *_codes(clean, rules),
        *_days(clean, today, rules),
        *check_phone(clean.phone),
        *check_phone(clean.home_phone, "home_phone"),
        *_figures(clean),
        *_guardian(clean, today, rules),
        *_contacts(clean),
        *_medications(clean),
        *_care_team(clean),
        *_missing(clean, rules),
    )


def gaps(draft: PersonDraft, today: date, rules: PeopleRules) -> tuple[Fault, ...]:
    """Return what a registered file still lacks to be complete; nothing of it stops anybody."""
    clean = settle(draft, today, rules)
    return tuple(
        Fault(field.name, "incomplete", _words_for(field), "warning")
        for field in rules.needed.get(COMPLETE, ())
        if _is_open(clean, field) and not _is_idle(clean, field.name)
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
    """Return what the number of the papers tells, as far as papers of that kind tell anything."""
    if not draft.id_no:
        return None, ()
    if draft.id_type == CITIZEN_ID:
        return check_id_no(draft.id_no, today, rules.max_age)
    kind = rules.id_kinds.get(draft.id_type)
    return check_papers(draft.id_no, kind, today, rules.max_age) if kind else (None, ())


def _identity(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    facts, faults = _id_facts(draft, today, rules)
    yield from faults
    if facts is not None and draft.sex in {"1", "2"} and draft.sex != facts.sex:
        yield Fault("sex", "sex_differs", tr("性别与证件号码不一致，请对照证件核对。"), "warning")
    if facts is not None and read_day(draft.birth_on) not in {None, facts.birth_on}:
        message = tr("出生日期与证件号码（{day}）不一致，请对照证件核对。", day=facts.birth_on.isoformat())
        yield Fault("birth_on", "birth_differs", message, "warning")
    if draft.disability_no:
        yield from check_disability_no(draft.disability_no, facts.number if facts else "")[1]
    if draft.disability_no and draft.disability_card == _NO_CARD:
        yield Fault("disability_card", "card_differs", tr("填了残疾人证号，却选了没有残疾人证，请核对。"), "warning")


_NO_CARD = "none"


def _codes(draft: PersonDraft, rules: PeopleRules) -> Iterable[Fault]:
    for name, known in rules.codes.items():
        for code in _codes_in(draft, name):
            if code and code not in known:
                field = name.partition(".")[0] if name.startswith(_ROWS) else name
                yield Fault(field, "unknown_code", tr("没有“{code}”这个选项，请从列表里选。", code=code))


_ROWS = ("contacts.", "medications.", "care_team.")


def _codes_in(draft: PersonDraft, name: str) -> Iterable[str]:
    """Return the codes that stand under one name: one, several, or those of a column of rows."""
    if name.startswith(_ROWS):
        rows, _, column = name.partition(".")
        return [getattr(line, column) for line in getattr(draft, rows)]
    value = value_of(draft, name)
    if not isinstance(value, tuple):
        return [value]
    return [one[0] if isinstance(one, tuple) else one for one in value]


def _days(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    birth, filed = read_day(draft.birth_on), read_day(draft.filed_on)
    for name in _DAYS:
        day = read_day(getattr(draft, name))
        if getattr(draft, name) and day is None:
            yield Fault(name, "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))
        elif day is not None and day > today:
            yield Fault(name, "date_in_future", tr("日期在今天之后，请核对。"))
    if birth is not None and age_on(birth, today) > rules.max_age:
        yield Fault("birth_on", "age_high", tr("年龄超过 {n} 岁，请核对出生日期。", n=rules.max_age))
    for name in _PARTIAL_DAYS:
        yield from _partial(name, getattr(draft, name), birth, today)
    yield from _diagnosed(draft, filed)


def _partial(name: str, text: str, birth: date | None, today: date) -> Iterable[Fault]:
    """Check a day of which a year or a month is enough."""
    if not text:
        return
    day = read_partial(text)
    if day is None:
        yield Fault(name, "date_unreadable", tr("日期看不懂，请写成 2009-07-06、2009-07 或 2009。"))
    elif first_day(day) > today:
        yield Fault(name, "date_in_future", tr("日期在今天之后，请核对。"))
    elif birth is not None and day < birth.isoformat()[: len(day)]:
        yield Fault(name, "date_order", tr("日期早于出生日期，请再看一眼。"), "warning")


def _diagnosed(draft: PersonDraft, filed: date | None) -> Iterable[Fault]:
    """Check the order of onset, diagnosis and filing (DOMAIN 6.4)."""
    diagnosed, onset = read_partial(draft.diagnosed_on), read_partial(draft.first_onset_on)
    if diagnosed is not None and filed is not None and first_day(diagnosed) > filed:
        yield Fault("diagnosed_on", "date_order", tr("确诊日期晚于建档日期，请再看一眼。"), "warning")
    if diagnosed is not None and onset is not None and onset[: len(diagnosed)] > diagnosed[: len(onset)]:
        yield Fault("first_onset_on", "date_order", tr("初次发病晚于确诊日期，请再看一眼。"), "warning")


def _figures(draft: PersonDraft) -> Iterable[Fault]:
    """Check what must be a number of times, and the code of the division."""
    counts = [("hospital_times", draft.hospital_times), *(("danger_acts", times) for _, times in draft.danger_acts)]
    for name, times in counts:
        if times and not (times.isascii() and times.isdecimal() and len(times) <= _MOST_DIGITS):
            yield Fault(name, "number_unreadable", tr("次数看不懂，请写成 0、1、2 这样的数字。"))
    if draft.division_code:
        yield from check_division_code(draft.division_code)


_MOST_DIGITS = 3


def _guardian(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    guardian = draft.guardian
    yield from check_phone(guardian.phone, "guardian.phone")
    yield from _guardian_days(guardian, today)
    if guardian.name:
        yield from _guardian_id(draft, today, rules)
    elif replace(guardian, from_on="") != GuardianDraft():  # since when is filled in by itself
        yield Fault("guardian.name", "name_missing", tr("填了监护人的信息，还缺监护人姓名。"))
    elif draft.capacity_status != "full":
        birth = read_day(draft.birth_on)
        is_minor = birth is not None and age_on(birth, today) < rules.minor_age
        message = tr("未成年人必须登记监护人。") if is_minor else tr("还没有监护人或联系人，签同意书和协议时要用。")
        yield Fault("guardian.name", "guardian_missing", message, "warning")


def _guardian_days(guardian: GuardianDraft, today: date) -> Iterable[Fault]:
    """Check since when and until when somebody is guardian: who ended is not one, so nobody ends tomorrow."""
    days = {name: read_day(getattr(guardian, name)) for name in ("from_on", "to_on")}
    for name, day in days.items():
        if getattr(guardian, name) and day is None:
            yield Fault(f"guardian.{name}", "date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"))
        elif day is not None and day > today:
            yield Fault(f"guardian.{name}", "date_in_future", tr("日期在今天之后，请核对。"))
    if days["from_on"] and days["to_on"] and days["to_on"] < days["from_on"]:
        yield Fault("guardian.to_on", "date_order", tr("监护结束日期早于开始日期，请核对。"))


def _guardian_id(draft: PersonDraft, today: date, rules: PeopleRules) -> Iterable[Fault]:
    number = draft.guardian.id_no
    if number and number == draft.id_no:
        yield Fault("guardian.id_no", "guardian_is_client", tr("监护人的证件号码与本人相同，请核对。"))
    elif number:
        yield from check_id_no(number, today, rules.max_age, "guardian.id_no")[1]


def _contacts(draft: PersonDraft) -> Iterable[Fault]:
    for line in draft.contacts:
        if not line.name:
            yield Fault("contacts", "name_missing", tr("有一位联系人没有写姓名，请补上。"))
        if any(day and read_day(day) is None for day in (line.from_on, line.to_on)):
            message = tr("“{name}”的日期看不懂，请写成 2026-03-05 这样。", name=line.name)
            yield Fault("contacts", "date_unreadable", message)
        yield from check_phone(line.phone, "contacts")


def _medications(draft: PersonDraft) -> Iterable[Fault]:
    for line in draft.medications:
        if not line.drug:
            yield Fault("medications", "drug_missing", tr("有一行用药没有药名，请补上药名。"))
        if any(day and read_partial(day) is None for day in (line.started_on, line.stopped_on)):
            message = tr("“{drug}”的日期看不懂，请写成 2009-07-06、2009-07 或 2009。", drug=line.drug)
            yield Fault("medications", "date_unreadable", message)
        if line.next_due_on and read_day(line.next_due_on) is None:
            message = tr("“{drug}”的下次注射日期看不懂，请写成 2026-03-05 这样。", drug=line.drug)
            yield Fault("medications", "date_unreadable", message)


def _care_team(draft: PersonDraft) -> Iterable[Fault]:
    for line in draft.care_team:
        if not line.name or not line.role:
            yield Fault("care_team", "name_missing", tr("帮扶小组有一行没有写姓名或身份，请补上。"))
        if any(day and read_day(day) is None for day in (line.from_on, line.to_on)):
            message = tr("“{name}”的日期看不懂，请写成 2026-03-05 这样。", name=line.name)
            yield Fault("care_team", "date_unreadable", message)
        yield from check_phone(line.phone, "care_team")


def _missing(draft: PersonDraft, rules: PeopleRules) -> Iterable[Fault]:
    for field_ in rules.needed.get(REGISTERED, ()):
        if _is_open(draft, field_) and not _is_told(draft, field_.name, rules):
            yield Fault(field_.name, "missing", _words_for(field_), "warning")


def _is_open(draft: PersonDraft, field_: FormField) -> bool:
    """Say whether neither a field nor what does instead of it was filled in; "no" is an answer."""
    return all(value_of(draft, name) in ("", None, ()) for name in (field_.name, *field_.instead))


def _is_told(draft: PersonDraft, name: str, rules: PeopleRules) -> bool:
    """Say whether the number of the papers tells it, or will once it is there."""
    kind = rules.id_kinds.get(draft.id_type)
    tells = draft.id_type == CITIZEN_ID or (kind is not None and kind.tells)
    if not tells or name not in ("sex", "birth_on"):
        return False
    is_whole, is_to_come = len(draft.id_no) == _TELLING, not draft.id_no and name == "birth_on"
    return is_whole or is_to_come


_TELLING = 18  # signs of a number that holds birth date and sex; the old ones of 15 are not taken apart


def _is_idle(draft: PersonDraft, name: str) -> bool:
    """Say whether a fact on the guardian need not be asked for: of somebody of full capacity, or with no name yet."""
    if not name.startswith("guardian."):
        return False
    return draft.capacity_status == "full" or (name != "guardian.name" and not draft.guardian.name)


def _words_for(field_: FormField) -> str:
    return tr(field_.missing) if field_.missing else tr("还缺{what}。", what=tr(field_.label))
