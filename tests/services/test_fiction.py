"""People who do not exist."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.domain import people
from desktop.services.codes import people_rules
from desktop.services.fiction import Fiction

DAY = date(2026, 3, 31)


def test_equal_seed_makes_equal_people() -> None:
    assert Fiction(1, DAY).people(50) == Fiction(1, DAY).people(50)
    assert Fiction(1, DAY).people(50) != Fiction(2, DAY).people(50)


@pytest.mark.parametrize("years", [1, 5])
def test_made_up_files_are_complete_and_without_fault(years: int) -> None:
    drafts = Fiction(7, DAY, years).people(300)
    for draft in drafts:
        assert people.check(draft, DAY, people_rules()) == ()
    assert len({draft.id_no for draft in drafts}) == 300
    assert all(draft.id_no.startswith("99") for draft in drafts)
    assert min(draft.filed_on for draft in drafts) < f"{DAY.year - years + 1}-06-01"


def test_rare_names_come_first() -> None:
    assert Fiction(1, DAY).people(1)[0].name == "㛃䶮"
