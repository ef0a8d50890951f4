"""kangyi people: the list of clients, sorted by file number, masked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from desktop.cli.calls import Answer, Call, Verb, count
from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.services.people import PeoplePage, PeopleQuery


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("--search", metavar="T", default="", help=tr("姓名、拼音、档案编号、证件号后几位、电话或村名"))
    parser.add_argument("--limit", metavar="N", type=count, default=200, help=tr("最多列出多少人"))
    parser.add_argument("--after", metavar="CURSOR", help=tr("接着上一页（上一页给出的 next）"))


def run(call: Call) -> Answer:
    """List one page of clients."""
    with call.station() as services:
        page = services.people.rows(query_of(call))
    return answer_of(page)


def query_of(call: Call) -> PeopleQuery:
    """Return what the command line asks for."""
    from desktop.services.people import PeopleQuery

    return PeopleQuery(search=call.arguments.search, limit=call.arguments.limit, after=call.arguments.after)


def answer_of(page: PeoplePage) -> Answer:
    """Return a page of the list as the contract wants it (station and hub alike)."""
    people = [
        {
            "id": row.id,
            "file_no": row.file_no,
            "name": row.name,
            "sex": row.sex,
            "birth_on": row.birth_on.isoformat() if row.birth_on else None,
            "id_masked": row.id_masked,
            "village": row.village,
            "state": row.state,
            "consent": row.consent,
            "agreement": row.agreement,
        }
        for row in page.rows
    ]
    lines = [f"{row.file_no}  {row.name}  {row.id_masked}  {row.village or ''}" for row in page.rows]
    return Answer({"total": page.total, "next": page.next, "people": people}, (*lines, tr("共 {n} 人", n=page.total)))


VERBS = (Verb("people", tr("列出康复对象"), arguments, run),)
