"""kangyi export: issues the next bundle for the county and writes it into a folder or onto a stick."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.errors import OperationalError
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help=tr("写到哪个文件夹（U 盘）"))
    parser.add_argument("--full", action="store_true", help=tr("从头全部重发（区县丢失数据时）"))


def run(call: Call) -> Answer:
    """Export everything since the last receipt."""
    folder = make_folder(call.arguments.to)
    with call.station() as services:
        done = services.sync.export(folder, from_start=call.arguments.full)
    facts: dict[str, object] = {
        "file": str(done.file),
        "bundle_id": done.bundle_id,
        "kind": done.kind,
        "seq": done.seq,
        "first_seq": done.first_seq,
        "last_seq": done.last_seq,
        "changes": done.changes,
        "persons": done.persons,
        "withheld_persons": done.withheld_persons,
        "withheld_changes": done.withheld_changes,
        "sha256": done.sha256,
        "prev_sha256": done.prev_sha256,
    }
    lines = (
        tr("已写好并回读核对：{file}", file=done.file),
        tr("交出 {n} 条变化，涉及 {p} 人；未交 {w} 人。", n=done.changes, p=done.persons, w=done.withheld_persons),
    )
    return Answer(facts, lines)


def make_folder(folder: Path) -> Path:
    """Make the last folder of a path when it is missing; the place it stands in must be there."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        raise OperationalError(
            "io_error", tr("建不了文件夹 {folder}。", folder=folder), tr("请检查 U 盘是否插好、能否写入。")
        ) from None
    return folder


VERBS = (Verb("export", tr("导出给区县的交接包"), arguments, run),)
