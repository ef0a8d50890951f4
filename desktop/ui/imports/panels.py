"""The parts of the import screen beside the lists: where a sheet is chosen, and what is to be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QProgressBar

from desktop.i18n import tr
from desktop.services.imports import ImportResult, KindRow
from desktop.services.progress import Progress
from desktop.ui.imports.tables import count_words
from desktop.ui.kit.basics import ElidedLabel, Switch, Tile, button, label
from desktop.ui.kit.choices import Chips
from desktop.ui.kit.layouts import column, frame, row, separator
from desktop.ui.kit.theme import px

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".txt", ".tsv")


class WorkBar(QFrame):
    """How far the work is, with a button to stop it. Signal `cancel_wanted()`."""

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("进度"))
        self.cancel = button(tr("取消"), small=True, on_click=self.cancel_wanted.emit)
        self.setLayout(column(row((self._words, 1), self.cancel, spacing=8), self._bar, spacing=6))

    def show_progress(self, progress: Progress) -> None:
        """Show the stage and how many lines of it are done."""
        counted = tr("{stage} {done}/{total}", stage=progress.stage, done=progress.done, total=progress.total)
        self._words.setText(counted if progress.total else tr("{stage} …", stage=progress.stage or tr("请稍候")))
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)


class ChooseCard(QFrame):
    """Choose a list, paste it, or drop it here. Signals `choose_wanted()`, `paste_wanted()`, `dropped(Path)`."""

    choose_wanted = Signal()
    paste_wanted = Signal()
    dropped = Signal(object)
    kind_picked = Signal(str)

    def __init__(self, may_take: bool, kinds: Sequence[KindRow]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAcceptDrops(may_take)
        self._kinds = {kind.code: kind for kind in kinds}
        self.kinds = Chips([(kind.code, kind.title) for kind in kinds], name=tr("表格种类"))
        self.kinds.picked.connect(self.kind_picked)
        self.button = button(tr("选择文件"), "folder-open", "primary", on_click=self.choose_wanted.emit)
        self.paste = button(tr("粘贴表格"), "clipboard-list", on_click=self.paste_wanted.emit)
        self.button.setEnabled(may_take)
        self.paste.setEnabled(may_take)
        self._title = label("", "h2")
        self._words = label("", "small", wrapped=True)
        self.work = WorkBar()
        rules = tr("第一步只试读，不存任何内容；看过逐行的说明再导入。好的行存下，有错的行退回，整批可以撤销。")
        words = column(self._title, self._words, label(rules, "note", wrapped=True), self.work, spacing=4)
        tile = Tile("file-spreadsheet", "soft", 52, 26)
        buttons = column(self.button, self.paste, spacing=8)
        self.setLayout(
            column(
                self.kinds,
                row(tile, (words, 1), 8, buttons, spacing=16),
                spacing=14,
                margins=(20, 16, 20, 18),
            )
        )
        self.kinds.setVisible(len(kinds) > 1)  # only now: shown without a parent it would be a window

    def show_kind(self, code: str) -> None:
        """Say what kind of list is chosen, and what it needs."""
        kind = self._kinds.get(code)
        self.kinds.set_value(code)
        self._title.setText(tr("把{title}导进来", title=kind.title) if kind else tr("导入表格"))
        needed = tr("必需的列：{names}。", names=tr("、").join(kind.needed)) if kind and kind.needed else ""
        files = tr("Excel、WPS、.ods、.csv 都可以，也可以把文件拖到这里；列的先后、表头在第几行都没有关系。")
        self._words.setText(f"{tr('{what}。', what=kind.what) if kind else ''}{needed}\n{files}")

    def show_reading(self, name: str) -> None:
        """Say that a list is being read, or wait for one ("")."""
        self.button.setVisible(not name)
        self.paste.setVisible(not name)
        self.kinds.setEnabled(not name)
        self.work.setVisible(bool(name))
        if name:
            self._words.setText(tr("正在试读 {name} …", name=name))

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
    columns_wanted = Signal()
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
        self.columns = button(tr("看每一列是什么"), on_click=self.columns_wanted.emit)
        self.other = button(tr("换一个文件"), on_click=self.other_wanted.emit)
        self.work = WorkBar()
        names = column(self._title, self._name, spacing=0)
        self.setLayout(
            column(
                row(self._tile, (names, 1), spacing=10),
                row(self._figure, self._figure_words, None, spacing=6),
                self._numbers,
                self._copy,
                None,
                self.work,
                self.take,
                self.people,
                self.open,
                self.undo,
                self.columns,
                self.other,
                spacing=9,
                margins=(16, 14, 16, 16),
            )
        )
        self._copy.hide()
        self.work.hide()
        self._show_buttons(is_taken=False, has_file=False, can_undo=False)

    def show_looked(self, name: str, result: ImportResult, target: Path | None, is_busy: bool) -> None:
        """Show what the sheet would do."""
        stored = result.imported + result.updated
        self._show_numbers(tr("试读完了，还没有存"), name, result, "info")
        self._figure_words.setText(tr("行可以导入"))
        self._copy.setVisible(result.rejected > 0)
        told = tr("存到 {file}。里面有个人信息，改完请删掉。", file=target) if target else tr("不另存")
        self._target.setText(told)
        words = tr("正在导入…") if is_busy else tr("导入 {n} 行", n=stored) if stored else tr("没有要导入的行")
        self.take.setText(words)
        self.take.setAccessibleName(words)
        self.take.setEnabled(stored > 0 and not is_busy)
        self.other.setEnabled(not is_busy)
        self.columns.setEnabled(not is_busy)
        self.work.setVisible(is_busy)
        self._show_buttons(is_taken=False, has_file=False, can_undo=False)

    def show_taken(self, name: str, result: ImportResult, goes_to: str) -> None:
        """Show what was done."""
        self._show_numbers(tr("导入完了"), name, result, "ok")
        self._figure_words.setText(tr("行已存下"))
        file = result.errors_file
        self._copy.hide()
        if file is not None:
            extra = tr("退回的行写进了 {name}，改好以后可以再导入一次。", name=file.name)
            self._numbers.setText(f"{self._numbers.text()}\n{extra}")
        self.other.setEnabled(True)
        self.work.hide()
        self.people.setText(goes_to)
        self.people.setAccessibleName(goes_to)
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
        self.columns.setVisible(not is_taken)
        self.people.setVisible(is_taken)
        self.open.setVisible(has_file)
        self.undo.setVisible(can_undo and self._may_undo)
