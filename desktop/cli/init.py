"""kangyi init: makes a new station on this PC."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from desktop.cli.calls import Answer, Call, UsageError, Verb
from desktop.errors import KangyiError, OperationalError
from desktop.i18n import tr

HEAD = "head"  # role of the first account, and its login unless --user names another


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--station", metavar="NAME", required=True, help=tr("机构名称"))
    parser.add_argument("--division", metavar="CODE", required=True, help=tr("行政区划代码，6、9 或 12 位"))
    parser.add_argument("--recovery-out", metavar="FILE", type=Path, required=True, help=tr("恢复码写到哪个新文件"))
    parser.add_argument("--code", metavar="CODE", default="", help=tr("站点代码，印在档案编号里"))
    parser.add_argument("--pc", metavar="A", default="A", help=tr("本机字母，同一站点的每台电脑不同"))
    parser.add_argument("--practice", action="store_true", help=tr("练习站点，只放虚构的人"))


def run(call: Call) -> Answer:
    """Make the station with its first account (the head) and leave the recovery code in a file."""
    from desktop.services import keys

    login = call.user or HEAD
    station = keys.StationDraft(call.arguments.station, call.arguments.division, call.arguments.code)
    account = keys.AccountDraft(login, login, HEAD, call.password())
    code, file = keys.new_recovery_code(), call.arguments.recovery_out
    call.say(tr("正在建立站点，约需几秒……"))
    write_code(file, code)
    try:
        services = keys.create_station(
            call.data, station, account, call.arguments.pc, code, call.clock, is_practice=call.arguments.practice
        )
    except KangyiError:
        file.unlink()  # it opens nothing
        raise
    facts = services.desk.facts
    call.schema = facts.schema
    services.close()
    return Answer(
        {
            "station_id": facts.station_id,
            "db_uuid": facts.db_uuid,
            "pc": facts.pc_letter,
            "recovery_file": str(file),
        },
        (
            tr("站点“{name}”已建立：{folder}", name=facts.station_name, folder=call.data),
            tr("第一个账号（负责人）的登录名：{login}", login=login),
            tr("恢复码在 {file}，请抄到纸上装入信封，然后删除这个文件。", file=file),
        ),
    )


def write_code(file: Path, code: str) -> None:
    """Write the code into a new file that only this user may read; before the station, so that it cannot get lost."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(tr("文件 {file} 已经存在。", file=file), tr("请换一个文件名。"), "recovery_out") from None
    except OSError:
        raise OperationalError("io_error", tr("写不了文件 {file}。", file=file), tr("请检查文件夹和权限。")) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(code + "\n")
        stream.flush()
        os.fsync(descriptor)


VERBS = (Verb("init", tr("建立新站点；第一个账号是负责人，登录名用 --user 指明，不写时为 head"), arguments, run),)
