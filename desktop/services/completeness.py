"""How complete files are (档案完整性): the parts there, lacking and not needed; cover and catalogue; who lacks what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.documents import papers
from desktop.domain.completeness import LACKING, NOT_NEEDED, THERE, PartState, states
from desktop.domain.identity import mask_name
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.services import codes, numbers, refusals, writing
from desktop.services.catalogues import PAPERS, Item, cover_fields, items_of, lines_of
from desktop.services.desk import Desk
from desktop.services.documents import PreparedPaper, prepared
from desktop.services.lacking import Lacking, facts_of, lacking, parts, people_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Completeness", "GapRow", "Gaps", "Item", "PartRow", "PersonParts"]

_ROWS = 500


@dataclass(frozen=True)
class PartRow:
    """One part of one file: state there, lacking or not_needed, why, what is in it, and where it is mended."""

    code: str
    number: int
    label: str
    state: str
    reason: str
    route: Mapping[str, Any]
    action: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class PersonParts:
    """The catalogue of one file; `needed` counts the parts there and those lacking."""

    person_id: str
    name: str
    file_no: str
    parts: tuple[PartRow, ...]
    there: int
    needed: int


@dataclass(frozen=True)
class GapRow:
    """Somebody whose file lacks parts (codes file_part, in their order)."""

    person_id: str
    name: str
    file_no: str
    village: str | None
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Gaps:
    """Who lacks what: the first lines, how many there are in all, how many files lack each part ("" = any)."""

    rows: tuple[GapRow, ...]
    total: int
    by_part: dict[str, int]
    files: int


class Completeness:
    """What is in the files and what is not."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, person_id: str, with_items: bool = True) -> PersonParts:
        """Return every part of one file with its state and, where they are wanted, its papers."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            person = refusals.person_in(db, person_id)
            known = facts_of(db, [person_id], self._desk.clock.today())[person_id]
            found = states(parts(), known.facts, known.on)
            items = items_of(db, person_id) if with_items else {}
            rows = tuple(_row(state, items.get(state.part.code, ())) for state in found)
            counts = Counter(state.state for state in found)
            return PersonParts(
                person.id, person.name, person.file_no, rows, counts[THERE], len(rows) - counts[NOT_NEEDED]
            )

    def gaps(self, part: str = "", limit: int = _ROWS) -> Gaps:
        """Return whose files lack a part ("" for any), sorted by file number."""
        self._desk.actor.require("people.read")
        with self._desk.work.read() as db:
            found = lacking(db, self._desk.clock.today())
            wanted = _lacking(found, part)
            by_part = Counter(code for lacks in found.values() for code in lacks)
            rows = tuple(
                GapRow(one.id, one.name, one.file_no, one.village, _ordered(found[one.id]))
                for one in people_with(db, wanted, limit)
            )
            any_part = len(_lacking(found, ""))
            return Gaps(rows, len(wanted), {**by_part, "": any_part}, len(found))

    def export(self, part: str, target: Path) -> int:
        """Write who lacks what, names masked, to a workbook at the place chosen; return how many; noted before."""
        self._desk.actor.require("people.export")
        writing.refuse_missing_folder(target, tr("名单没有导出。"))
        with self._desk.work.read() as db:
            found = lacking(db, self._desk.clock.today())
            people = people_with(db, _lacking(found, part), None)
        heads = codes.entries("file_part")
        lines = [[tr("档案号"), tr("姓名"), tr("村（居）"), *(tr(each["label"]) for each in heads)]]
        for one in people:
            marks = [tr("缺") if each["code"] in found[one.id] else "" for each in heads]
            lines.append([one.file_no, mask_name(one.name), one.village or "", *marks])
        self._desk.work.note("completeness.export", number=len(people), part=part)
        writing.write_table(target, tr("缺材料名单"), lines)
        return len(people)

    def prepare(self, person_id: str, kind: str) -> PreparedPaper:
        """Make the cover (file_cover) or the catalogue (file_catalogue) of a file; nothing is stored yet."""
        self._desk.actor.require("documents.prepare")
        if kind not in PAPERS:
            raise ValidationError("unknown_paper", tr("没有“{kind}”这种文书。", kind=kind), field="kind")
        today = self._desk.clock.today()
        file = self.of(person_id)
        with self._desk.work.read() as db:
            person = refusals.person_in(db, person_id)
            number = numbers.next_document_no(db, self._desk.facts, papers.kind(kind).letters, today.year)
            fields = cover_fields(db, person, today) | {
                "file.there": str(file.there), "file.needed": str(file.needed),
                "file.lacking": str(file.needed - file.there),
            }  # fmt: skip
        lines = {"parts": lines_of(tuple((row.number, row.label, row.state, row.items) for row in file.parts))}
        content = papers.resolve(kind, number, fields, is_practice=self._desk.facts.is_practice, rows=lines)
        self._desk.work.note("documents.prepare", person_id, paper=kind)
        return prepared(person_id, content, ())


def _row(found: PartState, items: tuple[Item, ...]) -> PartRow:
    part = found.part
    entry = codes.entry("file_part", part.code)
    action = tr(part.action) if found.state == LACKING else ""
    return PartRow(part.code, entry["number"], tr(entry["label"]), found.state, found.reason, part.route, action, items)


def _lacking(found: Lacking, part: str) -> list[str]:
    return [one for one, lacks in found.items() if (part in lacks if part else lacks)]


def _ordered(found: frozenset[str]) -> tuple[str, ...]:
    return tuple(part.code for part in parts() if part.code in found)
