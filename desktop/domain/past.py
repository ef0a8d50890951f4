"""What lists of earlier years say (补录): which days can be true, marks, spans of time, words in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.domain.calendar import clock, minutes_between
from desktop.domain.folding import fold
from desktop.domain.lists import Remark
from desktop.i18n import tr

_MONTH = re.compile(r"(20[0-9]{2}|19[0-9]{2})[年./-]([01]?[0-9])(?:月|$|[^0-9./-])")
_SPAN = re.compile(r"([0-9]{1,2}:[0-9]{2})(?:-|—|–|~|至|到)+([0-9]{1,2}:[0-9]{2})")
_BETWEEN = re.compile(r"[、,，;；/\n+]+")
_MONTHS = range(1, 13)


@dataclass(frozen=True)
class PastRules:
    """What holds for records of earlier years, from resources/codes/rules.toml."""

    earliest_year: int
    before_case: str  # warning or error


@dataclass(frozen=True)
class Bounds:
    """Between which days something can have happened to a client; None is unknown."""

    birth_on: date | None = None
    case_on: date | None = None


def check_day(key: str, day: date, today: date, bounds: Bounds, rules: PastRules) -> tuple[Remark, ...]:
    """Return what is wrong or doubtful about the day of a service."""
    shown = day.isoformat()
    if day > today:
        return (Remark(key, "error", "date_in_future", tr("{day} 还没有到，请核对。", day=shown)),)
    if bounds.birth_on is not None and day < bounds.birth_on:
        return (Remark(key, "error", "before_birth", tr("{day} 早于出生日期，请核对。", day=shown)),)
    if day.year < rules.earliest_year:
        message = tr("{day} 早于 {year} 年，请核对年份。", day=shown, year=rules.earliest_year)
        return (Remark(key, "error", "date_too_early", message),)
    if bounds.case_on is not None and day < bounds.case_on:
        message = tr("{day} 早于个案开始日期 {case}，请核对。", day=shown, case=bounds.case_on.isoformat())
        return (Remark(key, rules.before_case, "before_case", message),)
    return ()


@dataclass(frozen=True)
class Range:
    """Between what a score can lie; None is not known."""

    label: str
    lowest: float | None = None
    highest: float | None = None


def check_score(key: str, score: float, limits: Range) -> tuple[Remark, ...]:
    """Return the fault of a score that its instrument cannot give."""
    too_low = limits.lowest is not None and score < limits.lowest
    if not too_low and (limits.highest is None or score <= limits.highest):
        return ()
    message = tr(
        "“{label}”的得分在 {range} 之间，这里是 {score}。", label=limits.label, range=_range(limits), score=f"{score:g}"
    )
    return (Remark(key, "error", "score_out_of_range", message),)


def _range(limits: Range) -> str:
    lowest = "" if limits.lowest is None else f"{limits.lowest:g}"
    return f"{lowest}–{limits.highest:g}" if limits.highest is not None else tr("{lowest} 以上", lowest=lowest)


def month_of(texts: Iterable[str]) -> tuple[int, int] | None:
    """Return year and month that a text names ("2025年11月出勤表"), the first that does."""
    for text in texts:
        found = _MONTH.search(fold(text))
        if found is not None and int(found[2]) in _MONTHS:
            return int(found[1]), int(found[2])
    return None


def word_in(texts: Iterable[str], words: Mapping[str, str]) -> str:
    """Return the code of the longest word that stands in a heading ("服务协议签订情况"), "" when none does."""
    told = [(len(word), code) for word, code in words.items() for text in texts if len(word) > 1 and word in fold(text)]
    return max(told)[1] if told else ""


def read_span(text: str) -> tuple[str, str] | None:
    """Return begin and end of a span of time ("9:00-10:30") as HH:MM, None when it is none or runs backwards."""
    found = _SPAN.fullmatch(fold(text))
    if found is None or (minutes_between(found[1], found[2]) or 0) <= 0:
        return None
    return clock(found[1]), clock(found[2])


def parts_of(text: str) -> tuple[str, ...]:
    """Return the words of a cell that holds several ("服药指导、心理支持")."""
    return tuple(part for part in (fold(each) for each in _BETWEEN.split(text)) if part)


def meaning_of(marks: Mapping[str, Sequence[str]], mark: str) -> str:
    """Return which meaning a mark has, "" when nobody said."""
    told = fold(mark).casefold()
    return next((code for code, signs in marks.items() if told in {fold(sign).casefold() for sign in signs}), "")
