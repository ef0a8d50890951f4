"""kangyi enrol: the station's side of joining a hub: a request out, the certificate in."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.cli.export import make_folder
from desktop.i18n import tr


def request_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help=tr("申请写到哪个文件夹（U 盘）"))


def request(call: Call) -> Answer:
    """Write the request of this PC."""
    folder = make_folder(call.arguments.to)
    with call.station() as services:
        file, fingerprint = services.sync.request_enrolment(folder)
    lines = (tr("申请已写好：{file}", file=file), tr("请用电话与区县核对指纹：{fingerprint}", fingerprint=fingerprint))
    return Answer({"file": str(file), "fingerprint": fingerprint}, lines)


def take_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("file", metavar="CERT", type=Path, help=tr("区县给的登记文件"))


def take(call: Call) -> Answer:
    """Take the certificate in."""
    with call.station() as services:
        hub = services.sync.enrol(call.arguments.file)
    return Answer({"hub": hub}, (tr("已接入{hub}。", hub=hub),))


VERBS = (
    Verb("enrol request", tr("写出接入申请"), request_arguments, request),
    Verb("enrol take", tr("收区县的登记文件"), take_arguments, take),
)
