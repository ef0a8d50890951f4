"""Reads a list out of a book: finds the header, fills merged cells, gives the lines below by the key of the column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.folding import clean_text
from desktop.domain.lists import (
    Heading,
    Line,
    ListKind,
    ListSheet,
    Merged,
    Skipped,
    guess,
    header_word,
    settled,
    why_no_line,
)
from desktop.i18n import tr
from desktop.sheets.books import Book, Grid
from desktop.sheets.files import bad_roster

_SAMPLES = 3


@dataclass(frozen=True)
class Choice:
    """What a person settled about a sheet; what is left open is found by the words of the header.

    `remembered` holds, by fingerprint of a header, what was settled for such a header before.
    """

    sheet: str = ""
    header_row: int = 0
    mapping: Mapping[int, str] | None = None
    remembered: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FoundHeader:
    """A header in a sheet: its last row, what its columns mean, and whether that was remembered."""

    grid: Grid
    row: int
    heading: Heading
    fingerprint: str
    is_remembered: bool = False

    def samples(self, column: int) -> tuple[str, ...]:
        """Return the first texts that stand below a column."""
        rows = range(self.row + 1, self.grid.last_row + 1)
        texts = (clean_text(self.grid.at(row, column).text) for row in rows)
        found = (text for text in texts if text)
        return tuple(text for text, _ in zip(found, range(_SAMPLES), strict=False))


def read_list(book: Book, kind: ListKind, choice: Choice | None = None) -> tuple[ListSheet, FoundHeader]:
    """Read a list of this kind; raises ValidationError bad_roster when no header of one is found."""
    choice = choice or Choice()
    found = find_headers(book, kind, choice)
    fitting = [one for one in found if one.heading.is_of(kind) or _is_settled(one, kind, choice)]
    if not fitting:
        raise _no_header(kind)
    header, *others = fitting
    skipped = [] if choice.sheet else [_other_sheet(one) for one in others]
    return _read_grid(header, kind, skipped, is_1904=book.is_1904), header


def _is_settled(found: FoundHeader, kind: ListKind, choice: Choice) -> bool:
    """Say whether a person said what the columns are: then those a list needs are enough."""
    return (choice.mapping is not None or found.is_remembered) and kind.needed <= found.heading.columns.keys()


def find_headers(book: Book, kind: ListKind, choice: Choice) -> list[FoundHeader]:
    """Return the best header of each sheet in question: of the one chosen, or of all that are not hidden."""
    names = [choice.sheet] if choice.sheet else [one.name for one in book.sheets if not one.is_hidden]
    found = (_best_header(book.grid(name), kind, choice) for name in names)
    return [one for one in found if one]


def _no_header(kind: ListKind) -> Exception:
    needed = [column.label for column in kind.columns if column.is_needed]
    usual = [column.label for column in kind.columns if not column.is_needed][: 3 - len(needed)]
    names = "".join(f"“{name}”" for name in (*needed, *usual))
    remedy = tr("没有导入任何内容。表头一行要有{names}等列名，请对照样表修改。", names=names)
    return bad_roster(tr("没有找到{title}的表头。", title=tr(kind.title)), remedy)


def _other_sheet(found: FoundHeader) -> Skipped:
    message = tr("工作表“{name}”也像要导入的表，这次没有读；请另外导入一次，选这个工作表。", name=found.grid.name)
    return Skipped(found.row, None, "other_sheet", message)


def _best_header(grid: Grid, kind: ListKind, choice: Choice) -> FoundHeader | None:
    """Return the header among the first rows: the settled one, a remembered one, or the one that says most."""
    found = [_header(grid, kind, upper, lower) for upper, lower in _places(grid, kind, choice)]
    known = next((one for one in found if one.fingerprint in choice.remembered), None)
    if choice.mapping is None and known is not None:
        return _settled(known, choice.remembered[known.fingerprint], is_remembered=True)
    best = max(found, key=lambda one: _says(one, kind), default=None)
    return best if best is None or choice.mapping is None else _settled(best, choice.mapping)


def _says(found: FoundHeader, kind: ListKind) -> tuple[bool, int, int, int]:
    """Return how much a header says; where no word is known, the row with most words may be one for a person."""
    heading = found.heading
    return heading.is_of(kind), heading.score, 0 if heading.score else len(heading.words), -found.row


def _places(grid: Grid, kind: ListKind, choice: Choice) -> list[tuple[int, int]]:
    """Return upper and lower row of each header there could be: one row, or two, the upper grouping the lower."""
    row = choice.header_row
    if row:
        return [(row, row), (row - 1, row)] if row > 1 else [(row, row)]
    rows = range(1, min(grid.last_row, kind.header_rows) + 1)
    return [(upper, lower) for upper in rows for lower in (upper, upper + 1)]


def _settled(found: FoundHeader, mapping: Mapping[int, str], *, is_remembered: bool = False) -> FoundHeader:
    heading = settled(found.heading, mapping)
    return FoundHeader(found.grid, found.row, heading, found.fingerprint, is_remembered)


def _header(grid: Grid, kind: ListKind, upper: int, lower: int) -> FoundHeader:
    headings = []
    for column in range(1, grid.width + 1):
        top, bottom = clean_text(grid.filled(upper, column).text), clean_text(grid.filled(lower, column).text)
        headings.append((column, (top + bottom if upper != lower else bottom, bottom, top)))
    heading = guess(kind, headings)
    return FoundHeader(grid, lower, heading, heading.fingerprint)


def _read_grid(found: FoundHeader, kind: ListKind, skipped: Sequence[Skipped], *, is_1904: bool) -> ListSheet:
    grid, header = found.grid, found.heading
    lines, ignored = [], [*_unknown_columns(found), *skipped]
    own_words = frozenset(header_word(words) for _, words in header.columns.values())
    for row in range(found.row + 1, grid.last_row + 1):
        reason = why_no_line(kind, grid.texts(row), own_words)
        if reason:
            ignored.append(Skipped(row, None, reason, _why(reason), is_row=True))
        elif not all(grid.at(row, column).is_blank for column, _ in header.columns.values()):
            lines.append(Line(row, {key: grid.filled(row, column) for key, (column, _) in header.columns.items()}))
    return ListSheet(
        sheet=grid.name,
        header_row=found.row,
        columns=header.columns,
        heading=tuple(text for row in range(1, found.row) for text in grid.texts(row)),
        lines=tuple(lines),
        merged=tuple(_merged_in(found, lines)),
        skipped=tuple(ignored),
        is_1904=is_1904,
    )


def _why(reason: str) -> str:
    return {
        "totals_line": tr("合计行，没有导入。"),
        "footer_line": tr("表尾说明，没有导入。"),
        "header_again": tr("重复的表头，没有导入。"),
    }[reason]


def _unknown_columns(found: FoundHeader) -> Iterator[Skipped]:
    """Tell of columns that hold something and are not taken in."""
    for column, words in found.heading.unknown:
        if found.samples(column):
            message = tr("不认识“{words}”这一列，没有导入；请改成样表里的列名，或并入“备注”。", words=words)
            yield Skipped(found.row, words, "column_unknown", message)


def _merged_in(found: FoundHeader, lines: Sequence[Line]) -> Iterator[Merged]:
    """Tell of cells that were merged over several lines."""
    keys = {column: key for key, (column, _) in found.heading.columns.items()}
    rows = {line.excel_row for line in lines}
    for first_row, last_row, first_column, _ in found.grid.merged:
        text = clean_text(found.grid.at(first_row, first_column).text)
        if first_row < last_row and first_row in rows and first_column in keys and text:
            yield Merged(first_row, last_row, keys[first_column], text)
