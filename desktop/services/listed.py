"""The list of clients as a sheet: columns to choose from, masked as in the list unless a reason is given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from desktop.domain.identity import mask_name
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.people import Person
from desktop.services import codes, listing, standings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.services.listing import PeopleQuery, PersonRow

_AT_ONCE = 500  # ids in one question to the database


def check_reason(reason: str) -> None:
    """Raise ValidationError no_reason unless this is a code of reveal_reason; free words could name somebody."""
    if not codes.entry("reveal_reason", reason):
        message = tr("没有选择查看完整信息的事由。")
        raise ValidationError("no_reason", message, tr("请先选择事由，再显示或导出。"), "reason")


def lines(
    db: Session, query: PeopleQuery, columns: Sequence[str], is_full: bool, today: date, actor_id: str
) -> list[list[str]]:
    """Return the headings and a line of words for everybody whom a query finds."""
    texts = _texts(columns)
    told = [[codes.label_of("people_column", column) for column in columns]]
    closed = standings.restricted(db, None)
    ids = [one for one in listing.ids_of(db, query, today, actor_id) if one not in closed]
    for place in range(0, len(ids), _AT_ONCE):
        part = ids[place : place + _AT_ONCE]
        told += [[text(row) for text in texts] for row in _rows(db, part, today, is_full)]
    return told


def _rows(db: Session, ids: Sequence[str], today: date, is_full: bool) -> Iterator[PersonRow]:
    """Give the lines of the list, with the numbers in full where the masked ones stood when that was asked for."""
    rows = listing.rows_in(db, ids, today)
    if not is_full:
        yield from (replace(row, name=mask_name(row.name)) for row in rows)
        return
    query = select(Person.id, Person.id_no, Person.phone).where(Person.id.in_(ids))
    numbers = {one: (id_no or "", phone or "") for one, id_no, phone in db.execute(query)}
    for row in rows:
        id_no, phone = numbers[row.id]
        yield replace(row, id_listed=id_no, phone_masked=phone)


def _texts(columns: Sequence[str]) -> list[Callable[[PersonRow], str]]:
    unknown = [column for column in columns if column not in _COLUMNS]
    if unknown or not columns:
        raise ValidationError("no_columns", tr("没有选好要导出的列。"), tr("请至少勾选一列。"), "columns")
    return [_COLUMNS[column] for column in columns]


def _day(name: str) -> Callable[[PersonRow], str]:
    return lambda row: day.isoformat() if (day := getattr(row, name)) else ""


def _words(table: str, name: str) -> Callable[[PersonRow], str]:
    return lambda row: codes.label_of(table, getattr(row, name))


_COLUMNS: dict[str, Callable[[PersonRow], str]] = {
    "file_no": lambda row: row.file_no,
    "name": lambda row: row.name,
    "sex": _words("sex", "sex"),
    "age": lambda row: "" if row.age is None else str(row.age),
    "id_no": lambda row: row.id_listed,
    "phone": lambda row: row.phone_masked,
    "village": lambda row: row.village or "",
    "diagnosis": lambda row: row.diagnosis,
    "risk": _words("danger_level", "danger"),
    "service_class": _words("service_class", "service_class"),
    "state": lambda row: tr("草稿") if row.is_draft else codes.label_of("episode_state", row.state),
    "consent": _words("standing", "consent"),
    "consent_until": _day("consent_until"),
    "agreement": _words("standing", "agreement"),
    "agreement_until": _day("agreement_until"),
    "last_visit": _day("last_visit_on"),
    "next_visit": _day("next_visit_on"),
}
