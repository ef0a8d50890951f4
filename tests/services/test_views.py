"""Arrangements of lists belong to whoever made them; a list leaves as a sheet only as it was asked for, and noted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from desktop.domain.permissions import Actor, permissions_of
from desktop.errors import KangyiError, NotAllowed, ValidationError
from desktop.services.catalogue import Services
from desktop.services.people import People, PeopleFilters, PeopleQuery
from desktop.services.views import Views
from tests import factories
from tests.services.test_permissions import ACTIONS

COLUMNS = ("file_no", "name", "id_no", "phone", "state")


def sheet(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


class TestViews:
    def test_a_view_is_replaced_by_its_name_and_belongs_to_one_person_and_screen(self, services: Services) -> None:
        for content in ({"sort": "age"}, {"sort": "name"}):
            services.views.keep("people", " 常用 ", content)
        services.views.keep("people", "", {"sort": "state"})
        services.views.keep("visits", "常用", {})
        assert [(view.name, view.content) for view in services.views.rows("people")] == [
            ("", {"sort": "state"}), ("常用", {"sort": "name"}),
        ]  # fmt: skip
        somebody = Actor("other", "另一人", "worker", permissions_of("worker", ACTIONS))
        assert Views(replace(services.desk, actor=somebody)).rows("people") == ()
        services.views.discard("people", "常用")
        assert [view.name for view in services.views.rows("people")] == [""]
        services.views.discard("people", "没有")

    @pytest.mark.parametrize("name", ["长" * 31, "a\x00b", "行\n行", "\ud800"])
    def test_a_name_nobody_can_read_is_refused(self, services: Services, name: str) -> None:
        with pytest.raises(ValidationError) as refusal:
            services.views.keep("people", name, {})
        assert refusal.value.field == "name"
        assert services.views.rows("people") == ()

    def test_the_audit_keeps_no_arrangements(self, services: Services) -> None:
        before = services.audit.rows(limit=1)[0].seq
        services.views.keep("people", "常用", {})
        assert services.audit.rows(limit=1)[0].seq == before


class TestExport:
    def test_it_is_masked_and_text_and_noted(self, services: Services, tmp_path: Path) -> None:
        draft = factories.person(name="张晓东", village="=1+1")
        services.people.register(draft)
        target = tmp_path / "a.xlsx"
        assert services.people.export(PeopleQuery(), (*COLUMNS, "village"), target) == 1
        heading, line = sheet(target)
        assert heading[:4] == ("档案编号", "姓名", "证件号码", "电话")
        hidden = f"{draft.id_no[:6]}********{draft.id_no[-4:]}"
        assert line[1:] == ("张*", hidden, "139****5511", "已转介到站", "=1+1")
        cells = openpyxl.load_workbook(target).worksheets[0]["A2:F2"][0]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
        act, _, detail = factories.acts(services)[0]
        assert (act, detail["number"], detail["is_full"]) == ("people.export", 1, False)

    def test_in_full_it_needs_a_reason_which_the_audit_keeps(self, services: Services, tmp_path: Path) -> None:
        draft = factories.person()
        services.people.register(draft)
        target = tmp_path / "a.xlsx"
        for reason in ("", "因为"):
            with pytest.raises(ValidationError) as refusal:
                services.people.export(PeopleQuery(), COLUMNS, target, is_full=True, reason=reason)
            assert refusal.value.field == "reason"
        assert not target.exists()
        services.people.export(PeopleQuery(), COLUMNS, target, is_full=True, reason="inspection")
        assert sheet(target)[1][1:4] == (draft.name, draft.id_no, draft.phone)
        assert factories.acts(services)[0][2]["reason"] == "inspection"

    def test_whoever_may_not_reveal_exports_masked_only(self, services: Services, tmp_path: Path) -> None:
        actor = Actor("u", "某人", "head", frozenset({"people.export", "people.read"}))
        people = People(replace(services.desk, actor=actor))
        with pytest.raises(NotAllowed):
            people.export(PeopleQuery(), COLUMNS, tmp_path / "a.xlsx", is_full=True, reason="inspection")
        assert people.export(PeopleQuery(), COLUMNS, tmp_path / "a.xlsx") == 0

    def test_it_holds_whom_the_list_finds_in_its_order(self, filled: Services, tmp_path: Path) -> None:
        query = PeopleQuery(sort="age", is_descending=True, filters=PeopleFilters(service_class=("key",)), limit=1)
        wanted = [row.file_no for row in filled.people.rows(replace(query, limit=99)).rows]
        filled.people.export(query, ("file_no",), tmp_path / "a.xlsx")
        assert [line[0] for line in sheet(tmp_path / "a.xlsx")[1:]] == wanted

    @pytest.mark.parametrize(("columns", "place"), [((), "."), (("poem",), "."), (COLUMNS, "no")])
    def test_what_cannot_be_done_is_said(
        self, services: Services, tmp_path: Path, columns: tuple[str, ...], place: str
    ) -> None:
        with pytest.raises(KangyiError) as refusal:
            services.people.export(PeopleQuery(), columns, tmp_path / place / "a.xlsx")
        assert refusal.value.message
        assert refusal.value.remedy
        assert list(tmp_path.glob("*.xlsx")) == []


class TestReveal:
    def test_names_need_a_reason_of_the_list(self, services: Services) -> None:
        for reason in ("", "poem"):
            with pytest.raises(ValidationError):
                services.people.reveal_names(reason)
        services.people.reveal_names("contact")
        assert factories.acts(services)[0] == ("people.reveal_names", "", {"reason": "contact"})

    def test_a_field_keeps_its_reason(self, services: Services) -> None:
        person_id = factories.client(services)
        services.people.reveal(person_id, "phone", "contact")
        assert factories.acts(services)[0] == ("people.reveal", person_id, {"field": "phone", "reason": "contact"})
        with pytest.raises(ValidationError):
            services.people.reveal(person_id, "phone", "poem")
        with pytest.raises(ValidationError, match="事由"):
            services.people.reveal(person_id, "phone", "")
