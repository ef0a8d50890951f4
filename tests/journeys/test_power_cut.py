"""The power goes away in the middle of a form: what was typed is offered again, nothing readable was left behind."""

from __future__ import annotations

from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.people import PeopleQuery
from tests import factories
from tests.conftest import DAY, Template, open_copy
from tests.journeys.conftest import Clerk, log_in, readable_in

NAME = "钱多多"
CLIENT, PROBLEM = "王小燕", "说最近总听见有人叫名字"


def test_forms_half_filled_are_offered_after_a_power_cut(
    clerk: Clerk, folder: Path, template: Template, clock: Clock, home: Path
) -> None:
    services = open_copy(template, folder, clock)
    factories.served(services, name=CLIENT)
    services.close()
    clerk.start(folder, "--on", DAY.isoformat())
    log_in(clerk)
    begin_a_visit(clerk)
    begin_a_file(clerk)
    clerk.kill()
    secrets = (NAME, CLIENT, PROBLEM)
    assert not readable_in(folder, secrets)
    assert not readable_in(home, secrets)
    assert not [secret for secret in secrets if secret in clerk.log()]

    clerk.start(folder, "--on", DAY.isoformat())
    log_in(clerk)
    clerk.sees(NAME, within="待办清单")  # the board knows that a form is unfinished
    clerk.press("服务对象")
    clerk.press("新建档案")
    clerk.sees("没有填完的内容")
    clerk.finds("姓名", NAME)
    clerk.press("服务对象")
    open_the_visit(clerk)
    clerk.finds("发现的问题", PROBLEM)
    clerk.finds("开始", "09:00")
    clerk.finds_ticked("稳定", within="精神状况")
    clerk.close()

    services = open_copy(template, folder, clock)
    try:
        assert [row.name for row in services.people.rows(PeopleQuery()).rows] == [CLIENT]
        assert services.visits.rows(DAY, DAY) == ()
        assert {row.area for row in services.drafts.rows()} == {"people", "visits"}
        assert services.integrity.check().is_ok
    finally:
        services.close()


def open_the_visit(clerk: Clerk) -> None:
    clerk.is_at("搜索服务对象")
    clerk.sees(CLIENT, within="服务对象列表")
    clerk.key("Return")
    clerk.press("登记入户")


def begin_a_visit(clerk: Clerk) -> None:
    clerk.press("服务对象")
    open_the_visit(clerk)
    clerk.is_at("开始")
    clerk.type("900")
    clerk.press("稳定", within="精神状况")
    clerk.fill("发现的问题", PROBLEM)
    clerk.sees("已自动存在本机")
    clerk.key("Escape")  # back to the file without saving


def begin_a_file(clerk: Clerk) -> None:
    clerk.press("服务对象")
    clerk.press("新建档案")
    clerk.is_at("姓名")
    clerk.fill("姓名", NAME)
    clerk.sees("已自动存在本机")  # from here on nothing of it may be lost
    clerk.focus("证件号码")
    clerk.type("990101")  # the power goes while somebody types on
