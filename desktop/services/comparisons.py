"""Our files beside another side's list (信息比对): what differs, and what was decided line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from desktop.documents import papers
from desktop.domain.comparisons import DIFFERENT, MATCHED, ONLY_HERE, ONLY_THERE, POSSIBLE, VERDICTS
from desktop.domain.identity import mask_birth, mask_name
from desktop.domain.people import PersonDraft, check, settle, value_of
from desktop.domain.surveys import SurveyDraft
from desktop.domain.versions import with_values
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.comparisons import Comparison, ComparisonLine
from desktop.models.people import Person
from desktop.models.surveys import SurveyEntry
from desktop.services import codes, comparing, histories, joined, listed, numbers, paperwork, refusals, writing
from desktop.services.desk import Desk
from desktop.services.documents import PreparedPaper, prepared
from desktop.services.imports import ImportRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TABLES = ("person", "clinical_profile")
ADOPT, SURVEY, ASK, IGNORE = "adopt", "survey", "ask", "ignore"
PAPER = "comparison"
OPEN = "open"  # not decided yet


@dataclass(frozen=True)
class ComparisonRow:
    """One comparison that was made: how many lines of each verdict, and how many still wait for a decision."""

    id: str
    list_name: str
    compared_at: datetime
    counts: Mapping[str, int]
    waiting: int


@dataclass(frozen=True)
class ComparisonQuery:
    """Which lines: of a verdict or with a decision ("open": none yet), "" for all; `after` the last line known."""

    comparison_id: str
    verdict: str = ""
    decision: str = ""
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True)
class ComparisonLineRow:
    """One line; the ID number is masked, the name too for whom may not see it; `differing` are labels of fields."""

    id: str
    revision: int
    excel_row: int | None
    verdict: str
    name: str
    id_masked: str
    village: str
    person_id: str | None
    file_no: str
    differing: tuple[str, ...]
    decision: str
    reason: str
    earlier: str  # what was decided in an earlier comparison, in words


@dataclass(frozen=True)
class ComparisonPage:
    """A page of the lines: `total` counts all matches, `next` is the cursor or None."""

    total: int
    rows: tuple[ComparisonLineRow, ...]
    next: str | None


@dataclass(frozen=True)
class Beside:
    """One field as their list and our file say it, in full."""

    name: str
    label: str
    theirs: str
    ours: str
    differs: bool


@dataclass(frozen=True)
class ComparisonDetail:
    """One line with every field side by side."""

    row: ComparisonLineRow
    fields: tuple[Beside, ...]


class Comparisons:
    """Reading their list, and acting on each line of what came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, request: ImportRequest, list_name: str) -> str:
        """Compare a list with our files and keep the result; return its id.

        Raises ValidationError bad_roster when the sheet is no list of people; then nothing is stored.
        """
        self._desk.actor.require("comparisons.take")
        name = list_name.strip()
        if not name:
            raise ValidationError("name_missing", tr("请写明这是谁的名单。"), field="list_name")
        their = comparing.read(request, self._desk.clock.today())
        comparison_id = new_id()
        with self._desk.work.read() as db:  # reading names takes seconds: nobody's saving waits for it
            told = comparing.pairings(db, their)
        counts = comparing.counts_of(told)
        with self._desk.work.write("comparisons.take", comparison_id) as db:
            before = comparing.decided_before(db)
            db.add(
                Comparison(
                    id=comparison_id, list_name=name, sheet_sha256=their.sha256, compared_at=self._desk.clock.now(),
                    counts=counts,
                )
            )  # fmt: skip
            db.flush()
            db.add_all(comparing.stored(comparison_id, told, their, before))
            db.info["detail"].update(counts)
        return comparison_id

    def comparisons(self) -> tuple[ComparisonRow, ...]:
        """Return the comparisons made so far, newest first: their counts over time."""
        self._desk.actor.require("comparisons.read")
        waits = select(ComparisonLine.comparison_id, func.count()).where(*_waiting())
        with self._desk.work.read() as db:
            waiting = dict(db.execute(waits.group_by(ComparisonLine.comparison_id)).all())
            query = select(Comparison).where(Comparison.is_deleted.is_(False)).order_by(Comparison.id.desc())
            return tuple(_comparison(one, waiting.get(one.id, 0)) for one in db.scalars(query))

    def rows(self, query: ComparisonQuery) -> ComparisonPage:
        """Return one page of the lines, in the order of their list; those who are only here come last."""
        self._desk.actor.require("comparisons.read")
        with self._desk.work.read() as db:
            return _page(db, query, self._desk.actor.may("people.reveal"))

    def detail(self, line_id: str) -> ComparisonDetail:
        """Return one line with both sides in full; the look is noted."""
        self._desk.actor.require("comparisons.decide")
        with self._desk.work.read() as db:
            line = _stored(db, line_id)
            row = _rows(db, [line], may_see_names=True)[0]
            found = _detail(db, line, row)
        self._desk.work.note("comparisons.view", line.person_id, line=line_id)
        return found

    def adopt(self, line_id: str, revision: int, fields: Sequence[str] | None = None) -> None:
        """Write what their list says into our file; None: every field that differs. Raises the form's first error."""
        self._desk.actor.require("comparisons.decide")
        self._desk.actor.require("people.amend")
        with self._desk.work.write("comparisons.adopt") as db:
            line = _opened(db, line_id, revision)
            if line.person_id is None:
                raise _not_for(line.verdict)
            name = db.get_one(Comparison, line.comparison_id).list_name
            person = refusals.person_in(db, joined.kept_of(db, line.person_id))
            self._write(db, person, comparing.values_of(line), line.differences if fields is None else fields)
            line.decision, line.reason = ADOPT, None
            db.info["subject"] = person.id
            db.info["detail"].update(reason=tr("按“{list}”更正", list=name), line=line_id)

    def list_for_survey(self, line_id: str, revision: int) -> None:
        """Put somebody whom only their list knows onto the list of the need survey (摸底)."""
        self._desk.actor.require("comparisons.decide")
        self._desk.actor.require("surveys.record")
        with self._desk.work.write("comparisons.survey", line_id) as db:
            line = _opened(db, line_id, revision)
            if line.verdict != ONLY_THERE:
                raise _not_for(line.verdict)
            name = db.get_one(Comparison, line.comparison_id).list_name
            _enter_survey(db, comparing.values_of(line), name, self._desk.clock.today())
            line.decision, line.reason = SURVEY, None

    def decide(self, line_id: str, revision: int, decision: str, reason: str = "") -> None:
        """Note that a line is to be asked about, or is set aside, and why; "" takes a decision back."""
        self._desk.actor.require("comparisons.decide")
        if decision not in ("", ASK, IGNORE):
            raise ValidationError("unknown_code", tr("没有这种处理。"), field="decision")
        given = refusals.reason(reason) if decision else ""
        with self._desk.work.write("comparisons.decide", line_id, decision=decision) as db:
            line = _opened(db, line_id, revision)
            if line.decision in (ADOPT, SURVEY):
                raise ValidationError("already_done", tr("这一条已经处理过，内容已写入。"), tr("要改请到档案里改。"))
            line.decision, line.reason = decision or None, given or None

    def export(self, comparison_id: str, target: Path, is_full: bool = False, reason: str = "") -> int:
        """Write the result to a workbook at the place chosen; return how many lines; noted before it leaves.

        Names and numbers are masked unless `is_full`, which needs people.reveal and a reason (code reveal_reason).
        """
        self._desk.actor.require("comparisons.export")
        if is_full:
            self._desk.actor.require("people.reveal")
            listed.check_reason(reason)
        writing.refuse_missing_folder(target, tr("比对结果没有导出。"))
        with self._desk.work.read() as db:
            lines = sheet(db, comparison_id, is_full)
        number, told = len(lines) - 1, {"reason": reason} if is_full else {}
        self._desk.work.note("comparisons.export", comparison_id, number=number, is_full=is_full, **told)
        writing.write_table(target, tr("信息比对"), lines)
        return number

    def prepare(self, comparison_id: str) -> PreparedPaper:
        """Make the printed result, names and numbers masked; who is on both lists alike is counted only."""
        self._desk.actor.require("documents.prepare")
        today = self._desk.clock.today()
        with self._desk.work.read() as db:
            comparison = _comparison_in(db, comparison_id)
            number = numbers.next_document_no(db, self._desk.facts, papers.kind(PAPER).letters, today.year)
            fields = paperwork.station(db) | _facts_of(db, comparison)
            lines = {"lines": _paper_lines(db, comparison_id)}
        content = papers.resolve(PAPER, number, fields, is_practice=self._desk.facts.is_practice, rows=lines)
        self._desk.work.note("documents.prepare", comparison_id, paper=PAPER)
        return prepared(None, content, ())

    def _write(self, db: Session, person: Person, values: Mapping[str, Any], fields: Sequence[str]) -> None:
        from desktop.services.enrolling import draft_of, revise_person

        today, rules = self._desk.clock.today(), codes.people_rules()
        taken = {name: values[name] for name in comparing.with_partners(fields) if name in values}
        draft = settle(with_values(draft_of(db, person), taken), today, rules)
        refusals.raise_first(check(draft, today, rules))
        revise_person(db, self._desk, person, draft)


def sheet(db: Session, comparison_id: str, is_full: bool) -> list[list[str]]:
    """Return the result as lines of words, the heading first."""
    heads = (
        tr("行"),
        tr("结果"),
        tr("姓名"),
        tr("证件号码"),
        tr("村（居）"),
        tr("本站档案号"),
        tr("不同的项"),
        tr("处理"),
        tr("说明"),
    )
    query = select(ComparisonLine).where(*_of(comparison_id)).order_by(ComparisonLine.id)
    lines = db.scalars(query).all()
    numbers = _numbers(db, lines) if is_full else {}
    told = [
        [
            str(row.excel_row or ""), codes.label_of("comparison_verdict", row.verdict), row.name,
            numbers.get(row.id, row.id_masked), row.village, row.file_no, tr("、").join(row.differing),
            codes.label_of("comparison_decision", row.decision), row.reason,
        ]
        for row in _rows(db, lines, may_see_names=is_full)
    ]  # fmt: skip
    return [list(heads), *told]


def _comparison_in(db: Session, comparison_id: str) -> Comparison:
    found = db.get(Comparison, comparison_id)
    if found is None or found.is_deleted:
        raise ValidationError("no_such_comparison", tr("没有这次比对。"), tr("请回到列表重新选择。"))
    return found


def _facts_of(db: Session, comparison: Comparison) -> dict[str, object]:
    waiting = select(func.count()).select_from(ComparisonLine).where(*_of(comparison.id), *_waiting())
    row = _comparison(comparison, db.scalar(waiting) or 0)
    return {
        **{f"comparison.{verdict}": str(number) for verdict, number in row.counts.items()},
        "comparison.list": row.list_name, "comparison.waiting": str(row.waiting),
        "comparison.on": row.compared_at.astimezone().date(),
    }  # fmt: skip


def _paper_lines(db: Session, comparison_id: str) -> list[dict[str, str]]:
    unlike = ComparisonLine.verdict != MATCHED
    lines = db.scalars(select(ComparisonLine).where(*_of(comparison_id), unlike).order_by(ComparisonLine.id)).all()
    return [
        {
            "place": str(row.excel_row or ""), "verdict": codes.label_of("comparison_verdict", row.verdict),
            "name": row.name, "id_no": row.id_masked, "file": row.file_no, "words": _said(row),
        }
        for row in _rows(db, lines, may_see_names=False)
    ]  # fmt: skip


def _said(row: ComparisonLineRow) -> str:
    decided = codes.label_of("comparison_decision", row.decision)
    return tr("；").join(part for part in (tr("、").join(row.differing), decided, row.reason) if part)


def _waiting() -> tuple[Any, ...]:
    return (
        ComparisonLine.decision.is_(None), ComparisonLine.is_deleted.is_(False),
        ComparisonLine.verdict.in_((DIFFERENT, POSSIBLE, ONLY_THERE, ONLY_HERE)),
    )  # fmt: skip


def _of(comparison_id: str) -> tuple[Any, ...]:
    return ComparisonLine.comparison_id == comparison_id, ComparisonLine.is_deleted.is_(False)


def _comparison(one: Comparison, waiting: int) -> ComparisonRow:
    counts = {verdict: int(str(one.counts.get(verdict, 0))) for verdict in VERDICTS}
    return ComparisonRow(one.id, one.list_name, one.compared_at, counts, waiting)


def _page(db: Session, query: ComparisonQuery, may_see_names: bool) -> ComparisonPage:
    wanted = list(_of(query.comparison_id))
    if query.verdict:
        wanted.append(ComparisonLine.verdict == query.verdict)
    if query.decision == OPEN:
        wanted += _waiting()
    elif query.decision:
        wanted.append(ComparisonLine.decision == query.decision)
    total = db.scalar(select(func.count()).select_from(ComparisonLine).where(*wanted)) or 0
    if query.after is not None:
        wanted.append(ComparisonLine.id > query.after)
    found = db.scalars(select(ComparisonLine).where(*wanted).order_by(ComparisonLine.id).limit(query.limit + 1)).all()
    shown = found[: query.limit]
    return ComparisonPage(total, _rows(db, shown, may_see_names), shown[-1].id if len(found) > len(shown) else None)


def _rows(db: Session, lines: Sequence[ComparisonLine], may_see_names: bool) -> tuple[ComparisonLineRow, ...]:
    people = {one.id: one for one in _people(db, lines)}
    before = comparing.decided_before(db, {line.match_key for line in lines}, lines[0].comparison_id) if lines else {}
    return tuple(
        _row(line, people.get(line.person_id or ""), before.get(line.match_key), may_see_names) for line in lines
    )


def _people(db: Session, lines: Sequence[ComparisonLine]) -> Sequence[Person]:
    ids = {line.person_id for line in lines if line.person_id}
    return db.scalars(select(Person).where(Person.id.in_(ids))).all() if ids else ()


def _row(
    line: ComparisonLine, person: Person | None, earlier: ComparisonLine | None, may_see_names: bool
) -> ComparisonLineRow:
    values = comparing.values_of(line)
    name = str(values.get("name") or (person.name if person else ""))
    row: Any = line.theirs.get("row")
    return ComparisonLineRow(
        line.id, line.revision, row, line.verdict, name if may_see_names else mask_name(name),
        mask_birth(values.get("id_no") or (person.id_no if person else None)),
        str(values.get("village") or (person.village if person else None) or ""),
        line.person_id, person.file_no if person else "", tuple(_label(name) for name in line.differences),
        line.decision or "", line.reason or "", _told(earlier),
    )  # fmt: skip


def _numbers(db: Session, lines: Sequence[ComparisonLine]) -> dict[str, str]:
    """Return the ID number of each line in full."""
    own = {one.id: one.id_no or "" for one in _people(db, lines)}
    return {line.id: str(comparing.values_of(line).get("id_no") or own.get(line.person_id or "", "")) for line in lines}


def _told(earlier: ComparisonLine | None) -> str:
    if earlier is None:
        return ""
    words = codes.label_of("comparison_decision", earlier.decision)
    return tr("{what}：{why}", what=words, why=earlier.reason) if earlier.reason else words


def _label(name: str) -> str:
    return tr(codes.person_form().fields[name].label)


def _stored(db: Session, line_id: str) -> ComparisonLine:
    line = db.get(ComparisonLine, line_id)
    if line is None or line.is_deleted:
        raise ValidationError("no_such_line", tr("比对结果里没有这一条。"), tr("请回到列表重新选择。"))
    return line


def _opened(db: Session, line_id: str, revision: int) -> ComparisonLine:
    line = _stored(db, line_id)
    refusals.raise_if_stale(line, revision)
    return line


def _not_for(verdict: str) -> ValidationError:
    words = codes.label_of("comparison_verdict", verdict)
    return ValidationError("not_for_this", tr("“{what}”的不能这样处理。", what=words), tr("请选别的处理。"))


def _detail(db: Session, line: ComparisonLine, row: ComparisonLineRow) -> ComparisonDetail:
    from desktop.services.enrolling import draft_of

    theirs = with_values(PersonDraft(id_type="", ethnicity="", capacity_status=""), comparing.values_of(line))
    person = db.get(Person, joined.kept_of(db, line.person_id)) if line.person_id else None
    ours = draft_of(db, person) if person else PersonDraft(id_type="", ethnicity="", capacity_status="")
    return ComparisonDetail(row, tuple(_beside(name, theirs, ours, line.differences) for name in comparing.fields()))


def _beside(name: str, theirs: PersonDraft, ours: PersonDraft, differing: Sequence[str]) -> Beside:
    words = [histories.draft_words(_TABLES, name, value_of(draft, name), {})[1] for draft in (theirs, ours)]
    return Beside(name, _label(name), words[0], words[1], name in differing)


def _enter_survey(db: Session, values: Mapping[str, Any], list_name: str, today: date) -> None:
    """Add somebody to the survey, unless the number stands there already."""
    from desktop.domain.surveys import settle as settle_survey
    from desktop.services.surveys import fill, survey_rules

    known = select(SurveyEntry.id).where(SurveyEntry.id_no == values.get("id_no"), SurveyEntry.is_deleted.is_(False))
    if values.get("id_no") and db.scalar(known.limit(1)) is not None:
        return
    draft = SurveyDraft(list_name=list_name, **{name: values[name] for name in _SURVEYED if name in values})
    entry = SurveyEntry(id=new_id())
    db.add(entry)
    fill(entry, settle_survey(draft, today, survey_rules()))


_SURVEYED = ("name", "sex", "id_no", "birth_on", "phone", "township", "village", "address", "diagnosis_category")
