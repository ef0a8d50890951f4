"""kangyi restore: makes a working station in a new folder from a backup."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.calls import Answer, Call, Verb, secret_in, user_missing
from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.services.restoring import Restored


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("备份文件（.db，旁边要有 .keys.json）"))
    parser.add_argument(
        "--recovery-file",
        metavar="F",
        type=Path,
        help=tr("写有恢复码的文件；再加 --user 和 --password-file 可设新密码"),
    )


def run(call: Call) -> Answer:
    """Check the backup, restore it, check again; the backup itself is not touched."""
    restored = _restore(call)
    call.schema = restored.schema
    lost = tr("丢失的修改数不明") if restored.lost_changes is None else tr("丢失 {n} 处修改", n=restored.lost_changes)
    facts: dict[str, object] = {
        "persons": restored.persons, "incarnation": restored.incarnation, "lost_changes": restored.lost_changes,
        "pieces": restored.pieces, "lost_pieces": restored.lost_pieces,
    }  # fmt: skip
    lines = [tr("已恢复到 {folder}，共 {n} 份档案，{lost}。", folder=call.data, n=restored.persons, lost=lost)]
    if restored.lost_pieces:
        lines.append(
            tr("材料的图片少了 {n} 页：请把备份旁边的 pieces 文件夹一起复制来再恢复。", n=restored.lost_pieces)
        )
    return Answer(facts, tuple(lines))


def _restore(call: Call) -> Restored:
    from desktop.services import restoring

    file: Path = call.arguments.file
    if call.arguments.recovery_file is not None:
        code = secret_in(call.arguments.recovery_file, "recovery_file")
        if call.user is None or call.password_file is None:
            return restoring.restore_by_code(file, call.data, code, call.clock)
        return restoring.restore_by_code(file, call.data, code, call.clock, call.user, call.password())
    logins = restoring.accounts_of(file)
    if call.user is None and len(logins) != 1:
        raise user_missing(logins)
    return restoring.restore(file, call.data, call.user or logins[0], call.password(), call.clock)


VERBS = (Verb("restore", tr("从备份恢复到新文件夹"), arguments, run),)
