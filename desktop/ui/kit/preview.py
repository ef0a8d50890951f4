"""The pages of a paper on a desk, and the bar that prints or saves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from desktop.i18n import tr
from desktop.services.documents import PageImage
from desktop.ui.kit.basics import ElidedLabel, button, label
from desktop.ui.kit.fields import ChoiceField, choice_field, number_field
from desktop.ui.kit.files import choose_target
from desktop.ui.kit.layouts import column, frame, row
from desktop.ui.kit.messages import EmptyState
from desktop.ui.kit.painting import draw_focus
from desktop.ui.kit.papers import Printable, ShownPaper
from desktop.ui.kit.theme import color, px

_GAP = 14  # between pages, logical pixels
_ZOOMS = (0.7, 0.85, 1.0, 1.25, 1.5, 2.0)


class _Pages(QWidget):
    """Paints the pages below each other, `zoom` times as wide as the view."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self.zoom = 1.0

    def show_images(self, images: list[QImage]) -> None:
        """Show other pages."""
        self._images = images
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Take the height that the pages need at this width."""
        self.setMinimumHeight(round(self._page_tops(self.page_width(width))[-1]))
        self.update()

    def page_width(self, width: int) -> float:
        """Return how wide a page is drawn."""
        return max(px(120), (width - 2 * px(_GAP)) * self.zoom)

    def page_at(self, y: int) -> int:
        """Return the number of the page at a height, from 0."""
        tops = self._page_tops(self.page_width(self.width()))
        return max(0, sum(top <= y for top in tops[:-1]) - 1)

    def top_of(self, page: int) -> int:
        """Return where a page begins."""
        return round(self._page_tops(self.page_width(self.width()))[page])

    def _page_tops(self, width: float) -> list[float]:
        tops = [float(px(_GAP))]
        for image in self._images:
            tops.append(tops[-1] + width * image.height() / image.width() + px(_GAP))
        return tops

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = self.page_width(self.width())
        left = max(0.0, (self.width() - width) / 2)
        for image, top in zip(self._images, self._page_tops(width), strict=False):
            sheet = QRectF(left, top, width, width * image.height() / image.width())
            if not sheet.intersects(QRectF(event.rect())):
                continue
            painter.drawImage(sheet, image)
            painter.setPen(QPen(color("border2"), 1))
            painter.drawRect(sheet)
        painter.end()


class _Ring(QWidget):
    """The ring of the focus, above pages that are painted to the edge."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_focus(painter, self.rect())
        painter.end()


class _PageScroll(QScrollArea):
    """Scrolls the pages; the pages are as wide as the view."""

    def __init__(self, pages: _Pages) -> None:
        super().__init__()
        self._pages = pages
        self.setWidget(pages)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("文书预览"))
        self.viewport().setAutoFillBackground(False)
        pages.setAutoFillBackground(False)
        self._ring = _Ring(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring.setVisible(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ring.setGeometry(self.viewport().geometry())
        self._pages.fit(self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()), 0)
        if step:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + step * self.viewport().height())
        else:
            super().keyPressEvent(event)


class PaperPreview(QFrame):
    """Exactly the bytes that will be stored and printed, page by page, with the fingerprint of the content."""

    def __init__(self, nothing: tuple[str, str], foot: QWidget | None = None) -> None:
        """`nothing` is what to say, and why, while there is no paper to show."""
        super().__init__()
        self.setProperty("role", "desk")
        self._pages = _Pages()
        self._scroll = _PageScroll(self._pages)
        self._count, self._hash = label("", "small"), ElidedLabel("", "note")
        self._place = 0
        self._waiting = EmptyState("file-text", tr("正在排版……"), tone="off")
        self._nothing = EmptyState("file-question", *nothing, tone="off")
        smaller = button("", "zoom-out", "bare", name=tr("缩小"), on_click=lambda: self._zoom(-1))
        larger = button("", "zoom-in", "bare", name=tr("放大"), on_click=lambda: self._zoom(1))
        back = button("", "chevron-up", "bare", name=tr("上一页"), on_click=lambda: self._turn(-1))
        on = button("", "chevron-down", "bare", name=tr("下一页"), on_click=lambda: self._turn(1))
        self._bar = frame(
            row(smaller, larger, 8, back, self._count, on, 12, (self._hash, 1), spacing=4, margins=(10, 6, 14, 4))
        )
        body = [(each, 1) for each in (self._scroll, self._waiting, self._nothing)]
        self.setLayout(column(self._bar, *body, *([foot] if foot else []), spacing=0, margins=1))
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _: self._say_page())
        self._images: list[QImage] = []
        self.show_waiting()

    def show_waiting(self) -> None:
        """Say that the paper is being made."""
        self._show_only(self._waiting)

    def show_nothing(self) -> None:
        """Say that there is no original to show."""
        self._show_only(self._nothing)

    def show_paper(self, paper: ShownPaper) -> None:
        """Show the pages of a paper."""
        self._images = [_image(page) for page in paper.pages]
        self._pages.show_images(self._images)
        self._show_only(self._scroll)
        short = paper.content_hash[:16].upper()
        fingerprint = "-".join(short[place : place + 4] for place in range(0, 16, 4)) if short else ""
        self._hash.set_full_text(
            tr("{number} · 内容指纹 {hash}", number=paper.document_no, hash=fingerprint) if short else paper.document_no
        )
        self._say_page()

    def _show_only(self, part: QWidget) -> None:
        for each in (self._scroll, self._waiting, self._nothing):
            each.setVisible(each is part)
        self._bar.setVisible(part is not self._nothing)

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._images)

    def _say_page(self) -> None:
        middle = self._scroll.verticalScrollBar().value() + self._scroll.viewport().height() // 2
        page = self._pages.page_at(middle)
        self._count.setText(tr("第 {n} 页，共 {total} 页", n=page + 1, total=len(self._images)))

    def _turn(self, step: int) -> None:
        bar = self._scroll.verticalScrollBar()
        page = self._pages.page_at(bar.value() + self._scroll.viewport().height() // 2) + step
        if 0 <= page < len(self._images):
            bar.setValue(self._pages.top_of(page) - px(_GAP))

    def _zoom(self, step: int) -> None:
        place = min(range(len(_ZOOMS)), key=lambda each: abs(_ZOOMS[each] - self._pages.zoom))
        self._pages.zoom = _ZOOMS[max(0, min(len(_ZOOMS) - 1, place + step))]
        self._pages.setMinimumWidth(
            round(self._pages.page_width(self._scroll.viewport().width())) if self._pages.zoom > 1 else 0
        )
        self._pages.fit(self._scroll.viewport().width())


def _image(page: PageImage) -> QImage:
    # the copy outlives the bytes it was made from
    return QImage(page.rgb, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888).copy()


class PrintBar(QFrame):
    """Printer, copies, save, print; says why it cannot print when no printer is there."""

    def __init__(self, desk: Printable, suggested_name: Callable[[], str], copies: int = 2) -> None:
        super().__init__()
        self.setProperty("role", "savebar")
        self._desk, self._suggested_name = desk, suggested_name
        self.printer: ChoiceField = choice_field([], tr("没有找到打印机"), width=190)
        self.printer.setAccessibleName(tr("打印机"))
        self.copies = number_field(1, 20, width=54)
        self.copies.setAccessibleName(tr("份数"))
        self.copies.set_value(copies)
        self.save = button(tr("存 PDF"), "download", on_click=self._save)
        self.print = button(tr("打印"), "printer", "primary", on_click=self._print)
        unit: QLabel = label(tr("份"), "small")
        self.setLayout(
            row((self.printer, 1), self.copies, unit, None, self.save, self.print, spacing=8, margins=(12, 10, 12, 10))
        )
        desk.printers_known.connect(self._show_printers)
        self.set_ready(False)

    def set_ready(self, is_ready: bool) -> None:
        """Let the paper be printed and saved, or not (nothing is shown yet, or the role may not)."""
        self.save.setEnabled(is_ready)
        self.print.setEnabled(is_ready and bool(self.printer.value()))
        self._is_ready = is_ready

    def _show_printers(self, names: Sequence[str]) -> None:
        self.printer.set_options([(name, name) for name in names])
        if names:
            self.printer.set_value(names[0])
        self.print.setToolTip("" if names else tr("这台电脑上没有打印机；可以先存成 PDF。"))
        self.set_ready(self._is_ready)

    def _print(self) -> None:
        copies = self.copies.value()
        if isinstance(copies, int):
            self._desk.print(str(self.printer.value()), copies)

    def _save(self) -> None:
        chosen = choose_target(self.window(), tr("存成 PDF"), Path.home() / self._suggested_name(), "PDF (*.pdf)")
        if chosen is not None:
            self._desk.save(chosen)
