"""Attendance of earlier years, by line and by month: sessions found again or made, nothing counted twice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from desktop.models.trainings import Attendance, Training
from desktop.services.catalogue import Services
from tests import factories
from tests.services.imported.conftest import Take, errors, warnings

LINE = ("姓名", "训练日期", "时间", "训练类型", "主题", "带领人", "出勤", "备注")


def stored(services: Services) -> list[tuple[Training, Attendance]]:
    query = select(Training, Attendance).join(Attendance, Attendance.training_id == Training.id)
    query = query.where(Attendance.is_deleted.is_(False), Training.is_deleted.is_(False))
    with services.desk.work.read() as db:
        found = db.execute(query.order_by(Training.held_on, Training.starts, Attendance.id)).all()
        db.expunge_all()
        return [(training, one) for training, one in found]


def marks(services: Services) -> list[tuple[str, str]]:
    return [(training.held_on.isoformat(), one.state) for training, one in stored(services)]


def test_lines_become_sessions_with_everybody_in_them(services: Services, take: Take) -> None:
    one, two = factories.served(services, name="李文斌"), factories.served(services, name="王小兰")
    me = services.actor.name
    result = take(
        "attendance", LINE,
        ("李文斌", "2026-03-25", "9:00-10:30", "生活技能", "包饺子", me, "√", ""),
        ("王小兰", "2026-03-25", "9:00-10:30", "生活技能", "包饺子", me, "请假", "家里有事"),
        ("李文斌", "2026-03-26", "", "手工", "", "张老师", "迟到", ""),
    )  # fmt: skip
    assert (result.imported, errors(result)) == (3, [])
    first, second, third = stored(services)
    assert first[0].id == second[0].id
    assert (first[0].starts, first[0].ends, first[0].training_type, first[0].theme) == (
        "09:00",
        "10:30",
        "04",
        "包饺子",
    )
    assert (first[0].leader_id, first[0].origin) == (services.actor.user_id, "imported")
    assert [(line.person_id, line.state, line.is_counted) for _, line in (first, second)] == [
        (one, "present", True), (two, "leave", False),
    ]  # fmt: skip
    assert (third[0].training_type, third[0].starts, third[0].helpers, third[1].state) == ("11", "", "张老师", "late")
    told = services.people.timeline(one, "training").items
    assert [(item.tag, item.author) for item in told] == [("补录", "张老师"), ("补录", me)]
    assert services.trainings.rows(date(2026, 3, 25), date(2026, 3, 25))[0].attended == 1


def test_the_grid_of_a_month(services: Services, take: Take) -> None:
    person_id = factories.served(services, name="李文斌", filed_on="2025-01-05")
    factories.client(services, name="王小兰")
    days = tuple(range(1, 31))
    cells = {1: "√", 3: "×", 4: "假", 5: "迟", 30: 1}
    result = take(
        "attendance",
        ("青山镇康复站2025年11月服药训练出勤表",),
        ("序号", "姓名", *days, "合计"),
        (1, "李文斌", *(cells.get(day) for day in days), 3),
        (2, "王小兰", *(None for _ in days), 0),
    )
    assert (result.imported, result.unchanged, errors(result)) == (1, 1, [])
    assert marks(services) == [
        ("2025-11-01", "present"), ("2025-11-03", "absent"), ("2025-11-04", "leave"), ("2025-11-05", "late"),
        ("2025-11-30", "present"),
    ]  # fmt: skip
    assert {(training.training_type, line.person_id) for training, line in stored(services)} == {("01", person_id)}


def test_the_grid_again_adds_what_is_new_and_changes_what_was_mended(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    head = (("2026年3月出勤表",), ("姓名", "1日", "2日", "3日"))
    take("attendance", *head, ("李文斌", "√", "×", ""))
    again = take("attendance", *head, ("李文斌", "√", "×", ""))
    assert (again.unchanged, again.batch_id) == (1, None)
    mended = take("attendance", *head, ("李文斌", "√", "√", "迟"))
    assert (mended.imported, marks(services)) == (
        1, [("2026-03-01", "present"), ("2026-03-02", "present"), ("2026-03-03", "late")],
    )  # fmt: skip
    services.imports.undo(mended.batch_id)
    assert marks(services) == [("2026-03-01", "present"), ("2026-03-02", "absent")]


def test_a_day_typed_before_is_not_counted_again_by_the_grid(services: Services, take: Take) -> None:
    person_id = factories.served(services, name="李文斌")
    services.trainings.record(
        factories.training(services.actor.user_id, factories.line(person_id), held_on="2026-03-25")
    )
    head = (("2026年3月出勤表",), ("姓名", "24", "25"))
    assert take("attendance", *head, ("李文斌", "", "√")).unchanged == 1
    kept = take("attendance", *head, ("李文斌", "", "×"))
    assert (kept.unchanged, [code for _, _, code in warnings(kept)]) == (1, ["file_kept"])
    assert marks(services) == [("2026-03-25", "present")]


def test_a_list_that_says_more_of_a_session_of_the_grid_means_the_same_session(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    factories.client(services, name="王小兰")
    take("attendance", ("2026年3月考勤",), ("姓名", "24", "25"), ("李文斌", "", "√"))
    line = ("2026-03-25", "09:00-10:30", "生活技能", "家务料理", "", "√", "")
    result = take("attendance", LINE, ("李文斌", *line), ("王小兰", *line))
    assert (result.imported, result.unchanged) == (1, 1)
    assert len({training.id for training, _ in stored(services)}) == 1
    assert len(stored(services)) == 2


def test_somebody_new_joins_a_session_that_stands(services: Services, take: Take) -> None:
    person_id = factories.served(services, name="李文斌")
    factories.served(services, name="王小兰")
    training_id = services.trainings.record(
        factories.training(services.actor.user_id, factories.line(person_id), held_on="2026-03-25")
    )
    batch = take(
        "attendance", LINE, ("王小兰", "2026-03-25", "09:00-10:30", "生活技能", "家务料理", "", "√", "")
    ).batch_id
    assert [(training.id, line.origin) for training, line in stored(services)] == [
        (training_id, "entered"), (training_id, "imported"),
    ]  # fmt: skip
    assert services.trainings.draft(training_id).revision == 2, "who has the sheet open is told"
    services.imports.undo(batch)
    assert [line.origin for _, line in stored(services)] == ["entered"]


def test_nobody_is_in_two_places(services: Services, take: Take) -> None:
    person_id = factories.served(services, name="李文斌")
    services.trainings.record(
        factories.training(services.actor.user_id, factories.line(person_id), held_on="2026-03-25")
    )
    result = take("attendance", LINE, ("李文斌", "2026-03-25", "10:00-11:00", "手工", "剪纸", "", "√", ""))
    assert [code for _, _, code in errors(result)] == ["overlap"]


def test_what_cannot_be_read_keeps_its_line_out(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    result = take(
        "attendance", LINE, ("李文斌", "2026-03-25", "", "", "", "", "？？", ""),
        ("李文斌", "某天", "", "", "", "", "√", ""),
        ("李文斌", "2026-03-26", "", "", "", "", "", ""), ("李文斌", "2026-03-27", "", "", "", "", "√", ""),
        ("李文斌", "2026-03-27", "", "", "", "", "√", ""),
    )  # fmt: skip
    assert [(row, code) for row, _, code in errors(result)] == [
        (2, "mark_unknown"), (3, "date_unreadable"), (4, "mark_missing"), (6, "line_repeated"),
    ]  # fmt: skip
    assert marks(services) == [("2026-03-27", "present")]


def test_a_grid_without_its_month_and_a_day_that_is_none(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    lost = take("attendance", ("姓名", "1", "2"), ("李文斌", "√", ""))
    assert [code for _, _, code in errors(lost)] == ["no_such_day"]
    none = take(
        "attendance",
        ("2026年2月考勤",),
        ("姓名", "28", "29", "30"),
    )
    assert none.rows == 0
    none = take("attendance", ("2026年2月考勤",), ("姓名", "28", "29", "30"), ("李文斌", "√", "", "√"))
    assert [(column, code) for _, column, code in errors(none)] == [("30", "no_such_day")]
    assert marks(services) == []


def test_months_in_a_column_and_text_files(services: Services, take: Take) -> None:
    factories.client(services, name="李文斌")
    result = take(
        "attendance", ("姓名", "月份", "1", "2"), ("李文斌", "2026年1月", "√", ""), ("李文斌", "2026-02", "", "√"),
        as_csv=True,
    )  # fmt: skip
    assert (result.imported, marks(services)) == (2, [("2026-01-01", "present"), ("2026-02-02", "present")])
