"""kangyi backup: copies the station into another folder and checks the copy."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help=tr("备份放到哪个文件夹"))


def run(call: Call) -> Answer:
    """Make a verified backup."""
    with call.station() as services:
        done = services.backups.make(call.arguments.to)
    facts = {
        "file": str(done.file), "persons": done.persons, "sha256": done.sha256, "verified": done.is_verified,
        "pieces": done.pieces, "lost_pieces": done.lost_pieces,
    }  # fmt: skip
    return Answer(facts, (tr("已备份并检查，共 {n} 份档案：{file}", n=done.persons, file=done.file),))


VERBS = (Verb("backup", tr("备份"), arguments, run),)
