"""One day at the desk, driven from outside: find, visit, register, a group by keyboard, lock, come back, close."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.services.catalogue import Services
from desktop.services.clock import Clock
from desktop.services.people import PeopleQuery
from tests import factories
from tests.conftest import DAY, PASSWORD, Template, open_copy
from tests.journeys.conftest import Clerk, log_in, readable_in

CLIENTS = ("王小燕", "李建国", "陈美玲", "郭海棠")
NEWCOMER, NEW_ID = "钱多多", factories.id_no(sex="2")
PROBLEM = "夜里睡不好，白天没有精神"
THEME, REASON = "一起包饺子", "tanqin"


@pytest.fixture
def station(template: Template, folder: Path, clock: Clock) -> Path:
    """A closed practice station with four clients whose papers are signed."""
    services = open_copy(template, folder, clock)
    for name in CLIENTS:
        factories.served(services, name=name)
    services.close()
    return folder


def test_one_day_of_a_station(clerk: Clerk, station: Path, template: Template, clock: Clock, home: Path) -> None:
    clerk.start(station, "--on", DAY.isoformat())
    log_in(clerk)
    find_and_open(clerk, "wxy", "王小燕")
    record_a_visit(clerk)
    register(clerk)
    record_a_session_by_keyboard(clerk)
    lock_and_come_back(clerk)
    see_what_was_saved(clerk)
    clerk.close()
    services = open_copy(template, station, clock)
    try:
        look_inside(services)
    finally:
        services.close()
    assert clerk.titles() == sorted(["康驿", services.desk.facts.station_name])
    secrets = (*CLIENTS, NEWCOMER, NEW_ID, PROBLEM, THEME)
    assert not readable_in(home, secrets)
    assert not readable_in(station, secrets)
    assert not [secret for secret in secrets if secret in clerk.log()]


def find_and_open(clerk: Clerk, initials: str, name: str) -> None:
    clerk.press("服务对象")
    clerk.is_at("搜索服务对象")
    clerk.sees("共 4 人")
    clerk.type(initials)
    clerk.sees("共 1 人")
    clerk.key("Return")
    clerk.sees(name)
    clerk.sees("登记入户")


def record_a_visit(clerk: Clerk) -> None:
    clerk.press("登记入户")
    clerk.is_at("开始")
    clerk.type("900")
    clerk.key("Tab")
    clerk.type("940")
    clerk.press("本人", within="见到了谁")
    clerk.press("稳定", within="精神状况")
    clerk.press("保存")
    clerk.sees("还有 3 处要改")  # medicine, danger, lock: said before anything is stored
    clerk.press("规律服药", within="服药")
    clerk.press("0", within="危险性")
    clerk.press("无关锁", within="有没有被关锁")
    clerk.fill("发现的问题", PROBLEM)
    clerk.fill("怎样处理", "约下周同去门诊")
    clerk.press("保存")
    clerk.sees(PROBLEM)  # on the timeline of the file


def register(clerk: Clerk) -> None:
    clerk.press("服务对象")
    clerk.is_at("搜索服务对象")
    clerk.key("ctrl+n")
    clerk.is_at("姓名")
    clerk.fill("姓名", NEWCOMER)
    clerk.focus("证件号码")
    clerk.type(NEW_ID)
    clerk.finds_ticked("女", within="性别")  # read from the number
    clerk.finds("出生日期", "1983-05-17")
    clerk.key("Return")  # as a card reader ends a number: on to the next field, never out of the step
    clerk.is_at("没有证件的原因")
    clerk.press("下一步")
    clerk.is_at("联系电话")
    clerk.type("13900135522")
    clerk.fill("村（居）", "东街社区")
    clerk.press("下一步")
    clerk.fill("监护人姓名", "钱大山")
    clerk.choose("与本人关系", "父亲")
    clerk.press("下一步")
    clerk.choose("疾病类别", "分裂情感性障碍")
    clerk.press("下一步")
    clerk.press("建档")
    clerk.sees("登记入户")
    clerk.sees(NEWCOMER)


def record_a_session_by_keyboard(clerk: Clerk) -> None:
    clerk.key("alt+3")
    clerk.sees("近三个月还没有训练")
    clerk.key("ctrl+n")
    clerk.choose("训练类型", "生活技能训练")
    clerk.fill("主题", THEME)
    clerk.focus("开始")
    clerk.type("930")
    clerk.key("Tab")
    clerk.type("1100")
    clerk.press("加人")
    clerk.is_at("搜索要加的人")
    for initials, number in (("ljg", 1), ("cml", 2), ("ght", 3)):
        clerk.type(initials)
        clerk.sees("李建国" if number == 1 else "陈美玲" if number == 2 else "郭海棠", within="可以加的人")
        clerk.key("Tab Down space")
        clerk.sees(f"已选 {number} 人")
        clerk.focus("搜索要加的人")
        clerk.key("ctrl+a BackSpace")
    clerk.press("加到名单")
    clerk.sees("应到 3 人")
    clerk.sees("还有 3 人未记")
    clerk.is_at("出勤表")  # without a Tab: the next key records who is there
    clerk.key("1 2 5")
    clerk.sees("1 人请假缺席原因未填")
    clerk.key("space")
    clerk.type(REASON)
    clerk.key("Return")
    clerk.sees(REASON, within="出勤表")
    clerk.sees_no_more("原因未填")
    clerk.key("F9")
    clerk.sees(THEME, within="训练列表")


def lock_and_come_back(clerk: Clerk) -> None:
    clerk.key("ctrl+l")
    clerk.finds_ticked("林晓岚，站长")
    shown = " ".join(clerk.names())
    assert not [name for name in (*CLIENTS, NEWCOMER, THEME) if name in shown]
    clerk.fill("密码", PASSWORD[:-1])
    clerk.press("进入")
    clerk.sees("账号或密码不对。请检查大小写和输入法后再试；忘记密码请用恢复码。")
    clerk.fill("密码", PASSWORD)
    clerk.press("进入")
    clerk.sees("今日工作")


def see_what_was_saved(clerk: Clerk) -> None:
    clerk.press("服务对象")
    clerk.is_at("搜索服务对象")
    clerk.sees("共 5 人")
    clerk.type("qdd")
    clerk.sees("共 1 人")
    clerk.sees("钱*", within="服务对象列表")  # a name in a list shows its first character
    clerk.key("alt+3")
    clerk.sees(THEME, within="训练列表")


def look_inside(services: Services) -> None:
    """What was typed is what is stored, no more, and the audit tells of all of it."""
    rows = {row.name: row for row in services.people.rows(PeopleQuery()).rows}
    assert set(rows) == {*CLIENTS, NEWCOMER}
    newcomer, _revision = services.people.draft(rows[NEWCOMER].id)
    assert (newcomer.id_no, newcomer.sex, newcomer.birth_on) == (NEW_ID, "2", "1983-05-17")
    assert (newcomer.phone, newcomer.village, newcomer.diagnosis_category) == ("13900135522", "东街社区", "2")
    assert (newcomer.guardian.name, newcomer.guardian.relation) == ("钱大山", "51")
    [visited] = services.visits.rows(DAY, DAY)
    visit = services.visits.draft(str(visited.visit_id))
    assert (visited.person_id, visit.starts, visit.ends, visited.is_counted) == (
        rows["王小燕"].id, "09:00", "09:40", True
    )  # fmt: skip
    assert (visit.met, visit.mental_state, visit.medication, visit.lock_seen) == (
        "client", "stable", "regular", "none"
    )  # fmt: skip
    assert (visit.problems, visit.handling) == (PROBLEM, "约下周同去门诊")
    [held] = services.trainings.rows(DAY, DAY)
    sheet = services.trainings.draft(held.id)
    assert (sheet.training_type, sheet.theme, sheet.starts, sheet.ends) == ("04", THEME, "09:30", "11:00")
    assert {line.name: (line.state, line.note) for line in sheet.lines} == {
        "李建国": ("present", ""), "陈美玲": ("late", ""), "郭海棠": ("absent", REASON),
    }  # fmt: skip
    assert services.drafts.rows() == ()
    assert services.backups.rows()[0].is_verified
    acts = {row.act for row in services.audit.rows(limit=200)}
    assert {"people.register", "visits.record", "trainings.record"} <= acts
    assert services.integrity.check().is_ok
