"""Clients (康复对象), their guardians, their illness."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop.models.base import Record


class Person(Record):
    """A client (康复对象); `search_text` holds every spelling that the search box knows."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("station_id", "file_no"),
        Index("ix_person_id_no", "id_no"),
        # not is_deleted first: the planner would take that for a better way than sixty ids
        Index("ix_person_listed", "file_no", "archived_on", "is_deleted"),
    )

    file_no: Mapped[str]
    name: Mapped[str]
    search_text: Mapped[str]
    sex: Mapped[str | None] = mapped_column(String(1))
    birth_on: Mapped[date | None]
    id_type: Mapped[str | None] = mapped_column(String(2))
    id_no: Mapped[str | None] = mapped_column(String(32))
    id_missing_reason: Mapped[str | None]
    ethnicity: Mapped[str | None] = mapped_column(String(2))
    phone: Mapped[str | None]
    village: Mapped[str | None]
    township: Mapped[str | None]
    address: Mapped[str | None]
    disability_card: Mapped[str | None] = mapped_column(String(8))
    disability_no: Mapped[str | None] = mapped_column(String(24))
    has_dibao: Mapped[bool | None]
    service_class: Mapped[str | None] = mapped_column(String(8))
    service_mode: Mapped[str | None] = mapped_column(String(8))
    capacity_status: Mapped[str] = mapped_column(String(16), default="undetermined")
    filed_on: Mapped[date | None]
    warning_note: Mapped[str | None]
    is_draft: Mapped[bool] = mapped_column(default=False)
    platform_no: Mapped[str | None]
    ehr_no: Mapped[str | None] = mapped_column(String(17))
    marital: Mapped[str | None] = mapped_column(String(2))
    education: Mapped[str | None] = mapped_column(String(2))
    employment: Mapped[str | None] = mapped_column(String(2))
    hukou_type: Mapped[str | None] = mapped_column(String(1))
    residence_type: Mapped[str | None] = mapped_column(String(1))
    division_code: Mapped[str | None] = mapped_column(String(12))
    hukou_address: Mapped[str | None]
    grid: Mapped[str | None]
    home_phone: Mapped[str | None]
    living_situation: Mapped[str | None] = mapped_column(String(12))
    co_residents: Mapped[list[str] | None]
    co_resident_relation: Mapped[str | None] = mapped_column(String(12))
    living_environment: Mapped[str | None] = mapped_column(String(12))
    economic_status: Mapped[str | None] = mapped_column(String(12))
    income_sources: Mapped[list[str] | None]
    money_management: Mapped[str | None] = mapped_column(String(12))
    relief_category: Mapped[str | None] = mapped_column(String(12))
    medical_insurance: Mapped[str | None] = mapped_column(String(12))
    service_standard: Mapped[str | None] = mapped_column(String(8))
    restricted_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    retention_class: Mapped[str | None] = mapped_column(String(8))
    keep_until: Mapped[date | None]
    erased_on: Mapped[date | None]


class Guardian(Record):
    """A guardian or contact (监护人/联系人); one current signing guardian a client."""

    __tablename__ = "guardian"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str | None] = mapped_column(String(4))
    id_no: Mapped[str | None] = mapped_column(String(32))
    phone: Mapped[str | None]
    address: Mapped[str | None]
    is_guardian: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    kind: Mapped[str | None] = mapped_column(String(12))
    sex: Mapped[str | None] = mapped_column(String(1))
    basis: Mapped[str | None] = mapped_column(String(12))
    is_able: Mapped[bool | None]
    weakness: Mapped[str | None]


class ClinicalProfile(Record):
    """Illness and history (疾病与既往情况), one version a row; the newest `noted_on` is in force."""

    __tablename__ = "clinical_profile"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    noted_on: Mapped[date]
    diagnosis_category: Mapped[str | None] = mapped_column(String(2))
    icd_code: Mapped[str | None] = mapped_column(String(12))
    diagnosis_text: Mapped[str | None]
    diagnosis_hospital: Mapped[str | None]
    diagnosed_on: Mapped[str | None] = mapped_column(String(10))
    danger_level: Mapped[int | None]
    medicines: Mapped[str | None]
    allergy: Mapped[str | None]
    first_onset_on: Mapped[str | None] = mapped_column(String(10))
    symptoms: Mapped[list[str] | None]
    symptoms_other: Mapped[str | None]
    past_lock: Mapped[str | None] = mapped_column(String(1))
    past_outpatient: Mapped[str | None] = mapped_column(String(1))
    first_drug_on: Mapped[str | None] = mapped_column(String(10))
    hospital_times: Mapped[int | None]
    last_effect: Mapped[str | None] = mapped_column(String(1))
    danger_acts: Mapped[dict[str, object] | None]
    health_consent: Mapped[str | None] = mapped_column(String(8))
    in_smd_system: Mapped[str | None] = mapped_column(String(8))
    specialist_opinion: Mapped[str | None]
    past_behaviour: Mapped[list[str] | None]
    current_risk: Mapped[str | None] = mapped_column(String(16))
    somatic_disease: Mapped[str | None]
    family_history: Mapped[str | None]
    doctor_name: Mapped[str | None]
    filled_on: Mapped[date | None]


class Episode(Record):
    """One stay in the service, from application to closure (个案); its state is of domain.episodes."""

    __tablename__ = "episode"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    reason: Mapped[str | None]
