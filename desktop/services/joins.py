"""Two files of one person (并档): found, laid side by side, made one, and parted again where it was a mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from desktop.domain.joins import GONE, KEPT, pair_of, preferred
from desktop.domain.people import PersonDraft, value_of
from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.joins import DistinctPair, PersonJoin
from desktop.models.people import Person
from desktop.models.users import User
from desktop.services import codes, corrections, histories, joining, likeness, listing, refusals
from desktop.services.desk import Desk
from desktop.services.enrolling import draft_of, refuse_duplicate
from desktop.services.listing import PersonRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TABLES = ("person", "clinical_profile")  # where the fields of the form stand, those of the guardian apart


@dataclass(frozen=True)
class PairRow:
    """Two files that look alike, the older first; `is_settled` when somebody said that they are two people."""

    one: PersonRow
    other: PersonRow
    signs: tuple[str, ...]
    why: str
    is_settled: bool


@dataclass(frozen=True)
class JoinLine:
    """One thing that the files say differently, in words; `fields` are taken from `side` together."""

    name: str
    fields: tuple[str, ...]
    label: str
    kept: str
    gone: str
    side: str  # kept or gone


@dataclass(frozen=True)
class JoinCount:
    """How many records of one table go over, and how many stay because the kept file has the same already."""

    label: str
    over: int
    twice: int


@dataclass(frozen=True)
class JoinPlan:
    """What joining two files would do, before anybody decides."""

    kept: PersonRow
    gone: PersonRow
    revisions: tuple[int, int]
    lines: tuple[JoinLine, ...]
    alike: int  # fields that say the same
    counts: tuple[JoinCount, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class JoinDraft:
    """What was decided; `sides` says kept or gone by the name of a line, where it differs from the proposal."""

    kept_id: str
    gone_id: str
    revisions: tuple[int, int]
    sides: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class JoinRow:
    """One join that was made; `refusal` says why it cannot be undone any more, "" while it can."""

    id: str
    person_id: str
    name: str
    file_no: str
    gone_file_no: str
    joined_on: date
    who: str
    reason: str
    undone_on: date | None
    refusal: str


class Joins:
    """Who may be on file twice, and making one file of two."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pairs(self, is_settled: bool = False) -> tuple[PairRow, ...]:
        """Return the files that look alike, the surest first; or those somebody has called two people.

        Goes through everybody: seconds at 100 000 files, so never on the window's thread.
        """
        self._desk.actor.require("joins.read")
        most, today = int(codes.rules("joins")["most_pairs"]), self._desk.clock.today()
        with self._desk.work.read() as db:
            settled = likeness.distinct(db)
            found = {
                pair: signs for pair, signs in likeness.Likeness(db).pairs().items() if (pair in settled) is is_settled
            }
            order = [entry["code"] for entry in codes.entries("alike_sign")]
            surest = sorted(found, key=lambda pair: (order.index(found[pair][0]), -len(found[pair]), pair))[:most]
            shown = listing.rows_of(db, {one for pair in surest for one in pair}, today)
        may_see = self._desk.actor.may("people.reveal")
        rows = {row.id: likeness.masked(row, may_see) for row in shown}
        return tuple(_pair(rows, pair, found[pair], is_settled) for pair in surest)

    def distinguish(self, person_id: str, other_id: str, reason: str = "") -> None:
        """Remember that two files are two people: they are not named again."""
        self._desk.actor.require("joins.join")
        one, other = pair_of(person_id, other_id)
        with self._desk.work.write("joins.distinguish", one, other=other) as db:
            refusals.raise_unless_known(db, (one, other))
            known = _distinct(db, one, other)
            if known is None:
                db.add(DistinctPair(person_id=one, other_id=other, reason=reason.strip() or None))
            else:
                known.is_deleted, known.reason = False, reason.strip() or None

    def reconsider(self, person_id: str, other_id: str) -> None:
        """Forget that two files were called two people."""
        self._desk.actor.require("joins.join")
        one, other = pair_of(person_id, other_id)
        with self._desk.work.write("joins.reconsider", one, other=other) as db:
            known = _distinct(db, one, other)
            if known is not None:
                known.is_deleted = True

    def plan(self, kept_id: str, gone_id: str) -> JoinPlan:
        """Return two files side by side and what joining them would do; the look at both is noted."""
        self._desk.actor.require("joins.join")
        with self._desk.work.read() as db:
            plan = _plan(db, *_both(db, kept_id, gone_id), self._desk.clock.today())
        self._desk.work.note("joins.compare", kept_id, other=gone_id)
        return plan

    def join(self, draft: JoinDraft) -> str:
        """Make one file of two; return the id of the join. The gone file leads to the kept one from now on.

        Raises ValidationError reason_needed, stale when one of the files was saved meanwhile.
        """
        self._desk.actor.require("joins.join")
        reason, join_id = refusals.reason(draft.reason), new_id()
        with self._desk.work.write("joins.join", draft.kept_id, gone=draft.gone_id, reason=reason) as db:
            kept, gone = _both(db, draft.kept_id, draft.gone_id)
            for person, revision in zip((kept, gone), draft.revisions, strict=True):
                refusals.raise_if_stale(person, revision)
            sides = _sides(_plan(db, kept, gone, self._desk.clock.today()).lines, draft.sides)
            row = PersonJoin(
                id=join_id, person_id=kept.id, gone_id=gone.id, gone_file_no=gone.file_no,
                joined_on=self._desk.clock.today(), reason=reason, moved={}, before={},
            )  # fmt: skip
            db.add(row)
            db.flush()
            told, over = joining.join(db, self._desk, kept, gone, sides)
            row.moved, row.before = dict(over), {"records": told}
            db.info["detail"].update(file_no=kept.file_no, gone_file_no=gone.file_no, moved=dict(over))
        return join_id

    def rows(self) -> tuple[JoinRow, ...]:
        """Return the joins made so far, newest first."""
        self._desk.actor.require("joins.read")
        query = select(PersonJoin).where(PersonJoin.is_deleted.is_(False)).order_by(PersonJoin.id.desc())
        with self._desk.work.read() as db:
            names = dict(db.execute(select(User.id, User.name)).all())
            return tuple(_row(db, one, names) for one in db.scalars(query))

    def part(self, join_id: str, reason: str) -> None:
        """Undo a join: both files and all that hangs on them are as they were; what came since stays with the kept one.

        Raises ValidationError joined_since when the county has it, or somebody worked on what would go back.
        """
        self._desk.actor.require("joins.part")
        with self._desk.work.write("joins.part", reason=refusals.reason(reason)) as db:
            row = db.get(PersonJoin, join_id)
            if row is None or row.is_deleted or row.undone_on is not None:
                raise ValidationError("no_such_join", tr("没有这次合并，或者已经撤销过。"), tr("请刷新列表再看。"))
            if refusal := _refusal(db, row):
                raise ValidationError("joined_since", refusal, tr("不能再撤销合并。请在留下的档案里改正。"))
            db.info["subject"] = row.person_id
            joining.part(db, _told(row))
            for person_id in (row.person_id, row.gone_id):
                refuse_duplicate(db, db.get_one(Person, person_id).id_no or "", person_id)
            row.undone_on = self._desk.clock.today()
            db.info["detail"].update(gone=row.gone_id, gone_file_no=row.gone_file_no)


def _pair(rows: Mapping[str, PersonRow], pair: tuple[str, str], signs: Sequence[str], is_settled: bool) -> PairRow:
    one, other = sorted((rows[one] for one in pair), key=lambda row: row.file_no)
    return PairRow(one, other, tuple(signs), likeness.why(signs), is_settled)


def _distinct(db: Session, one: str, other: str) -> DistinctPair | None:
    """Return what somebody said of two files; joins may have turned the order of the ids."""
    for first, second in ((one, other), (other, one)):
        found = db.scalar(select(DistinctPair).where(DistinctPair.person_id == first, DistinctPair.other_id == second))
        if found is not None:
            return found
    return None


def _both(db: Session, kept_id: str, gone_id: str) -> tuple[Person, Person]:
    if kept_id == gone_id:
        raise ValidationError("same_file", tr("选的是同一份档案，不用合并。"), tr("请另选一份。"), field="person")
    return refusals.person_in(db, kept_id), refusals.person_in(db, gone_id)


def _plan(db: Session, kept: Person, gone: Person, today: date) -> JoinPlan:
    drafts = draft_of(db, kept), draft_of(db, gone)
    is_gone_newer = gone.updated_at > kept.updated_at
    groups = _groups(*drafts)
    lines = [_line(fields, *drafts, is_gone_newer) for fields in groups if _differs(fields, *drafts)]
    found = joining.moves(db, kept.id, gone.id)
    over, twice = joining.counts(found)
    rows = {row.id: row for row in listing.rows_of(db, (kept.id, gone.id), today)}
    return JoinPlan(
        rows[kept.id], rows[gone.id], (kept.revision, gone.revision), tuple(lines), len(groups) - len(lines),
        tuple(JoinCount(joining.label_of(name), over[name], twice[name]) for name in over | twice),
        tuple(_rules(db, kept, gone, bool(twice))),
    )  # fmt: skip


def _groups(kept: PersonDraft, gone: PersonDraft) -> list[tuple[str, ...]]:
    """Return the fields of the form, those that are chosen together in one group, in the order of the form."""
    names = [name for name in codes.person_form().fields if name not in _ROWS]
    together = [tuple(group) for group in joining.rules()["together"]]
    if kept.guardian.name != gone.guardian.name:  # two people: half of one with half of the other is nobody
        together.append(tuple(name for name in names if name.startswith("guardian.")))
    grouped = {name: group for group in together for name in group}
    return list(dict.fromkeys(grouped.get(name, (name,)) for name in names))


_ROWS = frozenset({"contacts", "medications", "care_team"})  # both files' rows are kept


def _differs(fields: Sequence[str], kept: PersonDraft, gone: PersonDraft) -> bool:
    return any(value_of(kept, name) != value_of(gone, name) for name in fields)


def _line(fields: tuple[str, ...], kept: PersonDraft, gone: PersonDraft, is_gone_newer: bool) -> JoinLine:
    leading = next((name for name in fields if _differs((name,), kept, gone)), fields[0])
    if any(value_of(draft, fields[0]) for draft in (kept, gone)):
        leading = fields[0]
    by = next((rule for rule in ("earlier", "longer") if leading in joining.rules()[rule]), "")
    side = preferred(value_of(kept, leading), value_of(gone, leading), is_gone_newer, by)
    is_guardian = len(fields) > 1 and fields[0].startswith("guardian.")
    label = tr("监护人") if is_guardian else tr(codes.person_form().fields[fields[0]].label)
    return JoinLine(fields[0], fields, label, _words(kept, fields), _words(gone, fields), side)


def _words(draft: PersonDraft, fields: Sequence[str]) -> str:
    told = (histories.draft_words(_TABLES, name, value_of(draft, name), {})[1] for name in fields)
    return tr(" · ").join(words for words in told if words)


def _rules(db: Session, kept: Person, gone: Person, has_twins: bool) -> list[str]:
    """Return in sentences what happens by itself."""
    told = [tr("档案号 {gone} 停用：按它查找、旧文书上的编号都会找到 {kept}。", gone=gone.file_no, kept=kept.file_no)]
    open_ = [stay for stay in joining.stays_of(db, (kept.id, gone.id)) if stay.is_open]
    if len(open_) > 1:
        told.append(tr("两边都有进行中的个案，合成一个，从 {day} 算起。", day=min(stay.opened_on for stay in open_)))
    if all(joining.in_office(db, person.id) for person in (kept, gone)):
        told.append(tr("只留一位在任的监护人，另一位记为今天结束。"))
    if has_twins:
        told.append(tr("同一场训练两边都有出席的，只留记得更全的一条。"))
    told.append(tr("疾病情况的各个版本都保留；同意书、协议和已印的文书原样归到留下的档案里。"))
    if kept.restricted_on or gone.restricted_on:
        told.append(tr("有一份档案限制使用，合并后仍然限制。"))
    return told


def _sides(lines: Sequence[JoinLine], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the side of every field that differs: as chosen, else as proposed."""
    unknown = set(chosen) - {line.name for line in lines} | set(chosen.values()) - {KEPT, GONE}
    if unknown:
        raise ValidationError("unknown_field", tr("选择的内容和档案对不上。"), tr("请重新打开合并页面。"))
    return {name: chosen.get(line.name, line.side) for line in lines for name in line.fields}


def _told(row: PersonJoin) -> joining.Told:
    told: Any = row.before.get("records", [])
    return list(told)


def _row(db: Session, row: PersonJoin, names: Mapping[str, str]) -> JoinRow:
    kept = db.get_one(Person, row.person_id)
    refusal = "" if row.undone_on is not None else _refusal(db, row)
    return JoinRow(
        row.id, kept.id, kept.name, kept.file_no, row.gone_file_no, row.joined_on, names.get(row.created_by, ""),
        row.reason, row.undone_on, refusal,
    )  # fmt: skip


def _refusal(db: Session, row: PersonJoin) -> str:
    """Return why a join cannot be undone whatever else holds; "" when nothing speaks against it so far."""
    if not row.before:
        return tr("合并时的原样已按要求删除。")
    if corrections.is_handed_over(db, row.id):
        return tr("这次合并已经交给县里。")
    if db.get_one(Person, row.person_id).is_deleted:
        return tr("留下的档案后来又并入了别的档案，请先撤销那一次。")
    return ""
