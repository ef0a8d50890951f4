"""The grid for papers signed before the program came: one line a person, saved together, faults on their lines."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.domain.calendar import read_day
from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.services.consents import GridResult, PaperGridRow, SignedPaper
from desktop.ui.consents.scopes import ScopeSwitches, usual_answers
from desktop.ui.consents.viewmodel import GridViewModel, faults_of_line
from desktop.ui.kit.basics import KeyHints, button, label
from desktop.ui.kit.fields import read_date
from desktop.ui.kit.layouts import column, focus_first, frame, page, row, separator
from desktop.ui.kit.messages import Banner, EmptyState, Modal
from desktop.ui.kit.navigation import PageHeader, Screen
from desktop.ui.kit.painting import draw_box, saved
from desktop.ui.kit.theme import color, px
from desktop.ui.kit.workbench import Workbench

FILE, NAME, VILLAGE, GUARDIAN, CONSENT, AGREEMENT, CLIENT, NEXT_OF_KIN, NOTE, REMARK = range(10)
_EDITABLE = {CONSENT, AGREEMENT, NOTE}
_TICKS = {CLIENT, NEXT_OF_KIN}


class PaperGridScreen(Screen):
    """Type a date, Enter goes down; the answers a-m apply to every line that is saved together."""

    title = tr("补录旧文书")

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.model = GridViewModel(bench, self)
        self.answers = usual_answers()
        self.banner = Banner()
        self.table = _grid()
        self.empty = EmptyState(
            "file-check",
            tr("没有缺文书的人"),
            tr("每个人的知情同意书和服务协议都在有效期内。"),
            tr("回到名单"),
            bench.back,
        )
        self.count = label("", "small")
        self.save = button(tr("保存填好的行"), "check", "primary", on_click=self.shortcut_save)
        self.scopes = button(tr("同意事项 a–m…"), "list-checks", on_click=self.open_scopes)
        head = PageHeader(
            tr("补录旧文书"),
            tr("程序启用前已经签好的纸：填签字日期，扫描件以后再补"),
            (self.scopes, self.save),
            bench.back,
        )
        hints = KeyHints([
            (("Enter",), tr("填写并往下")), (("Ctrl", "D"), tr("照抄上一行的日期")), (("Ctrl", "S"), tr("保存")),
        ])  # fmt: skip
        foot = frame(row((hints, 1), self.count, margins=(16, 6, 16, 8)))
        body = frame(column((self.table, 1), (self.empty, 1), separator(), foot, spacing=0, margins=1), "card")
        self.set_page(page(head, self.banner, (body, 1)))
        self.table.itemChanged.connect(self._typed_into)
        self.table.installEventFilter(self)
        self.model.loaded.connect(self._show)
        self.model.resumed.connect(self._resume)
        self.model.saved.connect(self._saved)
        self.model.failed.connect(self._say_failure)

    def enter(self, **params: Any) -> None:
        """Show the clients whose papers are missing."""
        self.model.open()

    def leave(self) -> bool:
        self.model.keeper.keep_now()
        return True

    def default_focus(self) -> QWidget:
        return self.table

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if event.type() == event.Type.KeyPress and watched is self.table:
            is_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if is_control and event.key() == Qt.Key.Key_D:
                self._copy_down()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.currentItem() is not None:
                self.table.editItem(self.table.currentItem())
                return True
        return False

    def shortcut_save(self) -> None:
        """Save every line with at least one date."""
        papers = self.papers()
        if not papers:
            self.banner.say("info", tr("还没有填签字日期，没有可以保存的行。"))
            return
        self.save.setEnabled(False)
        self.model.save(papers)

    def papers(self) -> tuple[SignedPaper, ...]:
        """Return one record for every date typed."""
        found = []
        for place, line in enumerate(self.model.rows):
            for cell, kind in ((CONSENT, "consent"), (AGREEMENT, "agreement")):
                signed_on = read_date(self._typed(place, cell))
                if signed_on.strip():
                    found.append(self._paper(place, line, kind, signed_on))
        return tuple(found)

    def open_scopes(self) -> None:
        """Set the answers a-m that stand on these papers."""
        switches = ScopeSwitches()
        switches.set_value(self.answers)
        text = tr("这些答案用于本页一起保存的同意书；个别不同的，请到个人档案里单独登记。")
        body = frame(column(label(text, "sub", wrapped=True), switches, spacing=8))
        take = button(tr("就这样"), "check", "primary")
        modal = Modal(self.window(), tr("同意事项"), body, (take,))

        def done() -> None:
            self.answers = switches.value()
            modal.close_modal()

        take.clicked.connect(lambda *_: done())

    def _typed_into(self, item: QTableWidgetItem) -> None:
        self._say_count()
        if item.column() in _EDITABLE | _TICKS:
            self.model.touch({line.person_id: self._cells(place) for place, line in enumerate(self.model.rows)})

    def _cells(self, place: int) -> list[str]:
        """Return what was typed and ticked on a line; nothing for one without a date and a note."""
        texts = [self._typed(place, cell) for cell in sorted(_EDITABLE)]
        return [*texts, *("1" if self._is_ticked(place, cell) else "" for cell in sorted(_TICKS))] if any(texts) else []

    def _resume(self, lines: dict[str, list[str]]) -> None:
        """Put back what was left unfinished, for those who still stand here."""
        self.table.blockSignals(True)
        for place, line in enumerate(self.model.rows):
            for cell, text in zip((*sorted(_EDITABLE), *sorted(_TICKS)), lines.get(line.person_id, ()), strict=False):
                self._put_back(self._item(place, cell), cell, text)
        self.table.blockSignals(False)
        self._say_count()
        self.banner.say("info", tr("上次写到一半的内容还在，已经放回表里，还没有保存。"))

    def _put_back(self, item: QTableWidgetItem, cell: int, text: str) -> None:
        if cell in _TICKS:
            item.setCheckState(Qt.CheckState.Checked if text else Qt.CheckState.Unchecked)
        elif item.flags() & Qt.ItemFlag.ItemIsEditable:
            item.setText(text)

    def _paper(self, place: int, line: PaperGridRow, kind: str, signed_on: str) -> SignedPaper:
        return SignedPaper(
            line.person_id, kind, signed_on,
            is_client_signed=self._is_ticked(place, CLIENT), is_guardian_signed=self._is_ticked(place, NEXT_OF_KIN),
            signer_note=self._text(place, NOTE), scopes=self.answers if kind == "consent" else (),
        )  # fmt: skip

    def _show(self) -> None:
        rows = self.model.rows
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for place, line in enumerate(rows):
            self._fill(place, line)
        self.table.blockSignals(False)
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        for each in (self.scopes, self.save):
            each.setEnabled(bool(rows))
        if rows:
            self.table.setCurrentCell(0, AGREEMENT if rows[0].consent == "in_force" else CONSENT)
        else:
            focus_first(self.empty)
        self._say_count()

    def _fill(self, place: int, line: PaperGridRow) -> None:
        standing = self.bench.services.codes
        texts = {
            FILE: line.file_no, NAME: line.name, VILLAGE: line.village or "",
            GUARDIAN: line.guardian_name or tr("未登记"),
        }  # fmt: skip
        for cell in range(10):
            item = QTableWidgetItem(texts.get(cell, ""))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            if cell in _EDITABLE:
                flags |= Qt.ItemFlag.ItemIsEditable
            if cell in _TICKS:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
                is_on = cell == CLIENT or bool(line.guardian_name)
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            item.setFlags(flags)
            self.table.setItem(place, cell, item)
        for cell, word in ((CONSENT, line.consent), (AGREEMENT, line.agreement)):
            item = self._item(place, cell)
            item.setToolTip(tr("现在：{state}", state=standing.label("standing", word)))
            if word == "in_force":  # nothing to catch up on: only the other paper is missing
                item.setText(standing.label("standing", word))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                item.setForeground(color("ok"))

    def _item(self, place: int, cell: int) -> QTableWidgetItem:
        item = self.table.item(place, cell)
        if item is None:
            raise LookupError((place, cell))
        return item

    def _text(self, place: int, cell: int) -> str:
        return self._item(place, cell).text().strip()

    def _typed(self, place: int, cell: int) -> str:
        """Return what stands in a cell that can be filled, nothing in one that only tells."""
        return self._text(place, cell) if self._item(place, cell).flags() & Qt.ItemFlag.ItemIsEditable else ""

    def _is_ticked(self, place: int, cell: int) -> bool:
        return self._item(place, cell).checkState() == Qt.CheckState.Checked

    def _copy_down(self) -> None:
        place, cell = self.table.currentRow(), self.table.currentColumn()
        if place > 0 and self._item(place, cell).flags() & Qt.ItemFlag.ItemIsEditable:
            self._item(place, cell).setText(self._typed(place - 1, cell))
            self.table.setCurrentCell(min(place + 1, self.table.rowCount() - 1), cell)

    def _say_count(self) -> None:
        texts = [self._typed(place, cell) for place in range(self.table.rowCount()) for cell in (CONSENT, AGREEMENT)]
        dates = [read_date(text) for text in texts if text]
        wrong = sum(read_day(day) is None for day in dates)
        words = tr("已填 {n} 份", n=len(dates))
        self.count.setText(words + (tr("，{n} 个日期看不懂", n=wrong) if wrong else ""))

    def _saved(self, result: GridResult) -> None:
        self.save.setEnabled(True)
        if not result.faults:
            self.bench.toast(tr("已登记 {n} 份文书", n=result.saved))
            self.banner.say("ok", "")
            self.model.reload()
            return
        self._mark(result)
        self.banner.say(
            "warn", tr("已登记 {n} 份；{m} 人的没有保存，原因写在各行右边。", n=result.saved, m=len(result.faults))
        )

    def _mark(self, result: GridResult) -> None:
        """Empty the lines that were saved and say on the others what is wrong."""
        self.table.blockSignals(True)
        for place, line in enumerate(self.model.rows):
            faults = faults_of_line(result, line.person_id)
            remark = self._item(place, REMARK)
            remark.setText("；".join(fault.message for fault in faults))
            remark.setToolTip(remark.text())
            remark.setForeground(color("bad"))
            wrong = {(fault.field or "").split(".")[0] for fault in faults}
            for cell, kind in ((CONSENT, "consent"), (AGREEMENT, "agreement")):
                if kind not in wrong and self._typed(place, cell):
                    self._item(place, cell).setText("")
        self.table.blockSignals(False)
        self._say_count()

    def _say_failure(self, trouble: KangyiError) -> None:
        self.save.setEnabled(True)
        self.banner.say_failure(trouble)


class _Boxes(QStyledItemDelegate):
    """Frames the cells that are to be filled, so that they look like fields."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)  # type: ignore[attr-defined]
        if index.flags() & Qt.ItemFlag.ItemIsEditable or has_focus:
            box = QRectF(option.rect).adjusted(px(3), px(4), -px(5), -px(5))  # type: ignore[attr-defined]
            with saved(painter):
                draw_box(painter, box, None, "primary" if has_focus else "border2", px(6), 2 if has_focus else 1)


def _grid() -> QTableWidget:
    table = QTableWidget(0, 10)
    table.setAccessibleName(tr("补录旧文书"))
    titles = (
        tr("档案号"), tr("姓名"), tr("村（居）"), tr("监护人"), tr("同意书签字日期"), tr("协议签字日期"), tr("本人签"),
        tr("监护人签"), tr("签字说明"), tr("为什么没保存"),
    )  # fmt: skip
    table.setHorizontalHeaderLabels(list(titles))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(px(36))
    table.setItemDelegate(_Boxes(table))
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)  # arrows move between cells, Tab leaves the table
    table.setFrameShape(table.Shape.NoFrame)
    for cell, width in enumerate((152, 138, 92, 78, 128, 118, 66, 84, 104)):
        table.setColumnWidth(cell, px(width))
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    return table
