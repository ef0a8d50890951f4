"""Our files beside another side's list: compared, acted on line by line, remembered, written out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from desktop.domain.identity import mask_birth
from desktop.errors import KangyiError, NotAllowed, ValidationError
from desktop.services.catalogue import Services
from desktop.services.comparisons import ComparisonLineRow, ComparisonQuery
from desktop.services.imports import ImportRequest
from desktop.services.people import PersonDraft
from desktop.services.surveys import SurveyQuery
from tests import factories

HEADS = ("姓名", "身份证号", "性别", "出生日期", "联系电话", "村居", "诊断", "危险性等级")


def line(draft: PersonDraft, **changes: Any) -> str:
    said = replace(draft, **changes)
    cells = (said.name, said.id_no, {"1": "男", "2": "女"}[said.sex], said.birth_on, said.phone, said.village)
    return "\t".join((*cells, "分裂情感性障碍", said.danger_level))


def sheet(*lines: str) -> ImportRequest:
    return ImportRequest(pasted="\n".join(("\t".join(HEADS), *lines)) + "\n")


def compared(services: Services, *lines: str, name: str = "卫健名单") -> str:
    return services.comparisons.take(sheet(*lines), name)


def lines(services: Services, comparison_id: str, **narrowed: Any) -> dict[str, ComparisonLineRow]:
    return {row.name: row for row in services.comparisons.rows(ComparisonQuery(comparison_id, **narrowed)).rows}


@pytest.fixture
def four(services: Services) -> dict[str, PersonDraft]:
    """Three on file, of whom the list of the test knows two, and one only the list knows."""
    made = {
        name: factories.person(name=name, village=village, birth_on=born, danger_level="1")
        for name, village, born in (
            ("张晓东", "东街社区", "1983-05-17"), ("李四", "石桥村", "1970-01-02"), ("王五", "柳沟村", "1965-03-04"),
            ("赵六", "大井子村", "1990-05-06"),
        )
    }  # fmt: skip
    for name in ("张晓东", "李四", "王五"):
        services.people.register(made[name])
    return made


@pytest.fixture
def result(services: Services, four: dict[str, PersonDraft]) -> str:
    """张晓东 is the same, 李四 has another telephone and level, 赵六 is only there, 王五 only here."""
    return compared(
        services, line(four["张晓东"]), line(four["李四"], phone="13911112222", danger_level="3"), line(four["赵六"])
    )


class TestTake:
    def test_everybody_has_a_verdict_and_the_differing_fields_are_named(self, services: Services, result: str) -> None:
        told = lines(services, result)
        assert {name: row.verdict for name, row in told.items()} == {
            "张晓东": "matched", "李四": "different", "赵六": "only_there", "王五": "only_here",
        }  # fmt: skip
        assert told["李四"].differing == ("联系电话", "危险性等级")
        (row,) = services.comparisons.comparisons()
        assert (row.list_name, row.waiting) == ("卫健名单", 3)
        assert row.counts == {"different": 1, "possible": 0, "only_there": 1, "only_here": 1, "matched": 1}

    def test_a_name_that_sounds_the_same_in_the_village_is_possible_only(
        self, services: Services, four: dict[str, PersonDraft]
    ) -> None:
        told = lines(services, compared(services, line(four["李四"], name="李肆", id_no="", birth_on="")))
        assert told["李肆"].verdict == "possible"
        assert told["李肆"].file_no

    def test_closed_and_archived_files_are_not_missed(self, services: Services, four: dict[str, PersonDraft]) -> None:
        with services.desk.work.write("test.close") as db:
            from desktop.models.people import Episode

            db.query(Episode).filter(Episode.state == "assigned").first().state = "closed"  # type: ignore[union-attr]
        told = lines(services, compared(services, line(four["赵六"])), verdict="only_here")
        assert len(told) == 2

    def test_what_is_no_list_of_people_is_refused_and_nothing_kept(self, services: Services) -> None:
        for request in (ImportRequest(pasted="收支\t金额\n电费\t12\n"), ImportRequest(Path("/nowhere/x.xlsx"))):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - of the two kinds the program has
                services.comparisons.take(request, "名单")
            assert refused.value.code in ("bad_roster", "missing_file", "io_error")  # type: ignore[attr-defined]
        with pytest.raises(ValidationError) as nameless:
            services.comparisons.take(sheet(), "  ")
        assert nameless.value.field == "list_name"
        assert services.comparisons.comparisons() == ()

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=6))
    def test_nonsense_is_refused_or_compared_and_never_breaks(self, services: Services, cells: list[list[str]]) -> None:
        for heading in ([], [list(HEADS)]):
            pasted = "\n".join("\t".join(line) for line in (*heading, *cells))
            with suppress(KangyiError):
                services.comparisons.take(ImportRequest(pasted=pasted), "乱码")

    def test_numbers_are_masked_and_names_too_for_who_may_not_see_them(
        self, services: Services, result: str, four: dict[str, PersonDraft]
    ) -> None:
        assert four["李四"].id_no not in str(services.comparisons.rows(ComparisonQuery(result)))
        names = lines(factories.as_role(services, "inspector"), result)
        assert "李*" in names

    def test_pages_follow_each_other(self, services: Services, result: str) -> None:
        first = services.comparisons.rows(ComparisonQuery(result, limit=3))
        second = services.comparisons.rows(ComparisonQuery(result, limit=3, after=first.next))
        assert [row.name for row in (*first.rows, *second.rows)] == ["张晓东", "李四", "赵六", "王五"]
        assert (first.total, second.next) == (4, None)


class TestAct:
    def test_adopting_writes_what_differs_into_the_file_with_history_and_reason(
        self, services: Services, result: str
    ) -> None:
        row = lines(services, result)["李四"]
        services.comparisons.adopt(row.id, row.revision)
        draft, _ = services.people.draft(row.person_id or "")
        assert (draft.phone, draft.danger_level, draft.village) == ("13911112222", "3", "石桥村")
        told = [one for one in services.histories.person(row.person_id or "") if one.field == "电话"]
        assert told[0].reason == "按“卫健名单”更正"
        assert lines(services, result)["李四"].decision == "adopt"
        assert services.comparisons.comparisons()[0].waiting == 2

    def test_one_field_alone(self, services: Services, result: str) -> None:
        row = lines(services, result)["李四"]
        services.comparisons.adopt(row.id, row.revision, ("danger_level",))
        draft, _ = services.people.draft(row.person_id or "")
        assert (draft.phone, draft.danger_level) == ("13900135511", "3")

    def test_both_sides_are_shown_in_full_and_the_look_is_noted(
        self, services: Services, result: str, four: dict[str, PersonDraft]
    ) -> None:
        row = lines(services, result)["李四"]
        beside = {one.name: one for one in services.comparisons.detail(row.id).fields}
        assert (beside["phone"].theirs, beside["phone"].ours, beside["phone"].differs) == (
            "13911112222", "13900135511", True
        )  # fmt: skip
        assert beside["id_no"].theirs == four["李四"].id_no
        assert factories.acts(services)[0][0] == "comparisons.view"

    def test_who_is_only_there_goes_to_the_survey_once(self, services: Services, result: str) -> None:
        row = lines(services, result)["赵六"]
        services.comparisons.list_for_survey(row.id, row.revision)
        (entry,) = services.surveys.rows(SurveyQuery()).rows
        assert (entry.name, entry.list_name, entry.village) == ("赵六", "卫健名单", "大井子村")
        again = lines(services, compared(services, line(factories.person(name="赵六", id_no=_number(services)))))
        services.comparisons.list_for_survey(again["赵六"].id, 1)
        assert services.surveys.rows(SurveyQuery()).total == 1

    @pytest.mark.parametrize(
        ("name", "act"),
        [
            ("王五", lambda comparisons, row: comparisons.adopt(row.id, 2)),
            ("赵六", lambda comparisons, row: comparisons.adopt(row.id, 1)),
            ("李四", lambda comparisons, row: comparisons.list_for_survey(row.id, 1)),
            ("李四", lambda comparisons, row: comparisons.decide(row.id, 1, "ask", " ")),
            ("李四", lambda comparisons, row: comparisons.decide(row.id, 1, "adopt", "为什么")),
            ("李四", lambda comparisons, row: comparisons.decide(row.id, 7, "ask", "问村医")),
            ("李四", lambda comparisons, row: comparisons.decide("nobody", 1, "ask", "问村医")),
        ],
    )
    def test_what_does_not_fit_is_refused(self, services: Services, result: str, name: str, act: Any) -> None:
        row = lines(services, result)[name]
        with pytest.raises(ValidationError):
            act(services.comparisons, row)
        assert lines(services, result)[name] == row

    def test_asking_and_setting_aside_keep_their_words(self, services: Services, result: str) -> None:
        told = lines(services, result)
        services.comparisons.decide(told["李四"].id, 1, "ask", "问石桥村村医换没换号")
        services.comparisons.decide(told["王五"].id, 1, "ignore", "已迁出，等卫健更新")
        assert list(lines(services, result, decision="ask")) == ["李四"]
        assert lines(services, result)["王五"].reason == "已迁出，等卫健更新"
        services.comparisons.decide(told["李四"].id, 2, "")
        assert lines(services, result, decision="open").keys() == {"李四", "赵六"}

    def test_who_may_not_change_files_may_not_adopt(self, services: Services, result: str) -> None:
        row = lines(services, result)["李四"]
        for role in ("inspector", "nurse", "clerk"):
            with pytest.raises(NotAllowed):
                factories.as_role(services, role).comparisons.adopt(row.id, row.revision)


class TestMemory:
    def test_the_next_comparison_knows_what_was_decided(
        self, services: Services, result: str, four: dict[str, PersonDraft]
    ) -> None:
        told = lines(services, result)
        services.comparisons.decide(told["李四"].id, 1, "ask", "问村医")
        services.comparisons.decide(told["王五"].id, 1, "ignore", "已迁出")
        second = lines(services, compared(services, line(four["李四"], phone="13911112222"), name="第二季度"))
        assert (second["李四"].earlier, second["李四"].decision) == ("要问：问村医", "")
        assert (second["王五"].earlier, second["王五"].decision) == ("不处理：已迁出", "ignore")
        assert [row.waiting for row in services.comparisons.comparisons()] == [2, 1]

    def test_what_was_set_aside_comes_up_again_when_it_says_something_else(
        self, services: Services, four: dict[str, PersonDraft]
    ) -> None:
        first = compared(services, line(four["李四"], phone="13911112222"))
        services.comparisons.decide(lines(services, first)["李四"].id, 1, "ignore", "那是他哥的电话")
        same = compared(services, line(four["李四"], phone="13911112222"))
        assert lines(services, same)["李四"].decision == "ignore"
        other = compared(services, line(four["李四"], phone="13933334444"))
        assert (lines(services, other)["李四"].decision, lines(services, other)["李四"].earlier) == (
            "", "不处理：那是他哥的电话"
        )  # fmt: skip


class TestExport:
    def test_masked_unless_a_reason_is_given(
        self, services: Services, result: str, four: dict[str, PersonDraft], tmp_path: Path
    ) -> None:
        assert services.comparisons.export(result, tmp_path / "a.xlsx") == 4
        rows = list(load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))
        assert (rows[0][1], rows[2][1], rows[2][2]) == ("结果", "内容不同", "李*")
        assert four["李四"].id_no not in str(rows)
        with pytest.raises(ValidationError):
            services.comparisons.export(result, tmp_path / "b.xlsx", is_full=True)
        assert not (tmp_path / "b.xlsx").exists()
        services.comparisons.export(result, tmp_path / "b.xlsx", is_full=True, reason="inspection")
        full = list(load_workbook(tmp_path / "b.xlsx").active.iter_rows(values_only=True))
        assert full[2][2:4] == ("李四", four["李四"].id_no)
        assert factories.acts(services)[0][2]["reason"] == "inspection"


class TestPaper:
    def test_the_printed_result_names_nobody_in_full(
        self, services: Services, result: str, four: dict[str, PersonDraft]
    ) -> None:
        services.comparisons.decide(lines(services, result)["李四"].id, 1, "ask", "问村医换没换号")
        paper = services.comparisons.prepare(result)
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper.pdf))
        for said in (
            "卫健名单",
            "李*",
            "联系电话",
            "问村医换没换号",
            "两边一致 1 人",
            "还没有处理的 2 人",
            mask_birth(four["李四"].id_no),
        ):
            assert said in text
        for secret in ("李四", "王五", "张晓东", four["李四"].id_no):
            assert secret not in text
        document_id = services.documents.issue(paper)
        assert services.documents.pdf(document_id) == paper.pdf
        assert "-BD-" in paper.document_no

    def test_nothing_is_printed_of_what_is_not_there(self, services: Services) -> None:
        with pytest.raises(ValidationError):
            services.comparisons.prepare("nothing")


def _number(services: Services) -> str:
    (entry,) = services.surveys.rows(SurveyQuery()).rows
    return services.surveys.draft(entry.id).id_no
