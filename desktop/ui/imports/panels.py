"""The parts of the import screen beside the lists: where a sheet is chosen, and what is to be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame

from desktop.i18n import tr
from desktop.services.imports import ImportResult
from desktop.ui.imports.tables import count_words
from desktop.ui.kit.basics import ElidedLabel, Switch, Tile, button, label
from desktop.ui.kit.layouts import column, frame, row, separator
from desktop.ui.kit.theme import px

SUFFIXES = (".xlsx", ".xlsm")


class ChooseCard(QFrame):
    """Choose a roster, or drop it here. Signals `choose_wanted()`, `dropped(Path)`."""

    choose_wanted = Signal()
    dropped = Signal(object)

    def __init__(self, may_take: bool) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAcceptDrops(may_take)
        self.button = button(tr("选择花名册文件"), "folder-open", "primary", on_click=self.choose_wanted.emit)
        self.button.setEnabled(may_take)
        title = label(tr("把站里的花名册导进来"), "h2")
        self._words = label("", "small", wrapped=True)
        rules = tr("第一步只试读，不存任何内容；看过逐行的说明再导入。好的行存下，有错的行退回，整批可以撤销。")
        words = column(title, self._words, label(rules, "note", wrapped=True), spacing=4)
        tile = Tile("file-spreadsheet", "soft", 52, 26)
        self.setLayout(row(tile, (words, 1), 8, self.button, spacing=16, margins=(20, 18, 20, 18)))
        self.show_reading(None)

    def show_reading(self, sheet: Path | None) -> None:
        """Say that a sheet is being read, or wait for one (None)."""
        self.button.setVisible(sheet is None)
        words = tr("Excel 文件（.xlsx），有“姓名”一列即可；列的先后、表头在第几行都没有关系。可以把文件拖到这里。")
        self._words.setText(words if sheet is None else tr("正在试读 {name} …", name=sheet.name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_sheet(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        sheet = _dropped_sheet(event)
        if sheet is not None:
            event.acceptProposedAction()
            self.dropped.emit(sheet)


def _dropped_sheet(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None


class DecisionPanel(QFrame):
    """The numbers of a sheet and the one thing to do next. Signals for its buttons and the switch."""

    take_wanted = Signal()
    other_wanted = Signal()
    undo_wanted = Signal()
    people_wanted = Signal()
    open_wanted = Signal()
    errors_file_wanted = Signal(bool)

    def __init__(self, may_undo: bool) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFixedWidth(px(318))
        self._may_undo = may_undo
        self._tile = Tile("file-spreadsheet", "info", 34, 18)
        self._title = ElidedLabel("", "h3")
        self._name = ElidedLabel("", "note")
        self._figure = label("", "figure")
        self._figure_words = label("", "small")
        self._numbers = label("", "small", wrapped=True)
        self.switch = Switch(on=True, name=tr("退回的行另存一份标红的表"))
        self.switch.toggled.connect(self.errors_file_wanted)
        self._target = label("", "note", wrapped=True)
        self._copy = frame(
            column(
                separator(),
                row((label(tr("退回的行另存一份标红的表"), "small"), 1), self.switch, spacing=8),
                self._target,
                spacing=8,
            )
        )
        self.take = button("", kind="primary", on_click=self.take_wanted.emit)
        self.people = button(tr("去看名单"), "users", "primary", on_click=self.people_wanted.emit)
        self.open = button(tr("打开标红的表"), "file-x", on_click=self.open_wanted.emit)
        self.undo = button(tr("撤销这次导入"), "undo-2", "danger", on_click=self.undo_wanted.emit)
        self.other = button(tr("换一个文件"), on_click=self.other_wanted.emit)
        names = column(self._title, self._name, spacing=0)
        self.setLayout(
            column(
                row(self._tile, (names, 1), spacing=10),
                row(self._figure, self._figure_words, None, spacing=6),
                self._numbers,
                self._copy,
                None,
                self.take,
                self.people,
                self.open,
                self.undo,
                self.other,
                spacing=9,
                margins=(16, 14, 16, 16),
            )
        )
        self._copy.hide()
        self._show_buttons(is_taken=False, has_file=False, can_undo=False)

    def show_looked(self, sheet: Path, result: ImportResult, target: Path | None, is_busy: bool) -> None:
        """Show what the sheet would do."""
        stored = result.imported + result.updated
        self._show_numbers(tr("试读完了，还没有存"), sheet.name, result, "info")
        self._figure_words.setText(tr("行可以导入"))
        self._copy.setVisible(result.rejected > 0)
        self._target.setText(tr("与原表放在一起：{name}", name=target.name) if target else tr("不另存"))
        words = tr("正在导入…") if is_busy else tr("导入 {n} 行", n=stored) if stored else tr("没有要导入的行")
        self.take.setText(words)
        self.take.setAccessibleName(words)
        self.take.setEnabled(stored > 0 and not is_busy)
        self.other.setEnabled(not is_busy)
        self._show_buttons(is_taken=False, has_file=False, can_undo=False)

    def show_taken(self, sheet: Path, result: ImportResult) -> None:
        """Show what was done."""
        self._show_numbers(tr("导入完了"), sheet.name, result, "ok")
        self._figure_words.setText(tr("行已存下"))
        file = result.errors_file
        self._copy.hide()
        if file is not None:
            extra = tr("退回的行写进了 {name}，改好以后可以再导入一次。", name=file.name)
            self._numbers.setText(f"{self._numbers.text()}\n{extra}")
        self.other.setEnabled(True)
        self._show_buttons(is_taken=True, has_file=file is not None, can_undo=result.batch_id is not None)

    def _show_numbers(self, title: str, name: str, result: ImportResult, tone: str) -> None:
        self._tile.set_look("circle-check" if tone == "ok" else "file-spreadsheet", tone)
        self._title.set_full_text(title)
        self._name.set_full_text(name)
        self._figure.setText(str(result.imported + result.updated))
        counts = {name: getattr(result, name) for name in ("imported", "drafts", "updated", "unchanged", "rejected")}
        said = [count_words(key, number) for key, number in counts.items() if number]
        self._numbers.setText(tr("表里 {n} 行：{what}。", n=result.rows, what=tr("，").join(said) or tr("没有内容")))

    def _show_buttons(self, is_taken: bool, has_file: bool, can_undo: bool) -> None:
        self.take.setVisible(not is_taken)
        self.people.setVisible(is_taken)
        self.open.setVisible(has_file)
        self.undo.setVisible(can_undo and self._may_undo)
