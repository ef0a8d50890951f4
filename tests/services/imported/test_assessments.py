"""Scores of earlier years, by line and by column; none outside what an instrument can give."""

from __future__ import annotations

from sqlalchemy import select

from desktop.models.assessments import Assessment
from desktop.services.catalogue import Services
from tests import factories
from tests.services.imported.conftest import Take, errors


def stored(services: Services) -> list[Assessment]:
    query = select(Assessment).where(Assessment.is_deleted.is_(False))
    with services.desk.work.read() as db:
        found = db.scalars(query.order_by(Assessment.assessed_on, Assessment.instrument)).all()
        db.expunge_all()
        return list(found)


def told(services: Services) -> list[tuple[str, str, float | None]]:
    return [(one.kind, one.instrument, one.total) for one in stored(services)]


def test_a_line_for_each_instrument(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    head = ("姓名", "评估日期", "评估类型", "量表名称", "总分", "社交技巧", "人际关系", "评估结果", "评估人")
    result = take(
        "scores", head,
        ("李文斌", "2026-01-10", "基线", "SDSS", 8, "", "", "有功能缺陷", "陈一帆、王医生"),
        ("李文斌", "2026-03-10", "阶段评估", "心理社交功能评估", 40.5, 12, 20.5, "", "陈一帆"),
    )  # fmt: skip
    assert (result.imported, errors(result)) == (2, [])
    first, second = stored(services)
    assert (first.person_id, first.kind, first.instrument, first.total, first.band, first.assessors, first.origin) == (
        person_id, "baseline", "sdss", 8, "有功能缺陷", "陈一帆、王医生", "imported",
    )  # fmt: skip
    assert second.subscores == {"社交技巧": 12, "人际关系": 20.5}
    items = services.people.timeline(person_id, "assessment").items
    assert [(item.title, item.text, item.tag) for item in items] == [
        ("阶段评估 · 心理社交功能评估", "总分 40.5；社交技巧 12；人际关系 20.5", "补录"),
        ("基线评估 · 社会功能缺陷筛选量表（SDSS）", "总分 8；有功能缺陷", "补录"),
    ]


def test_a_column_for_each_instrument_and_the_kind_in_the_title(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    rows = (("2026年基线评估汇总",), ("姓名", "日期", "SDSS总分", "ADL", "PHQ-9"), ("李文斌", "2026-01-10", 8, 20, ""))
    assert take("scores", *rows).imported == 1
    assert told(services) == [("baseline", "adl14", 20), ("baseline", "sdss", 8)]
    again = take("scores", *rows)
    assert (again.unchanged, again.batch_id) == (1, None)
    more = take("scores", *rows[:2], ("李文斌", "2026-01-10", 7, 20, 5))
    assert told(services) == [("baseline", "adl14", 20), ("baseline", "phq9", 5), ("baseline", "sdss", 7)]
    assert services.imports.undo(more.batch_id) == 1
    assert told(services) == [("baseline", "adl14", 20), ("baseline", "sdss", 8)]


def test_what_no_instrument_gives_is_refused(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    head = ("姓名", "日期", "量表", "总分", "社交技巧")
    result = take(
        "scores", head, ("李文斌", "2026-01-10", "SDSS", 21, ""), ("李文斌", "2026-01-10", "ADL", 13, ""),
        ("李文斌", "2026-01-10", "", 5, ""), ("李文斌", "2026-01-10", "SDSS", "", ""),
        ("李文斌", "2026-01-10", "心理社交功能", 60, 26), ("李文斌", "2026-01-10", "没有的量表", 3, ""),
    )  # fmt: skip
    assert [(column, code) for _, column, code in errors(result)] == [
        ("总分", "score_out_of_range"), ("总分", "score_out_of_range"), ("量表", "instrument_missing"),
        ("总分", "score_missing"), ("社交技巧", "score_out_of_range"), ("量表", "instrument_missing"),
    ]  # fmt: skip
    assert stored(services) == []
