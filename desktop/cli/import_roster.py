"""kangyi import-roster: takes a roster (花名册) in."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from desktop.cli.calls import Answer, Call, Verb
from desktop.errors import ValidationError
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("花名册（.xlsx）"))
    parser.add_argument("--dry-run", action="store_true", help=tr("只检查，不保存"))
    parser.add_argument("--errors", metavar="OUT.xlsx", type=Path, help=tr("有错的行写到这张表，标红并写明原因"))


def run(call: Call) -> Answer:
    """Store the good rows and tell what is wrong with the others."""
    with call.station() as services:
        result = services.imports.take(call.arguments.file, call.arguments.errors, call.arguments.dry_run)
    facts = asdict(result)
    facts["errors_file"] = None if result.errors_file is None else str(result.errors_file)
    facts["faults"] = [asdict(fault) for fault in result.faults]
    lines = [
        tr("第 {row} 行 {column}：{message}", row=fault.excel_row, column=fault.column or "", message=fault.message)
        for fault in result.faults
        if fault.verdict in ("warning", "error")
    ]
    total = tr(
        "共 {rows} 行：新增 {imported}，更新 {updated}，未变 {unchanged}，草稿 {drafts}，"
        "退回 {rejected}，略过 {ignored}。",
        **{
            name: getattr(result, name)
            for name in ("rows", "imported", "updated", "unchanged", "drafts", "rejected", "ignored")
        },
    )
    return Answer(facts, (*lines, total), _rejected(result.rejected, call.arguments.dry_run))


def _rejected(rows: int, is_dry_run: bool) -> ValidationError | None:
    """Return the error for rows that were not, or would not be, taken."""
    if not rows:
        return None
    if is_dry_run:
        told = tr("有 {n} 行有错，导入时不会保存。这次只是检查，没有保存任何内容。", n=rows)
        return ValidationError("rows_rejected", told, tr("请改正这些行，再正式导入。"))
    told = tr("有 {n} 行没有保存，其余的行已经保存。", n=rows)
    return ValidationError("rows_rejected", told, tr("请改正后把这些行再导入一次，已保存的行不会重复。"))


VERBS = (Verb("import-roster", tr("导入花名册"), arguments, run),)
