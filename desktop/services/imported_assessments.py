"""Scores of earlier years (补录): a line for each instrument, or a column for the total of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.past import Range, check_score, word_in
from desktop.i18n import tr
from desktop.models.assessments import Assessment
from desktop.models.base import IMPORTED
from desktop.services import codes
from desktop.services.imported import Calendar, PastLine, PastTaker, chunks, differing, say_again, weigh
from desktop.services.takers import words_of_kind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from desktop.domain.lists import ListSheet
    from desktop.services.journal import Journal
    from desktop.services.takers import PlannedLine

_TOTAL, _SUBSCORE, _STAGE = "total.", "subscore.", "stage"
_TEXTS = ("instrument_version", "assessors", "band", "note")


@dataclass
class Score:
    """One instrument of a line: the cell of its total, its columns, and the assessment known already."""

    key: str
    values: dict[str, Any]
    fate: str = "new"
    assessment_id: str = ""


@dataclass
class PastScores(PastLine):
    """A line and the scores it holds."""

    scores: list[Score] = field(default_factory=list)


class ScoresTaker(PastTaker):
    """Takes over scores; one of the same client, day and instrument is not made twice."""

    permission = "assessments.record"
    line_type = PastScores

    def _look(self, db: Session, sheet: ListSheet, lines: Sequence[PastLine], today: date) -> None:
        mine = [planned for planned in lines if isinstance(planned, PastScores)]
        calendar = Calendar(db, today, {planned.person_id for planned in mine})
        known = _known(db, {planned.person_id for planned in mine})
        kind = word_in(sheet.heading, words_of_kind("scores").codes["kind"]) or _STAGE
        seen: dict[Any, int] = {}
        for planned in mine:
            if calendar.judge_cell(planned, "assessed_on"):
                planned.scores = list(_scores(planned, kind))
                if not planned.scores and planned.fate != "reject":
                    planned.reject("total", "score_missing", tr("这一行没有分数，请填写总分。"))
                for one in planned.scores:
                    what = (planned.person_id, planned.day("assessed_on"), one.values["instrument"])
                    if not say_again(planned, seen, what, one.key):
                        _settle(db, planned, one, known[what])
                _fate(planned)

    def take(self, db: Session, lines: Sequence[PlannedLine], journal: Journal) -> None:
        """Store the new scores, and what a sheet says otherwise of those taken over before."""
        for planned in lines:
            if isinstance(planned, PastScores) and planned.is_stored:
                with journal.row(planned.line.excel_row):
                    for one in planned.scores:
                        _store(db, planned, one)


def _scores(planned: PastScores, kind: str) -> Iterable[Score]:
    """Return the scores of a line: the one it names, and those in columns of their own; `kind` where none is told."""
    instrument, text = planned.read.text("instrument"), planned.read.text
    if instrument or text("total"):
        yield from _score(planned, "total", instrument, kind)
    for key in planned.read.values:
        if key.startswith(_TOTAL) and text(key):
            yield from _score(planned, key, key.removeprefix(_TOTAL), kind)


def _score(planned: PastScores, key: str, instrument: str, kind: str) -> Iterable[Score]:
    if not instrument:
        planned.reject("instrument", "instrument_missing", tr("有分数，但没有写是哪个量表。"))
        return
    entry, text = codes.entry("instrument", instrument), planned.read.text
    total = _points(planned, key, Range(entry["label"], entry.get("lowest"), entry.get("highest")))
    parts = dict(_subscores(planned, entry.get("subscores", {})))
    if total is None and not parts and not text("band"):
        planned.reject(key, "score_missing", tr("这一行没有分数，请填写总分。"))
        return
    values = {name: text(name) or None for name in _TEXTS}
    yield Score(
        key,
        {
            "assessed_on": planned.day("assessed_on"), "kind": text("kind") or kind, "instrument": instrument,
            "total": total, "subscores": parts or None, **values,
        },
    )  # fmt: skip


def _points(planned: PastScores, key: str, limits: Range) -> float | None:
    """Return a score, checked against its range."""
    typed = planned.read.text(key)
    if not typed:
        return None
    planned.judge(check_score(key, float(typed), limits))
    return float(typed)


def _subscores(planned: PastScores, known: dict[str, int]) -> Iterable[tuple[str, float]]:
    for name, highest in known.items():
        points = _points(planned, _SUBSCORE + name, Range(name, 0, highest))
        if points is not None:
            yield name, points


def _known(db: Session, person_ids: set[str]) -> defaultdict[tuple[object, ...], list[Assessment]]:
    found: defaultdict[tuple[object, ...], list[Assessment]] = defaultdict(list)
    for some in chunks(person_ids):
        mine = select(Assessment).where(Assessment.person_id.in_(some), Assessment.is_deleted.is_(False))
        for one in db.scalars(mine.order_by(Assessment.id)):
            found[one.person_id, one.assessed_on, one.instrument].append(one)
    return found


def _settle(db: Session, planned: PastScores, one: Score, known: Sequence[Assessment]) -> None:
    if known:
        one.assessment_id = known[0].id
        one.fate = weigh(db, planned, one.key, known[0], differing(known[0], one.values))


def _fate(planned: PastScores) -> None:
    if planned.fate != "reject":
        fates = {one.fate for one in planned.scores}
        planned.fate = next((fate for fate in ("new", "change") if fate in fates), "same")


def _store(db: Session, planned: PastScores, one: Score) -> None:
    if one.fate == "new":
        db.add(Assessment(person_id=planned.person_id, origin=IMPORTED, **one.values))
    elif one.fate == "change":
        known = db.get_one(Assessment, one.assessment_id)
        for name, value in differing(known, one.values).items():
            setattr(known, name, value)
