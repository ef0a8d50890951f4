"""kangyi print: makes, stores and saves one paper of one client."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.calls import Answer, Call, UsageError, Verb
from desktop.errors import OperationalError
from desktop.i18n import tr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--person", metavar="FILE_NO", required=True, help=tr("档案编号"))
    parser.add_argument("--document", metavar="KIND", required=True, help=tr("文书种类，如 consent、agreement"))
    parser.add_argument("--out", metavar="F.pdf", type=Path, required=True, help=tr("写到哪个文件（不能已经存在）"))


def run(call: Call) -> Answer:
    """Issue the paper and write exactly the stored bytes to the file."""
    from desktop.services.documents import PaperChoices

    out: Path = call.arguments.out
    if out.exists():
        raise UsageError(tr("文件 {file} 已经存在。", file=out), tr("请换一个文件名，旧文件不会被覆盖。"), "out")
    if not out.absolute().parent.is_dir():
        raise OperationalError(
            "io_error", tr("文件夹 {folder} 不存在。", folder=out.absolute().parent), tr("请先建好文件夹。")
        )
    with call.station() as services:
        kinds = {kind.kind for kind in services.documents.kinds()}
        if call.arguments.document not in kinds:
            raise UsageError(
                tr("没有“{kind}”这种文书。", kind=call.arguments.document),
                tr("可以打印：{kinds}。", kinds="、".join(sorted(kinds))),
                "document",
            )
        person = services.people.id_of(call.arguments.person)
        paper = services.documents.prepare(person, call.arguments.document, PaperChoices())
        services.documents.save(services.documents.issue(paper), out)
    facts = {
        "file": str(out),
        "document_no": paper.document_no,
        "template": paper.template,
        "template_version": paper.template_version,
        "pages": paper.pages,
        "content_hash": paper.content_hash,
        "file_sha256": paper.file_sha256,
    }
    return Answer(
        facts,
        (tr("{title} {number}，{n} 页：{file}", title=paper.title, number=paper.document_no, n=paper.pages, file=out),),
    )


VERBS = (Verb("print", tr("打印一份文书到文件"), arguments, run),)
