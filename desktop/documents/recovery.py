"""The sheet with the recovery code (恢复码): printed or saved once, never stored, never logged."""

from __future__ import annotations

from datetime import date

from desktop.documents import papers
from desktop.mainthread import assert_slow_work_allowed

KIND = "recovery"


def render(
    station_name: str, code: str = "", *, pc_letter: str = "", made_on: date | None = None, is_practice: bool = False
) -> bytes:
    """Return the PDF of a recovery sheet; without `code` a form with empty boxes to copy it into by hand."""
    assert_slow_work_allowed("documents")
    from desktop.documents.layout import render as draw

    fields = {"station.name": station_name, "pc_letter": pc_letter, "made_on": made_on, "code": code}
    content = papers.resolve(KIND, "", fields, is_practice=is_practice)
    # No check digits and no QR code: they would tell something about the code.
    return draw(content, "", "")
