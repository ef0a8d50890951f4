import pytest

from desktop.domain.stations import check_account, check_pc_letter, check_station, usual_code

GOOD = {
    "name": "青山镇社区康复站",
    "division_code": "990127001",
    "code": "QS01",
    "uscc": "91350100M000100Y43",
    "phone": "0990-5550101",
    "supervision_phone": "",
    "green_channel_phone": "",
    "opened_on": "2023-05-04",
}


def codes(capacity_day: int | None = 40, **change: str) -> list[tuple[str | None, str]]:
    return [(fault.field, fault.code) for fault in check_station({**GOOD, **change}, capacity_day)]


def test_a_right_institution_file() -> None:
    assert codes() == codes(None, code="", uscc="", opened_on="") == []


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", " ", "required"),
        ("name", "站" * 61, "name_shape"),
        ("name", "第一行\n第二行", "name_shape"),
        ("division_code", "99", "division_shape"),
        ("code", "青山", "code_shape"),
        ("uscc", "91350100M000100Y44", "credit_check_sign"),
        ("supervision_phone", "1380013800", "phone_shape"),
        ("opened_on", "2023", "date_shape"),
    ],
)
def test_each_fault_is_told_at_its_field(field: str, typed: str, code: str) -> None:
    assert codes(**{field: typed}) == [(field, code)]


def test_the_number_of_places_is_sensible() -> None:
    assert codes(0) == codes(1001) == [("capacity_day", "range")]


def test_the_usual_code_keeps_the_digits_that_tell_places_apart() -> None:
    assert usual_code("990127001000") == usual_code("990127001") == "S127001"
    assert usual_code("990127") == "S990127"
    assert usual_code("990127000") == "S990127"


def test_accounts_and_letters() -> None:
    assert check_account("li.na-2", "李娜", "worker", ["worker"]) == ()
    assert [fault.field for fault in check_account("李娜", " ", "boss", ["worker"])] == ["login", "name", "role"]
    assert check_pc_letter("A") == ()
    assert [fault.code for fault in check_pc_letter("AB")] == ["letter_shape"]
