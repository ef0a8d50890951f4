"""Leaving for good: a backup that was opened again and checked, then the station is closed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.errors import KangyiError
from desktop.i18n import tr
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.layouts import column, frame
from desktop.ui.kit.messages import Banner, Modal
from desktop.ui.kit.workbench import Workbench


class Closing(QObject):
    """Runs the last backup with a dialog over the window. Signals `finished`, and `given_up` when the person stays."""

    finished = Signal()
    given_up = Signal()

    def __init__(self, window: QWidget, bench: Workbench) -> None:
        super().__init__(window)
        self._bench = bench
        self._words = label(tr("正在备份，并打开备份核对一遍。请不要关电脑。"), "sub", wrapped=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("正在备份"))
        self._banner = Banner("bad")
        self._banner.hide()
        self._stay = button(tr("留在程序里"), on_click=self._give_up)
        self._again = button(tr("再备份一次"), kind="primary", on_click=self._back_up)
        self._leave = button(tr("不备份，直接退出"), kind="danger", on_click=self._close)
        for each in (self._stay, self._again, self._leave):
            each.hide()
        body = frame(column(self._words, self._bar, self._banner, spacing=12))
        self.is_working = True
        self._modal = Modal(
            window, tr("退出前备份"), body, (self._stay, self._again), 480, (self._leave,), can_close=False
        )

    def start(self) -> None:
        """Back up when the role may, else only close."""
        if self._bench.may("backups.make"):
            self._back_up()
        else:
            self._close()

    def _back_up(self) -> None:
        self._show_choice(is_shown=False)
        self._bench.tasks.run(
            self._bench.services.backups.make_if_due, lambda _: self._close(), self._fail, lane="files", owner=self
        )

    def _close(self) -> None:
        self._show_choice(is_shown=False)
        self._words.setText(tr("正在关闭档案。"))
        close = self._bench.services.close
        self._bench.tasks.run(close, lambda _: self.finished.emit(), lambda _: self.finished.emit(), "write", self)

    def _fail(self, trouble: KangyiError) -> None:
        self._show_choice(is_shown=True)
        self._banner.say_failure(trouble)
        self._words.setText(tr("这次没有备份成。档案本身没有受影响，今天录入的内容都已保存。"))

    def _show_choice(self, is_shown: bool) -> None:
        self.is_working = not is_shown
        self._bar.setVisible(not is_shown)
        self._banner.setVisible(is_shown)
        for each in (self._stay, self._again, self._leave):
            each.setVisible(is_shown)

    def _give_up(self) -> None:
        self._modal.finish()
        self.given_up.emit()
