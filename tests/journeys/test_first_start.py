"""The first start: from an empty folder to an unlocked station, with the recovery code copied from the screen."""

from __future__ import annotations

from pathlib import Path

from desktop.services import keys
from desktop.services.clock import SystemClock
from desktop.services.folders import StationFolder
from desktop.vault import keys as vault
from tests.journeys.conftest import Clerk

STATION = "柳沟村社区康复站"
PASSWORD = "青山依旧在几度夕阳红"
NOTHING_TYPED = "还有 7 组没有填对"


def test_from_nothing_to_an_unlocked_station(clerk: Clerk, home: Path) -> None:
    folder = home / "kangyi"
    clerk.start(folder)
    clerk.sees("第一次使用 · 站点信息")
    assert not clerk.can_press("下一步：本机和账号")
    fill_in_the_station(clerk)
    clerk.press("下一步：本机和账号")
    fill_in_the_account(clerk)
    clerk.press("下一步：恢复码")
    code = clerk.sees("恢复码：").removeprefix("恢复码：").split()
    assert [len(group) for group in code] == [4] * 7
    clerk.press("手抄", within="怎样写到纸上")
    clerk.press("已经逐组抄到纸上，核对过一遍")
    assert not folder.exists(), "nothing is written before the code was typed back"
    clerk.press("下一步：核对")
    type_the_code_back(clerk, code)
    clerk.press("下一步：建站")
    clerk.sees("站点建好了")
    clerk.press("开始使用")
    clerk.sees("今日工作")
    clerk.close()
    look_inside(folder, "-".join(code))
    assert not [title for title in clerk.titles() if title not in ("第一次使用", STATION)]


def fill_in_the_station(clerk: Clerk) -> None:
    clerk.fill("机构名称", STATION)
    clerk.sees("行政区划代码")
    clerk.fill("行政区划代码", "990127003")
    clerk.choose("机构类型", "社区点")
    clerk.fill("依托机构", "柳沟村村民委员会（虚构）")
    clerk.fill("监督电话", "0990-5550102")
    clerk.fill("绿色通道医院", "虚构县精神卫生中心")


def fill_in_the_account(clerk: Clerk) -> None:
    clerk.fill("姓名", "林晓岚")
    clerk.fill("登录名", "lin")
    clerk.fill("密码", "1234567890")
    clerk.fill("再输一遍密码", "1234567890")
    clerk.sees("这个密码太有规律，很容易被猜到。")
    assert not clerk.can_press("下一步：恢复码")
    clerk.fill("密码", PASSWORD)
    clerk.sees("两次输入的密码不一样")
    clerk.fill("再输一遍密码", PASSWORD)


def type_the_code_back(clerk: Clerk, code: list[str]) -> None:
    clerk.sees(NOTHING_TYPED)
    shown = " ".join(clerk.names())
    assert not [group for group in code if group in shown], "the code must not stand beside the place to type it"
    clerk.focus("第 1 组")
    wrong = code[-1][:3] + ("0" if code[-1][3] != "0" else "2")
    clerk.type("".join([*code[:-1], wrong]).lower())  # the groups hand the focus on
    clerk.sees("不一样")
    clerk.sees("还有 1 组没有填对")
    assert not clerk.can_press("下一步：建站")
    clerk.key("BackSpace BackSpace BackSpace BackSpace")
    clerk.type(code[-1])
    clerk.sees("勾上两项后才能继续")
    clerk.press("纸已封进信封，写上日期，放进带锁的柜子")
    clerk.press("已告诉另一位负责人放在哪里")


def look_inside(folder: Path, code: str) -> None:
    """What was typed is in the station, and the code copied from the screen opens it."""
    vault.unlock_with_recovery_code(StationFolder(folder).key_files, code).wipe()
    services = keys.unlock(folder, "lin", PASSWORD, SystemClock())
    try:
        station, _revision = services.stations.draft()
        assert (station.name, station.division_code, station.station_type) == (STATION, "990127003", "point")
        assert station.green_channel_hospital == "虚构县精神卫生中心"
        assert (services.desk.facts.pc_letter, services.actor.name, services.actor.role) == ("A", "林晓岚", "head")
        assert services.integrity.check().is_ok
    finally:
        services.close()
