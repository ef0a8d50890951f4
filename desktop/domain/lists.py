"""Lists that people kept in spreadsheets: the kinds of them, and which column of a sheet means which field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from desktop.domain.calendar import read_day
from desktop.domain.folding import fold

_NOT_IN_HEADERS = re.compile(r"[()\[\]【】（）:*、/_.\-]")
_DAY_OF_MONTH = re.compile(r"(?:([01]?[0-9])[月./-])?([0-3]?[0-9])[日号]?")
_DAY_PREFIX = "day."
_LONGEST_HEADER = 60  # signs: a longer text is a note, not the name of a column


class Cell(NamedTuple):
    """What stands in a cell: its text, and whether it was text, a number, a day, or an error of the sheet."""

    text: str = ""
    kind: str = "text"  # text, number, date, error

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text.strip()


class Remark(NamedTuple):
    """One remark on one cell of a line: accepted, warning or error."""

    key: str
    verdict: str
    code: str
    message: str


@dataclass(frozen=True)
class Line:
    """One line of a list: its row in the sheet and its cells by the key of the column."""

    excel_row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Skipped:
    """A row, a column or a sheet that was not read, and why."""

    excel_row: int
    column: str | None
    code: str
    message: str
    is_row: bool = False


@dataclass(frozen=True)
class Merged:
    """A cell that was merged over several lines, and so stands for each of them."""

    first_row: int
    last_row: int
    key: str
    text: str


@dataclass(frozen=True)
class ListSheet:
    """A sheet as read; `columns` gives for each key the number of the column and its header as it stands there.

    `heading` holds the texts above the header, from the top ("2025年11月出勤表").
    """

    sheet: str
    header_row: int
    columns: Mapping[str, tuple[int, str]]
    heading: tuple[str, ...]
    lines: tuple[Line, ...]
    merged: tuple[Merged, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    is_1904: bool = False

    @property
    def skipped_rows(self) -> tuple[Skipped, ...]:
        """The rows that are no lines: totals, notes at the foot, headers repeated."""
        return tuple(one for one in self.skipped if one.is_row)


@dataclass(frozen=True)
class ListColumn:
    """One field of a kind of list: its key, its usual name, how its cells are read, whether the list needs it.

    `reads` is a method of domain/reading.py: text, name, id_no, phone, day, partial, code, yes, amount, clock.
    `codes` names the code list of a column that is read as a code.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    reads: str = "text"
    codes: str = ""
    is_needed: bool = False
    hint: str = ""


@dataclass(frozen=True)
class ListKind:
    """A kind of list, from resources/imports/<code>.toml and the words that hold for all lists (words.toml)."""

    code: str
    title: str
    columns: tuple[ListColumn, ...]
    has_days: bool  # columns named "1", "2", "3日" ... are days: keys day.1, day.2, day.3
    totals: frozenset[str]
    footers: frozenset[str]
    header_rows: int
    columns_needed: int
    keys: Mapping[str, str] = field(repr=False)  # words of a header -> key

    @classmethod
    def of(cls, code: str, table: Mapping[str, Any], words: Mapping[str, Any], header_rows: int) -> ListKind:
        """Build it from its own table and the common words."""
        columns = tuple(_column(entry) for entry in table["columns"])
        return cls(
            code=code,
            title=table["title"],
            columns=tuple(column for column in columns if column.key),
            has_days=table.get("has_days", False),
            totals=frozenset(words["totals"]),
            footers=frozenset(words["footers"]),
            header_rows=header_rows,
            columns_needed=table["columns_needed"],
            keys={header_word(word): one.key for one in columns for word in (one.label, *one.aliases)},
        )

    @property
    def needed(self) -> frozenset[str]:
        """The keys without which a list says nothing."""
        return frozenset(column.key for column in self.columns if column.is_needed)

    def column(self, key: str) -> ListColumn | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    def key_of(self, words: str) -> str | None:
        """Return the key for the words of a header, "" for a column that is for people only, None when unknown."""
        key = self.keys.get(header_word(words))
        return day_key(words) if key is None and self.has_days else key


def _column(entry: Mapping[str, Any]) -> ListColumn:
    return ListColumn(**{**entry, "aliases": tuple(entry.get("aliases", ()))})


def header_word(text: str) -> str:
    """Return the words of a header without blanks, brackets, colons and stars, so that spellings compare equal."""
    return _NOT_IN_HEADERS.sub("", fold(text[:_LONGEST_HEADER])).casefold()


def day_key(words: str) -> str | None:
    """Return the key of a column that is named by a day: "5日" -> day.5, "3月5日" -> day.03-05, None when it is not."""
    whole = read_day(words)
    if whole is not None:
        return f"{_DAY_PREFIX}{whole.isoformat()}"
    match = _DAY_OF_MONTH.fullmatch(fold(words))
    if match is None or not 1 <= int(match[2]) <= 31 or not 1 <= int(match[1] or 1) <= 12:
        return None
    return f"{_DAY_PREFIX}{int(match[1]):02}-{int(match[2]):02}" if match[1] else f"{_DAY_PREFIX}{int(match[2])}"


def is_day_key(key: str) -> bool:
    """Say whether a key is that of a column named by a day."""
    return key.startswith(_DAY_PREFIX)


def day_of(key: str, year: int, month: int | None) -> date | None:
    """Return the day a column means, given the year and month of the sheet; None where there is no such day."""
    parts = [int(part) for part in key.removeprefix(_DAY_PREFIX).split("-")]
    numbers = [*([year, month] if len(parts) == 1 else [year] if len(parts) == 2 else []), *parts]
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None


@dataclass(frozen=True)
class Heading:
    """A header: number and words of each column by key, and the columns that mean nothing we know."""

    columns: Mapping[str, tuple[int, str]]
    unknown: tuple[tuple[int, str], ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()  # columns that are for people only (序号), or that somebody left out

    @property
    def words(self) -> dict[int, str]:
        """The words of every column by its number."""
        return dict(sorted([*self.columns.values(), *self.unknown, *self.left_out]))

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.columns)

    @property
    def fingerprint(self) -> str:
        """The hash of all words and their order: the same sheet of the next month has the same."""
        told = "\n".join(f"{number}\t{header_word(words)}" for number, words in self.words.items())
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def is_of(self, kind: ListKind) -> bool:
        """Say whether a list of this kind could stand below."""
        return kind.needed <= self.columns.keys() and self.score >= kind.columns_needed


def guess(kind: ListKind, headings: Iterable[tuple[int, Sequence[str]]]) -> Heading:
    """Return what numbered headings mean, each given as the words it may go by, the most telling first."""
    columns: dict[str, tuple[int, str]] = {}
    unknown: list[tuple[int, str]] = []
    left_out: list[tuple[int, str]] = []
    for number, spellings in headings:
        words = next((one for one in spellings if one and kind.key_of(one) is not None), _plainest(spellings))
        key = kind.key_of(words) if words else None
        if key in columns:
            key = _in_group(kind, columns, key)
        if key is None or key in columns:
            unknown += [(number, words)] if words else []
        elif key:
            columns[key] = (number, words)
        else:
            left_out.append((number, words))
    return Heading(columns, tuple(unknown), tuple(left_out))


def _plainest(spellings: Sequence[str]) -> str:
    """Return the words nearest to the cells below."""
    return next((one for one in spellings[1:] if one), spellings[0])


def _in_group(kind: ListKind, columns: Mapping[str, object], key: str) -> str | None:
    """Return the key of the group begun before: 姓名 电话 监护人 电话 - the second one is the guardian's."""
    groups = [known.partition(".")[0] for known in columns if "." in known and not is_day_key(known)]
    return next((f"{group}.{key}" for group in reversed(groups) if kind.column(f"{group}.{key}")), None)


def settled(heading: Heading, mapping: Mapping[int, str]) -> Heading:
    """Return a header as a person settled it: number of the column -> key, "" for a column to leave out."""
    words = heading.words
    columns = {key: (number, words[number]) for number, key in sorted(mapping.items()) if key and number in words}
    taken = {number for number, _ in columns.values()}
    rest = [(number, each) for number, each in words.items() if number not in taken]
    unknown = tuple(one for one in rest if one[0] not in mapping)
    return Heading(columns, unknown, tuple(one for one in rest if one[0] in mapping))


def noted_above(heading: Sequence[str], labels: Iterable[str]) -> str:
    """Return what the heading says behind one of the labels ("填报日期：2026年11月20日"), "" when nothing."""
    known = frozenset(labels)
    for text, following in zip(heading, (*heading[1:], ""), strict=False):
        label, colon, value = fold(text).partition(":")
        if colon and label in known:
            return value or fold(following)
    return ""


def why_no_line(kind: ListKind, texts: Sequence[str], own_words: frozenset[str]) -> str:
    """Return why a row is no line of a list: "totals_line", "footer_line", "header_again", "" when it may be one."""
    if not texts:
        return ""
    first = fold(texts[0])
    if first.rstrip(":") in kind.totals:
        return "totals_line"
    if first.partition(":")[0] in kind.footers and ":" in first:
        return "footer_line"
    needed = max(kind.columns_needed, len(texts) // 2 + 1)
    return "header_again" if sum(header_word(text) in own_words for text in texts) >= needed else ""
