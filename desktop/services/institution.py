"""The institution file beside the station itself: prices, plans and drills, insurance, contracts, supervision."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, union

from desktop.domain import institution as rules_of
from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault
from desktop.domain.folding import clean_text, fold
from desktop.domain.institution import Entry, Shape, Term
from desktop.domain.reminders import FindingFacts
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models import institution as tables
from desktop.models.base import new_id
from desktop.models.trainings import Attendance, Training
from desktop.models.visits import Visit
from desktop.services import codes, refusals
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from desktop.models.base import Record

__all__ = ["Entry", "Institution"]

TABLES: dict[str, type[Record]] = {
    "price": tables.PriceItem,
    "plan": tables.EmergencyPlan,
    "drill": tables.EmergencyDrill,
    "insurance": tables.InsurancePolicy,
    "contract": tables.PurchaseContract,
    "contract_line": tables.ContractLine,
    "inspection": tables.SupervisionVisit,
    "finding": tables.SupervisionFinding,
    "staff_training": tables.StaffTraining,
}
_NEWEST_BY = {
    "price": "from_on",
    "plan": "approved_on",
    "drill": "held_on",
    "insurance": "to_on",
    "contract": "from_on",
    "inspection": "visited_on",
    "staff_training": "held_on",
}
_MENDED = "mended"
_OWNER_KINDS = {"drill": "plan", "contract_line": "contract", "finding": "inspection"}


class Institution:
    """Reading and keeping the entries of the institution file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, kind: str) -> tuple[Entry, ...]:
        """Return the entries of one kind, newest first; what stands below another one in the order it was written."""
        self._desk.actor.require("institution.read")
        table: Any = TABLES[kind]
        order = (getattr(table, _NEWEST_BY[kind]).desc(), table.id.desc()) if kind in _NEWEST_BY else (table.id,)
        with self._desk.work.read() as db:
            found = db.scalars(select(table).where(table.is_deleted.is_(False)).order_by(*order))
            return tuple(_entry(kind, record) for record in found)

    def entry(self, kind: str, entry_id: str) -> Entry:
        """Return one entry as it is stored now."""
        self._desk.actor.require("institution.read")
        with self._desk.work.read() as db:
            return _entry(kind, _there(db.get(TABLES[kind], entry_id)))

    def check(self, entry: Entry) -> tuple[Fault, ...]:
        """Return what is wrong in an entry; no database."""
        self._desk.actor.require("institution.read")
        return rules_of.check(entry, self._desk.clock.today(), entry_codes())

    def record(self, entry: Entry) -> str:
        """Keep a new entry or a changed one; return its id. A new price ends the one before it."""
        self._desk.actor.require("institution.amend")
        refusals.raise_first(rules_of.check(entry, self._desk.clock.today(), entry_codes()))
        entry_id = entry.id or new_id()
        act = "institution.amend" if entry.id else "institution.record"
        with self._desk.work.write(act, entry_id, kind=entry.kind) as db:
            record: Any = _stored(db, entry) if entry.id else TABLES[entry.kind](id=entry_id)
            if entry.kind == "price":
                _end_earlier(db, entry)
            if entry.kind in _OWNER_KINDS:
                _put_below(db, record, entry)
            for shape in rules_of.shapes(entry.kind):
                setattr(record, shape.name, _as_stored(shape, entry.value(shape.name)))
            db.add(record)
        return entry_id

    def remove(self, entry: Entry) -> None:
        """Take an entry off the file, with what stands below it; the rows stay as deleted."""
        self._desk.actor.require("institution.amend")
        with self._desk.work.write("institution.remove", entry.id, kind=entry.kind) as db:
            _stored(db, entry).is_deleted = True
            for below in (kind for kind, owner in _OWNER_KINDS.items() if owner == entry.kind):
                table: Any = TABLES[below]
                owner = getattr(table, rules_of.OWNERS[below])
                for record in db.scalars(select(table).where(owner == entry.id, table.is_deleted.is_(False))):
                    record.is_deleted = True

    def delivered(self, contract_id: str) -> dict[str, int]:
        """Return what was delivered up to today for each line of a contract that the program can count."""
        self._desk.actor.require("institution.read")
        with self._desk.work.read() as db:
            contract = db.get_one(tables.PurchaseContract, contract_id)
            today = self._desk.clock.today()
            first, last = contract.from_on or date.min, min(contract.to_on or today, today)
            lines = select(tables.ContractLine).where(
                tables.ContractLine.contract_id == contract_id,
                tables.ContractLine.is_deleted.is_(False),
                tables.ContractLine.measure.is_not(None),
            )
            return {line.id: _count(db, line.measure or "", first, last) for line in db.scalars(lines)}


def table_of(kind: str) -> str:
    """Return the name of the table in which entries of a kind stand."""
    name: str = TABLES[kind].__tablename__
    return name


@cache
def entry_codes() -> dict[str, frozenset[str]]:
    """Return the codes of the lists that entries use."""
    lists = {shape.table for kind in rules_of.KINDS for shape in rules_of.shapes(kind) if shape.table}
    return {name: frozenset(entry["code"] for entry in codes.entries(name)) for name in lists}


def price_lines(db: Session, on: date) -> list[tables.PriceItem]:
    """Return the prices that hold on a day, in the order they were first written."""
    item = tables.PriceItem
    holds = (item.from_on <= on) & (item.to_on.is_(None) | (item.to_on >= on))
    found = db.scalars(select(item).where(item.is_deleted.is_(False), holds).order_by(item.id))
    return list(found)


def due_findings(db: Session) -> list[FindingFacts]:
    """Return the findings with a day on which they must be mended or looked at again, the earliest first."""
    finding, visit = tables.SupervisionFinding, tables.SupervisionVisit
    open_states = [entry["code"] for entry in codes.entries("finding_state") if entry["is_open"]]
    query = (
        select(finding.id, visit.authority, finding.state == _MENDED, finding.due_on)
        .join(visit, visit.id == finding.visit_id)
        .where(finding.is_deleted.is_(False), finding.due_on.is_not(None), finding.state.in_(open_states))
        .order_by(finding.due_on, finding.id)
    )
    return [FindingFacts(key, who, is_mended, due) for key, who, is_mended, due in db.execute(query) if due is not None]


def _entry(kind: str, record: Record) -> Entry:
    """Return a stored row as it is typed."""
    values = {shape.name: _as_typed(shape, getattr(record, shape.name)) for shape in rules_of.shapes(kind)}
    if kind in rules_of.OWNERS:
        values[rules_of.OWNERS[kind]] = getattr(record, rules_of.OWNERS[kind]) or ""
    return Entry(kind, values, record.id, record.revision)


def _as_typed(shape: Shape, value: Any) -> str:
    if value is None:
        return ""
    if shape.holds == "hours":
        return f"{value:g}"
    return rules_of.yuan(value) if shape.holds == "money" else str(value)


def _as_stored(shape: Shape, text: str) -> object:
    """Return a checked text as the column holds it; nothing is unknown, an unsaid subsidy is none."""
    if shape.name == "subsidy_fen":
        return rules_of.read_fen(text) or 0
    if shape.holds == "day":
        return read_day(text)
    if shape.holds == "money":
        return rules_of.read_fen(text)
    if shape.holds == "number":
        return rules_of.read_number(text)
    if shape.holds == "hours":
        return rules_of.read_hours(text)
    return clean_text(text) or None


def _stored(db: Session, entry: Entry) -> Record:
    record = _there(db.get(TABLES[entry.kind], entry.id))
    refusals.raise_if_stale(record, entry.revision)
    return record


def _there(record: Record | None) -> Record:
    if record is None or record.is_deleted:
        raise ValidationError("no_such_entry", tr("没有这条记录，可能已被删去。"), tr("请回到列表重新选择。"))
    return record


def _put_below(db: Session, record: Any, entry: Entry) -> None:
    """Hang an entry below its plan, contract or visit; only a drill may stand without."""
    name = rules_of.OWNERS[entry.kind]
    owner_id = entry.value(name)
    owner: Any = db.get(TABLES[_OWNER_KINDS[entry.kind]], owner_id) if owner_id else None
    if (owner is None or owner.is_deleted) and (owner_id or entry.kind != "drill"):
        message = tr("没有找到它所属的那一条，可能已被删去。")
        raise ValidationError("no_such_owner", message, tr("请先在上面的表里选一条。"), name)
    setattr(record, name, owner_id or None)


def _end_earlier(db: Session, entry: Entry) -> None:
    """Let the price before this one end on the day before; refuse one that a later price already follows."""
    first = entry.day("from_on")
    if first is None:
        raise ValueError("checked before")
    mine = (entry.value("service"), entry.value("unit"), Term(first, entry.day("to_on")))
    for other in _meeting(db, entry.id, *mine):
        if other.from_on >= first:
            message = tr("{service}从 {day} 起已有另一个价格。", service=other.service, day=other.from_on.isoformat())
            raise ValidationError(
                "price_overlap", message, tr("请给这一条填一个更早的截止日期，或改那一条。"), "from_on"
            )
        other.to_on = first - timedelta(days=1)


def meeting_prices(db: Session, price: tables.PriceItem) -> list[tables.PriceItem]:
    """Return the other prices of the same service that hold on a day on which this one does."""
    return _meeting(db, price.id, price.service, price.unit, Term(price.from_on, price.to_on))


def _meeting(db: Session, own_id: str, service: str, unit: str, term: Term) -> list[tables.PriceItem]:
    item, name = tables.PriceItem, (fold(service), fold(unit))
    return [
        other
        for other in db.scalars(select(item).where(item.is_deleted.is_(False), item.id != own_id))
        if (fold(other.service), fold(other.unit)) == name and term.meets(Term(other.from_on, other.to_on))
    ]


def _count(db: Session, measure: str, first: date, last: date) -> int:
    """Count what was delivered in a term; only what counts, by the same rules as everywhere."""
    attended = _attended(first, last)
    visited = select(Visit.person_id).where(
        Visit.visited_on.between(first, last), Visit.is_counted.is_(True), Visit.is_deleted.is_(False)
    )
    sessions = attended.with_only_columns(Training.id).distinct()
    wanted: Mapping[str, Any] = {
        "trainings": sessions,
        "attendances": attended,
        "visits": visited,
        "people": union(attended, visited),
    }
    return int(db.scalar(select(func.count()).select_from(wanted[measure].subquery())) or 0)


def _attended(first: date, last: date) -> Any:
    return (
        select(Attendance.person_id)
        .join(Training, Training.id == Attendance.training_id)
        .where(Training.held_on.between(first, last), Training.is_deleted.is_(False))
        .where(Attendance.is_counted.is_(True), Attendance.is_deleted.is_(False))
    )
