from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop import resources
from desktop.services.codes import rules
from desktop.sheets.files import SheetLimits
from desktop.sheets.reader import RosterShape

RULES = rules("rosters")
LIMITS = SheetLimits(**{name: RULES[name] for name in SheetLimits.__dataclass_fields__})
SHAPE = RosterShape.of(resources.table("codes/roster.toml"), RULES["header_rows"], RULES["header_columns_needed"])
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
