"""What belongs to the institution file beside the station: shapes of its entries, and what is wrong in one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import fold
from desktop.i18n import tr

LONGEST_LINE = 120
LONGEST_TEXT = 2000
MOST = 1_000_000
MOST_HOURS = 200  # of one training
_MONEY = re.compile(r"[¥￥]?(\d{1,9})(?:\.(\d{1,2}))?元?")
_HOURS = re.compile(r"(\d{1,3}(?:\.\d)?)(?:个?小时|个?学时|课时|h)?", re.IGNORECASE)
_FREE = "免费"


@dataclass(frozen=True)
class Shape:
    """One field of an entry: its column, its words, what it holds (line, text, day, money, number, hours, code)."""

    name: str
    label: str
    holds: str = "line"
    is_needed: bool = False
    table: str = ""  # code list of a code
    hint: str = ""
    is_past: bool = False  # a day that cannot lie ahead


@dataclass(frozen=True)
class Entry:
    """One entry of the institution file as typed: kind price, plan, drill, insurance, contract, ..., and its texts."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    revision: int = 0

    def value(self, name: str) -> str:
        """Return what was typed into a field, without blanks around it."""
        return str(self.values.get(name) or "").strip()

    @property
    def owner_id(self) -> str:
        """Return the entry this one stands below, or empty text."""
        return self.value(OWNERS.get(self.kind, ""))

    def day(self, name: str) -> date | None:
        """Return a field as a day."""
        return read_day(self.value(name))


def shapes(kind: str) -> tuple[Shape, ...]:
    """Return the fields of one kind of entry, in reading order."""
    return _SHAPES[kind]()


def _price() -> tuple[Shape, ...]:
    return (
        Shape("service", tr("服务项目"), is_needed=True),
        Shape("unit", tr("单位"), is_needed=True, hint=tr("例如：次、课时、月")),
        Shape("price_fen", tr("个人付费（元）"), "money", is_needed=True, hint=tr("填 0 就印“免费”")),
        Shape("subsidy_fen", tr("政府补贴（元）"), "money"),
        Shape("from_on", tr("从哪天起"), "day", is_needed=True, hint=tr("同一项目原来的价格自动到前一天止")),
        Shape("to_on", tr("到哪天止"), "day", hint=tr("一直执行就不填")),
        Shape("basis", tr("收费依据")),
    )


def _plan() -> tuple[Shape, ...]:
    return (
        Shape("plan_version", tr("版本"), is_needed=True, hint=tr("例如：2026年修订版")),
        Shape("approved_on", tr("批准日期"), "day", is_needed=True, is_past=True),
        Shape("approved_by", tr("批准人")),
        Shape("summary", tr("要点"), "text"),
    )


def _drill() -> tuple[Shape, ...]:
    return (
        Shape("held_on", tr("演练日期"), "day", is_needed=True, is_past=True),
        Shape("topic", tr("演练内容"), is_needed=True, hint=tr("例如：病情复发处置、消防疏散")),
        Shape("participants", tr("参加人数"), "number"),
        Shape("problems", tr("发现的问题"), "text"),
        Shape("improvement", tr("改进措施"), "text"),
    )


def _insurance() -> tuple[Shape, ...]:
    return (
        Shape("kind", tr("险种"), "code", is_needed=True, table="station_insurance"),
        Shape("insurer", tr("保险公司")),
        Shape("policy_no", tr("保单号")),
        Shape("from_on", tr("生效日期"), "day"),
        Shape("to_on", tr("到期日期"), "day"),
    )


def _contract() -> tuple[Shape, ...]:
    return (
        Shape("buyer", tr("购买方"), is_needed=True),
        Shape("operator", tr("承接主体")),
        Shape("number", tr("合同编号")),
        Shape("from_on", tr("开始日期"), "day"),
        Shape("to_on", tr("结束日期"), "day"),
        Shape("amount_fen", tr("合同金额（元）"), "money"),
    )


def _contract_line() -> tuple[Shape, ...]:
    return (
        Shape("service", tr("约定的服务"), is_needed=True),
        Shape("quantity", tr("约定数量"), "number", is_needed=True),
        Shape("unit", tr("单位")),
        Shape("measure", tr("程序怎样数"), "code", table="contract_measure", hint=tr("程序不数的留空")),
    )


def _inspection() -> tuple[Shape, ...]:
    return (
        Shape("visited_on", tr("检查日期"), "day", is_needed=True, is_past=True),
        Shape("authority", tr("检查单位"), is_needed=True),
        Shape("inspectors", tr("检查人员")),
        Shape("topic", tr("检查内容")),
        Shape("outcome", tr("检查意见"), "text"),
    )


def _finding() -> tuple[Shape, ...]:
    return (
        Shape("finding", tr("发现的问题"), "text", is_needed=True, hint=tr("不写康复对象姓名")),
        Shape("due_on", tr("整改期限"), "day"),
        Shape("state", tr("整改情况"), "code", is_needed=True, table="finding_state"),
        Shape("rectification", tr("怎样整改的"), "text"),
        Shape("mended_on", tr("整改完成日期"), "day", is_past=True),
        Shape("rechecked_on", tr("复查日期"), "day", is_past=True),
        Shape("rechecked_by", tr("复查人")),
    )


def _staff_training() -> tuple[Shape, ...]:
    return (
        Shape("staff", tr("姓名"), is_needed=True),
        Shape("held_on", tr("培训日期"), "day", is_needed=True, is_past=True),
        Shape("hours", tr("学时"), "hours", is_needed=True, hint=tr("例如：4 或 2.5")),
        Shape("topic", tr("培训内容"), is_needed=True),
        Shape("kind", tr("培训类型"), "code", table="staff_training_kind"),
        Shape("organiser", tr("举办单位")),
        Shape("certificate", tr("证书编号")),
    )


_SHAPES = {
    "price": _price,
    "plan": _plan,
    "drill": _drill,
    "insurance": _insurance,
    "contract": _contract,
    "contract_line": _contract_line,
    "inspection": _inspection,
    "finding": _finding,
    "staff_training": _staff_training,
}
KINDS = tuple(_SHAPES)
OWNERS = {"drill": "plan_id", "contract_line": "contract_id", "finding": "visit_id"}
"""Kinds of entries that stand below another one, and the field that names it."""


def read_fen(text: str) -> int | None:
    """Return an amount of money typed in yuan as fen (分), or None; 免费 is zero."""
    typed = fold(text).replace(",", "")
    if typed == _FREE:
        return 0
    found = _MONEY.fullmatch(typed)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def yuan(fen: int) -> str:
    """Return an amount as it is typed: 12 or 12.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def price_words(fen: int, unit: str) -> str:
    """Return a price as it stands on the notice board; nothing to pay is said in words."""
    return tr("{yuan} 元/{unit}", yuan=yuan(fen), unit=unit) if fen else tr("免费")


def read_number(text: str) -> int | None:
    """Return a whole number as typed, or None."""
    typed = fold(text)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len(str(MOST)) else None


def read_hours(text: str) -> float | None:
    """Return hours of a training as typed, with at most one decimal, or None."""
    found = _HOURS.fullmatch(fold(text))
    hours = float(found[1]) if found else 0.0
    return hours if 0 < hours <= MOST_HOURS else None


def hours_of(entries: Iterable[Entry], staff: str, year: int) -> float:
    """Return how many hours somebody was trained in a year (DOMAIN 4.3)."""
    mine = (one for one in entries if fold(one.value("staff")) == fold(staff))
    return sum(read_hours(one.value("hours")) or 0 for one in mine if (day := one.day("held_on")) and day.year == year)


def check(entry: Entry, today: date, codes: Mapping[str, Collection[str]]) -> tuple[Fault, ...]:
    """Return what is wrong in an entry; `codes` are the codes of each list."""
    found = [
        fault for shape in shapes(entry.kind) if (fault := _fault_of(shape, entry.value(shape.name), today, codes))
    ]
    if not found:
        found += _reversed_term(entry)
        found += _unfinished(entry) if entry.kind == "finding" else ()
    return tuple(found)


def _fault_of(shape: Shape, text: str, today: date, codes: Mapping[str, Collection[str]]) -> Fault | None:
    """Return what is wrong in one field."""
    if not text:
        return Fault(shape.name, "required", tr("请填写{label}。", label=shape.label)) if shape.is_needed else None
    checks = {"day": _day_fault, "money": _money_fault, "number": _number_fault, "hours": _hours_fault}
    if shape.holds in checks:
        return checks[shape.holds](shape, text, today)
    if shape.holds == "code":
        is_known = text in codes[shape.table]
        return None if is_known else Fault(shape.name, "unknown_code", tr("没有这个选项，请从列表里选。"))
    return _words_fault(shape, text)


def _day_fault(shape: Shape, text: str, today: date) -> Fault | None:
    day = read_day(text)
    if day is None:
        return Fault(shape.name, "date_shape", tr("{label}请写成 2026-03-31 这样。", label=shape.label))
    if shape.is_past and day > today:
        return Fault(shape.name, "future", tr("{label}还没有到，请核对。", label=shape.label))
    return None


def _money_fault(shape: Shape, text: str, _: date) -> Fault | None:
    if read_fen(text) is not None:
        return None
    return Fault(shape.name, "money_shape", tr("{label}请写成 12 或 12.50 这样。", label=shape.label))


def _number_fault(shape: Shape, text: str, _: date) -> Fault | None:
    if read_number(text) is not None:
        return None
    return Fault(shape.name, "number_shape", tr("{label}请填 0 到 {n} 的整数。", label=shape.label, n=MOST - 1))


def _hours_fault(shape: Shape, text: str, _: date) -> Fault | None:
    if read_hours(text) is not None:
        return None
    return Fault(
        shape.name, "hours_shape", tr("{label}请写成 4 或 2.5 这样，最多 {n}。", label=shape.label, n=MOST_HOURS)
    )


def _words_fault(shape: Shape, text: str) -> Fault | None:
    """Refuse what is too long and marks that no printer and no screen shows."""
    longest = LONGEST_TEXT if shape.holds == "text" else LONGEST_LINE
    plain = text.replace("\n", "") if shape.holds == "text" else text
    if len(text) <= longest and plain.isprintable():
        return None
    message = tr("{label}最多 {n} 个字，不能有看不见的符号。", label=shape.label, n=longest)
    return Fault(shape.name, "text_shape", message)


def _reversed_term(entry: Entry) -> tuple[Fault, ...]:
    first, last = entry.day("from_on"), entry.day("to_on")
    if first is None or last is None or first <= last:
        return ()
    return (Fault("to_on", "term_reversed", tr("截止日期早于起始日期，请核对。")),)


_NEEDS_DAY = {"mended": "mended_on", "passed": "rechecked_on", "failed": "rechecked_on"}


def _unfinished(entry: Entry) -> tuple[Fault, ...]:
    """Return what a finding must say for the state it is in."""
    mended, rechecked = entry.day("mended_on"), entry.day("rechecked_on")
    needed = _NEEDS_DAY.get(entry.value("state"), "")
    if needed and entry.day(needed) is None:
        return (Fault(needed, "required", tr("选了这个整改情况，请填写日期。")),)
    if mended and rechecked and rechecked < mended:
        return (Fault("rechecked_on", "term_reversed", tr("复查日期早于整改完成日期，请核对。")),)
    return ()


@dataclass(frozen=True)
class Term:
    """The days on which a price holds; None is without end."""

    first: date
    last: date | None

    def meets(self, other: Term) -> bool:
        """Say whether two terms have a day in common."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)
