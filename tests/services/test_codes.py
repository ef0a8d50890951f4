import re
import tomllib
from dataclasses import replace

import pytest

from desktop import resources
from desktop.services import codes
from desktop.services.catalogue import Services

LISTS = sorted(
    path.stem for path in resources.path("codes").glob("*.toml") if "choices" in tomllib.loads(path.read_text("utf-8"))
)


@pytest.mark.parametrize("table", LISTS)
def test_every_list_has_codes_of_its_own_and_words_for_each(table: str) -> None:
    entries = codes.entries(table)
    assert entries
    assert len({entry["code"] for entry in entries}) == len(entries)
    assert all(entry["label"].strip() for entry in entries)
    words = [word for entry in entries for word in (entry["label"], *entry.get("aliases", ()))]
    assert len(set(words)) == len(words), "a word of a sheet means one code"


def test_the_lists_the_service_names_are_there() -> None:
    described = " ".join((codes.Codes.__doc__ or "").split()).split("tables: ")[1]
    named = set(re.findall(r"\b[a-z_]{3,}3?\b", re.sub(r"\(.*?\)|and the words of screens", "", described)))
    assert len(named) > 30
    assert named <= set(LISTS)


def test_the_lists_of_the_domain_are_whole() -> None:
    assert len([entry for entry in codes.entries("ethnicity") if entry["code"] <= "56"]) == 56
    assert {entry["national_class"] for entry in codes.entries("training_type")} - {""} == {
        f"0{n}" for n in range(1, 10)
    }
    assert [entry["code"] for entry in codes.entries("consent_scope")] == list("abcdefghijklm")
    assert [entry["code"] for entry in codes.entries("danger_level")] == list("012345")
    assert codes.entry("diagnosis_category", "1")["icd"] == ["F20"]
    assert not any("心理治疗" in entry["label"] for entry in codes.entries("training_type"))


def test_codes_fit_the_columns_that_hold_them() -> None:
    from desktop.models.people import Person
    from desktop.models.trainings import Attendance, Training
    from desktop.models.visits import Visit

    columns = {
        "sex": Person.sex, "ethnicity": Person.ethnicity, "id_type": Person.id_type,
        "service_class": Person.service_class, "service_mode": Person.service_mode,
        "capacity_status": Person.capacity_status, "attendance": Attendance.state,
        "participation": Attendance.participation, "training_type": Training.training_type,
        "training_form": Training.form, "visit_method": Visit.method, "visit_met": Visit.met,
        "mental_state": Visit.mental_state, "medication": Visit.medication, "grade3": Visit.sleep,
        "lock_seen": Visit.lock_seen,
    }  # fmt: skip
    for table, column in columns.items():
        length = column.property.columns[0].type.length
        assert all(len(entry["code"]) <= length for entry in codes.entries(table)), table


def test_labels_and_choices(services: Services) -> None:
    assert services.codes.label("sex", "2") == "女"
    assert services.codes.label("sex", "7") == "7"
    assert services.codes.label("sex", None) == ""
    assert [choice.code for choice in services.codes.choices("grade3")] == ["good", "fair", "poor"]
    assert codes.entry("sex", None) == codes.entry("sex", "7") == {}


def test_rules_are_copies_so_that_nobody_changes_them_for_all() -> None:
    codes.rules("training")["minutes_max"] = 1
    assert codes.rules("training")["minutes_max"] == 480


def test_townships_are_found_by_code_and_by_any_part_of_the_name(services: Services) -> None:
    (found,) = services.codes.divisions("130102001")
    assert (found.code, found.name) == ("130102001", "河北省石家庄市长安区建北街道")
    assert found in services.codes.divisions("长安区建北")
    assert services.codes.divisions("没有这个地方") == services.codes.divisions(" ") == ()
    assert len(services.codes.divisions("街道")) == 20


def test_townships_of_the_own_county_come_first(services: Services) -> None:
    there = replace(services.desk, facts=replace(services.desk.facts, station_code="659012103"))
    assert codes.Codes(there).divisions("镇")[0].code.startswith("659012")
