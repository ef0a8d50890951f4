"""Nonsense in any cell of any list: a list of faults, and nothing changed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from desktop.domain.lists import Cell, Line, ListSheet
from desktop.models.exchange import Change
from desktop.services.catalogue import Services
from desktop.services.takers import TAKERS, kind_of, taker_of
from tests import factories
from tests.conftest import DAY

KINDS = sorted(set(TAKERS) - {"roster"})
WORDS = [
    "李文斌", "2026-03-01", "=1+1", "√", "9:00-8:00", "\ud800", "\x00", "１２", "99999999", "1e308", "全部",
    "同意书", "-1", "0", "SDSS", "本人", "有",
]  # fmt: skip
CELLS = st.one_of(
    st.builds(Cell, st.one_of(st.text(max_size=30), st.sampled_from(WORDS))),
    st.builds(
        Cell, st.one_of(st.integers(-(10**18), 10**18).map(str), st.floats(allow_nan=False).map(str)), st.just("number")
    ),
    st.builds(Cell, st.dates().map(str), st.just("date")),
    st.builds(Cell, st.sampled_from(["#REF!", "#N/A"]), st.just("error")),
)


@st.composite
def sheets(draw: st.DrawFn, code: str) -> ListSheet:
    """A sheet of a kind with anything in its cells, in any columns, below any heading."""
    keys = [column.key for column in kind_of(code).columns] + ["day.1", "day.02-30", "day.2026-03-01"]
    line = st.dictionaries(st.sampled_from(keys), CELLS)
    drawn = draw(st.lists(line, min_size=1, max_size=4))
    lines = tuple(Line(row, {**cells, "name": Cell("李文斌")}) for row, cells in enumerate(drawn, 2))
    columns = {key: (number, key) for number, key in enumerate(keys, 1)}
    return ListSheet("Sheet1", 1, columns, tuple(draw(st.lists(st.text(max_size=20), max_size=2))), lines)


@pytest.mark.parametrize("code", KINDS)
def test_nonsense_is_a_list_of_faults_and_looking_changes_nothing(code: str, services: Services) -> None:
    factories.client(services, name="李文斌")
    taker = taker_of(services.desk, code)

    def changes() -> int:
        with services.desk.work.read() as db:
            return db.scalar(select(func.count()).select_from(Change)) or 0

    before = changes()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(sheets(code))
    def look(sheet: ListSheet) -> None:
        with services.desk.work.read() as db:
            planned = taker.plan(db, sheet, DAY)
        assert len(planned) == len(sheet.lines)
        assert {line.fate for line in planned} <= {"new", "change", "same", "reject"}
        for line in planned:
            is_faulty = any(remark.verdict == "error" for remark in line.remarks)
            assert is_faulty == (line.fate == "reject"), line
            assert all(remark.message and "None" not in remark.message for remark in line.remarks)

    look()
    assert changes() == before


@pytest.mark.parametrize("code", KINDS)
def test_what_passes_the_look_can_be_stored(code: str, services: Services) -> None:
    from desktop.services.journal import Journal

    factories.client(services, name="李文斌")
    taker = taker_of(services.desk, code)

    class Back(Exception):
        """Raised to leave the store as it was."""

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(sheets(code))
    def store(sheet: ListSheet) -> None:
        with suppress(Back), services.desk.work.write("test.nonsense") as db:
            journal = Journal(db)
            planned = taker.plan(db, sheet, date(2026, 3, 31))
            taker.take(db, planned, journal)
            taker.settle(db, journal.person_ids)
            db.flush()
            raise Back

    store()
