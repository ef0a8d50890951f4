"""Between the form of a client and its records: who, guardian, illness, medicines, the people around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from desktop.domain.calendar import read_day
from desktop.domain.people import CareLine, ContactLine, GuardianDraft, MedicationLine, PersonDraft
from desktop.models.care import CareTeamMember, Medication
from desktop.models.people import ClinicalProfile, Guardian, Person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.models import Record

R = TypeVar("R", Guardian, Medication, CareTeamMember)

_PERSON = (
    "name", "id_type", "id_no", "id_missing_reason", "sex", "ethnicity", "phone", "township", "village", "address",
    "disability_card", "disability_no", "service_class", "service_mode", "capacity_status", "warning_note",
    "platform_no", "ehr_no", "marital", "education", "employment", "hukou_type", "residence_type", "division_code",
    "hukou_address", "grid", "home_phone", "living_situation", "co_resident_relation", "living_environment",
    "economic_status", "money_management", "relief_category", "medical_insurance", "service_standard",
)  # fmt: skip
_PERSON_LISTS = ("co_residents", "income_sources")
_GUARDIAN = ("name", "relation", "id_no", "phone", "address", "kind", "sex", "basis", "weakness")
_CONTACT = ("name", "relation", "kind", "sex", "phone", "address")
_CLINICAL = (
    "diagnosis_category", "icd_code", "diagnosis_text", "diagnosis_hospital", "diagnosed_on", "medicines", "allergy",
    "first_onset_on", "symptoms_other", "past_lock", "past_outpatient", "first_drug_on", "last_effect",
    "health_consent", "in_smd_system", "specialist_opinion", "current_risk", "somatic_disease", "family_history",
    "doctor_name",
)  # fmt: skip
_CLINICAL_LISTS = ("symptoms", "past_behaviour")
_CLINICAL_NUMBERS = ("danger_level", "hospital_times")
_MEDICATION = (
    "drug", "dose", "unit", "times", "route", "source", "prescriber", "started_on", "stopped_on", "note",
)  # fmt: skip
_CARER = ("role", "name", "organisation", "phone")


def fill_person(person: Person, draft: PersonDraft, today: date) -> None:
    """Put the person's own part of a form into its record."""
    _fill(person, _PERSON, draft)
    for name in _PERSON_LISTS:
        setattr(person, name, list(getattr(draft, name)) or None)
    person.name = draft.name
    person.capacity_status = draft.capacity_status or "undetermined"
    person.birth_on = read_day(draft.birth_on)
    person.filed_on = read_day(draft.filed_on) or person.filed_on or today
    person.has_dibao = draft.has_dibao


def fill_guardian(guardian: Guardian, draft: GuardianDraft) -> None:
    """Put the guardian's part of a form into its record."""
    _fill(guardian, _GUARDIAN, draft)
    guardian.name = draft.name
    guardian.is_able = draft.is_able
    guardian.from_on, guardian.to_on = read_day(draft.from_on), read_day(draft.to_on)


def fill_profile(profile: ClinicalProfile, draft: PersonDraft) -> None:
    """Put illness and history into a version of them."""
    for name, value in illness_of(draft).items():
        setattr(profile, name, value)


def illness_of(draft: PersonDraft) -> dict[str, Any]:
    """Return illness and history of a form as the columns of a version."""
    told: dict[str, Any] = {name: getattr(draft, name) or None for name in _CLINICAL}
    told |= {name: list(getattr(draft, name)) or None for name in _CLINICAL_LISTS}
    told |= {name: int(text) if (text := getattr(draft, name)) else None for name in _CLINICAL_NUMBERS}
    told["danger_acts"] = {code: int(times) for code, times in draft.danger_acts} or None
    return told | {"filled_on": read_day(draft.filled_on)}


def person_part(person: Person) -> dict[str, Any]:
    """Return a person's record as fields of a form."""
    told: dict[str, Any] = _texts(person, _PERSON)
    told |= {name: tuple(getattr(person, name) or ()) for name in _PERSON_LISTS}
    return told | {
        "birth_on": _day(person.birth_on), "filed_on": _day(person.filed_on), "has_dibao": person.has_dibao,
    }  # fmt: skip


def guardian_part(guardian: Guardian | None) -> GuardianDraft:
    """Return a guardian's record as part of a form."""
    if guardian is None:
        return GuardianDraft()
    days = {"from_on": _day(guardian.from_on), "to_on": _day(guardian.to_on)}
    return GuardianDraft(**_texts(guardian, _GUARDIAN), **days, is_able=guardian.is_able)


def illness_part(profile: ClinicalProfile | None) -> dict[str, Any]:
    """Return a version of illness and history as fields of a form."""
    if profile is None:
        return {}
    told: dict[str, Any] = _texts(profile, _CLINICAL)
    told |= {name: tuple(getattr(profile, name) or ()) for name in _CLINICAL_LISTS}
    told |= {name: "" if (n := getattr(profile, name)) is None else str(n) for name in _CLINICAL_NUMBERS}
    acts = tuple((code, str(times)) for code, times in sorted((profile.danger_acts or {}).items()))
    return told | {"danger_acts": acts, "filled_on": _day(profile.filled_on)}


def rows_part(db: Session, person_id: str) -> dict[str, Any]:
    """Return contacts, medicines and the people around as rows of a form, those of today first."""
    contacts = [
        ContactLine(one.id, **_texts(one, _CONTACT), from_on=_day(one.from_on), to_on=_day(one.to_on))
        for one in _contacts(db, person_id)
    ]
    medicines = [
        MedicationLine(one.id, **_texts(one, _MEDICATION), next_due_on=_day(one.next_due_on))
        for one in _stored(db, Medication, person_id)
    ]
    carers = [
        CareLine(one.id, **_texts(one, _CARER), from_on=_day(one.from_on), to_on=_day(one.to_on))
        for one in _stored(db, CareTeamMember, person_id)
    ]
    return {
        "contacts": tuple(sorted(contacts, key=lambda line: line.to_on != "")),
        "medications": tuple(sorted(medicines, key=lambda line: line.stopped_on != "")),
        "care_team": tuple(sorted(carers, key=lambda line: line.to_on != "")),
    }


def new_rows(person_id: str, draft: PersonDraft) -> list[Record]:
    """Return records for the rows of a form that were not stored yet."""
    return [
        *(_fill_contact(Guardian(person_id=person_id, is_guardian=False), one) for one in draft.contacts if not one.id),
        *(_fill_medication(Medication(person_id=person_id), line) for line in draft.medications if not line.id),
        *(_fill_carer(CareTeamMember(person_id=person_id), line) for line in draft.care_team if not line.id),
    ]


def revise_rows(db: Session, person_id: str, draft: PersonDraft) -> None:
    """Bring contacts, medicines and the people around to what the form says; what it does not name stays as it is."""
    contacts = {line.id: line for line in draft.contacts}
    for contact in _contacts(db, person_id):
        if contact.id in contacts:
            _fill_contact(contact, contacts[contact.id])
    medicines = {line.id: line for line in draft.medications}
    for medicine in _stored(db, Medication, person_id):
        if medicine.id in medicines:
            _fill_medication(medicine, medicines[medicine.id])
    carers = {line.id: line for line in draft.care_team}
    for carer in _stored(db, CareTeamMember, person_id):
        if carer.id in carers:
            _fill_carer(carer, carers[carer.id])
    db.add_all(new_rows(person_id, draft))


def _fill_contact(record: Guardian, line: ContactLine) -> Guardian:
    _fill(record, _CONTACT, line)
    record.name = line.name
    record.from_on, record.to_on = read_day(line.from_on), read_day(line.to_on)
    return record


def _fill_medication(record: Medication, line: MedicationLine) -> Medication:
    _fill(record, _MEDICATION, line)
    record.next_due_on = read_day(line.next_due_on)
    return record


def _fill_carer(record: CareTeamMember, line: CareLine) -> CareTeamMember:
    _fill(record, _CARER, line)
    record.from_on, record.to_on = read_day(line.from_on), read_day(line.to_on)
    return record


def _contacts(db: Session, person_id: str) -> list[Guardian]:
    """Return who stands beside the guardian; a guardian who ended is none of them."""
    return [one for one in _stored(db, Guardian, person_id) if not one.is_guardian]


def _stored(db: Session, model: type[R], person_id: str) -> Sequence[R]:
    query = select(model).where(model.person_id == person_id, model.is_deleted.is_(False))
    return db.scalars(query.order_by(model.id)).all()


def _fill(record: object, names: Sequence[str], draft: object) -> None:
    for name in names:
        setattr(record, name, getattr(draft, name) or None)


def _texts(record: object, names: Sequence[str]) -> dict[str, str]:
    return {name: getattr(record, name) or "" for name in names}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
