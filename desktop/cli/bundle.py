"""kangyi bundle: looks at a file of the exchange without any key of this PC."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.i18n import tr


def inspect_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("交接包或回执"))


def inspect(call: Call) -> Answer:
    """Show the envelope of a bundle or receipt."""
    from desktop.services import bundles

    found = bundles.inspect(call.arguments.file)
    lines = [f"{name}: {value}" for name, value in sorted(found.manifest.items())]
    lines += [tr("{name}：{n} 字节", name=member.name, n=member.size) for member in found.members]
    return Answer({"manifest": found.manifest, "members": [asdict(one) for one in found.members]}, tuple(lines))


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    inspect_arguments(parser)
    parser.add_argument("--trust", metavar="FILE", type=Path, required=True, help=tr("登记申请或登记文件"))


def verify(call: Call) -> Answer:
    """Check signature and payload of a bundle or receipt."""
    from desktop.services import bundles

    found = bundles.verify(call.arguments.file, call.arguments.trust)
    code = found.refused.code if found.refused else None
    facts: dict[str, object] = {"valid": found.is_valid, "code": code, "sender": found.sender}
    return Answer(facts, (tr("签名有效，内容完整。"),) if found.is_valid else (), found.refused)


VERBS = (
    Verb("bundle inspect", tr("查看交接文件的封面"), inspect_arguments, inspect),
    Verb("bundle verify", tr("核对交接文件的签名"), verify_arguments, verify),
)
