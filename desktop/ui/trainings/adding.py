"""The dialog that adds people to a sheet: search, tick, add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.i18n import tr
from desktop.services.trainings import AttendanceLine
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.layouts import column, frame
from desktop.ui.kit.messages import Modal
from desktop.ui.kit.texts import TextField
from desktop.ui.kit.theme import color, px
from desktop.ui.trainings.viewmodel import TrainingFormViewModel


class _Search(TextField):
    """Enter and the down arrow go to what was found: Enter must not close the dialog before anybody is ticked."""

    left_down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left_down.emit()
        else:
            super().keyPressEvent(event)


class AddPeople:
    """Lists clients who are served; who lacks papers is marked, not hidden."""

    def __init__(
        self, window: QWidget, model: TrainingFormViewModel, on: date, add: Callable[[Sequence[AttendanceLine]], object]
    ) -> None:
        self._model, self._on, self._add = model, on, add
        self._ticked: dict[str, AttendanceLine] = {}
        self.search = _Search(tr("姓名、拼音首字母、村名"), "search")
        self.search.setAccessibleName(tr("搜索要加的人"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("可以加的人"))
        self.list.setMinimumHeight(px(280))
        self.count = label("", "note")
        self.yes = button(tr("加到名单"), "check", "primary", on_click=self._finish)
        body = frame(column(self.search, self.list, self.count, spacing=10))
        self.modal = Modal(window, tr("加人"), body, (self.yes,))
        self._pause = QTimer(self.modal, singleShot=True, interval=120)
        self._pause.timeout.connect(self._ask)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.left_down.connect(self._go_to_list)
        self.list.itemChanged.connect(self._tick)
        self.list.itemActivated.connect(self._toggle)
        model.found.connect(self._show)
        self.modal.closed.connect(lambda: model.found.disconnect(self._show))
        self._ask()
        self._say_count()

    def _ask(self) -> None:
        self._model.search(self.search.text().strip(), self._on)

    def _show(self, lines: Sequence[AttendanceLine]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for line in lines:
            words = f"{line.name}　{line.file_no}" + (f"　{line.warning}" if line.warning else "")
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, line)
            if line.warning:
                item.setForeground(color("warn"))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_ticked = line.person_id in self._ticked
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)

    def _go_to_list(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(max(0, self.list.currentRow()))
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _tick(self, item: QListWidgetItem) -> None:
        line: AttendanceLine = item.data(Qt.ItemDataRole.UserRole)
        if item.checkState() == Qt.CheckState.Checked:
            self._ticked[line.person_id] = line
        else:
            self._ticked.pop(line.person_id, None)
        self._say_count()

    @staticmethod
    def _toggle(item: QListWidgetItem) -> None:
        is_on = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)

    def _say_count(self) -> None:
        self.count.setText(tr("已选 {n} 人 · ↓ 进名单，空格或 Enter 勾选", n=len(self._ticked)))
        self.yes.setEnabled(bool(self._ticked))

    def _finish(self) -> None:
        self.modal.close_modal()  # first: it gives the focus back, and the sheet is to have it in the end
        self._add(tuple(self._ticked.values()))
