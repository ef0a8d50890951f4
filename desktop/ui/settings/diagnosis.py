"""The facts about Chinese input on this PC, for whoever helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.i18n import tr
from desktop.ui.kit.basics import button, label
from desktop.ui.kit.layouts import column, frame
from desktop.ui.kit.messages import Modal


class InputFacts:
    """A dialog with the facts, to be read out or copied into a letter."""

    def __init__(self, window: QWidget, facts: tuple[tuple[str, str], ...]) -> None:
        self.text = "\n".join(tr("{name}：{value}", name=name, value=value) for name, value in facts)
        lines = label(self.text, wrapped=True)
        by_mouse, by_keys = (
            Qt.TextInteractionFlag.TextSelectableByMouse,
            Qt.TextInteractionFlag.TextSelectableByKeyboard,
        )
        lines.setTextInteractionFlags(by_mouse | by_keys)
        self.copy = button(tr("复制"), "copy", on_click=self._copy)
        self.modal = Modal(window, tr("输入法诊断"), frame(column(lines, spacing=10)), (self.copy,))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
