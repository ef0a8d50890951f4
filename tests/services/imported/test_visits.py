"""Visits of earlier years: found, judged, counted, taken once, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from desktop.errors import ValidationError
from desktop.models.people import Person
from desktop.models.visits import Visit
from desktop.services.catalogue import Services
from desktop.services.joins import JoinDraft
from tests import factories
from tests.conftest import DAY
from tests.services.imported.conftest import Take, errors, warnings

HEAD = (
    "序号",
    "姓名",
    "身份证号",
    "入户日期",
    "走访方式",
    "见到何人",
    "走访内容",
    "精神状况",
    "服药情况",
    "发现问题",
    "入户人员",
)


def stored(services: Services) -> list[Visit]:
    with services.desk.work.read() as db:
        found = db.scalars(select(Visit).where(Visit.is_deleted.is_(False)).order_by(Visit.visited_on, Visit.id)).all()
        db.expunge_all()
        return list(found)


def test_a_visit_is_as_one_that_was_typed_and_marked_as_taken_over(services: Services, take: Take) -> None:
    person_id = factories.served(services, name="李文斌")
    me = services.actor.name
    rows = (
        ("青山镇2026年第一季度走访登记表",),
        HEAD,
        (1, "李文斌", None, date(2026, 3, 25), "入户", "本人及家属", "随访、送药核对、陪聊天",
         "稳定", "按时服药", "睡得晚", f"{me}、王敏"),
        (2, "李 文斌", None, "2026.3.26", "电话随访", "家属", "随访", "", "", "", "王敏"),
    )  # fmt: skip
    result = take("visits", *rows)
    assert (result.imported, errors(result)) == (2, [])
    home, call = stored(services)
    assert (home.person_id, home.visited_on, home.met, home.origin) == (
        person_id,
        date(2026, 3, 25),
        "client",
        "imported",
    )
    assert (home.visitor_id, home.companions) == (services.actor.user_id, "王敏")
    assert (home.purposes, home.problems) == (["followup", "medicine"], "睡得晚；陪聊天")
    assert (home.is_counted, call.is_counted, call.companions) == (True, False, "王敏")
    told = {item.kind: item for item in services.people.timeline(person_id).items}
    assert (told["visit"].tag, told["visit"].author) == ("补录", me)


def test_the_same_sheet_again_does_nothing_and_a_mended_one_changes(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    first = ("李文斌", "2026-03-25", "入户", "本人", "睡得晚")
    head = ("姓名", "日期", "走访方式", "见到", "发现的问题")
    take("visits", head, first)
    again = take("visits", head, first)
    assert (again.imported, again.unchanged, again.batch_id) == (0, 1, None)
    assert take("visits", head, (*first[:4], "睡得好")).updated == 1
    assert [visit.problems for visit in stored(services)] == ["睡得好"]
    draft = services.visits.draft(stored(services)[0].id)
    services.visits.record(factories.visit(draft.person_id, services.actor.user_id, visit_id=draft.visit_id,
        revision=draft.revision, visited_on="2026-03-25", problems="改过"), reason="核对过")  # fmt: skip
    kept = take("visits", head, first)
    assert (kept.unchanged, warnings(kept)) == (1, [(2, "日期", "file_kept")])
    assert [visit.problems for visit in stored(services)] == ["改过"]


HEAD_SHORT = ("姓名", "身份证号", "档案号", "出生日期", "日期", "见到")


def test_the_client_is_found_by_number_then_file_then_birth_then_by_a_name_nobody_else_has(
    services: Services, take: Take
) -> None:
    born = ("1983-05-17", "1990-01-02", "1971-08-09")
    first, second, third = (factories.client(services, name="李文斌", birth_on=day, phone="") for day in born)
    alone = factories.client(services, name="王小兰")
    with services.desk.work.read() as db:
        number, file_no = db.get_one(Person, first).id_no, db.get_one(Person, second).file_no
    result = take(
        "visits",
        HEAD_SHORT,
        ("李文斌", number, "", "", "2026-03-01", "本人"),
        ("李文斌", "", file_no, "", "2026-03-02", "本人"),
        ("李文斌", "", "", "1971年8月9日", "2026-03-03", "本人"),
        ("王小兰", "", "", "", "2026-03-04", "本人"),
        ("李文斌", "", "", "", "2026-03-05", "本人"),
        ("没有这人", "", "", "", "2026-03-06", "本人"),
        ("王小兰", number, "", "", "2026-03-07", "本人"),
    )
    assert [visit.person_id for visit in stored(services)] == [first, second, third, alone]
    assert [code for _, _, code in errors(result)] == ["several_alike", "person_unknown", "name_differs"]
    (several,) = [one.message for one in result.faults if one.code == "several_alike"]
    assert file_no in several


def test_the_number_of_a_file_that_became_part_of_another_leads_to_the_one_kept(services: Services, take: Take) -> None:
    kept, gone = (factories.client(services, name="李文斌", birth_on=day) for day in ("1983-05-17", "1983-05-18"))
    other = factories.client(services, name="李文斌", birth_on="1990-01-01")
    with services.desk.work.read() as db:
        number = db.get_one(Person, gone).file_no
    plan = services.joins.plan(kept, gone)
    services.joins.join(JoinDraft(kept, gone, plan.revisions, {}, "同一人"))
    take("visits", HEAD_SHORT, ("李文斌", "", number, "", "2026-03-01", "本人"))
    assert [visit.person_id for visit in stored(services)] == [kept] != [other]


def test_days_that_cannot_be_are_refused_and_doubtful_ones_pointed_out(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌", birth_on="2010-06-01", filed_on="2026-01-05")
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    rows = [("李文斌", day, "本人") for day in (tomorrow, "2010-05-31", "1999-12-31", "看不清", "2025-11-03")]
    result = take("visits", ("姓名", "日期", "见到"), *rows)
    assert [code for _, _, code in errors(result)] == [
        "date_in_future", "before_birth", "before_birth", "date_unreadable",
    ]  # fmt: skip
    assert warnings(result) == [(6, "日期", "before_case")]
    assert [visit.visited_on for visit in stored(services)] == [date(2025, 11, 3)]


def test_what_counts_is_decided_by_the_papers_of_that_day(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    factories.sign(services, person_id, signed_on="2026-02-01", valid_from="2026-02-01")
    rows = [("李文斌", day, "本人") for day in ("2026-01-31", "2026-02-01")] + [("李文斌", "2026-02-02", "未见到")]
    take("visits", ("姓名", "日期", "见到"), *rows)
    assert [(visit.visited_on.day, visit.is_counted) for visit in stored(services)] == [
        (31, False),
        (1, True),
        (2, False),
    ]


def test_papers_signed_later_count_what_was_taken_over_and_it_can_still_be_taken_back(
    services: Services, take: Take
) -> None:
    person_id = factories.client(services, name="李文斌")
    batch = take("visits", ("姓名", "日期", "见到"), ("李文斌", "2026-03-25", "本人")).batch_id
    factories.sign(services, person_id)
    assert [visit.is_counted for visit in stored(services)] == [True]
    assert services.imports.undo(batch) == 1
    assert stored(services) == []
    assert take("visits", ("姓名", "日期", "见到"), ("李文斌", "2026-03-25", "本人")).imported == 1


def test_a_line_said_twice_and_two_visits_of_one_day_with_their_times(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    head = ("姓名", "日期", "时间", "见到")
    result = take(
        "visits", head, ("李文斌", "2026-03-25", "9:00-9:40", "本人"), ("李文斌", "2026-03-25", "14:00至14:30", "本人"),
        ("李文斌", "2026-03-25", "9:00-9:40", "本人"), ("李文斌", "2026-03-26", "上午", "本人"),
    )  # fmt: skip
    assert [(visit.starts, visit.ends) for visit in stored(services)] == [
        ("09:00", "09:40"),
        ("14:00", "14:30"),
        (None, None),
    ]
    assert (errors(result), warnings(result)) == ([(4, "日期", "line_repeated")], [(5, "时间", "time_unreadable")])


def test_a_restricted_file_takes_nothing(services: Services, take: Take) -> None:
    person_id = factories.client(services, name="李文斌")
    with services.desk.work.write("test.restrict") as db:
        db.get_one(Person, person_id).restricted_on = DAY
    assert errors(take("visits", ("姓名", "日期", "见到"), ("李文斌", "2026-03-25", "本人"))) == [
        (2, "姓名", "restricted")
    ]


def test_only_who_may_record_visits_may_take_them_over(services: Services, take: Take) -> None:
    clerk = factories.as_role(services, "clerk")
    assert "visits" not in {row.code for row in clerk.imports.kinds()}
    with pytest.raises(ValidationError):
        take("visits", ("姓名", "日期"), station=clerk)
