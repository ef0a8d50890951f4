"""The power goes away in the middle of a form: what was typed is offered again, nothing readable was left behind."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.people import PeopleQuery
from tests import factories
from tests.conftest import DAY, Template, open_copy
from tests.journeys.conftest import Clerk, log_in, read_beside_the_program, readable_in, until

NAME, ID, ADDRESS = "钱多多", factories.id_no(sex="2"), "三组十七号，井台东边第二家"
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
    drafts = {"visits": {PROBLEM, "09:00", "stable"}, "people": {NAME, ID, ADDRESS}}
    assert until(lambda: all(are_kept(template, folder, area, words) for area, words in drafts.items()))
    clerk.kill()  # from here on nothing of it may be lost
    secrets = (NAME, ID, ADDRESS, CLIENT, PROBLEM)
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
    clerk.finds("证件号码", ID)
    clerk.finds_ticked("女", within="性别")
    clerk.press("下一步")
    clerk.finds("现住址", ADDRESS)
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


def are_kept(template: Template, folder: Path, area: str, words: set[str]) -> bool:
    """Look into the store of the running program: the screen says that something was saved, not what."""
    content = dict(read_beside_the_program(template, folder, "SELECT area, content FROM draft")).get(area, "{}")
    said = str(json.loads(content))
    return all(word in said for word in words)


def open_the_visit(clerk: Clerk) -> None:
    clerk.is_at("搜索服务对象")
    clerk.sees(f"{CLIENT[0]}*", within="服务对象列表")
    clerk.key("Return")
    clerk.press("登记入户")


def begin_a_visit(clerk: Clerk) -> None:
    clerk.press("服务对象")
    open_the_visit(clerk)
    clerk.is_at("开始")
    clerk.type("900")
    clerk.press("稳定", within="精神状况")
    clerk.fill("发现的问题", PROBLEM)
    clerk.key("Escape")  # back to the file without saving


def begin_a_file(clerk: Clerk) -> None:
    clerk.press("服务对象")
    clerk.press("新建档案")
    clerk.is_at("姓名")
    clerk.fill("姓名", NAME)
    clerk.focus("证件号码")
    clerk.type(ID)
    clerk.finds_ticked("女", within="性别")
    clerk.press("下一步")
    clerk.fill("现住址", ADDRESS)
