"""kangyi receipt: takes a receipt of the county in."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("区县交回的回执"))


def run(call: Call) -> Answer:
    """Take the receipt in; a second time changes nothing."""
    with call.station() as services:
        told = services.sync.receive(call.arguments.file)
    facts: dict[str, object] = {
        "for_bundle": told.for_bundle,
        "acked_seq": told.acked_seq,
        "taken": told.taken,
        "rejected": list(told.rejected),
        "conflicts": list(told.conflicts),
        "came_down": told.came_down,
    }
    lines = (
        tr("区县已收到第 {n} 条变化为止，收下 {t} 条。", n=told.acked_seq, t=told.taken),
        tr("退回 {r} 条，待区县决定 {c} 条。", r=len(told.rejected), c=len(told.conflicts)),
    )
    return Answer(facts, lines)


VERBS = (Verb("receipt", tr("收区县的回执"), arguments, run),)
