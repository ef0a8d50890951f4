from copy import deepcopy
from dataclasses import fields, replace
from datetime import date

import pytest

from desktop import resources
from desktop.domain.faults import Fault
from desktop.domain.forms import FormLayout
from desktop.domain.identity import id_check_digit
from desktop.domain.people import (
    CareLine,
    ContactLine,
    GuardianDraft,
    MedicationLine,
    PersonDraft,
    check,
    gaps,
    is_draft,
    settle,
)
from desktop.services import codes
from tests.domain.rules import PEOPLE

TODAY = date(2026, 3, 31)


def id_no(birth: str = "19800101", serial: int = 1) -> str:
    body = f"990127{birth}{serial:03}"
    return body + id_check_digit(body)


GOOD = PersonDraft(
    name="张三",
    id_no=id_no(),
    village="青山村",
    diagnosis_category="1",
    diagnosed_on="2009-07",
    filed_on="2025-01-05",
    guardian=GuardianDraft(name="张守义", relation="51", phone="13800138000"),
)


def told(draft: PersonDraft) -> set[tuple[str | None, str, str]]:
    return {(fault.field, fault.code, fault.severity) for fault in check(draft, TODAY, PEOPLE)}


def test_a_complete_file_has_no_faults() -> None:
    assert check(GOOD, TODAY, PEOPLE) == ()
    assert not is_draft(check(GOOD, TODAY, PEOPLE))


def test_the_form_is_stored_clean_with_sex_and_birth_from_the_number() -> None:
    typed = replace(
        GOOD,
        name=" 张\u3000三 ",
        id_no=" ９９０１２７" + id_no()[6:],
        phone="138 0013 8000",
        filed_on="2025.1.5",
        diagnosed_on="2009年7月",
        icd_code="f20.0",
        warning_note=" 第一行\n第二行 ",
        guardian=GuardianDraft(name="张 守义", relation=" 51 ", id_no="", phone="138 0013 8000", address=" 村东 "),
    )
    clean = settle(typed, TODAY, PEOPLE)
    assert (clean.name, clean.id_no, clean.sex, clean.birth_on) == ("张三", id_no(), "1", "1980-01-01")
    assert (clean.phone, clean.filed_on, clean.diagnosed_on, clean.icd_code) == (
        "13800138000",
        "2025-01-05",
        "2009-07",
        "F20.0",
    )
    assert clean.warning_note == "第一行\n第二行"
    assert clean.guardian == GuardianDraft("张守义", "51", "", "13800138000", "村东")
    assert settle(clean, TODAY, PEOPLE) == clean


def test_what_was_typed_is_not_replaced_by_the_number() -> None:
    typed = replace(GOOD, sex="2", birth_on="1980-01-02")
    clean = settle(typed, TODAY, PEOPLE)
    assert (clean.sex, clean.birth_on) == ("2", "1980-01-02")
    assert told(typed) == {("sex", "sex_differs", "warning"), ("birth_on", "birth_differs", "warning")}
    assert told(replace(GOOD, sex="9")) == set()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": " "}, "name", "name_missing"),
        ({"name": "张" * 51}, "name", "name_long"),
        ({"id_no": "123"}, "id_no", "id_shape"),
        ({"birth_on": "昨天"}, "birth_on", "date_unreadable"),
        ({"filed_on": "2025-01"}, "filed_on", "date_unreadable"),
        ({"filed_on": "2026-04-01"}, "filed_on", "date_in_future"),
        ({"diagnosed_on": "不详"}, "diagnosed_on", "date_unreadable"),
        ({"diagnosed_on": "2026-04"}, "diagnosed_on", "date_in_future"),
        ({"sex": "7"}, "sex", "unknown_code"),
        ({"danger_level": "6"}, "danger_level", "unknown_code"),
        ({"disability_no": "1"}, "disability_no", "disability_shape"),
        ({"guardian": GuardianDraft("张守义", "ZZ")}, "guardian.relation", "unknown_code"),
        ({"guardian": GuardianDraft(phone="13800138000")}, "guardian.name", "name_missing"),
        ({"guardian": GuardianDraft("张守义", id_no="12")}, "guardian.id_no", "id_shape"),
        ({"guardian": GuardianDraft("张守义", id_no=id_no())}, "guardian.id_no", "guardian_is_client"),
    ],
)
def test_errors_name_the_field(change: dict[str, object], field: str, code: str) -> None:
    assert (field, code, "error") in told(replace(GOOD, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"phone": "1380013800"}, "phone", "phone_shape"),
        ({"guardian": GuardianDraft("张守义", phone="1380013800")}, "guardian.phone", "phone_shape"),
        ({"diagnosed_on": "2025-02"}, "diagnosed_on", "date_order"),
        ({"diagnosed_on": "1979"}, "diagnosed_on", "date_order"),
        ({"guardian": GuardianDraft()}, "guardian.name", "guardian_missing"),
    ],
)
def test_doubts_do_not_stop_the_file(change: dict[str, object], field: str, code: str) -> None:
    faults = check(replace(GOOD, **change), TODAY, PEOPLE)  # type: ignore[arg-type]
    assert {(fault.field, fault.code, fault.severity) for fault in faults} == {(field, code, "warning")}
    assert not is_draft(faults)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"id_no": ""}, {"id_no", "sex"}),
        ({"id_no": "", "id_missing_reason": "从未登记户口", "sex": "1"}, set()),
        ({"id_type": "03", "id_no": "E123", "sex": "1"}, {"birth_on"}),
        ({"id_type": "03", "id_no": "E123", "sex": "1", "birth_on": "1980-01-01"}, set()),
        ({"village": ""}, {"village"}),
        ({"village": "", "address": "东街1号"}, set()),
        ({"diagnosis_category": ""}, {"diagnosis_category"}),
        ({"diagnosis_category": "", "diagnosis_text": "待查"}, set()),
    ],
)
def test_what_is_missing_leaves_a_draft(change: dict[str, object], fields: set[str]) -> None:
    faults = check(replace(GOOD, **change), TODAY, PEOPLE)  # type: ignore[arg-type]
    assert {fault.field for fault in faults if fault.code == "missing"} == fields
    assert is_draft(faults) is bool(fields)


def test_a_minor_needs_a_guardian_and_a_capable_adult_does_not() -> None:
    minor = replace(GOOD, id_no=id_no("20120101"), guardian=GuardianDraft())
    assert any("未成年人" in fault.message for fault in check(minor, TODAY, PEOPLE))
    assert told(replace(GOOD, capacity_status="full", guardian=GuardianDraft())) == set()


def test_without_a_birth_date_nobody_is_taken_for_a_minor() -> None:
    unknown = replace(GOOD, id_no="", id_missing_reason="补办", sex="1", guardian=GuardianDraft())
    assert told(unknown) == {("guardian.name", "guardian_missing", "warning")}


def test_the_longest_name() -> None:
    assert told(replace(GOOD, name="张" * 50)) == set()


def test_a_diagnosis_on_the_day_of_filing_is_in_order() -> None:
    assert told(replace(GOOD, diagnosed_on="2025-01-05")) == set()


def test_an_old_birth_date_is_doubted() -> None:
    old = replace(GOOD, id_type="03", id_no="E1", sex="1", birth_on="1890-01-01")
    assert ("birth_on", "age_high", "error") in told(old)


def test_a_fault_is_a_sentence() -> None:
    faults: tuple[Fault, ...] = check(PersonDraft(guardian=GuardianDraft(phone="1")), TODAY, PEOPLE)
    assert faults
    assert all(fault.message.endswith("。") for fault in faults)


def test_the_form_of_the_data_has_every_field_of_the_draft_once() -> None:
    layout = codes.person_form()
    own = {each.name for each in fields(PersonDraft)} - {"guardian"}
    guardians = {f"guardian.{each.name}" for each in fields(GuardianDraft)}
    assert set(layout.fields) == own | guardians
    assert sum(len(section.fields) for section in layout.sections) == len(layout.fields)
    assert [section.is_first for section in layout.steps] == sorted(
        (section.is_first for section in layout.steps), reverse=True
    )


def test_codes_are_checked_wherever_they_stand() -> None:
    draft = replace(
        GOOD,
        marital="77",
        disability_card="lost",
        contacts=(ContactLine(name="王五", relation="0"),),
        symptoms=("1", "99"),
        danger_acts=(("8", "1"),),
        medications=(MedicationLine(drug="利培酮", unit="9"),),
        care_team=(CareLine(role="neighbour", name="王五"),),
    )
    found = {(field, code) for field, code, _ in told(draft)}
    assert found == {
        (name, "unknown_code")
        for name in ("marital", "disability_card", "symptoms", "danger_acts", "contacts", "medications", "care_team")
    }


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"hospital_times": "三"}, "hospital_times", "number_unreadable"),
        ({"danger_acts": (("1", "多次"),)}, "danger_acts", "number_unreadable"),
        ({"division_code": "99"}, "division_code", "division_shape"),
        ({"first_onset_on": "去年"}, "first_onset_on", "date_unreadable"),
        ({"first_drug_on": "2027"}, "first_drug_on", "date_in_future"),
        ({"filled_on": "2026-04-01"}, "filled_on", "date_in_future"),
        ({"medications": (MedicationLine(dose="2"),)}, "medications", "drug_missing"),
        ({"medications": (MedicationLine(drug="利培酮", started_on="春天"),)}, "medications", "date_unreadable"),
        ({"contacts": (ContactLine(phone="13800138001"),)}, "contacts", "name_missing"),
        ({"contacts": (ContactLine(name="王五", to_on="明天"),)}, "contacts", "date_unreadable"),
        ({"guardian": replace(GOOD.guardian, from_on="去年")}, "guardian.from_on", "date_unreadable"),
        ({"guardian": replace(GOOD.guardian, to_on="2026-04-01")}, "guardian.to_on", "date_in_future"),
        (
            {"guardian": replace(GOOD.guardian, from_on="2026-02-01", to_on="2026-01-31")},
            "guardian.to_on",
            "date_order",
        ),
        ({"guardian": GuardianDraft(to_on="2026-01-31")}, "guardian.name", "name_missing"),
        ({"care_team": (CareLine(name="王五"),)}, "care_team", "name_missing"),
        ({"care_team": (CareLine(role="police", name="王五", to_on="明天"),)}, "care_team", "date_unreadable"),
    ],
)
def test_errors_of_the_further_fields(change: dict[str, object], field: str, code: str) -> None:
    assert (field, code, "error") in told(replace(GOOD, **change))  # type: ignore[arg-type]


def test_rows_left_blank_are_not_stored_and_texts_are_cleaned() -> None:
    typed = replace(
        GOOD,
        hospital_times="３",
        first_onset_on="2001年5月",
        danger_acts=(("1", "２"), ("2", " ")),
        medications=(MedicationLine(), MedicationLine(drug=" 利培酮 ", dose="２", started_on="2019.3")),
        contacts=(ContactLine(), ContactLine(name="王 六", phone="138 0013 8001", from_on="2026.1.5")),
        care_team=(CareLine(), CareLine(role="doctor", name="王 五", phone="138 0013 8000")),
    )
    clean = settle(typed, TODAY, PEOPLE)
    assert (clean.hospital_times, clean.first_onset_on, clean.danger_acts) == ("3", "2001-05", (("1", "2"),))
    assert clean.contacts == (ContactLine(name="王六", phone="13800138001", from_on="2026-01-05"),)
    assert clean.medications == (MedicationLine(drug="利培酮", dose="2", started_on="2019-03"),)
    assert clean.care_team == (CareLine(role="doctor", name="王五", phone="13800138000"),)


def test_onset_after_diagnosis_is_only_pointed_out() -> None:
    assert told(replace(GOOD, first_onset_on="2010")) == {("first_onset_on", "date_order", "warning")}
    assert told(replace(GOOD, first_onset_on="2009")) == set()


@pytest.mark.parametrize(
    ("kind", "number", "codes_", "sex"),
    [
        ("06", "H12345678", set(), ""),
        ("06", "12345678", {"papers_shape"}, ""),
        ("07", "01234567", set(), ""),
        ("07", "T1", {"papers_shape"}, ""),
        ("03", "e12345678", set(), ""),
        ("L1", "9115619800101002" + "1" + "X", {"id_check_digit"}, ""),
        ("L1", "USA110000000001", set(), ""),
        ("L2", "81000019800101001" + id_check_digit("81000019800101001"), set(), "1"),
        ("04", "军字第12号", set(), ""),
    ],
)
def test_other_papers_are_checked_but_block_nothing(kind: str, number: str, codes_: set[str], sex: str) -> None:
    draft = replace(GOOD, id_type=kind, id_no=number, sex="", birth_on="")
    faults = [fault for fault in check(draft, TODAY, PEOPLE) if fault.field == "id_no"]
    assert {fault.code for fault in faults} == codes_
    assert all(fault.severity == "warning" for fault in faults)
    assert settle(draft, TODAY, PEOPLE).sex == sex


def test_a_number_of_15_signs_is_kept_as_it_is_and_pointed_out() -> None:
    draft = replace(GOOD, id_no="990127800101001", sex="1", birth_on="1980-01-01")
    assert told(draft) == {("id_no", "id_old", "warning")}
    assert settle(draft, TODAY, PEOPLE).id_no == "990127800101001"
    assert ("sex", "missing", "warning") in told(replace(draft, sex=""))


def test_somebody_elses_disability_number_is_pointed_out_not_refused() -> None:
    assert told(replace(GOOD, disability_no=id_no("19810101") + "62")) == {
        ("disability_no", "disability_other_person", "warning")
    }


def test_a_number_without_a_card_is_pointed_out_and_tells_that_there_is_one() -> None:
    number = replace(GOOD, disability_no=id_no() + "62")
    assert told(replace(number, disability_card="none")) == {("disability_card", "card_differs", "warning")}
    assert told(number) == told(replace(GOOD, disability_card="none")) == set()
    open_ = {fault.field for fault in gaps(GOOD, TODAY, PEOPLE)}
    assert "disability_card" in open_
    assert "disability_card" not in {fault.field for fault in gaps(number, TODAY, PEOPLE)}


def test_a_guardian_taken_out_of_the_form_leaves_the_day_without_a_fault() -> None:
    assert told(replace(GOOD, guardian=GuardianDraft(from_on="2025-01-05"))) == {
        ("guardian.name", "guardian_missing", "warning")
    }


def test_what_a_complete_file_still_lacks() -> None:
    open_fields = {fault.field for fault in gaps(GOOD, TODAY, PEOPLE)}
    assert {"marital", "danger_level", "care_team", "has_dibao"} <= open_fields
    assert not {"village", "name", "phone", "diagnosed_on", "guardian.phone"} & open_fields
    answered = replace(GOOD, has_dibao=False, marital="10", care_team=(CareLine(role="police", name="王五"),))
    assert not {"has_dibao", "marital", "care_team"} & {fault.field for fault in gaps(answered, TODAY, PEOPLE)}
    alone = replace(GOOD, guardian=GuardianDraft(), capacity_status="full")
    assert not any((fault.field or "").startswith("guardian") for fault in gaps(alone, TODAY, PEOPLE))


def test_a_county_may_hide_and_move_fields() -> None:
    table = deepcopy(resources.table("people/form.toml"))
    for section in table["sections"]:
        for row in section["fields"]:
            row["hidden"] = section["key"] == "economy" or row["name"] == "ethnicity"
    layout = FormLayout.of(table)
    assert "economy" not in [section.key for section in layout.steps]
    assert "ethnicity" not in [each.name for each in layout.steps[0].shown]
    assert "ethnicity" not in [each.name for each in layout.needed("complete")]
    assert layout.fields["marital"].codes == "marital"
