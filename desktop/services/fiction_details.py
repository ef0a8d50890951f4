"""Household, means, history, medicines and helpers of people who do not exist: what the further sections ask."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop.domain.people import CareLine, MedicationLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop.domain.people import PersonDraft

_KNOWN = 0.8  # of the files are written out; the others show what is still to be asked
_ONE_WORD = (
    "marital", "education", "employment", "hukou_type", "residence_type", "living_environment",
    "economic_status", "money_management", "medical_insurance", "service_standard", "past_lock", "past_outpatient",
    "last_effect", "health_consent", "in_smd_system", "current_risk", "somatic_disease", "hospital_times",
)  # fmt: skip


def with_details(draft: PersonDraft, dice: random.Random, told: Mapping[str, Any]) -> PersonDraft:
    """Return a file with its further sections filled in; `told` is the table people.details of demo/fiction.toml."""
    if dice.random() > _KNOWN:
        return draft
    pick = dice.choice
    onset = str(max(int(draft.birth_on[:4]) + 15, int(draft.diagnosed_on[:4]) - dice.randint(0, 3)))
    living = pick(told["living_situation"])
    return replace(
        draft,
        **{name: pick(told[name]) for name in _ONE_WORD},
        disability_card="held" if draft.disability_no else "none",
        living_situation=living,
        co_residents=() if living == "alone" else tuple(pick(told["co_residents"])),
        income_sources=tuple(pick(told["income_sources"])),
        relief_category="dibao" if draft.has_dibao else pick(told["relief_category"]),
        first_onset_on=min(onset, draft.diagnosed_on[:4]),
        symptoms=tuple(sorted(dice.sample(told["symptoms"], dice.randint(1, 3)), key=int)),
        past_behaviour=(pick(told["past_behaviour"]),),
        danger_acts=tuple((code, "0") for code in told["danger_acts"]),
        guardian=replace(draft.guardian, kind="legal", basis="order", is_able=True),
        medications=_medicines(draft, dice, told),
        care_team=_carers(draft, dice, told),
    )


def _medicines(draft: PersonDraft, dice: random.Random, told: Mapping[str, Any]) -> tuple[MedicationLine, ...]:
    """Return the medicine named in the file line by line, now and then one that was stopped."""
    drug, dose, times = draft.medicines.split()
    number = dose.rstrip("mg")
    milligrams = number if dose.endswith("mg") else str(round(float(number) * 1000))
    now = MedicationLine("", drug, milligrams, "1", times, "oral", "order", "", draft.filed_on)
    if dice.random() > told["stopped_share"]:
        return (now,)
    year = int(draft.filed_on[:4])
    before = replace(
        now, drug=dice.choice(told["stopped"]), started_on=f"{year - 3}-03-01", stopped_on=f"{year - 1}-09-30"
    )
    return now, before


def _carers(draft: PersonDraft, dice: random.Random, told: Mapping[str, Any]) -> tuple[CareLine, ...]:
    """Return the people of the village who watch over a client (四帮一)."""
    found = []
    for role, organisation, names in told["carers"]:
        telephone = f"139{dice.randrange(10**8):08}"
        found.append(CareLine("", role, dice.choice(names), organisation or draft.village, telephone, draft.filed_on))
    return tuple(found)
