"""No table with a person reference is forgotten: each is named with its purposes, and the purposes are true."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import LargeBinary, Table, event

from desktop import resources
from desktop.models.base import Base
from desktop.services.catalogue import Services
from desktop.services.people import PeopleQuery
from desktop.store.capture import record_tables

KNOWN = resources.table("people/tables.toml")["tables"]
LABELS = resources.table("people/labels.toml")["tables"]
OF_EVERY_RECORD = {"id", "station_id", "revision", "created_at", "created_by", "updated_at", "updated_by", "is_deleted"}
# Not a foreign key: what was withheld from the county is kept even where the person came from elsewhere.
BY_NAME_ONLY = {"withheld"}


def naming_a_person() -> dict[str, Table]:
    """Return every table with a foreign key to a person, whatever its column is called."""
    person = Base.metadata.tables["person"].c.id
    return {
        name: table
        for name, table in Base.metadata.tables.items()
        if any(key.column is person for key in table.foreign_keys)
    }


def test_every_table_with_a_person_reference_is_named() -> None:
    assert set(KNOWN) == set(naming_a_person())


def test_no_table_names_a_person_without_a_foreign_key() -> None:
    named = {name for name, table in Base.metadata.tables.items() if "person_id" in table.c}
    assert named - set(naming_a_person()) == BY_NAME_ONLY


def test_every_purpose_is_answered() -> None:
    for name, purposes in KNOWN.items():
        assert set(purposes) == {"timeline", "export", "history", "join", "erase"}, name
        assert all(isinstance(purposes[each], bool) for each in ("timeline", "export", "history")), name
        assert purposes["join"] in {"move", "stay"}, name
        assert purposes["erase"] in {"clear", "keep"}, name


def test_hand_over_is_what_the_table_says() -> None:
    handed_over = set(resources.table("exchange/fields.toml")["tables"])
    assert {name for name, purposes in KNOWN.items() if purposes["export"]} == handed_over & set(KNOWN)


def test_history_has_words_for_every_column_and_every_code_list() -> None:
    wanted = {name for name, purposes in KNOWN.items() if purposes["history"]} | {"person", "training"}
    assert wanted == set(LABELS)
    for name in wanted:
        table, words = Base.metadata.tables[name], LABELS[name]
        person = {column.name for column in table.c for key in column.foreign_keys if key.column.table.name == "person"}
        columns = {column.name for column in table.c if not isinstance(column.type, LargeBinary)}
        shown, hidden = set(words["columns"]), set(words["hidden"])
        assert not shown & hidden, name
        assert columns <= shown | hidden | person | OF_EVERY_RECORD, name
        assert shown | hidden <= {column.name for column in table.c}, name
        assert words["by"] in columns, name
        for column in words["columns"].values():
            assert "codes" not in column or resources.table(f"codes/{column['codes']}.toml")["choices"]


def test_only_captured_tables_have_a_history() -> None:
    captured = {table.name for table in record_tables()}
    assert {name for name, purposes in KNOWN.items() if purposes["history"]} <= captured


@pytest.mark.usefixtures("filled")
def test_timeline_reads_the_tables_it_should(filled: Services) -> None:
    person_id = filled.people.rows(PeopleQuery(limit=1)).rows[0].id
    statements: list[str] = []
    engine = filled.desk.work.store.reader

    def note(*call: object) -> None:
        statements.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    filled.people.timeline(person_id)
    event.remove(engine, "before_cursor_execute", note)
    read = {name for text in statements for name in re.findall(r"\b(?:FROM|JOIN) (\w+)", text)}
    assert {name for name, purposes in KNOWN.items() if purposes["timeline"]} <= read
