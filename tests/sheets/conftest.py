from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop.services.codes import rules
from desktop.services.takers import kind_of
from desktop.sheets.files import SheetLimits

RULES = rules("rosters")
LIMITS = SheetLimits(**{name: RULES[name] for name in SheetLimits.__dataclass_fields__})
ROSTER = kind_of("roster")
SAMPLE = Path(__file__).parent / "data" / "roster-sample.xlsx"

Make = Callable[[Worksheet], None]


@pytest.fixture
def sheet() -> Callable[..., bytes]:
    """Give a function that makes the bytes of a workbook from rows, and from what `change` does to the page."""

    def make(*rows: list[object], change: Make | None = None) -> bytes:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if change:
            change(book.active)
        target = BytesIO()
        book.save(target)
        return target.getvalue()

    return make
