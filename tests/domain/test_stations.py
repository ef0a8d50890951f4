import pytest

from desktop.domain.stations import NUMBERS, check_account, check_pc_letter, check_station, usual_code

GOOD = {
    "name": "青山镇社区康复站",
    "division_code": "990127001",
    "code": "QS01",
    "uscc": "91350100M000100Y43",
    "phone": "0990-5550101",
    "supervision_phone": "",
    "green_channel_phone": "",
    "opened_on": "2023-05-04",
    "technical_phone": "",
    "rated_on": "",
}


def codes(numbers: dict[str, int | None] | None = None, **change: str) -> list[tuple[str | None, str]]:
    known = dict.fromkeys(NUMBERS) | (numbers or {"capacity_day": 40})
    return [(fault.field, fault.code) for fault in check_station({**GOOD, **change}, known)]


def test_a_right_institution_file() -> None:
    assert codes() == codes(dict.fromkeys(NUMBERS), code="", uscc="", opened_on="") == []


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
        ("rated_on", "去年", "date_shape"),
    ],
)
def test_each_fault_is_told_at_its_field(field: str, typed: str, code: str) -> None:
    assert codes(**{field: typed}) == [(field, code)]


@pytest.mark.parametrize("field", NUMBERS)
def test_numbers_are_sensible(field: str) -> None:
    least, most = NUMBERS[field]
    assert codes({field: least}) == codes({field: most}) == []
    assert codes({field: least - 1}) == codes({field: most + 1}) == [(field, "range")]


def test_the_usual_code_keeps_the_digits_that_tell_places_apart() -> None:
    assert usual_code("990127001000") == usual_code("990127001") == "S127001"
    assert usual_code("990127") == "S990127"
    assert usual_code("990127000") == "S990127"


def test_accounts_and_letters() -> None:
    assert check_account("li.na-2", "李娜", "worker", ["worker"]) == ()
    assert [fault.field for fault in check_account("李娜", " ", "boss", ["worker"])] == ["login", "name", "role"]
    assert check_pc_letter("A") == ()
    assert [fault.code for fault in check_pc_letter("AB")] == ["letter_shape"]
