"""kangyi check: looks through the whole store for damage."""

from __future__ import annotations

import argparse

from desktop.cli.calls import Answer, Call, Verb
from desktop.errors import OperationalError
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb: none."""


def run(call: Call) -> Answer:
    """Check database, triggers and audit, and say when the last backup was made."""
    with call.station() as services:
        found = services.integrity.check()
        last = services.backups.last()
    facts: dict[str, object] = {
        "integrity": found.integrity,
        "cipher_integrity": found.cipher_integrity,
        "foreign_keys": found.foreign_keys,
        "triggers": found.triggers,
        "audit": {"entries": found.audit.entries, "head": found.audit.head, "ok": found.audit.is_ok},
        "counts": found.counts,
        "pieces": {"total": found.pieces.total, "missing": found.pieces.missing, "damaged": found.pieces.damaged},
        "last_backup": last and {"at": last.at.isoformat(), "persons": last.persons, "verified": last.is_verified},
    }
    damage = OperationalError(
        "io_error", tr("检查发现数据有损坏。"), tr("请不要继续录入，先保留现在的文件夹，再从最近的备份恢复。")
    )
    if not found.pieces.is_ok:
        damage = OperationalError(
            "io_error",
            tr("材料的图片有 {n} 页不见了或已损坏。", n=found.pieces.missing + found.pieces.damaged),
            tr("请打开这些材料，从备份取回；纸质原件还在的话可以重新扫描。"),
        )
    line = tr("检查完毕，没有发现问题；操作记录 {n} 条。", n=found.audit.entries)
    return Answer(facts, (line,) if found.is_ok else (), None if found.is_ok else damage)


VERBS = (Verb("check", tr("检查数据是否完好"), arguments, run),)
