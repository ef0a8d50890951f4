"""Reads the cells of one line of a list as what they mean, with a remark on every cell that was not plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from desktop.domain.calendar import clock, read_day, read_partial
from desktop.domain.folding import clean_name, clean_text, fold
from desktop.domain.identity import clean_number, id_check_digit
from desktop.domain.lists import Cell, Line, ListColumn, ListKind, Remark, is_day_key
from desktop.i18n import tr

Value = str | bool | None

_WEIGHT = {"accepted": 0, "warning": 1, "error": 2}
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SERIALS = range(3_000, 80_000)  # 1908 to 2119: a number in that range in a column of days is a day
_ROUND = 1_000  # a serial number as round as this was more likely typed as a number than as a day
_DIGITS_KEPT = 15  # a number cell of Excel keeps no more
_LONGEST = 2_000  # signs in one cell that a field takes
_SCIENTIFIC = re.compile(r"[0-9](?:[.][0-9]+)?[Ee][+]?[0-9]{2}")
_CUT_ID = re.compile(r"[0-9]{15}000")
_AMOUNT = re.compile(r"-?[0-9]{1,9}(?:[.][0-9]{1,4})?")
_QUOTED = re.compile(r"""\s*(?:['’]|=\s*"(?=.*"\s*$))(.*?)"?\s*""", re.DOTALL)


@dataclass(frozen=True)
class ListWords:
    """Words of the sheets read from data: code lists by key of the column, words for nothing, yes and no."""

    codes: Mapping[str, Mapping[str, str]]  # key -> word -> code
    nothing: frozenset[str]
    no_document: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]

    @classmethod
    def of(cls, words: Mapping[str, Any], lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> ListWords:
        """Build them from words.toml and the code lists by key of the column."""
        codes = {key: words_of(entries) for key, entries in lists.items()}
        return cls(codes, *(frozenset(words[name]) for name in ("nothing", "no_document", "yes", "no")))


def words_of(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the code for each word of a code list."""
    return {fold(word): entry["code"] for entry in entries for word in (entry["label"], *entry.get("aliases", ()))}


@dataclass(frozen=True)
class ReadLine:
    """A line as values by key ("" for nothing; days as ISO text, codes as codes) and the remarks on it."""

    values: Mapping[str, Value]
    remarks: tuple[Remark, ...] = field(default=())

    def text(self, key: str) -> str:
        """Return a value as text, "" when there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    @property
    def days(self) -> Mapping[str, str]:
        """The marks in columns that are days, by key ("day.5"); blank ones are left out."""
        return {key: self.text(key) for key in self.values if is_day_key(key) and self.text(key)}

    @property
    def is_faulty(self) -> bool:
        """Whether a remark keeps the line from being stored."""
        return any(remark.verdict == "error" for remark in self.remarks)


def read_values(kind: ListKind, line: Line, words: ListWords, *, is_1904: bool = False) -> ReadLine:
    """Read one line by what its columns say of themselves; a needed cell that is empty is an error."""
    reader = LineReader(line.cells, words, is_1904=is_1904)
    values: dict[str, Value] = {}
    for key in line.cells:
        column = kind.column(key) or ListColumn(key, key)
        values[key] = reader.value(column)
    for column in kind.columns:
        if column.is_needed and not values.get(column.key) and column.key not in reader.spoilt:
            message = tr("“{label}”是空的，这一行没有导入。", label=column.label)
            reader.remark(column.key, "error", "needed_missing", message)
    return ReadLine(values, heaviest(reader.remarks))


def heaviest(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return one remark for a cell, the weightiest."""
    by_weight = sorted(remarks, key=lambda remark: _WEIGHT[remark.verdict])
    return tuple({remark.key: remark for remark in by_weight}.values())


class LineReader:
    """Reads the cells of one line, noting what was not plain in `remarks`."""

    def __init__(self, cells: Mapping[str, Cell], words: ListWords, *, is_1904: bool = False) -> None:
        self._cells = cells
        self._words = words
        self._epoch = _EPOCHS[is_1904]
        self.remarks: list[Remark] = []
        self.spoilt: set[str] = set()  # cells that could not be read: what follows from their absence is not told too

    def value(self, column: ListColumn) -> Value:
        """Read a cell the way its column says."""
        read = getattr(self, column.reads)
        found: Value = read(column.key)
        return found

    def remark(self, key: str, verdict: str, code: str, message: str) -> None:
        """Note something on a cell."""
        self.remarks.append(Remark(key, verdict, code, message))

    def spoil(self, key: str, verdict: str, code: str, message: str) -> None:
        """Note that a cell could not be read."""
        self.remark(key, verdict, code, message)
        self.spoilt.add(key)

    def cell(self, key: str) -> Cell:
        """Return a cell; one that says "none", holds an error of the sheet or a whole book counts as blank."""
        cell = self._cells.get(key, _BLANK)
        if cell.kind == "error":
            self.spoil(key, "warning", "cell_error", tr("这一格是公式错误（{text}），没有导入。", text=cell.text))
            return _BLANK
        if len(cell.text) > _LONGEST:
            message = tr("这一格有 {n} 个字，太长了，没有导入。", n=len(cell.text))
            self.spoil(key, "error", "cell_too_long", message)
            return _BLANK
        return _BLANK if fold(cell.text) in self._words.nothing else cell

    def text(self, key: str) -> str:
        """Read a text."""
        return clean_text(self.cell(key).text)

    def name(self, key: str) -> str:
        """Read a name."""
        typed = self.cell(key).text
        name = clean_name(typed)
        if name != typed:
            self.remark(key, "accepted", "blanks_removed", tr("去掉了姓名里的空格，读作“{name}”。", name=name))
        return name

    def id_no(self, key: str) -> str:
        """Read an ID or disability number; one that a spreadsheet has shortened is refused, never guessed."""
        cell = self.cell(key)
        typed = self._unquoted(key, cell.text)
        lost = why_digits_lost(cell._replace(text=typed))
        if lost:
            self.spoil(key, "error", "id_digits_lost", lost)
            return ""
        if fold(typed) in self._words.no_document:
            return ""
        number = clean_number(typed)
        if number != typed:
            self.remark(key, "accepted", *_how_cleaned(typed, number))
        return number

    def _unquoted(self, key: str, typed: str) -> str:
        """Take off what programs put around a number to keep it a text: '9901..., ="9901..."."""
        match = _QUOTED.fullmatch(typed)
        if match is None:
            return typed
        self.remark(key, "accepted", "apostrophe_removed", tr("去掉了数字前后的引号。"))
        return match[1]

    def phone(self, key: str) -> str:
        """Read a telephone number."""
        cell = self.cell(key)
        typed = self._unquoted(key, cell.text)
        number = fold(typed)
        if cell.kind == "number":
            self.remark(key, "accepted", "number_cell", tr("电话是数字格式，已按文字读入。"))
        elif number != typed:
            self.remark(key, "accepted", *_how_cleaned(typed, number))
        return number

    def code(self, key: str) -> str:
        """Read a word of a code list; an unknown one is left empty and told."""
        typed = self.cell(key).text
        if not typed.strip():
            return ""
        code = self._words.codes[key].get(fold(typed))
        if code is None:
            self.unread(key, "word_unknown", typed)
        return code or ""

    def unread(self, key: str, code: str, typed: str) -> None:
        """Note a word that says nothing to us."""
        message = tr("看不懂“{typed}”，这一项先空着，请在档案里补。", typed=clean_text(typed))
        self.spoil(key, "warning", code, message)

    def yes(self, key: str) -> bool | None:
        """Read a yes or a no."""
        typed = fold(self._cells.get(key, _BLANK).text[:_LONGEST])
        if not typed:
            return None
        if typed in self._words.yes or typed in self._words.no:
            return typed in self._words.yes
        self.unread(key, "word_unknown", typed)
        return None

    def amount(self, key: str) -> str:
        """Read a number, whole or with a few decimals."""
        typed = fold(self.cell(key).text).replace(",", "")
        if typed and not _AMOUNT.fullmatch(typed):
            self.unread(key, "number_unreadable", typed)
            return ""
        return typed

    def clock(self, key: str) -> str:
        """Read a time of day as HH:MM; a sheet may hold it as part of a day."""
        cell = self.cell(key)
        if cell.is_blank:
            return ""
        try:
            return _clock_of_number(cell.text) if cell.kind == "number" else clock(_shortened(cell.text))
        except ValueError:
            self.unread(key, "time_unreadable", cell.text)
            return ""

    def day(self, key: str) -> str:
        """Read a whole day in any of the ways people write it."""
        return self._day(key, is_partial=False)

    def partial(self, key: str) -> str:
        """Read a day, a month or a year."""
        return self._day(key, is_partial=True)

    def _day(self, key: str, *, is_partial: bool) -> str:
        """Read a day; an unreadable one is left empty and told."""
        cell = self._cells.get(key, _BLANK)
        if cell.is_blank:
            return ""
        day = self._serial(cell) if cell.kind in {"number", "date"} else read_partial(cell.text[:_LONGEST]) or ""
        if not day or (not is_partial and read_day(day) is None):
            typed = clean_text(cell.text[:_LONGEST])
            message = tr("日期“{typed}”看不懂，这一项先空着，请在档案里补。", typed=typed)
            self.spoil(key, "warning", "date_unreadable", message)
            return ""
        self._tell_how_read(key, cell, day)
        return day

    def _tell_how_read(self, key: str, cell: Cell, day: str) -> None:
        if cell.kind == "number" or (cell.kind == "date" and self._is_round(day)):
            self.remark(key, "accepted", "date_serial", tr("按 Excel 日期序号读作 {day}，请看一眼。", day=day))
        elif cell.kind == "text" and day != cell.text:
            code = "date_form" if read_day(day) else "date_partial"
            self.remark(key, "accepted", code, tr("读作 {day}。", day=day))

    def _serial(self, cell: Cell) -> str:
        """Read a number: a day typed as 20110305, or the serial number of a day."""
        if cell.kind == "date":
            return cell.text
        whole = cell.text.partition(".")[0]
        if len(whole) <= _DIGITS_KEPT and whole.isdecimal() and int(whole) in _SERIALS:
            return (self._epoch + timedelta(days=int(whole))).isoformat()
        return read_partial(whole) or ""

    def _is_round(self, day: str) -> bool:
        return (date.fromisoformat(day) - self._epoch).days % _ROUND == 0


_BLANK = Cell()


def why_digits_lost(cell: Cell) -> str:
    """Return the sentence on an ID number that a spreadsheet has shortened, "" when its digits are all there."""
    mend = tr("请把单元格设为“文本”，对照证件重新填写。")
    if cell.kind == "number" and len(cell.text) > _DIGITS_KEPT:
        return tr("这一格是数字格式，超过 15 位的数字后几位已经丢失。") + mend
    typed = fold(cell.text)
    if _SCIENTIFIC.fullmatch(typed):
        return tr("“{typed}”是科学计数法，号码后几位已经丢失。", typed=typed) + mend
    if _CUT_ID.fullmatch(typed) and id_check_digit(typed[:-1]) != typed[-1]:
        return tr("号码末三位是 000，而且校验不对：多半是 Excel 把后三位变成了 0。") + mend
    return ""


def _shortened(text: str) -> str:
    """Return a time of day without its seconds."""
    typed = fold(text[:_LONGEST])
    return typed.rpartition(":")[0] if typed.count(":") > 1 else typed


def _clock_of_number(text: str) -> str:
    """Return the time of day that a sheet holds as a part of a day: 0.375 is 09:00."""
    share = float(text)
    if not 0 <= share < 1:
        raise ValueError("no time of day")
    minutes = round(share * 24 * 60)
    return clock(f"{minutes // 60}:{minutes % 60:02d}")


def _how_cleaned(typed: str, number: str) -> tuple[str, str]:
    """Return code and sentence for what was put right in a number."""
    if any(sign.isspace() for sign in typed):
        return "blanks_removed", tr("去掉了空格。")
    if typed.upper() == number:
        return "lower_case", tr("小写 x 已改为大写 X。")
    return "full_width", tr("全角数字已改为半角。")
