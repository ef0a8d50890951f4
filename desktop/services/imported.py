"""What taking over records of earlier years (补录) shares: whose line it is, which days can be true, who did it."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import func, select

from desktop.domain.calendar import read_day
from desktop.domain.lists import Remark
from desktop.domain.past import Bounds, PastRules, check_day, parts_of
from desktop.domain.reading import ReadLine
from desktop.i18n import tr
from desktop.models.base import IMPORTED
from desktop.models.exchange import Change
from desktop.models.imports import ImportBatch, ImportRow
from desktop.models.people import Episode, Person
from desktop.models.users import User
from desktop.services import codes
from desktop.services.recognising import Recogniser, Who
from desktop.services.takers import PlannedLine, Taker

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import Line, ListSheet

_BY_ITSELF = frozenset({"revision", "updated_at", "updated_by", "is_counted"})  # changed by the program, not by people
_AT_ONCE = 500  # names in one question to the database


@dataclass
class PastLine(PlannedLine):
    """A line as read, and the client it is about ("" while nobody was found)."""

    read: ReadLine = field(default_factory=lambda: ReadLine({}))
    person_id: str = ""

    def note(self, key: str, verdict: str, code: str, message: str) -> None:
        """Say something about a cell; an error keeps the line out."""
        if verdict == "error":
            self.reject(key, code, message)
        else:
            self.remarks.append(Remark(key, verdict, code, message))

    def judge(self, remarks: Iterable[Remark]) -> None:
        """Take over remarks that rules made."""
        for remark in remarks:
            self.note(*remark)

    def day(self, key: str) -> date | None:
        """Return a day of the line."""
        return read_day(self.read.text(key)) if self.read.text(key) else None


class PastTaker(Taker):
    """Takes over lines about clients; `_look` says what becomes of those that could be read."""

    line_type: ClassVar[type[PastLine]] = PastLine

    def plan(self, db: Session, sheet: ListSheet, today: date) -> Sequence[PastLine]:
        """Return what becomes of each line, given what the store holds; changes nothing."""
        lines = [self._begin(sheet, line) for line in sheet.lines]
        self._find(db, readable(lines))
        self._look(db, sheet, readable(lines), today)
        return lines

    def _begin(self, sheet: ListSheet, line: Line) -> PastLine:
        read = self.read(sheet, line)
        return self.line_type(line, list(read.remarks), "reject" if read.is_faulty else "new", read=read)

    def _find(self, db: Session, lines: Sequence[PastLine]) -> None:
        """Find the clients the lines are about."""
        recogniser = Recogniser(db)
        restricted = set(db.scalars(select(Person.id).where(Person.restricted_on.is_not(None))))
        for planned in lines:
            text = planned.read.text
            who = Who(
                text("name"), text("id_no"), text("file_no"), planned.day("birth_on"), text("phone"), text("village")
            )
            found = recogniser.find_known(who)
            if found.is_doubtful or found.known is None:
                planned.reject(found.key, found.code, found.message)
            elif found.known.id in restricted:
                planned.reject("name", "restricted", tr("这份档案限制处理，不能补录。"))
            else:
                planned.person_id = found.known.id

    @abstractmethod
    def _look(self, db: Session, sheet: ListSheet, lines: Sequence[PastLine], today: date) -> None:
        """Settle the fates of lines that could be read."""


def readable(lines: Iterable[PastLine]) -> list[PastLine]:
    """Return the lines that nothing keeps out so far."""
    return [planned for planned in lines if planned.fate != "reject"]


@cache
def past_rules() -> PastRules:
    """Return what holds for records of earlier years."""
    return PastRules(**codes.rules("past"))


class Calendar:
    """Judges days of services by what is known of the clients."""

    def __init__(self, db: Session, today: date, person_ids: Collection[str]) -> None:
        self._today = today
        births = select(Person.id, Person.birth_on).where(Person.id.in_(person_ids))
        cases = select(Episode.person_id, func.min(Episode.opened_on)).where(Episode.is_deleted.is_(False))
        begun = dict(db.execute(cases.where(Episode.person_id.in_(person_ids)).group_by(Episode.person_id)).all())
        self._bounds = {one: Bounds(birth_on, begun.get(one)) for one, birth_on in db.execute(births)}

    def judge(self, planned: PastLine, key: str, day: date) -> bool:
        """Say whether something can have happened to the client of a line on a day; why not stands on the cell."""
        remarks = check_day(key, day, self._today, self._bounds.get(planned.person_id, Bounds()), past_rules())
        planned.judge(remarks)
        return planned.fate != "reject"

    def judge_cell(self, planned: PastLine, key: str) -> bool:
        """Say the same of the day in a cell, which must be one."""
        day = planned.day(key)
        if day is None:
            planned.reject(key, "date_unreadable", tr("看不懂日期，请写成 2026-03-31 这样。"))
            return False
        return self.judge(planned, key, day)


class Staff:
    """Knows the accounts by name."""

    def __init__(self, db: Session) -> None:
        self._ids: defaultdict[str, list[str]] = defaultdict(list)
        for name, user_id in db.execute(select(User.name, User.id)):
            self._ids[name].append(user_id)

    def split(self, text: str) -> tuple[str | None, str]:
        """Return the account of the first person named, and the others in words; unknown names stay words."""
        user_id, words = None, []
        for name in parts_of(text):
            if user_id is None and len(self._ids.get(name, ())) == 1:
                user_id = self._ids[name][0]
            else:
                words.append(name)
        return user_id, "、".join(words)


def differing(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says otherwise than a record; a blank cell says nothing."""
    said = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return {name: value for name, value in said.items() if getattr(record, name) != value}


def weigh(db: Session, planned: PastLine, key: str, record: Any, changes: Mapping[str, Any]) -> str:
    """Return the fate of a line whose record stands already: people's own entries and corrections are kept."""
    if not changes:
        return "same"
    if record.origin == IMPORTED and not _is_touched(db, record):
        return "change"
    message = tr("这一天已有记录，内容不同，保留原来的。要改请在档案里改。")
    planned.note(key, "warning", "file_kept", message)
    return "same"


def _is_touched(db: Session, record: Any) -> bool:
    """Say whether people changed a record since its last import that stands."""
    imported = db.scalar(
        select(func.max(ImportRow.revision_after))
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(ImportRow.record_id == record.id, ImportBatch.undone_at.is_(None))
    )
    later = select(Change.columns).where(Change.table_name == record.__tablename__, Change.pk == record.id)
    found = db.scalars(later.where(Change.base_revision >= (imported or 0)))
    return any(set(columns.split(",")) - _BY_ITSELF for columns in found)


def say_again(planned: PastLine, seen: dict[Any, int], what: Any, key: str) -> bool:
    """Reject a line that says again what a line above it said; return whether it does."""
    row = seen.setdefault(what, planned.line.excel_row)
    if row == planned.line.excel_row:
        return False
    planned.reject(key, "line_repeated", tr("与第 {row} 行重复，同一件事只写一行。", row=row))
    return True


def chunks(ids: Collection[str]) -> Iterable[list[str]]:
    """Return many keys in portions that fit into one question."""
    known = sorted(ids)
    return (known[start : start + _AT_ONCE] for start in range(0, len(known), _AT_ONCE))
