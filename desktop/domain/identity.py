"""ID numbers, disability numbers, credit codes, telephones: what they must look like and what they tell (DOMAIN 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.i18n import tr

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_OLD_CENTURY = "19"  # the only one the numbers of 15 digits knew
_ID_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_OLD_ID_SHAPE = re.compile(r"[1-9][0-9]{14}")
_DISABILITY_SHAPE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(?:B[0-9])?")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:0[0-9]{2,3}-?)?[1-9][0-9]{6,7}(?:-[0-9]{1,6})?|[0-9]{5,6}")
_DIVISION = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}")
PSYCHIATRIC_TYPES = frozenset({"6", "7"})


@dataclass(frozen=True)
class IdFacts:
    """What a citizen ID number says: the number as stored, the birth date, the sex (GB/T 2261.1)."""

    number: str
    birth_on: date
    sex: str


@dataclass(frozen=True)
class DisabilityFacts:
    """What a disability certificate says: the number as stored, type 1-7, level 1-4."""

    number: str
    id_no: str
    kind: str
    level: str


@dataclass(frozen=True)
class IdKind:
    """What the number of one kind of papers looks like (resources/codes/id_type.toml)."""

    label: str
    shape: str = ""  # pattern of the whole number; empty: anything
    looks_like: str = ""  # the same in words
    tells: bool = False  # 18 signs built like a citizen's number: with birth date, sex and check digit


def clean_number(text: str) -> str:
    """Return a number as stored: half-width, without blanks, letters in capitals."""
    return fold(text).upper()


def id_check_digit(body: str) -> str:
    """Return the 18th sign for the first 17 digits (GB 11643)."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, body, strict=True))
    return _ID_CHECKS[total % 11]


def old_id(number: str) -> str:
    """Return a citizen number the way cards before 1999 wrote it (15 digits); any other number as it is."""
    if _ID_SHAPE.fullmatch(number) and number[6:8] == _OLD_CENTURY:
        return number[:6] + number[8:17]
    return number


def check_id_no(text: str, today: date, max_age: int, field: str = "id_no") -> tuple[IdFacts | None, tuple[Fault, ...]]:
    """Read a citizen ID number (GB 11643): what it says, or the faults that make it unusable."""
    number = clean_number(text)
    if _OLD_ID_SHAPE.fullmatch(number):
        message = tr("这是 15 位旧身份证号，先照样保存；换了新证请改成 18 位。程序不会自己换算。")
        return None, (Fault(field, "id_old", message, "warning"),)
    if not _ID_SHAPE.fullmatch(number):
        message = tr("身份证号应为 18 位（17 位数字加 1 位数字或 X），现在是 {n} 位，请核对。", n=len(number))
        return None, (Fault(field, "id_shape", message),)
    if id_check_digit(number[:17]) != number[17]:
        return None, (Fault(field, "id_check_digit", tr("身份证号的校验位不对，多半有一位抄错，请对照证件核对。")),)
    birth = _day_of(number[6:14])
    if birth is None or birth > today or age_on(birth, today) > max_age:
        return None, (Fault(field, "id_birth", tr("身份证号里的出生日期不合理，请对照证件核对。")),)
    return IdFacts(number, birth, "1" if int(number[16]) % 2 else "2"), ()


def check_papers(text: str, kind: IdKind, today: date, max_age: int) -> tuple[IdFacts | None, tuple[Fault, ...]]:
    """Read the number of other papers than the citizen's card; what looks wrong is only pointed out."""
    number = clean_number(text)
    if kind.shape and not re.fullmatch(kind.shape, number):
        message = tr("{kind}的号码一般是{looks}，现在是 {n} 位，请再看一眼。",
                     kind=tr(kind.label), looks=tr(kind.looks_like), n=len(number))  # fmt: skip
        return None, (Fault("id_no", "papers_shape", message, "warning"),)
    if not kind.tells or len(number) != len(_ID_WEIGHTS) + 1:
        return None, ()
    facts, faults = check_id_no(number, today, max_age)
    return facts, tuple(Fault(fault.field, fault.code, _doubt(kind), "warning") for fault in faults)


def _doubt(kind: IdKind) -> str:
    return tr("{kind}的号码里，校验位或出生日期对不上，请对照证件再看一眼。", kind=tr(kind.label))


def _day_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def check_disability_no(
    text: str, id_no: str, field: str = "disability_no"
) -> tuple[DisabilityFacts | None, tuple[Fault, ...]]:
    """Read a disability certificate number (ID number + type + level [+ B and reissue]) of the person with `id_no`."""
    number = clean_number(text)
    match = _DISABILITY_SHAPE.fullmatch(number)
    if match is None:
        message = tr("残疾人证号应为 20 位：18 位身份证号加类别（1-7）和等级（1-4），请核对。")
        return None, (Fault(field, "disability_shape", message),)
    facts = DisabilityFacts(number, match[1], match[2], match[3])
    if id_no and facts.id_no != clean_number(id_no):
        message = tr("残疾人证号里的身份证号与本人的不一致，请对照证件核对两个号码。")
        return facts, (Fault(field, "disability_other_person", message, "warning"),)
    if facts.kind not in PSYCHIATRIC_TYPES:
        message = tr("残疾人证的类别不是精神或多重残疾，请再看一眼。")
        return facts, (Fault(field, "disability_kind", message, "warning"),)
    return facts, ()


def credit_check_sign(body: str) -> str:
    """Return the 18th sign for the first 17 signs of a unified social credit code (GB 32100)."""
    values = (_CREDIT_SIGNS.index(sign) for sign in body)
    total = sum(weight * value for weight, value in zip(_CREDIT_WEIGHTS, values, strict=True))
    return _CREDIT_SIGNS[(31 - total % 31) % 31]


def check_credit_code(text: str, field: str = "uscc") -> tuple[Fault, ...]:
    """Return what is wrong with a unified social credit code, or ()."""
    code = clean_number(text)
    if len(code) != len(_CREDIT_WEIGHTS) + 1 or any(sign not in _CREDIT_SIGNS for sign in code):
        message = tr("统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z），请核对。")
        return (Fault(field, "credit_shape", message),)
    if credit_check_sign(code[:-1]) != code[-1]:
        return (Fault(field, "credit_check_sign", tr("统一社会信用代码的校验位不对，请对照登记证书核对。")),)
    return ()


def check_division_code(text: str, field: str = "division_code") -> tuple[Fault, ...]:
    """Return what is wrong with a division code (6 digits county, 9 township, 12 village), or ()."""
    if _DIVISION.fullmatch(fold(text)):
        return ()
    return (Fault(field, "division_shape", tr("行政区划代码应为 6 位（县）、9 位（乡镇）或 12 位（村）数字。")),)


def check_phone(text: str, field: str = "phone") -> tuple[Fault, ...]:
    """Return a warning for a telephone number that cannot be right, or ()."""
    number = fold(text)
    if not number or _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return ()
    message = tr("电话号码看着不对（手机应为 11 位，现在是 {n} 位），请再看一眼。", n=len(number))
    return (Fault(field, "phone_shape", message, "warning"),)


def age_on(birth: date, day: date) -> int:
    """Return the age in whole years on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def mask_id(number: str | None) -> str:
    """Return an ID number with only its ends to be seen: 9901**********002X."""
    return _mask(number, 4, 4)


def mask_birth(number: str | None) -> str:
    """Return an ID number as lists show it, with the birth date hidden: 990127********002X."""
    return _mask(number, 6, 4)


def mask_name(name: str) -> str:
    """Return a name as lists show it before strangers: 张*."""
    return f"{name[:1]}*"


def mask_phone(number: str | None) -> str:
    """Return a telephone number with the middle hidden: 138****8000."""
    return _mask(number, 3, 4)


def _mask(text: str | None, head: int, tail: int) -> str:
    """Hide the middle; short texts are hidden whole, so that nothing shows by being short."""
    if not text:
        return ""
    if len(text) < head + tail + 3:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
