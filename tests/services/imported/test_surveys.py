"""The list of the area from a sheet: everybody once, gaps filled, clients recognised, the denominator right."""

from __future__ import annotations

from desktop.services.catalogue import Services
from desktop.services.surveys import SurveyQuery, SurveyRow
from tests import factories
from tests.services.imported.conftest import Take, errors

TITLE = ("青山镇2026年摸底名单",)
HEAD = ("序号", "姓名", "性别", "身份证号", "村（社区）", "电话", "是否愿意", "联系日期", "康复需求", "备注")


def rows(services: Services) -> dict[str, SurveyRow]:
    return {row.name: row for row in services.surveys.rows(SurveyQuery()).rows}


def test_a_list_is_taken_in_and_counts_once_everybody_at_home(services: Services, take: Take) -> None:
    number = factories.id_no()
    client = factories.client(services, name="李文斌", id_type="01", id_no=number)
    result = take(
        "survey", TITLE, HEAD,
        (1, "李文斌", "男", number, "东街社区", "", "愿意", "2026-03-01", "服药、工作", ""),
        (2, "王小兰", "女", "", "石桥村", "13900135512", "拒绝", "2026-03-02", "陪伴", "独居"),
        (3, "赵大勇", "男", "", "石桥村", "", "", "", "", ""),
        (4, "钱进", "男", "", "石桥村", "", "去世", "2026-03-02", "", ""),
    )  # fmt: skip
    assert (result.imported, errors(result)) == (4, [])
    found = rows(services)
    assert (found["李文斌"].person_id, found["李文斌"].needs, found["李文斌"].list_name) == (
        client,
        ("medicine", "work"),
        TITLE[0],
    )
    assert [found[name].result for name in ("王小兰", "赵大勇", "钱进")] == ["refused", "planned", "dead"]
    assert "陪伴" in services.surveys.draft(found["王小兰"].id).note
    sums = services.surveys.sums()
    assert (sums.at_home.on_list, sums.at_home.beside, sums.clients) == (3, 0, 1)


def test_the_list_again_fills_gaps_and_keeps_what_was_asked(services: Services, take: Take) -> None:
    line = (1, "王小兰", "女", "", "石桥村", "13900135512", "", "", "", "")
    take("survey", TITLE, HEAD, line)
    entry = rows(services)["王小兰"]
    services.surveys.contact(entry.id, entry.revision, "willing")
    assert take("survey", TITLE, HEAD, line).unchanged == 1
    more = take("survey", TITLE, HEAD, (*line[:6], "拒绝", "", "服药", "独居"))
    assert more.updated == 1
    after = services.surveys.draft(entry.id)
    assert (after.result, after.needs, after.note) == ("willing", ("medicine",), "独居")
    services.imports.undo(more.batch_id)
    assert (services.surveys.draft(entry.id).note, services.surveys.draft(entry.id).result) == ("", "willing")


def test_faults_of_the_form_keep_a_line_out(services: Services, take: Take) -> None:
    result = take(
        "survey", TITLE, HEAD, (1, "王小兰", "女", "", "石桥村", "", "愿意", "2027-01-01", "", ""),
        (2, "", "女", "", "石桥村", "", "愿意", "", "", ""), (3, "赵大勇", "", "", "石桥村", "", "", "", "", ""),
        (4, "赵大勇", "", "", "石桥村", "", "", "", "", ""),
    )  # fmt: skip
    assert [(row, code) for row, _, code in errors(result)] == [
        (3, "date_in_future"), (4, "needed_missing"), (6, "line_repeated"),
    ]  # fmt: skip
    assert list(rows(services)) == ["赵大勇"]
