"""Taking a paper or photo in: bring pages, put them right, say what they are, see what they weigh, keep them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.scans import Picture, ScanDraft, Source
from desktop.services.trays import scanner_rules
from desktop.ui.kit.basics import Avatar, ElidedLabel, button, label
from desktop.ui.kit.choices import Segments
from desktop.ui.kit.files import choose_files, choose_folder
from desktop.ui.kit.form import Field, FormBinding, choice_field, date_field, text_field
from desktop.ui.kit.layouts import FlowBox, card, column, frame, page, row, scroll
from desktop.ui.kit.messages import Banner, Modal, confirm
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.savebar import SaveBar
from desktop.ui.kit.theme import px
from desktop.ui.kit.workbench import Workbench
from desktop.ui.scans.bringing import KINDS, DropPlace, clipboard
from desktop.ui.scans.canvas import PageCanvas
from desktop.ui.scans.panel import image_of, part_options, size_words
from desktop.ui.scans.taking import QUALITIES, OpenedTray, TakingViewModel

if TYPE_CHECKING:
    from desktop.devices.scanners import Scanner

_STRIP = 92  # height of the strip of pages, logical pixels


_HINT = tr("在图上拖出要留下的部分，或用方向键收边")


class PageStrip(QListWidget):
    """The pages of the tray beside each other; Alt with an arrow moves one, Delete takes it off."""

    def __init__(self, screen: ScanScreen) -> None:
        super().__init__()
        self._screen = screen
        self.setAccessibleName(tr("页；Alt 加左右方向键调整次序，Delete 去掉"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(False)
        self.setIconSize(QSize(px(46), px(42)))
        self.setGridSize(QSize(px(66), px(_STRIP - 14)))
        self.setFixedHeight(px(_STRIP + 10))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_count(self, count: int, current: int) -> None:
        """Show so many pages, of which one is current."""
        self.blockSignals(True)
        while self.count() > count:
            self.takeItem(self.count() - 1)
        while self.count() < count:
            item = QListWidgetItem(str(self.count() + 1))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.addItem(item)
        self.setCurrentRow(current)
        self.blockSignals(False)

    def show_picture(self, place: int, picture: Picture) -> None:
        """Show the small picture of a page."""
        item = self.item(place)
        if item is not None:
            item.setIcon(QIcon(QPixmap.fromImage(image_of(picture))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._screen.move_page(step)
        elif event.key() == Qt.Key.Key_Delete:
            self._screen.drop_page()
        else:
            super().keyPressEvent(event)


class ScanScreen(Screen):
    """Pages at the left, what they are at the right; all of it is kept as a draft until it is saved or given up."""

    title = tr("添加材料")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = TakingViewModel(bench, self)
        self.binding = FormBinding(self)
        self.labels: dict[str, str] = {}
        self.banner = Banner()
        self.canvas, self.strip = PageCanvas(), PageStrip(self)
        self.avatar, self.name, self.facts = Avatar("", 28), label("", "h3"), ElidedLabel("", "sub")
        self.save = button(tr("保存"), "check", "primary", on_click=self.shortcut_save)
        give_up = button(tr("放弃"), on_click=self._ask_give_up)
        self.bar = SaveBar(give_up, self.save, on_faults=self._show_faults)
        head = PageHeader(tr("添加材料"), on_back=bench.back, beside=(self.avatar, self.name, self.facts))
        drop = DropPlace(self.model.take)
        drop.setLayout(row((self._pages_card(), 3), (scroll(self._facts_card(), "bg"), 2), spacing=12))
        self.set_page(page(head, self.banner, (drop, 1), margins=(24, 14, 24, 0)), self.bar)
        self._connect()

    def enter(self, **params: Any) -> None:
        """Begin for `person_id`, perhaps in a `part` of the file and with `sources` that were dragged here."""
        sources: Sequence[Source] = params.get("sources", ())
        self.model.open(params["person_id"], str(params.get("part", "")), sources)

    def leave(self) -> bool:
        self.model.stop()
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        return self.choose

    def shortcut_save(self) -> None:
        """Keep the paper, or jump to the first fault."""
        if self.model.is_busy:
            return
        if any(fault.severity == "error" for fault in self._show_faults()):
            return
        self.model.keep()

    def move_page(self, step: int) -> None:
        """Move the current page forward or back."""
        if self.strip.currentRow() >= 0:
            self._current = self.model.move(self.strip.currentRow(), step)
            self._show_pages()

    def drop_page(self) -> None:
        """Take the current page off the tray."""
        if self.strip.currentRow() >= 0:
            self.model.drop(self.strip.currentRow())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        else:
            super().keyPressEvent(event)

    # what it is made of

    def _pages_card(self) -> QWidget:
        self._current = 0
        self.choose = button(tr("选文件"), "folder-open", small=True, on_click=self._ask_files)
        self.paste = button(tr("粘贴"), "clipboard-list", small=True, on_click=self._paste)
        self.scan = button(tr("扫描"), "scan-line", small=True, on_click=self.model.find_scanners)
        self.newest = button(tr("取扫描文件夹里最新的"), "import", small=True, on_click=self.model.take_newest)
        self.stop = button(tr("停止"), "x", small=True, on_click=self.model.stop)
        self.progress = ElidedLabel("", "note")
        self.stop.hide()
        sources = FlowBox(self.choose, self.paste, self.scan, self.newest, self.stop)
        self.tools = frame(row(*self._tools(), spacing=4))
        below = row(self.tools, 8, (self.progress, 1), spacing=4)
        return card(sources, (self.canvas, 1), below, self.strip, spacing=8, margins=12)

    def _tools(self) -> tuple[QWidget, ...]:
        def tool(icon: str, words: str, act: Any) -> QWidget:
            return button("", icon, "bare", name=words, on_click=act)

        return (
            tool("rotate-ccw", tr("向左转"), lambda: self._turn(-1)),
            tool("refresh-cw", tr("向右转"), lambda: self._turn(1)),
            tool("maximize", tr("不裁剪，留下整页"), lambda: self._crop((0.0, 0.0, 1.0, 1.0))),
            tool("arrow-left", tr("往前移一页"), lambda: self.move_page(-1)),
            tool("arrow-right", tr("往后移一页"), lambda: self.move_page(1)),
            tool("trash-2", tr("去掉这一页"), self.drop_page),
        )

    def _facts_card(self) -> QWidget:
        codes = self.bench.services.codes
        kinds = [(each.code, each.label) for each in codes.choices("scan_kind")]
        self.document = choice_field([("", tr("不关联"))])
        colours = [("colour", tr("彩色")), ("grey", tr("灰度")), ("bw", tr("黑白"))]
        self.weight = label("", "note", wrapped=True)
        return card(
            self._field("title", tr("名称"), text_field(tr("如：残疾证复印件"), max_length=60), required=True),
            self._field("part", tr("归到档案的哪一部分"), choice_field(part_options(self.bench), tr("请选择")), True),
            self._field("made_on", tr("材料上的日期"), date_field(latest=self.bench.today())),
            self._field("kind", tr("种类"), Segments(kinds)),
            self._field("document_id", tr("是哪份打印文书的签字件"), self.document),
            self._field("colour", tr("颜色"), Segments(colours)),
            self._field("quality", tr("清晰度"), Segments(self._qualities())),
            self.weight,
            None,
            spacing=9,
        )

    @staticmethod
    def _qualities() -> list[tuple[str, str]]:
        words = {"clear": tr("清晰"), "standard": tr("标准"), "small": tr("小")}
        return [(code, words[code]) for code in QUALITIES]

    def _field(self, name: str, words: str, control: QWidget, required: bool = False) -> Field:
        field = Field(words, control, required=required)
        self.binding.add(name, field)
        self.labels[name] = words
        return field

    def _connect(self) -> None:
        model = self.model
        self.binding.changed.connect(lambda _: self._take_typed())
        self.strip.currentRowChanged.connect(self._choose_page)
        self.canvas.cropped.connect(self._crop)
        model.opened.connect(self._show_opened)
        model.resumed.connect(self._show_resumed)
        model.pages_changed.connect(self._show_pages)
        model.small_known.connect(self.strip.show_picture)
        model.big_known.connect(self._show_big)
        model.weighed.connect(self._show_weights)
        model.busy_changed.connect(self._show_busy)
        model.counted.connect(self._show_progress)
        model.scanners_known.connect(self._ask_scanner)
        model.no_folder.connect(self._ask_folder)
        model.kept.connect(self._say_kept)
        model.refused.connect(self._refuse)
        model.failed.connect(self.banner.say_failure)
        model.keeper.kept.connect(lambda kept: self.bar.say_kept(kept.saved_at))

    # what people do

    def _ask_files(self) -> None:
        files = choose_files(self.window(), tr("选择图片或 PDF"), tr("图片和 PDF ({kinds})", kinds=KINDS))
        if files:
            self._take(files)

    def _paste(self) -> None:
        found = clipboard()
        if found:
            self._take(found)
        else:
            self.banner.say("warn", tr("剪贴板里没有图片或文件。请先在别的程序里复制一张图片。"))

    def _take(self, sources: Sequence[Source]) -> None:
        self.banner.say("info", "")
        if not self.model.is_busy:
            self.model.take(sources)

    def _turn(self, quarters: int) -> None:
        if self.strip.currentRow() >= 0:
            self.model.turn(self.strip.currentRow(), quarters)

    def _crop(self, part: tuple[float, float, float, float]) -> None:
        if self.strip.currentRow() >= 0:
            self.model.crop(self.strip.currentRow(), part)

    def _choose_page(self, place: int) -> None:
        self._current = max(place, 0)
        self._show_current()

    def _take_typed(self) -> None:
        self.model.change(self.binding.into(self.model.draft))
        self.binding.show_faults(self.model.check())
        self._warn_about_photo()

    def _ask_give_up(self) -> None:
        if not self.model.draft.pages and not self.model.draft.title:
            self.model.give_up()
            self.bench.back()
            return
        confirm(self.window(), tr("放弃这些页？"), tr("没有保存的页会删掉，不能恢复。"), tr("放弃"), self._give_up)

    def _give_up(self) -> None:
        self.model.give_up()
        self.bench.back()

    def _ask_folder(self, trouble: KangyiError) -> None:
        folder: Path | None = choose_folder(self.window(), tr("扫描仪软件把图片保存在哪个文件夹"))
        if folder is None:
            self.banner.say_failure(trouble)
        else:
            self.model.set_folder(str(folder))

    def _ask_scanner(self, found: Sequence[Scanner]) -> None:
        if not found:
            self.banner.say("warn", tr("没有找到扫描仪。请看电源和连线，打开后再按一次“扫描”。"))
            return
        rules = scanner_rules()
        devices = choice_field([(each.device, each.words) for each in found])
        devices.set_value(found[0].device)
        dots = [(str(each), tr("每英寸 {n} 点", n=each)) for each in rules["resolutions"]]
        resolution = choice_field(dots)
        resolution.set_value(str(rules["usual_resolution"]))
        go = button(tr("扫描一页"), "scan-line", "primary")
        content = frame(column(Field(tr("扫描仪"), devices), Field(tr("分辨率"), resolution), spacing=10))
        modal = Modal(self.window(), tr("扫描"), content, (go,), width=460)

        def begin() -> None:
            modal.finish()
            self.model.scan(devices.value(), int(resolution.value()), self.model.draft.colour)

        go.clicked.connect(begin)

    # what is shown

    def _show_opened(self, tray: OpenedTray) -> None:
        self.avatar.set_name(tray.name)
        self.name.setText(tray.name)
        self.facts.set_full_text(tray.file_no)
        self.document.set_options([("", tr("不关联")), *tray.papers])
        self.binding.fill_from(self._form())
        self._show_pages()

    def _show_resumed(self) -> None:
        self.binding.fill_from(self._form())
        self.bar.say(tr("已接着上次没写完的草稿"))

    def _form(self) -> ScanDraft:
        return self.model.draft

    def _show_pages(self) -> None:
        pages = self.model.draft.pages
        self._current = max(0, min(self._current, len(pages) - 1))
        self.strip.show_count(len(pages), self._current if pages else -1)
        for place in range(len(pages)):
            self.model.ask_small(place)
        self._show_current()
        self.binding.show_faults(self.model.check())

    def _show_current(self) -> None:
        pages = self.model.draft.pages
        self.tools.setVisible(bool(pages))
        self.strip.setVisible(bool(pages))
        if not self.model.is_busy:
            self.progress.set_full_text(self._hint())
        if pages:
            self.model.ask_big(self._current)
        else:
            self.canvas.show_page(None, (0.0, 0.0, 1.0, 1.0))

    def _hint(self) -> str:
        return _HINT if self.model.draft.pages else ""

    def _show_big(self, place: int, picture: Picture) -> None:
        pages = self.model.draft.pages
        if place == self._current and place < len(pages):
            self.canvas.show_page(image_of(picture), pages[place].crop)

    def _show_weights(self) -> None:
        words = dict(self._qualities())
        known = [
            tr("{quality} 约 {size}", quality=words[code], size=size_words(self.model.weights[code]))
            for code in QUALITIES
            if code in self.model.weights
        ]
        if not self.model.draft.pages:
            self.weight.setText("")
        else:
            self.weight.setText("；".join(known) or tr("正在估算大小……"))

    def _show_busy(self, is_busy: bool) -> None:
        for each in (self.choose, self.paste, self.scan, self.newest, self.save):
            each.setEnabled(not is_busy)
        self.stop.setVisible(is_busy)
        self.progress.set_full_text(tr("正在处理……") if is_busy else self._hint())

    def _show_progress(self, pages: int) -> None:
        if pages:
            self.progress.set_full_text(tr("已处理 {n} 页", n=pages))

    def _show_faults(self) -> tuple[Any, ...]:
        faults = self.model.check()
        elsewhere = self.binding.show_faults(faults, everywhere=True)
        self.bar.show_faults(faults, self.labels)
        for fault in elsewhere:
            self.banner.say("bad", fault.message)
        self.binding.focus_first_fault()
        return faults

    def _warn_about_photo(self) -> None:
        """Say at once why a photo of people cannot be kept; a paper is never in the way of it."""
        verdict = self.model.may_photograph
        if self.model.draft.kind == "photo" and verdict is not None and not verdict.yes:
            self.banner.say("warn", tr("不能存有人像的照片：{why}", why=verdict.because))
        else:
            self.banner.say("info", "")

    def _say_kept(self, _scan_id: str) -> None:
        self.bench.toast(tr("材料已存进档案"))
        self.bench.back()

    def _refuse(self, trouble: KangyiError) -> None:
        if trouble.field in self.labels:
            self.binding.field(str(trouble.field)).set_fault(trouble.message)
        self.banner.say_failure(trouble)
