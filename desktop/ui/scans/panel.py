"""The tab of a file with the papers and photos of one client (材料), by the parts of the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.codes import entry
from desktop.services.scans import Picture, ScanRow
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.cells import Paint, draw_two_lines, words_cell
from desktop.ui.kit.form import Field, choice_field, date_field, text_field
from desktop.ui.kit.layouts import column, frame, row
from desktop.ui.kit.messages import Banner, EmptyState, Modal
from desktop.ui.kit.painting import draw_box
from desktop.ui.kit.panes import TwoPanes
from desktop.ui.kit.papers import ShownPaper
from desktop.ui.kit.preview import PaperPreview, PrintBar
from desktop.ui.kit.reasons import ask_reason
from desktop.ui.kit.records import Column, RecordCard, RecordsModel, RecordTable
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench
from desktop.ui.scans.bringing import DropPlace
from desktop.ui.scans.viewmodel import ScansViewModel


class ScansTab(DropPlace):
    """The list at the left; a paper opens at the right only when it is chosen, for every look is noted."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(self._bring)
        self._bench = bench
        self.model = ScansViewModel(bench, self)
        self.banner = Banner()
        self.records = RecordsModel(self._columns(), lambda scan: scan.id)
        self.table = RecordTable(self.records, tr("这位服务对象的材料"), 62, opens_on_click=True)
        self.add = button(tr("添加材料"), "plus", small=True, on_click=self._add)
        self.edit = button(tr("修改"), "pencil", small=True, on_click=self._ask_facts)
        self.away = button(tr("删除"), "trash-2", small=True, on_click=self._ask_why_away)
        self.back = button(tr("回到列表"), "list-checks", small=True, on_click=lambda: self._turn(False))
        self._card = RecordCard(self.table, row(label(tr("材料"), "h3"), None, self.add))
        self.print_bar = PrintBar(self.model, lambda: tr("材料.pdf"), copies=1)
        nothing = (tr("还没有打开材料"), tr("在左边选一份，按回车或点一下打开；每次查看都会记入操作日志。"))
        foot = column(row(self.back, None, self.edit, self.away, margins=(12, 8, 12, 0)), self.print_bar, spacing=4)
        self.preview = PaperPreview(nothing, frame(foot))
        self.panes = TwoPanes(self._card, self.preview)
        self.setLayout(column(self.banner, (self.panes, 1), spacing=10))
        self._shows_paper = False
        self.setAcceptDrops(bench.may("scans.add"))
        self.add.setEnabled(bench.may("scans.add"))
        self._connect()
        self._blank()

    def show_person(self, person_id: str) -> None:
        """Show the papers of one client."""
        self.banner.say("info", "")
        if person_id != self.model.person_id:
            self._blank()
        self.model.open(person_id)

    def _connect(self) -> None:
        model = self.model
        self.panes.fitted.connect(lambda _: self._turn(self._shows_paper))
        self.table.row_activated.connect(self._open)
        model.loaded.connect(self._show)
        model.thumbnail_known.connect(lambda _: self.table.viewport().update())
        model.shown.connect(self._show_paper)
        model.lost.connect(self._offer_backup)
        model.mended.connect(lambda n: self._bench.toast(tr("已从备份取回 {n} 页", n=n)))
        model.removed.connect(self._say_removed)
        model.reason_wanted.connect(self._ask_why_out)
        model.printed.connect(lambda: self._bench.toast(tr("已送到打印机")))
        model.written.connect(lambda path: self._bench.toast(tr("已存到 {file}", file=path.name)))
        model.failed.connect(self._say_failure)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(tr("档案部分"), 176, self._part, words_cell(self._part_once), hide_below=420),
            Column(tr("材料"), 0, lambda scan: "，".join(self._words(scan)), self._paper_cell()),
        )

    def _part(self, scan: ScanRow) -> str:
        words = self._bench.services.codes.label("file_part", scan.part)
        return tr("{n}. {part}", n=entry("file_part", scan.part).get("number", "?"), part=words)

    def _part_once(self, scan: ScanRow) -> str:
        """Return the part of the file for the first of its papers only: so the list falls into groups."""
        rows = self.model.rows or ()
        first = next((each for each in rows if each.part == scan.part), scan)
        return self._part(scan) if first.id == scan.id else ""

    def _words(self, scan: ScanRow) -> tuple[str, str]:
        day = scan.made_on.isoformat() if scan.made_on else tr("没有日期")
        about = [day, tr("{n} 页", n=scan.pages), size_words(scan.size), scan.document]
        return scan.title, tr(" · ").join(word for word in about if word)

    def _paper_cell(self) -> Paint:
        def paint(painter: QPainter, rect: QRectF, scan: ScanRow) -> None:
            side = rect.height() - px(12)
            place = QRectF(rect.x() + px(2), rect.y() + px(6), side * 0.8, side)
            picture = self.model.thumbnails.get(scan.id)
            if picture is None:
                draw_box(painter, place, "muted", "border", 4)
            else:
                painter.drawImage(_fitted(place, picture), image_of(picture))
            draw_two_lines(painter, rect.adjusted(side * 0.8 + px(12), 0, 0, 0), *self._words(scan))

        return paint

    def _show(self) -> None:
        rows = self.model.rows
        self.table.show_records(rows or ())
        if rows is None:  # nothing of one client may stand under the name of another
            return
        why = tr("身份证、残疾证、诊断书、签过字的文书都可以扫进来。把文件拖到这里，或按“添加材料”。")
        self._card.show_instead(None if rows else EmptyState("image", tr("还没有收入材料"), why, tone="off"))
        total = sum(scan.size for scan in rows)
        self._card.set_footer(tr("共 {n} 份，{size}", n=len(rows), size=size_words(total)), tr("↑ ↓ 选择 · Enter 打开"))
        if self.model.scan_id and self.model.row(self.model.scan_id) is None:
            self._blank()

    def _open(self, scan: ScanRow) -> None:
        self.banner.say("info", "")
        self.preview.show_waiting()
        self._turn(True)
        self.model.look(scan.id)

    def _show_paper(self, paper: ShownPaper) -> None:
        self.preview.show_paper(paper)
        may = self._bench.may
        self.print_bar.set_ready(may("scans.print"))
        self.edit.setEnabled(may("scans.add"))
        self.away.setEnabled(may("scans.remove"))

    def _blank(self) -> None:
        self.model.scan_id = ""
        self.preview.show_nothing()
        self.print_bar.set_ready(False)
        self.edit.setEnabled(False)
        self.away.setEnabled(False)
        self._turn(False)

    def _turn(self, shows_paper: bool) -> None:
        self._shows_paper = shows_paper
        self.panes.turn(shows_paper)
        self.back.setVisible(shows_paper and not self.panes.is_wide)

    def _add(self) -> None:
        self._bench.go("scan", person_id=self.model.person_id)

    def _bring(self, files: tuple[Path, ...]) -> None:
        if self.model.person_id and self._bench.may("scans.add"):
            self._bench.go("scan", person_id=self.model.person_id, sources=files)

    def _offer_backup(self, trouble: KangyiError) -> None:
        self._blank_paper_only()
        if self._bench.may("scans.add"):
            self.banner.say_failure(trouble, tr("从备份取回"), self.model.mend)
        else:
            self.banner.say_failure(trouble)

    def _blank_paper_only(self) -> None:
        self.preview.show_nothing()
        self.print_bar.set_ready(False)

    def _say_failure(self, trouble: KangyiError) -> None:
        if self.model.scan_id and not self.preview.page_count:
            self._blank_paper_only()
        self.banner.say_failure(trouble)

    def _say_removed(self, scan_id: str) -> None:
        self._blank()
        self._bench.toast(tr("材料已放进回收站"), tr("恢复"), lambda: self.model.restore(scan_id))

    def _ask_why_away(self) -> None:
        scan = self.model.row(self.model.scan_id)
        if scan is not None:
            words = tr("“{title}”会放进回收站，可以恢复。", title=scan.title)
            ask_reason(
                self.window(), tr("删除材料？"), words, tr("删除"),
                lambda reason: self.model.remove(scan.id, reason), is_danger=True,
            )  # fmt: skip

    def _ask_why_out(self, target: Path) -> None:
        words = tr("存出的 PDF 不加密，谁拿到都能看。请只存到安全的地方，用完删除。")
        ask_reason(
            self.window(), tr("存出一份材料"), words, tr("存出"), lambda reason: self.model.save_because(target, reason)
        )

    def _ask_facts(self) -> None:
        scan = self.model.row(self.model.scan_id)
        if scan is not None:
            person_id, scans = self.model.person_id, self._bench.services.scans
            self.model.ask(
                lambda: scans.papers(person_id), lambda papers: self._show_facts(scan, papers), about="papers"
            )

    def _show_facts(self, scan: ScanRow, papers: tuple[tuple[str, str], ...]) -> None:
        def use(part: str, title: str, made_on: str, document_id: str) -> None:
            self.model.amend(scan, part, title, made_on, document_id)

        facts = FactsDialogContent(self._bench, scan, papers)
        save = button(tr("保存"), "check", "primary")
        modal = Modal(self.window(), tr("修改材料"), facts, (save,), width=520)

        def finish() -> None:
            if facts.is_right():
                modal.finish()
                use(*facts.values())

        save.clicked.connect(finish)


class FactsDialogContent(QWidget):
    """What is written on a paper: its part, name, day, and the printed paper it belongs to."""

    def __init__(self, bench: Workbench, scan: ScanRow, papers: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.part = choice_field(part_options(bench))
        self.name = text_field(max_length=60)
        self.day = date_field(latest=bench.today())
        self.document = choice_field([("", tr("不关联")), *papers])
        for control, value in (
            (self.part, scan.part), (self.name, scan.title), (self.document, scan.document_id),
            (self.day, scan.made_on.isoformat() if scan.made_on else ""),
        ):  # fmt: skip
            control.set_value(value)
        self._name, self._day = Field(tr("名称"), self.name, required=True), Field(tr("材料上的日期"), self.day)
        self._today = bench.today()
        self.setLayout(
            column(
                Field(tr("归到档案的哪一部分"), self.part), self._name, self._day,
                Field(tr("是哪份打印文书的签字件"), self.document), spacing=10,
            )
        )  # fmt: skip

    def is_right(self) -> bool:
        """Mark what must be mended; say whether nothing must."""
        self._name.clear()
        self._day.clear()
        if not self.name.value().strip():
            self._name.set_fault(tr("请写明这是什么材料，如“残疾证复印件”。"))
            return False
        if self.day.value() and not _is_past(self.day.day(), self._today):
            self._day.set_fault(tr("请写成 2026-03-05 这样，不能晚于今天。"))
            return False
        return True

    def values(self) -> tuple[str, str, str, str]:
        """Return part, name, day and printed paper."""
        return self.part.value(), self.name.value(), self.day.value(), self.document.value()


def part_options(bench: Workbench) -> list[tuple[str, str]]:
    """Return the parts of the file as choices, with their numbers."""
    return [
        (each.code, tr("{n}. {part}", n=entry("file_part", each.code).get("number", ""), part=each.label))
        for each in bench.services.codes.choices("file_part")
    ]


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1000 * 1024:
        return tr("{n} KB", n=max(1, round(size / 1024)))
    return tr("{n} MB", n=f"{size / 1024 / 1024:.1f}")


def image_of(picture: Picture) -> QImage:
    """Return a picture that outlives the bytes it was made from."""
    return QImage(picture.rgb, picture.width, picture.height, picture.width * 3, QImage.Format.Format_RGB888).copy()


def _fitted(place: QRectF, picture: Picture) -> QRectF:
    """Return the part of a place that a picture fills, in the middle."""
    scale = min(place.width() / picture.width, place.height() / picture.height)
    width, height = picture.width * scale, picture.height * scale
    return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day <= today
