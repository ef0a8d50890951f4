"""kangyi hub: the county's side - make a hub, enrol PCs, take bundles in, list the people received."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import people as people_verb
from desktop.cli.calls import Answer, Call, Verb, secret_in, user_missing
from desktop.cli.init import write_code
from desktop.errors import KangyiError
from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.services.hub import Hub, Imported, Server

_USUAL_LOGIN = "operator"


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", metavar="DIR|URL", required=True, help=tr("汇总端的文件夹，或 postgresql:// 地址"))
    parser.add_argument("--db-password-file", metavar="FILE", type=Path, help=tr("第一行是数据库密码的文件"))


def _place(call: Call) -> tuple[Path, Server | None]:
    """Return the folder of the keys and, where the database is on a server, its address."""
    from desktop.services.folders import usual_folder
    from desktop.services.hub import Server

    where = call.arguments.db
    if "://" not in where:
        return Path(where), None
    file = call.arguments.db_password_file
    password = secret_in(file, "db_password_file") if file else None
    return call.arguments.data or usual_folder().parent / "hub", Server(where, password)


@contextmanager
def _opened(call: Call) -> Iterator[Hub]:
    """Unlock the hub of `--db` for the length of a `with`."""
    from desktop.services import hub

    folder, server = _place(call)
    found = hub.accounts(folder)
    login = call.user or (found[0].login if len(found) == 1 else None)
    if login is None:
        raise user_missing(one.login for one in found)
    opened = hub.open_hub(folder, login, call.password(), call.clock, server)
    call.schema = opened.facts.schema
    try:
        yield opened
    finally:
        opened.close()


def init_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    _add_database(parser)
    parser.add_argument("--name", metavar="NAME", default=tr("区县汇总端"), help=tr("单位名称，站点会看到"))
    parser.add_argument("--recovery-out", metavar="FILE", type=Path, help=tr("恢复码写到哪个新文件"))
    parser.add_argument("--practice", action="store_true", help=tr("练习用的汇总端，只收虚构的人"))


def init(call: Call) -> Answer:
    """Make a hub with its first account."""
    from desktop.services import hub
    from desktop.services.accounts import AccountDraft
    from desktop.services.keys import new_recovery_code

    folder, server = _place(call)
    login = call.user or _USUAL_LOGIN
    account = AccountDraft(login, login, hub.OPERATOR, call.password())
    file: Path | None = call.arguments.recovery_out
    code = new_recovery_code() if file else None
    if file and code:
        write_code(file, code)
    try:
        made = hub.create_hub(
            folder, call.arguments.name, account, call.clock, server, code, is_practice=call.arguments.practice
        )
    except KangyiError:
        if file:
            file.unlink()  # it opens nothing
        raise
    call.schema = made.facts.schema
    made.close()
    if file is None:
        call.say(tr("没有恢复码：忘记密码后将无法打开。需要时请在新建时加 --recovery-out。"))
    facts: dict[str, object] = {
        "hub_id": made.facts.hub_id,
        "name": made.facts.name,
        "recovery_file": str(file) if file else None,
    }
    return Answer(facts, (tr("汇总端“{name}”已建立。", name=made.facts.name),))


def people_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    _add_database(parser)
    people_verb.arguments(parser)


def people(call: Call) -> Answer:
    """List the people handed over by all stations."""
    with _opened(call) as hub:
        page = hub.people(people_verb.query_of(call))
    return people_verb.answer_of(page)


def enrol_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    _add_database(parser)
    parser.add_argument("request", metavar="REQUEST", type=Path, help=tr("站点的接入申请"))
    parser.add_argument("--out", metavar="CERT", type=Path, required=True, help=tr("登记文件写到哪里"))
    parser.add_argument(
        "--legal-basis",
        choices=("consent", "entrusted", "statutory"),
        default="consent",
        help=tr("提供依据：单独同意、委托处理、法定职责"),
    )


def enrol(call: Call) -> Answer:
    """Enrol the PC of a station."""
    asked = call.arguments
    with _opened(call) as hub:
        done = hub.enrol(asked.request, asked.out, asked.legal_basis)
    facts: dict[str, object] = {
        "fingerprint": done.fingerprint,
        "station": done.station_name,
        "file": str(done.certificate),
    }
    return Answer(facts, (tr("已登记{name}，请核对指纹：{f}", name=done.station_name, f=done.fingerprint),))


def import_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    _add_database(parser)
    parser.add_argument("paths", metavar="PATH", type=Path, nargs="+", help=tr("交接包，或放交接包的文件夹"))
    parser.add_argument("--receipts", metavar="DIR", type=Path, required=True, help=tr("回执写到哪个文件夹"))


def import_bundles(call: Call) -> Answer:
    """Take bundles in and write the receipts."""
    asked = call.arguments
    with _opened(call) as hub:
        found = hub.import_bundles(asked.paths, asked.receipts)
    lines = [tr("{file}：{status}", file=one.file, status=one.message or one.status) for one in found]
    return Answer({"bundles": [_told(one) for one in found]}, tuple(lines), _first_trouble(found))


def _told(one: Imported) -> dict[str, object]:
    return {
        "file": one.file,
        "bundle_id": one.bundle_id,
        "status": one.status,
        "code": one.code,
        "taken": one.taken,
        "kept": one.kept,
        "rejected": one.rejected,
        "conflicts": one.conflicts,
        "receipt": str(one.receipt) if one.receipt else None,
    }


def _first_trouble(found: tuple[Imported, ...]) -> KangyiError | None:
    """Return the error for the first file that was not taken in."""
    return next((one.trouble for one in found if one.trouble), None)


VERBS = (
    Verb("hub init", tr("建立区县汇总端"), init_arguments, init),
    Verb("hub people", tr("列出各站点交来的人"), people_arguments, people),
    Verb("hub enrol", tr("登记一台站点电脑"), enrol_arguments, enrol),
    Verb("hub import", tr("收站点的交接包"), import_arguments, import_bundles),
)
