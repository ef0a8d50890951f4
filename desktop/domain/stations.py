"""What the institution file and an account must say before they can be kept (DOMAIN 4.1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.domain.identity import check_credit_code, check_division_code, check_phone
from desktop.domain.texts import check_values
from desktop.i18n import tr

_CODE = re.compile(r"[0-9A-Z]{1,12}")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_PC_LETTER = re.compile(r"[A-Z]")
_LONGEST_NAME = 60
_LONGEST_PERSON = 50
_COUNTY_DIGITS = 6
PHONES = ("phone", "supervision_phone", "green_channel_phone", "technical_phone")
DAYS = ("opened_on", "rated_on")
NUMBERS = {"capacity_day": (1, 1000), "capacity_home": (0, 1000), "area_m2": (1, 100_000), "direct_staff": (0, 1000)}
"""Fields that hold a whole number, and between what."""


def usual_code(division_code: str) -> str:
    """Return the station code that is taken when nobody gave one: S and the last six digits that tell places apart."""
    digits = fold(division_code)
    while len(digits) > _COUNTY_DIGITS and digits.endswith("000"):
        digits = digits[:-3]
    return "S" + digits[-_COUNTY_DIGITS:]


def check_station(texts: Mapping[str, str], numbers: Mapping[str, int | None]) -> tuple[Fault, ...]:
    """Return what is wrong in the institution file; `texts` are the fields as typed, "" for unknown."""
    faults: list[Fault] = [*check_values(texts)]
    name = texts["name"].strip()
    if not name:
        faults.append(Fault("name", "required", tr("请填写机构名称。")))
    elif len(name) > _LONGEST_NAME or not name.isprintable():
        faults.append(Fault("name", "name_shape", tr("机构名称最多 {n} 个字，不能有换行。", n=_LONGEST_NAME)))
    faults += check_division_code(texts["division_code"])
    if texts["code"] and not _CODE.fullmatch(texts["code"]):
        faults.append(
            Fault("code", "code_shape", tr("站点代码应为 1 至 12 位大写字母或数字，它会印在每个档案编号里。"))
        )
    if texts["uscc"]:
        faults += check_credit_code(texts["uscc"])
    for field in PHONES:
        faults += check_phone(texts[field], field)
    for field in DAYS:
        if texts[field] and read_day(texts[field]) is None:
            faults.append(Fault(field, "date_shape", tr("日期请写成 2026-03-31 这样。")))
    for field, (least, most) in NUMBERS.items():
        number = numbers[field]
        if number is not None and not least <= number <= most:
            faults.append(Fault(field, "range", number_words(field)))
    return tuple(faults)


def number_words(field: str) -> str:
    """Return what a number of the institution file must be."""
    least, most = NUMBERS[field]
    return tr("请填 {least} 到 {most} 的整数。", least=least, most=most)


def check_account(login: str, name: str, role: str, roles: Collection[str]) -> tuple[Fault, ...]:
    """Return what is wrong in a new account; the password has its own rules in the vault."""
    faults: list[Fault] = []
    if not _LOGIN.fullmatch(login):
        faults.append(
            Fault("login", "login_shape", tr("登录名应为 2 至 32 位小写字母、数字、点、横线，以字母或数字开头。"))
        )
    if not 1 <= len(name.strip()) <= _LONGEST_PERSON or not name.isprintable():
        faults.append(Fault("name", "required", tr("请填写姓名。")))
    if role not in roles:
        faults.append(Fault("role", "role_unknown", tr("请选择一种角色。")))
    return tuple(faults)


def check_pc_letter(letter: str) -> tuple[Fault, ...]:
    """Return what is wrong with the letter of a PC, which stands in every number it gives out."""
    if _PC_LETTER.fullmatch(letter):
        return ()
    return (Fault("pc_letter", "letter_shape", tr("本机字母应为一个大写字母 A 到 Z，同一站点的每台电脑不同。")),)
