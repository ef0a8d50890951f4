"""Papers and photos in the file (材料): taken in, kept, looked at, printed; their bytes are encrypted pieces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.domain import scans as rules_of
from desktop.domain.calendar import read_day
from desktop.domain.faults import Fault, Verdict
from desktop.domain.scans import PHOTO, ScanDraft, ScanRules, TrayPage, draft_of
from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.documents import Document
from desktop.models.scans import Scan, ScanPage
from desktop.models.users import User
from desktop.services import backups, codes, documents, machine, refusals, standings, trays
from desktop.services.desk import Desk
from desktop.services.pieces import PieceLost
from desktop.services.trays import Picture, Source, Taking
from desktop.store.pieces import PieceFolder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.devices.scanners import ScanJob, Scanner
    from desktop.documents.unpacking import CleanPage

__all__ = ["Picture", "ScanDraft", "ScanRow", "Scans", "Source", "Taking", "TrayPage", "draft_of"]

_THUMBNAIL = 220  # pixels
_VIEW_BYTES = 150_000_000  # for all pages of one paper on the screen
_VIEW_SIDES = (600, 1600)


@dataclass(frozen=True)
class ScanRow:
    """One paper or photo of a file; `size` in bytes, `document` names the printed paper it belongs to."""

    id: str
    revision: int
    kind: str
    part: str
    title: str
    made_on: date | None
    origin: str
    document_id: str
    document: str
    pages: int
    size: int
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class _Made:
    """A page ready to be named by a row: its piece is on the disk."""

    piece: str
    size: int
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class _KeptPage:
    """Where the bytes of a kept page are."""

    number: int
    piece: str


@dataclass(frozen=True)
class _Kept:
    """Whose paper it is, what it is called, and its pages in order."""

    person_id: str
    title: str
    pages: tuple[_KeptPage, ...]


class Scans:
    """The papers and photos of the clients."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, person_id: str) -> tuple[ScanRow, ...]:
        """Return what a file holds, by its parts, the newest of each part first."""
        self._desk.actor.require("scans.read")
        with self._desk.work.read() as db:
            refusals.person_in(db, person_id)
            return _rows(db, person_id)

    def papers(self, person_id: str) -> tuple[tuple[str, str], ...]:
        """Return the printed papers a scan may belong to: id and words, newest first."""
        self._desk.actor.require("scans.read")
        wanted = select(Document.id, Document.kind, Document.document_no).where(
            Document.person_id == person_id, Document.is_deleted.is_(False)
        )
        with self._desk.work.read() as db:
            found = db.execute(wanted.order_by(Document.made_at.desc(), Document.id.desc())).all()
        return tuple((one, f"{documents.title_of(kind)} {number}") for one, kind, number in found)

    def may_photograph(self, person_id: str) -> Verdict:
        """Say whether photos of this client may be kept, and why (DOMAIN 7.1 g)."""
        self._desk.actor.require("scans.read")
        with self._desk.work.read() as db:
            return _may_photograph(db, person_id, self._desk.clock.today())

    def take(
        self, sources: Iterable[Source], told: Callable[[int], object], taking: Taking | None = None
    ) -> tuple[TrayPage, ...]:
        """Take files apart into pages on the tray; all or none. `told` hears the pages so far, `taking` can stop it.

        Raises ValidationError for a file that is not taken; OperationalError disk_full, read_only, io_error.
        """
        self._desk.actor.require("scans.add")
        return (taking or Taking()).run(self._desk, sources, told)

    def scanners(self) -> tuple[Scanner, ...]:
        """Return the scanners of this PC; raises OperationalError where nothing is there to scan with."""
        self._desk.actor.require("scans.add")
        from desktop.devices import scanners

        return scanners.scanners()

    def scan(self, device: str, resolution: int, colour: str, job: ScanJob) -> tuple[TrayPage, ...]:
        """Scan one page onto the tray, through a pipe; () when `job` was stopped."""
        self._desk.actor.require("scans.add")
        rules = trays.scanner_rules()
        picture = job.run(device, resolution, rules["modes"][colour], rules["seconds"])
        return () if picture is None else Taking().run(self._desk, [picture], lambda _: None)

    def newest(self) -> Path:
        """Return the newest picture or PDF of the folder into which the scanner of this PC saves (scans.folder)."""
        self._desk.actor.require("scans.add")
        return trays.newest(machine.read(self._desk.folder).get("scans.folder"))

    def picture(self, page: TrayPage, colour: str, most: int) -> Picture:
        """Return a page of the tray as it would be kept, at most so many pixels long."""
        self._desk.actor.require("scans.add")
        return trays.picture(self._desk, page, colour, most)

    def size(self, draft: ScanDraft, number: int, quality: str) -> int:
        """Return how many bytes one page (from 0) would have in a quality."""
        self._desk.actor.require("scans.add")
        return len(trays.finished(self._desk, draft, number, quality).data)

    def check(self, draft: ScanDraft, may_photograph: Verdict | None = None) -> tuple[Fault, ...]:
        """Return what is wrong or doubtful, by field; touches no database."""
        self._desk.actor.require("scans.read")
        return rules_of.check(rules_of.settle(draft), self._desk.clock.today(), scan_rules(), may_photograph)

    def keep(self, draft: ScanDraft, told: Callable[[int], object] | None = None) -> str:
        """Keep the pages of the tray as one paper or photo; return its id. The pieces are on the disk before the rows.

        A photo of people needs the consent to be photographed; a paper needs none.
        """
        self._desk.actor.require("scans.add")
        settled, today = rules_of.settle(draft), self._desk.clock.today()
        with self._desk.work.read() as db:
            refusals.person_in(db, draft.person_id)
            verdict = _may_photograph(db, draft.person_id, today) if draft.kind == PHOTO else None
        refusals.raise_first(rules_of.check(settled, today, scan_rules(), verdict))
        made = self._finish(settled, told or (lambda _: None))
        scan_id = new_id()
        with (
            self._unless_it_fails(made),
            self._desk.work.write("scans.keep", settled.person_id, scan=scan_id, pages=len(made)) as db,
        ):
            refusals.person_in(db, settled.person_id)
            db.add(_scan(db, scan_id, settled))
            db.flush()
            db.add_all([_page(settled, scan_id, number, page) for number, page in enumerate(made, 1)])
        return scan_id

    def let_go(self, draft: ScanDraft) -> None:
        """Remove the pages of a tray that was kept or given up; call it when the unfinished form is gone."""
        self._desk.actor.require("scans.add")
        trays.drop(self._desk, [page.piece for page in draft.pages])

    def amend(self, scan_id: str, revision: int, part: str, title: str, made_on: str, document_id: str) -> None:
        """Change what is written on a paper: its part, name, day, and the printed paper it belongs to."""
        self._desk.actor.require("scans.add")
        with self._desk.work.write("scans.amend", None, scan=scan_id) as db:
            scan = _stored(db, scan_id)
            refusals.raise_if_stale(scan, revision)
            db.info["subject"] = scan.person_id
            draft = ScanDraft(
                scan.person_id, scan.kind, part, title, made_on, document_id, scan.origin, pages=(TrayPage("", 1, 1),)
            )
            settled = rules_of.settle(draft)
            refusals.raise_first(rules_of.check(settled, self._desk.clock.today(), scan_rules()))
            _fill(db, scan, settled)

    def thumbnail(self, scan_id: str) -> Picture:
        """Return the first page, small; no look into the paper, so none is noted."""
        self._desk.actor.require("scans.read")
        kept = self._kept(scan_id)
        return self._drawn(kept, kept.pages[0], _THUMBNAIL)

    def view(self, scan_id: str) -> tuple[Picture, ...]:
        """Return all pages to look at; noted. Raises OperationalError naming the page that is lost."""
        self._desk.actor.require("scans.read")
        kept = self._kept(scan_id)
        self._desk.work.note("scans.view", kept.person_id, scan=scan_id)
        return tuple(self._drawn(kept, page, _side(len(kept.pages))) for page in kept.pages)

    def print(self, scan_id: str, printer: str, copies: int = 1) -> None:
        """Send all pages to a printer of the system, from memory; noted before they leave."""
        self._desk.actor.require("scans.print")
        from desktop.devices import printers
        from desktop.documents import pictures

        kept = self._kept(scan_id)
        contents = [self._content(kept, page) for page in kept.pages]
        self._desk.work.note("scans.print", kept.person_id, scan=scan_id, printer=printer, copies=copies)
        printers.send(pictures.pdf(contents, is_for_printer=True), printer, copies)

    def save(self, scan_id: str, target: Path, reason: str) -> None:
        """Write all pages as a PDF, readable by anybody, to a file the person chose; noted with the reason before."""
        self._desk.actor.require("scans.print")
        from desktop.documents import pictures
        from desktop.store.disk import write_safely

        why = refusals.reason(reason)
        if not target.parent.is_dir():
            message = tr("找不到要存的文件夹，U 盘可能已拔下，材料没有存出。")
            raise OperationalError("io_error", message, tr("请插好 U 盘，或另选一个文件夹再存。"))
        kept = self._kept(scan_id)
        contents = [self._content(kept, page) for page in kept.pages]
        self._desk.work.note("scans.save", kept.person_id, scan=scan_id, file=str(target), reason=why)
        write_safely(target, pictures.pdf(contents))

    def mend(self, scan_id: str) -> int:
        """Bring lost pages back from the backups near; return how many came back."""
        self._desk.actor.require("scans.add")
        kept = self._kept(scan_id)
        missing, damaged = self._desk.pieces.damage(page.piece for page in kept.pages)
        back = self._desk.pieces.take_back(missing | damaged, _near_copies(self._desk))
        if not back:
            raise OperationalError(
                "io_error",
                tr("本机和第二份备份里都没有这几页的完好副本。"),
                tr("请插上存有备份的 U 盘再试；纸质原件还在的话，请重新扫描。"),
            )
        self._desk.work.note("scans.mend", kept.person_id, scan=scan_id, pages=len(back))
        return len(back)

    def _finish(self, draft: ScanDraft, told: Callable[[int], object]) -> list[_Made]:
        """Put every page as a piece, in the look and quality of the form; on failure the room is given back."""
        made: list[_Made] = []
        with self._unless_it_fails(made):
            for number in range(len(draft.pages)):
                page = trays.finished(self._desk, draft, number)
                made.append(_made(self._desk.pieces.put(page.data), page))
                told(number + 1)
        return made

    @contextmanager
    def _unless_it_fails(self, made: Collection[_Made]) -> Iterator[None]:
        with ExitStack() as undo:
            undo.callback(lambda: trays.drop(self._desk, [page.piece for page in made]))
            yield
            undo.pop_all()

    def _kept(self, scan_id: str) -> _Kept:
        with self._desk.work.read() as db:
            scan = _stored(db, scan_id)
            refusals.person_in(db, scan.person_id)
            wanted = select(ScanPage.number, ScanPage.piece).where(
                ScanPage.scan_id == scan_id, ScanPage.is_deleted.is_(False)
            )
            found = db.execute(wanted.order_by(ScanPage.number)).all()
            return _Kept(scan.person_id, scan.title, tuple(_KeptPage(number, piece) for number, piece in found))

    def _drawn(self, kept: _Kept, page: _KeptPage, most: int) -> Picture:
        from desktop.documents import pictures

        drawn = pictures.drawn(self._content(kept, page), pictures.Look(), most)
        return Picture(drawn.width, drawn.height, drawn.rgb)

    def _content(self, kept: _Kept, page: _KeptPage) -> bytes:
        try:
            return self._desk.pieces.read(page.piece)
        except PieceLost as lost:
            raise _lost(kept.title, page.number, lost.is_missing) from None


LOST = "page_lost"


def _lost(title: str, number: int, is_missing: bool) -> OperationalError:
    words = tr("不见了") if is_missing else tr("和收入时不一样，可能已损坏")
    return OperationalError(
        LOST,
        tr("“{title}”第 {n} 页的图片{what}，没有显示。", title=title, n=number, what=words),
        tr("备份里通常还有完好的一份，可以取回。"),
    )


@cache
def scan_rules() -> ScanRules:
    """Return codes and limits of the form."""
    lists = {"kind": "scan_kind", "part": "file_part", "origin": "scan_origin"}
    known = {name: frozenset(entry["code"] for entry in codes.entries(table)) for name, table in lists.items()}
    limits = trays.limits()
    return ScanRules(known, limits["pages"], limits["title_length"])


def _may_photograph(db: Session, person_id: str, today: date) -> Verdict:
    act = codes.entry("scan_kind", PHOTO)["act"]
    return standings.verdicts(db, [person_id], act, today)[person_id]


def _rows(db: Session, person_id: str) -> tuple[ScanRow, ...]:
    names = {row[0]: row[1] for row in db.execute(select(User.id, User.name))}
    sums = (
        select(ScanPage.scan_id, func.count().label("pages"), func.sum(ScanPage.size).label("size"))
        .where(ScanPage.person_id == person_id, ScanPage.is_deleted.is_(False))
        .group_by(ScanPage.scan_id)
        .subquery()
    )
    query = (
        select(Scan, Document.kind, Document.document_no, sums.c.pages, sums.c.size)
        .outerjoin(Document, Document.id == Scan.document_id)
        .outerjoin(sums, sums.c.scan_id == Scan.id)
        .where(Scan.person_id == person_id, Scan.is_deleted.is_(False))
    )
    order = [entry["code"] for entry in codes.entries("file_part")]
    found = [
        ScanRow(
            scan.id, scan.revision, scan.kind, scan.part, scan.title, scan.made_on, scan.origin, scan.document_id or "",
            f"{documents.title_of(kind)} {number}" if kind else "", pages or 0, size or 0, scan.created_at,
            names.get(scan.created_by, ""),
        )
        for scan, kind, number, pages, size in db.execute(query)
    ]  # fmt: skip
    found.sort(key=lambda row: row.added_at, reverse=True)
    return tuple(sorted(found, key=lambda row: order.index(row.part) if row.part in order else len(order)))


def _stored(db: Session, scan_id: str) -> Scan:
    scan = db.get(Scan, scan_id)
    if scan is None or scan.is_deleted:
        raise ValidationError("no_such_scan", tr("没有这份材料，可能已被别人删除。"), tr("请回到列表重新选择。"))
    return scan


def _scan(db: Session, scan_id: str, draft: ScanDraft) -> Scan:
    scan = Scan(id=scan_id, person_id=draft.person_id, kind=draft.kind, origin=draft.origin)
    _fill(db, scan, draft)
    return scan


def _page(draft: ScanDraft, scan_id: str, number: int, made: _Made) -> ScanPage:
    return ScanPage(scan_id=scan_id, person_id=draft.person_id, number=number, **vars(made))


def _made(piece: str, page: CleanPage) -> _Made:
    return _Made(piece, len(page.data), page.media_type, page.width, page.height)


def _fill(db: Session, scan: Scan, draft: ScanDraft) -> None:
    document = db.get(Document, draft.document_id) if draft.document_id else None
    if draft.document_id and (document is None or document.person_id != scan.person_id):
        raise ValidationError("no_such_document", tr("没有这份文书，请重新选择。"), field="document_id")
    scan.part, scan.title, scan.made_on = draft.part, draft.title, read_day(draft.made_on)
    scan.document_id = draft.document_id or None


def _side(pages: int) -> int:
    """Return how many pixels long each page may be shown so that all of them fit into the memory."""
    least, most = _VIEW_SIDES
    return round(min(max(sqrt(_VIEW_BYTES / (3 * 0.7 * max(pages, 1))), least), most))


def _near_copies(desk: Desk) -> list[PieceFolder]:
    """Return the folders of pieces beside the backups that are within reach."""
    return [PieceFolder(folder) for folder in backups.piece_folders(desk) if folder.is_dir()]
