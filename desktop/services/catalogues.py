"""Cover and catalogue of a file (档案封面、卷内目录): what stands on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from desktop.domain.completeness import LACKING, THERE
from desktop.i18n import tr
from desktop.models.assessments import Assessment
from desktop.models.documents import Document
from desktop.models.people import Episode, Person
from desktop.models.scans import Scan, ScanPage
from desktop.models.trainings import Attendance, Training
from desktop.models.visits import Visit
from desktop.services import codes, paperwork, retaining

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

PAPERS = ("file_cover", "file_catalogue")
# Papers of the program that belong to a part; every other paper stands under the services.
_PARTS = {"consent": "consent", "agreement": "agreement", "file_cover": "cover", "file_catalogue": "cover"}

Lines = tuple[int, str, str, "tuple[Item, ...]"]  # number, label, state, items


@dataclass(frozen=True)
class Item:
    """One thing in a part: its title and number, the day, how many pages (0: records in the program)."""

    title: str
    number: str
    on: date | None
    pages: int


def items_of(db: Session, person_id: str) -> dict[str, tuple[Item, ...]]:
    """Return what is in each part of a file, oldest first."""
    found: dict[str, list[Item]] = defaultdict(list)
    for part, item in (*_papers(db, person_id), *_scans(db, person_id), *_records(db, person_id)):
        found[part].append(item)
    return {part: tuple(sorted(items, key=lambda item: item.on or date.min)) for part, items in found.items()}


def _papers(db: Session, person_id: str) -> list[tuple[str, Item]]:
    title = Document.content["title"].as_string()
    query = select(Document.kind, title, Document.document_no, Document.made_at, Document.pages).where(
        Document.person_id == person_id, Document.is_deleted.is_(False)
    )
    return [
        (_PARTS[kind], Item(name or kind, number, made_at.astimezone().date(), pages))
        for kind, name, number, made_at, pages in db.execute(query)
        if kind in _PARTS
    ]


def _scans(db: Session, person_id: str) -> list[tuple[str, Item]]:
    pages = select(func.count()).where(ScanPage.scan_id == Scan.id, ScanPage.is_deleted.is_(False)).scalar_subquery()
    query = select(Scan.part, Scan.title, Scan.made_on, pages).where(
        Scan.person_id == person_id, Scan.is_deleted.is_(False)
    )
    return [(part, Item(title, tr("扫描件"), made_on, number)) for part, title, made_on, number in db.execute(query)]


def _records(db: Session, person_id: str) -> list[tuple[str, Item]]:
    """Return the records that stand in the program: trainings and visits by their number, assessments one by one."""
    attended = [entry["code"] for entry in codes.entries("attendance") if entry.get("attended")]
    trainings = select(func.count(), func.max(Training.held_on)).join(Attendance, Attendance.training_id == Training.id)
    trainings = trainings.where(
        Attendance.person_id == person_id, Attendance.is_deleted.is_(False), Training.is_deleted.is_(False),
        Attendance.state.in_(attended),
    )  # fmt: skip
    visits = select(func.count(), func.max(Visit.visited_on))
    visits = visits.where(Visit.person_id == person_id, Visit.is_deleted.is_(False))
    found = []
    for title, query in ((tr("训练记录"), trainings), (tr("入户与联系记录"), visits)):
        number, newest = db.execute(query).one()
        if number:
            found.append(("services", Item(title, tr("电子 {n} 条", n=number), newest, 0)))
    parts = {"baseline": "baseline", "stage": "reviews", "closing": "closure"}
    scores = select(Assessment.kind, Assessment.instrument, Assessment.assessed_on)
    scores = scores.where(Assessment.person_id == person_id, Assessment.is_deleted.is_(False))
    for kind, instrument, day in db.execute(scores):
        if kind in parts:
            found.append((parts[kind], Item(codes.label_of("instrument", instrument), tr("电子"), day, 0)))
    return found


def cover_fields(db: Session, person: Person, today: date) -> dict[str, object]:
    """Return what the head of a file paper prints."""
    episode = db.scalar(
        select(Episode)
        .where(Episode.person_id == person.id, Episode.is_deleted.is_(False))
        .order_by(Episode.opened_on.desc(), Episode.id.desc())
        .limit(1)
    )
    kept = retaining.retention_of(db, [person.id])[person.id]
    return {
        **paperwork.station(db),
        "person.name": person.name,
        "person.sex": codes.label_of("sex", person.sex),
        "person.birth_on": person.birth_on,
        "person.file_no": person.file_no,
        "person.village": "".join(part for part in (person.township, person.village) if part),
        "file.filed_on": person.filed_on or person.created_at.astimezone().date(),
        "file.opened_on": episode.opened_on if episode else None,
        "file.closed_on": episode.closed_on if episode else None,
        "file.retention": codes.label_of("retention_class", kept.code),
        "file.until": kept.words,
        "file.printed_on": today,
    }


def lines_of(parts: Sequence[Lines]) -> list[Mapping[str, object]]:
    """Return the rows of a catalogue: one for each thing in a part; a part with nothing says why."""
    lines: list[Mapping[str, object]] = []
    for number, label, state, items in parts:
        shown = items if state == THERE else ()
        for place, item in enumerate(shown):
            day = item.on.isoformat() if item.on else ""
            lines.append(_line(number if not place else None, item.title, item.number, day, item.pages, tr("有")))
        if not shown:
            note = {THERE: tr("有"), LACKING: tr("缺")}.get(state, tr("不适用"))
            lines.append(_line(number, label, "", "", 0, note))
    return lines


def _line(number: int | None, title: str, mark: str, day: str, pages: int, note: str) -> dict[str, Any]:
    return {
        "place": "" if number is None else str(number), "title": title, "mark": mark, "day": day,
        "pages": str(pages) if pages else "", "note": note,
    }  # fmt: skip
