"""Papers (文书): prepared, shown, issued, printed, kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from desktop.documents import attendance, notices, pages, papers
from desktop.domain.calendar import read_day
from desktop.errors import OperationalError, ValidationError
from desktop.i18n import tr
from desktop.models.base import new_id
from desktop.models.benefits import Benefit
from desktop.models.documents import Agreement, Attachment, Consent, Document
from desktop.models.people import Person
from desktop.services import consents, machine, numbers, paperwork, refusals, standings
from desktop.services.benefits import REWARD
from desktop.services.consents import ScopeAnswer
from desktop.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class PaperKind:
    """A paper that can be printed: kind (consent, agreement ...), title, template version."""

    kind: str
    title: str
    template: str
    template_version: str


@dataclass(frozen=True)
class PaperChoices:
    """What the clerk chose before printing; dates as text, empty means the usual value."""

    scopes: tuple[ScopeAnswer, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    price_text: str = ""
    is_large_print: bool = False
    reward_text: str = ""
    payment_text: str = ""


@dataclass(frozen=True)
class PreparedPaper:
    """A finished PDF that is not stored yet: exactly these bytes are shown, stored and printed."""

    person_id: str | None
    kind: str
    title: str
    document_no: str
    template: str
    template_version: str
    content: dict[str, object] = field(repr=False)
    content_hash: str = ""
    file_sha256: str = ""
    pages: int = 0
    pdf: bytes = field(default=b"", repr=False)
    scopes: tuple[ScopeAnswer, ...] = ()


@dataclass(frozen=True)
class DocumentRow:
    """One paper in the list of a file; status printed, signed, void or "" for papers nobody signs."""

    id: str
    person_id: str | None
    person_name: str
    file_no: str
    kind: str
    title: str
    document_no: str
    template_version: str
    made_at: datetime
    pages: int
    status: str


@dataclass(frozen=True)
class PageImage:
    """One page as RGB bytes, row by row, 3 bytes a pixel."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


class Documents:
    """Making papers and finding them again, unchanged."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[PaperKind, ...]:
        """Return the papers this version can print for one person."""
        self._desk.actor.require("documents.read")
        return tuple(PaperKind(one.kind, one.title, one.template, one.version) for one in papers.kinds())

    def prepare(self, person_id: str, kind: str, choices: PaperChoices) -> PreparedPaper:
        """Make the PDF of a paper for one person; nothing is stored yet, the look at the data is noted.

        Raises ValidationError consent_missing when the paper needs a consent that is not there.
        """
        self._desk.actor.require("documents.prepare")
        paper = _kind(kind)
        with self._desk.work.read() as db:
            person = refusals.person_in(db, person_id)
            _refuse_without_consent(db, person_id, kind, self._desk.clock.today())
            number = numbers.next_document_no(db, self._desk.facts, paper.letters, self._desk.clock.today().year)
            term = _term(db, kind, choices, self._desk.clock.today())
            fields = paperwork.fields(db, person, term, choices.price_text)
        fields |= {"reward_text": choices.reward_text, "payment_text": choices.payment_text}
        scopes = [(answer.scope, answer.is_agreed) for answer in choices.scopes]
        content = papers.resolve(
            kind, number, fields, scopes=scopes,
            is_large_print=choices.is_large_print, is_practice=self._desk.facts.is_practice,
        )  # fmt: skip
        self._desk.work.note("documents.prepare", person_id, paper=kind)
        return prepared(person_id, content, choices.scopes)

    def prepare_sign_in_sheet(self, training_id: str) -> PreparedPaper:
        """Make the sign-in sheet (签到表) of a group session."""
        self._desk.actor.require("documents.prepare")
        letters = papers.kind(attendance.KIND).letters
        with self._desk.work.read() as db:
            number = numbers.next_document_no(db, self._desk.facts, letters, self._desk.clock.today().year)
            fields, lines = paperwork.sheet(db, training_id)
        content = attendance.resolve(number, fields, lines, is_practice=self._desk.facts.is_practice)
        self._desk.work.note("documents.prepare", training_id, paper=attendance.KIND)
        return prepared(None, content, ())

    def prepare_price_notice(self) -> PreparedPaper:
        """Make the price notice board (收费公示) of today; refuses while no price holds."""
        self._desk.actor.require("documents.prepare")
        today, letters = self._desk.clock.today(), papers.kind(notices.KIND).letters
        with self._desk.work.read() as db:
            number = numbers.next_document_no(db, self._desk.facts, letters, today.year)
            fields, lines = paperwork.price_notice(db, today)
        content = notices.resolve(number, fields, lines, is_practice=self._desk.facts.is_practice)
        self._desk.work.note("documents.prepare", None, paper=notices.KIND)
        return prepared(None, content, ())

    def issue(self, paper: PreparedPaper) -> str:
        """Store exactly these bytes as the paper with this number; refuses when the number was taken meanwhile."""
        self._desk.actor.require("documents.issue")
        _refuse_altered(paper)
        document_id = new_id()
        with self._desk.work.write(
            "documents.issue", paper.person_id, paper=paper.kind, number=paper.document_no, hash=paper.content_hash
        ) as db:
            if paper.person_id is not None:
                find = refusals.anybody_in if paper.kind in _OF_THE_LAW | _OF_THE_FILE else refusals.person_in
                find(db, paper.person_id)
            _refuse_taken(db, paper.document_no)
            db.add(_document(document_id, paper, self._desk.clock.now()))
            db.flush()
            db.add(
                Attachment(
                    person_id=paper.person_id, document_id=document_id, kind="pdf", media_type="application/pdf",
                    sha256=paper.file_sha256, content=paper.pdf,
                )
            )  # fmt: skip
            if paper.person_id is not None and paper.kind in {"consent", "agreement"}:
                consents.print_paper(db, paper.person_id, paper.kind, document_id, paper.scopes)
        return document_id

    def rows(self, person_id: str | None = None, limit: int = 200) -> tuple[DocumentRow, ...]:
        """Return papers, newest first, of one person or of the station."""
        self._desk.actor.require("documents.read")
        reward = case((Benefit.agreed_on.is_not(None), "in_force"), (Document.kind == REWARD, "printed"))
        status = func.coalesce(Consent.status, Agreement.status, reward).label("status")
        title = Document.content["title"].as_string().label("title")
        name, file_no = func.coalesce(Person.name, "").label("person_name"), func.coalesce(Person.file_no, "")
        query = (
            select(
                Document.id, Document.person_id, name, file_no.label("file_no"), Document.kind, title,
                Document.document_no, Document.template_version, Document.made_at, Document.pages, status,
            )
            .select_from(Document)
            .outerjoin(Person, Person.id == Document.person_id)
            .outerjoin(Consent, Consent.document_id == Document.id)
            .outerjoin(Agreement, Agreement.document_id == Document.id)
            .outerjoin(Benefit, (Benefit.paper_id == Document.id) & Benefit.is_deleted.is_(False))
            .where(Document.is_deleted.is_(False))
            .order_by(Document.made_at.desc(), Document.id.desc())
            .limit(limit)
        )  # fmt: skip
        if person_id is not None:
            query = query.where(Document.person_id == person_id)
        with self._desk.work.read() as db:
            refusals.raise_if_closed(db, person_id)
            return tuple(_row(row._asdict()) for row in db.execute(query))

    def pdf(self, document_id: str) -> bytes:
        """Return the stored bytes of a paper; raises OperationalError when they no longer fit their hash."""
        self._desk.actor.require("documents.read")
        person_id, content = self._stored(document_id)
        self._desk.work.note("documents.view", person_id, document=document_id)
        return content

    def page_images(self, pdf: bytes, dpi: int = 110) -> tuple[PageImage, ...]:
        """Return the pages of a PDF as pictures for the preview."""
        self._desk.actor.require("documents.read")
        return tuple(PageImage(*page) for page in pages.page_images(pdf, dpi))

    def printers(self) -> tuple[str, ...]:
        """Return the printers of this PC, the usual one first."""
        self._desk.actor.require("documents.print")
        from desktop.devices import printers

        usual = machine.read(self._desk.folder).get("printing.printer")
        return tuple(sorted(printers.names(), key=lambda name: name != usual))

    def print(self, document_id: str, printer: str, copies: int = 2) -> None:
        """Send the stored bytes to a printer of the system; noted before they leave."""
        self._desk.actor.require("documents.print")
        from desktop.devices import printers

        person_id, content = self._stored(document_id)
        self._desk.work.note("documents.print", person_id, document=document_id, printer=printer, copies=copies)
        printers.send(content, printer, copies)

    def save(self, document_id: str, target: Path) -> None:
        """Write the stored bytes to a file the clerk chose; noted before they leave.

        Raises OperationalError when the folder is not there (a stick that was pulled), disk_full, read_only, io_error.
        """
        self._desk.actor.require("documents.print")
        from desktop.store.disk import write_safely

        if not target.parent.is_dir():
            message = tr("找不到要存的文件夹，U 盘可能已拔下，文书没有存出。")
            raise OperationalError("io_error", message, tr("请插好 U 盘，或另选一个文件夹再存。"))
        person_id, content = self._stored(document_id)
        self._desk.work.note("documents.save", person_id, document=document_id, file=str(target))
        write_safely(target, content)

    def _stored(self, document_id: str) -> tuple[str | None, bytes]:
        """Return whom a stored paper is about and its bytes, checked against both hashes."""
        query = (
            select(Document.person_id, Document.kind, Document.file_sha256, Attachment.sha256, Attachment.content)
            .join(Attachment, Attachment.document_id == Document.id)
            .where(Document.id == document_id, Attachment.kind == "pdf")
        )
        with self._desk.work.read() as db:
            found = db.execute(query).first()
            refusals.raise_if_closed(db, found[0] if found and found[1] not in _OF_THE_LAW else None)
        if found is None:
            raise ValidationError("no_such_document", tr("没有这份文书。"), tr("请回到列表重新选择。"))
        person_id, _, promised, noted, content = found
        if not promised == noted == hashlib.sha256(content).hexdigest():
            raise OperationalError(
                "io_error",
                tr("这份文书的原件和登记的指纹不符，可能已损坏。"),
                tr("请从备份恢复，或联系技术支持；不要使用这份原件。"),
            )
        return person_id, content


_OF_THE_LAW = frozenset({"privacy_access", "privacy_answer"})  # answers that are owed whatever became of the file
_OF_THE_FILE = frozenset({"file_cover", "file_catalogue"})  # of an archived file, too


def title_of(kind: str) -> str:
    """Return the title of a kind of paper; the kind itself when this version no longer has it."""
    try:
        return papers.kind(kind).title
    except KeyError:
        return kind


def _kind(kind: str) -> papers.PaperKind:
    known = {paper.kind: paper for paper in papers.kinds()}
    if kind not in known:
        raise ValidationError("unknown_paper", tr("没有“{kind}”这种文书。", kind=kind), field="kind")
    return known[kind]


def _refuse_without_consent(db: Session, person_id: str, kind: str, today: date) -> None:
    """Refuse papers with health data without consent; consent and agreement themselves must be printable first."""
    act = "sign" if kind in {"consent", "agreement"} else "print"
    verdict = standings.verdicts(db, [person_id], act, today)[person_id]
    if not verdict.yes:
        raise ValidationError("consent_missing", verdict.because, tr("请先办理知情同意书。"), field="person")


def _term(db: Session, kind: str, choices: PaperChoices, today: date) -> tuple[date, date]:
    """Return the term to be printed: as chosen, else the usual one."""
    first = _chosen(choices.valid_from, "valid_from") or today
    last = _chosen(choices.valid_to, "valid_to") or consents.usual_term(db, kind, first)[1]
    if last < first:
        raise ValidationError("term_reversed", tr("截止日期早于起始日期，请核对。"), field="valid_to")
    return first, last


def _chosen(text: str, name: str) -> date | None:
    day = read_day(text) if text.strip() else None
    if text.strip() and day is None:
        raise ValidationError("date_unreadable", tr("日期看不懂，请写成 2026-03-05 这样。"), field=name)
    return day


def prepared(person_id: str | None, content: dict[str, Any], scopes: tuple[ScopeAnswer, ...]) -> PreparedPaper:
    """Return a paper of these words, to be looked at before it is stored."""
    pdf = papers.render_content(content)
    return PreparedPaper(
        person_id, content["kind"], content["title"], content["document_no"], content["template"],
        content["template_version"], content, papers.content_hash(content), hashlib.sha256(pdf).hexdigest(),
        pages.page_count(pdf), pdf, scopes,
    )  # fmt: skip


def _refuse_altered(paper: PreparedPaper) -> None:
    """Refuse a paper whose words, number or bytes are not those that were prepared."""
    is_whole = (
        papers.content_hash(paper.content) == paper.content_hash
        and hashlib.sha256(paper.pdf).hexdigest() == paper.file_sha256
        and paper.content.get("document_no") == paper.document_no
    )
    if not is_whole:
        raise ValidationError("paper_altered", tr("文书内容和预览时不一致，没有保存。"), tr("请重新生成预览。"))


def _refuse_taken(db: Session, document_no: str) -> None:
    if db.scalar(select(Document.id).where(Document.document_no == document_no)) is not None:
        message = tr("编号 {number} 刚被另一份文书用了，没有保存。", number=document_no)
        raise ValidationError("number_taken", message, tr("请重新生成预览，会换一个新编号。"))


def _document(document_id: str, paper: PreparedPaper, made_at: datetime) -> Document:
    return Document(
        id=document_id, person_id=paper.person_id, kind=paper.kind, document_no=paper.document_no,
        template=paper.template, template_version=paper.template_version, content=paper.content,
        content_hash=paper.content_hash, file_sha256=paper.file_sha256, pages=paper.pages, made_at=made_at,
    )  # fmt: skip


def _row(facts: dict[str, Any]) -> DocumentRow:
    """Return a line of the list; `status` is still that of the consent or agreement the document became."""
    return DocumentRow(**{**facts, "status": _status(facts["status"])})


def _status(paper: str | None) -> str:
    """Return the status of a document from the status of the consent or agreement it became."""
    if paper is None:
        return ""
    return paper if paper in {"printed", "void"} else "signed"
